"""What a model can show, as far as words tell: those that it was trained with, and those that are like them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from textreel.language.tokens import tokenize
from textreel.language.vectors import WordVectors
from textreel.language.word_lists import is_stop_word
from textreel.scene import LeftOut, Scene
from textreel.world import ModelKnowledge
from textreel.world.checking import names_in

KNOWN_SIMILARITY = 0.5


class Knowledge(Protocol):
    """What a model knows of the inventory."""

    def lacks(self, scene: Scene) -> tuple[LeftOut, ...]:
        """Return what a scene asks for that is understood, but that the model cannot show."""


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownWords:
    """The words of a model that keeps no record of the inventory, only its vocabulary.

    Args:
        vectors: the table that it was trained with.
        vocabulary: the words that it was trained with; none at all: it knows every word that has a vector.
        similarity: the cosine from which on another word is like one of these.
    """

    vectors: WordVectors = field(repr=False)
    vocabulary: frozenset[str] = field(repr=False)
    similarity: float = KNOWN_SIMILARITY

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any], vectors: WordVectors) -> KnownWords:
        """Read it from a model's metadata."""
        similarity = float(metadata.get("known_similarity", KNOWN_SIMILARITY))
        return cls(
            vectors=vectors, vocabulary=frozenset(metadata.get("vocabulary", ())), similarity=similarity
        )

    def __contains__(self, word: str) -> bool:
        """Tell whether the model was trained with a word, or with one like it; "the" and its like ask for nothing."""
        vector, source = self.vectors.lookup(word)
        if source == "none":
            return False
        if not self.vocabulary or is_stop_word(word) or word in self.vocabulary:
            return True
        direction = vector - self._centre
        likeness = self._directions @ direction / max(float(np.linalg.norm(direction)), 1e-12)
        return bool(likeness.max(initial=-1.0) >= self.similarity)

    def lacks(self, scene: Scene) -> tuple[LeftOut, ...]:
        """Return the words of a scene whose head, their last word, the model does not know."""
        lacking = []
        for _, _, name, words in names_in(scene):
            if words is None or not tokenize(words.text) or tokenize(words.text)[-1] in self:
                continue
            lack = "does not know the word" if tokenize(name)[-1] in self else "cannot show it"
            lacking.append(LeftOut(words=words, reason=f"understood as {name}, but this model {lack}"))
        return tuple(lacking)

    @cached_property
    def _directions(self) -> NDArray[np.float32]:
        """Unit vectors of the vocabulary, from the middle of all words; no stop words."""
        words = sorted(word for word in self.vocabulary if not is_stop_word(word))
        rows = self.vectors.stack(words) - self._centre
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)

    @cached_property
    def _centre(self) -> NDArray[np.float32]:
        return self.vectors.matrix.mean(axis=0)


def knowledge_of(metadata: Mapping[str, Any], vectors: WordVectors) -> Knowledge:
    """Return what a model knows, from its own metadata: its record of the inventory, or its vocabulary.

    Raises:
        CheckpointError: the record is none.
    """
    if "world" in metadata:
        return ModelKnowledge.from_metadata(metadata)
    return KnownWords.from_metadata(metadata, vectors)
