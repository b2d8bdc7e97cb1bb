"""Medians of many films, with their 95 % interval."""

import math
import statistics
from collections.abc import Sequence

from textreel.evaluation.figures import Figure

TAIL = 0.025


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
