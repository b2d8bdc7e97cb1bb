"""The training loop: generator and discriminators in turn, in phases one can read from top to bottom.

Everything random about a clip of step n is drawn from generators seeded by (seed, n, clip), so a resumed run equals the
uninterrupted one bit for bit, and two processes train on the same clips as one with the double batch.
"""

import copy
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import nn

from textreel import checkpoint
from textreel.corpora.protocol import Corpus
from textreel.errors import CorpusError, TrainingError
from textreel.generator.words import word_tensors
from textreel.language import WordVectors, tokenize
from textreel.training.chance import ClipChance
from textreel.training.configuration import TrainingConfig
from textreel.training.critic import Critic, save_discriminators
from textreel.training.objectives import OBJECTIVES, Lesson, Moment, Objective
from textreel.training.phases import DiscriminatorPhase, GeneratorPhase, Phase, game_weight
from textreel.training.processes import (
    any_of,
    average_gradients,
    make_fabric,
    mean_of_numbers,
    require_compiler,
)
from textreel.training.reading import DisturbedWords
from textreel.training.state import MODEL_KIND, begin_with, load_state, model_is_saved, save_state
from textreel.training.statistics import Alarms, read_statistics, statistics

CAPTIONS_READ = 4000
FIRST_SHEET_SHARE = 0.02  # of the steps are done when the first contact sheet is drawn


@dataclass(frozen=True)
class StepReport:
    """What a step hands to whoever watches: how many are done, how many there are, its numbers, warnings.

    `sheet` is the contact sheet that was drawn after it, if one was.
    """

    step: int
    steps: int
    numbers: dict[str, float]
    warnings: tuple[str, ...] = ()
    sheet: Path | None = None


class Trainer:
    """Trains one run. `advance()` does one step; `run()` goes to the end, saving and reporting on the way."""

    def __init__(
        self,
        config: TrainingConfig,
        corpus: Corpus,
        vectors: WordVectors,
        folder: Path,
        *,
        fabric: Fabric | None = None,
    ) -> None:
        self.config, self.corpus, self.vectors, self.folder = config, corpus, vectors, folder
        self.fabric = fabric or make_fabric(config.precision)
        if config.batch % self.fabric.world_size:
            raise TrainingError(
                f"batch must be a multiple of the {self.fabric.world_size} processes, got {config.batch}."
            )
        self.build_networks()
        self.fit_vocabulary()
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        if config.compile:
            require_compiler(self.fabric.device)
            self.generator.compile_decoders()
        self.networks = {
            "generator": self.generator,
            "critic": self.critic,
            "average": self.average,
            **self.objective.companions(),
        }
        self.phases: list[Phase] = [
            GeneratorPhase(config, self.objective, self.critic, self.fabric),
            DiscriminatorPhase(config, self.critic),
        ]
        self.step = 0
        self.seconds = 0.0
        self.lessons_had = 0
        self.alarms = Alarms()
        self.notes: tuple[str, ...] = ()
        self.sheet_drawn = 0.0

    def build_networks(self) -> None:
        """Both players with weights drawn from the seed."""
        config, device = self.config, self.fabric.device
        words = DisturbedWords(
            self.vectors,
            longest=config.generator.text.max_words,
            share=config.disturbed_words,
            device=device,
        )
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            objective = OBJECTIVES[config.generator.kind]
            self.objective: Objective = objective(config, self.corpus, words, self.fabric)
            self.critic = Critic(config.generator.text, config.adversarial.judges).to(device)
        self.generator = self.objective.generator
        self.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        convolutions_channels_last(self.critic)

    def fit_vocabulary(self) -> None:
        """Centre the text encoders on the word vectors and put their prototypes on the words captions use."""
        captions = self.corpus.captions(np.random.default_rng(self.config.seed), CAPTIONS_READ, "train")
        self.vocabulary = sorted({word for caption in captions for word in tokenize(caption)})
        vectors, mask = word_tensors(captions, self.vectors, self.config.generator.text.max_words)
        used = torch.unique(vectors[mask], dim=0)
        known = torch.from_numpy(self.vectors.matrix)
        for network in (self.generator, self.critic):
            chance = torch.Generator().manual_seed(self.config.seed)
            network.text_encoder.embedding.fit(known, used, chance)

    # -- one step ---------------------------------------------------------------------------------------------

    def advance(self) -> dict[str, float]:
        """One step of the game: every active phase goes forward, backward, and updates by Adam."""
        began = time.perf_counter()
        numbers = self.play(self.step)
        self.step += 1
        elapsed = time.perf_counter() - began
        self.seconds += elapsed
        numbers["seconds"] = elapsed
        numbers["clips_per_second"] = self.config.batch / elapsed
        return mean_of_numbers(self.fabric, numbers)

    def play(self, step: int, *, size: int | None = None) -> dict[str, float]:
        """What is learned in one step, with `size` clips in this process instead of its part of the batch."""
        moment = self.prepare(step, size=size)
        for phase in self.phases:
            if phase.active(moment):
                with only(phase.network, self.phases):
                    self.take_turn(phase, moment)
        self.update_average()
        return moment.numbers

    def prepare(self, step: int, *, size: int | None = None) -> Moment:
        """Draw this process's part of the batch, its words, and the game's weight."""
        size = size or self.config.batch // self.fabric.world_size
        clips = range(self.fabric.global_rank * size, (self.fabric.global_rank + 1) * size)
        generators = [np.random.default_rng([self.config.seed, step, clip]) for clip in clips]
        batch = self.corpus.batch(
            generators, window=self.config.window, split="train", side=self.config.side
        ).to(self.fabric.device)
        chance, distance = ClipChance.of(self.config.seed, step, clips), self.config.word_disturbance
        words = self.objective.words
        return Moment(
            step=step,
            batch=batch,
            words=words(batch.captions, chance, distance),
            wrong_words=words(batch.wrong_captions, chance, distance),
            real=self.objective.real_showing(batch),
            chance=chance,
            game=game_weight(self.config, step),
        )

    def take_turn(self, phase: Phase, moment: Moment) -> None:
        """Forward, backward, and one update by Adam."""
        for group in phase.optimiser.param_groups:
            group["lr"] = group.get("share", 1.0) * phase.learning_rate(moment.step)
        phase.optimiser.zero_grad(set_to_none=True)
        with self.fabric.autocast():
            loss = phase.loss(moment)
        loss.backward()
        average_gradients(self.fabric, phase.parameters())
        norm = nn.utils.clip_grad_norm_(phase.parameters(), self.config.gradient_norm)
        phase.optimiser.step()
        moment.numbers |= {f"loss/{phase.name}": loss.item(), f"gradient/{phase.name}": norm.item()}

    @torch.no_grad()
    def update_average(self) -> None:
        """Exponential moving average of the generator, ramped up over the first steps."""
        decay = min(self.config.ema_decay, (1 + self.step) / (10 + self.step))
        for mean, value in zip(self.average.parameters(), self.generator.parameters(), strict=True):
            mean.lerp_(value, 1 - decay)

    # -- before the first step ---------------------------------------------------------------------------------

    def teach(
        self,
        lesson: Lesson,
        *,
        report: Callable[[StepReport], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> bool:
        """Give a whole lesson; false when it was stopped before its end, and nothing is kept of it then.

        Its numbers go to RUN/lessons/NAME.
        """
        config, folder = self.config, self.folder / "lessons" / lesson.name
        optimiser = torch.optim.Adam(lesson.parameters, lr=config.learning_rate, betas=config.betas)
        began = time.perf_counter()
        with statistics(folder, 0, wanted=self.fabric.is_global_zero) as write:
            for step in range(lesson.steps):
                if any_of(self.fabric, stop is not None and stop()):
                    return False
                numbers = self.practise(lesson, step, optimiser)
                write(step, dict(numbers))
                if report is not None:
                    report(StepReport(0, config.steps, numbers))
        self.seconds += time.perf_counter() - began
        self.average.load_state_dict(self.generator.state_dict())
        return True

    def practise(self, lesson: Lesson, step: int, optimiser: torch.optim.Optimizer) -> dict[str, float]:
        """One step of a lesson; the learning rate warms up and then falls to a tenth."""
        began = time.perf_counter()
        for group in optimiser.param_groups:
            share = min(1.0, (step + 1) / 50, 1.1 - step / lesson.steps)
            group["lr"] = self.config.learning_rate * share
        optimiser.zero_grad(set_to_none=True)
        loss, numbers = lesson.loss(step)
        if not math.isfinite(loss.item()):
            raise TrainingError(
                f"The loss of the lesson {lesson.name} became {loss.item()} at step {step}: lower learning_rate."
            )
        loss.backward()
        nn.utils.clip_grad_norm_(lesson.parameters, self.config.gradient_norm)
        optimiser.step()
        speed = lesson.clips / (time.perf_counter() - began)
        return {f"loss/{lesson.name}": loss.item(), **numbers, "clips_per_second": speed}

    # -- a whole run ------------------------------------------------------------------------------------------

    def run(
        self, *, report: Callable[[StepReport], None] | None = None, stop: Callable[[], bool] | None = None
    ) -> None:
        """Train to the end or until `stop()`; saves every `checkpoint_every` steps and whenever it ends.

        Raises:
            TrainingError: a loss or a gradient is not finite, and what was saved before stays; or the corpus cannot be
                read any more, and what was learned is saved.
        """
        for lesson in self.objective.lessons()[self.lessons_had :]:
            if not self.teach(lesson, report=report, stop=stop):
                return
            self.lessons_had += 1
            if lesson.steps:
                self.save()
        try:
            self.go_on(report, stop)
        except CorpusError as error:
            self.save()
            raise TrainingError(
                f"{error} What was learned until step {self.step} of {self.config.steps} is saved in '{self.folder}': "
                "go on with --resume when the clips are there again."
            ) from error

    def go_on(self, report: Callable[[StepReport], None] | None, stop: Callable[[], bool] | None) -> None:
        """The steps after the lessons."""
        saved = None
        self.sheet_drawn = time.monotonic()
        with statistics(self.folder, self.step, wanted=self.fabric.is_global_zero) as write:
            while self.step < self.config.steps and not any_of(self.fabric, stop is not None and stop()):
                numbers = self.advance()
                warnings = tuple(self.alarms.check(self.step - 1, numbers))
                write(self.step - 1, numbers | {f"warning/{i}": w for i, w in enumerate(warnings)})
                if self.step % self.config.checkpoint_every == 0:
                    self.save()
                    saved = self.step
                sheet = self.draw_sheet() if self.sheet_is_due() else None
                if report is not None:
                    report(StepReport(self.step, self.config.steps, numbers, warnings, sheet))
            if saved != self.step:
                self.save()

    def sheet_is_due(self) -> bool:
        """Soon after the beginning, then every so many steps and every so many seconds, and at the end."""
        config = self.config
        first = max(1, round(FIRST_SHEET_SHARE * config.steps))
        waited = time.monotonic() - self.sheet_drawn >= config.sheet_seconds
        return waited or self.step in (first, config.steps) or self.step % config.sheet_every == 0

    def draw_sheet(self, folder: Path | None = None) -> Path | None:
        """Generated films under real ones of the same words, RUN/sheets/STEP.png; its path, where it is drawn."""
        if not self.fabric.is_global_zero:
            return None
        path = (folder or self.folder / "sheets") / f"{self.step:06d}.png"
        with self.fabric.autocast():
            self.objective.draw_sheet(self.average, self.vectors, path)
        self.sheet_drawn = time.monotonic()
        return path

    def save(self) -> None:
        """RUN/model (the averaged generator, to use) and RUN/state (to resume); each is whole or as it was before.

        The model comes first: on a disk that is full, it is what must not be lost. Once the game is played, whom the
        generator has to convince is kept at RUN/model/discriminators, to explain it.

        Raises:
            CheckpointError: the model cannot be written.
            TrainingError: the model is saved, and what is needed to resume cannot be written.
        """
        if not self.fabric.is_global_zero:
            return
        tensors = self.average.state_dict()
        weights = checkpoint.save(
            self.folder / "model", tensors, self.model_facts(), kind=MODEL_KIND, half=True
        )
        facts: dict[str, float | str] = {
            "step": self.step,
            "seconds": self.seconds,
            "lessons": self.lessons_had,
            "clips": self.clips_fingerprint,
        }
        with model_is_saved(self.folder, self.step, self.config.steps):
            if self.step > self.config.adversarial.start_step:
                told = {"recipe": self.config.recipe, "steps": self.step, "generator_weights": weights}
                save_discriminators(self.critic, self.folder / "model", told)
            save_state(self.folder, self.networks, self.phases, self.config, facts)

    @property
    def clips_fingerprint(self) -> str:
        """What tells the clips of a person's own corpus from others; empty where the corpus composes its clips."""
        return getattr(self.corpus, "fingerprint", "")

    def resume(self) -> None:
        """Go on from RUN/state, saved after a lesson at the earliest; the alarms hear again what the statistics tell.

        `notes` says where the clips are others than before.

        Raises what :func:`textreel.training.state.load_state` raises.
        """
        facts = load_state(self.folder, self.networks, self.phases, self.config)
        if facts.get("clips", self.clips_fingerprint) != self.clips_fingerprint:
            self.notes += (
                "The clips have changed since this run began: it goes on with them as they are now. "
                f"For a run of these alone, start a new one with --from '{self.folder}'.",
            )
        self.step, self.seconds = int(facts["step"]), float(facts["seconds"])
        self.lessons_had = int(facts["lessons"])
        for line in read_statistics(self.folder / "statistics.jsonl", self.step):
            numbers = {name: value for name, value in line.items() if isinstance(value, int | float)}
            self.alarms.check(line["step"], numbers)

    def start_from(self, source: str | Path) -> None:
        """Begin with another run's or a model's weights; see :func:`textreel.training.state.begin_with`."""
        begin_with(source, self.generator, {"critic": self.critic, **self.objective.companions()})
        self.lessons_had = 0 if self.config.lessons_again else len(self.objective.lessons())
        self.average.load_state_dict(self.generator.state_dict())

    def model_facts(self) -> dict[str, object]:
        """What the model says about itself."""
        return {
            "name": self.config.recipe,
            "generator": self.config.generator.kind,
            "config": self.config.to_dict()["generator"],
            "vectors_fingerprint": self.vectors.fingerprint,
            "vocabulary": self.vocabulary,
            "recipe": self.config.to_dict(),
            "corpus": self.corpus.name,
            **({"digits": list(self.config.corpus.digits)} if self.config.corpus.name == "digits" else {}),
            "steps": self.step,
            "hours": round(self.seconds / 3600, 3),
        }


@contextmanager
def only(learning: nn.Module, phases: Sequence[Phase]) -> Iterator[None]:
    """Inside, only one player's parameters take gradients: the other stands still."""
    for phase in phases:
        phase.network.requires_grad_(phase.network is learning)
    try:
        yield
    finally:
        for phase in phases:
            phase.network.requires_grad_(True)


def convolutions_channels_last(network: nn.Module) -> None:
    """Lay 2-D convolution weights out channels last: on CPUs the backward pass is several times faster."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
