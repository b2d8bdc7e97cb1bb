"""Rhythm of steady sounds: how often they repeat, how clearly, and where in the beat they begin.

The spectrum's autocorrelation over time finds the period, as that of the samples finds a pitch (after Boersma 1993). A
source that goes faster beats faster: its time runs by `pace`, and a rhythm is told for its usual speed.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from textreel.nn.spectra import HOP, LEAST_LEVEL, RATE, even_bands

MOTION_PITCH = 0.35  # how much faster and higher a source that goes at full speed sounds than one at rest
SLOWEST_HZ, FASTEST_HZ = 0.8, 22.0
LEAST_PAIRS = 0.3  # of the frames that are there must have another a period later
CLEAR_FROM, CLEAR_OVER = (
    0.25,
    0.35,
)  # likeness after a period: from here on there is a rhythm, so much more is all
SHORTER = 0.08  # how much less alike a period may be than the best one, if it is shorter


class Rhythm(NamedTuple):
    """rate [B] beats a second at usual speed; strength [B] 0..1; phase [B] in cycles at the first frame."""

    rate: Tensor
    strength: Tensor
    phase: Tensor


def pace(motion: Tensor) -> Tensor:
    """How fast a source's own time runs at a speed of 0..1; 1 at 0.5."""
    return torch.exp(MOTION_PITCH * (motion - 0.5))


def cycles(rate_B: Tensor, motion_BF: Tensor, before_B: Tensor) -> Tensor:
    """The beat's place in its cycle at each frame, counted on [B, F]; `before` is that of the first frame."""
    step = (
        rate_B[:, None].double() * pace(motion_BF) * HOP / RATE
    )  # float would drift where it is had in pieces
    return before_B[:, None] + torch.cumsum(step, dim=1) - step[:, :1]


@torch.no_grad()
def rhythm(sound_BN: Tensor, level_BF: Tensor, motion_BF: Tensor) -> Rhythm:
    """The rhythm of sounds that are present so much, and whose sources go at these speeds."""
    grouped = even_bands(sound_BN, level_BF)
    there = (level_BF > LEAST_LEVEL).to(grouped.dtype)[..., None]
    mean = (grouped * there).sum(dim=1, keepdim=True) / there.sum(dim=1, keepdim=True).clamp(min=1)
    apart = (grouped - mean) * there
    alike = likeness(evenly(apart, pace(motion_BF)), evenly(there, pace(motion_BF)))
    shortest, longest = (int(RATE / HOP / hertz) for hertz in (FASTEST_HZ, SLOWEST_HZ))
    inner = alike[:, shortest : longest + 1]
    peaks = (inner >= alike[:, shortest - 1 : longest]) & (inner > alike[:, shortest + 1 : longest + 2])
    # A slow rise and fall is alike at every short lag: only what comes back after having been unlike counts.
    lowest = torch.cummin(alike, dim=1).values[:, shortest : longest + 1]
    height = torch.where(peaks, inner - lowest.clamp(min=0), torch.zeros_like(inner))
    best = height.amax(dim=1, keepdim=True)
    first = (height >= best - SHORTER).float().argmax(dim=1)
    lag = shortest + first
    left, middle, right = (alike.gather(1, (lag + step)[:, None])[:, 0] for step in (-1, 0, 1))
    curve = (2 * middle - left - right).clamp(min=1e-6)
    rate = RATE / HOP / (lag + (0.5 * (right - left) / curve).clamp(-0.5, 0.5))
    strength = ((height.gather(1, first[:, None])[:, 0] - CLEAR_FROM) / CLEAR_OVER).clamp(0, 1)
    return Rhythm(rate, strength, begun(apart, cycles(rate, motion_BF, torch.zeros_like(rate))))


def evenly(values_BFG: Tensor, pace_BF: Tensor) -> Tensor:
    """Values at even steps of the source's own time, from those at even steps of the clock."""
    own = torch.cumsum(pace_BF, dim=1) - pace_BF[:, :1]
    asked = torch.arange(own.shape[1], device=own.device, dtype=own.dtype) * (
        own[:, -1:] / (own.shape[1] - 1)
    )
    above = torch.searchsorted(own.contiguous(), asked.contiguous()).clamp(1, own.shape[1] - 1)
    low, high = own.gather(1, above - 1), own.gather(1, above)
    share = ((asked - low) / (high - low)).clamp(0, 1)[..., None]
    index = above[..., None].expand(-1, -1, values_BFG.shape[-1])
    return (1 - share) * values_BFG.gather(1, index - 1) + share * values_BFG.gather(1, index)


def likeness(values_BFG: Tensor, there_BF1: Tensor) -> Tensor:
    """How alike values are to themselves so many frames later, -1..1 [B, F], over all groups together; nothing at all
    where few pairs of frames are there."""
    sums, pairs = correlation(values_BFG), correlation(there_BF1)
    share = pairs / pairs[:, :1].clamp(min=1)
    return torch.where(share > LEAST_PAIRS, sums / (sums[:, :1].clamp(min=1e-6) * share.clamp(min=1e-3)), 0.0)


def correlation(values_BFG: Tensor) -> Tensor:
    """Autocorrelation over time [B, F], summed over groups."""
    count = values_BFG.shape[1]
    spectrum = torch.fft.rfft(values_BFG, 2 * count, dim=1).abs().square().sum(dim=-1)
    return torch.fft.irfft(spectrum, dim=1)[:, :count]


def begun(apart_BFG: Tensor, cycles_BF: Tensor) -> Tensor:
    """Where in the beat the first frame is [B]: sounds are loudest, and highest, in the middle of their beat."""
    heights = torch.linspace(0.2, 1.8, apart_BFG.shape[-1], device=apart_BFG.device)
    loud = (apart_BFG * heights).sum(dim=-1)
    turn = torch.polar(loud, -2 * math.pi * cycles_BF.to(loud.dtype)).sum(dim=1)
    return torch.remainder(0.5 - torch.angle(turn) / (-2 * math.pi), 1.0)
