"""What a storyboard and its changes come to, in words for a person."""

from __future__ import annotations

from textreel.storyboard.board import CameraMove, Storyboard
from textreel.storyboard.editing import Change, Direction
from textreel.storyboard.moves import MOVES
from textreel.storyboard.reading import describe
from textreel.storyboard.transitions import Transition


def said_of(text: str) -> str:
    """What a text is about, in one line: "subject: the lion; motion: runs; place: across the savanna"."""
    groups: dict[str, list[str]] = {}
    for element in describe(text):
        groups.setdefault(element.role, []).append(element.words.text)
    return "; ".join(f"{role}: {', '.join(words)}" for role, words in groups.items())


def move_words(move: CameraMove) -> str:
    """A camera move in words: "pan left 0.36 view heights, 0 to 2 s “the camera pans left”"."""
    unit = MOVES[move.kind].unit
    amount = f" {move.amount:.3g} {unit}" if unit else ""
    said = f" “{move.words.text}”" if move.words else ""
    end = move.start_seconds + move.seconds
    name = f"{move.kind} {move.direction or move.subject or ''}".strip()
    return f"{name}{amount}, {move.start_seconds:g} to {end:g} s{said}"


def transition_words(transition: Transition | None) -> str:
    """A transition in words: "dissolve 0.5 s “dissolve to”"."""
    if transition is None:
        return ""
    length = f" {transition.seconds:g} s" if transition.seconds else ""
    return f"{transition.kind}{length}" + (f" “{transition.words.text}”" if transition.words else "")


def change_words(change: Change, shots: int) -> str:
    """One change: "colour: golden -> white (shot 2)"."""
    place = f" (shot {change.shot + 1})" if shots > 1 else ""
    return f"{change.what}: {change.before or 'nothing'} -> {change.after or 'nothing'}{place}"


def kept_words(before: Storyboard, after: Storyboard) -> list[str]:
    """For each shot what its words say as before: "subject: the lion; place: across the savanna"."""
    lines = []
    for old, new in zip(before.shots, after.shots, strict=False):
        said = {(element.role, element.words.text.lower()) for element in describe(old.text)}
        same = [each for each in describe(new.text) if (each.role, each.words.text.lower()) in said]
        lines.append("; ".join(f"{each.role}: {each.words.text}" for each in same))
    return [line for line in lines if line]


def direction_words(direction: Direction) -> str:
    """What a direction came to: "cut to a shark in the sea", "weather: nothing -> it rains"."""
    if direction.transition is not None:
        return f"{direction.transition.kind} to {direction.shot.text}"
    return "; ".join(change_words(change, 1) for change in direction.changes) or "nothing changes"
