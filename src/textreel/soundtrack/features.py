"""What a sound is between the network that imagines it and the vocoder: bands, pitch, and how much of it is a tone.

Features [B, F, FEATURES] for every frame: the logarithm of the power in BANDS mel bands, brought to unit scale;
octaves of the fundamental above the lowest pitch, over OCTAVES; the share of the power that has this pitch, 0..1.
"""

import torch
from torch import Tensor

from textreel.nn.pitch import LOWEST_HZ, pitch
from textreel.nn.spectra import BANDS, log_mel

FEATURES = BANDS + 2
MEL_MEAN, MEL_SCALE = -6.0, 3.0
OCTAVES = 5.5


@torch.no_grad()
def analyse(sound_BN: Tensor) -> Tensor:
    """The features of sounds [B, F, FEATURES]."""
    octaves, periodic = pitch(sound_BN)
    bands = (log_mel(sound_BN) - MEL_MEAN) / MEL_SCALE
    return torch.cat([bands, octaves[..., None] / OCTAVES, periodic[..., None]], dim=-1)


def log_power(features_BFX: Tensor) -> Tensor:
    """Natural logarithm of the mean power in each band [B, F, BANDS]."""
    return features_BFX[..., :BANDS] * MEL_SCALE + MEL_MEAN


def fundamental(features_BFX: Tensor) -> Tensor:
    """Hertz [B, F]."""
    return LOWEST_HZ * 2 ** (features_BFX[..., BANDS] * OCTAVES).clamp(0, OCTAVES)


def periodicity(features_BFX: Tensor) -> Tensor:
    """Share of the power that is a tone, 0..1 [B, F]."""
    return features_BFX[..., BANDS + 1].clamp(0, 1)
