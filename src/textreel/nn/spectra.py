"""Sound as frames: where they lie in time, their spectra, and mel bands over these.

One frame is HOP samples further than the one before and looks at the WINDOW samples from its own start on. Frame n is
therefore complete only with what comes after it; but sound made of such frames by overlap and add is complete up to
sample (n + 1) * HOP once frame n is made: nothing has to be known in advance.

Letters: B sounds, N samples, F frames, K bins, M mel bands.
"""

import functools
import math

import torch
from torch import Tensor

RATE = 22050
HOP = 128
WINDOW = 512
BINS = WINDOW // 2 + 1
BANDS = 64
LOWEST_HZ, HIGHEST_HZ = 40.0, 10_900.0
GROUPS = 16  # of neighbouring bands, where single ones are too unsteady
QUIETEST = -9.0  # natural logarithm of power below which groups tell nothing apart
LEAST_LEVEL = 0.1  # of a sound's own, below which it is not there
FLOOR = 1e-5  # of the mean power in a band: the noise of 16 bits


def frame_count(samples: int) -> int:
    """How many frames so many samples have; the last ones look beyond the end."""
    return math.ceil(samples / HOP)


@functools.cache
def window(size: int = WINDOW) -> Tensor:
    """A Hann window [size], periodic."""
    return torch.hann_window(size, periodic=True)


def frames(sound_BN: Tensor) -> Tensor:
    """The WINDOW samples of every frame [B, F, WINDOW]; silence follows the end."""
    count = frame_count(sound_BN.shape[-1])
    padded = torch.nn.functional.pad(sound_BN, (0, count * HOP + WINDOW - HOP - sound_BN.shape[-1]))
    return padded.unfold(-1, WINDOW, HOP)


def spectrum(sound_BN: Tensor) -> Tensor:
    """Complex spectra of the windowed frames [B, F, K]."""
    return torch.fft.rfft(frames(sound_BN) * window().to(sound_BN.device))


@functools.cache
def mel_frequencies(bands: int = BANDS) -> Tensor:
    """Centres of the bands in hertz, with the two outer edges [bands + 2] (Slaney's and O'Shaughnessy's scale)."""
    low, high = (2595 * math.log10(1 + edge / 700) for edge in (LOWEST_HZ, HIGHEST_HZ))
    return 700 * (10 ** (torch.linspace(low, high, bands + 2) / 2595) - 1)


@functools.cache
def mel_filters(bands: int = BANDS, size: int = WINDOW, rate: int = RATE) -> Tensor:
    """Triangles [M, K] of sum 1: a band is the mean power of its bins; narrow ones hold the nearest bin."""
    edges = mel_frequencies(bands)[:, None]
    bins = torch.arange(size // 2 + 1)[None] * rate / size
    up, down = (
        (bins - edges[:-2]) / (edges[1:-1] - edges[:-2]),
        (edges[2:] - bins) / (edges[2:] - edges[1:-1]),
    )
    filters = torch.minimum(up, down).clamp(min=0)
    nearest = (bins - edges[1:-1]).abs().argmin(dim=1)
    filters[torch.arange(bands), nearest] += 1e-3
    return filters / filters.sum(dim=1, keepdim=True)


@functools.cache
def band_to_bins() -> Tensor:
    """[M, K]: the weights of :func:`bins_of`."""
    centres = mel_frequencies()[1:-1]
    bins = (torch.arange(BINS) * RATE / WINDOW).clamp(float(centres[0]), float(centres[-1]) - 1e-3)
    above = torch.searchsorted(centres, bins, right=True).clamp(1, BANDS - 1)
    share = (bins - centres[above - 1]) / (centres[above] - centres[above - 1])
    result = torch.zeros(BANDS, BINS)
    result[above - 1, torch.arange(BINS)] = 1 - share
    result[above, torch.arange(BINS)] += share
    return result


def log_mel(sound_BN: Tensor) -> Tensor:
    """Natural logarithm of the mean power in each band of each frame [B, F, M]."""
    with torch.autocast(sound_BN.device.type, enabled=False):  # powers span ten orders: too many for bfloat16
        power = spectrum(sound_BN.float()).abs().square()
        return torch.log(power @ mel_filters().T.to(power.device) + FLOOR)


def even_bands(sound_BN: Tensor, level_BF: Tensor) -> Tensor:
    """Means of the log power over groups of bands [B, F, GROUPS], as if the sound, which is present so much, always
    were."""
    bands = log_mel(sound_BN)[:, : level_BF.shape[1]].clamp(min=QUIETEST)
    grouped = bands.unflatten(-1, (GROUPS, BANDS // GROUPS)).mean(dim=-1)
    return grouped - 2 * torch.log(level_BF.clamp(min=LEAST_LEVEL))[..., None]


def bins_of(bands_BFM: Tensor) -> Tensor:
    """Every bin [B, F, K] read off the bands by straight lines between their centres."""
    with torch.autocast(bands_BFM.device.type, enabled=False):
        return bands_BFM.float() @ band_to_bins().to(bands_BFM.device)


def overlap_add(frames_BFW: Tensor, tail_BV: Tensor) -> tuple[Tensor, Tensor]:
    """Frames [B, F, WINDOW], each HOP after the one before, and what hangs over from earlier ones [B, WINDOW - HOP].

    Returns the finished samples [B, F * HOP] and what hangs over now.
    """
    batch, count, size = frames_BFW.shape
    length = count * HOP + size - HOP
    columns = frames_BFW.transpose(1, 2)
    summed = torch.nn.functional.fold(columns, (1, length), (1, size), stride=(1, HOP)).reshape(batch, length)
    summed = torch.cat([summed[:, : size - HOP] + tail_BV, summed[:, size - HOP :]], dim=1)
    return summed[:, : count * HOP], summed[:, count * HOP :]
