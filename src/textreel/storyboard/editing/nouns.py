"""Changing who is in a shot: looks, number and kind of a noun, one more of them, or one less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textreel.language.kinds import kind_of
from textreel.storyboard.editing.inflection import (
    COUNTS,
    article,
    number_word,
    plural,
)
from textreel.storyboard.editing.sentence import (
    ALL_SIZES,
    COLOUR_STRENGTHS,
    DETERMINERS,
    MORE_COLOURS,
    SIZES,
    Noun,
    Sentence,
    sentence,
)

PRONOUNS = frozenset(
    {"it", "them", "they", "he", "she", "him", "her", "this", "that", "everything", "these", "its", "their"}
)
Quality = Literal["colour", "size", "subject"]


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


def quality(word: str) -> Quality:
    """Which look a word is of."""
    return "colour" if word in MORE_COLOURS else "size" if word in ALL_SIZES else "subject"


def matching(read: Sentence, thing: Thing) -> list[Noun]:
    """The nouns of a text that a thing names: by their name, with its looks where any has them."""
    named = [noun for noun in read.nouns if _is_named(read, noun, thing)]
    looks = set(thing.looks)
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
        old = _looks(read, noun, quality(new.split()[-1]))
        before = read.said(old[0], old[-1] + 1) if old else ""
        if old:
            changes = [(old[0], old[-1] + 1, new)]
        else:
            spot = noun.looks if quality(new.split()[-1]) == "size" else noun.name
            changes = [(spot, spot, new)]
        if before != new:
            text = read.changed(*changes)
            done.append(Rewritten(text=text, what=quality(new.split()[-1]), before=before, after=new))
    return done


def without_look(text: str, thing: Thing, look: str) -> list[Rewritten]:
    """The text without a look of a thing: a word, or a whole quality ("colour", "size")."""
    done: list[Rewritten] = []
    for _ in matching(sentence(text), thing):
        read = sentence(text)
        for noun in matching(read, thing):
            old = _looks(read, noun, look) if look in ("colour", "size") else read.places_of(noun, {look})
            if old:
                before = read.said(old[0], old[-1] + 1)
                text = read.changed((old[0], old[-1] + 1, ""))
                what = look if look in ("colour", "size") else quality(look)
                done.append(Rewritten(text=text, what=what, before=before, after=""))
                break
    return done


def _looks(read: Sentence, noun: Noun, what: str) -> list[int]:
    """The words of a quality in a noun phrase, with those that strengthen them."""
    kinds = MORE_COLOURS if what == "colour" else ALL_SIZES if what == "size" else frozenset()
    places = [place for place in read.places_of(noun, kinds) if place < noun.name]
    if not places:
        return []
    first = places[0]
    strengths = COLOUR_STRENGTHS | {"very"} if what == "colour" else {"very"}
    while first > noun.looks and read.words[first - 1] in strengths:
        first -= 1
    return list(range(first, places[-1] + 1))


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
        said = _as_kind(read, noun, new, many=many)
        changes = [(noun.start, noun.end, said)]
        if many != read.is_many(noun) and not coordinated(read, noun):
            changes += read.agreeing(noun, many=many)
        what = "place" if noun.role == "place" and kind_of(new.head) == "location" else "subject"
        text = read.changed(*changes)
        done.append(Rewritten(text=text, what=what, before=read.said(noun.start, noun.end), after=said))
        if new.head == old.head:
            break
    return done


def _as_kind(read: Sentence, noun: Noun, new: Thing, *, many: bool) -> str:
    """The new name with what it keeps of the old noun phrase: article, number, looks of other qualities."""
    said = {quality(look.split()[-1]) for look in new.looks}
    looks = [
        read.words[place]
        for place in range(noun.looks, noun.name)
        if read.tokens[place].span.is_word and (quality(read.words[place]) not in said)
    ]
    looks = [] if looks and set(looks) <= COLOUR_STRENGTHS | {"very"} else looks
    head = plural(new.head) if many else new.head
    name = " ".join([*new.name.split()[:-1], head])
    rest = [
        *[look for look in looks if quality(look) == "size"],
        *new.looks,
        *[look for look in looks if quality(look) != "size"],
        name,
    ]
    leading = [read.words[place] for place in range(noun.start, noun.looks)]
    if new.count is not None:
        leading = [word for word in leading if word in ("the", "its", "his", "her", "their")]
        leading += [number_word(new.count)] if many else [] if leading else [article(rest[0])]
    elif (noun.role == "place" and new.determiner) or (not leading and new.determiner and not many):
        leading = [new.determiner]
    if leading[:1] in (["a"], ["an"]):
        leading[0] = article(rest[0])
    return " ".join([*leading, *rest])


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
