"""Bursts within a steady sound: crackles, drops, bubbles, chirps; when they come and how strong they are.

A burst is a frame in which some bands rise far more than they usually do in this sound (spectral flux, Bello et al.
2005). What only hisses has none.
"""

import torch
from torch import Tensor

from textreel.nn.spectra import BANDS, log_mel

GROUPS = 16  # of bands; the LIVELY ones among them that rise most are looked at
LIVELY = 4
QUIETEST = -9.0  # natural logarithm of power below which nothing is looked at
UNUSUAL = 5.0  # median deviations above the median, from where on a rise is a burst
LEAST_RISE, STRONGEST_RISE = 1.2, 5.0  # natural logarithms of power
LEAST_LEVEL = 0.1  # of a sound's own, below which it is not there
EDGE = 4  # frames from where it is not there, within which its beginning would be taken for a burst


@torch.no_grad()
def bursts(sound_BN: Tensor, level_BF: Tensor) -> Tensor:
    """How strong a burst each frame of these sounds, which are present so much, begins: 0..1 [B, F], mostly 0."""
    bands = log_mel(sound_BN)[:, : level_BF.shape[1]].clamp(min=QUIETEST)
    grouped = bands.unflatten(-1, (GROUPS, BANDS // GROUPS)).mean(dim=-1)
    grouped = grouped - 2 * torch.log(level_BF.clamp(min=LEAST_LEVEL))[..., None]
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
