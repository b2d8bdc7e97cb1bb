"""Changing who is in a shot: looks, number and kind of a noun, one more of them, or one less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textreel.language.kinds import kind_of
from textreel.storyboard.editing.inflection import (
    COUNTS,
    article,
    number_word,
    plural,
)
from textreel.storyboard.editing.looks import look_changes, quality, told
from textreel.storyboard.editing.sentence import DETERMINERS, SIZES, Noun, Sentence, sentence

PRONOUNS = frozenset(
    {"it", "them", "they", "he", "she", "him", "her", "this", "that", "everything", "these", "its", "their"}
)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A noun phrase of an instruction.

    ``looks`` are its adjectives, ``name`` what it is called ("sailing boat"), ``head`` the base form of its last
    word; ``count`` is its number where one is said. A pronoun has only a ``head``.
    """

    head: str
    name: str = ""
    determiner: str = ""
    count: int | None = None
    looks: tuple[str, ...] = ()
    many: bool = False

    @property
    def is_pronoun(self) -> bool:
        """Whether it only points to something."""
        return self.head in PRONOUNS

    @property
    def definite(self) -> str:
        """It as something known: "the white lion"."""
        return self.head if self.is_pronoun else " ".join(["the", *self.looks, self.name])

    @property
    def said(self) -> str:
        """It as said, with its article or number."""
        words = [*self.looks, self.name]
        if self.count is not None and self.count > 1:
            return " ".join([number_word(self.count), *words])
        first = self.determiner or ("" if self.many else article(words[0]))
        return " ".join([part for part in (first, *words) if part])


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """A text after one change, and what changed: before and after."""

    text: str
    what: str
    before: str
    after: str


def matching(read: Sentence, thing: Thing) -> list[Noun]:
    """The nouns of a text that a thing names: by their name, with its looks where any has them.

    A star among the stars is only the one, and not where it is.
    """
    named = [noun for noun in read.nouns if _is_named(read, noun, thing)]
    acting = [noun for noun in named if noun.role in ("subject", "object")]
    if acting:
        many = read.is_many(acting[0])
        named = [noun for noun in named if noun.role != "place" or read.is_many(noun) == many]
    looks = {word for look in thing.looks for word in look.replace("-", " ").split()}
    return [noun for noun in named if looks <= set(read.words[noun.looks : noun.end])] or named


def _is_named(read: Sentence, noun: Noun, thing: Thing) -> bool:
    if thing.head in ("animal", "creature", "beast"):
        return noun.head == thing.head or (kind_of(noun.head) == "animal" and noun.role != "place")
    return noun.head == thing.head


def with_look(text: str, thing: Thing, look: str) -> list[Rewritten]:
    """The text with another look of a thing: one of the same quality goes. Relative sizes are "bigger", "smaller"."""
    done: list[Rewritten] = []
    for place in range(len(matching(sentence(text), thing))):
        read = sentence(text)
        noun = matching(read, thing)[place] if place < len(matching(read, thing)) else None
        if noun is None:
            break
        new = _relative(read, noun, look) if look in ("bigger", "smaller") else look
        before = _said(read, told(read, noun, quality(new)))
        if before != new:
            text = read.changed(*look_changes(read, noun, [new]))
            done.append(Rewritten(text=text, what=quality(new), before=before, after=new))
    return done


def without_look(text: str, thing: Thing, look: str) -> list[Rewritten]:
    """The text without a look of a thing: a word, or a whole quality ("colour", "size")."""
    done: list[Rewritten] = []
    for _ in matching(sentence(text), thing):
        read = sentence(text)
        for noun in matching(read, thing):
            span = _span_of(read, noun, look)
            if span is not None:
                before = _said(read, span)
                text = read.changed((*span, ""))
                what = look if look in ("colour", "size") else quality(look)
                done.append(Rewritten(text=text, what=what, before=before, after=""))
                break
    return done


def _span_of(read: Sentence, noun: Noun, look: str) -> tuple[int, int] | None:
    """Where a look or a whole quality is said of a noun."""
    if look in ("colour", "size"):
        return told(read, noun, look)
    span = told(read, noun, quality(look))
    words = read.words[slice(*span)] if span is not None else []
    if look in words and "and" not in words:
        return span
    places = read.places_of(noun, {look})
    return (places[0], places[0] + 1) if places else None


def _said(read: Sentence, span: tuple[int, int] | None) -> str:
    return "" if span is None else read.said(*span)


def _relative(read: Sentence, noun: Noun, look: str) -> str:
    """Bigger or smaller than it is: the other way at once, further on one step."""
    now = [step for step, size in enumerate(SIZES) if read.places_of(noun, size)]
    if look == "bigger":
        return "giant" if now and now[0] >= 2 else "big"
    return "tiny" if now and now[0] <= 1 else "small"


def with_number(text: str, thing: Thing, count: int | None) -> Rewritten | None:
    """The text with another number of a thing, its verbs agreeing; None is one more."""
    read = sentence(text)
    noun = next(iter(matching(read, thing)), None)
    if noun is None:
        return None
    now = next(
        (COUNTS[word] for word in read.words[noun.start : noun.looks] if word in COUNTS),
        2 if read.is_many(noun) else 1,
    )
    new = now + 1 if count is None else count
    head = plural(noun.head) if new > 1 else noun.head
    first = read.words[noun.start] if noun.looks > noun.start else ""
    definite = [first] if first in ("the", "its", "his", "her", "their", "these", "those") else []
    words = [*definite, number_word(new)] if new > 1 else definite or [article(read.words[noun.looks])]
    changes = [(noun.start, noun.looks, " ".join(words)), (noun.last, noun.end, head)]
    if noun.looks == noun.last and noun.start == noun.looks:
        changes = [(noun.start, noun.end, " ".join([*words, head]))]
    if not coordinated(read, noun):
        changes += read.agreeing(noun, many=new > 1)
    text = read.changed(*changes)
    return Rewritten(
        text=text, what="number", before=read.said(noun.start, noun.end), after=_phrase_at(text, noun)
    )


def _phrase_at(text: str, noun: Noun) -> str:
    """The noun phrase that stands where another one stood."""
    read = sentence(text)
    found = next((other for other in read.nouns if other.start >= noun.start), None)
    return read.said(found.start, found.end) if found else ""


def with_kind(text: str, old: Thing, new: Thing) -> list[Rewritten]:
    """The text with another thing in the place of one: its number and looks stay where nothing else is said."""
    done: list[Rewritten] = []
    for _ in matching(sentence(text), old):
        read = sentence(text)
        noun = next(iter(matching(read, old)), None)
        if noun is None:
            break
        many = new.count > 1 if new.count else read.is_many(noun)
        changes = _kind_changes(read, noun, new, many=many)
        if many != read.is_many(noun) and not coordinated(read, noun):
            changes += read.agreeing(noun, many=many)
        what = "place" if noun.role == "place" and kind_of(new.head) == "location" else "subject"
        text, before = read.changed(*changes), read.said(noun.start, noun.end)
        done.append(Rewritten(text=text, what=what, before=before, after=_phrase_at(text, noun)))
        if new.head == old.head:
            break
    return done


def _kind_changes(read: Sentence, noun: Noun, new: Thing, *, many: bool) -> list[tuple[int, int, str]]:
    """The changes by which a noun becomes another one; article, number and looks of other qualities stay."""
    head = plural(new.head) if many else new.head
    name = " ".join([*new.name.split()[:-1], head])
    leading = read.words[noun.start : noun.looks]
    if new.count is not None:
        known = [word for word in leading if word in ("the", "its", "his", "her", "their")]
        one = [] if known else [article((*new.looks, name)[0])]
        leading = [*known, *([number_word(new.count)] if many else one)]
    elif noun.role == "place" and new.determiner:
        leading = [new.determiner]
    elif not leading and not many and (new.determiner != "the" or read.is_many(noun)):
        leading = [new.determiner] if new.determiner else []
    changes = [*look_changes(read, noun, new.looks), (noun.name, noun.end, name)]
    if leading != read.words[noun.start : noun.looks]:
        changes.append((noun.start, noun.looks, " ".join(leading)))
    return changes


def coordinated(read: Sentence, noun: Noun) -> bool:
    """Whether a noun stands with another one by "and"."""
    before, after = read.words[noun.start - 1 : noun.start], read.words[noun.end : noun.end + 1]
    others = [other for other in read.nouns if other != noun and other.role == noun.role]
    joined = {other.end for other in others if before == ["and"]} | {
        other.start - 1 for other in others if after == ["and"]
    }
    return bool(joined & {noun.start - 1, noun.end})


def names(texts: Sequence[str]) -> list[str]:
    """What the texts of a film name, times and weather aside."""
    return [
        noun.head for text in texts for noun in sentence(text).nouns if noun.role not in ("time", "weather")
    ]


def heads(texts: Sequence[str]) -> list[str]:
    """The subjects of a film: what its texts name besides places, times and weather."""
    found: dict[str, None] = {}
    for text in texts:
        for noun in sentence(text).nouns:
            thing = noun.role in ("subject", "object") or kind_of(noun.head) in ("animal", "person")
            if thing and noun.head not in DETERMINERS:
                found.setdefault(noun.head)
    return list(found)
