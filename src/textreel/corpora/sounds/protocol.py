"""What a corpus of sounds gives to those who train and judge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from textreel.nn.records import map_tensors
from textreel.nn.spectra import HOP, RATE

CONTROLS = ("level", "event", "motion")
"""What a picture tells a sound, each 0..1 for every frame of HOP samples: how much of a steady sound there is (1 for
events), how strong an event begins in this frame (0 where none does), and how fast its source goes (0.5 is usual)."""

CLIP_FRAMES = 352
CLIP_SAMPLES = CLIP_FRAMES * HOP
CLIP_SECONDS = CLIP_SAMPLES / RATE


@dataclass(frozen=True, kw_only=True)
class SoundBatch:
    """B captioned sounds.

    sound [B, N] in [-1, 1], mono at RATE; controls [B, F, 3], see CONTROLS, N = F * HOP; wrong_captions: for each one
    that names another sound; kinds: what each is, where that is known.
    """

    captions: tuple[str, ...]
    wrong_captions: tuple[str, ...]
    sound: Tensor
    controls: Tensor
    kinds: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.captions)

    def to(self, device: torch.device | str) -> "SoundBatch":
        """The same sounds on another device."""
        return map_tensors(self, lambda tensor: tensor.to(device))


class SoundCorpus(Protocol):
    """Captioned sounds without end, drawn by seeded generators: the same states give the same batch."""

    name: str

    def sounds(self, generators: Sequence[np.random.Generator], *, split: str) -> SoundBatch:
        """One sound of CLIP_SAMPLES samples for each generator."""
        ...

    def captions(self, generator: np.random.Generator, count: int, split: str) -> Sequence[str]:
        """Captions alone."""
        ...
