"""Short sounds of something that meets something: steps on grounds, impacts, splashes, ticks.

Grounds of grains are many small collisions whose energy decays (PhISEM, Cook 1997); hard bodies are a few decaying
modes.
"""

import numpy as np

from textreel.corpora.sounds.modelled.places import bubble
from textreel.corpora.sounds.modelled.signals import (
    Array,
    Random,
    added,
    between,
    hit,
    noise,
    sprinkle,
    times,
    unit,
)


def modes(random: Random, seconds: float, *partials: tuple[float, float, float]) -> Array:
    """Decaying tones, each (frequency, seconds to a third, gain), a little out of tune each time."""
    time = times(seconds)
    result = np.zeros(len(time))
    for frequency, decay, gain in partials:
        result += (
            gain * np.sin(2 * np.pi * frequency * random.uniform(0.93, 1.07) * time) * np.exp(-time / decay)
        )
    return result * np.minimum(1.0, time / 0.001)


def grains(random: Random, seconds: float, rate_hz: float, low: float, high: float, decay: float) -> Array:
    """Collisions of grains while a foot sinks in: dense at first, then fewer."""
    return unit(between(sprinkle(random, seconds, rate_hz), low, high)) * hit(seconds, 0.008, decay)


def heel_and_toe(random: Random, heel: Array, toe: Array) -> Array:
    """The two parts of a step, some hundredths of a second apart."""
    return added(0.4, [(0.0, heel), (random.uniform(0.05, 0.09), random.uniform(0.3, 0.7) * toe)])


def steps_on_grass(random: Random) -> Array:
    """A soft thump and the rustle of blades."""

    def part() -> Array:
        return modes(random, 0.2, (85, 0.03, 1.0)) + 0.5 * grains(random, 0.2, 900, 1500, 7000, 0.05)

    return heel_and_toe(random, part(), part())


def steps_on_sand(random: Random) -> Array:
    """A dull crunch, softer than gravel."""

    def part() -> Array:
        return 0.5 * modes(random, 0.2, (70, 0.03, 1.0)) + grains(random, 0.2, 2500, 500, 4000, 0.06)

    return heel_and_toe(random, part(), part())


def steps_on_snow(random: Random) -> Array:
    """A creak: grains that give way one after another."""
    creak = np.repeat(random.uniform(0.2, 1.0, 60), len(times(0.24)) // 60 + 1)[: len(times(0.24))]
    return heel_and_toe(
        random, grains(random, 0.24, 1800, 700, 3500, 0.09) * creak, grains(random, 0.2, 900, 900, 4500, 0.05)
    )


def steps_on_leaves(random: Random) -> Array:
    """Dry leaves that rustle and break."""
    return heel_and_toe(
        random, grains(random, 0.3, 500, 1800, 9000, 0.08), grains(random, 0.25, 250, 2500, 9500, 0.06)
    )


def steps_on_stone(random: Random) -> Array:
    """A hard click of heel, then of toe."""

    def part() -> Array:
        return modes(random, 0.15, (180, 0.012, 1.0), (950, 0.006, 0.8), (2300, 0.004, 0.5)) + 0.4 * noise(
            random, 0.15, 1000, 6000
        ) * hit(0.15, 5e-4, 0.008)

    return heel_and_toe(random, part(), part())


def hooves(random: Random) -> Array:
    """A hollow knock."""
    return modes(random, 0.3, (420, 0.02, 1.0), (880, 0.014, 0.7), (1600, 0.008, 0.35)) + 0.25 * noise(
        random, 0.3, 300, 3000
    ) * hit(0.3, 0.001, 0.012)


def ball(random: Random) -> Array:
    """A ball full of air: a thump, and the ring of its skin."""
    return modes(random, 0.4, (115, 0.05, 1.0), (260, 0.035, 0.6), (610, 0.02, 0.35)) + 0.3 * noise(
        random, 0.4, 500, 3500
    ) * hit(0.4, 5e-4, 0.01)


def thud(random: Random) -> Array:
    """Something heavy and soft."""
    return modes(random, 0.5, (58, 0.08, 1.0), (105, 0.04, 0.6)) + 0.35 * noise(random, 0.5, 80, 900) * hit(
        0.5, 0.002, 0.04
    )


def splash(random: Random) -> Array:
    """A slap on water, spray, and bubbles that follow."""
    bubbles = [
        (0.1 + 0.2 * start, 0.6 * tone) for start, tone in (bubble(random, 350, 1800) for _ in range(25))
    ]
    spray = noise(random, 1.0, 800, 9000) * hit(1.0, 0.01, random.uniform(0.12, 0.22))
    return spray + noise(random, 1.0, 80, 700) * hit(1.0, 0.003, 0.06) + added(1.0, bubbles)


def whoosh(random: Random) -> Array:
    """Air that something large and quick moves aside."""
    seconds = random.uniform(0.5, 0.8)
    swell = np.sin(np.pi * times(seconds) / seconds) ** 2
    return swell * (noise(random, seconds, 150, 900) + swell * noise(random, seconds, 900, 4000))


def clock(random: Random) -> Array:
    """A tick: the escapement strikes twice within a few hundredths of a second, and the case rings."""
    pitch, case = random.uniform(1600, 3400), random.uniform(350, 900)
    strokes = []
    for start, strength in ((0.0, 1.0), (random.uniform(0.015, 0.045), random.uniform(0.4, 1.0))):
        click = noise(random, 0.2, 900, 9500) * hit(0.2, 3e-4, random.uniform(0.004, 0.01))
        ring = modes(random, 0.2, (pitch, 0.014, 1.0), (1.7 * pitch, 0.009, 0.7), (case, 0.02, 0.8))
        strokes.append((start, strength * (0.8 * click + ring)))
    room = noise(random, 0.3, 300, 6000) * hit(0.3, 0.004, random.uniform(0.02, 0.05))
    return added(0.3, [*strokes, (0.0, random.uniform(0.05, 0.2) * room)])
