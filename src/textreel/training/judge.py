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
from textreel.corpora.scenes.attributes import SAYABLE, WEATHERS_IN
from textreel.corpora.scenes.corpus import Scene, ScenesCorpus, shown_attributes
from textreel.corpora.scenes.spec import Mention, SceneSpec, SpecError
from textreel.errors import TrainingError
from textreel.evaluation.bench import PLACES_SEED, PLACES_VARIATIONS
from textreel.evaluation.judge import HEADS, JUDGED, NOT_APPLICABLE, Judge, JudgeShape, answers
from textreel.nn.compositing import POSE, compose, wrap
from textreel.training.configuration import CorpusConfig, require
from textreel.training.processes import make_fabric
from textreel.training.state import part_of, restore_optimiser
from textreel.training.statistics import StatisticsWriter
from textreel.training.trainer import StepReport

STATE_KIND = "judge-training-state"
SPELT_OUT = ("colour", "size", "time", "weather", "camera")
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
    steps: int = 1500
    batch: int = 32
    learning_rate: float = 2e-3
    final_learning_rate: float = 2e-5  # reached at the last step along half a cosine
    warmup_steps: int = 100
    unseen_share: float = 0.3  # of clips that hold a combination kept out of the generator's training
    spelling_out: float = 0.5  # how often an attribute that a scene leaves open is given a value all the same
    blurred_share: float = 0.3  # of clips that are seen a little out of focus
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

    frames [B, T, 3, side, side] in [-1, 1]; attributes: what each shows; places [B, T, 2]: x and y of the main
    subject in the view, 0..1 from left and top; visible [B, T] bool: whether it is to be seen there.
    """

    frames: Tensor
    attributes: tuple[dict[str, str], ...]
    places: Tensor
    visible: Tensor


def judge() -> JudgeConfig:
    """`textreel train judge --out runs/judge`: the shipped judge; about half an hour on two cores with AMX."""
    return JudgeConfig()


def judge_tiny() -> JudgeConfig:
    """A judge of toy size on packaged subjects, for tests; seconds."""
    toy = CorpusConfig(variations=1, subjects=("lion", "cat"))
    return JudgeConfig(
        shape=JudgeShape(side=32, channels=(16, 16, 16, 16), motion_channels=16, queries=2, features=32),
        corpus=toy,
        validation=toy,
        steps=4,
        batch=4,
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
        """Compose clips, judge them, learn."""
        began = time.perf_counter()
        config = self.config
        generator = np.random.default_rng([config.seed, self.step])
        clips, right = self.clips(self.corpus, generator, config.batch)
        frames = blur_some(clips.frames, generator, config.blurred_share).to(self.fabric.device)
        composed = time.perf_counter()
        set_learning_rate(self.optimiser, config, self.step)
        self.optimiser.zero_grad(set_to_none=True)
        self.judge.train()
        with self.fabric.autocast():
            features, focus = self.judge.look(frames)
            logits = self.judge.answer(features)
        looking = focus_loss(focus, clips)
        loss = torch.stack([looking, *head_losses(logits, right).values()]).sum()
        if not math.isfinite(loss.item()):
            raise TrainingError(
                f"The judge's loss became {loss.item()} at step {self.step}: lower its learning rate, and resume."
            )
        loss.backward()
        self.optimiser.step()
        self.step += 1
        elapsed = time.perf_counter() - began
        self.seconds += elapsed
        return {
            "loss": loss.item(),
            "loss/focus": looking.item(),
            **{f"right/{head}": share for head, share in shares_right([(logits, right)]).items()},
            "seconds": elapsed,
            "seconds/composing": composed - began,
            "clips_per_second": config.batch / elapsed,
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
        right = answers(clips.attributes)
        return clips, {head: index.to(self.fabric.device) for head, index in right.items()}

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
    corpus: ScenesCorpus, specs: Sequence[SceneSpec], generator: np.random.Generator, side: int
) -> JudgedClips:
    """Clips of scenes, in any order.

    As `ScenesCorpus.compose`, but empty slots and clear air are not painted, which nearly halves the time.
    """
    groups: dict[tuple[int, bool], list[Scene]] = defaultdict(list)
    for spec in specs:
        scene = corpus.stage(spec, generator, JUDGED)
        groups[len(scene.resolved.subjects), scene.resolved.weather == "clear"].append(scene)
    parts = [paint(corpus, scenes, slots, clear, side) for (slots, clear), scenes in groups.items()]
    return JudgedClips(
        frames=torch.cat([part.frames for part in parts]),
        attributes=tuple(shown for part in parts for shown in part.attributes),
        places=torch.cat([part.places for part in parts]),
        visible=torch.cat([part.visible for part in parts]),
    )


def paint(corpus: ScenesCorpus, scenes: Sequence[Scene], slots: int, clear: bool, side: int) -> JudgedClips:
    """Clips of scenes that have so many subjects, and the same kind of air."""
    known = corpus.annotate(scenes, JUDGED)
    layers = replace(
        known.layers,
        sprites=known.layers.sprites[:, :, :slots],
        poses=known.layers.poses[:, :, :slots],
        tint=known.layers.tint[:, :slots],
        weather=None if clear else known.layers.weather,
    )
    seconds = torch.tensor(JUDGED.shown, dtype=torch.float32) / corpus.fps
    scroll = torch.remainder(known.weather_velocity[:, None] * seconds[None, :, None], 1.0)
    cameras = torch.from_numpy(np.stack([scene.camera for scene in scenes]))
    places = places_in_view(layers.poses[:, :, 0], cameras)
    inside = ((places > 0) & (places < 1)).all(dim=-1)
    return JudgedClips(
        frames=compose(layers, cameras, scroll, side, side).clamp(-1, 1),
        attributes=tuple(shown_attributes(scene.resolved) for scene in scenes),
        places=places,
        visible=inside & (layers.poses[:, :, 0, POSE["opacity"]] > 0.3),
    )


def places_in_view(pose_BTP: Tensor, camera_BT4: Tensor) -> Tensor:
    """x and y in the view, 0..1 from left and top, of what has these poses, [B, T, 2]; the camera does not roll."""
    x = torch.atan2(pose_BTP[..., POSE["x_sin"]], pose_BTP[..., POSE["x_cos"]]) / math.pi
    right = wrap(x - camera_BT4[..., 0])
    down = pose_BTP[..., POSE["y"]] - camera_BT4[..., 1]
    return torch.stack([right, down], dim=-1) * camera_BT4[..., 2:3] + 0.5


def focus_loss(focus_BTHW: Tensor, clips: JudgedClips) -> Tensor:
    """Cross-entropy of where the judge looks against a soft spot where the main subject is, where it is seen."""
    height, width = focus_BTHW.shape[2:]
    places = clips.places.to(focus_BTHW.device)
    rows = (torch.arange(height, device=places.device) + 0.5)[:, None] - height * places[..., 1, None, None]
    columns = (torch.arange(width, device=places.device) + 0.5) - width * places[..., 0, None, None]
    spot = torch.softmax((-(rows.square() + columns.square()) / (2 * FOCUS_CELLS**2)).flatten(2), dim=-1)
    missed = -(spot * focus_BTHW.flatten(2).log_softmax(dim=-1)).sum(dim=-1)
    visible = clips.visible.to(missed)
    return (missed * visible).sum() / visible.sum().clamp(min=1)


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
    for head in HEADS:
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
