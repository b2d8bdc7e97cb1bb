"""Words in two dimensions, by the two principal components of their vectors."""

from collections.abc import Sequence

import numpy as np

from textreel.language import WordVectors, is_stop_word

NEIGHBOURS = 4


def constellation(words: Sequence[str], vectors: WordVectors) -> dict[str, tuple[float, float]]:
    """Content words and the words most like each, with two coordinates from -1 to 1; of like meaning, near each other.

    A word that stands for itself comes first; words without any vector are left out.
    """
    said = [word for word in words if not is_stop_word(word) and vectors.lookup(word)[1] != "none"]
    near = [other for word in dict.fromkeys(said) for other, _ in vectors.nearest(word, NEIGHBOURS)]
    shown = list(dict.fromkeys([*said, *near]))
    if not shown:
        return {}
    rows = vectors.stack(shown)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    left, strengths, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    flat = np.zeros((len(shown), 2))
    flat[:, : min(2, len(strengths))] = (left * strengths)[:, :2]
    flat /= max(float(np.abs(flat).max()), 1e-12)
    return {word: (float(x), float(y)) for word, (x, y) in zip(shown, flat, strict=True)}
