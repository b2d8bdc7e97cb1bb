"""Captions -> the standardised word vectors that all peers read: the same GloVe table that textreel reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from textreel.generator.words import word_tensors
from textreel.language import WordVectors

LEAST_DEVIATION = 1e-2


@dataclass(frozen=True)
class Words:
    """The words of B captions: vectors [B, L, D], mask [B, L] (true where there is a word), their mean [B, D]."""

    vectors: Tensor
    mask: Tensor
    mean: Tensor


class CaptionReader(nn.Module):
    """Brings word vectors, and their means over a caption, to zero mean and unit variance over training captions.

    Numerals lie close together in GloVe; without this a caption's digit would be one part in fifty of its mean vector.
    """

    word_centre: Tensor
    word_scale: Tensor
    mean_centre: Tensor
    mean_scale: Tensor

    def __init__(self, vectors: WordVectors) -> None:
        super().__init__()
        self.vectors = vectors
        for part in ("word", "mean"):
            self.register_buffer(f"{part}_centre", torch.zeros(vectors.dimensions))
            self.register_buffer(f"{part}_scale", torch.ones(vectors.dimensions))

    def fit(self, captions: Sequence[str]) -> None:
        """Take the statistics of words, each counted once, and of captions."""
        found, mask = word_tensors(captions, self.vectors)
        centre, scale = standard(torch.unique(found[mask], dim=0))
        self.word_centre.copy_(centre)
        self.word_scale.copy_(scale)
        centre, scale = standard(self(captions).mean)
        self.mean_centre.copy_(centre)
        self.mean_scale.copy_(scale)

    def forward(self, captions: Sequence[str]) -> Words:
        found, mask = word_tensors(captions, self.vectors)
        device = self.word_centre.device
        mask = mask.to(device)
        vectors = (found.to(device) - self.word_centre) / self.word_scale * mask[..., None]
        mean = vectors.sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return Words(vectors=vectors, mask=mask, mean=(mean - self.mean_centre) / self.mean_scale)


def standard(rows_ND: Tensor) -> tuple[Tensor, Tensor]:
    """Means and standard deviations [D]; 1 where nothing varies."""
    deviation = rows_ND.std(dim=0, unbiased=False)
    return rows_ND.mean(dim=0), torch.where(deviation > LEAST_DEVIATION, deviation, 1.0)
