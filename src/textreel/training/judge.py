"""Training the judge of `evaluation` on composed real clips: it never sees what a generator made.

Clips are of all splits, held-out combinations too, since the judge is a measuring tool; it is validated on clips
in painted places of another seed. Everything random about step n is drawn from (seed, n), so a resumed run
equals the uninterrupted one.
"""

import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from textreel import checkpoint
from textreel.corpora.protocol import Window
from textreel.corpora.scenes.attributes import SAYABLE, WEATHERS_IN
from textreel.corpora.scenes.corpus import Scene, ScenesCorpus, shown_attributes
from textreel.corpora.scenes.spec import Mention, SceneSpec, SpecError
from textreel.errors import TrainingError
from textreel.evaluation.bench import PLACES_SEED, PLACES_VARIATIONS
from textreel.evaluation.judge import (
    JUDGED,
    MOVING,
    NOT_APPLICABLE,
    Glances,
    Glimpse,
    Judge,
    JudgeShape,
    Look,
    Track,
    answers,
    way,
    way_of_second,
)
from textreel.nn.compositing import POSE, compose, wrap
from textreel.nn.records import map_tensors
from textreel.training.configuration import CorpusConfig, require
from textreel.training.processes import make_fabric
from textreel.training.state import part_of, restore_optimiser
from textreel.training.statistics import StatisticsWriter
from textreel.training.trainer import StepReport

STATE_KIND = "judge-training-state"
SPELT_OUT = ("colour", "size", "time", "weather", "camera")
SHAKE = 0.12  # deviation of the errors of a shaken track, in heights of the subject
FARTHEST_GLANCE = (
    0.7  # a subject farther off than that, in heights of what is looked at, cannot be told exactly
)
POSTURE = [POSE[part] for part in ("roll_cos", "roll_sin", "facing", "opacity")]
CERTAIN = torch.tensor(20.0)  # logit
GLANCE = Window(frames=1, shown=(0,), longest_start_seconds=2.0)
FOCUS_CELLS = 0.6  # deviation of the spot at which the judge is to look, in cells of its map
VALIDATION = 1_000_000_007  # keeps the chance of validation apart from that of every step


@dataclass(frozen=True, kw_only=True)
class JudgeConfig:
    """The options of a judge's training."""

    shape: JudgeShape = field(default_factory=JudgeShape)
    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    validation: CorpusConfig = field(
        default_factory=lambda: CorpusConfig(seed=PLACES_SEED, variations=PLACES_VARIATIONS)
    )
    seed: int = 0
    steps: int = 3200
    batch: int = 32
    glance_steps: int = 1000  # the first of the steps: single pictures of the main subject, close up
    glance_batch: int = 192
    course_steps: int = 1000  # after these: ways of subjects and cameras, nothing painted
    course_batch: int = 256
    learning_rate: float = 2e-3
    final_learning_rate: float = 2e-5  # reached at the last step along half a cosine
    warmup_steps: int = 100
    unseen_share: float = 0.3  # of clips that hold a combination kept out of the generator's training
    spelling_out: float = 0.5  # how often an attribute that a scene leaves open is given a value all the same
    blurred_share: float = 0.3  # of clips that are seen a little out of focus
    helped_share: float = 0.7  # of clips whose main subject is shown to the judge, not to be found by it
    precision: str = "auto"  # as in TrainingConfig
    validation_clips: int = 512
    validate_every: int = 400
    checkpoint_every: int = 200

    def __post_init__(self) -> None:
        require(self.steps >= 1, "steps", "at least 1", self.steps)
        require(self.batch >= 2, "batch", "at least 2", self.batch)
        require(self.validation_clips >= 1, "validation_clips", "at least 1", self.validation_clips)


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


def judge() -> JudgeConfig:
    """`textreel train judge --out runs/judge`: the shipped judge; about half an hour on two cores with AMX."""
    return JudgeConfig()


def judge_tiny() -> JudgeConfig:
    """A judge of toy size on packaged subjects, for tests; seconds."""
    toy = CorpusConfig(variations=1, subjects=("lion", "cat"))
    return JudgeConfig(
        shape=JudgeShape(
            side=32,
            channels=(16, 16, 16, 16),
            glimpse=16,
            glimpse_channels=(16, 16, 16, 16),
            queries=2,
            features=32,
        ),
        corpus=toy,
        validation=toy,
        steps=4,
        batch=4,
        glance_steps=1,
        glance_batch=4,
        course_steps=1,
        course_batch=4,
        warmup_steps=1,
        validation_clips=4,
        validate_every=2,
        checkpoint_every=2,
    )


def train_judge(
    config: JudgeConfig,
    folder: Path,
    report: Callable[[StepReport], None] | None = None,
    stop: Callable[[], bool] | None = None,
    *,
    resume: bool = False,
) -> None:
    """Train a judge to the end or until `stop()`; FOLDER/model is what `Judge.load` reads, FOLDER/state to resume.

    Reported numbers are the loss, each head's accuracy on the step's clips ("right/colour") and, every
    `validate_every` steps and at the end, on held-out clips ("held-out/colour").

    Raises:
        TrainingError: the loss became infinite, or the run to resume had other options.
        CheckpointError: there is nothing to resume.
    """
    trainer = JudgeTrainer(config, folder)
    if resume:
        trainer.resume()
    writer = StatisticsWriter(folder, trainer.step)
    try:
        while trainer.step < config.steps and not (stop is not None and stop()):
            numbers = trainer.advance()
            last = trainer.step == config.steps
            if last or trainer.step % config.validate_every == 0:
                numbers |= trainer.validate()
            writer.write(trainer.step - 1, dict(numbers))
            if trainer.step % config.checkpoint_every == 0:
                trainer.save()
            if report is not None:
                report(StepReport(trainer.step, config.steps, numbers))
        trainer.save()
    finally:
        writer.close()


class JudgeTrainer:
    """One run; `advance()` does one step."""

    def __init__(self, config: JudgeConfig, folder: Path) -> None:
        self.config, self.folder = config, folder
        self.fabric = make_fabric(config.precision)
        torch.manual_seed(config.seed)
        self.judge = Judge(config.shape).to(self.fabric.device)
        self.optimiser = torch.optim.Adam(self.judge.parameters(), lr=config.learning_rate)
        self.corpus = open_corpus(config.corpus)
        self.step = 0
        self.seconds = 0.0
        self.accuracy: dict[str, float] = {}

    def advance(self) -> dict[str, float]:
        """Compose clips, judge them, learn; the first steps are glances only."""
        began = time.perf_counter()
        config = self.config
        generator = np.random.default_rng([config.seed, self.step])
        self.judge.train()
        loss, numbers = self.lesson(self.step)(generator)
        if not math.isfinite(loss.item()):
            raise TrainingError(
                f"The judge's loss became {loss.item()} at step {self.step}: lower its learning rate, and resume."
            )
        set_learning_rate(self.optimiser, config, self.step)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        self.step += 1
        elapsed = time.perf_counter() - began
        self.seconds += elapsed
        return {
            "loss": loss.item(),
            **numbers,
            "seconds": elapsed,
            "clips_per_second": config.batch / elapsed,
        }

    def lesson(self, step: int) -> Callable[[np.random.Generator], tuple[Tensor, dict[str, float]]]:
        """What is learned in a step: glances first, then courses, then whole clips."""
        if step < self.config.glance_steps:
            return self.glance
        return self.follow if step < self.config.glance_steps + self.config.course_steps else self.watch

    def glance(self, generator: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """Many pictures of main subjects, close up: what has to be learned of 70 of them is learned fastest so."""
        specs = [draw_spec(self.corpus, generator, self.config) for _ in range(self.config.glance_batch)]
        shape = self.config.shape
        clips = compose_clips(self.corpus, specs, generator, shape.glimpse, close=True)
        right = self.right_answers(clips)
        frames = blur_some(clips.frames, generator, self.config.blurred_share).to(self.fabric.device)
        with self.fabric.autocast():
            glances = self.judge.glance_at(self.judge.glimpse.see(frames))
        found = [({head: logits[:, 0] for head, logits in glances.answers.items()}, right)]
        numbers = {f"glance/{head}": share for head, share in shares_right(found).items()}
        looked = middle_of_view(clips.main)
        missing = posture_loss(glances, looked, clips)
        return glance_loss(glances, right, clips) + missing, numbers | {"loss/posture": missing.item()}

    def follow(self, generator: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """The ways of many subjects and cameras, as one sees them, without painting anything."""
        specs = [draw_spec(self.corpus, generator, self.config) for _ in range(self.config.course_batch)]
        scenes = [self.corpus.stage(spec, generator, JUDGED) for spec in specs]
        ways = ways_of(self.corpus, scenes, generator)
        right = answers([shown_attributes(scene.resolved) for scene in scenes])
        right = {head: right[head].to(self.fabric.device) for head in MOVING}
        course = self.judge.follow(*(part.to(self.fabric.device) for part in ways))
        logits = {head: self.judge.heads[head](course) for head in MOVING}
        numbers = {f"course/{head}": share for head, share in shares_right([(logits, right)]).items()}
        return torch.stack([*head_losses(logits, right).values()]).sum(), numbers

    def watch(self, generator: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """Whole clips, and every question."""
        config = self.config
        clips, right = self.clips(self.corpus, generator, config.batch)
        frames = blur_some(clips.frames, generator, config.blurred_share).to(self.fabric.device)
        with self.fabric.autocast():
            shown = shaken(clips.main, generator)
            helped = torch.from_numpy(generator.random(config.batch) < config.helped_share)
            look = self.judge.look(
                frames, map_tensors(shown, lambda part: part.to(frames.device)), helped.to(frames.device)
            )
            logits = self.judge.answer(look.features)
        losses = {
            "finding": finding_loss(look, clips),
            "glancing": glance_loss(look.glances, right, clips),
            "posture": posture_loss(look.glances, look.looked, clips),
            "drift": 50 * (look.drift - clips.drift.to(look.drift)).abs().mean(),
        }
        loss = torch.stack([*losses.values(), *head_losses(logits, right).values()]).sum()
        return loss, {
            **{f"loss/{name}": value.item() for name, value in losses.items()},
            **{f"right/{head}": share for head, share in shares_right([(logits, right)]).items()},
        }

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """The share of held-out real clips that each head tells right."""
        self.judge.eval()
        corpus, judged = open_corpus(self.config.validation), []
        for start in range(0, self.config.validation_clips, self.config.batch):
            generator = np.random.default_rng([self.config.seed, VALIDATION, start])
            size = min(self.config.batch, self.config.validation_clips - start)
            clips, right = self.clips(corpus, generator, size)
            with self.fabric.autocast():
                judged.append((self.judge(clips.frames.to(self.fabric.device)), right))
        self.accuracy = shares_right(judged)
        return {f"held-out/{head}": share for head, share in self.accuracy.items()}

    def clips(
        self, corpus: ScenesCorpus, generator: np.random.Generator, size: int
    ) -> tuple[JudgedClips, dict[str, Tensor]]:
        """Clips of random scenes, and the right answers by head."""
        specs = [draw_spec(corpus, generator, self.config) for _ in range(size)]
        clips = compose_clips(corpus, specs, generator, self.config.shape.side)
        return clips, self.right_answers(clips)

    def right_answers(self, clips: JudgedClips) -> dict[str, Tensor]:
        """The right answers by head, where the judge is."""
        return {head: index.to(self.fabric.device) for head, index in answers(clips.attributes).items()}

    def save(self) -> None:
        """FOLDER/state and FOLDER/model; each is whole or not there."""
        tensors = {f"judge.{name}": value for name, value in self.judge.state_dict().items()}
        for key, moments in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{key}.{part}": torch.as_tensor(value) for part, value in moments.items()}
        facts = {"config": asdict(self.config), "step": self.step, "seconds": self.seconds}
        checkpoint.save(self.folder / "state", tensors, facts | {"accuracy": self.accuracy}, kind=STATE_KIND)
        self.judge.save(
            self.folder / "model",
            {
                "name": "scenes-judge",
                "steps": self.step,
                "hours": round(self.seconds / 3600, 3),
                "accuracy": self.accuracy,
                "validation_clips": self.config.validation_clips,
            },
        )

    def resume(self) -> None:
        """Go on from FOLDER/state."""
        saved = checkpoint.load(self.folder / "state", kind=STATE_KIND)
        if saved.metadata["config"] != json.loads(json.dumps(asdict(self.config))):
            raise TrainingError(
                f"The judge in '{self.folder}' was trained with other options; resume it with the same ones."
            )
        checkpoint.restore(self.judge, part_of(saved.tensors, "judge."), source=self.folder / "state")
        restore_optimiser(self.optimiser, part_of(saved.tensors, "optimiser."))
        self.step, self.seconds = int(saved.metadata["step"]), float(saved.metadata["seconds"])
        self.accuracy = dict(saved.metadata["accuracy"])


def open_corpus(config: CorpusConfig) -> ScenesCorpus:
    return ScenesCorpus(seed=config.seed, variations=config.variations, subjects=config.subjects)


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


def finding_loss(look: Look, clips: JudgedClips) -> Tensor:
    """Where both subjects are, how large, and whether they are to be seen."""
    losses = []
    for slot, (found, true) in enumerate(((look.main, clips.main), (look.second, clips.second))):
        visible = clips.visible[..., slot].to(look.focus.device)
        wrong_size = (found.sizes - true.sizes.to(found.sizes)).abs()
        losses += [
            mean_where(focus_distance(look.focus[:, :, slot], true.places), visible),
            mean_where(wrong_size, visible),
            F.binary_cross_entropy_with_logits(found.visible, visible.float()),
        ]
    return torch.stack(losses).sum()


def focus_distance(focus_BTHW: Tensor, places_BT2: Tensor) -> Tensor:
    """Cross-entropy [B, T] of where the judge looks against a soft spot at the right place."""
    height, width = focus_BTHW.shape[2:]
    places = places_BT2.to(focus_BTHW.device)
    rows = (torch.arange(height, device=places.device) + 0.5)[:, None] - height * places[..., 1, None, None]
    columns = (torch.arange(width, device=places.device) + 0.5) - width * places[..., 0, None, None]
    spot = torch.softmax((-(rows.square() + columns.square()) / (2 * FOCUS_CELLS**2)).flatten(2), dim=-1)
    return -(spot * focus_BTHW.flatten(2).log_softmax(dim=-1)).sum(dim=-1)


def posture_loss(glances: Glances, looked: Track, clips: JudgedClips) -> Tensor:
    """How far glimpses are wrong about the subject's exact place, size and posture, where it is near and seen."""
    device = glances.offsets.device
    true, size = clips.main, looked.sizes.exp()
    shift = (true.places.to(device) - looked.places) / size[..., None]
    larger = true.sizes.to(device) - looked.sizes
    target = torch.cat([shift, larger[..., None], clips.postures.to(device)], dim=-1).detach()
    near = clips.visible[..., 0].to(device) & (target[..., :3].abs() < FARTHEST_GLANCE).all(dim=-1)
    made = torch.cat([glances.offsets, glances.postures], dim=-1)
    weights = target.new_tensor([4.0, 4.0, 2.0, 1.0, 1.0, 1.0, 1.0])
    return mean_where(((made - target).abs() * weights).mean(dim=-1), near)


def mean_where(values: Tensor, wanted: Tensor) -> Tensor:
    """The mean of some values; 0 if none is wanted."""
    return (values * wanted).sum() / wanted.sum().clamp(min=1)


def glance_loss(glances: Glances, right: Mapping[str, Tensor], clips: JudgedClips) -> Tensor:
    """Cross-entropy of what single glimpses tell, where the subject is seen, summed over the heads."""
    losses = []
    for head, logits in glances.answers.items():
        seen = clips.visible[..., 0].to(logits.device)
        answers_BT = right[head][:, None].masked_fill(~seen, NOT_APPLICABLE)
        total = F.cross_entropy(
            logits.flatten(0, 1), answers_BT.flatten(), ignore_index=NOT_APPLICABLE, reduction="sum"
        )
        losses.append(total / (answers_BT != NOT_APPLICABLE).sum().clamp(min=1))
    return torch.stack(losses).sum()


def blur_some(frames_BTCHW: Tensor, generator: np.random.Generator, share: float) -> Tensor:
    """Some of the clips a little out of focus: what is shown is to be told, not how sharply."""
    chosen = torch.from_numpy(np.flatnonzero(generator.random(len(frames_BTCHW)) < share))
    soft = F.avg_pool2d(frames_BTCHW[chosen].flatten(0, 1), 3, 1, 1, count_include_pad=False)
    return frames_BTCHW.index_copy(0, chosen, soft.view_as(frames_BTCHW[chosen]))


def head_losses(logits: Mapping[str, Tensor], right: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The mean cross-entropy of each head over the clips that have an answer to it; 0 if none has."""
    losses = {}
    for head, values in logits.items():
        total = F.cross_entropy(values, right[head], ignore_index=NOT_APPLICABLE, reduction="sum")
        losses[head] = total / (right[head] != NOT_APPLICABLE).sum().clamp(min=1)
    return losses


def shares_right(judged: Sequence[tuple[Mapping[str, Tensor], Mapping[str, Tensor]]]) -> dict[str, float]:
    """The share of right answers by head over batches of (logits, right answers); heads nobody asked are left out."""
    shares = {}
    for head in judged[0][0]:
        wanted = torch.cat([right[head] for _, right in judged])
        found = torch.cat([logits[head].argmax(dim=1) for logits, _ in judged])
        asked = wanted != NOT_APPLICABLE
        if asked.any():
            shares[head] = float((found == wanted)[asked].float().mean())
    return shares


def set_learning_rate(optimiser: torch.optim.Optimizer, config: JudgeConfig, step: int) -> None:
    """Linear warm-up, then half a cosine down to the final rate."""
    fall = 0.5 * (1 + math.cos(math.pi * min(1.0, step / config.steps)))
    rate = config.final_learning_rate + (config.learning_rate - config.final_learning_rate) * fall
    for group in optimiser.param_groups:
        group["lr"] = rate * min(1.0, (step + 1) / max(1, config.warmup_steps))
