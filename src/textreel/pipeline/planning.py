"""From words to the storyboard that is filmed, through all of its drafts."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field

from textreel.arguments import number_of_seconds, of_type, texts
from textreel.errors import UsageError
from textreel.language import check_prompt
from textreel.limits import MAX_EDITS, SECONDS_RANGE
from textreel.storyboard import Edited, Storyboard, edit, plan


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """A storyboard as it was first, and what each edit made of it."""

    first: Storyboard
    edits: tuple[str, ...] = ()
    edited: tuple[Edited, ...] = field(default=(), repr=False)

    @property
    def last(self) -> Storyboard:
        """The storyboard that is filmed."""
        return self.edited[-1].storyboard if self.edited else self.first

    def texts(self) -> list[tuple[str, ...]]:
        """For each shot of the last draft, its texts through the drafts, the oldest first, no text twice in a row."""
        boards = [self.first, *(edited.storyboard for edited in self.edited)]
        told: list[tuple[str, ...]] = [(shot.text,) for shot in self.first.shots]
        for before, after in zip(boards, boards[1:], strict=False):
            came_from = same_shots(before, after)
            told = [
                extended(told[came_from[shot.index]] if shot.index in came_from else (), shot.text)
                for shot in after.shots
            ]
        return told


def drafts_of(prompt: str | Storyboard, seconds: float | None, edits: Sequence[str] = ()) -> Drafts:
    """Plan a film, and edit its storyboard by these instructions in order.

    Raises:
        UsageError: as :func:`planned`, or an edit cannot be done.
    """
    edits = texts("edits", edits, MAX_EDITS)
    first = board = planned(prompt, seconds)
    edited = []
    for instruction in edits:
        edited.append(edit(board, instruction))
        board = edited[-1].storyboard
        check_length(board.seconds)
    return Drafts(first=first, edits=edits, edited=tuple(edited))


def planned(prompt: str | Storyboard, seconds: float | None) -> Storyboard:
    """The storyboard of a prompt.

    Raises:
        UsageError: a storyboard is given with another length, or lasts too long, or the prompt cannot be read.
    """
    if seconds is not None:
        check_length(seconds)
    of_type("prompt", prompt, (str, Storyboard), "a text or a storyboard")
    if isinstance(prompt, str):
        board = plan(check_prompt(prompt), seconds)
    else:
        board = prompt
        if seconds is not None and abs(seconds - board.seconds) > 1e-6:
            raise UsageError(
                f"This storyboard lasts {board.seconds:g} s: leave out the seconds, or change its shots."
            )
    check_length(board.seconds)
    return board


def check_length(seconds: float) -> None:
    """Refuse films that are too short or too long."""
    number_of_seconds(seconds, *SECONDS_RANGE)


def same_shots(before: Storyboard, after: Storyboard) -> dict[int, int]:
    """For each shot of a draft that was there before, which one it was."""
    if len(before.shots) == len(after.shots):
        return {shot.index: shot.index for shot in after.shots}
    old, new = ([shot.text for shot in board.shots] for board in (before, after))
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.b + step: block.a + step for block in blocks for step in range(block.size)}


def extended(texts: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The texts with one more, unless it is the last of them."""
    return texts if texts[-1:] == (text,) else (*texts, text)
