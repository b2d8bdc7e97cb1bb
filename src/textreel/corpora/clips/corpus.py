"""Shards -> batches of captioned clips; a corpus larger than memory streams from its disk."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from textreel.corpora.clips.index import Index
from textreel.corpora.clips.memory import ClipMemory
from textreel.corpora.clips.samples import Sample, broken, from_strip
from textreel.corpora.clips.sound import from_flac
from textreel.corpora.protocol import Batch, Window
from textreel.errors import CorpusError
from textreel.language import tokenize

SPLITS = ("train", "held-out")
HELD_OUT_SHARE = 0.1
MEMORY_BYTES = 512 * 2**20
STILL_CAMERA = (0.0, 0.625, 1.0, 0.0)
LABEL, GROUP = "class", "group"


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What a generator has chosen: a clip by number, its caption, a wrong one, and the window's first frame."""

    number: int
    caption: str
    wrong: str
    start: int
    mirrored: bool = False


class ClipsCorpus:
    """Clips of a folder that was built with `textreel corpus build`; follows corpora.protocol.Corpus.

    **Splits.** All clips of one file, and all files of one group, stand on one side. Groups are ordered by the
    SHA-256 of their names, and the first tenth of them, one at least, is ``held-out``; the rest is ``train``. A
    group that alone has some word is not held out, so that a corpus of one group holds nothing out.

    **Windows.** Every clip of a split is equally likely, and so is every start of a window within it. In a clip that
    is shorter than the window the last frame stands until the window's end.

    **Wrong captions** are drawn from the clips of the same split of which nothing is said that is said of the clip;
    where there are none, the caption itself is given.

    Args:
        folder: with the shards and their index.json.
        memory_bytes: so much of decoded frames is kept.
        held_out: instead of a tenth, the groups to hold out by name (see Sample.group; a clip without a group is
            known by its file's path).
        mirror: whether every second clip is shown as in a mirror, which must not make its caption wrong.

    Raises:
        CorpusError: the folder is no whole corpus, or a group to hold out is not in it.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        memory_bytes: int = MEMORY_BYTES,
        held_out: Collection[str] | None = None,
        mirror: bool = False,
    ) -> None:
        self.folder, self.mirror = Path(folder), mirror
        self.index = Index.load(self.folder)
        self.name, self.fps, self.size = self.index.name, self.index.format.fps, self.index.format.size
        self.samples, self.fingerprint = self.index.samples, self.index.fingerprint
        self.memory = ClipMemory(memory_bytes)
        self.held_out = held_out_groups(self.samples) if held_out is None else self._known(held_out)
        self._shards = [self.folder / one.file for one in self.index.shards for _ in one.samples]
        self._numbers = {split: self._of_split(split) for split in SPLITS}
        self._wordings = {split: self._wordings_of(numbers) for split, numbers in self._numbers.items()}

    def clips(self, split: str = "train") -> NDArray[np.int64]:
        """The numbers of a split's clips, int64 [clips].

        Raises:
            CorpusError: there is no such split, or it is empty.
        """
        if split not in SPLITS:
            raise CorpusError(f"Clips are split into {' and '.join(SPLITS)}, and {split!r} was asked for.")
        if not len(self._numbers[split]):
            raise CorpusError(
                f"'{self.folder}' has no {split} clips: all come from one source, or each alone has some word. Build "
                "from more clips, or do without."
            )
        return self._numbers[split]

    def batch(
        self,
        generators: Sequence[np.random.Generator],
        *,
        window: Window,
        split: str = "train",
        side: int | None = None,
    ) -> Batch:
        """One clip for each generator; see protocol.Corpus. Frames are scaled where `side` is not the corpus's own.

        Raises:
            CorpusError: a shard is missing, cut short or changed, or the split is empty.
        """
        draws = [self._draw(generator, window, split) for generator in generators]
        shown = np.stack([self._window(draw, window) for draw in draws])
        still = torch.tensor(STILL_CAMERA).expand(len(draws), len(window.shown), 4).clone()
        return Batch(
            captions=tuple(draw.caption for draw in draws),
            wrong_captions=tuple(draw.wrong for draw in draws),
            frames=to_frames(shown, side or self.size),
            shown=window.shown,
            camera=still,
            scroll=torch.zeros(len(draws), len(window.shown), 2),
            attributes=tuple(attributes_of(self.samples[draw.number]) for draw in draws),
        )

    def captions(self, generator: np.random.Generator, count: int, split: str = "train") -> list[str]:
        """So many captions as batches of the split would hold them."""
        numbers = self.clips(split)[generator.integers(len(self.clips(split)), size=count)]
        return [self._say(int(number), generator) for number in numbers]

    def frames(self, number: int) -> NDArray[np.uint8]:
        """All frames of one clip, uint8 [frames, size, size, 3]; not to be written to."""
        return self.memory.get(number, lambda: self._decode(number))

    @property
    def to_be_kept(self) -> int:
        """Bytes of decoded frames that memory will hold in the end and does not hold yet."""
        frames = sum(sample.frames for sample in self.samples)
        whole = frames * self.size * self.size * 3
        return max(0, min(whole, self.memory.budget_bytes) - self.memory.used_bytes)

    def sound(self, number: int) -> tuple[NDArray[np.float32], int] | None:
        """One clip's sound, float32 [samples] in [-1, 1) as long as its frames, and its rate, if it has one."""
        extent = self.samples[number].sound
        return from_flac(extent.read(self._shards[number])) if extent else None

    def _draw(self, generator: np.random.Generator, window: Window, split: str) -> Draw:
        numbers = self.clips(split)
        number = int(numbers[generator.integers(len(numbers))])
        caption = self._say(number, generator)
        starts = max(1, self.samples[number].frames - window.frames + 1)
        start = int(generator.integers(starts))
        wrong = self._wrong(number, caption, generator, split)
        mirrored = self.mirror and bool(generator.random() < 0.5)
        return Draw(number=number, caption=caption, wrong=wrong, start=start, mirrored=mirrored)

    def _say(self, number: int, generator: np.random.Generator) -> str:
        captions = self.samples[number].captions
        return captions[int(generator.integers(len(captions)))]

    def _wrong(self, number: int, caption: str, generator: np.random.Generator, split: str) -> str:
        """A caption of another clip; clips are looked through from a drawn one on."""
        own = set(self.samples[number].captions)
        wordings = self._wordings[split]
        first = int(generator.integers(len(wordings)))
        for step in range(len(wordings)):
            other = wordings[(first + step) % len(wordings)]
            if own.isdisjoint(other):
                return other[int(generator.integers(len(other)))]
        return caption

    def _window(self, draw: Draw, window: Window) -> NDArray[np.uint8]:
        frames = self.frames(draw.number)
        shown = frames[np.minimum(draw.start + np.array(window.shown), len(frames) - 1)]
        return shown[:, :, ::-1] if draw.mirrored else shown

    def _decode(self, number: int) -> NDArray[np.uint8]:
        sample, shard = self.samples[number], self._shards[number]
        frames = from_strip(sample.strip.read(shard))
        if frames.shape != (sample.frames, self.size, self.size, 3):
            raise broken(shard, "does not hold what its index says")
        frames.flags.writeable = False
        return frames

    def _known(self, held_out: Collection[str]) -> frozenset[str]:
        unknown = set(held_out) - {group_of(sample) for sample in self.samples}
        if unknown:
            raise CorpusError(f"'{self.folder}' has no group named {sorted(unknown)[0]!r} to hold out.")
        return frozenset(held_out)

    def _of_split(self, split: str) -> NDArray[np.int64]:
        wanted = split == "held-out"
        held = (group_of(sample) in self.held_out for sample in self.samples)
        return np.array([number for number, out in enumerate(held) if out is wanted], dtype=np.int64)

    def _wordings_of(self, numbers: NDArray[np.int64]) -> tuple[tuple[str, ...], ...]:
        return tuple(dict.fromkeys(self.samples[number].captions for number in numbers))


def held_out_groups(samples: Sequence[Sample]) -> frozenset[str]:
    """The groups that are kept out of training: of those with the lowest hashes a tenth, one at least.

    A group stays in training where it alone has a word, or a model would not know the words of its own captions.
    """
    said: dict[str, set[str]] = {}
    for sample in samples:
        said.setdefault(group_of(sample), set()).update(sample.captions)
    words_of = {caption: set(tokenize(caption)) for caption in set().union(*said.values())}
    words = {group: {word for one in captions for word in words_of[one]} for group, captions in said.items()}
    left = Counter(word for group in words.values() for word in group)
    count = max(1, round(len(words) * HELD_OUT_SHARE))
    found: list[str] = []
    for group in sorted(words, key=_hash):
        if len(found) < count and all(left[word] > 1 for word in words[group]):
            found.append(group)
            left.subtract(words[group])
    return frozenset(found)


def group_of(sample: Sample) -> str:
    """What a clip is held out with: its group, else the file it was cut from."""
    return sample.group or sample.source


def attributes_of(sample: Sample) -> dict[str, str]:
    """A clip's class and group, where they are known."""
    known: Mapping[str, str] = {LABEL: sample.label, GROUP: sample.group}
    return {name: value for name, value in known.items() if value}


def to_frames(pixels: NDArray[np.uint8], side: int) -> Tensor:
    """uint8 [B, T, size, size, 3] -> float32 [B, T, 3, side, side] in [-1, 1]."""
    batch, shown, size = pixels.shape[:3]
    frames = torch.from_numpy(pixels).permute(0, 1, 4, 2, 3).float() / 127.5 - 1
    if side == size:
        return frames.contiguous()
    flat = frames.reshape(batch * shown, 3, size, size)
    scaled = functional.interpolate(flat, (side, side), mode="bilinear", antialias=True, align_corners=False)
    return scaled.reshape(batch, shown, 3, side, side)


def _hash(group: str) -> str:
    return hashlib.sha256(group.encode()).hexdigest()
