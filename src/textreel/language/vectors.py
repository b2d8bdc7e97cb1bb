"""Word vectors: the shipped reduced GloVe table, or any file in GloVe or word2vec format."""

import difflib
import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from textreel.errors import AssetError
from textreel.language.kinds import is_common_noun
from textreel.language.lemmas import lemma_candidates
from textreel.language.tokens import normal_form
from textreel.language.vector_files import read_vectors

VectorSource = Literal["exact", "lemma", "subword", "spelling", "none"]

DEFAULT_TABLE = Path(__file__).parent / "data" / "vectors.safetensors"
LEAST_PART_LETTERS = 3
COMMON_PARTS = 20_000
LEAST_SPELLING_LETTERS = 4
LEAST_SPELLING_RATIO = 0.82


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """How a word got its vector: it is the mean of the vectors of ``words``; none, where there are none."""

    source: VectorSource
    words: tuple[str, ...]


class WordVectors:
    """A table of word vectors that answers for every word and says how.

    Args:
        words: the vocabulary, the most frequent word first; lower case, unless the table tells cases apart.
        matrix: float [words, dimensions].
    """

    def __init__(self, words: Sequence[str], matrix: NDArray[np.floating]) -> None:
        if matrix.ndim != 2 or len(words) != len(matrix) or not len(words):
            raise AssetError(
                f"A vector table needs one row a word; it has {len(words)} words and shape {matrix.shape}."
            )
        self.words = tuple(words)
        self.matrix: NDArray[np.float32] = np.ascontiguousarray(matrix, dtype=np.float32)
        self._rows = {word: row for row, word in reversed(list(enumerate(self.words)))}
        self._resolutions: dict[str, Resolution] = {}

    @classmethod
    def load_default(cls) -> "WordVectors":
        """Load the shipped table: GloVe 6B (Pennington et al. 2014), 100 dimensions, 40,000 words; 0.1 s.

        Raises:
            AssetError: the file is missing or damaged.
        """
        try:
            tensors = load_tensors(DEFAULT_TABLE.read_bytes())
            matrix = tensors["vectors"] * tensors["scales"][:, None]
            return cls(tensors["words"].tobytes().decode().split("\n"), matrix)
        except (OSError, KeyError, SafetensorError) as error:
            message = f"The word vectors that textreel ships are damaged ({error}); install textreel again."
            raise AssetError(message) from error

    @classmethod
    def load(cls, path: str | Path) -> "WordVectors":
        """Load a GloVe text, word2vec text or word2vec binary file, as it is or packed as .gz or .zip.

        Raises:
            UsageError: there is no such file.
            AssetError: the file is in none of these formats, or damaged.
        """
        return cls(*read_vectors(Path(path)))

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return self.matrix.shape[1]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of words and vectors, in hexadecimal: the same for the same table, whatever its file."""
        digest = hashlib.sha256("\n".join(self.words).encode())
        digest.update(self.matrix.astype("<f4").tobytes())
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._rows or normal_form(word) in self._rows

    def rank(self, word: str) -> int:
        """Return how many words of the table are more common than one of its words."""
        return self._rows.get(word, self._rows.get(normal_form(word), len(self)))

    def lookup(self, word: str) -> tuple[NDArray[np.float32], VectorSource]:
        """Return a word's vector, float32 [dimensions], and its source; zeros and "none" for want of any."""
        resolution = self.resolve(word)
        if not resolution.words:
            return np.zeros(self.dimensions, dtype=np.float32), "none"
        return self.matrix[[self._rows[part] for part in resolution.words]].mean(axis=0), resolution.source

    def stack(self, words: Iterable[str]) -> NDArray[np.float32]:
        """Return the vectors of several words, float32 [words, dimensions]."""
        vectors = [self.lookup(word)[0] for word in words]
        return np.stack(vectors) if vectors else np.zeros((0, self.dimensions), dtype=np.float32)

    def resolve(self, word: str) -> Resolution:
        """Say which words of the table stand for a word: itself, its lemma, its parts, or its nearest spelling."""
        found = self._resolutions.get(word)
        if found is None:
            found = self._resolutions[word] = self._resolve(word)
        return found

    def nearest(self, of: str | NDArray[np.floating], count: int = 5) -> list[tuple[str, float]]:
        """Return the ``count`` words with the highest cosine similarity (-1 to 1), the word itself left out.

        ``of`` is a word or a vector [dimensions]; a word without any vector, and the zero vector, have none.
        """
        vector = self.lookup(of)[0] if isinstance(of, str) else np.asarray(of, dtype=np.float32)
        own = {of, *self.resolve(of).words} if isinstance(of, str) else set()
        norm = float(np.linalg.norm(vector))
        if norm == 0:
            return []
        similarities = self._directions @ (vector / norm)
        size = min(2 * count + len(own), len(self))
        best = np.argpartition(-similarities, size - 1)[:size]
        ranked = sorted(best, key=lambda row: -similarities[row])
        pairs = [(self.words[row], float(similarities[row])) for row in ranked]
        return [pair for pair in pairs if pair[0] not in own and pair[0][0].isalnum()][:count]

    @cached_property
    def _directions(self) -> NDArray[np.float32]:
        norms = np.linalg.norm(self.matrix, axis=1, keepdims=True)
        return self.matrix / np.maximum(norms, 1e-12)

    def _resolve(self, word: str) -> Resolution:
        for form in (word, normal_form(word)):
            if form in self._rows:
                return Resolution(source="exact", words=(form,))
        form = normal_form(word)
        for lemma in lemma_candidates(form):
            if lemma in self._rows:
                return Resolution(source="lemma", words=(lemma,))
        if parts := self._parts(form):
            return Resolution(source="subword", words=parts)
        if spelling := self._nearest_spelling(form):
            return Resolution(source="spelling", words=(spelling,))
        return Resolution(source="none", words=())

    def _parts(self, word: str) -> tuple[str, ...]:
        """Split a compound into two common nouns (dragonboats: dragon, boat), a hyphenated word at hyphens."""
        if "-" in word:
            parts = tuple(part for part in word.split("-") if part)
            return parts if all(part in self._rows for part in parts) else ()
        splits = [
            (head[:at], head[at:])
            for head in [word, *lemma_candidates(word)]
            for at in range(LEAST_PART_LETTERS, len(head) - LEAST_PART_LETTERS + 1)
            if self._is_part(head[:at]) and self._is_part(head[at:])
        ]
        return min(splits, key=lambda parts: sum(self._rows[part] for part in parts), default=())

    def _is_part(self, part: str) -> bool:
        return is_common_noun(part) and self._rows.get(part, COMMON_PARTS) < COMMON_PARTS

    def _nearest_spelling(self, word: str) -> str | None:
        """Return the word that sounds or looks most alike and starts alike; of equals the most common."""
        plain = without_accents(word)
        if plain in self._rows:
            return plain
        if len(plain) < LEAST_SPELLING_LETTERS or not plain.isalpha():
            return None
        sound = sound_form(plain)
        pool: dict[str, str] = {}
        for known, known_sound in self._sounds.get(sound[0], ()):
            if len(known) >= LEAST_SPELLING_LETTERS and abs(len(known_sound) - len(sound)) <= 2:
                pool.setdefault(known_sound, known)
        close = difflib.get_close_matches(sound, pool, n=5, cutoff=LEAST_SPELLING_RATIO)
        return max(
            (pool[known] for known in close), key=lambda known: self._likelihood(sound, known), default=None
        )

    def _likelihood(self, sound: str, known: str) -> float:
        """Weigh likeness of sound against rarity: a word ten times as rare has to be 0.02 more alike."""
        alike = difflib.SequenceMatcher(None, sound, sound_form(known)).ratio()
        return alike - 0.02 * math.log10(self._rows[known] + 10)

    @cached_property
    def _sounds(self) -> dict[str, list[tuple[str, str]]]:
        """Words and their sound forms by the first letter of the sound form, the most frequent first."""
        by_letter: dict[str, list[tuple[str, str]]] = {}
        for word in filter(str.isalpha, self.words):
            sound = sound_form(word)
            by_letter.setdefault(sound[0], []).append((word, sound))
        return by_letter


def without_accents(word: str) -> str:
    """Return a word with its accents taken off."""
    return "".join(
        letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter)
    )


def sound_form(word: str) -> str:
    """Spell a word roughly as it sounds, so that common misspellings fall together (elefant, elephant)."""
    for spelling, sound in (("ph", "f"), ("ck", "k"), ("c", "k"), ("y", "i")):
        word = word.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", word)
