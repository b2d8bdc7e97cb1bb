"""Circumstances behind a sentence: places, times and weathers with the words that bind them."""

from __future__ import annotations

from textreel.language.kinds import kind_of
from textreel.storyboard.parts import Part, Scene
from textreel.storyboard.word_kinds import (
    AT_TIMES,
    BARE_PLACES,
    IN_PLACES,
    LIGHT_ADJECTIVES,
    OBJECT_STARTS,
    ON_PLACES,
    PATHS,
    TRAVELLING,
    WEATHER_ADJECTIVES,
    WITH_ARTICLE,
)

DETERMINED = frozenset({"the", "a", "an", "its", "his", "her", "their", "this"})


def base(scene: Scene) -> str:
    """Who goes on doing what."""
    if scene.subject is None:
        return ""
    return " ".join([scene.subject.definite, *([scene.predicate.text] if scene.predicate else [])])


def as_said(part: Part, scene: Scene) -> str:
    """A circumstance behind a sentence: with its preposition, or as a clause with "as"."""
    first = part.text.split()[0]
    common = kind_of(part.head) is not None or first.lower() in PATHS
    text = part.text[:1].lower() + part.text[1:] if common else part.text
    text = text.lower() if part.text.isupper() and common else text
    words = text.split()
    if part.clause:
        return text if words[0] in ("as", "while", "when") else f"as {text}"
    if part.role == "place":
        return at(part, words, scene)
    if words[0] in ("a", "an", "the") or len(words) == 1 or words[0] in WEATHER_ADJECTIVES:
        return _bound(part, words)
    return text


def _bound(part: Part, words: list[str]) -> str:
    """A time or a weather without a preposition, with one: "at night", "in the morning", "in a storm"."""
    if part.role == "time" and part.head in LIGHT_ADJECTIVES - {"dark"}:
        return " ".join(words)
    preposition = "at" if part.head in AT_TIMES and words[0] not in ("a", "an") else "in"
    article = ["the"] if len(words) == 1 and part.head in WITH_ARTICLE else []
    return " ".join([preposition, *article, *words])


def at(part: Part, words: list[str], scene: Scene) -> str:
    """A place with the preposition that suits what is done there now."""
    first = words[0].lower()
    last = words[-1].lower()  # a field is a place to be on, and a field of flowers one to be in
    on = "on" if part.head in ON_PLACES and part.head in last and last not in IN_PLACES else "in"
    if first in DETERMINED or (len(words) == 1 and first not in BARE_PLACES):
        return f"{on} {' '.join(words)}"
    if first == "along":
        return " ".join([on if on == "on" else "by", *words[1:]])
    if first in ("into", "onto", "to") or (first in PATHS - {"from", "around", "over"} and not _goes(scene)):
        return " ".join([{"into": "in", "onto": "on"}.get(first, on), *words[1:]])
    return " ".join(words)


def _goes(scene: Scene) -> bool:
    """Whether the subject goes from place to place, and does not do something to something."""
    if scene.predicate is None or scene.predicate.head not in TRAVELLING:
        return False
    return not set(scene.predicate.text.split()[1:2]) & OBJECT_STARTS


def order(part: Part) -> int:
    """The order of circumstances behind a sentence: phrases first, then clauses."""
    return ("place", "time", "weather").index(part.role) + (3 if part.clause else 0)
