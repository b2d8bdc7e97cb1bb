"""Figures of a model: its accuracy along the way, and everything at the end. Measured by textreel.evaluation."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from peers.record import Final
from textreel import evaluation
from textreel.evaluation import METRICS, Bench, Figure, Model, Result
from textreel.evaluation.bench import Progress, quiet

RUNS = 9
DISTANCE = "frechet"


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """How a metric tells who is ahead.

    headline: the one figure that is watched along the way; higher, lower: the figures that are compared at the end.
    """

    headline: Callable[[Result], Figure]
    higher: Callable[[str], bool]
    lower: Callable[[str], bool] = lambda name: False


ACCURACIES: Mapping[str, Accuracy] = MappingProxyType(
    {
        "digits": Accuracy(
            headline=lambda result: [one for one in result.figures if one.name.endswith("held out/all")][-1],
            higher=lambda name: name.endswith("/all"),
        ),
        "shapes": Accuracy(
            headline=lambda result: result.figure("moves as asked"),
            higher=lambda name: name == "moves as asked",
            lower=lambda name: name == "average content distance",
        ),
        "actions": Accuracy(
            headline=lambda result: result.figure("recognised"), higher=lambda name: name == "recognised"
        ),
    }
)
"""By metric; of digits the last kind counts: two digits where a model shows both one and two."""


@dataclass(frozen=True, kw_only=True)
class Scales:
    """What to measure with: the seed of prompts and noise, the real clips where they are one's own, who is told."""

    seed: int
    clips: Path | None
    progress: Progress = quiet

    def bench(self, model: Model) -> Bench:
        return Bench(model=model, films=2, seed=self.seed, given_clips=self.clips)

    def results(self, model: Model, metrics: list[str], films: int) -> tuple[Result, ...]:
        """What some metrics find."""
        report = evaluation.evaluate(model, metrics, films, self.seed, self.progress, clips=self.clips)
        return report.results

    def accuracy(self, model: Model, films: int) -> Figure | None:
        """The headline of the metric that fits the model's corpus; None if none does."""
        metric = accuracy_metric(self.bench(model))
        if metric is None:
            return None
        (result,) = self.results(model, [metric], films)
        return ACCURACIES[metric].headline(result)

    def final(self, model: Model, films: int, prompt: str, seconds: float) -> Final:
        """All figures."""
        bench = self.bench(model)
        wanted = [name for name in (accuracy_metric(bench), DISTANCE) if name is not None]
        missing = {name: why for name in wanted if (why := METRICS[name].refusal(bench)) is not None}
        measured = [name for name in wanted if name not in missing]
        results = self.results(model, measured, films) if measured else ()
        return Final(
            seconds=seconds,
            films=films,
            figures={result.metric: result.figures for result in results},
            methods={result.metric: result.method for result in results},
            missing=missing,
            milliseconds=milliseconds(model, prompt),
        )


def accuracy_metric(bench: Bench) -> str | None:
    """The metric that tells how right the films of the model on the bench are."""
    return next((name for name in ACCURACIES if METRICS[name].refusal(bench) is None), None)


def milliseconds(model: Model, prompt: str) -> tuple[float, float, float]:
    """For a film of two seconds: median, least, greatest of RUNS, after one that does not count."""
    model.generate(prompt)
    times = []
    for seed in range(RUNS):
        began = time.perf_counter()
        model.generate(prompt, seed=seed)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), min(times), max(times)
