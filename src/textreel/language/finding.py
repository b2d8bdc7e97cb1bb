"""Find what words stand for in the inventory of :mod:`textreel.world`.

A word finds its concept by its name, as another word for it, as a kind of it (a corgi is a dog), or as the nearest
in meaning. Of several senses the one is taken that is usual and whose definition goes best with the words around it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from textreel.language.kinds import kind_of
from textreel.language.lemmas import IRREGULAR, lemma_candidates
from textreel.language.tokens import normal_form
from textreel.language.vectors import WordVectors
from textreel.scene import Match
from textreel.world.words import Slot, WordSense, senses_of

# Chosen on the tuned part of tests/language/finding/words.txt; scripts/measure-words prints both parts.
CONTEXT_WEIGHT = 10.0
VISIBLE_BONUS = 1.0  # films are asked for things that can be seen
SHOWN_BONUS = 0.7
EXACT_BONUS = 0.5
SHARE_SMOOTHING = 0.1
TELLING_WORDS = 3  # of the context
COMMON_RANK = 1000.0  # words as common as this weigh half (smooth inverse frequency, Arora et al. 2017)
HEAD_SCORE = 0.8  # of a compound that is known by its head alone
DETERMINERS = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "some", "my", "your", "his", "her", "its", "our", "their",
})  # fmt: skip
AUXILIARIES = frozenset({
    "is", "are", "was", "were", "be", "been", "being", "am", "has", "have", "had", "will", "to",
})  # fmt: skip
PORTIONS = frozenset({
    "bit", "block", "bowl", "bunch", "cup", "crowd", "field", "flock", "glass", "group", "herd", "kind", "line", "lot",
    "mug", "number", "pack", "pair", "piece", "plate", "row", "school", "slice", "sort", "stack", "swarm", "team",
    "type", "variety",
})  # fmt: skip
LINKS = frozenset(["of", "with", "in", "on", "at", "from", "for", "by"])


@dataclass(frozen=True, kw_only=True)
class Found:
    """What words stand for.

    Attributes:
        name: of the concept, setting or activity.
        match: how it was found.
        score: how sure it is, 0 to 1: the share of that sense, or the likeness of the nearest.
    """

    name: str
    match: Match
    score: float


def find_concept(
    words: str, context: Iterable[str] = (), *, vectors: WordVectors | None = None
) -> Found | None:
    """Find the concept that a noun or compound stands for.

    Args:
        words: such as "the corgis", "a plate of spaghetti".
        context: the other words of the sentence, which tell homographs apart.
        vectors: a table of word vectors; None is the shipped one.

    Returns:
        None where the inventory has nothing of the kind.
    """
    return _find(words, "concept", context, vectors or _default_vectors())


def find_setting(
    words: str, context: Iterable[str] = (), *, vectors: WordVectors | None = None
) -> Found | None:
    """Find the place that a noun or compound stands for; see :func:`find_concept`."""
    return _find(words, "setting", context, vectors or _default_vectors())


def find_activity(
    words: str, context: Iterable[str] = (), *, vectors: WordVectors | None = None
) -> Found | None:
    """Find the activity that a verb stands for, alone or with its object ("playing a flute")."""
    vectors = vectors or _default_vectors()
    parts = _words(words)
    if found := _choose(senses_of(" ".join(parts), "activity"), context, vectors):
        return found
    if "or" in parts[:-1]:  # "catching or throwing a frisbee"
        at = parts.index("or")
        parts = parts[:at] + parts[at + 2 :]
    if (
        len(parts) > 1
        and parts[0] in AUXILIARIES
        and (found := find_activity(" ".join(parts[1:]), context, vectors=vectors))
    ):
        return found
    for end in range(len(parts), 0, -1):
        for phrase in _verb_phrases(parts[:end]):
            if found := _choose(senses_of(phrase, "activity"), context, vectors):
                return found
    return None


def _find(words: str, slot: Slot, context: Iterable[str], vectors: WordVectors) -> Found | None:
    parts = _words(words)
    context = [word for each in context for word in _words(each)]
    for phrase in _noun_phrases(parts):
        if found := _choose(senses_of(phrase, slot), context, vectors):
            return found
    if len(parts) > 1:
        if kind_of(" ".join(parts)):  # a compound of its own: a guinea pig is no pig
            return None
        head, modifiers = _head(parts)
        found = _find(head, slot, [*context, *modifiers], vectors)
        if found is None:
            return None
        return replace(
            found, match="near" if found.match == "near" else "kind_of", score=HEAD_SCORE * found.score
        )
    meant = vectors.resolve(parts[0]) if parts else None
    if meant is None or meant.source != "spelling" or kind_of(parts[0]):
        return None
    found = _find(meant.words[0], slot, context, vectors)
    return found and replace(found, match="near", score=HEAD_SCORE * found.score)


def _words(text: str) -> list[str]:
    words = [normal_form(word).strip(".,;:!?\"'()") for word in text.replace("’", "'").split()]
    while words and words[0] in DETERMINERS:
        words.pop(0)
    return [word for word in words if word]


def _noun_phrases(parts: Sequence[str]) -> Iterator[str]:
    """Yield a compound as it stands, then with its last word in each base form."""
    if parts:
        *heads, last = parts
        plural = last.endswith("s") or last in IRREGULAR  # a corner is no more corn than corn
        for form in [last, *(lemma_candidates(last) if plural else ())]:
            yield " ".join([*heads, form])


def _verb_phrases(parts: Sequence[str]) -> Iterator[str]:
    """Yield a phrase with its verb in each base form, with and without the determiners of its object."""
    verb, *rest = parts
    bare = [word for word in rest if word not in DETERMINERS]
    for form in [verb, *lemma_candidates(verb)]:
        for tail in (rest, bare):
            yield " ".join([form, *tail])
            if tail:
                for lemma in lemma_candidates(tail[-1]):
                    yield " ".join([form, *tail[:-1], lemma])


def _head(parts: Sequence[str]) -> tuple[str, list[str]]:
    """Split a phrase into its noun and the rest: of "a plate of spaghetti" the noun is the last."""
    link = next((at for at, word in enumerate(parts) if at and word in LINKS), None)
    if link is None or not parts[link + 1 :]:
        return parts[-1], list(parts[:-1])
    first, rest = list(parts[:link]), list(parts[link + 1 :])
    portion = first[-1] in PORTIONS or not PORTIONS.isdisjoint(lemma_candidates(first[-1]))
    kept, other = (rest, first) if portion and parts[link] == "of" else (first, rest)
    return " ".join(kept), other


def _choose(senses: Sequence[WordSense], context: Iterable[str], vectors: WordVectors) -> Found | None:
    """Take the likeliest sense: the share of each, times how well it goes with the context."""
    if not senses:
        return None
    around = _weighted(context, vectors)
    marks = [
        math.log(sense.share + SHARE_SMOOTHING)
        + VISIBLE_BONUS * sense.is_visible
        + SHOWN_BONUS * (sense.name is not None)
        + EXACT_BONUS * (sense.match == "exact")
        + CONTEXT_WEIGHT * _likeness(around, _weighted(sense.about, vectors))
        for sense in senses
    ]
    best = max(range(len(senses)), key=marks.__getitem__)
    chosen = senses[best]
    if chosen.name is None:
        return None
    score = 1 / sum(math.exp(mark - marks[best]) for mark in marks)
    return Found(name=chosen.name, match=chosen.match, score=score)


def _likeness(context: NDArray[np.float32], about: NDArray[np.float32]) -> float:
    """How well two sets of words go together: the mean of the context's words that are likest to one of a sense."""
    if not len(context) or not len(about):
        return 0.0
    return float(np.sort((context @ about.T).max(axis=1))[-TELLING_WORDS:].mean())


def _weighted(words: Iterable[str], vectors: WordVectors) -> NDArray[np.float32]:
    """The directions of the known words, float32 [words, dimensions], the more common the shorter."""
    known = [word for word in words if word in vectors and word not in LINKS]
    ranks = np.array([vectors.rank(word) for word in known], dtype=np.float32)
    return _directions(vectors.stack(known)) * (ranks / (ranks + COMMON_RANK))[:, None]


def _directions(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


@cache
def _default_vectors() -> WordVectors:
    return WordVectors.load_default()
