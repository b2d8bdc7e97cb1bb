"""Voices of animals without a free recording here: a source and a filter (Fant 1960), after what is published of them.

A model of a voice is not a recording; LICENCES.md of the corpus lists which kinds have which.
"""

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
    times,
    unit,
)


def lion(random: Random) -> Array:
    """A roar: pulses of 40 to 200 Hz that rise and fall, loud and rough, through a long throat.

    Fundamental and roughness after Klemuk et al. 2011 and Ananthakrishnan et al. 2011; formants of a tract of 38 cm.
    """
    seconds, peak = random.uniform(1.3, 2.0), random.uniform(150, 200)
    pitch = peak * curve(seconds, 0.45, 0.9, 1.0, 0.95, 0.75, 0.5, 0.35)
    rough = np.exp(0.06 * slow(random, seconds, 70))
    half = 1 + 0.45 * np.sign(np.sin(phase(pitch) / 2))
    source = buzz(pitch * rough, 0.7) * half + 0.5 * noise(random, seconds, 100, 3000)
    stretch = random.uniform(0.92, 1.1)
    tract = [
        (f * stretch, w, g)
        for f, w, g in ((240, 90, 1.0), (620, 130, 0.9), (1150, 200, 0.45), (1700, 300, 0.2))
    ]
    loud = np.interp(times(seconds), np.array([0, 0.12, 0.5, 0.75, 1.0]) * seconds, [0, 0.8, 1.0, 0.6, 0.0])
    return unit(resonate(source, *tract)) * loud


def wolf(random: Random) -> Array:
    """A howl: a nearly pure tone that rises, holds and sinks, with few harmonics (Theberge & Falls 1967)."""
    seconds, top = random.uniform(1.6, 2.4), random.uniform(420, 640)
    pitch = (
        top * curve(seconds, 0.6, 0.95, 1.0, 1.0, 0.97, 0.9, 0.7) * np.exp(0.006 * slow(random, seconds, 6))
    )
    tone = resonate(buzz(pitch, 1.7), (top * 1.05, 250, 1.0), (top * 2.3, 400, 0.5))
    loud = np.interp(times(seconds), np.array([0, 0.15, 0.7, 1.0]) * seconds, [0, 1.0, 0.9, 0.0])
    return (unit(tone) + 0.03 * noise(random, seconds, 300, 3000)) * loud


def elephant(random: Random) -> Array:
    """A trumpet: a brassy tone of 300 to 500 Hz that breaks, with much breath (Fuchs et al. 2021)."""
    seconds, pitch = random.uniform(0.8, 1.4), random.uniform(330, 480)
    tone = buzz(
        pitch * curve(seconds, 0.8, 1.0, 1.12, 1.05, 0.8) * np.exp(0.02 * slow(random, seconds, 25)), 0.4
    )
    brass = resonate(tone, (900, 350, 1.0), (1900, 500, 0.9), (3200, 700, 0.6))
    loud = np.interp(times(seconds), np.array([0, 0.08, 0.8, 1.0]) * seconds, [0, 1.0, 0.8, 0.0])
    return (unit(brass) + 0.25 * noise(random, seconds, 700, 6000)) * loud


def whale(random: Random) -> Array:
    """A unit of a humpback's song: a long glide with slow beats (Payne & McVay 1971)."""
    seconds, pitch = random.uniform(1.4, 2.4), random.uniform(180, 420)
    glide = pitch * curve(seconds, *random.uniform(0.6, 1.7, 4))
    return unit(buzz(glide, 2.0)) * np.sin(np.pi * times(seconds) / seconds) ** 0.7


def dolphin(random: Random) -> Array:
    """A whistle that bends up and down, and a row of clicks."""
    seconds, pitch = random.uniform(0.4, 0.9), random.uniform(3000, 5500)
    whistle = np.sin(phase(pitch * curve(seconds, *random.uniform(0.8, 1.5, 4)))) * np.sin(
        np.pi * times(seconds) / seconds
    )
    click = noise(random, 0.004, 2000, 10_000) * hit(0.004, 2e-4, 8e-4)
    row = np.cumsum(np.geomspace(0.04, 0.012, 18))
    return added(seconds + 0.5, [(0.0, whistle), *((seconds + at, 0.8 * click) for at in row)])


def bee(random: Random) -> Array:
    """Wings of 200 to 260 beats a second, nearer and farther."""
    seconds = 4.0
    pitch = random.uniform(200, 260) * np.exp(0.03 * slow(random, seconds, 3))
    return unit(buzz(pitch, 0.9)) * np.exp(0.35 * slow(random, seconds, 1.2)) + 0.05 * noise(
        random, seconds, 400, 5000
    )


def snake(random: Random) -> Array:
    """A hiss."""
    seconds = random.uniform(0.7, 1.6)
    loud = np.interp(times(seconds), np.array([0, 0.15, 0.7, 1.0]) * seconds, [0, 1.0, 0.8, 0.0])
    return noise(random, seconds, random.uniform(2200, 3200), 9500) * loud


def cricket(random: Random) -> Array:
    """One chirp: three or four pulses of 4 to 5 kHz."""
    pitch, parts = random.uniform(4000, 4900), []
    for turn in range(random.integers(3, 5)):
        pulse = np.sin(phase(np.full(len(times(0.022)), pitch))) * np.sin(np.pi * times(0.022) / 0.022)
        parts.append((0.036 * turn, pulse))
    return between(added(0.25, parts), 2500, 7000)
