"""The sounds corpus: clips of two seconds of one kind, composed of takes, and the controls that tell of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from textreel.corpora.protocol import Window
from textreel.corpora.sounds.captions import caption, other
from textreel.corpora.sounds.kinds import BY_NAME, KINDS, Kind
from textreel.corpora.sounds.protocol import CLIP_FRAMES, CLIP_SAMPLES, CONTROLS, SoundBatch
from textreel.corpora.sounds.takes import Takes, load_takes
from textreel.nn.rhythm import MOTION_PITCH
from textreel.nn.spectra import HOP, RATE

Array = NDArray[np.float32]

LATEST_EVENT = 0.8  # share of a clip after which no first event begins
FADE_SHARE, FADE_SECONDS = 0.35, 0.3
RESAMPLED = 0.1  # how far takes are made higher and lower, as a share


@dataclass(frozen=True)
class Composed:
    """One clip: samples [N] and controls [F, 3]."""

    sound: Array
    controls: Array


class SoundsCorpus:
    """See the module's text.

    Raises:
        AssetError: as :func:`load_takes`.
    """

    name = "sounds"
    fps = round(RATE / HOP)

    def __init__(self, kinds: Sequence[str] | None = None, takes: Takes | None = None) -> None:
        self.kinds = KINDS if kinds is None else tuple(BY_NAME[name] for name in kinds)
        self.takes = takes if takes is not None else load_takes(self.kinds)

    def batch(
        self, generators: Sequence[np.random.Generator], *, window: Window, split: str, side: int
    ) -> SoundBatch:
        """The sounds alone: pictures' windows and sides mean nothing here."""
        return self.sounds(generators, split=split)

    def sounds(self, generators: Sequence[np.random.Generator], *, split: str) -> SoundBatch:
        """One clip for each generator."""
        captions, wrong, kinds, clips = [], [], [], []
        for random in generators:
            kind = self.kinds[random.integers(len(self.kinds))]
            kinds.append(kind.name)
            captions.append(caption(kind, random))
            wrong.append(caption(other(kind, random), random))
            clips.append(self.compose(kind, random, split))
        return SoundBatch(
            captions=tuple(captions),
            wrong_captions=tuple(wrong),
            sound=torch.from_numpy(np.stack([clip.sound for clip in clips])),
            controls=torch.from_numpy(np.stack([clip.controls for clip in clips])),
            kinds=tuple(kinds),
        )

    def captions(self, generator: np.random.Generator, count: int, split: str) -> list[str]:
        """Captions alone."""
        return [caption(self.kinds[generator.integers(len(self.kinds))], generator) for _ in range(count)]

    def compose(self, kind: Kind, random: np.random.Generator, split: str) -> Composed:
        """A clip of one kind."""
        takes = self.takes.split(kind.name, split)
        return events_of(takes, random) if kind.manner == "event" else steady_of(takes, random)


def events_of(takes: Sequence[Array], random: np.random.Generator) -> Composed:
    """Events one after another, of one take or several, each with its own strength."""
    sound = np.zeros(CLIP_SAMPLES, dtype=np.float32)
    controls = empty_controls()
    controls[:, 0] = 1.0
    take = takes[int(random.integers(len(takes)))]
    start = int(random.uniform(0.02, LATEST_EVENT) ** 1.5 * CLIP_SAMPLES)
    pitch = 1 + random.uniform(-RESAMPLED, RESAMPLED)
    while start < CLIP_SAMPLES:
        strength = random.uniform(0.35, 1.0)
        heard = resampled(take, np.full(len(take), pitch * (1 + random.uniform(-0.02, 0.02))))
        end = min(CLIP_SAMPLES, start + len(heard))
        sound[start:end] += strength * heard[: end - start]
        controls[start // HOP, 1] = strength
        rest = max(0.25 * RATE, len(heard) * random.uniform(0.8, 1.2))
        start += int(rest + random.exponential(0.35) * RATE)
        take = takes[int(random.integers(len(takes)))] if random.random() < 0.5 else take
    return Composed(sound, controls)


def steady_of(takes: Sequence[Array], random: np.random.Generator) -> Composed:
    """A stretch of a steady sound; now and then it begins or ends; a source that goes faster sounds higher."""
    take = takes[int(random.integers(len(takes)))]
    motion = motion_curve(random)
    high = np.exp(MOTION_PITCH * (motion - 0.5)) * (1 + random.uniform(-RESAMPLED, RESAMPLED))
    rates = np.repeat(high, HOP)
    first = random.uniform(0, max(1.0, len(take) - 1.6 * CLIP_SAMPLES))
    positions = first + np.concatenate([[0.0], np.cumsum(rates)[:-1]])
    turned = np.abs(
        np.mod(positions + len(take) - 1, 2 * (len(take) - 1)) - (len(take) - 1)
    )  # to and fro: no seam
    sound = np.interp(turned, np.arange(len(take)), take).astype(np.float32)
    level = level_curve(random)
    controls = empty_controls()
    controls[:, 0], controls[:, 2] = level, motion
    return Composed(
        (sound * np.interp(np.arange(CLIP_SAMPLES) / HOP, np.arange(CLIP_FRAMES), level)).astype(np.float32),
        controls,
    )


def empty_controls(frames: int = CLIP_FRAMES) -> Array:
    """Nothing happens at usual speed [F, 3]."""
    controls = np.zeros((frames, len(CONTROLS)), dtype=np.float32)
    controls[:, 2] = 0.5
    return controls


def motion_curve(random: np.random.Generator) -> NDArray[np.float64]:
    """The speed of a source in each frame: mostly even, sometimes faster or slower on the way."""
    start = 0.5 if random.random() < 0.5 else random.random()
    end = start if random.random() < 0.6 else random.random()
    return np.linspace(start, end, CLIP_FRAMES)


def level_curve(random: np.random.Generator) -> Array:
    """How much of a steady sound there is in each frame: all of it, or from some moment on, or up to one."""
    level = np.full(CLIP_FRAMES, random.choice([1.0, 1.0, random.uniform(0.2, 1.0)]), dtype=np.float32)
    fade = np.interp(np.arange(CLIP_FRAMES) * HOP / RATE, [0, random.uniform(0.01, FADE_SECONDS)], [0, 1])
    for side in (1, -1):
        if random.random() < FADE_SHARE:
            late = int(random.uniform(0, 0.6) * CLIP_FRAMES)
            ramp = np.concatenate([np.zeros(late), fade[: CLIP_FRAMES - late]])
            level *= ramp[::side].astype(np.float32)
    return level


def resampled(sound: Array, rates: NDArray[np.float64]) -> Array:
    """A sound read at these speeds: 1 is its own, 2 an octave higher and half as long."""
    positions = np.concatenate([[0.0], np.cumsum(rates)[:-1]])
    positions = positions[positions < len(sound) - 1]
    if rates[0] < 1:
        positions = np.arange(0, len(sound) - 1, rates[0])
    return np.interp(positions, np.arange(len(sound)), sound).astype(np.float32)
