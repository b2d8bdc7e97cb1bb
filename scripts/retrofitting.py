"""Retrofitting (Faruqui et al. 2015): word vectors drawn towards what WordNet says means the same.

GloVe knows which words keep the same company, and so puts dusk as near to dawn as to twilight. Every word is moved
towards its synonyms and hypernyms in WordNet, and inflected forms towards their base form, while it stays near
where GloVe put it. Used by make-language-tables, once.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from textreel.language.lemmas import lemma_candidates

PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv")
POINTED = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
SYNONYM = 1.0
HYPERNYM = 0.6
SIMILAR = 0.5
BACKWARDS = 0.3
TO_BASE_FORM, FROM_BASE_FORM = 1.0, 0.2
LATER_SENSE = 0.6  # how much less each next sense of a word counts
MOST_SENSES = 4
MOST_PULL = 1.5  # all neighbours together, against 1 for the word's own vector
ROUNDS = 10

Synset = tuple[str, str]  # part of speech and offset


def retrofit(words: Sequence[str], vectors: NDArray[np.float32], wordnet: Path) -> NDArray[np.float32]:
    """Retrofitted vectors of the same mean and the same distances from it, float32 [words, dimensions]."""
    centre = vectors.mean(0)
    own = unit(vectors - centre)
    pull = pulls(words, wordnet)
    total = np.asarray(pull.sum(1))
    moved = own.copy()
    for _ in range(ROUNDS):
        moved = (own + pull @ moved) / (1 + total)
    far = np.linalg.norm(vectors - centre, axis=1, keepdims=True)
    return (centre + unit(moved) * far).astype(np.float32)


def unit(rows: NDArray) -> NDArray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def pulls(words: Sequence[str], wordnet: Path) -> sparse.csr_matrix:
    """How strongly each word (row) is drawn towards each other (column)."""
    index = {word: row for row, word in enumerate(words)}
    weights = wordnet_weights(index, wordnet)
    for word, row in index.items():
        base = next((base for base in lemma_candidates(word) if base in index and base != word), None)
        if base is not None:
            weights[row, index[base]] += TO_BASE_FORM
            weights[index[base], row] += FROM_BASE_FORM
    rows, columns = zip(*weights, strict=True)
    matrix = sparse.csr_matrix((list(weights.values()), (rows, columns)), shape=(len(words), len(words)))
    degree = np.asarray(matrix.sum(1)).ravel()
    return sparse.diags(1 / np.maximum(degree, 1e-9) * np.minimum(degree, MOST_PULL)) @ matrix


def wordnet_weights(index: dict[str, int], wordnet: Path) -> dict[tuple[int, int], float]:
    """Weights between the words of one synset, and between those of a synset and of the one above or beside it."""
    ranks = sense_ranks(wordnet)
    members, pointers = synsets(wordnet)
    weights: dict[tuple[int, int], float] = defaultdict(float)

    def salience(word: str, synset: Synset) -> float:
        rank = ranks.get((word, *synset), MOST_SENSES)
        return LATER_SENSE**rank if rank < MOST_SENSES else 0

    for synset, names in members.items():
        for word in names:
            for other in names:
                if word != other and word in index and other in index:
                    strength = SYNONYM * salience(word, synset) * salience(other, synset)
                    weights[index[word], index[other]] += strength
    for source, target, strength in pointers:
        for word in members[source]:
            for other in members.get(target, ()):
                if word != other and word in index and other in index:
                    felt = strength * salience(word, source) * salience(other, target)
                    weights[index[word], index[other]] += felt
                    weights[index[other], index[word]] += felt * BACKWARDS
    return weights


def sense_ranks(wordnet: Path) -> dict[tuple[str, str, str], int]:
    """Which sense of a word a synset is, by word, part of speech and offset: 0 is the most frequent."""
    ranks = {}
    for part in PARTS_OF_SPEECH:
        for fields in entries(wordnet / f"dict/index.{part}"):
            for rank, offset in enumerate(fields[6 + int(fields[3]) :]):
                ranks[fields[0], part, offset] = rank
    return ranks


def synsets(wordnet: Path) -> tuple[dict[Synset, list[str]], list[tuple[Synset, Synset, float]]]:
    """The single words of each synset, and the pointers to hypernyms and to similar adjectives."""
    members: dict[Synset, list[str]] = {}
    pointers = []
    for part in PARTS_OF_SPEECH:
        for fields in entries(wordnet / f"dict/data.{part}"):
            synset, count = (part, fields[0]), int(fields[3], 16)
            names = (name.lower().split("(")[0] for name in fields[4 : 4 + 2 * count : 2])
            members[synset] = [name for name in names if "_" not in name]
            rest = fields[4 + 2 * count :]
            for number in range(int(rest[0])):
                symbol, offset, pointed = rest[1 + 4 * number : 4 + 4 * number]
                strength = {"@": HYPERNYM, "@i": HYPERNYM, "&": SIMILAR}.get(symbol)
                if strength is not None:
                    pointers.append((synset, (POINTED[pointed], offset), strength))
    return members, pointers


def entries(file: Path) -> list[list[str]]:
    """The fields of a WordNet file's lines, without its licence and the glosses."""
    lines = file.read_text(encoding="latin-1").splitlines()
    return [line.split(" | ")[0].split() for line in lines if not line.startswith("  ")]
