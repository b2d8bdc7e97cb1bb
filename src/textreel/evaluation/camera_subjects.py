"""What a camera does to its subject: is who is tracked in the middle, and does a dolly part subject and place?

The judge looks where subjects are and how high. Scenes are of one subject, and every film has a twin of the same
seed to compare with: without a word of the camera, or with a zoom in the place of the dolly.
"""

import itertools
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.protocol import Window
from textreel.corpora.scenes.captions import caption
from textreel.corpora.scenes.spec import SceneSpec
from textreel.evaluation.bench import Bench, as_shown, judged_frames
from textreel.evaluation.camera_motion import camera_motion
from textreel.evaluation.figures import Figure, interval_figure, median_or_none, share_figure
from textreel.evaluation.glimpses import mended
from textreel.evaluation.judge import JUDGED, Judge
from textreel.nn.compositing import POSE, around_world, compose

FILMED = Window(frames=48, shown=tuple(range(48)), longest_start_seconds=0.0)
SIDE = 128
NEAR_MIDDLE = SIDE / 16
TRACKING = (
    "while the camera follows it",
    "as the camera tracks it",
    "with the camera following it",
    "while the camera keeps it in the middle",
    "followed by the camera",
    "as the camera stays with it",
)
DOLLY = (
    "while the camera {} in by half",
    "while the camera {} out by half",
    "with the camera slowly {} in by a third",
    "with the camera slowly {} out by a third",
)
DOLLIES, ZOOMS = ("dollies", "dollying"), ("zooms", "zooming")
GROWING = frozenset({"approach", "recede"})
"""Motions by which a subject changes its height by itself."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One film of one subject: the judged frames in which it is to be seen, and how it is shown there.

    Attributes:
        frames: indices into the film [N].
        places: from the middle of the view to the subject's, right and down, in pixels of a view 128 high [N, 2].
        heights: of the subject over the view's [N].
    """

    frames: NDArray[np.int64]
    places: NDArray[np.float64]
    heights: NDArray[np.float64]

    @property
    def is_near(self) -> bool:
        """Whether the subject is always about the middle along x."""
        return bool((np.abs(self.places[:, 0]) <= NEAR_MIDDLE).all())

    def off_the_middle(self, axis: int) -> float:
        """The median distance along x (0) or y (1), in pixels."""
        return float(np.median(np.abs(self.places[:, axis])))

    def growth_over(self, place: NDArray[np.float64]) -> float:
        """How much more the subject grows than the place [T], from the first frame in which it is seen to the last."""
        first, last = self.frames[0], self.frames[-1]
        return float(self.heights[-1] / self.heights[0] / (place[last] / place[first]))


def subject_figures(bench: Bench) -> list[Figure]:
    """The figures of tracking and of dollies, a quarter of the bench's films for each (and their twins)."""
    count = max(1, bench.films // 4)
    return [*tracking_figures(bench, count), *dolly_figures(bench, count)]


def tracking_figures(bench: Bench, count: int) -> list[Figure]:
    """How far from the middle a tracked subject is; chance: the same film without these words."""
    kinds: tuple[list[Seen], list[Seen], list[Seen]] = ([], [], [])
    for index, spec in enumerate(itertools.islice(lone_scenes(bench, b"tracking"), count)):
        bench.progress("films that track", index, count)
        text = wording(bench, spec, index)
        told = f"{text} {TRACKING[index % len(TRACKING)]}"
        films = film(bench, told, index), film(bench, text, index), clip_on_subject(bench, spec, index)
        for frames, kept in zip(films, kinds, strict=True):
            found = seen_of(bench.judge, frames)
            if found is not None:
                kept.append(found)
    along, across = ([[each.off_the_middle(axis) for each in kept] for kept in kinds] for axis in (0, 1))
    near = [[each.is_near for each in kept] for kept in kinds]
    chance, best = (statistics.fmean(each) if each else None for each in near[1:])
    name = f"tracking/always within {NEAR_MIDDLE:g} px"
    return [
        compared("tracking/off the middle, along", along, "px"),
        compared("tracking/off the middle, up and down", across, "px"),
        share_figure(name, sum(near[0]), len(near[0]), chance=chance, real=best),
    ]


def dolly_figures(bench: Bench, count: int) -> list[Figure]:
    """How much more subjects grow than places; chance: a zoom instead, where both are one picture."""
    growths: dict[tuple[str, str], list[float]] = {}
    scenes = filter(leaves_room, lone_scenes(bench, b"dolly"))
    for index, spec in enumerate(itertools.islice(scenes, count)):
        bench.progress("films that dolly", index, count)
        text, said = wording(bench, spec, index), DOLLY[index % len(DOLLY)]
        way = "in" if " in " in said else "out"
        for kind, verbs in (("dolly", DOLLIES), ("zoom", ZOOMS)):
            frames = film(bench, f"{text} {said.format(verbs['slowly' in said])}", index)
            found = seen_of(bench.judge, frames)
            if found is not None:
                growth = found.growth_over(camera_motion(frames)[:, 2])
                growths.setdefault((kind, way), []).append(growth)
    return [
        compared(
            f"dolly {way}/subject's growth over the place's",
            [growths.get(("dolly", way), []), growths.get(("zoom", way), []), []],
            "times",
        )
        for way in ("in", "out")
    ]


def compared(name: str, values: Sequence[Sequence[float]], unit: str) -> Figure:
    """The median of films beside those of their twins and of real clips."""
    own, chance, real = values
    return interval_figure(name, own, unit, chance=median_or_none(chance), real=median_or_none(real))


def lone_scenes(bench: Bench, salt: bytes) -> Iterator[SceneSpec]:
    """Scenes of one subject without a word of the camera."""
    generator = np.random.default_rng([bench.seed, *salt])
    while True:
        spec = replace(bench.corpus.spec(generator, "seen"), camera=None)
        if len(spec.subjects) == 1:
            yield spec


def leaves_room(spec: SceneSpec) -> bool:
    """Whether enough is seen of the place beside the subject, whose height only the camera changes."""
    return spec.subjects[0].size != "large" and spec.motion not in GROWING


def wording(bench: Bench, spec: SceneSpec, index: int) -> str:
    """A scene in words, ready for more words behind."""
    return caption(spec, np.random.default_rng([bench.seed, 3, index])).text.rstrip(".")


def film(bench: Bench, text: str, index: int) -> Tensor:
    """The film that a person gets, [T, 3, 128, 128]."""
    return judged_frames(bench.model, text, bench.seed + index, SIDE, FILMED)


def clip_on_subject(bench: Bench, spec: SceneSpec, index: int) -> Tensor:
    """A real clip whose camera is exactly on the subject, [T, 3, 128, 128]."""
    scene = bench.corpus.stage(spec, np.random.default_rng([bench.seed, 4, index]), FILMED)
    known = bench.corpus.annotate([scene], FILMED)
    pose = known.layers.poses[0, :, 0]
    x = around_world(pose)
    camera = torch.stack([x, pose[:, POSE["y"]].clamp(0.5, 0.75), torch.ones_like(x), torch.zeros_like(x)], 1)
    seconds = torch.arange(FILMED.frames) / bench.corpus.fps
    scroll = torch.remainder(known.weather_velocity[:, None] * seconds[None, :, None], 1.0)
    return as_shown(compose(known.layers, camera[None], scroll, SIDE, SIDE).clamp(-1, 1))[0]


@torch.inference_mode()
def seen_of(judge: Judge, frames_TCHW: Tensor) -> Seen | None:
    """How a film's subject is shown; None where the judge sees it in less than two frames."""
    side = judge.shape.side
    frames = F.interpolate(frames_TCHW[list(JUDGED.shown)], (side, side), mode="area")
    look = judge.look(frames[None])
    track, visible = mended(*look.glimpses[-1]), look.found.visible[0, :, 0] > 0
    if int(visible.sum()) < 2:
        return None
    return Seen(
        frames=np.array(JUDGED.shown)[visible.numpy()],
        places=SIDE * (track.places[0, visible, 0].double().numpy() - 0.5),
        heights=track.sizes[0, visible, 0].double().exp().numpy(),
    )
