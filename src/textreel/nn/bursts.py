"""Bursts within a steady sound: crackles, drops, bubbles, chirps; when they come and how strong they are.

A burst is a frame in which some bands rise far more than they usually do in this sound (spectral flux, Bello et al.
2005). What only hisses has none.
"""

import torch
from torch import Tensor

from textreel.nn.spectra import LEAST_LEVEL, even_bands

LIVELY = 4  # groups of bands, those that rise most, are looked at
UNUSUAL = 5.0  # median deviations above the median, from where on a rise is a burst
LEAST_RISE, STRONGEST_RISE = 1.2, 5.0  # natural logarithms of power
EDGE = 4  # frames from where it is not there, within which its beginning would be taken for a burst


@torch.no_grad()
def bursts(sound_BN: Tensor, level_BF: Tensor) -> Tensor:
    """How strong a burst each frame of these sounds, which are present so much, begins: 0..1 [B, F], mostly 0."""
    grouped = even_bands(sound_BN, level_BF)
    rise = torch.zeros_like(level_BF)
    steps = (grouped[:, 2:] - grouped[:, :-2]).topk(LIVELY, dim=-1).values.mean(dim=-1)
    rise[:, 1:-1] = steps
    absent = (level_BF <= LEAST_LEVEL).to(level_BF.dtype)
    there = torch.nn.functional.max_pool1d(absent[:, None], 2 * EDGE + 1, 1, EDGE)[:, 0] == 0
    known = torch.where(there, rise, torch.nan)
    usual = known.nanmedian(dim=1, keepdim=True).values
    deviation = (known - usual).abs().nanmedian(dim=1, keepdim=True).values
    highest = (rise >= rise.roll(1, dims=1)) & (rise > rise.roll(-1, dims=1)) & there
    begun = highest & (rise > (usual + UNUSUAL * deviation).nan_to_num(torch.inf)) & (rise > LEAST_RISE)
    return torch.where(begun, (rise / STRONGEST_RISE).clamp(max=1.0), 0.0)
