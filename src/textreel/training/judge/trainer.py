"""Training the judge of `evaluation` on composed real clips: it never sees what a generator made.

Clips are of all splits, held-out combinations too, since the judge is a measuring tool; it is validated on clips
in painted places of another seed. Everything random about step n is drawn from (seed, n), so a resumed run
equals the uninterrupted one.
"""

import math
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from textreel import checkpoint
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.errors import TrainingError
from textreel.evaluation.courses import ways
from textreel.evaluation.judge import KIND, MOVING, Judge, answers, mirrored_answers
from textreel.models import find
from textreel.nn.records import map_tensors
from textreel.training.configuration import CorpusConfig
from textreel.training.judge.clips import (
    GLANCE,
    JudgedClips,
    blur_some,
    compose_clips,
    draw_scene,
    draw_spec,
    judged_attributes,
    middle_of_view,
    shaken,
    ways_of,
)
from textreel.training.judge.configuration import JudgeConfig
from textreel.training.judge.losses import (
    finding_loss,
    glance_loss,
    head_losses,
    posture_loss,
    shares_right,
    sum_of,
)
from textreel.training.processes import make_fabric
from textreel.training.state import model_is_saved, part_of, require_same_options, restore_optimiser
from textreel.training.statistics import StatisticsWriter
from textreel.training.trainer import StepReport

STATE_KIND = "judge-training-state"
VALIDATION = 1_000_000_007  # keeps the chance of validation apart from that of every step
REVIEW = 1_000_000_009  # and that of the clips for the review
SMOOTHING = 0.02  # of the answers in the review: what is seen so often is soon known by heart
DISTURBANCE = 0.02  # deviation of what is added to ways in the review
RATES = (1.0, 1.0, 1.0, 0.2, 0.5)
"""The highest learning rate of each lesson, as a share of the one in the options."""
ALONE = 3  # the lesson in which it finds subjects with little help


def train_judge(
    config: JudgeConfig,
    folder: Path,
    report: Callable[[StepReport], None] | None = None,
    stop: Callable[[], bool] | None = None,
    *,
    resume: bool = False,
    begin_with: Judge | None = None,
) -> None:
    """Train a judge to the end or until `stop()`; FOLDER/model is what `Judge.load` reads, FOLDER/state to resume.

    A new run may begin with the weights of another judge.

    Reported numbers are the loss, each head's accuracy on the step's clips ("right/colour") and, every
    `validate_every` steps and at the end, on held-out clips ("held-out/colour").

    Raises:
        TrainingError: the loss became infinite, or the run to resume had other options.
        CheckpointError: there is nothing to resume.
    """
    trainer = JudgeTrainer(config, folder)
    if begin_with is not None:
        trainer.judge.load_state_dict(begin_with.state_dict())
        trainer.save()  # a run that is killed early must not be resumed without these weights
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
        self.optimiser = self.fresh_optimiser()
        self.corpus = open_corpus(config.corpus)
        self.step = 0
        self.seconds = 0.0
        self.accuracy: dict[str, float] = {}

    def fresh_optimiser(self) -> torch.optim.Adam:
        return torch.optim.Adam(self.judge.parameters(), lr=self.config.learning_rate)

    def advance(self) -> dict[str, float]:
        """Compose clips, judge them, learn; the first steps are glances only."""
        began = time.perf_counter()
        config = self.config
        if self.step in config.lesson_starts:
            # What Adam has measured of the small gradients at the end of a lesson makes its first steps in the next
            # too large.
            self.optimiser = self.fresh_optimiser()
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
        """What is learned in a step: glances first, then courses, then whole clips, then courses as found in these."""
        return (self.glance, self.follow, self.watch, self.watch, self.review)[self.config.lesson_at(step)]

    def glance(self, generator: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """Many pictures of subjects, close up: what has to be learned of 70 of them is learned fastest so."""
        specs = [draw_spec(self.corpus, generator, self.config) for _ in range(self.config.glance_batch)]
        scenes = [self.corpus.stage(spec, generator, GLANCE) for spec in specs]
        clips = compose_clips(self.corpus, scenes, self.config.shape.glimpse, generator)
        right = self.right_answers(clips)
        frames = blur_some(clips.frames, generator, self.config.blurred_share).to(self.fabric.device)
        with self.fabric.autocast():
            glances = self.judge.glance_at(self.judge.glimpse.see(frames[:, :, None]))
        found = [({head: logits[:, 0, 0] for head, logits in glances.answers.items()}, right)]
        numbers = {f"glance/{head}": share for head, share in shares_right(found).items()}
        looked = middle_of_view(clips.track)
        missing = posture_loss(glances, looked, clips)
        return glance_loss(glances, looked, right, clips) + missing, numbers | {
            "loss/posture": missing.item()
        }

    def follow(self, generator: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """The ways of many subjects and cameras, as one sees them, without painting anything."""
        config = self.config
        scenes = [
            draw_scene(self.corpus, generator, config, config.late_share) for _ in range(config.course_batch)
        ]
        walked, drift = ways_of(self.corpus, scenes, generator)
        return self.read_ways(walked, drift, answers([judged_attributes(scene) for scene in scenes]))

    def read_ways(
        self, walked: Tensor, drift: Tensor, right: dict[str, Tensor], smoothing: float = 0.0
    ) -> tuple[Tensor, dict[str, float]]:
        """What ways and drifts tell, held against the right answers."""
        right = {head: right[head].to(self.fabric.device) for head in MOVING}
        course = self.judge.course(walked.to(self.fabric.device), drift.to(self.fabric.device))
        logits = {head: self.judge.head(head)(course).float() for head in MOVING}
        numbers = {f"course/{head}": share for head, share in shares_right([(logits, right)]).items()}
        return torch.stack([*head_losses(logits, right, smoothing).values()]).sum(), numbers

    def watch(self, generator: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """Whole clips, and every question."""
        config = self.config
        clips, right = self.clips(self.corpus, generator, config.batch, config.late_share)
        frames = blur_some(clips.frames, generator, config.blurred_share).to(self.fabric.device)
        with self.fabric.autocast():
            shown = shaken(clips.track, generator)
            alone = config.lesson_at(self.step) == ALONE
            share = config.helped_share_alone if alone else config.helped_share
            helped = torch.from_numpy(generator.random(config.batch) < share)
            look = self.judge.look(
                frames, map_tensors(shown, lambda part: part.to(frames.device)), helped.to(frames.device)
            )
            logits = self.judge.answer(look.features)
        losses = {
            "finding": finding_loss(look, clips),
            "glancing": sum_of(
                glance_loss(glances, looked, right, clips) for looked, glances in look.glimpses
            ),
            "posture": sum_of(posture_loss(glances, looked, clips) for looked, glances in look.glimpses),
            "drift": 50 * (look.drift - clips.drift.to(look.drift)).abs().mean(),
        }
        loss = torch.stack([*losses.values(), *head_losses(logits, right).values()]).sum()
        return loss, {
            **{f"loss/{name}": value.item() for name, value in losses.items()},
            **{f"right/{head}": share for head, share in shares_right([(logits, right)]).items()},
        }

    def review(self, generator: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """The ways that the judge has found itself in many clips, over and over: its eyes learn no more meanwhile.

        They are found once, since that is nearly all of the work, a little disturbed every time, and half of them
        mirrored.
        """
        kept, drift, right = self.found
        chosen = torch.from_numpy(generator.integers(len(kept), size=self.config.review_batch))
        disturbed = kept[chosen]
        noise = torch.from_numpy(generator.standard_normal(disturbed.shape, dtype=np.float32))
        disturbed = disturbed + DISTURBANCE * noise * (disturbed != 0)
        return self.read_ways(
            disturbed, drift[chosen], {head: right[head][chosen] for head in MOVING}, SMOOTHING
        )

    @cached_property
    @torch.no_grad()
    def found(self) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Ways [N, T, S, WAY], drifts [N, T - 1, DRIFT] and right answers [N] of the clips for the review."""
        self.judge.eval()
        seen = [self.ways_found(start) for start in range(0, self.config.review_clips, self.config.batch)]
        kept, drifts, right = zip(*(part for pair in seen for part in pair), strict=True)
        return (
            torch.cat(kept),
            torch.cat(drifts),
            {head: torch.cat([each[head] for each in right]) for head in MOVING},
        )

    @torch.no_grad()
    def ways_found(self, start: int) -> list[tuple[Tensor, Tensor, dict[str, Tensor]]]:
        """What `Judge.course` reads of some clips and of their mirror images, with the right answers."""
        generator = np.random.default_rng([self.config.seed, REVIEW, start])
        size = min(self.config.batch, self.config.review_clips - start)
        clips, right = self.clips(self.corpus, generator, size, self.config.late_share)
        frames = blur_some(clips.frames, generator, self.config.blurred_share).to(self.fabric.device)
        pairs = []
        for shown, answer in ((frames, right), (frames.flip(-1), mirrored_answers(right))):
            with self.fabric.autocast():
                look = self.judge.look(shown)
            looked, glances = look.glimpses[-1]
            pairs.append((ways(looked, glances).float(), look.drift.float(), answer))
        return pairs

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
        self, corpus: ScenesCorpus, generator: np.random.Generator, size: int, late_share: float = 0.0
    ) -> tuple[JudgedClips, dict[str, Tensor]]:
        """Clips of random scenes, such a share of them late in their films, and the right answers by head."""
        scenes = [draw_scene(corpus, generator, self.config, late_share) for _ in range(size)]
        clips = compose_clips(corpus, scenes, self.config.shape.side)
        return clips, self.right_answers(clips)

    def right_answers(self, clips: JudgedClips) -> dict[str, Tensor]:
        """The right answers by head, where the judge is."""
        return {head: index.to(self.fabric.device) for head, index in answers(clips.attributes).items()}

    def save(self) -> None:
        """FOLDER/model, then FOLDER/state; each is whole or as it was before.

        Raises:
            CheckpointError: the model cannot be written.
            TrainingError: the model is saved, and what is needed to resume cannot be written.
        """
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
        tensors = {f"judge.{name}": value for name, value in self.judge.state_dict().items()}
        for key, moments in self.optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{key}.{part}": torch.as_tensor(value) for part, value in moments.items()}
        facts = {"config": asdict(self.config), "step": self.step, "seconds": self.seconds}
        facts["accuracy"] = self.accuracy
        with model_is_saved(self.folder, self.step, self.config.steps):
            checkpoint.save(self.folder / "state", tensors, facts, kind=STATE_KIND)

    def resume(self) -> None:
        """Go on from FOLDER/state."""
        saved = checkpoint.load(self.folder / "state", kind=STATE_KIND)
        require_same_options(saved.metadata, self.config, self.folder)
        checkpoint.restore(self.judge, part_of(saved.tensors, "judge."), source=self.folder / "state")
        restore_optimiser(self.optimiser, part_of(saved.tensors, "optimiser."))
        self.step, self.seconds = int(saved.metadata["step"]), float(saved.metadata["seconds"])
        self.accuracy = dict(saved.metadata["accuracy"])


def judge_from(source: str | Path, config: JudgeConfig) -> Judge:
    """The judge in a folder, or in that of its run, to begin another run with.

    Raises:
        UsageError: there is no model.
        CheckpointError: it is no judge, or one of another shape.
    """
    judge = Judge(config.shape)
    checkpoint.restore(judge, checkpoint.load(find(source), kind=KIND).tensors, source=source)
    return judge


def open_corpus(config: CorpusConfig) -> ScenesCorpus:
    return ScenesCorpus(seed=config.seed, variations=config.variations, subjects=config.subjects)


def set_learning_rate(optimiser: torch.optim.Optimizer, config: JudgeConfig, step: int) -> None:
    """In each lesson a linear warm-up to its share of the rate, then half a cosine down to the final rate."""
    lesson = config.lesson_at(step)
    start = config.lesson_starts[lesson]
    end = min((later for later in config.lesson_starts if later > step), default=config.steps)
    fall = 0.5 * (1 + math.cos(math.pi * (step - start) / (end - start)))
    highest = config.learning_rate * RATES[lesson]
    rate = config.final_learning_rate + (highest - config.final_learning_rate) * fall
    for group in optimiser.param_groups:
        group["lr"] = rate * min(1.0, (step - start + 1) / max(1, config.warmup_steps))
