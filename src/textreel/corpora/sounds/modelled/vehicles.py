"""Engines and horns. An engine is a row of explosions through the resonances of its pipes."""

import numpy as np

from textreel.corpora.sounds.modelled.signals import (
    RATE,
    Array,
    Random,
    added,
    between,
    buzz,
    curve,
    hit,
    noise,
    resonate,
    samples,
    slow,
    times,
    unit,
)

SECONDS = 4.0


def engine(random: Random, firing_hz: float, rough: float, *formants: tuple[float, float, float]) -> Array:
    """Explosions of a piston engine, uneven by `rough`, through the resonances of exhaust and body."""
    rate = firing_hz * np.exp(0.02 * slow(random, SECONDS, 1.5))
    strokes = np.floor(np.cumsum(rate) / RATE)
    jumps = np.flatnonzero(np.diff(strokes, prepend=-1) > 0)
    row = np.zeros(samples(SECONDS))
    row[jumps] = 1.0 + rough * random.standard_normal(len(jumps))
    blown = np.convolve(row, unit(hit(0.02, 0.001, 0.003) * noise(random, 0.02, 60, 4000)), "full")[
        : len(row)
    ]
    return unit(resonate(row + 0.4 * blown, *formants))


def car(random: Random) -> Array:
    """Four cylinders at easy speed, and tyres on a road."""
    motor = engine(random, random.uniform(55, 85), 0.12, (110, 60, 1.0), (260, 90, 0.7), (700, 200, 0.3))
    return motor + 0.45 * noise(random, SECONDS, 300, 2200)


def bus(random: Random) -> Array:
    """A large diesel: slow, deep, knocking."""
    motor = engine(random, random.uniform(28, 40), 0.3, (70, 40, 1.0), (170, 60, 0.8), (1100, 400, 0.25))
    return motor + 0.3 * noise(random, SECONDS, 150, 1500)


def tractor(random: Random) -> Array:
    """One or two large cylinders that can be counted."""
    return engine(random, random.uniform(11, 18), 0.35, (90, 40, 1.0), (240, 80, 0.8), (1500, 500, 0.4))


def motorcycle(random: Random) -> Array:
    """A hard, bright row of explosions."""
    return engine(random, random.uniform(80, 120), 0.2, (180, 50, 1.0), (520, 110, 0.9), (1300, 250, 0.6))


def train(random: Random) -> Array:
    """Wheels over joints in pairs, steam, and a rumble below."""
    beat = random.uniform(0.42, 0.6)
    clank = noise(random, 0.09, 500, 4500) * hit(0.09, 0.001, 0.018) + noise(random, 0.09, 60, 250) * hit(
        0.09, 0.002, 0.03
    )
    starts = np.arange(random.uniform(0, beat), SECONDS, beat)
    joints = [(start + late, random.uniform(0.7, 1.1) * clank) for start in starts for late in (0.0, 0.12)]
    puff = noise(random, SECONDS, 400, 5000) * (
        0.4 + np.maximum(0.0, np.sin(2 * np.pi * times(SECONDS) / beat))
    )
    return 2.2 * added(SECONDS, joints) + 0.35 * puff + 0.7 * noise(random, SECONDS, 35, 220)


def airplane(random: Random) -> Array:
    """A jet: broad noise and the whine of its fan."""
    whine = buzz(np.full(samples(SECONDS), random.uniform(900, 1700)), 1.5) * np.exp(
        0.1 * slow(random, SECONDS, 2.0)
    )
    return noise(random, SECONDS, 80, 1400) + 0.4 * noise(random, SECONDS, 1400, 6000) + 0.15 * unit(whine)


def helicopter(random: Random) -> Array:
    """Blades that slap the air 10 to 16 times a second, over a turbine."""
    rate = random.uniform(10, 16)
    way = np.mod(rate * times(SECONDS) + random.random(), 1.0)
    slap = np.exp(-way * 7.0) + 0.12
    turbine = buzz(np.full(samples(SECONDS), random.uniform(650, 1100)), 1.3)
    return slap * (noise(random, SECONDS, 50, 500) + 0.5 * noise(random, SECONDS, 500, 3000)) + 0.06 * unit(
        turbine
    )


def rocket(random: Random) -> Array:
    """A roar that crackles."""
    roar = noise(random, SECONDS, 30, 500) * np.exp(0.25 * slow(random, SECONDS, 8.0))
    crackle = np.maximum(0.0, noise(random, SECONDS, 300, 4000) - 1.3)
    return roar + 1.5 * crackle + 0.3 * noise(random, SECONDS, 500, 6000)


def ufo(random: Random) -> Array:
    """A hum that wobbles, as in old films."""
    wobble = 1 + 0.12 * np.sin(2 * np.pi * random.uniform(4, 7) * times(SECONDS))
    return buzz(random.uniform(280, 480) * wobble, 2.2)


def ship_horn(random: Random) -> Array:
    """Two low reeds at once."""
    seconds = random.uniform(1.6, 2.4)
    base = random.uniform(95, 150)
    tone = sum(
        (buzz(np.full(samples(seconds), base * part), 0.9) for part in (1.0, 1.26)),
        np.zeros(samples(seconds)),
    )
    breath = np.minimum(1.0, curve(seconds, 0, 9, 9, 9, 9, 9, 9, 9, 0))
    return breath * (unit(between(tone, 60, 1600)) + 0.05 * noise(random, seconds, 200, 3000))


def siren(random: Random) -> Array:
    """Two tones in turn, a fourth apart."""
    low, time = random.uniform(400, 480), times(SECONDS)
    high = np.mod(time * random.uniform(0.9, 1.2) + random.random(), 1.0) < 0.5
    tone = between(np.where(high, low * 4 / 3, low), 0, 25)
    return resonate(buzz(np.maximum(tone, 200.0), 0.8), (900, 250, 1.0), (1700, 300, 0.8), (3000, 600, 0.4))


def car_horn(random: Random) -> Array:
    """Two discs, 400 and 500 hertz."""
    seconds = random.uniform(0.35, 0.8)
    tone = sum(
        (buzz(np.full(samples(seconds), pitch), 0.6) for pitch in (405.0, 500.0)), np.zeros(samples(seconds))
    )
    return resonate(tone, (1200, 400, 1.0), (2600, 600, 0.7)) * np.minimum(
        1.0, curve(seconds, 0, 20, 20, 20, 0)
    )
