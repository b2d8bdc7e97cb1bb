"""What a metric is: a name, a sentence about it, and a function that measures a model on the bench."""

from collections.abc import Callable
from dataclasses import dataclass

from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Result


def anything(bench: Bench) -> str | None:
    """Nothing more is needed."""
    return None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One way to measure a model.

    Attributes:
        name: the name in the registry and on the command line.
        summary: what the figure means, in a sentence.
        measure: takes the bench and gives the result; raises EvaluationError if it cannot be measured.
        corpora: models of these corpora alone can be measured so; empty: those of any.
        needs_clips: real clips must be given.
        lacks: tells what else is missing for measuring, in a sentence; None if nothing is.
    """

    name: str
    summary: str
    measure: Callable[[Bench], Result]
    corpora: tuple[str, ...] = ()
    needs_clips: bool = False
    lacks: Callable[[Bench], str | None] = anything

    def refusal(self, bench: Bench) -> str | None:
        """Why the model on the bench cannot be measured so, in a sentence; None if it can.

        A model that does not say what it was trained on is never refused for its corpus.
        """
        trained_on = bench.corpus_name
        if self.corpora and trained_on and trained_on not in self.corpora:
            return (
                f"The metric {self.name} is for models of {' or '.join(self.corpora)}, and {bench.model.name} was "
                f"trained on {trained_on}: leave it out."
            )
        if self.needs_clips and bench.given_clips is None:
            return f"The metric {self.name} needs the real clips: give their shards with --corpus SHARDS."
        if self.needs_clips and trained_on and bench.clips.name != trained_on:
            return (
                f"{bench.model.name} was trained on {trained_on}, and the clips given are {bench.clips.name}: "
                "give those that it was trained on with --corpus SHARDS."
            )
        return self.lacks(bench)
