"""What a word of a prompt can be, and to which subject it can belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LABELS = (
    "subject", "same", "look", "part", "count", "action", "direction", "pace", "relation", "place", "time",
    "weather", "style", "camera", "transition", "length", "sound", "dialogue", "negated", "quality",
)  # fmt: skip
"""``same`` is a pronoun, ``part`` what a look is of (a dress, eyes), ``negated`` what must not be shown,
``quality`` praise and mood, which show nothing."""

MENTIONS = ("subject", "same")
TAGS = ("O", *(f"{mark}-{label}" for label in LABELS for mark in "BI"))
"""Begin and inside of each label, and outside of all."""

FARTHEST = 3
OFFSETS = (0, *(sign * step for step in range(1, FARTHEST + 1) for sign in (-1, 1)))
"""Whom a span belongs to: the n-th mention of a subject before or after it; 0 is nobody in reach."""


@dataclass(frozen=True, kw_only=True)
class GoldSpan:
    """A labelled stretch of a text, in characters, with its owner and target as offsets in mentions."""

    label: str
    start: int
    end: int
    owner: int = 0
    target: int = 0


def offset_of(at: int, subject: int | None, mentions: Sequence[tuple[int, int | None]]) -> int:
    """Return the offset from a span at character ``at`` to the nearest mention of a subject, 0 if out of reach.

    ``mentions`` are start and subject of every mention in order.
    """
    before = [who for start, who in mentions if start < at][::-1]
    after = [who for start, who in mentions if start > at]
    found = [-(before.index(subject) + 1)] if subject in before else []
    found += [after.index(subject) + 1] if subject in after else []
    nearest = min(found, key=abs, default=0) if subject is not None else 0
    return nearest if abs(nearest) <= FARTHEST else 0
