"""The words of a shot, as the generator reads them, and those that it cannot show."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from textreel.generator import ShotWords, word_tensors
from textreel.language import WordVectors, is_stop_word, tokenize
from textreel.models import ModelCard
from textreel.types import MAX_READ_WORDS

KNOWN_SIMILARITY = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading(ShotWords):
    """The words of one shot: all of them, the positions of those that are read, and what the generator reads.

    `cut`: what follows the last word that a text encoder has room for.
    """

    words: list[str]
    positions: list[int]
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class WordReader:
    """Reads the words of shots for one model."""

    vectors: WordVectors = field(repr=False)
    card: ModelCard = field(repr=False)

    def read(self, text: str) -> Reading:
        """The words of a text."""
        words = tokenize(text)
        vectors_BLD, mask_BL = word_tensors([text], self.vectors)
        positions = [at for at, word in enumerate(words) if self.vectors.lookup(word)[1] != "none"]
        end = positions[MAX_READ_WORDS] if len(positions) > MAX_READ_WORDS else len(words)
        positions = positions[:MAX_READ_WORDS]
        return Reading(
            words=words,
            positions=positions,
            vectors=vectors_BLD,
            mask=mask_BL,
            spelled=tuple(words[at] for at in positions),
            cut=tuple(words[end:]),
        )

    def without_effect(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The words that the model cannot show, each once; words that are cut off are no matter of the model's.

        A word counts as without effect if it has no vector, or if no word of the model's ``vocabulary`` (the words
        it was trained with) is similar to it: cosine below the model's ``known_similarity``.
        """
        without: dict[str, None] = {}
        for reading in map(self.read, texts):
            for position, word in enumerate(reading.words[: len(reading.words) - len(reading.cut)]):
                if not (position in reading.positions and self._is_known(word)):
                    without[word] = None
        return tuple(without)

    def _is_known(self, word: str) -> bool:
        """Whether the model was trained with a word, or with one like it; words such as "the" ask for nothing."""
        vector, source = self.vectors.lookup(word)
        if source == "none":
            return False
        vocabulary = self._vocabulary
        if not len(vocabulary) or is_stop_word(word) or word in self.card.metadata["vocabulary"]:
            return True
        direction = vector - self._centre
        likeness = vocabulary @ direction / max(float(np.linalg.norm(direction)), 1e-12)
        return bool(likeness.max() >= self.card.metadata.get("known_similarity", KNOWN_SIMILARITY))

    @cached_property
    def _vocabulary(self) -> NDArray[np.float32]:
        """Unit vectors of the words that the model was trained with, from the middle of all words; no stop words."""
        words = [word for word in self.card.metadata.get("vocabulary", ()) if not is_stop_word(word)]
        rows = self.vectors.stack(words) - self._centre
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)

    @cached_property
    def _centre(self) -> NDArray[np.float32]:
        return self.vectors.matrix.mean(axis=0)
