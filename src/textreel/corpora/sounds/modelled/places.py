"""Beds: what is heard of a place for as long as one is there."""

import numpy as np

from textreel.corpora.sounds.modelled.signals import (
    Array,
    Random,
    added,
    between,
    buzz,
    curve,
    hit,
    noise,
    phase,
    resonate,
    slow,
    sprinkle,
    times,
    unit,
)

SECONDS = 4.0


SURF = (
    (50, 150, 0.45),
    (150, 400, 1.0),
    (400, 900, 1.0),
    (900, 1800, 0.75),
    (1800, 3600, 0.5),
    (3600, 7000, 0.3),
    (7000, 10500, 0.15),
)
"""Octaves of the surf, from and to, and how loud they are: water breaks at all sizes, seldom at the smallest."""


def waves(random: Random) -> Array:
    """Surf: every octave swells with the wave, the high ones when it breaks, and wanders by itself."""
    time, period = times(SECONDS), random.uniform(4.0, 9.0)
    way = np.mod(time / period + random.random(), 1.0)
    swell = np.where(way < 0.45, (way / 0.45) ** 2, np.exp(-3.5 * (way - 0.45)))
    far, tilt = random.uniform(0.15, 0.5), random.uniform(-0.08, 0.08)  # far: the other waves of the sea
    result = np.zeros(len(time))
    for octave, (low, high, gain) in enumerate(SURF):
        wander = np.exp(0.25 * slow(random, SECONDS, 2.0 + octave))
        loud = far + swell ** (0.8 + 0.15 * octave)
        result += gain * np.exp(tilt * octave) * wander * loud * noise(random, SECONDS, low, high)
    return result


def fire(random: Random) -> Array:
    """A low roar, and crackles: splinters that burst at random."""
    roar = noise(random, SECONDS, 40, 350) * np.exp(0.3 * slow(random, SECONDS, 3.0))
    crackle = between(sprinkle(random, SECONDS, random.uniform(15, 40)), 1500, 9500)
    snaps = [
        (
            random.uniform(0, SECONDS),
            random.exponential(1.2) * noise(random, 0.03, 900, 7000) * hit(0.03, 5e-4, 0.006),
        )
        for _ in range(random.poisson(5 * SECONDS))
    ]
    return 0.35 * roar + unit(crackle) + 2.0 * added(SECONDS, snaps)


def brook(random: Random) -> Array:
    """Running water: bubbles, each a decaying tone that rises a little (Minnaert 1933; van den Doel 2005)."""
    bubbles = [bubble(random, 500, 3500) for _ in range(int(90 * SECONDS))]
    return unit(added(SECONDS, bubbles)) + 0.5 * noise(random, SECONDS, 500, 5000)


def bubble(random: Random, low: float, high: float) -> tuple[float, Array]:
    """One bubble at a random moment; small ones are high and short."""
    pitch = float(np.exp(random.uniform(np.log(low), np.log(high))))
    decay = 12.0 / pitch + 0.004
    time = times(8 * decay)
    tone = np.sin(2 * np.pi * pitch * time * (1 + random.uniform(0, 0.9) * time / decay * 0.1))
    return random.uniform(0, SECONDS), random.exponential(1.0) * tone * hit(8 * decay, 0.001, decay)


def underwater(random: Random) -> Array:
    """A dull murmur, and groups of bubbles."""
    murmur = noise(random, SECONDS, 30, 250) * np.exp(0.3 * slow(random, SECONDS, 0.8))
    return murmur + 0.8 * unit(added(SECONDS, [bubble(random, 200, 900) for _ in range(int(10 * SECONDS))]))


def night(random: Random) -> Array:
    """Crickets near and far over a still night."""
    chorus = sum((chirps(random) * random.uniform(0.2, 1.0) for _ in range(4)), np.zeros(len(times(SECONDS))))
    return unit(chorus) + 0.06 * noise(random, SECONDS, 80, 800)


def chirps(random: Random) -> Array:
    """One cricket: a tone of 3.5 to 5 kHz in pulses of 25 a second, three or four to a chirp."""
    time, pitch = times(SECONDS), random.uniform(3500, 5000)
    beat = np.mod(time * random.uniform(1.6, 2.6) + random.random(), 1.0)
    pulses = np.maximum(0.0, np.sin(2 * np.pi * random.uniform(24, 32) * time)) ** 2
    return np.sin(phase(np.full(len(time), pitch))) * pulses * (beat < 0.35)


def birdsong(random: Random) -> Array:
    """Small birds here and there: whistles of 2 to 6 kHz that glide and repeat."""
    parts = []
    for _ in range(random.integers(4, 8)):
        pitch, length = random.uniform(2200, 5200), random.uniform(0.05, 0.16)
        bends = random.uniform(0.8, 1.25, 3)
        note = np.sin(phase(pitch * curve(length, *bends))) * np.sin(np.pi * times(length) / length) ** 2
        start, loud = random.uniform(0, SECONDS), random.uniform(0.2, 1.0)
        gap = length + random.uniform(0.03, 0.12)
        parts += [(start + gap * turn, loud * note) for turn in range(random.integers(2, 7))]
    return 1.4 * added(SECONDS, parts) + 0.05 * noise(random, SECONDS, 150, 2500)


def city(random: Random) -> Array:
    """Traffic far away: a rumble, cars that pass, a horn now and then."""
    rumble = noise(random, SECONDS, 40, 400)
    passing = noise(random, SECONDS, 200, 1600) * np.exp(0.8 * slow(random, SECONDS, 0.5))
    bed = rumble + 0.45 * passing
    if random.random() < 0.5:
        honk = resonate(
            buzz(np.full(len(times(0.3)), random.uniform(330, 440))), (900, 300, 1.0), (1800, 400, 0.6)
        )
        bed = bed + added(SECONDS, [(random.uniform(0, 3.5), 0.5 * unit(honk) * hit(0.3, 0.02, 0.2))])
    return bed


def crowd(random: Random) -> Array:
    """Many voices at once: syllables of random pitch and vowel that run into a babble."""
    vowels = ((730, 1090), (270, 2290), (300, 870), (530, 1840), (570, 840))  # Peterson & Barney 1952
    parts = []
    for _ in range(int(18 * SECONDS)):
        length, vowel = random.uniform(0.09, 0.28), vowels[random.integers(len(vowels))]
        tone = buzz(random.uniform(95, 240) * curve(length, 1.0, random.uniform(0.85, 1.15)))
        voice = resonate(tone, *((formant * random.uniform(0.9, 1.15), 110, 1.0) for formant in vowel))
        parts.append((random.uniform(0, SECONDS), unit(voice) * np.sin(np.pi * times(length) / length)))
    return unit(added(SECONDS, parts)) + 0.2 * noise(random, SECONDS, 200, 3000)


def space(random: Random) -> Array:
    """No sound at all in truth; in films a low hum of slow beats."""
    base, time = random.uniform(45, 75), times(SECONDS)
    hum = sum(
        (np.sin(2 * np.pi * base * k * (1 + random.normal(0, 0.003)) * time) / k for k in (1, 1.5, 2, 3, 4)),
        np.zeros(len(time)),
    )
    return hum * np.exp(0.25 * slow(random, SECONDS, 0.5)) + 0.3 * noise(random, SECONDS, 60, 500)
