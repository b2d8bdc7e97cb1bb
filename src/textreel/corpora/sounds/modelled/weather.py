"""Rain, wind, thunder."""

import numpy as np

from textreel.corpora.sounds.modelled.signals import (
    RATE,
    Array,
    Random,
    added,
    between,
    curve,
    hit,
    noise,
    slow,
    sprinkle,
    times,
    unit,
    white,
)

SECONDS = 4.0


def rain(random: Random) -> Array:
    """Very many drops that run into one hiss, and near ones that are heard alone."""
    far = noise(random, SECONDS, random.uniform(400, 900), random.uniform(6000, 9500))
    drops = between(sprinkle(random, SECONDS, random.uniform(60, 200)), 1200, 8000)
    return far + random.uniform(0.3, 0.9) * unit(drops)


def wind(random: Random) -> Array:
    """Noise whose pitch and loudness wander slowly; a faint whistle where it meets an edge."""
    low = noise(random, SECONDS, 60, random.uniform(300, 600))
    swell = np.exp(0.5 * slow(random, SECONDS, 0.6))
    whistle = whistling(random, random.uniform(350, 900))
    return swell * (low + 0.35 * swell * whistle)


def whistling(random: Random, pitch: float) -> Array:
    """Noise in a narrow band that wanders."""
    wander = pitch * np.exp(0.15 * slow(random, SECONDS, 1.0))
    slowly = between(white(random, SECONDS), 0, 30)
    return unit(unit(slowly) * np.sin(2 * np.pi * np.cumsum(wander) / RATE))


def storm(random: Random) -> Array:
    """Wind that roars: stronger, deeper, restless."""
    roar = noise(random, SECONDS, 40, 250) * np.exp(0.4 * slow(random, SECONDS, 3.0))
    return roar + 0.6 * wind(random)


def thunder(random: Random) -> Array:
    """A crack, then rumbling echoes that come later and deeper (Few 1974)."""
    seconds = 3.0
    crack = noise(random, 0.5, 200, 6000) * hit(0.5, 0.004, random.uniform(0.05, 0.12))
    parts = [(0.0, random.uniform(0.5, 1.2) * crack)]
    for start in np.cumsum(random.exponential(0.13, 12)):
        deep = random.uniform(90, 320) * np.exp(-0.4 * start)
        rumble = noise(random, 1.2, 25, deep) * hit(
            1.2, random.uniform(0.02, 0.12), random.uniform(0.15, 0.4)
        )
        parts.append((float(start), random.uniform(0.5, 1.4) * np.exp(-0.5 * start) * rumble))
    return added(seconds, parts) * np.minimum(1.0, curve(seconds, 3.0, 2.0, 0.0)) * (times(seconds) >= 0)
