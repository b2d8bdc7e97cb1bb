"""What the models are built of: noises, envelopes, tones, resonances. Times are in seconds, tones in hertz."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal

from textreel.nn.spectra import RATE

Array = NDArray[np.float64]
Random = np.random.Generator


def samples(seconds: float) -> int:
    """How many samples so much time has."""
    return round(seconds * RATE)


def times(seconds: float) -> Array:
    """The moment of each sample."""
    return np.arange(samples(seconds)) / RATE


def white(random: Random, seconds: float) -> Array:
    """White noise of unit power."""
    return random.standard_normal(samples(seconds))


def between(values: ArrayLike, low: float, high: float, order: int = 2) -> Array:
    """The part of a sound between two frequencies (Butterworth); 0 and RATE / 2 leave an end open."""
    if low <= 0:
        sections = signal.butter(order, high, "lowpass", fs=RATE, output="sos")
    elif high >= RATE / 2:
        sections = signal.butter(order, low, "highpass", fs=RATE, output="sos")
    else:
        sections = signal.butter(order, (low, high), "bandpass", fs=RATE, output="sos")
    return np.asarray(signal.sosfilt(sections, values), dtype=np.float64)


def noise(random: Random, seconds: float, low: float, high: float) -> Array:
    """Noise between two frequencies, of unit power."""
    return unit(between(white(random, seconds), low, high))


def unit(values: Array) -> Array:
    """The same with a root mean square of 1."""
    return values / max(float(np.sqrt(np.mean(np.square(values)))), 1e-9)


def slow(random: Random, seconds: float, rate_hz: float) -> Array:
    """A random curve of unit deviation that turns so many times a second."""
    count = max(4, int(seconds * rate_hz * 2) + 3)
    return np.interp(times(seconds), np.linspace(0, seconds, count), random.standard_normal(count))


def hit(seconds: float, attack: float, decay: float) -> Array:
    """An envelope that rises within `attack` and falls to a third in `decay`."""
    time = times(seconds)
    return np.minimum(time / max(attack, 1e-4), 1.0) * np.exp(-np.maximum(time - attack, 0.0) / decay)


def curve(seconds: float, *points: float) -> Array:
    """Straight through these values, evenly spread over the time."""
    return np.interp(times(seconds), np.linspace(0, seconds, len(points)), points)


def phase(frequency: Array) -> Array:
    """The angle of a tone whose frequency may change."""
    return 2 * np.pi * np.cumsum(frequency) / RATE


def buzz(frequency: Array, slope: float = 1.0) -> Array:
    """All harmonics of a tone below 10 kHz, the k-th with the amplitude k to the minus slope."""
    angle, result = phase(frequency), np.zeros(len(frequency))
    for number in range(1, min(80, int(10_000 / max(float(frequency.min()), 20.0))) + 1):
        heard = np.clip((10_000 - number * frequency) / 1000, 0, 1)
        result += heard * np.sin(number * angle) * number**-slope
    return result


def resonate(values: Array, *formants: tuple[float, float, float]) -> Array:
    """A sound through resonances side by side, each (frequency, width in hertz, gain)."""
    result = np.zeros(len(values))
    for frequency, width, gain in formants:
        radius = np.exp(-np.pi * width / RATE)
        poles = [1.0, -2 * radius * np.cos(2 * np.pi * frequency / RATE), radius**2]
        result += gain * signal.lfilter([1 - radius], poles, values)
    return result


def sprinkle(random: Random, seconds: float, rate_hz: float) -> Array:
    """Single samples of random height at random moments, so many a second."""
    count = random.poisson(rate_hz * seconds)
    result = np.zeros(samples(seconds))
    np.add.at(result, random.integers(0, len(result), count), random.exponential(1.0, count))
    return result


def added(seconds: float, parts: list[tuple[float, Array]]) -> Array:
    """Sounds that begin at their moments, one over the other."""
    result = np.zeros(samples(seconds))
    for start, part in parts:
        first = samples(start)
        end = min(len(result), first + len(part))
        if first < end:
            result[first:end] += part[: end - first]
    return result
