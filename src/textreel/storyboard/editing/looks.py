"""The looks in a noun phrase: which words tell a colour or a size, and putting others in their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from textreel.storyboard.editing.sentence import ALL_SIZES, Noun, Sentence
from textreel.storyboard.grammar import NOUN_TAGS
from textreel.storyboard.word_kinds import COLOUR_ENDINGS, COLOUR_STRENGTHS, MORE_COLOURS, THING_COLOURS

Quality = Literal["colour", "size", "subject"]


def quality(look: str) -> Quality:
    """What a look is of, by its last word: "pitch black" and "gold-plated" are colours."""
    *before, last = re.split(r"[ -]+", look)
    if last in MORE_COLOURS | THING_COLOURS or (before and last in COLOUR_ENDINGS):
        return "colour"
    return "size" if last in ALL_SIZES else "subject"


def told(read: Sentence, noun: Noun, what: str) -> tuple[int, int] | None:
    """From where to where the words before a noun tell its "colour" or "size", with those that name the shade."""
    places = [place for place in range(noun.looks, noun.name) if _tells(read, place, what)]
    if not places:
        return None
    first = places[0]
    while first > noun.looks and _belongs(read, first - 1, what):
        first -= 1
    return first, places[-1] + 1


def _tells(read: Sentence, place: int, what: str) -> bool:
    word = read.words[place]
    hyphened = word in COLOUR_ENDINGS and read.words[place - 1] == "-"
    return quality(word) == what or (what == "colour" and hyphened)


def _belongs(read: Sentence, place: int, what: str) -> bool:
    """Whether a word strengthens or names the look behind it: "very small", "pitch black", "cherry red"."""
    word, tag = read.words[place], read.tokens[place].tag
    if what == "size":
        return word == "very"
    return word in COLOUR_STRENGTHS | {"very", "-"} or (tag in NOUN_TAGS and word not in ALL_SIZES)


def grouped(words: Sequence[str]) -> tuple[str, ...]:
    """Words of look as looks: what names or strengthens a look is one with it.

    >>> grouped(["old", "cherry", "red"])
    ('old', 'cherry red')
    """
    found: list[str] = []
    for word in reversed(words):
        if found and _is_part(word, found[0]):
            found[0] = f"{word} {found[0]}"
        else:
            found.insert(0, word)
    return tuple(found)


def _is_part(word: str, look: str) -> bool:
    """Whether a word before a look is one with it; of nouns only known ones are: "a car white" is no shade."""
    what = quality(look)
    if what == "colour":
        return word in COLOUR_STRENGTHS | THING_COLOURS | {"very"}
    return what == "size" and word == "very"


def look_changes(read: Sentence, noun: Noun, looks: Sequence[str]) -> list[tuple[int, int, str]]:
    """The changes by which a noun gets looks; one of the same colour or size goes."""
    changes = []
    added: dict[int, list[str]] = {}
    for look in looks:
        what = quality(look)
        span = told(read, noun, what)
        if span is not None:
            changes.append((*span, look))
        else:
            added.setdefault(noun.looks if what == "size" else noun.name, []).append(look)
    return changes + [(place, place, " ".join(said)) for place, said in added.items()]
