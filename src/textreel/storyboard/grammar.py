"""The phrases of a shot's words: who does what, where, when and in what weather.

The parts of speech are those of the language room; here they become phrases. Loading them costs a second, so that
it happens only when a prompt has several shots, or when somebody asks.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

from textreel.language.kinds import kind_of
from textreel.language.lemmas import lemma_candidates
from textreel.storyboard.word_kinds import MORE_COLOURS, MORE_VERBS, THING_COLOURS

if TYPE_CHECKING:
    from types import ModuleType

    from textreel.language.tagging import TaggedToken

Change = Literal["", "begins", "ends"]
NO_CHANGE: Change = ""
Role = Literal["subject", "object", "motion", "place", "time", "weather", "look", "other"]
SUBORDINATORS = frozenset(
    {"while", "as", "when", "because", "until", "although", "where", "who", "which", "that"}
)
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
INSIDE_NOUN_PHRASE = (
    frozenset({"DT", "PRP$", "CD", "JJ", "JJR", "JJS", "PDT", "POS", "HYPH", "WP$"}) | NOUN_TAGS
)
SUBJECT_PRONOUNS = frozenset(
    {"it", "he", "she", "they", "we", "this", "these", "that", "both", "one", "another"}
)
PERSONAL_PRONOUNS = frozenset({"it", "he", "she", "they", "him", "her", "them"})
SENTENCE_ENDS = frozenset(".!?;…")


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Words ``start`` to ``end`` of a shot and their role; ``head`` is the base form of the word that counts."""

    role: Role
    start: int
    end: int
    head: str
    clause: int = 0
    change: Change = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The phrases of a shot in order, with its tokens and their clauses."""

    tokens: tuple[TaggedToken, ...] = field(repr=False)
    phrases: tuple[Phrase, ...]
    clauses: tuple[int, ...]

    def first(self, *roles: Role) -> Phrase | None:
        """The first phrase of some role."""
        return next((phrase for phrase in self.phrases if phrase.role in roles), None)

    def all(self, role: Role) -> tuple[Phrase, ...]:
        """The phrases of a role."""
        return tuple(phrase for phrase in self.phrases if phrase.role == role)

    @property
    def verb(self) -> Phrase | None:
        """The verb of the first clause that has one; a clause with a subject goes before others."""
        subject = self.first("subject")
        verbs = self.all("motion")
        own = [verb for verb in verbs if subject is not None and verb.clause == subject.clause]
        return next(iter([*own, *verbs]), None)

    @property
    def happens(self) -> bool:
        """Whether something happens: a verb of doing, or weather or time that changes."""
        if any(phrase.change for phrase in self.phrases):
            return True
        doing = (
            verb
            for verb in self.all("motion")
            if verb.head not in ("be", "have", "look like", "seem", "wear")
        )
        return any(True for _ in doing)


@cache
def tagger() -> ModuleType:
    """The tagging of the language room, loaded when it is first needed."""
    return importlib.import_module("textreel.language.tagging")


def singular(word: str) -> str:
    """The base form of a noun, as the table of kinds knows it."""
    if kind_of(word) is None:
        return word
    return next((base for base in lemma_candidates(word) if word.endswith("s") and kind_of(base)), word)


def _is_more_verb(word: str) -> bool:
    return not MORE_VERBS.isdisjoint({word, *lemma_candidates(word)})


class WordReader:
    """Tells nouns from verbs and finds the ends of noun phrases; ``verb`` tells that the clause has its verb."""

    def __init__(self, tokens: Sequence[TaggedToken]) -> None:
        self.tokens = tuple(tokens)
        self.words = [token.word for token in tokens]
        self.verb = False

    def _is_verb(self, place: int) -> bool:
        tag, word = self.tokens[place].tag, self.words[place]
        if tag.startswith("V") or tag == "MD":
            return True
        follows_noun = place > 0 and self._is_noun(place - 1)
        if follows_noun and tag in ("NNS", "NN") and word.endswith("s") and self._must_be_verb(place):
            return True
        return bool(
            follows_noun and not self.verb and tag not in ("IN", "RB", "JJ", "POS")
            and (word.endswith("s") or self.tokens[place - 1].tag in ("NNS", "PRP"))
            and (tagger().film_verb(word) or _is_more_verb(word))
        )  # fmt: skip

    def _is_noun(self, place: int) -> bool:
        """Whether a word is a noun; people are sometimes tagged as adjectives ("a fisherman repairs")."""
        if self.tokens[place].tag in NOUN_TAGS | {"PRP"}:
            return True
        somebody = self.tokens[place].tag == "JJ" and kind_of(self.words[place]) in ("person", "animal")
        return somebody and not self._describes(place)

    def _describes(self, place: int) -> bool:
        """Whether a noun follows that is no verb in disguise: "a lovely cat", not "a fisherman repairs"."""
        if not self._noun_at(place + 1):
            return False
        following = self.words[place + 1]
        return self.tokens[place + 1].tag == "JJ" or not (
            following.endswith("s") and (tagger().film_verb(following) or _is_more_verb(following))
        )

    def _must_be_verb(self, place: int) -> bool:
        """Whether a word in -s after a noun can be no plural: after "a dog", or before "the ball"."""
        if self.verb or self.words[place - 1].endswith("s"):
            return False
        following = self.tokens[place + 1].tag if place + 1 < len(self.tokens) else ""
        start = place - 1
        while start > 0 and self.tokens[start].tag in NOUN_TAGS | {"JJ", "VBG", "VBN", "HYPH"}:
            start -= 1
        single = self.words[start] in ("a", "an", "one", "another")
        return single or following in ("DT", "PRP$", "PRP", "CD")

    def _verb_after(self, end: int) -> bool:
        while end < len(self.words) and self.tokens[end].tag == "RB":
            end += 1
        return end < len(self.words) and self._is_verb(end)

    def _noun_at(self, place: int) -> bool:
        return place < len(self.tokens) and self.tokens[place].tag in NOUN_TAGS | {"JJ"}

    def _noun_phrase(self, start: int) -> int | None:
        """Where the noun phrase that begins at a word ends; None where none does."""
        if self.words[start : start + 2] in (["the", "other"], ["the", "others"]) and not self._noun_at(
            start + 2
        ):
            return start + 2
        place, noun = start, 0
        while place < len(self.words):
            tag = self.tokens[place].tag
            shade = noun and self._is_shade(place)
            ends = tag not in NOUN_TAGS | {"POS", "HYPH"} or (place > start and self._is_verb(place))
            if noun and ends and not shade:
                break
            if shade or (
                tag in ("VBG", "VBN") and not noun and place > start and self._noun_phrase(place + 1)
            ):
                pass
            elif tag not in INSIDE_NOUN_PHRASE and not (
                tag == "RB" and self.words[place] in ("very", "bright")
            ):
                break
            if tag == "DT" and place > start and self.tokens[place - 1].tag not in ("PDT", "DT"):
                break
            noun = place + 1 if tag in NOUN_TAGS or (tag == "JJ" and self._is_noun(place)) else noun
            place += 1
        if not noun:
            return None
        if self.words[noun : noun + 1] == ["of"] and (more := self._noun_phrase(noun + 1)):
            return more
        return noun

    def _is_shade(self, place: int) -> bool:
        """Whether a noun before gives a colour its name, and another one has it: "coal black", "gold-plated"."""
        if not self._noun_at(place + 1):
            return False
        word, tag, before = self.words[place], self.tokens[place].tag, self.words[place - 1]
        return word in MORE_COLOURS | THING_COLOURS or (before == "-" and tag in ("VBN", "VBD", "JJ"))

    def _clause_follows(self, start: int) -> bool:
        """Whether a subject and then a verb come next."""
        end = self._noun_phrase(start)
        if end is None:
            end = (
                start + 1 if self.words[start : start + 1] and self.words[start] in SUBJECT_PRONOUNS else None
            )
        while end is not None and end < len(self.words) and self.tokens[end].tag == "RB":
            end += 1
        return end is not None and end < len(self.words) and self._is_verb(end)

    def _is_of_several(self, place: int) -> bool:
        """Whether a verb is of a subject of several, or tells no number: "come", "coming"."""
        base = tagger().film_verb(self.words[place]) == self.words[place]
        return self.tokens[place].tag in ("VBP", "VB", "VBG") or base

    def _coordinated(self, end: int) -> int:
        """ "a cat and a dog" as one subject."""
        if self.words[end : end + 1] == ["and"] and not self._clause_follows(end + 1):
            other = self._noun_phrase(end + 1)
            return other or end
        if self.words[end : end + 1] == ["and"] and (other := self._noun_phrase(end + 1)) is not None:
            plural = self.tokens[other].tag in ("VBP", "VB") if other < len(self.words) else False
            return other if plural and self.tokens[other - 1].tag == "NN" else end
        return end
