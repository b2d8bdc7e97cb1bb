"""All contenders one after the other, each for the same time, and what follows from their figures."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from peers import reel
from peers.contender import Contender
from peers.record import Checkpoint, Record
from peers.reel import ReelTraining
from peers.scores import ACCURACIES, Scales
from peers.sheet import save_sheet
from peers.system import Setting
from peers.systems import SYSTEMS
from peers.training import PeerTraining
from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.corpora.protocol import Corpus
from textreel.errors import UsageError
from textreel.evaluation import Figure
from textreel.evaluation.bench import Progress, quiet
from textreel.language import WordVectors
from textreel.training.configuration import TrainingConfig
from textreel.training.processes import make_fabric
from textreel.training.run import build_corpus
from textreel.training.state import write_text

NAMES = (*SYSTEMS, reel.NAME)
SHEET_ROWS = 6
TIMES_AS_FAST = 3.0

Watcher = Callable[[str, float, str], None]
"""Called after every step with the contender's name, its seconds of training, and what can be said of the step."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """A comparison.

    Attributes:
        corpus: "digits", or a folder of shards.
        out: where everything goes.
        minutes: of training for each; every_minutes: between two looks at their accuracy.
        only: these contenders.
        films: of each figure at the end; films_along: of each look along the way.
        seed: of weights, noise and clips; prompts and noise of measurements have their own, 0.
        recipe, changes: see reel.recipe_config.
        width: channels of the peers' largest maps.
    """

    corpus: str
    out: Path
    minutes: float = 30.0
    every_minutes: float = 3.0
    only: tuple[str, ...] = NAMES
    films: int = 120
    films_along: int = 40
    seed: int = 0
    recipe: str | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    width: int = Setting.width

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.only) - set(NAMES)):
            raise UsageError(f"--only names {', '.join(NAMES)}; given was {unknown[0]}.")
        if not (0 < self.minutes < math.inf and 0 < self.every_minutes < math.inf):
            raise UsageError(
                f"--minutes and --every are positive, got {self.minutes:g} and {self.every_minutes:g}."
            )
        if self.films < 2 or self.films_along < 2:
            raise UsageError(f"It takes at least 2 films, got {self.films} and {self.films_along}.")

    @property
    def lasting(self) -> dict[str, Any]:
        """What must stay the same when a comparison goes on."""
        return {
            "corpus": self.corpus,
            "seed": self.seed,
            "recipe": self.recipe,
            "changes": self.changes,
            "width": self.width,
        }


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """textreel against one peer.

    Attributes:
        ahead: whether textreel's figure is the better one, by metric and figure.
        best: the peer's best accuracy along the way; best_seconds: when it first had it.
        our_seconds: when textreel first had as much.
        times: best_seconds over our_seconds; None where one of them never comes, which `why` says.
        fast: whether textreel was at least three times as fast; None where there is nothing to reach.
    """

    peer: str
    ahead: dict[str, bool]
    best: float | None = None
    best_seconds: float | None = None
    our_seconds: float | None = None
    times: float | None = None
    fast: bool | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything that is known of all contenders, and textreel against each peer."""

    options: Options
    records: tuple[Record, ...]
    verdicts: tuple[Verdict, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON."""
        return {
            "minutes": self.options.minutes,
            **self.options.lasting,
            "threads": torch.get_num_threads(),
            "contenders": [record.to_dict() for record in self.records],
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
        }


class Comparison:
    """Trains and measures; what is done already in the folder is not done again."""

    def __init__(self, options: Options, *, watch: Watcher, progress: Progress = quiet) -> None:
        self.options, self.watch = options, watch
        check_folder(options)
        self.config: TrainingConfig = reel.recipe_config(
            options.corpus, options.recipe, options.changes, options.seed
        )
        self.corpus: Corpus = build_corpus(self.config.corpus)
        clips = Path(options.corpus) if options.corpus != DigitsCorpus.name else None
        self.scales = Scales(seed=0, clips=clips, progress=progress)
        self.prompts = self.corpus.captions(np.random.default_rng(options.seed), SHEET_ROWS, "train")

    def run(self) -> Outcome:
        """Every contender that is wanted; the outcome holds those of earlier calls, too, and is in results.json."""
        write_text(
            self.options.out / "options.json", json.dumps(self.options.lasting, indent=2, default=str) + "\n"
        )
        for name in self.options.only:
            self.contend(name)
        records = [Record.load(self.options.out / name, name) for name in NAMES]
        known = tuple(record for record in records if record.final is not None)
        outcome = Outcome(options=self.options, records=known, verdicts=tuple(verdicts(known)))
        write_text(
            self.options.out / "results.json", json.dumps(outcome.to_dict(), indent=2, allow_nan=False) + "\n"
        )
        return outcome

    def contend(self, name: str) -> None:
        """Train one contender for its time, look at it now and then, and measure it."""
        folder, limit = self.options.out / name, 60 * self.options.minutes
        record = Record.load(folder, name)
        if record.final is not None and (record.seconds >= limit or record.finished):
            return
        contender = self.build(name, record)
        record.note(contender)
        while contender.seconds < limit and not contender.finished:
            left = limit - contender.seconds
            contender.train(
                min(60 * self.options.every_minutes, left),
                left,
                lambda seconds, told: self.watch(name, seconds, told),
            )
            record.note(contender)
            self.look(contender, record)
            record.save(folder)
        record.final = self.scales.final(
            contender.model(), self.options.films, self.prompts[0], contender.seconds
        )
        record.save(folder)

    def look(self, contender: Contender, record: Record) -> None:
        """Its accuracy now, and a sheet of its films."""
        model = contender.model()
        record.history.append(
            Checkpoint(
                seconds=contender.seconds,
                steps=contender.steps,
                accuracy=self.scales.accuracy(model, self.options.films_along),
            )
        )
        sheets = self.options.out / contender.name / "films"
        save_sheet(model, self.prompts, sheets / f"{round(contender.seconds):05d}.png")

    def build(self, name: str, record: Record) -> Contender:
        """A contender, where it stands."""
        folder, config = self.options.out / name / "run", self.config
        if name == reel.NAME:
            return ReelTraining(config, folder, seconds=record.seconds)
        setting = Setting(
            side=config.side,
            frames=config.window.frames,
            fps=self.corpus.fps,
            word_dimensions=WordVectors.load_default().dimensions,
            width=self.options.width,
        )
        facts: dict[str, Any] = {"corpus": self.corpus.name, "config": {"size": config.side}}
        if self.corpus.name == DigitsCorpus.name:
            facts["digits"] = list(config.corpus.digits)
        fabric = make_fabric(config.precision)
        return PeerTraining(
            name, setting, self.corpus, folder, fabric=fabric, seed=self.options.seed, facts=facts
        )


def check_folder(options: Options) -> None:
    """A comparison goes on with what it began with.

    Raises:
        UsageError: the folder holds another one.
    """
    kept = options.out / "options.json"
    if kept.is_file() and json.loads(kept.read_text(encoding="utf-8")) != json.loads(
        json.dumps(options.lasting, default=str)
    ):
        raise UsageError(
            f"'{options.out}' holds a comparison with other options: give the same corpus, seed, width, recipe "
            "and settings to go on with it, or another --out."
        )


def verdicts(records: tuple[Record, ...]) -> list[Verdict]:
    """textreel against each peer; none where textreel itself is missing."""
    by_name = {record.name: record for record in records}
    ours = by_name.pop(reel.NAME, None)
    if ours is None:
        return []
    return [verdict(ours, theirs) for theirs in by_name.values()]


def verdict(ours: Record, theirs: Record) -> Verdict:
    """Who is ahead at the end, and who was faster to the peer's best accuracy.

    A best accuracy whose interval reaches down to chance is none: there is nothing to reach.
    """
    ahead = compared(figures_of(ours), figures_of(theirs))
    best = max((one for one in theirs.history if one.accuracy), key=value_of, default=None)
    if best is None or best.accuracy is None:
        return Verdict(peer=theirs.name, ahead=ahead, why="no accuracy can be measured on these clips")
    known = Verdict(peer=theirs.name, ahead=ahead, best=best.accuracy.value, best_seconds=best.seconds)
    if (best.accuracy.low or 0.0) <= (best.accuracy.chance or 0.0):
        return replace(known, why=f"{theirs.name} never rose above chance")
    reached = next((one for one in ours.history if one.accuracy and value_of(one) >= value_of(best)), None)
    if reached is None:
        return replace(known, fast=False, why=f"textreel never was as accurate as {theirs.name} at its best")
    times = best.seconds / reached.seconds
    return replace(known, our_seconds=reached.seconds, times=times, fast=times >= TIMES_AS_FAST)


def value_of(checkpoint: Checkpoint) -> float:
    """Its accuracy; below everything where there is none."""
    figure = checkpoint.accuracy
    return figure.value if figure is not None and math.isfinite(figure.value) else -1.0


def figures_of(record: Record) -> Mapping[tuple[str, str], Figure]:
    """The final figures that tell who is ahead, by metric and name."""
    figures = record.final.figures if record.final else {}
    return {
        (metric, one.name): one
        for metric, some in figures.items()
        if metric in ACCURACIES
        for one in some
        if ACCURACIES[metric].higher(one.name) or ACCURACIES[metric].lower(one.name)
    }


def compared(
    ours: Mapping[tuple[str, str], Figure], theirs: Mapping[tuple[str, str], Figure]
) -> dict[str, bool]:
    """Whether our figure is the better one; what is not a number is worse than any."""
    ahead = {}
    for (metric, name), figure in theirs.items():
        mine = ours[metric, name].value
        sign = -1 if ACCURACIES[metric].lower(name) else 1
        ahead[f"{metric}: {name}"] = math.isfinite(mine) and (
            not math.isfinite(figure.value) or sign * (mine - figure.value) > 0
        )
    return ahead
