"""Takes: single sounds of each kind, cut from recordings or made by models, kept in the cache, a file a kind.

Events are cut at the silence between them; steady sounds into pieces. All takes are equally loud, 16 bits.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from textreel.corpora.packages import write_aside
from textreel.corpora.sounds.assets import cache_folder, fetched_file
from textreel.corpora.sounds.kinds import KINDS, Kind
from textreel.corpora.sounds.modelled import MODELS
from textreel.errors import AssetError
from textreel.nn.spectra import RATE

Samples = NDArray[np.float32]

VERSION = 2
MODELLED_TAKES = 24
EVENT_SECONDS, PIECE_SECONDS = 2.4, 4.0
QUIET = 0.06  # of the loudest moment: below it an event is over
ONSET = 0.04  # of the highest peak: where an event begins to be heard
LOUD = 0.1  # root mean square of a take where it sounds
PEAK = 0.9
HELD_OUT_SHARE = 0.2


@dataclass(frozen=True)
class Takes:
    """The takes of every kind that has any, by name."""

    by_kind: Mapping[str, tuple[Samples, ...]]

    def split(self, kind: str, split: str) -> tuple[Samples, ...]:
        """The takes to train on, or the last fifth, which are held out; a single take is in both."""
        takes = self.by_kind[kind]
        held_out = min(round(HELD_OUT_SHARE * len(takes)), len(takes) - 1)
        if split == "train":
            return takes[: len(takes) - held_out]
        return takes[len(takes) - held_out :] if held_out else takes


def load_takes(
    kinds: Sequence[Kind] = KINDS, *, progress: Callable[[str, int, int], None] | None = None
) -> Takes:
    """The takes of these kinds, built into the cache first where they are not there.

    Raises:
        AssetError: a recording was not fetched, or the cache is damaged.
    """
    found = {}
    for done, kind in enumerate(kinds):
        file = cache_folder() / f"takes-{VERSION}" / f"{kind.name.replace(' ', '-')}.safetensors"
        if not file.is_file():
            if progress is not None:
                progress(f"takes of {kind.name}", done, len(kinds))
            build(kind, file)
        found[kind.name] = stored_takes(kind, file)
    return Takes(found)


def build(kind: Kind, file: Path) -> None:
    """Make the takes of a kind and keep them."""
    takes = takes_of(kind)
    parts = {str(number): np.round(take * 32767).astype(np.int16) for number, take in enumerate(takes)}
    write_aside(file, save(parts))


def stored_takes(kind: Kind, file: Path) -> tuple[Samples, ...]:
    """The takes in a file of the cache."""
    try:
        stored = load(file.read_bytes())
    except (OSError, SafetensorError) as error:
        raise AssetError(f"{file} is damaged ({error}): delete it, it will be built again.") from error
    takes = [(stored[name] / np.float32(32768)).astype(np.float32) for name in sorted(stored, key=int)]
    return tuple(take if kind.manner == "steady" else from_onset(take) for take in takes)


def takes_of(kind: Kind) -> list[Samples]:
    """Every take of a kind: of its recordings first, then of its model."""
    takes: list[Samples] = []
    for recording in kind.recordings:
        path = fetched_file(recording)
        if not path.is_file():
            raise AssetError(
                f"The recording {path.name} was not fetched yet: run `textreel corpus fetch sounds` once."
            )
        takes += cut(decode(path.read_bytes()), kind.manner)
    if kind.name in MODELS:
        for number in range(MODELLED_TAKES):
            made = MODELS[kind.name](np.random.default_rng([number, *kind.name.encode()]))
            takes.append(levelled(made.astype(np.float32)))
    return takes


def decode(content: bytes) -> Samples:
    """Any sound file as float32 [samples], mono, at RATE."""
    parts: list[NDArray[np.float32]] = []
    with av.open(io.BytesIO(content), "r") as container:
        resampler = AudioResampler(format="fltp", layout="mono", rate=RATE)
        for frame in container.decode(container.streams.audio[0]):
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
        parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(parts).astype(np.float32)


def cut(sound: Samples, manner: str) -> list[Samples]:
    """The events of a recording, or even pieces of a steady one; each equally loud."""
    if manner == "steady":
        count = max(1, round(len(sound) / (PIECE_SECONDS * RATE)))
        pieces = np.array_split(sound, count)
        return [levelled(lengthened(piece, round(PIECE_SECONDS * RATE))) for piece in pieces]
    return [levelled(sound[start:end]) for start, end in events(sound)]


def events(sound: Samples) -> list[tuple[int, int]]:
    """Where the events of a recording begin and end: what is louder than QUIET, pauses of 0.15 s between them."""
    hop = RATE // 100
    loud = np.sqrt(np.mean(np.square(sound[: len(sound) // hop * hop].reshape(-1, hop)), axis=1))
    heard = np.flatnonzero(loud > QUIET * loud.max())
    borders = np.flatnonzero(np.diff(heard) > 15)
    starts = [heard[0], *heard[borders + 1]]
    ends = [*heard[borders], heard[-1]]
    found = []
    for start, end in zip(starts, ends, strict=True):
        stop = min((end + 4) * hop, len(sound), start * hop + round(EVENT_SECONDS * RATE))
        if loud[start : end + 1].max() > 0.25 * loud.max() and stop - start * hop > RATE // 50:
            found.append((start * hop, stop))
    return found


def from_onset(sound: Samples) -> Samples:
    """An event without the silence before it, so that it begins when it is told to."""
    loud = np.abs(sound)
    first = int(np.argmax(loud > ONSET * loud.max()))
    return sound[max(0, first - RATE // 500) :]


def lengthened(sound: Samples, length: int) -> Samples:
    """A steady sound of at least so many samples, repeated with cross-fades where it is short."""
    fade = min(len(sound) // 3, RATE // 4)
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    result = sound
    while len(result) < length:
        joint = np.sqrt(1 - ramp) * result[-fade:] + np.sqrt(ramp) * sound[:fade]
        result = np.concatenate([result[:-fade], joint, sound[fade:]])
    return result[:length]


def levelled(sound: Samples) -> Samples:
    """The same with a root mean square of LOUD where it sounds, no peak above PEAK, and no click at its ends."""
    sound = (sound - sound.mean()).astype(np.float32)
    power = np.square(sound)
    heard = power > 1e-3 * power.max()
    sound = sound * (LOUD / max(float(np.sqrt(power[heard].mean())), 1e-6))
    sound *= min(1.0, PEAK / max(float(np.abs(sound).max()), 1e-6))
    fade = min(len(sound) // 8, RATE // 50)
    sound[len(sound) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return sound
