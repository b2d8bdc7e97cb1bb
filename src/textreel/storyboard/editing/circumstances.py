"""Changing where, when and in what weather a shot is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from textreel.language.kinds import kind_of
from textreel.language.tokens import split
from textreel.storyboard.editing.nouns import Rewritten
from textreel.storyboard.editing.sentence import Sentence, sentence
from textreel.storyboard.grammar import PERSONAL_PRONOUNS, Change, Phrase, Role
from textreel.storyboard.parts import Part, Scene
from textreel.storyboard.reading import read
from textreel.storyboard.word_kinds import (
    LIGHT_ADJECTIVES,
    SETTING_KINDS,
    TIME_NOUNS,
    WEATHER_ADJECTIVES,
    WEATHER_NOUNS,
    WEATHER_VERBS,
)
from textreel.storyboard.wording import as_said, at
from textreel.types import TextSpan

ROLES: tuple[Role, ...] = ("place", "time", "weather")
_CONNECTORS = ("as", "while", "when", ",", "and")
_FINE = frozenset({"fine", "good", "nice", "dry", "sunny", "clear"})


@dataclass(frozen=True, kw_only=True)
class Circumstance:
    """A place, a time or a weather as an instruction says it.

    ``clause`` tells "it rains" from "in the rain", ``change`` that it begins or ends; ``head`` is its noun.
    """

    role: Role
    text: str
    head: str
    clause: bool = False
    change: Change = ""

    @property
    def part(self) -> Part:
        """It as words that stay true, for the wording that the planner has."""
        nowhere = TextSpan(text="", start=0, end=0)
        return Part(role=self.role, text=self.text, words=nowhere, shot=0, head=self.head, clause=self.clause)


def circumstances(words: Sequence[str]) -> list[Circumstance] | None:
    """Words as places, times and weathers; None where they are anything else beside.

    >>> [found.role for found in circumstances("at dawn in the city".split()) or []]
    ['time', 'place']
    """
    alone = _alone(words)
    if alone is not None:
        return [alone]
    reading = read(split(" ".join(words)))
    said = [token.word for token in reading.tokens]
    found, covered = [], 0
    for phrase in reading.phrases:
        before = said[covered : phrase.start]
        if phrase.role not in ROLES or set(before) - {"and", ",", "as", "while", "when", "early", "late"}:
            return None
        if said[phrase.start] in ("without", "no"):
            return None
        if phrase.end == phrase.start + 2 and said[phrase.end - 1] in PERSONAL_PRONOUNS:
            return None
        covered = phrase.end
        hour = [word for word in before if word in ("early", "late")]
        text = " ".join([*hour, *said[phrase.start : phrase.end]])
        if (
            phrase.role == "weather"
            and phrase.end > phrase.start + 1
            and reading.tokens[phrase.start].tag.startswith("JJ")
            and said[phrase.start] not in WEATHER_ADJECTIVES
        ):
            text = f"in {text}"
        verbal = any(token.tag.startswith(("V", "MD")) for token in reading.tokens[phrase.start : phrase.end])
        head = phrase.head
        found.append(
            Circumstance(
                role=phrase.role,
                text=text,
                head=head,
                clause=verbal or bool(phrase.change),
                change=phrase.change,
            )
        )
    return found if found and covered == len(said) else None


def _alone(words: Sequence[str]) -> Circumstance | None:
    """One word, or one with an article: "foggy", "night", "the forest"."""
    rest = list(words[1:]) if words and words[0] in ("the", "a", "an", "some", "in", "at") else list(words)
    rest = rest[1:] if rest[:1] == ["very"] else rest
    if len(rest) == 2 and rest[0] in _FINE and rest[1] in ("weather", "sky", "skies"):
        return Circumstance(role="weather", text=f"in {rest[0]} weather", head="weather")
    if len(rest) != 1 or words[0] in ("in", "at"):
        return None
    word = rest[0]
    if word in WEATHER_ADJECTIVES and len(words) == 1:
        return Circumstance(role="weather", text=f"in {word} weather", head="weather")
    if word == "dark":
        return Circumstance(role="time", text="in the dark", head="dark")
    if word in LIGHT_ADJECTIVES and len(words) == 1:
        text = "early in the morning" if word == "early" else "in bright daylight"
        return Circumstance(role="time", text=text, head="daylight")
    if word in TIME_NOUNS:
        return Circumstance(role="time", text="by day" if word == "day" else word, head=word)
    if word in WEATHER_VERBS | {"raining", "snowing", "hailing"}:
        base = word.removesuffix("ing")
        return Circumstance(role="weather", text=f"it {base}s", head=base, clause=True)
    if word in WEATHER_NOUNS:
        return Circumstance(role="weather", text=f"in the {word}", head=word)
    if kind_of(word) == "location":
        return Circumstance(role="place", text=" ".join(words), head=word)
    return None


def with_circumstance(text: str, new: Circumstance, *, instead: bool = False) -> Rewritten:
    """The text somewhere else, at another time or in another weather.

    A setting that was said goes; a perch ("on a chair") stays unless the new place is said ``instead``.
    """
    read = sentence(text)
    if new.change == "ends" and new.role == "weather":
        return without_circumstance(text, "weather") or Rewritten(
            text=text, what="weather", before="", after=""
        )
    old = _replaced(read, new, instead=instead)
    said = as_said(new.part, _scene(read))
    before = " ".join(read.said(phrase.start, phrase.end) for phrase in old)
    here = _place_taken(read, old, new)
    changes = [
        change
        for phrase in old
        if here is None or not here[0] <= phrase.start < here[1]
        for change in _removal(read, phrase)
    ]
    if here is not None:
        bare = new.clause and _is_clause(read, old[0]) and here[0] == old[0].start
        changes.append((*here, said.removeprefix("as ") if bare else said))
    else:
        spot = _spot(read, new, old)
        said = said.replace("as ", "while ", 1) if new.clause and _has_as(read, spot, old) else said
        hole = next((change for change in changes if change[0] <= spot <= change[1] and not change[2]), None)
        changes = [change for change in changes if change != hole]
        changes.append((hole[0], hole[1], said) if hole is not None else (spot, spot, said))
    changes += _sunny(read, new) if new.role == "weather" else []
    return Rewritten(text=read.changed(*changes), what=new.role, before=before, after=said)


def without_circumstance(text: str, role: Role, head: str = "") -> Rewritten | None:
    """The text without its place, time or weather (only the one with a head, where one is given)."""
    read = sentence(text)
    old = [
        phrase
        for phrase in read.reading.all(role)
        if not head
        or phrase.head == head
        or head in read.words[phrase.start : phrase.end]
        or _is_form(phrase.head, head)
    ]
    if role == "weather":
        old += [phrase for phrase in _weather_places(read) if phrase not in old and phrase.head == head]
    if not old or all(phrase.end - phrase.start == len(read.words) for phrase in old):
        return None
    before = " ".join(read.said(phrase.start, phrase.end) for phrase in old)
    text = read.changed(*(change for phrase in old for change in _removal(read, phrase)))
    return Rewritten(text=text, what=role, before=before, after="") if any(map(str.isalnum, text)) else None


def _is_form(first: str, second: str) -> bool:
    """Whether two words are of one weather: rain, raining, rainy."""
    return bool(first) and bool(second) and (first.startswith(second[:4]) and second.startswith(first[:4]))


def _weather_places(read: Sentence) -> list[Phrase]:
    """Snow and fog that were read as a place."""
    return [phrase for phrase in read.reading.all("place") if phrase.head in WEATHER_NOUNS]


def _replaced(read: Sentence, new: Circumstance, *, instead: bool) -> list[Phrase]:
    """The phrases in whose place the new one comes."""
    same = list(read.reading.all(new.role))
    if new.role == "weather":
        return [phrase for phrase in same if phrase.start > 0 or phrase.end < len(read.words)]
    if new.role == "time":
        return same
    subject = read.subject()
    apart = [
        phrase
        for phrase in same
        if subject is None or phrase.start >= subject.end or phrase.end <= subject.start
    ]
    settings = [
        phrase for phrase in apart if kind_of(phrase.head) in SETTING_KINDS or phrase.head == "underwater"
    ]
    perches = [
        phrase
        for phrase in apart
        if phrase not in settings and kind_of(phrase.head) not in ("animal", "person")
    ]
    return settings if settings and not instead else settings + perches if instead else settings


def _place_taken(read: Sentence, old: Sequence[Phrase], new: Circumstance) -> tuple[int, int] | None:
    """The words in whose place the new ones can stand just so; None where they must stand elsewhere."""
    if not old:
        return None
    start, end = _with_connector(read, old[0]), old[0].end
    if _is_clause(read, old[0]) and new.clause:  # the "while" before it, or behind it, stays
        return old[0].start, end
    if read.opens_at(start) and read.words[end : end + 1] == [","]:
        return start, end
    if any(_is_clause(read, phrase) for phrase in old) or new.clause:
        return None
    together = all(first.end == second.start for first, second in itertools.pairwise(old))
    return (start, old[-1].end) if together else None


def _is_clause(read: Sentence, phrase: Phrase) -> bool:
    """Whether it is said by a verb: "it rains", and not "in the rain"."""
    tags = [read.tokens[place].tag for place in range(phrase.start, phrase.end)]
    return bool(phrase.change) or any(tag.startswith("V") and tag != "VBG" for tag in tags)


def _removal(read: Sentence, phrase: Phrase) -> list[tuple[int, int, str]]:
    """The changes by which a circumstance goes, with its "as" or its full stop."""
    start, end = _with_connector(read, phrase), phrase.end
    if not read.opens_at(start):
        return [(start, end, "")]
    if end < len(read.words) and read.ends_at(end):
        return [(start, end + 1, "")]
    if not _is_clause(read, phrase):
        return [(start, end, "")]
    leads = next(
        (place for place in range(end, len(read.words)) if read.words[place] in ("as", "while")), None
    )
    if leads == end:  # "it rains while we see a cat"
        return [(start, end + 1, "")]
    others = [each for each in read.reading.phrases if leads is not None and end <= each.start < leads]
    setting = bool(others) and {each.role for each in others} <= {"place", "time"}
    return [(start, end, ""), *([(leads, leads + 1, ",")] if setting and leads is not None else [])]


def _has_as(read: Sentence, spot: int, gone: Sequence[Phrase]) -> bool:
    """Whether the sentence has a clause with "as" already before a word."""
    kept = {phrase.start - 1 for phrase in read.reading.phrases if phrase.change and phrase not in gone}
    return any(read.words[place] == "as" for place in kept if 0 <= place < spot)


def _sunny(read: Sentence, new: Circumstance) -> list[tuple[int, int, str]]:
    """The changes by which "on a sunny day" says the day alone, in another weather."""
    return [
        (phrase.start, phrase.end, "by day")
        for phrase in read.reading.all("time")
        if phrase.head == "day"
        and WEATHER_ADJECTIVES & set(read.words[phrase.start : phrase.end]) - set(new.text.split())
    ]


def _with_connector(read: Sentence, phrase: Phrase) -> int:
    """Where a phrase begins with the "as" or "while" before it."""
    start = phrase.start
    while start > 0 and read.words[start - 1] in _CONNECTORS:
        start -= 1
    return start


def _spot(read: Sentence, new: Circumstance, old: Sequence[Phrase]) -> int:
    """Before which word the new circumstance comes: place, then time, then weather, then clauses."""
    subject = read.subject()
    anchor = subject.start if subject is not None else 0
    end = read.clause_end(anchor)
    if new.clause:
        last = next((place for place in range(end, len(read.words)) if read.ends_at(place)), len(read.words))
        while last > end and not read.tokens[last - 1].span.is_word:
            last -= 1
        return last
    later = {"place": ("time", "weather"), "time": ("weather",)}.get(new.role, ())
    behind = [
        phrase
        for phrase in read.reading.phrases
        if phrase.role in later and phrase.start > anchor and phrase not in old
    ]
    starts = [_with_connector(read, phrase) for phrase in behind]
    return min([end, *starts])


def _scene(read: Sentence) -> Scene:
    """Who does what, as far as the wording of a place asks."""
    verb = read.reading.verb
    if verb is None:
        return Scene()
    nowhere = TextSpan(text="", start=0, end=0)
    text = read.said(verb.start, read.clause_end(verb.start))
    return Scene(predicate=Part(role="motion", text=text, words=nowhere, shot=0, head=verb.head))


def refitted(text: str, verb: str) -> str:
    """The text with the preposition of its place as a verb wants it: who stands is not "across the savanna"."""
    read = sentence(text)
    for phrase in read.reading.all("place"):
        said = read.said(phrase.start, phrase.end)
        nowhere = TextSpan(text="", start=0, end=0)
        part = Part(role="place", text=said, words=nowhere, shot=0, head=phrase.head)
        fitted = at(part, said.split(), Scene(predicate=replace_head(part, verb)))
        if fitted != said and kind_of(phrase.head) in SETTING_KINDS and phrase.start > 0:
            return read.changed((phrase.start, phrase.end, fitted))
    return text


def replace_head(part: Part, verb: str) -> Part:
    """A predicate that is only a verb."""
    return Part(role="motion", text=verb, words=part.words, shot=0, head=verb)
