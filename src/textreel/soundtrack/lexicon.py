"""Which kind of sound a word means: the kind of its nearest labelled noun, or none.

Beside the nouns of the kinds stand nouns of things that have no sound here; a word that is nearer to one of these, or
to nothing, is silent. So a stallion neighs as a horse does, and a giraffe is never heard with another animal's voice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from textreel.corpora.scenes.subjects import SUBJECTS
from textreel.corpora.sounds.kinds import KINDS
from textreel.language import WordVectors
from textreel.language.lemmas import lemma_candidates

LEAST_LIKENESS = 0.62
COMMON_DIRECTIONS = 3

ALIKE = frozenset(subject.name for subject in SUBJECTS) & frozenset(kind.name for kind in KINDS) - {"ball"}
OF_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        **{name: name for name in sorted(ALIKE)},
        "car": "engine",
        "taxi": "engine",
        "police car": "siren",
        "fire engine": "siren",
        "tornado": "storm",
        "cloud": "thunder",
    }
)
"""The voice of each subject of the scenes that has one."""

SILENT_NOUNS = tuple(
    word
    for subject in SUBJECTS
    if subject.name not in OF_SUBJECTS
    for word in (*subject.words, *subject.held_out_words)
    if " " not in word
) + tuple((Path(__file__).parent / "data" / "silent-nouns.txt").read_text(encoding="utf-8").split())
"""Nouns of things whose sound nobody gave us: what is nearest to one of them is silent."""


@dataclass(frozen=True)
class Meaning:
    """What a word means: a kind by name, or None where it is known to have no sound; how near it is to the noun."""

    kind: str | None
    noun: str
    likeness: float


class Lexicon:
    """Words to kinds for one table of word vectors."""

    def __init__(self, vectors: WordVectors) -> None:
        self._vectors = vectors
        nouns = [(noun, kind.name) for kind in KINDS for noun in kind.nouns if " " not in noun]
        known = {noun for noun, _ in nouns}
        silent: list[tuple[str, str | None]] = [(noun, None) for noun in SILENT_NOUNS if noun not in known]
        held_out = [
            (word, OF_SUBJECTS[subject.name])
            for subject in SUBJECTS
            if subject.name in OF_SUBJECTS
            for word in subject.words
            if " " not in word and word not in known
        ]
        self._labelled: list[tuple[str, str | None]] = [*nouns, *held_out, *silent]
        self._exact = dict(reversed(self._labelled))

    def kind_of(self, word: str) -> Meaning | None:
        """What a noun means; None where it is like nothing that is labelled."""
        word = word.lower()
        for form in (word, *lemma_candidates(word)):
            if form in self._exact:
                return Meaning(self._exact[form], form, 1.0)
        vector, source = self._vectors.lookup(word)
        if source not in ("exact", "lemma"):
            return None
        likeness = self._directions @ self._direction(vector[None])[0]
        best = int(likeness.argmax())
        if likeness[best] < LEAST_LIKENESS:
            return None
        noun, kind = self._labelled[best]
        return Meaning(kind, noun, float(likeness[best]))

    @cached_property
    def _directions(self) -> NDArray[np.float32]:
        return self._direction(self._vectors.stack(noun for noun, _ in self._labelled))

    @cached_property
    def _common(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The middle of all words and the directions common to them (Mu & Viswanath 2018)."""
        centre = self._vectors.matrix.mean(axis=0)
        _, _, directions = np.linalg.svd(self._vectors.matrix[:8000] - centre, full_matrices=False)
        return centre, directions[:COMMON_DIRECTIONS]

    def _direction(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        centre, common = self._common
        centred = rows - centre
        centred = centred - (centred @ common.T) @ common
        return np.asarray(
            centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9), dtype=np.float32
        )
