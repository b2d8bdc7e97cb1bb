"""What all discriminators share: what they are shown, the contract, and the projection onto the text."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from textreel.nn.records import map_tensors


@dataclass(frozen=True)
class Showing:
    """What the judges are shown of B clips; clips of the real world have no sprites.

    frames [B, T, 3, H, W] in [-1, 1], T frames at equal distance in time;
    sprites [B, 4, h, w] or None: one subject of each clip, premultiplied colour and alpha in [0, 1].
    """

    frames: Tensor
    sprites: Tensor | None = None

    def parts(self) -> tuple[Tensor, ...]:
        return tuple(part for part in (self.frames, self.sprites) if part is not None)

    def map(self, change: Callable[[Tensor], Tensor]) -> "Showing":
        """The same showing with every part changed."""
        return map_tensors(self, change)


@dataclass(frozen=True, kw_only=True)
class DiscriminatorConfig:
    sentence: int = 128  # size of the sentence vector
    channels: tuple[int, int, int, int] = (32, 64, 128, 192)


class Discriminator(nn.Module, ABC):
    """logits_B = judge(showing, sentence_BD); how real the clip is and how well it fits its text, in one number."""

    @abstractmethod
    def forward(self, showing: Showing, sentence_BD: Tensor) -> Tensor: ...


class ProjectionHead(nn.Module):
    """Realness plus the inner product of features and text over sqrt(d) (Miyato & Koyama 2018; StyleGAN-T)."""

    def __init__(self, features: int, sentence: int) -> None:
        super().__init__()
        self.realness = nn.Linear(features, 1)
        self.features = nn.Linear(features, sentence)
        self.text = nn.Linear(sentence, sentence)

    def forward(self, features_BD: Tensor, sentence_BD: Tensor) -> Tensor:
        match = (self.features(features_BD) * self.text(sentence_BD)).float().sum(dim=-1)
        return self.realness(features_BD).float().squeeze(-1) + match * sentence_BD.shape[-1] ** -0.5


def downsampling_stack(inputs: int, channels: tuple[int, ...]) -> nn.Sequential:
    """4x4 convolutions of stride 2 with leaky rectifiers: each halves the height and the width."""
    stack: list[nn.Module] = []
    for outputs in channels:
        stack += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        inputs = outputs
    return nn.Sequential(*stack)


def resize(frames_NCHW: Tensor, size: int) -> Tensor:
    """Frames at `size` x `size` by averaging."""
    if frames_NCHW.shape[-1] == size:
        return frames_NCHW
    return F.interpolate(frames_NCHW, size=(size, size), mode="area")
