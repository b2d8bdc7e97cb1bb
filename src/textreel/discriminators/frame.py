"""Judges single frames at full size: are they real, and do they show what the text says?"""

import torch
from torch import Tensor

from textreel.discriminators.base import (
    Discriminator,
    DiscriminatorConfig,
    ProjectionHead,
    Showing,
    downsampling_stack,
)


class FrameDiscriminator(Discriminator):
    """The mean of the logits of the first and the last frame shown."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        first, second, third, fourth = config.channels
        self.stack = downsampling_stack(3, (first, second, third, fourth, fourth))
        self.head = ProjectionHead(2 * fourth, config.sentence)

    def forward(self, showing: Showing, sentence_BD: Tensor) -> Tensor:
        frames = torch.stack([showing.frames[:, 0], showing.frames[:, -1]], dim=1)
        flat = frames.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        features = self.stack(flat)
        pooled = torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=-1)
        logits = self.head(pooled, sentence_BD.repeat_interleave(2, dim=0))
        return logits.unflatten(0, (-1, 2)).mean(dim=1)
