"""What the judge is shown: composed clips with everything that is to be learned from them."""

import math
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.corpora.protocol import Window
from textreel.corpora.scenes.attributes import SAYABLE, WEATHERS_IN
from textreel.corpora.scenes.corpus import Scene, ScenesCorpus, shown_attributes
from textreel.corpora.scenes.spec import Mention, SceneSpec, SpecError
from textreel.evaluation.glimpses import Glances, Glimpse, Track, way, way_of_second
from textreel.evaluation.judge import JUDGED
from textreel.nn.compositing import POSE, compose, wrap
from textreel.training.judge.configuration import JudgeConfig

SPELT_OUT = ("colour", "size", "time", "weather", "camera")
SHAKE = 0.12  # deviation of the errors of a shaken track, in heights of the subject
GLANCE = Window(frames=1, shown=(0,), longest_start_seconds=2.0)
POSTURE = [POSE[part] for part in ("roll_cos", "roll_sin", "facing", "opacity")]
CERTAIN = torch.tensor(20.0)  # logit


@dataclass(frozen=True, kw_only=True)
class JudgedClips:
    """B clips as the judge sees them.

    frames [B, T, 3, side, side] in [-1, 1]; attributes: what each shows; main, second: where its subjects are;
    visible [B, T, 2] bool: whether they are to be seen there; postures [B, T, 4]: see `Glances`, of the main one;
    drift [B, T - 1, 3]: see `Look`.
    """

    frames: Tensor
    attributes: tuple[dict[str, str], ...]
    main: Track
    second: Track
    visible: Tensor
    postures: Tensor
    drift: Tensor


def draw_spec(corpus: ScenesCorpus, generator: np.random.Generator, config: JudgeConfig) -> SceneSpec:
    """A scene of any split, with more of its attributes said than a caption says, so that rare ones are seen."""
    unseen = generator.random() < config.unseen_share
    spec = corpus.spec(generator, "unseen" if unseen else "train")
    for attribute in SPELT_OUT:
        said, index = generator.random(2)
        values = WEATHERS_IN[spec.place] if attribute == "weather" else SAYABLE[attribute]
        if said < config.spelling_out and values and not is_said(spec, attribute):
            with suppress(SpecError):
                spec = spec.saying(Mention(attribute=attribute, value=values[int(index * len(values))]))
    return spec


def is_said(spec: SceneSpec, attribute: str) -> bool:
    return any(mention.attribute == attribute and mention.slot == 0 for mention in spec.mentions())


@torch.no_grad()
def compose_clips(
    corpus: ScenesCorpus,
    specs: Sequence[SceneSpec],
    generator: np.random.Generator,
    side: int,
    *,
    close: bool = False,
) -> JudgedClips:
    """Clips of scenes, in any order; or `close`: one frame of each, with the camera on its main subject.

    As `ScenesCorpus.compose`, but empty slots and clear air are not painted, which nearly halves the time.
    """
    groups: dict[tuple[int, bool], list[Scene]] = defaultdict(list)
    for spec in specs:
        scene = corpus.stage(spec, generator, GLANCE if close else JUDGED)
        groups[len(scene.resolved.subjects), scene.resolved.weather == "clear"].append(scene)
    chance = generator if close else None
    parts = [paint(corpus, scenes, slots, clear, side, chance) for (slots, clear), scenes in groups.items()]
    return JudgedClips(
        frames=torch.cat([part.frames for part in parts]),
        attributes=tuple(shown for part in parts for shown in part.attributes),
        main=joined([part.main for part in parts]),
        second=joined([part.second for part in parts]),
        visible=torch.cat([part.visible for part in parts]),
        postures=torch.cat([part.postures for part in parts]),
        drift=torch.cat([part.drift for part in parts]),
    )


def joined(tracks: Sequence[Track]) -> Track:
    """The tracks of clips one after another."""
    return Track(
        places=torch.cat([track.places for track in tracks]),
        sizes=torch.cat([track.sizes for track in tracks]),
        visible=torch.cat([track.visible for track in tracks]),
    )


def paint(
    corpus: ScenesCorpus,
    scenes: Sequence[Scene],
    slots: int,
    clear: bool,
    side: int,
    close: np.random.Generator | None,
) -> JudgedClips:
    """Clips of scenes that have so many subjects, and the same kind of air; `close` draws where glances go wrong."""
    window = GLANCE if close else JUDGED
    known = corpus.annotate(scenes, window)
    layers = replace(
        known.layers,
        sprites=known.layers.sprites[:, :, :slots],
        poses=known.layers.poses[:, :, :slots],
        tint=known.layers.tint[:, :slots],
        weather=None if clear else known.layers.weather,
    )
    seconds = torch.tensor(window.shown, dtype=torch.float32) / corpus.fps
    scroll = torch.remainder(known.weather_velocity[:, None] * seconds[None, :, None], 1.0)
    cameras = torch.from_numpy(np.stack([scene.camera for scene in scenes]))
    if close:
        cameras = cameras_on(shaken(track_in_view(known.layers.poses[:, :, 0], cameras), close), cameras)
    poses = known.layers.poses
    main, second = (track_in_view(poses[:, :, slot], cameras) for slot in range(2))
    return JudgedClips(
        frames=compose(layers, cameras, scroll, side, side).clamp(-1, 1),
        attributes=tuple(shown_attributes(scene.resolved) for scene in scenes),
        main=main,
        second=second,
        visible=torch.stack([main.visible, second.visible], dim=-1) > 0,
        postures=poses[:, :, 0][..., POSTURE],
        drift=drift_of(cameras),
    )


def drift_of(camera_BT4: Tensor) -> Tensor:
    """See `Look.drift`."""
    before, after = camera_BT4[:, :-1], camera_BT4[:, 1:]
    moved = (after[..., :2] - before[..., :2]) * before[..., 2:3]
    return torch.cat([moved, (after[..., 2:3] / before[..., 2:3]).log()], dim=-1)


def ways_of(
    corpus: ScenesCorpus, scenes: Sequence[Scene], generator: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """What `Judge.follow` reads of these scenes, a little wrong, as it is when the judge finds it itself."""
    poses = corpus.pose_codes(scenes, JUDGED)[:, list(JUDGED.shown)]
    cameras = torch.from_numpy(np.stack([scene.camera for scene in scenes]))
    postures = poses[:, :, 0][..., POSTURE]

    def noise(*shape: int) -> Tensor:
        return torch.from_numpy(generator.standard_normal(shape, dtype=np.float32))

    ways = []
    for slot, error in enumerate((0.01, 0.03)):
        track = track_in_view(poses[:, :, slot], cameras)
        missing = (track.visible < 0) * 0.4
        places = track.places.clamp(-0.2, 1.2) + noise(*track.places.shape) * (error + missing)[..., None]
        sizes = track.sizes + noise(*track.sizes.shape) * (0.05 + missing)
        ways.append(Track(places=places, sizes=sizes, visible=track.visible))
        if not slot:
            postures = postures + noise(*postures.shape) * (0.05 + missing)[..., None]
    main, second = ways
    glances = Glances(answers={}, offsets=torch.zeros(*main.sizes.shape, 3), postures=postures)
    drift = drift_of(cameras)
    return way(main, main, glances), way_of_second(second), drift + 0.004 * noise(*drift.shape)


def track_in_view(pose_BTP: Tensor, camera_BT4: Tensor) -> Track:
    """Where in the view that is which has these poses, seen or not for sure; the camera does not roll."""
    x = torch.atan2(pose_BTP[..., POSE["x_sin"]], pose_BTP[..., POSE["x_cos"]]) / math.pi
    right = wrap(x - camera_BT4[..., 0])
    down = pose_BTP[..., POSE["y"]] - camera_BT4[..., 1]
    zoom = camera_BT4[..., 2]
    places = torch.stack([right, down], dim=-1) * zoom[..., None] + 0.5
    inside = ((places > 0) & (places < 1)).all(dim=-1)
    seen = inside & (pose_BTP[..., POSE["opacity"]] > 0.3)
    return Track(
        places=places,
        sizes=pose_BTP[..., POSE["log_scale"]] + zoom.log(),
        visible=torch.where(seen, CERTAIN, -CERTAIN),
    )


def middle_of_view(track: Track) -> Track:
    """Where a camera looks that shows nothing but a glimpse."""
    return Track(
        places=torch.full_like(track.places, 0.5),
        sizes=torch.full_like(track.sizes, -math.log(Glimpse.ROOM)),
        visible=track.visible,
    )


def cameras_on(track: Track, camera_BT4: Tensor) -> Tensor:
    """Cameras [B, T, 4] that see of these ones' views only the square around the subject."""
    zoom = camera_BT4[..., 2:3]
    moved = camera_BT4[..., :2] + (track.places - 0.5) / zoom
    closer = zoom / (Glimpse.ROOM * track.sizes.exp()[..., None]).clamp(0.05, 2.0)
    return torch.cat([moved, closer, camera_BT4[..., 3:]], dim=-1)


def shaken(track: Track, generator: np.random.Generator) -> Track:
    """A track that is a little wrong, as those are that the judge finds itself."""
    errors = generator.normal(0, SHAKE, (*track.sizes.shape, 3)).astype(np.float32)
    shift = torch.from_numpy(errors)
    return replace(
        track,
        places=track.places + shift[..., :2] * track.sizes.exp()[..., None],
        sizes=track.sizes + shift[..., 2],
    )


def blur_some(frames_BTCHW: Tensor, generator: np.random.Generator, share: float) -> Tensor:
    """Some of the clips a little out of focus: what is shown is to be told, not how sharply."""
    chosen = torch.from_numpy(np.flatnonzero(generator.random(len(frames_BTCHW)) < share))
    soft = F.avg_pool2d(frames_BTCHW[chosen].flatten(0, 1), 3, 1, 1, count_include_pad=False)
    return frames_BTCHW.index_copy(0, chosen, soft.view_as(frames_BTCHW[chosen]))
