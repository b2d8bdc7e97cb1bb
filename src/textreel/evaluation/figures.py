"""Figures and the report that holds them: what was measured, on how many films, and how sure it is."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

TAIL = 0.025  # what a 95 % interval leaves out on either side
SURE = 1.959964  # standard deviations of a normal distribution to either side that hold 95 %


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number.

    Attributes:
        name: what was measured.
        value: the number, in `unit` ("share" is 0 to 1).
        n: of how many films, pairs or runs it was made.
        low, high: its 95 % interval, where there is one.
        chance: the same number for answers that know nothing of the prompt.
        real: the same number on real clips of the same scenes: what the measuring tool can see at best.
    """

    name: str
    value: float
    unit: str
    n: int
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    real: float | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one metric found; `method` says how in a sentence or two, with the seeds."""

    metric: str
    figures: tuple[Figure, ...]
    method: str

    def figure(self, name: str) -> Figure:
        """The figure of that name; KeyError if there is none."""
        return {figure.name: figure for figure in self.figures}[name]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was measured of a model."""

    model: str
    weights_hash: str
    version: str
    films: int
    seed: int
    machine: str
    results: tuple[Result, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON."""
        document: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return document


def wilson_interval(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); 0 to 1 if nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    share, weight = right / n, SURE**2 / n
    middle = (share + weight / 2) / (1 + weight)
    half = SURE / (1 + weight) * math.sqrt(share * (1 - share) / n + weight / (4 * n))
    return (middle - half if right else 0.0), (middle + half if right < n else 1.0)


def share_figure(
    name: str, right: int, n: int, *, chance: float | None = None, real: float | None = None
) -> Figure:
    """The share of `n` that is right, with its interval; not a number if nothing was counted."""
    low, high = wilson_interval(right, n)
    value = right / n if n else math.nan
    return Figure(name=name, value=value, unit="share", n=n, low=low, high=high, chance=chance, real=real)


def median_figure(name: str, values: Sequence[float], unit: str) -> Figure:
    """The median of repeated runs, with the least and the greatest of them as its range."""
    return Figure(
        name=name,
        value=statistics.median(values),
        unit=unit,
        n=len(values),
        low=min(values),
        high=max(values),
    )


def interval_figure(
    name: str, values: Sequence[float], unit: str, *, chance: float | None = None, real: float | None = None
) -> Figure:
    """The median of `values`, with its interval; not a number if there are none."""
    low, high = median_interval(values)
    value = statistics.median(values) if values else math.nan
    return Figure(
        name=name, value=value, unit=unit, n=len(values), low=low, high=high, chance=chance, real=real
    )


def median_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """The 95 % interval of a median by order statistics, whatever the distribution; nothing of fewer than 6."""
    ordered, n = sorted(values), len(values)
    tail, left_out = 0.0, -1
    while left_out + 1 < n and tail + math.comb(n, left_out + 1) / 2**n <= TAIL:
        left_out += 1
        tail += math.comb(n, left_out) / 2**n
    return (ordered[left_out], ordered[n - 1 - left_out]) if left_out >= 0 else (None, None)


def median_or_none(values: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return statistics.median(values) if values else None
