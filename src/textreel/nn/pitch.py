"""Pitch of sounds by autocorrelation, frame by frame (after Boersma 1993)."""

import math

import torch
from torch import Tensor

from textreel.nn.spectra import HOP, RATE, frame_count

LOWEST_HZ, HIGHEST_HZ = 55.0, 2400.0
LOOK = 1024  # samples that one estimate looks at
EVERY = 4  # frames of which one is looked at; the others are read between them
SILENT = 1e-6  # power below which nothing has a pitch


def pitch(sound_BN: Tensor) -> tuple[Tensor, Tensor]:
    """Fundamental in octaves above LOWEST_HZ [B, F] and how periodic the sound is there, 0..1 [B, F].

    The autocorrelation of each windowed stretch is divided by that of its window; its highest peak decides, shorter
    periods first where two are nearly alike.
    """
    count = frame_count(sound_BN.shape[-1])
    looks = math.ceil(count / EVERY)
    padded = torch.nn.functional.pad(sound_BN, (0, looks * EVERY * HOP + LOOK - sound_BN.shape[-1]))
    stretches = padded.unfold(-1, LOOK, EVERY * HOP)[:, :looks]
    stretches = stretches - stretches.mean(dim=-1, keepdim=True)
    window = torch.hann_window(LOOK, device=sound_BN.device)
    alike = correlation(stretches * window) / correlation(window)
    power = alike[..., :1]
    alike = torch.where(power > SILENT, alike / power.clamp(min=SILENT), torch.zeros_like(alike))
    shortest, longest = int(RATE / HIGHEST_HZ), int(RATE / LOWEST_HZ)
    lags = torch.arange(shortest, longest, device=sound_BN.device)
    found = alike[..., shortest:longest]
    inner = alike[..., shortest - 1 : longest - 1], alike[..., shortest + 1 : longest + 1]
    peaks = torch.where((found >= inner[0]) & (found >= inner[1]), found, torch.zeros_like(found))
    best = (peaks - 0.08 * torch.log2(lags / shortest) / 5.4).argmax(dim=-1)
    periodic = found.gather(-1, best[..., None])[..., 0].clamp(0, 1)
    octaves = torch.log2(RATE / lags[best] / LOWEST_HZ)
    return stretched(octaves, count), stretched(((periodic - 0.35) / 0.5).clamp(0, 1), count)


def correlation(stretches: Tensor) -> Tensor:
    """Autocorrelation [..., LOOK]."""
    spectrum = torch.fft.rfft(stretches, 2 * LOOK).abs().square()
    return torch.fft.irfft(spectrum)[..., :LOOK] + 1e-12


def stretched(values_BL: Tensor, count: int) -> Tensor:
    """One value for each frame [B, count] from one for every few; the nearest holds, since octaves jump."""
    return values_BL.repeat_interleave(EVERY, dim=1)[:, :count]
