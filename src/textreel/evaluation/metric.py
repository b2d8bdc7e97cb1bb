"""What a metric is: a name, a sentence about it, and a function that measures a model on the bench."""

from collections.abc import Callable
from dataclasses import dataclass

from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Result


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One way to measure a model.

    Attributes:
        name: the name in the registry and on the command line.
        summary: what the figure means, in a sentence.
        measure: takes the bench and gives the result; raises EvaluationError if it cannot be measured.
    """

    name: str
    summary: str
    measure: Callable[[Bench], Result]
