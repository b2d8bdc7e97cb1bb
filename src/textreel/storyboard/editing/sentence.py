"""The text of a shot as something to change: its nouns, its verbs, and putting other words in their place."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

from textreel.language.kinds import kind_of
from textreel.language.tokens import split
from textreel.storyboard.editing.inflection import COUNTS, article, present, singular, verb_base
from textreel.storyboard.grammar import (
    INSIDE_NOUN_PHRASE,
    NOUN_TAGS,
    SENTENCE_ENDS,
    Phrase,
    Reading,
    Role,
    tagger,
)
from textreel.storyboard.reading import read_shot
from textreel.storyboard.word_kinds import MORE_COLOURS, OPENERS, THING_COLOURS, words

SIZES = tuple(words(f"edit-{size}") for size in ("tiny", "small", "big", "giant"))
ALL_SIZES = frozenset().union(*SIZES)
DETERMINERS = frozenset(
    {"a", "an", "the", "this", "that", "these", "those", "some", "another", "its", "his", "her", "their"}
)
_ARTICLE = re.compile(r"\b([Aa])n? (?=(\w+))")


@dataclass(frozen=True, kw_only=True)
class Noun:
    """A noun phrase: words ``start`` to ``end`` of a text, its looks from ``looks`` on, its name from ``name`` on."""

    start: int
    looks: int
    name: int
    end: int
    head: str
    role: Role

    @property
    def last(self) -> int:
        """The place of the word that counts."""
        return self.end - 1


@lru_cache(maxsize=256)
def sentence(text: str) -> Sentence:
    """The text, read."""
    return Sentence(text)


class Sentence:
    """A shot's text with its words, phrases and nouns. It never changes; changing words gives a new text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reading: Reading = read_shot(split(text))
        self.tokens = self.reading.tokens
        self.words = [token.word for token in self.tokens]

    @cached_property
    def nouns(self) -> tuple[Noun, ...]:
        """The noun phrases in order; what stands for weather ("it rains") has none."""
        found, place = [], 0
        while place < len(self.words):
            end = self._run(place)
            noun = self._noun(place, end) if end > place else None
            if noun is not None:
                found.append(noun)
            place = noun.end if noun is not None else max(end, place + 1)
        return tuple(found)

    @cached_property
    def verbal(self) -> frozenset[int]:
        """The places of verbs."""
        return frozenset(
            place
            for phrase in self.reading.phrases
            if phrase.role == "motion" or phrase.change
            for place in range(phrase.start, phrase.end)
        )

    def subject(self) -> Noun | None:
        """The noun that does what is done, or the first one that is no time or weather."""
        known = [noun for noun in self.nouns if noun.role not in ("time", "weather")]
        return next((noun for noun in known if noun.role == "subject"), known[0] if known else None)

    def verb_of(self, noun: Noun) -> Phrase | None:
        """The verb that a noun is the subject of; None for an object or where there is no verb."""
        verbs = [phrase for phrase in self.reading.all("motion") if phrase.start >= noun.end]
        same = [
            verb for verb in verbs if self.reading.clauses[verb.start] == self.reading.clauses[noun.start]
        ]
        subject = self.reading.first("subject")
        if not same or noun.role not in ("subject", "place"):
            return None
        return same[0] if noun.role == "subject" or subject is None else None

    def clause_end(self, start: int) -> int:
        """Where the clause of a word ends, without the words and marks that lead to the next one."""
        clauses = self.reading.clauses
        end = start
        while end < len(self.words) and clauses[end] == clauses[start]:
            end += 1
        while end > start + 1 and (
            self.words[end - 1] in ("and", "while", "as", "but", "when")
            or not self.tokens[end - 1].span.is_word
        ):
            end -= 1
        return end

    def is_shown(self, noun: Noun) -> bool:
        """Whether words before a noun say only that it is shown: "a film of a lion", "we see a lion"."""
        before = self.words[: noun.start]
        return any(before[-len(opener) :] == opener for opener in map(str.split, OPENERS))

    def opens_at(self, place: int) -> bool:
        """Whether a sentence begins at a word."""
        return place == 0 or self.words[place - 1] in SENTENCE_ENDS

    def ends_at(self, place: int) -> bool:
        """Whether a sentence ends before a word or mark."""
        return place >= len(self.words) or self.words[place] in SENTENCE_ENDS

    def said(self, start: int, end: int) -> str:
        """The words from one place to another."""
        return self.text[self.tokens[start].span.start : self.tokens[end - 1].span.end] if end > start else ""

    def changed(self, *changes: tuple[int, int, str]) -> str:
        """The text with other words for words ``start`` to ``end`` (none of them: put before ``start``)."""
        text = self.text
        for start, end, new in sorted(changes, reverse=True):
            first = self.tokens[start].span.start if start < len(self.tokens) else len(self.text)
            last = self.tokens[end - 1].span.end if end > start else first
            text = _spliced(text, first, last, new)
        return _tidy(text)

    def agreeing(self, noun: Noun, *, many: bool) -> list[tuple[int, int, str]]:
        """The changes by which the verbs and owners of a subject follow its number."""
        verb = self.verb_of(noun)
        if verb is None:
            return []
        changes = []
        clause = self.reading.clauses[noun.start]
        for place in range(verb.start, len(self.words)):
            if self.reading.clauses[place] != clause:
                break
            word = self.words[place]
            finite = place in self.verbal and self.tokens[place].tag in ("VBZ", "VBP", "VB", "NNS")
            if finite and (base := verb_base(word) or self.tokens[place].lemma) and place >= verb.start:
                follows_be = place > verb.start and self.tokens[place].tag == "VB"
                changes += [] if follows_be else [(place, place + 1, present(base, many=many))]
            elif word in ("its", "their"):
                changes.append((place, place + 1, "their" if many else "its"))
        return [change for change in changes if change[2] != self.words[change[0]]]

    def is_many(self, noun: Noun) -> bool:
        """Whether a noun phrase is of several."""
        counted = any(COUNTS.get(self.words[place], 1) > 1 for place in range(noun.start, noun.end))
        return (
            counted
            or self.tokens[noun.last].tag in ("NNS", "NNPS")
            or singular(self.words[noun.last]) != self.words[noun.last]
        )

    def places_of(self, noun: Noun, kinds: Collection[str]) -> list[int]:
        """The words of a noun phrase that are among some words."""
        return [place for place in range(noun.start, noun.last) if self.words[place] in kinds]

    def _run(self, start: int) -> int:
        """Where the words end that may be one noun phrase."""
        place, noun = start, False
        while place < len(self.words) and place not in self.verbal:
            tag, word = self.tokens[place].tag, self.words[place]
            fits = tag in INSIDE_NOUN_PHRASE or word in MORE_COLOURS | ALL_SIZES | {"very", "bright"}
            if (
                tag in ("VBG", "VBN")
                and place + 1 < len(self.words)
                and self.tokens[place + 1].tag in NOUN_TAGS
            ):
                fits = True
            shade = noun and self._is_shade(place)
            if (
                not fits
                or (noun and tag in ("DT", "PRP$", "CD", "PDT"))
                or (noun and tag.startswith("JJ") and not shade)
            ):
                break
            noun = noun or (tag in NOUN_TAGS and word not in MORE_COLOURS)
            place += 1
        return place

    def _is_shade(self, place: int) -> bool:
        """Whether a word makes a colour of the noun before it: "a cherry red car", "a gold-plated car"."""
        following = self.tokens[place + 1].tag if place + 1 < len(self.tokens) else ""
        colour = self.words[place] in MORE_COLOURS | THING_COLOURS or self.words[place - 1] == "-"
        return colour and following in NOUN_TAGS | {"VBG"}

    def _noun(self, start: int, end: int) -> Noun | None:
        while end > start and self.tokens[end - 1].tag not in NOUN_TAGS:
            end -= 1
        if end == start or (self.words[end - 1] in MORE_COLOURS and end - 1 == start):
            return None
        looks = start
        while looks < end - 1 and (
            self.words[looks] in DETERMINERS
            or self.words[looks] in COUNTS
            or self.tokens[looks].tag in ("DT", "CD", "PDT", "PRP$")
        ):
            looks += 1
        name = end - 1
        while name > looks and self._names(name - 1, end):
            name -= 1
        shaded = any(word in MORE_COLOURS for word in self.words[start + 1 : end - 1])
        told = start if shaded else end - 1
        roles = [phrase.role for phrase in self.reading.phrases if phrase.start <= told < phrase.end]
        role: Role = roles[0] if roles else "other"
        return Noun(
            start=start, looks=looks, name=name, end=end, head=singular(self.words[end - 1]), role=role
        )

    def _names(self, place: int, end: int) -> bool:
        """Whether a word before the last noun belongs to its name ("sailing boat", "polar bear", "plum tree")."""
        tag, word = self.tokens[place].tag, self.words[place]
        if word in THING_COLOURS and kind_of(" ".join(self.words[place:end])) is None:
            return False
        return (tag in NOUN_TAGS or tag in ("VBG", "HYPH")) and word not in MORE_COLOURS | ALL_SIZES


def _spliced(text: str, first: int, last: int, new: str) -> str:
    """Other words in a text, with a, an and capitals put right where they meet the rest."""
    before, after = text[:first].rstrip(), text[last:].lstrip()
    opens = not before or before[-1] in SENTENCE_ENDS
    if opens and text[first : first + 1].isupper():
        if new:
            new = new[:1].upper() + new[1:]
            after = after if last > first else _uncapitalised(after)
        else:
            after = after.lstrip(" ,;")
            after = after[:1].upper() + after[1:]
    joined = " ".join(part for part in (before, new, after) if part)
    reach = len(before) + len(new) + 2

    def fitting(found: re.Match[str]) -> str:
        near = found.end() >= len(before) - 1 and found.start() <= reach
        return f"{found[1]}{article(found[2])[1:]} " if near else found[0]

    return _ARTICLE.sub(fitting, joined)


def _uncapitalised(text: str) -> str:
    """Words that begin a sentence no more."""
    return text[:1].lower() + text[1:] if tagger().is_everyday(text.split(" ")[0].lower()) else text


def _tidy(text: str) -> str:
    """Marks and spaces as they should be."""
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r"([,;])\s*([,;.!?])", r"\2", text)
    return re.sub(r"\s{2,}", " ", text).strip(" ,;")
