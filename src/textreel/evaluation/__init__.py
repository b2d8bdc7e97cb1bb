"""Measuring a model: a registry of metrics, one file each, and the report. It changes nothing it looks at."""

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import textreel
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.errors import UsageError
from textreel.evaluation import (
    actions,
    adherence,
    camera,
    digits,
    diversity,
    edits,
    endurance,
    explanation,
    frechet,
    latency,
    memory,
    shapes,
    sound_classes,
    sound_events,
    transitions,
)
from textreel.evaluation.bench import Bench, Model, Progress, quiet
from textreel.evaluation.figures import Figure, Report, Result
from textreel.evaluation.judge import Judge
from textreel.evaluation.metric import Metric

__all__ = ["METRICS", "Bench", "Figure", "Judge", "Metric", "Model", "Report", "Result", "evaluate"]

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        module.METRIC.name: module.METRIC
        for module in (
            adherence,
            camera,
            transitions,
            edits,
            endurance,
            explanation,
            diversity,
            latency,
            memory,
            digits,
            shapes,
            actions,
            frechet,
            sound_events,
            sound_classes,
        )
    }
)
"""Every metric by its name."""


def evaluate(
    model: Model,
    metrics: Sequence[str] | None = None,
    films: int = 120,
    seed: int = 0,
    progress: Progress | None = None,
    *,
    judge: Judge | None = None,
    corpus: ScenesCorpus | None = None,
    clips: Path | None = None,
) -> Report:
    """Measure a model; the same arguments on the same machine give the same figures, but for times and memory.

    Args:
        model: what is measured, as `textreel.load` gives it.
        metrics: names out of METRICS, in the order wanted; all that fit the model if not given.
        films: how many films each figure is made of; at least 2.
        seed: where the seeds of prompts and noise begin.
        progress: called with what is being done, how much is done, and how much there is.
        judge, corpus: tools to measure with instead of the shipped judge and the whole corpus.
        clips: the shards of one's own clips that the model was trained on, for the metrics that need them.

    Raises:
        UsageError: a metric is unknown or does not fit the model, or there are too few films.
        EvaluationError: the judge or the corpus is not there.
    """
    unknown = [name for name in metrics or () if name not in METRICS]
    if unknown or metrics == [] or metrics == ():
        given = repr(unknown[0]) if unknown else "none"
        raise UsageError(f"A metric is one of {', '.join(METRICS)}; given was {given}.")
    if films < 2 or seed < 0:
        raise UsageError(f"It takes at least 2 films and a seed of 0 or more; got {films} and {seed}.")
    bench = Bench(
        model=model,
        films=films,
        seed=seed,
        progress=progress or quiet,
        given_judge=judge,
        given_corpus=corpus,
        given_clips=clips,
    )
    return Report(
        model=model.name,
        weights_hash=model.card.weights_hash,
        version=textreel.__version__,
        films=films,
        seed=seed,
        machine=f"{platform.machine()}, {platform.system()}",
        results=tuple(metric.measure(bench) for metric in chosen(metrics, bench)),
    )


def chosen(names: Sequence[str] | None, bench: Bench) -> list[Metric]:
    """The metrics of these names, or all that fit the model on the bench.

    Raises:
        UsageError: one of these names does not fit it.
    """
    if names is None:
        return [metric for metric in METRICS.values() if metric.refusal(bench) is None]
    wanted = [METRICS[name] for name in dict.fromkeys(names)]
    for metric in wanted:
        if refusal := metric.refusal(bench):
            raise UsageError(refusal)
    return wanted
