"""Judges how things move: all frames shown, at half size, convolved over time."""

import torch
from torch import Tensor, nn

from textreel.discriminators.base import (
    Discriminator,
    DiscriminatorConfig,
    ProjectionHead,
    Showing,
    downsampling_stack,
    resize,
)


class MotionDiscriminator(Discriminator):
    """2-D convolutions of each frame and of its difference to the one before, then 3-D convolutions over time."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        first, second, third, fourth = config.channels
        self.frames = downsampling_stack(6, (first, second, third))
        self.time = nn.Sequential(
            nn.Conv3d(third, fourth, (3, 4, 4), stride=(1, 2, 2), padding=1), nn.LeakyReLU(0.2)
        )
        self.head = ProjectionHead(2 * fourth, config.sentence)

    def forward(self, showing: Showing, sentence_BD: Tensor) -> Tensor:
        batch, count = showing.frames.shape[:2]
        small = resize(showing.frames.flatten(0, 1), 64).unflatten(0, (batch, count))
        change = torch.cat([small[:, :1] * 0, small[:, 1:] - small[:, :-1]], dim=1)
        stacked = (
            torch.cat([small, change], dim=2).flatten(0, 1).contiguous(memory_format=torch.channels_last)
        )
        features = self.frames(stacked).unflatten(0, (batch, count)).transpose(1, 2)
        features = self.time(features)
        pooled = torch.cat([features.mean(dim=(2, 3, 4)), features.amax(dim=(2, 3, 4))], dim=-1)
        return self.head(pooled, sentence_BD)
