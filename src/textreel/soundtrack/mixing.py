"""From single sounds to a stereo track: place, distance, echo, loudness, limits. float32 samples [N, 2] in [-1, 1].

A film is brought to LOUDNESS_DECIBELS by the measure of ITU-R BS.1770 (K-weighted, gated blocks of 0.4 s), within
MOST_GAIN_DECIBELS; no sample goes beyond CEILING.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from textreel.nn.spectra import RATE

Samples = NDArray[np.float32]
Array = NDArray[np.float64]

LOUDNESS_DECIBELS = -20.0
MOST_GAIN_DECIBELS = 18.0
CEILING = 0.89  # one decibel below full scale
WIDTH = 0.8  # how far to the side a sound is placed at most
BLOCK_SECONDS = 0.4
USUAL_SIZE = 0.42  # of a subject in heights of the view: it is heard as loud as it is
FARTHEST_DECIBELS, NEAREST_DECIBELS = -16.0, 5.0
USUAL_METRES = 10.0  # how far a subject of usual size is taken to be
SOUND_METRES_A_SECOND, FASTEST_METRES_A_SECOND = 343.0, 100.0
CLEAR_HZ = 9000.0  # what is twice as far as usual loses the frequencies above it


def decibels(level: float | Array) -> Array:
    """A level in decibels as a factor."""
    return np.asarray(10 ** (np.asarray(level) / 20), dtype=np.float64)


def stereo(sound_N: Samples, across_N: Array) -> Samples:
    """Place a sound between left (-1) and right (1) with even power [N, 2]."""
    angle = (np.clip(across_N, -1, 1) * WIDTH + 1) * (math.pi / 4)
    return (sound_N[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) * math.sqrt(2)).astype(
        np.float32
    )


def distance_decibels(size: Array, across: Array) -> Array:
    """How much quieter a sound is whose source is small in the view, or beyond its edge."""
    level = 14 * np.log10(np.maximum(size, 1e-3) / USUAL_SIZE)
    beyond = 8 * np.maximum(np.abs(across) - 1, 0)
    return np.clip(level, FARTHEST_DECIBELS, NEAREST_DECIBELS) - beyond


def ramp(values_T: Array, before: float, length: int) -> Array:
    """A value for every sample: straight from the one before through those of each frame [length]."""
    edges = np.linspace(0, length, len(values_T) + 1)
    return np.interp(np.arange(1, length + 1), edges, np.concatenate([[before], values_T]))


def doppler(receding_metres_a_second: Array) -> Array:
    """The factor of all frequencies of a source that goes away so fast (comes, where it is negative).

    Nothing is taken to be faster than FASTEST_METRES_A_SECOND: who jumps does not travel.
    """
    speed = np.clip(receding_metres_a_second, -FASTEST_METRES_A_SECOND, FASTEST_METRES_A_SECOND)
    return SOUND_METRES_A_SECOND / (SOUND_METRES_A_SECOND + speed)


class Air:
    """What lies between a source and the ear: the farther, the duller; nothing up to the usual distance.

    A filter of the first order whose frequency changes with every frame. Remembers across pieces.
    """

    def __init__(self) -> None:
        self.memory = np.zeros(1)

    def __call__(self, sound_N: NDArray[np.float32], distance_T: Array) -> NDArray[np.float32]:
        """The next samples, with the distance in each of their frames."""
        edges = np.linspace(0, len(sound_N), len(distance_T) + 1).round().astype(int)
        heard = np.empty(len(sound_N), dtype=np.float32)
        for away, start, end in zip(distance_T, edges, edges[1:], strict=False):
            cutoff = CLEAR_HZ / max(float(away) - 1, 1e-3)
            share = 1 - math.exp(-2 * math.pi * cutoff / RATE)
            heard[start:end], self.memory = signal.lfilter(
                [share], [1.0, share - 1], sound_N[start:end], zi=self.memory
            )
        return heard


@dataclass
class LowPass:
    """What distance takes from a sound: the high frequencies. Remembers across pieces."""

    cutoff_hz: float

    def __post_init__(self) -> None:
        self.sections = signal.butter(2, self.cutoff_hz, fs=RATE, output="sos")
        self.memory = np.zeros((len(self.sections), 2, 2))

    def __call__(self, samples_N2: Samples) -> Samples:
        """The next samples."""
        heard, self.memory = signal.sosfilt(self.sections, samples_N2.T, zi=self.memory)
        return np.asarray(heard.T, dtype=np.float32)


class Echo:
    """A cave: four combs that feed themselves, different left and right (Schroeder 1962). Remembers across pieces."""

    DELAYS = ((1117, 1307, 1559, 1871), (1181, 1361, 1613, 1933))
    FEEDBACK, SHARE = 0.78, 0.32

    def __init__(self) -> None:
        self.memories = [[np.zeros(delay) for delay in delays] for delays in self.DELAYS]

    def __call__(self, samples_N2: Samples) -> Samples:
        """The next samples with what comes back of those before."""
        result = samples_N2.astype(np.float64)
        for side, memories in enumerate(self.memories):
            dry = samples_N2[:, side].astype(np.float64)
            for index, memory in enumerate(memories):
                late, memories[index] = comb(dry, memory, self.FEEDBACK)
                result[:, side] += self.SHARE * late
        return result.astype(np.float32)


def comb(dry: Array, memory: Array, feedback: float) -> tuple[Array, Array]:
    """A delay line that is fed with its own end: what leaves it, and what is in it afterwards."""
    delay, result = len(memory), np.empty(len(dry))
    for start in range(0, len(dry), delay):
        part = dry[start : start + delay]
        result[start : start + len(part)] = memory[: len(part)]
        memory = np.concatenate([memory[len(part) :], part + feedback * memory[: len(part)]])
    return result, memory


def loudness(samples_N2: Samples) -> float:
    """K-weighted loudness in decibels below full scale (ITU-R BS.1770-4), -inf for silence."""
    weighted = signal.sosfilt(k_weighting(), samples_N2.T.astype(np.float64))
    size = round(BLOCK_SECONDS * RATE)
    starts = range(0, max(1, weighted.shape[1] - size + 1), size // 4)
    power = np.array(
        [np.mean(np.square(weighted[:, start : start + size]), axis=1).sum() for start in starts]
    )
    heard = power[power > 10 ** ((-70 + 0.691) / 10)]
    if not len(heard):
        return -math.inf
    gated = heard[heard > heard.mean() / 10]
    return float(-0.691 + 10 * np.log10(gated.mean()))


def k_weighting() -> Array:
    """The two filters of BS.1770 at RATE: a shelf of 4 dB above 1.7 kHz, a high pass at 38 Hz."""
    return np.array([shelf(1681.97, 3.99984, 0.70718), high_pass(38.1355, 0.50033)])


def shelf(frequency: float, gain: float, quality: float) -> list[float]:
    """Second-order high shelf, as De Man (2014) derives it from the standard's coefficients."""
    k, high = math.tan(math.pi * frequency / RATE), 10 ** (gain / 20)
    middle = high**0.4996667741545416
    scale = 1 + k / quality + k * k
    ahead = [(high + middle * k / quality + k * k), 2 * (k * k - high), (high - middle * k / quality + k * k)]
    return [each / scale for each in ahead] + [
        1.0,
        2 * (k * k - 1) / scale,
        (1 - k / quality + k * k) / scale,
    ]


def high_pass(frequency: float, quality: float) -> list[float]:
    """Second-order high pass of the standard."""
    k = math.tan(math.pi * frequency / RATE)
    scale = 1 + k / quality + k * k
    return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale]


def normalised(samples_N2: Samples, target_decibels: float = LOUDNESS_DECIBELS) -> Samples:
    """The same at a loudness, limited; silence stays silence."""
    found = loudness(samples_N2)
    if not math.isfinite(found):
        return samples_N2
    gain = min(target_decibels - found, MOST_GAIN_DECIBELS)
    return limited(samples_N2 * np.float32(decibels(gain)))


def limited(samples_N2: Samples) -> Samples:
    """No sample beyond CEILING: the gain dips smoothly within 5 ms around a peak, for both sides alike."""
    reach = 2 * round(0.005 * RATE) + 1
    peaks = ndimage.maximum_filter1d(np.abs(samples_N2).max(axis=1), reach, mode="nearest")
    gain = np.minimum(1.0, CEILING / np.maximum(peaks, 1e-9))
    smooth = ndimage.uniform_filter1d(gain, reach, mode="nearest")
    return np.clip(samples_N2 * smooth[:, None], -CEILING, CEILING).astype(np.float32)


def softly_limited(samples_N2: Samples) -> Samples:
    """The same without looking ahead, for streams: what is beyond half of CEILING bends towards it."""
    size = np.abs(samples_N2) / CEILING
    bent = np.where(size <= 0.5, size, 0.5 + 0.5 * np.tanh(2 * (size - 0.5)))
    return (np.sign(samples_N2) * bent * CEILING).astype(np.float32)
