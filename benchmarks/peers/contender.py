"""Whoever takes part: trained for a while, saved, and then measured as it is."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from textreel.evaluation import Model

Watcher = Callable[[float, str], None]
"""Called after every step with the seconds of training so far, and what can be said of the step."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """Trained numbers: of the generator, and of all networks that take part in training."""

    generator: int
    training: int


@dataclass
class Pace:
    """How many clips a second go through training, step by step."""

    rates: list[float] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        """None where there was no step."""
        return statistics.median(self.rates) if self.rates else None


class Contender(Protocol):
    """One system in training."""

    @property
    def name(self) -> str: ...

    @property
    def seconds(self) -> float:
        """How long it was trained, waiting for nobody's measurements."""

    @property
    def steps(self) -> int:
        """How many steps it was trained for."""

    @property
    def finished(self) -> bool:
        """Whether its recipe has come to its end."""

    @property
    def frames_seen(self) -> int:
        """How many frames of each clip a step looks at."""

    @property
    def pace(self) -> Pace: ...

    @property
    def size(self) -> Size: ...

    def train(self, seconds: float, longest: float, watch: Watcher) -> None:
        """Train for so many seconds, at most `longest` where it cannot stop before, and save."""

    def model(self) -> Model:
        """What was saved last, ready to make films."""
