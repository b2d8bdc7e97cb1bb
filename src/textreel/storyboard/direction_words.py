"""The words behind a verb of the camera: which way it goes, and what it is aimed at."""

from __future__ import annotations

from collections.abc import Sequence

from textreel.storyboard.camera_words import BETWEEN, PRONOUNS, STOPS
from textreel.storyboard.following_words import CLOSELY, word
from textreel.storyboard.modifiers import Manner, read_manner
from textreel.storyboard.moves import MoveKind


def read_directions(
    said: Sequence[str], position: int, kinds: list[MoveKind], manner: Manner
) -> tuple[list[tuple[MoveKind, str | None, int]], Manner, int]:
    """The directions behind a verb of one of some kinds with where each ends, how it is done, and where all ends."""
    found: list[tuple[MoveKind, str | None, int]] = []
    end = position
    while position < len(said):
        if (read := read_manner(said[position:])) is not None:
            manner, position = read[0].over(manner), position + read[1]
            end = position
            found = [*found[:-1], (*found[-1][:2], end)] if found else found
            continue
        step = position
        if word(said, step) == "with" and word(said, step + 1) in PRONOUNS:
            position = end = step + 2
            found = [*found[:-1], (*found[-1][:2], end)] if found else found
            continue
        while word(said, step) in BETWEEN and step - position < 2:
            step += 1
        joined = word(said, position) in ("and", "then", ",") and bool(found)
        while joined and word(said, step) in ("and", "then", ",", "back", "to", "the"):
            step += 1
        match = next((kind for kind in kinds if word(said, step) in kind.directions), None)
        if match is None or (found and not joined):
            break
        found.append((match, match.directions[said[step]], step + 1))
        kinds = [match]
        position = end = step + 1
        if word(said, position) in ("side", "hand"):
            position = end = position + 1
    return found, manner, end


def aim_end(said: Sequence[str], first: int) -> int:
    """Where what the camera is aimed at ends."""
    position = first
    while position < len(said) and not _stops(said, position, first):
        position += 1
    return position


def _stops(said: Sequence[str], position: int, first: int) -> bool:
    here = said[position]
    moving = (
        position > first + 1 and here.endswith("ing") and here not in ("king", "building", "wing", "ring")
    )
    marked = here in STOPS | CLOSELY or not any(map(str.isalnum, here))
    return marked or moving or (here == "it" and position > first)
