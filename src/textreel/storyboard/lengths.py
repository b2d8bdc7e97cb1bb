"""How long each shot lasts: what is said, and equal shares of what is left."""

from __future__ import annotations

from collections.abc import Sequence

from textreel.errors import UsageError
from textreel.storyboard.timing import Timing

SHORTEST_SHOT_SECONDS = 0.125
"""Three frames at 24 a second."""


def shot_seconds(timings: Sequence[Timing], seconds: float | None, usual: Sequence[float]) -> list[float]:
    """The length of each shot in seconds.

    Args:
        timings: what is said of each shot's time.
        seconds: how long the film lasts; None is not said.
        usual: the length of each shot where neither is said.

    Raises:
        UsageError: what is said is longer than the film, or out of order.
    """
    said = [_said(timings, index) for index in range(len(timings))]
    starts = {
        index: timing.at_seconds for index, timing in enumerate(timings) if timing.at_seconds is not None
    }
    starts.pop(0, None)
    bounds = [0, *sorted(starts), len(timings)]
    lengths: list[float] = []
    clock = 0.0
    for first, end in zip(bounds, bounds[1:], strict=False):
        until = starts.get(end, seconds)
        lengths += _shared(said[first:end], None if until is None else until - clock, usual[first:end])
        clock = sum(lengths)
    if seconds is not None and abs(clock - seconds) > 1e-6:
        lengths = _stretched(lengths, seconds)
    return lengths


def _said(timings: Sequence[Timing], index: int) -> float | None:
    """The length that is said of a shot: its own, or until the next one begins."""
    timing = timings[index]
    following = timings[index + 1] if index + 1 < len(timings) else None
    if following is not None and following.delay_seconds is not None:
        return following.delay_seconds
    return timing.duration_seconds if timing.duration_seconds is not None else timing.last_seconds


def _shared(said: Sequence[float | None], room: float | None, usual: Sequence[float]) -> list[float]:
    """Said lengths, and equal shares of the room for the others."""
    free = [index for index, length in enumerate(said) if length is None]
    if room is None:
        return [usual[index] if length is None else length for index, length in enumerate(said)]
    taken = sum(length for length in said if length is not None)
    if taken > room + 1e-6:
        raise UsageError(
            f"The lengths that are said add up to {taken:g} s, and there are {room:g} s for them; make the film "
            "longer, or the shots shorter."
        )
    share = (room - taken) / len(free) if free else 0.0
    return [share if length is None else length for length in said]


def _stretched(lengths: list[float], seconds: float) -> list[float]:
    """Where every length is said and the film is longer, the last shot goes on."""
    missing = seconds - sum(lengths)
    return [*lengths[:-1], lengths[-1] + missing]
