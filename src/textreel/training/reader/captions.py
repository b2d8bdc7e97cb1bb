"""Training captions for the reader: what people write, with the gold span and the gold owner of each word.

A grammar (``captions.txt`` beside this file) writes them; its nouns are the names of the inventory and nouns of
WordNet, so that the reader learns how a subject stands in a sentence and not which subjects there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from textreel.language.kinds import noun_kinds
from textreel.language.reader.labels import MENTIONS, GoldSpan, offset_of
from textreel.language.vectors import WordVectors
from textreel.language.word_lists import word_list
from textreel.world import concepts, looks, settings

GRAMMAR = Path(__file__).parent / "captions.txt"
PART = re.compile(r"<[^<>]+>|\[\w+(?::\w(?:>\w)?)?|\]|~|[^\s<>\[\]~]+")
COMMON_NOUNS = 15_000
ADJECTIVE_ENDINGS = ("y", "ful", "ous", "ish", "less", "ed", "ic", "en")
NO_SPACE_BEFORE = frozenset(",.:;?!)")
MOST_DEPTH = 40


@dataclass(frozen=True, kw_only=True)
class TaggedCaption:
    """A text and its gold spans in order."""

    text: str
    spans: tuple[GoldSpan, ...]


@dataclass(kw_only=True)
class _Draft:
    """A caption in the making: its words, and spans by word with the subjects that they belong to."""

    words: list[str] = field(default_factory=list)
    spans: list[tuple[str, int, int, int | None, int | None]] = field(default_factory=list)
    plural: set[int] = field(default_factory=set)
    subjects: int = 0

    def subject(self, letter: str, known: dict[str, int]) -> int:
        """Return the number of the subject that a rule calls ``letter``: m is the caption's first one."""
        if letter == "m":
            return next((owner for label, *_, owner, _ in self.spans if label == "subject" and owner), 1)
        if letter not in known:
            self.subjects += 1
            known[letter] = self.subjects
        return known[letter]


class CaptionWriter:
    """Writes captions by the grammar, from one random generator."""

    def __init__(self, generator: np.random.Generator, nouns: Mapping[str, Sequence[str]]) -> None:
        self.generator = generator
        self.nouns = nouns

    @cached_property
    def rules(self) -> dict[str, tuple[list[list[str]], np.ndarray]]:
        """The alternatives of each rule and their cumulative shares."""
        found: dict[str, list[tuple[list[str], int]]] = {}
        for line in GRAMMAR.read_text(encoding="utf-8").splitlines():
            name, _, text = line.partition(" = ")
            if line and not line.startswith("#"):
                for way in text.split(" | "):
                    words, _, weight = way.strip().partition(" *")
                    found.setdefault(name, []).append((PART.findall(words), int(weight or 1)))
        return {
            name: ([words for words, _ in ways], np.cumsum([weight for _, weight in ways]))
            for name, ways in found.items()
        }

    def write(self) -> TaggedCaption:
        """Return the next caption: clean, or as people type it."""
        draft = _Draft()
        self._expand("prompt", {}, draft, 0)
        _set_articles(draft.words)
        return _with_spans(self._typed(draft.words), draft)

    def _pick(self, name: str) -> list[str]:
        ways, shares = self.rules[name]
        return ways[int(np.searchsorted(shares, self.generator.integers(shares[-1]), side="right"))]

    def _expand(self, name: str, own: Mapping[str, int], draft: _Draft, depth: int) -> None:
        """Add one way of a rule to the draft; ``own`` gives the subjects of the letters known so far."""
        known = dict(own)
        parts = iter(self._pick(name))
        opened: list[tuple[str, int, int | None, int | None]] = []
        for part in parts:
            if part == "~":
                if self.generator.random() < 0.5:
                    while next(parts, "~") != "~":
                        pass
            elif part.startswith("["):
                label, _, links = part[1:].partition(":")
                owner, _, target = links.partition(">")
                ids = [draft.subject(letter, known) if letter else None for letter in (owner, target)]
                opened.append((label, len(draft.words), ids[0], ids[1]))
            elif part == "]":
                label, start, owner_id, target_id = opened.pop()
                draft.spans.append((label, start, len(draft.words), owner_id, target_id))
            elif part.startswith("<"):
                self._rule(part[1:-1], known, opened[-1] if opened else None, draft, depth)
            else:
                self._word(part, draft)

    def _rule(
        self,
        call: str,
        known: dict[str, int],
        within: tuple[str, int, int | None, int | None] | None,
        draft: _Draft,
        depth: int,
    ) -> None:
        name, *letters = call.split(" ")
        name, _, form = name.partition(".")
        if depth > MOST_DEPTH:
            draft.words.append("something")
            return
        own = {formal: draft.subject(letter, known) for formal, letter in zip("xb", letters, strict=False)}
        start = len(draft.words)
        self._expand(name, own, draft, depth + 1)
        if form and len(draft.words) > start:
            subject = within[2] if within else None
            if form == "pl":
                draft.words[-1] = plural(draft.words[-1])
                draft.plural |= {subject} if within and within[0] == "subject" and subject else set()
            else:
                form = ("base" if subject in draft.plural else "s") if form == "v" else form
                draft.words[start] = verb_form(draft.words[start], form)

    def _word(self, part: str, draft: _Draft) -> None:
        if part.startswith("$"):
            choices = self.nouns[part[1:]]
            draft.words += choices[int(self.generator.integers(len(choices)))].split()
        else:
            draft.words.append(part)

    def _typed(self, words: list[str]) -> list[str]:
        """Return the words in the writer's case and with his slips."""
        chance = self.generator.random()
        if chance < 0.3:
            words = [word.lower() for word in words]
        elif chance < 0.34:
            words = [word.upper() for word in words]
        elif chance < 0.7:
            words = [words[0][:1].upper() + words[0][1:], *words[1:]]
        elif chance < 0.72:
            words = [word.title() for word in words]
        if self.generator.random() < 0.08:
            at = int(self.generator.integers(len(words)))
            words = [*words[:at], self._slip(words[at]), *words[at + 1 :]]
        return words

    def _slip(self, word: str) -> str:
        if len(word) < 5:
            return word
        at = int(self.generator.integers(1, len(word) - 2))
        ways = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at] + word[at:],
        )
        return ways[int(self.generator.integers(3))]


def _set_articles(words: list[str]) -> None:
    """Write "an" before vowels, and begin sentences with a capital."""
    for at, word in enumerate(words[:-1]):
        if word == "a" and words[at + 1][0] in "aeiou":
            words[at] = "an"
        if word in ".!?" and words[at + 1] not in ('"', "'", ")", "]"):
            words[at + 1] = words[at + 1][0].upper() + words[at + 1][1:]


def _with_spans(words: list[str], draft: _Draft) -> TaggedCaption:
    """Join the words to a text; spans by word become spans by character, owners offsets in mentions."""
    text, places = "", []
    for word in words:
        joined = word[0] in NO_SPACE_BEFORE or word.startswith("'s") or word == "-" or text.endswith("-")
        text += word if joined or not text else f" {word}"
        places.append((len(text) - len(word), len(text)))
    spans = sorted((span for span in draft.spans if span[1] < span[2]), key=lambda span: span[1:3])
    mentions = [(places[start][0], owner) for label, start, _, owner, _ in spans if label in MENTIONS]
    made = []
    for label, start, end, owner, target in spans:
        at = places[start][0]
        made.append(
            GoldSpan(
                label=label,
                start=at,
                end=places[end - 1][1],
                owner=0 if label == "subject" else offset_of(at, owner, mentions),
                target=offset_of(at, target, mentions),
            )
        )
    return TaggedCaption(text=text, spans=tuple(made))


def captions(seed: int, nouns: Mapping[str, Sequence[str]] | None = None) -> Iterator[TaggedCaption]:
    """Yield captions without end; the same seed gives the same ones."""
    writer = CaptionWriter(np.random.default_rng(seed), nouns or filler_nouns())
    while True:
        yield writer.write()


@cache
def filler_nouns() -> dict[str, list[str]]:
    """Return the words that fill the grammar's ``$`` places: names of the inventory, then WordNet's by kind."""
    known = {word: rank for rank, word in enumerate(WordVectors.load_default().words)}
    by_kind: dict[str, list[str]] = {}
    for noun, kind in sorted(noun_kinds().items()):
        parts = noun.split("_")
        if all(known.get(part, COMMON_NOUNS) < COMMON_NOUNS and len(part) > 2 for part in parts):
            by_kind.setdefault(kind, []).extend([" ".join(parts)] * (4 if len(parts) == 1 else 1))
    adjectives = [
        word
        for word, rank in known.items()
        if rank < COMMON_NOUNS
        and len(word) > 4
        and word.endswith(ADJECTIVE_ENDINGS)
        and not word.endswith("ly")
        and word not in noun_kinds()
    ]
    colours = {name for name, value in looks()["colour"].items() for name in (name, *value.words)}
    kinds = ("animal", "object", "plant", "food", "person", "location")
    return {
        **{kind: by_kind[kind] for kind in kinds},
        "lookword": adjectives,
        "verb": sorted(word_list("film-verbs.txt")),
        "concept": [name for name in sorted(_concept_names()) if name.split()[0] not in colours],
        "scene": [name for place, setting in settings().items() for name in (place, *setting.words)],
    }


def _concept_names() -> set[str]:
    return {name.lower() for concept in concepts().values() for name in (concept.name, *concept.other_names)}


IRREGULAR_PLURALS = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "mouse": "mice", "goose": "geese",
    "sheep": "sheep", "fish": "fish", "wolf": "wolves", "knife": "knives", "leaf": "leaves", "foot": "feet",
    "tooth": "teeth", "people": "people",
}  # fmt: skip
IRREGULAR_PAST = {
    "run": "ran", "sit": "sat", "stand": "stood", "fly": "flew", "swim": "swam", "sleep": "slept", "eat": "ate",
    "drive": "drove", "ride": "rode", "hold": "held", "fall": "fell", "rise": "rose", "drink": "drank",
    "meet": "met", "lead": "led", "catch": "caught", "bite": "bit", "lie": "lay", "hang": "hung", "grow": "grew",
    "burn": "burnt", "fight": "fought", "sing": "sang", "feed": "fed", "read": "read", "take": "took",
}  # fmt: skip
PASSIVE = {"rode": "ridden", "bit": "bitten", "ate": "eaten", "drove": "driven", "took": "taken"}
DOUBLING = "run sit swim spin hop jog stop hug cut hit dig chop wrap grab drop wag stir mop tap skip trot"
VERBS_OF_BE = {"is": "are", "are": "are"}


def plural(noun: str) -> str:
    """Return the plural of a noun."""
    if noun in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[noun]
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun if noun.endswith("s") else f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeou" else f"{noun}s"


def verb_form(verb: str, form: str) -> str:
    """Return a verb as ``form``: base, s, ing or ed."""
    if verb in VERBS_OF_BE or form == "base":
        return VERBS_OF_BE.get(verb, verb) if form == "base" else verb
    stem = verb + verb[-1] if verb in DOUBLING.split() else verb
    if form == "s":
        return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in "aeou" else plural(verb)
    if form == "ing":
        return (
            f"{verb[:-2]}ying"
            if verb == "lie"
            else f"{stem.removesuffix('e') if not verb.endswith('ee') else stem}ing"
        )
    if verb in IRREGULAR_PAST:
        return IRREGULAR_PAST[verb]
    return (
        f"{verb}d"
        if verb.endswith("e")
        else f"{verb[:-1]}ied"
        if verb.endswith("y") and verb[-2] not in "aeou"
        else f"{stem}ed"
    )
