"""Judges one subject by itself, where the layers are known: sharper faces and fur than frames alone can ask for."""

import torch
from torch import Tensor

from textreel.discriminators.base import (
    Discriminator,
    DiscriminatorConfig,
    ProjectionHead,
    Showing,
    downsampling_stack,
)


class SpriteDiscriminator(Discriminator):
    """Reads premultiplied colour and alpha [B, 4, 64, 64]; a showing without sprites gets the logit 0."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        _, second, third, fourth = config.channels
        self.stack = downsampling_stack(4, (second, third, fourth, fourth))
        self.head = ProjectionHead(2 * fourth, config.sentence)

    def forward(self, showing: Showing, sentence_BD: Tensor) -> Tensor:
        if showing.sprites is None:
            return sentence_BD.new_zeros(len(sentence_BD))
        features = self.stack((2 * showing.sprites - 1).contiguous(memory_format=torch.channels_last))
        pooled = torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=-1)
        return self.head(pooled, sentence_BD)
