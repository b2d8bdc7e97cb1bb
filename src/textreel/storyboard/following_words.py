"""The words by which a camera is told to go with somebody, besides the plain "follows": where they begin and end."""

from __future__ import annotations

from collections.abc import Sequence

from textreel.storyboard.camera_words import CAMERA_NOUNS, CLEAR_NOUNS, DETERMINERS, PRONOUNS
from textreel.storyboard.word_kinds import words

KEEPING = words("camera-keeping")
"""Verbs by which a camera keeps somebody in view."""
VIEWS = words("camera-views")
"""What somebody is kept in."""
CENTRED = words("camera-centred")
GOING = words("camera-going")
"""Verbs by which a camera goes "with" somebody."""
TOGETHER = words("camera-together")
"""Words between such a verb and "with"."""
FOLLOWED = words("camera-followed")
CLOSELY = words("camera-closely")
"""How somebody is followed, which makes no difference here."""
ORDERS = frozenset({"follow", "track"})
"""Verbs that tell the camera to follow where a sentence begins with them."""
OWNERS = frozenset({"his", "her", "their", "both"})
LONGEST_OBJECT = 6


def kept_in_view(said: Sequence[str], start: int) -> tuple[int, int, int] | None:
    """Of "keeps the lion in the middle": where the object begins and ends, and where all ends; None if it is not so."""
    if word(said, start) not in KEEPING:
        return None
    for place in range(start + 2, min(start + 2 + LONGEST_OBJECT, len(said))):
        if not any(map(str.isalpha, said[place - 1])):
            return None
        if (end := view_end(said, place)) is not None:
            return start + 1, place, end
    return None


def view_end(said: Sequence[str], start: int) -> int | None:
    """Where "in the middle of the frame" ends, or "centred"."""
    if word(said, start) in CENTRED:
        start, end = start + 1, start + 1
    elif word(said, start) in ("in", "at", "within"):
        start += 1 + (word(said, start + 1) in DETERMINERS)
        if word(said, start) not in VIEWS:
            return None
        start = end = start + 1
    else:
        return None
    if word(said, start) in ("of", "in"):
        last = start + 1 + (word(said, start + 1) in DETERMINERS)
        end = last + 1 if word(said, last) in VIEWS | CAMERA_NOUNS else end
    return end


def going_along(said: Sequence[str], start: int) -> int | None:
    """Where "stays with", "keeps up with", "moves along with" ends, before "with"; None if somebody is not next."""
    if word(said, start) not in GOING:
        return None
    end = start + 1
    while word(said, end) in TOGETHER:
        end += 1
    bare = end == start + 1 and word(said, start).startswith("keep")
    return end if word(said, end) == "with" and not bare and is_object(said, end + 1) else None


def by_camera(said: Sequence[str], start: int) -> int | None:
    """Where "followed by the camera" or "with the camera" ends."""
    if word(said, start) in FOLLOWED and word(said, start + 1) == "by":
        start += 1
    elif word(said, start) != "with":
        return None
    noun = start + 1 + (word(said, start + 1) in DETERMINERS)
    return noun + 1 if word(said, noun) in CLEAR_NOUNS else None


def is_order(said: Sequence[str], start: int) -> bool:
    """Whether a sentence that begins here tells the camera to follow somebody: "track the lion"."""
    return word(said, start) in ORDERS and is_object(said, start + 1)


def is_object(said: Sequence[str], start: int) -> bool:
    """Whether a noun phrase or a pronoun may begin here."""
    return word(said, start) in DETERMINERS | PRONOUNS | OWNERS


def word(said: Sequence[str], place: int) -> str:
    """The word at a place; nothing beyond the ends."""
    return said[place] if 0 <= place < len(said) else ""
