"""A person's own recordings as a corpus of sounds: a folder of sound files, or the sound of captioned clips.

What happens when in a recording nobody wrote down, so that it is read from the recording: where it sounds at all, and
where its loudness rises suddenly.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import resample_poly

from textreel.corpora.clips.corpus import ClipsCorpus, group_of
from textreel.corpora.protocol import Window
from textreel.corpora.sounds.corpus import empty_controls
from textreel.corpora.sounds.protocol import CLIP_SAMPLES, SoundBatch
from textreel.corpora.sounds.takes import LOUD, PEAK, decode
from textreel.errors import CorpusError
from textreel.nn.spectra import HOP, RATE

SUFFIXES = frozenset((".flac", ".mp3", ".m4a", ".oga", ".ogg", ".opus", ".wav"))
PRESENT = 0.02  # of the loudest moment: below it there is nothing
PRESENCE_SECONDS = 0.08
RISE = 3.0  # how many times louder than the moments before an onset is
APART_SECONDS = 0.15  # of two onsets
LEAST_ONSET = 0.15  # of the loudest moment
STEADY = 0.05  # of the loudest moment: what is never quieter for long goes on, and rises in it are its own


@dataclass(frozen=True)
class OwnSound:
    """One recording: what it may be called, its samples (mono at RATE), and what it is held out with."""

    captions: tuple[str, ...]
    samples: NDArray[np.float32]
    group: str


class OwnSounds:
    """Recordings to learn from; see the module's text.

    Args:
        items: the recordings.
        held_out: groups that are kept out of the split `train`.
    """

    name = "own-sounds"
    fps = round(RATE / HOP)

    def __init__(self, items: Sequence[OwnSound], held_out: Collection[str] = ()) -> None:
        unknown = sorted(set(held_out) - {item.group for item in items})
        if unknown:
            raise CorpusError(f"There is no group named {unknown[0]!r} to hold out.")
        self.items = {
            "train": [item for item in items if item.group not in held_out],
            "held-out": [item for item in items if item.group in held_out],
        }
        if not self.items["train"]:
            raise CorpusError("There are no recordings to learn from: give more of them, or hold fewer out.")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over captions, groups and samples: equal for equal recordings."""
        digest = hashlib.sha256()
        for split, items in self.items.items():
            for item in items:
                digest.update(repr((split, item.captions, item.group)).encode())
                digest.update(item.samples.tobytes())
        return digest.hexdigest()

    def batch(
        self, generators: Sequence[np.random.Generator], *, window: Window, split: str, side: int
    ) -> SoundBatch:
        """The sounds alone: pictures' windows and sides mean nothing here."""
        return self.sounds(generators, split=split)

    def sounds(self, generators: Sequence[np.random.Generator], *, split: str) -> SoundBatch:
        """A stretch of a recording for each generator."""
        drawn = [self.draw(random, split) for random in generators]
        captions, wrong, sounds = zip(*drawn, strict=True)
        return SoundBatch(
            captions=captions,
            wrong_captions=wrong,
            sound=torch.from_numpy(np.stack(sounds)),
            controls=torch.from_numpy(np.stack([controls_of(sound) for sound in sounds])),
            kinds=captions,
        )

    def draw(self, random: np.random.Generator, split: str) -> tuple[str, str, NDArray[np.float32]]:
        """A caption, one that is wrong, and samples of a stretch in which something is heard."""
        items = self.items[split]
        item = items[int(random.integers(len(items)))]
        others = [each for each in items if not set(each.captions) & set(item.captions)]
        other = others[int(random.integers(len(others)))] if others else item
        sound = np.pad(item.samples, (0, max(0, CLIP_SAMPLES - len(item.samples))))
        start = int(random.integers(len(sound) - CLIP_SAMPLES + 1))
        for _ in range(4):
            if np.abs(sound[start : start + CLIP_SAMPLES]).max() > 0.2 * np.abs(sound).max():
                break
            start = int(random.integers(len(sound) - CLIP_SAMPLES + 1))
        caption, wrong = (each.captions[int(random.integers(len(each.captions)))] for each in (item, other))
        return caption, wrong, sound[start : start + CLIP_SAMPLES]

    def captions(self, generator: np.random.Generator, count: int, split: str) -> list[str]:
        """Captions alone."""
        items = self.items[split]
        return [items[int(generator.integers(len(items)))].captions[0] for _ in range(count)]


def controls_of(sound_N: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where a recording sounds at all, and where something begins [F, 3]; F = ceil(N / HOP)."""
    count = -(-len(sound_N) // HOP)
    controls = empty_controls(count)
    frames = np.pad(sound_N, (0, count * HOP - len(sound_N))).reshape(count, HOP)
    loud = np.sqrt(np.mean(np.square(frames), axis=1))
    highest = max(float(loud.max()), 1e-6)
    reach = round(PRESENCE_SECONDS * RATE / HOP)
    heard = np.convolve(loud > PRESENT * highest, np.ones(2 * reach + 1), "same") > 0
    controls[:, 0] = heard
    steady = np.quantile(loud, 0.25) > STEADY * highest
    for frame in () if steady else onsets(loud):
        controls[frame, 1] = min(1.0, float(loud[frame : frame + 8].max()) / highest)
    return controls


def onsets(loud_F: NDArray[np.floating]) -> list[int]:
    """The frames in which the loudness rises to several times what it was."""
    highest, apart = max(float(loud_F.max()), 1e-6), round(APART_SECONDS * RATE / HOP)
    found: list[int] = []
    for frame in range(len(loud_F)):
        before = loud_F[max(0, frame - 12) : max(1, frame - 1)].mean()
        rising = loud_F[frame] > LEAST_ONSET * highest and loud_F[frame] > RISE * before
        if rising and (not found or frame - found[-1] > apart):
            found.append(frame)
    return found


def folder_of_sounds(folder: Path, held_out: Collection[str] = ()) -> OwnSounds:
    """Sound files in folders that say what they are: "001 - Dog bark/1-100032-A.ogg" is a dog bark of the group 1.

    Raises:
        CorpusError: there is none, or one cannot be read.
    """
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    if not files:
        raise CorpusError(
            f"'{folder}' holds no sound files: put them into folders that are named after what is heard."
        )
    items = []
    for file in files:
        try:
            samples = decode(file.read_bytes())
        except (OSError, ValueError) as error:
            raise CorpusError(f"'{file}' cannot be read as sound ({error}): take it out.") from error
        items.append(OwnSound((caption_of(file.parent.name),), at_level(samples), file.stem.split("-")[0]))
    return OwnSounds(items, held_out)


def caption_of(folder_name: str) -> str:
    """The words of a folder's name without its number, in lower case."""
    return folder_name.lstrip("0123456789 -_").replace("_", " ").strip().lower() or folder_name


def clips_of_sounds(shards: Path, held_out: Collection[str] | None = None) -> OwnSounds:
    """The sound of captioned clips, as `textreel corpus build` keeps it; clips without sound are passed over.

    Raises:
        CorpusError: the shards are no whole corpus, or no clip has sound.
    """
    corpus, items = ClipsCorpus(shards, held_out=held_out), []
    for number, sample in enumerate(corpus.samples):
        sound = corpus.sound(number)
        if sound is not None:
            samples, rate = sound
            if rate != RATE:
                samples = resample_poly(samples, RATE, rate).astype(np.float32)
            items.append(OwnSound(sample.captions, at_level(samples), group_of(sample)))
    if not items:
        raise CorpusError(f"No clip in '{shards}' has sound: build from films that have.")
    return OwnSounds(items, corpus.held_out & {item.group for item in items})


def at_level(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same recording, as loud as takes are where it sounds."""
    power = np.square(samples)
    heard = power > 1e-3 * power.max(initial=1e-12)
    loud = float(np.sqrt(power[heard].mean())) if heard.any() else 1.0
    scaled = samples * np.float32(LOUD / max(loud, 1e-6))
    return (scaled * min(1.0, PEAK / max(float(np.abs(scaled).max(initial=0)), 1e-6))).astype(np.float32)
