"""textreel by its own recipe, through its own trainer, for as long as the others."""

import time
from functools import partial
from pathlib import Path
from typing import Any

import textreel
from peers.contender import Pace, Size, Watcher
from textreel.corpora.clips.index import Index
from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.errors import UsageError
from textreel.evaluation import Model
from textreel.training.configuration import TrainingConfig, override
from textreel.training.recipes import RECIPES, RECIPES_OF_CLIPS
from textreel.training.run import OPTIONS, start
from textreel.training.trainer import StepReport, Trainer

NAME = "textreel"
NEVER = 10**9  # steps between what the trainer would save of itself: it is saved when it is measured


def recipe_config(corpus: str, recipe: str | None, changes: dict[str, Any], seed: int) -> TrainingConfig:
    """The options of textreel's own recipe for a corpus, from which the peers learn what its clips are.

    Args:
        corpus: "digits", or a folder of shards.
        recipe: which one, where there are several; the one named like the corpus, or else `own`.
        changes: other values for some options, by their paths.
        seed: of weights, noise and clips.

    Raises:
        UsageError: there is no such recipe for these clips.
        CorpusError: the folder holds no whole corpus.
    """
    if corpus == DigitsCorpus.name:
        fitting = {name: make for name, make in RECIPES.items() if make().corpus.name == corpus}
        name = recipe or corpus
    else:
        fitting = {name: partial(make, Path(corpus)) for name, make in RECIPES_OF_CLIPS.items()}
        folder = Index.load(Path(corpus)).name
        name = recipe or (folder if folder in fitting else "own")
    if name not in fitting:
        raise UsageError(f"Clips of {corpus} are learned by {', '.join(fitting)}; --recipe was {name}.")
    always = {"checkpoint_every": NEVER, "sheet_every": NEVER, "seed": seed}
    return override(fitting[name](), changes | always)


class ReelTraining:
    """Follows contender.Contender; its folder is the run's own.

    Args:
        seconds: how long it was trained according to whoever kept the time; the trainer itself counts its steps alone.
    """

    name = NAME

    def __init__(self, config: TrainingConfig, folder: Path, *, seconds: float) -> None:
        self.folder = folder
        self.trainer: Trainer = start(config, folder, resume=(folder / OPTIONS).is_file())
        self.lessons = len(self.trainer.objective.lessons())
        self.seconds = max(seconds, self.trainer.seconds)
        self.pace = Pace()

    @property
    def steps(self) -> int:
        return self.trainer.step

    @property
    def finished(self) -> bool:
        return self.trainer.step >= self.trainer.config.steps

    @property
    def frames_seen(self) -> int:
        return len(self.trainer.config.window.shown)

    @property
    def size(self) -> Size:
        networks = self.trainer.networks
        count = {name: sum(part.numel() for part in one.parameters()) for name, one in networks.items()}
        return Size(
            generator=count["generator"],
            training=sum(number for name, number in count.items() if name != "average"),
        )

    def train(self, seconds: float, longest: float, watch: Watcher) -> None:
        """Train for so many seconds, and save; a lesson is stopped only when `longest` is over."""
        began, before = time.perf_counter(), self.seconds

        def over() -> bool:
            spent = time.perf_counter() - began
            return spent >= longest or (spent >= seconds and self.trainer.lessons_had >= self.lessons)

        def report(step: StepReport) -> None:
            losses = {name: value for name, value in step.numbers.items() if name.startswith("loss/")}
            if step.step:
                self.pace.rates.append(step.numbers["clips_per_second"])
            told = "  ".join(f"{name.removeprefix('loss/')} {value:.2f}" for name, value in losses.items())
            watch(before + time.perf_counter() - began, told)

        self.trainer.run(report=report, stop=over)
        if self.trainer.lessons_had < self.lessons:
            self.trainer.save()
        self.seconds = before + time.perf_counter() - began

    def model(self) -> Model:
        return textreel.load(self.folder)
