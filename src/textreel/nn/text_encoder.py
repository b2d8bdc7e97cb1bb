"""Word vectors -> word features and one sentence vector."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.limits import Layers, Width
from textreel.types import MAX_READ_WORDS


@dataclass(frozen=True, kw_only=True)
class TextEncoderConfig:
    word_dimensions: Width = 100  # size of the word vectors that come in
    features: Width = 128  # size of the word features and of the sentence vector
    prototypes: Width = 768  # words that the encoder compares with
    layers: Layers = 2
    heads: Width = 4
    max_words: Width = (
        MAX_READ_WORDS  # of a caption, in training; a model that was trained with fewer reads more, too
    )


@dataclass(frozen=True)
class TextEncoding:
    """features [B, L, D], sentence [B, D], mask [B, L] (True where there is a word)."""

    features: Tensor
    sentence: Tensor
    mask: Tensor

    def __getitem__(self, rows: Tensor | slice) -> "TextEncoding":
        return TextEncoding(self.features[rows], self.sentence[rows], self.mask[rows])


class PrototypeEmbedding(nn.Module):
    """A word is described by its likeness to learned prototype words (soft nearest neighbours).

    A word that no caption held lies near the ones it resembles in the vector space and therefore inherits their
    embedding: `lioness` reads as a mixture of lion and its neighbours. Similar to kernel attention over a codebook.
    """

    centre: Tensor
    common: Tensor

    def __init__(self, config: TextEncoderConfig) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(config.word_dimensions))
        self.register_buffer("common", torch.zeros(3, config.word_dimensions))
        self.prototypes = nn.Parameter(torch.randn(config.prototypes, config.word_dimensions))
        self.values = nn.Parameter(torch.randn(config.prototypes, config.features) * 0.5)
        self.log_sharpness = nn.Parameter(torch.tensor(math.log(16.0)))

    @torch.no_grad()
    def fit(self, vocabulary_VD: Tensor, prototypes_PD: Tensor, generator: torch.Generator) -> None:
        """Set the centre and common directions of the vector space, and put prototypes on the given words.

        Removing the mean and the first principal components makes cosines mean more
        (Mu & Viswanath 2018, All-but-the-Top).
        """
        vocabulary_VD, prototypes_PD = vocabulary_VD.to(self.centre), prototypes_PD.to(self.centre)
        self.centre.copy_(vocabulary_VD.mean(dim=0))
        _, _, directions = torch.linalg.svd(vocabulary_VD[:8000] - self.centre, full_matrices=False)
        self.common.copy_(directions[:3])
        known = self.direction(prototypes_PD)[: len(self.prototypes)]
        self.prototypes[: len(known)] = known
        spare = len(self.prototypes) - len(known)
        chosen = torch.randint(len(vocabulary_VD), (spare,), generator=generator)
        self.prototypes[len(known) :] = self.direction(vocabulary_VD[chosen])

    def direction(self, vectors: Tensor) -> Tensor:
        """Unit vectors without the mean and the directions common to all words."""
        centred = vectors.float() - self.centre
        centred = centred - (centred @ self.common.T) @ self.common
        return F.normalize(centred, dim=-1)

    def forward(self, vectors_BLD: Tensor) -> Tensor:
        likeness = self.direction(vectors_BLD) @ F.normalize(self.prototypes, dim=-1).T
        return (likeness * self.log_sharpness.exp()).softmax(dim=-1) @ self.values


class TextEncoder(nn.Module):
    """Transformer encoder over prototype embeddings; the sentence vector is an attention pool of its output."""

    positions: Tensor

    def __init__(self, config: TextEncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = PrototypeEmbedding(config)
        layer = nn.TransformerEncoderLayer(
            config.features, config.heads, 2 * config.features, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, config.layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(config.features)
        self.pool = nn.Linear(config.features, 1)
        self.register_buffer("positions", sinusoids(MAX_READ_WORDS, config.features), persistent=False)

    def forward(self, vectors_BLD: Tensor, mask_BL: Tensor) -> TextEncoding:
        if vectors_BLD.shape[-1] != self.config.word_dimensions:
            raise ValueError(
                f"word vectors must have {self.config.word_dimensions} numbers, got {vectors_BLD.shape[-1]}"
            )
        vectors_BLD, mask_BL = vectors_BLD[:, :MAX_READ_WORDS], mask_BL[:, :MAX_READ_WORDS]
        return self.explain_each_other(self.embedding(vectors_BLD), mask_BL)

    def explain_each_other(self, embedded_BLD: Tensor, mask_BL: Tensor) -> TextEncoding:
        """Embedded words, each by itself -> their features in this sentence, and the sentence."""
        placed = embedded_BLD + 0.3 * self.positions[: embedded_BLD.shape[1]]
        features = self.norm(self.layers(placed, src_key_padding_mask=~mask_BL))
        scores = self.pool(features).squeeze(-1).float().masked_fill(~mask_BL, -1e9)
        sentence = (scores.softmax(dim=-1)[:, :, None].to(features.dtype) * features).sum(dim=1)
        return TextEncoding(features, sentence, mask_BL)


def sinusoids(length: int, size: int) -> Tensor:
    """Sinusoidal positions [length, size] (Vaswani et al. 2017)."""
    steps = torch.arange(length, dtype=torch.float32)[:, None]
    rates = torch.exp(torch.arange(0, size, 2, dtype=torch.float32) * (-math.log(10000.0) / size))
    return torch.cat([torch.sin(steps * rates), torch.cos(steps * rates)], dim=1)
