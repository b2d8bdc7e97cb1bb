"""What the judge is shown: composed clips with everything that is to be learned from them."""

import math
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.protocol import Window
from textreel.corpora.scenes.attributes import DIRECTED_RELATIONS, SAYABLE, TRAVELLING, WEATHERS_IN
from textreel.corpora.scenes.corpus import Scene, ScenesCorpus, shown_attributes
from textreel.corpora.scenes.spec import SUBJECT_ATTRIBUTES, Mention, SceneSpec, SpecError
from textreel.evaluation.courses import ways
from textreel.evaluation.glimpses import Glances, Glimpse, Track
from textreel.evaluation.judge import JUDGED, SECOND, SYMMETRIC
from textreel.nn.compositing import POSE, WORLD_WIDTH, around_world, compose, wrap
from textreel.training.judge.configuration import JudgeConfig

LOOKS = ("colour", "size", "time", "weather")
ROLLED_SHARE = 0.4  # of close pictures whose subject is rolled by any angle
SHAKE = 0.12  # deviation of the errors of a shaken track, in heights of the subject
GLANCE = Window(frames=1, shown=(0,), longest_start_seconds=2.0)
LATE = replace(JUDGED, least_start_seconds=2.0, longest_start_seconds=60.0)
LEAST_SEEN = 3  # judged frames that show a subject; of less than that nobody can tell how it moves
TRIES = 20
MANY_TRIES = 200  # one scene in four shows who goes somewhere, and says nothing of the camera
ACCOMPANIED_SHARE = 0.75  # of those who go somewhere late in a film: the camera goes along
POSTURE = [POSE[part] for part in ("roll_cos", "roll_sin", "facing", "opacity")]
CERTAIN = torch.tensor(20.0)  # logit


@dataclass(frozen=True, kw_only=True)
class JudgedClips:
    """B clips as the judge sees them.

    frames [B, T, 3, side, side] in [-1, 1]; attributes: what each shows; track: where its subjects are, in the
    judge's order; postures [B, T, S, 4]: see `Glances`; drift [B, T - 1, 3]: see `Look`.
    """

    frames: Tensor
    attributes: tuple[dict[str, str], ...]
    track: Track
    postures: Tensor
    drift: Tensor

    @property
    def visible(self) -> Tensor:
        """Whether the subjects are to be seen, bool [B, T, S]."""
        return self.track.visible > 0


def draw_spec(corpus: ScenesCorpus, generator: np.random.Generator, config: JudgeConfig) -> SceneSpec:
    """A scene of any split, with more of its attributes said than a caption says, so that rare ones are seen."""
    unseen = generator.random() < config.unseen_share
    spec = corpus.spec(generator, "unseen" if unseen else "train")
    return spelt_out(spec, (*LOOKS, "camera"), generator, config)


def spelt_out(
    spec: SceneSpec, attributes: Sequence[str], generator: np.random.Generator, config: JudgeConfig
) -> SceneSpec:
    """The same scene, with some of what it leaves open said."""
    for attribute in attributes:
        for slot in range(len(spec.subjects) if attribute in SUBJECT_ATTRIBUTES else 1):
            said, index = generator.random(2)
            values = WEATHERS_IN[spec.place] if attribute == "weather" else SAYABLE[attribute]
            if said < config.spelling_out and values and not is_said(spec, attribute, slot):
                with suppress(SpecError):
                    spec = spec.saying(
                        Mention(attribute=attribute, value=values[int(index * len(values))], slot=slot)
                    )
    return spec


def is_said(spec: SceneSpec, attribute: str, slot: int = 0) -> bool:
    return any(mention.attribute == attribute and mention.slot == slot for mention in spec.mentions())


def draw_late_spec(corpus: ScenesCorpus, generator: np.random.Generator, config: JudgeConfig) -> SceneSpec:
    """A scene to be seen late in its film: rather often one whose subjects go somewhere, or have met."""
    kind = generator.random()
    if kind < config.going_share + config.meeting_share:
        wanted = go_on if kind < config.going_share else meet
        for _ in range(MANY_TRIES):
            spec = corpus.spec(generator, "train")
            if wanted(spec):
                return spelt_out(spec, LOOKS, generator, config)
    return draw_spec(corpus, generator, config)


def draw_scene(
    corpus: ScenesCorpus, generator: np.random.Generator, config: JudgeConfig, late_share: float
) -> Scene:
    """A scene as a film of it begins, or, such a share of them, late in it."""
    if generator.random() < late_share:
        return stage_late(corpus, draw_late_spec(corpus, generator, config), generator)
    return corpus.stage(draw_spec(corpus, generator, config), generator, JUDGED)


def stage_late(corpus: ScenesCorpus, spec: SceneSpec, generator: np.random.Generator) -> Scene:
    """A scene late in its film: its subjects somewhere on their way, or on its next round.

    Where no draw shows them for long enough, it is staged as a film begins. Most of those who go somewhere are seen
    by a camera that goes along, as that of a film does late.
    """
    for _ in range(TRIES):
        scene = corpus.stage(spec, generator, LATE)
        poses = corpus.pose_codes([scene], LATE)[:, list(LATE.shown), : len(scene.resolved.subjects)]
        if go_on(spec) and generator.random() < ACCOMPANIED_SHARE:
            scene = replace(scene, camera=camera_between(poses[0], scene.camera))
        seen = track_in_view(poses, torch.from_numpy(scene.camera)[None]).visible > 0
        if (seen.sum(dim=1) >= LEAST_SEEN).all():
            return scene
    return corpus.stage(spec, generator, JUDGED)


def go_on(spec: SceneSpec) -> bool:
    """Whether all subjects go the same way, and nothing is said of the camera."""
    return spec.camera is None and (spec.relation in DIRECTED_RELATIONS or spec.motion in TRAVELLING)


def meet(spec: SceneSpec) -> bool:
    """Whether two come towards each other, to stand together or to pass."""
    return spec.relation is not None and spec.relation not in DIRECTED_RELATIONS


def camera_between(pose_TSP: Tensor, camera_T4: NDArray[np.float32]) -> NDArray[np.float32]:
    """A camera with the middle of all subjects in the middle of its view, however far they go."""
    along = np.unwrap(around_world(pose_TSP.mean(dim=1)).numpy(), period=WORLD_WIDTH)
    return np.concatenate([along[:, None], camera_T4[:, 1:]], axis=1).astype(np.float32)


@torch.no_grad()
def compose_clips(
    corpus: ScenesCorpus, scenes: Sequence[Scene], side: int, close: np.random.Generator | None = None
) -> JudgedClips:
    """Clips of scenes, in any order; or `close`: one frame of each, with the camera on its first subject alone.

    As `ScenesCorpus.compose`, but empty slots and clear air are not painted, which nearly halves the time.
    """
    groups: dict[tuple[int, bool], list[Scene]] = defaultdict(list)
    for scene in scenes:
        groups[len(scene.resolved.subjects), scene.resolved.weather == "clear"].append(scene)
    parts = [paint(corpus, group, slots, clear, side, close) for (slots, clear), group in groups.items()]
    return JudgedClips(
        frames=torch.cat([part.frames for part in parts]),
        attributes=tuple(shown for part in parts for shown in part.attributes),
        track=joined([part.track for part in parts]),
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
    poses = known.layers.poses if close is None else rolled(known.layers.poses, close)
    layers = replace(
        known.layers,
        sprites=known.layers.sprites[:, :, :slots],
        poses=poses[:, :, :slots],
        tint=known.layers.tint[:, :slots],
        weather=None if clear else known.layers.weather,
    )
    seconds = torch.tensor(window.shown, dtype=torch.float32) / corpus.fps
    scroll = torch.remainder(known.weather_velocity[:, None] * seconds[None, :, None], 1.0)
    cameras = torch.from_numpy(np.stack([scene.camera for scene in scenes]))
    if close is None:
        poses = in_judges_order(poses, scenes)
    else:
        poses = poses[:, :, :1]
        cameras = cameras_on(shaken(track_in_view(poses, cameras), close), cameras)
    return JudgedClips(
        frames=compose(layers, cameras, scroll, side, side).clamp(-1, 1),
        attributes=tuple(
            judged_attributes(scene) if close is None else shown_attributes(scene.resolved)
            for scene in scenes
        ),
        track=track_in_view(poses, cameras),
        postures=poses[..., POSTURE],
        drift=drift_of(cameras),
    )


def rolled(pose_BTSP: Tensor, generator: np.random.Generator) -> Tensor:
    """The same poses, with the first subject rolled in some clips: what lies on its side is to be known too."""
    turn = generator.uniform(-math.pi, math.pi, len(pose_BTSP)).astype(np.float32)
    chosen = generator.random(len(pose_BTSP)) < ROLLED_SHARE
    changed = pose_BTSP.clone()
    for field, value in (("roll_cos", np.cos(turn)), ("roll_sin", np.sin(turn))):
        changed[chosen, :, 0, POSE[field]] = torch.from_numpy(value[chosen])[:, None]
    return changed


def swaps(scene: Scene) -> bool:
    """Whether the judge takes the second subject for the first."""
    return scene.resolved.relation in SYMMETRIC and scene.resolved.direction == "left"


def in_judges_order(pose_BTSP: Tensor, scenes: Sequence[Scene]) -> Tensor:
    """Poses with the subjects in the order in which the judge takes them."""
    swapped = torch.tensor([swaps(scene) for scene in scenes])
    return torch.where(swapped[:, None, None, None], pose_BTSP.flip(2), pose_BTSP)


def judged_attributes(scene: Scene) -> dict[str, str]:
    """What a clip shows, with the subjects in the order in which the judge takes them.

    A camera that goes with subjects is none of those that the judge is asked for.
    """
    shown = shown_attributes(scene.resolved)
    if shown["camera"] == "static" and np.ptp(scene.camera[:, 0]) > 0:
        del shown["camera"]
    if not swaps(scene):
        return shown
    of_both = ("subject", "colour", "size")
    firsts = {SECOND + part: shown[part] for part in of_both}
    return shown | firsts | {part: shown[SECOND + part] for part in of_both}


def drift_of(camera_BT4: Tensor) -> Tensor:
    """See `Look.drift`."""
    before, after = camera_BT4[:, :-1], camera_BT4[:, 1:]
    moved = (after[..., :2] - before[..., :2]) * before[..., 2:3]
    return torch.cat([moved, (after[..., 2:3] / before[..., 2:3]).log()], dim=-1)


def ways_of(
    corpus: ScenesCorpus, scenes: Sequence[Scene], generator: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """What `Judge.course` reads of these scenes, a little wrong, as it is when the judge finds it itself."""
    poses = in_judges_order(corpus.pose_codes(scenes, JUDGED)[:, list(JUDGED.shown)], scenes)
    cameras = torch.from_numpy(np.stack([scene.camera for scene in scenes]))

    def noise(*shape: int) -> Tensor:
        return torch.from_numpy(generator.standard_normal(shape, dtype=np.float32))

    true = track_in_view(poses, cameras)
    missing = (true.visible < 0) * 0.4
    track = Track(
        places=true.places.clamp(-0.2, 1.2) + noise(*true.places.shape) * (0.01 + missing)[..., None],
        sizes=true.sizes + noise(*true.sizes.shape) * (0.05 + missing),
        visible=true.visible,
    )
    postures = poses[..., POSTURE]
    postures = postures + noise(*postures.shape) * (0.07 + missing)[..., None]
    glances = Glances(answers={}, offsets=torch.zeros(*true.sizes.shape, 3), postures=postures)
    drift = drift_of(cameras)
    return ways(track, glances), drift + 0.004 * noise(*drift.shape)


def track_in_view(pose_BTSP: Tensor, camera_BT4: Tensor) -> Track:
    """Where in the view those are that have these poses, seen or not for sure; the camera does not roll."""
    right = wrap(around_world(pose_BTSP) - camera_BT4[..., None, 0])
    down = pose_BTSP[..., POSE["y"]] - camera_BT4[..., None, 1]
    zoom = camera_BT4[..., None, 2]
    places = torch.stack([right, down], dim=-1) * zoom[..., None] + 0.5
    inside = ((places > 0) & (places < 1)).all(dim=-1)
    seen = inside & (pose_BTSP[..., POSE["opacity"]] > 0.3)
    return Track(
        places=places,
        sizes=pose_BTSP[..., POSE["log_scale"]] + zoom.log(),
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
    """Cameras [B, T, 4] that see of these ones' views only the square around the first subject."""
    zoom = camera_BT4[..., 2:3]
    moved = camera_BT4[..., :2] + (track.places[:, :, 0] - 0.5) / zoom
    closer = zoom / (Glimpse.ROOM * track.sizes[:, :, :1].exp()).clamp(0.05, 2.0)
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
