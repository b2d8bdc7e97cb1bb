"""Captions -> the tensors that text encoders read."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from textreel.language import WordVectors, tokenize
from textreel.types import MAX_READ_WORDS


def word_tensors(
    captions: Sequence[str], vectors: WordVectors, max_words: int = MAX_READ_WORDS
) -> tuple[Tensor, Tensor]:
    """Word vectors [B, L, D] and mask [B, L] of captions; words without any vector are left out.

    A caption without a single known word gets one vector of zeros, so that every row has something to read.
    """
    rows = []
    for caption in captions:
        found = [vectors.lookup(word) for word in tokenize(caption)]
        rows.append([vector for vector, source in found if source != "none"][:max_words])
    length = max(1, *(len(row) for row in rows))
    tensor = np.zeros((len(rows), length, vectors.dimensions), dtype=np.float32)
    mask = np.zeros((len(rows), length), dtype=bool)
    for index, row in enumerate(rows):
        if row:
            tensor[index, : len(row)] = np.stack(row)
        mask[index, : max(1, len(row))] = True
    # Copies, for torch aligns its memory: sums over rows that begin elsewhere may be rounded otherwise.
    return torch.tensor(tensor), torch.tensor(mask)
