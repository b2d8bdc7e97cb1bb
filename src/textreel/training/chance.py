"""Chance, clip by clip: what is random about a clip does not depend on which process trains on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class ClipChance:
    """One generator of its own for every clip of this process's part of a batch."""

    generators: tuple[torch.Generator, ...]

    @classmethod
    def of(cls, seed: int, step: int, clips: Sequence[int]) -> "ClipChance":
        """Generators for the clips of a step; `clips` are their numbers in the whole batch."""
        states = [
            np.random.SeedSequence([seed, step, clip, 1]).generate_state(1, np.uint64) for clip in clips
        ]
        return cls(tuple(torch.Generator().manual_seed(int(state[0])) for state in states))

    def normal_like(self, values_BX: Tensor) -> Tensor:
        """Standard Gaussian noise of the shape of `values_BX`, one row a clip."""
        rows = [torch.randn(values_BX.shape[1:], generator=generator) for generator in self.generators]
        return torch.stack(rows).to(values_BX.device)

    def uniform(self, *shape: int) -> Tensor:
        """Uniform numbers in [0, 1), [B, *shape]."""
        return torch.stack([torch.rand(shape, generator=generator) for generator in self.generators])

    def integers(self, limit: int, *shape: int) -> Tensor:
        """Whole numbers from 0 up to, not including, `limit`, [B, *shape]."""
        return torch.stack(
            [torch.randint(limit, shape, generator=generator) for generator in self.generators]
        )
