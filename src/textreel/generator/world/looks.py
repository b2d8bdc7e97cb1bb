"""How a subject looks, in code: a red car, a woman in a green dress, dark skin.

A small network changes a code as two words say: what is wanted, and of which part. It reads the whole code at once, so
that it finds what there is most of, and leaves outlines, wheels and eyes alone.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.nn.picture_code import ResidualBlock


@dataclass(frozen=True, kw_only=True)
class LooksConfig:
    """Sizes of the network.

    Attributes:
        code: numbers in each cell of a code.
        word: length of a word's vector.
        features, blocks: of the maps between.
    """

    code: int = 8
    word: int = 100
    features: int = 64
    blocks: int = 4


class Looks(nn.Module):
    """codes = looks(codes, styles), with styles that :meth:`read` makes of words."""

    middle: Tensor
    spread: Tensor

    def __init__(self, config: LooksConfig) -> None:
        super().__init__()
        self.config = config
        features = config.features
        self.register_buffer("middle", torch.zeros(config.word))
        self.register_buffer("spread", torch.eye(config.word))
        self.words = nn.Sequential(
            nn.Linear(2 * config.word, 2 * features), nn.ReLU(), nn.Linear(2 * features, features)
        )
        self.enter = nn.Conv2d(config.code, features, 3, padding=1)
        self.summary = nn.Linear(features, features)
        self.styles = nn.ModuleList(nn.Linear(2 * features, 2 * features) for _ in range(config.blocks))
        self.blocks = nn.ModuleList(ResidualBlock(features) for _ in range(config.blocks))
        self.leave = nn.Conv2d(features, config.code, 3, padding=1)
        for parameter in self.leave.parameters():  # nothing is changed at first
            nn.init.zeros_(parameter)

    @torch.no_grad()
    def spread_words(self, vectors_ND: Tensor) -> None:
        """Make words that are alike as vectors, as colours are, easy to tell apart (whitening).

        Args:
            vectors_ND: of the words that name looks.
        """
        self.middle.copy_(vectors_ND.mean(dim=0))
        left = vectors_ND - self.middle
        values, axes = torch.linalg.eigh(left.T @ left / len(left))
        self.spread.copy_(axes / (values + 0.02 * values.max()).sqrt() @ axes.T)

    def read(self, values_ND: Tensor, parts_ND: Tensor) -> Tensor:
        """Styles [N, features] of the vectors of values and of the parts that they are of; zeros are the whole."""
        size = self.config.word
        if values_ND.shape[-1] != size or values_ND.shape != parts_ND.shape:
            raise ValueError(
                f"values and parts must be [N, {size}], got {list(values_ND.shape)} and {list(parts_ND.shape)}"
            )
        there = parts_ND.any(dim=-1, keepdim=True)
        words = [(values_ND - self.middle) @ self.spread, (parts_ND - self.middle) @ self.spread * there]
        return self.words(torch.cat(words, dim=-1))

    def forward(self, codes_NCHW: Tensor, styles_NF: Tensor, amounts_N: Tensor) -> Tensor:
        """Codes that look so; an amount of 0 changes nothing, one of 1 all."""
        features = self.enter(codes_NCHW)
        for style, block in zip(self.styles, self.blocks, strict=True):
            seen = F.relu(self.summary(features.mean(dim=(2, 3))))
            scale, shift = style(torch.cat([styles_NF, seen], dim=1))[..., None, None].chunk(2, dim=1)
            features = block(features * (1 + scale) + shift)
        return codes_NCHW + amounts_N[:, None, None, None] * self.leave(F.relu(features))
