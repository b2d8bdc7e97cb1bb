"""The noise z: everything about a clip that its words do not say."""

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor

VECTOR_SIZE = 64
DECIDING = 8  # first entries of the vector: they decide directions, phases, depth and size
DECIDING_FEATURES = 4 * DECIDING
LEAST_LEANING = 0.15
"""How far from 0 the entry that decides a direction is at least heard.

Nearer, a network that was taught by the sign answers something between: a subject that faces neither left nor right
is narrowed, at worst to a line. Without this it was so in one film of thirty.
"""
TERRAIN_SHAPE = (4, 10, 16)
GRAIN_SHAPE = (2, 40, 64)
WEATHER_SHAPE = (1, 32, 32)


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Standard Gaussian noise for a batch of clips; the shape of each part is given below.

    vector_BN   [B, 64]          one draw for the whole clip (direction, phases, light, hue, ...)
    terrain     [B, 4, 10, 16]   coarse grid over the canvas, periodic in x: what stands where
    grain       [B, 2, 40, 64]   fine grid over the canvas, periodic in x: texture
    weather     [B, 1, 32, 32]   grid over the weather texture, periodic in both axes
    """

    vector: Tensor
    terrain: Tensor
    grain: Tensor
    weather: Tensor

    def __len__(self) -> int:
        return len(self.vector)

    def __getitem__(self, index: slice) -> "Noise":
        return Noise(**{part.name: getattr(self, part.name)[index] for part in fields(self)})

    def to(self, device: torch.device | str) -> "Noise":
        return Noise(**{part.name: getattr(self, part.name).to(device) for part in fields(self)})

    def blend(self, other: "Noise", share: float) -> "Noise":
        """Spherical-like interpolation that keeps the variance: share 0 is self, 1 is other.

        Noise blended with itself stays what it is.
        """
        return Noise(
            **{
                part.name: _blend(getattr(self, part.name), getattr(other, part.name), share)
                for part in fields(self)
            }
        )


def _blend(first: Tensor, second: Tensor, share: float) -> Tensor:
    likeness = torch.cosine_similarity(first.flatten(1), second.flatten(1)).clamp(0, 1)
    scale = (share**2 + (1 - share) ** 2 + 2 * share * (1 - share) * likeness) ** -0.5
    return ((1 - share) * first + share * second) * scale.reshape(-1, *[1] * (first.dim() - 1))


def draw_noise(batch: int, generator: torch.Generator) -> Noise:
    """Draw noise for `batch` clips from one generator; the same generator state gives the same bytes."""
    return Noise(
        vector=torch.randn(batch, VECTOR_SIZE, generator=generator),
        terrain=torch.randn(batch, *TERRAIN_SHAPE, generator=generator),
        grain=torch.randn(batch, *GRAIN_SHAPE, generator=generator),
        weather=torch.randn(batch, *WEATHER_SHAPE, generator=generator),
    )


def deciding_features(vector_BN: Tensor) -> Tensor:
    """The deciding entries of the noise vector, their signs, and their quantiles as angles [B, DECIDING_FEATURES].

    A direction is a sign and a phase is a quantile; neither is easily read off a Gaussian number. The first entry,
    which decides a direction, takes a side: right where it is above 0.
    """
    direction, others = vector_BN[:, :1], vector_BN[:, 1:DECIDING]
    leaning = torch.where(
        direction > 0, direction.clamp(min=LEAST_LEANING), direction.clamp(max=-LEAST_LEANING)
    )
    deciding = torch.cat([leaning, others], dim=-1)
    angle = 2 * math.pi * torch.special.ndtr(deciding)
    return torch.cat([deciding, torch.tanh(8 * deciding), torch.cos(angle), torch.sin(angle)], dim=-1)
