"""What comes of an instruction: the new storyboard or shot, what changed in it, and what had no effect."""

from __future__ import annotations

from dataclasses import dataclass

from textreel.storyboard.board import Note, Shot, Storyboard
from textreel.storyboard.transitions import Transition
from textreel.types import TextSpan

KINDS = (
    "subject",
    "colour",
    "size",
    "number",
    "motion",
    "place",
    "time",
    "weather",
    "camera",
    "length",
    "transition",
    "shot",
)
"""What a change may be of. ``subject`` is its kind or another look than colour and size; ``shot`` is a shot that
came, went or moved."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that an instruction changed.

    Attributes:
        shot: index of the shot in the new storyboard (of a shot that went: where it was).
        what: one of :data:`KINDS`.
        before: the words for it before, "" where nothing was said.
        after: the words for it now, "" where nothing is said any more.
        words: the words of the instruction that caused it.
    """

    shot: int
    what: str
    before: str
    after: str
    words: TextSpan


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A storyboard after an instruction; ``notes`` are words of the instruction without effect, and why."""

    storyboard: Storyboard
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class Direction:
    """What a live direction asks for.

    Attributes:
        shot: the shot from now on. Times of its moves count from the moment of the direction.
        transition: how a new take begins; None if the same take goes on, changed.
        keeps_camera: whether nothing is said of the camera, so that it goes on as it was; the moves of ``shot`` are
            then those that it had. A new take begins with a camera of its own.
        changes: what changed.
        notes: words of the direction without effect, and why.
    """

    shot: Shot
    transition: Transition | None
    keeps_camera: bool
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]
