"""Takes and crossings: shots that are being painted, and the passage of one into another, some frames at a time."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from textreel.generator import Generator
from textreel.nn.noise import Noise, draw_noise
from textreel.pipeline.reading import Reading, WordReader
from textreel.render import blend, moments, stretches
from textreel.storyboard import Shot, Storyboard
from textreel.types import CameraPath


class Read(NamedTuple):
    """How much the words of one take were read for a frame: float32 [words that have vectors]."""

    take: "Take"
    attention: NDArray[np.float32]


class Painted(NamedTuple):
    """One frame, uint8 [H, W, 3], and the words it was painted from."""

    picture: NDArray[np.uint8]
    reads: tuple[Read, ...]


class Screen(Protocol):
    """Whatever shows one frame after the other."""

    def paint(self, count: int) -> list[Painted]:
        """The next frames."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Easel:
    """What all takes of one film are painted with: the model, the noise, the size."""

    generator: Generator[Any] = field(repr=False)
    reader: WordReader = field(repr=False)
    seed: int
    size: int

    @property
    def fps(self) -> float:
        """Frames a second."""
        return float(self.generator.config.fps)

    def noise(self) -> Noise:
        """What the words do not say."""
        return draw_noise(1, torch.Generator().manual_seed(self.seed))

    def state(self, text: str, like: Any = None) -> tuple[Reading, Any]:
        """The words of a text, and the generator's state before its first frame, or in the midst of another."""
        reading = self.reader.read(text)
        with torch.inference_mode():
            encoding = self.generator.encode(reading.vectors, reading.mask)
            return reading, self.generator.initial_state(encoding, self.noise(), like=like)

    def project(
        self,
        storyboard: Storyboard,
        *,
        at_once: int,
        texts: Sequence[tuple[str, ...]] | None = None,
        opening: "Take | None" = None,
        endless: bool = False,
    ) -> Iterator[Painted]:
        """The frames of a storyboard, painted so many at once, in constant memory.

        A shot is painted from the frame on in which it is first seen, and forgotten after the last. `texts` are the
        texts of each shot through its drafts; `opening` is the first shot, where it is at hand; an endless
        projection stays in the last shot.
        """
        seen = stretches(storyboard, self.fps)
        takes: dict[int, Take] = {} if opening is None else {0: opening}
        shown = moments(storyboard, self.fps)
        screen: Screen
        for (before, after, kind), run in itertools.groupby(shown, lambda m: (m.before, m.after, m.kind)):
            shares = [moment.share for moment in run]
            takes = {index: take for index, take in takes.items() if index in (before, after)}
            for index in (before, after):
                if index is not None and index not in takes:
                    shot, stretch = storyboard.shots[index], seen[index]
                    turning = takes[before].state if kind == "morph" and before is not None else None
                    takes[index] = Take(
                        self,
                        shot,
                        texts=texts[index] if texts else (),
                        frame=stretch.first - stretch.start,
                        like=turning,
                    )
            first, second = (None if index is None else takes[index] for index in (before, after))
            screen = first if first is second and first else Crossing(first, second, kind, shares)
            for start in range(0, len(shares), at_once):
                yield from screen.paint(min(at_once, len(shares) - start))
        while endless:
            yield from screen.paint(1)


class Take:
    """One shot that is being painted.

    Args:
        easel: what it is painted with.
        shot: its words and its camera.
        texts: what its words have been through all drafts; what they say alike is kept.
        frame: the frame that comes first, from the start of the shot.
        like: a state that it comes out of; what its words say alike is kept as well.
    """

    def __init__(
        self, easel: Easel, shot: Shot, *, texts: Sequence[str] = (), frame: int = 0, like: Any = None
    ) -> None:
        self.easel, self.shot = easel, shot
        self.state = like
        for text in texts or (shot.text,):
            self.reading, self.state = easel.state(text, self.state)
        self.path, self.frame, self.path_began = shot.camera, frame, 0

    def change(self, shot: Shot, path: CameraPath | None = None) -> None:
        """Go on with another shot: only what its words say otherwise changes; a path begins now."""
        if shot.text != self.shot.text:
            self.reading, self.state = self.easel.state(shot.text, self.state)
        if path is not None:
            self.path, self.path_began = path, self.frame
        self.shot = shot

    def keep_camera(self, other: "Take") -> None:
        """Go along with the camera of another take."""
        self.path, self.frame, self.path_began = other.path, other.frame, other.path_began

    def look(self, count: int) -> NDArray[np.float32]:
        """Where the camera is in the next frames [T, 4]."""
        frames = np.arange(self.frame, self.frame + count) - self.path_began
        return self.path.at(frames / self.easel.fps)

    def paint(self, count: int) -> list[Painted]:
        """The next frames."""
        camera, size = torch.from_numpy(self.look(count))[None], self.easel.size
        with torch.inference_mode():
            frames, attention, self.state = self.easel.generator.advance(self.state, camera, (size, size))
        self.frame += count
        reads = ((read,) for read in self.reads(attention))
        return [Painted(*each) for each in zip(to_uint8(frames[0]), reads, strict=True)]

    def reads(self, attention_BTL: Tensor, shares: Sequence[float] | None = None) -> list[Read]:
        """What each frame read of the words, of which it shows so much."""
        weights = attention_BTL[0, :, : len(self.reading.positions)].float().numpy()
        if shares is not None:
            weights = weights * np.array(shares, dtype=np.float32)[:, None]
        return [Read(self, each) for each in weights]


class Crossing:
    """One take passes into another; None is nothing at all. After its shares the second goes on alone.

    A morph is painted by the generator, where it can, and where the first is a take by itself; else it is a dissolve.
    """

    def __init__(self, before: Screen | None, after: Take | None, kind: str, shares: Sequence[float]) -> None:
        self.before, self.after, self.kind, self.shares = before, after, kind, list(shares)
        self.morph = None
        if kind == "morph" and isinstance(before, Take) and after is not None:
            self.morph = after.easel.generator.morph(before.state, after.state, len(self.shares))

    def paint(self, count: int) -> list[Painted]:
        """The next frames."""
        shares, self.shares = self.shares[:count], self.shares[count:]
        painted = []
        for between, group in itertools.groupby(
            shares, lambda share: self.morph is not None and 0 < share < 1
        ):
            painted += (self._morphed if between else self._mixed)(list(group))
        if not self.shares:
            self.before = self.morph = None
        left = count - len(shares)
        return painted + (self.after.paint(left) if left and self.after is not None else [])

    def _mixed(self, shares: list[float]) -> list[Painted]:
        """Both pictures in one."""
        sides = [None if side is None else side.paint(len(shares)) for side in (self.before, self.after)]
        mixed = []
        for at, share in enumerate(shares):
            first, second = (None if side is None else side[at] for side in sides)
            picture = blend(
                self.kind,
                None if first is None else first.picture,
                None if second is None else second.picture,
                share,
            )
            reads = [*dimmed(first, 1 - share), *dimmed(second, share)]
            mixed.append(Painted(picture, tuple(reads)))
        return mixed

    def _morphed(self, shares: list[float]) -> list[Painted]:
        """One picture between both."""
        before, after = self.before, self.after
        assert self.morph is not None and isinstance(before, Take) and after is not None
        count, size = len(shares), after.easel.size
        camera = between_views(before.look(count), after.look(count), np.array(shares))
        self.morph.first, self.morph.second = before.state, after.state
        with torch.inference_mode():
            frames, *read = self.morph.advance(shares, torch.from_numpy(camera)[None], (size, size))
        before.state, after.state = self.morph.first, self.morph.second
        before.frame, after.frame = before.frame + count, after.frame + count
        reads = zip(
            before.reads(read[0], [1 - share for share in shares]), after.reads(read[1], shares), strict=True
        )
        return [Painted(*each) for each in zip(to_uint8(frames[0]), reads, strict=True)]


def dimmed(painted: Painted | None, share: float) -> list[Read]:
    """The words of a frame of which so much is shown."""
    if painted is None:
        return []
    return [Read(read.take, read.attention * np.float32(share)) for read in painted.reads]


def between_views(
    first_T4: NDArray[np.float32], second_T4: NDArray[np.float32], share_T: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Camera poses between two; zoom in its logarithm, so that it looks even."""
    pose = [np.column_stack([each[:, :2], np.log(each[:, 2]), each[:, 3]]) for each in (first_T4, second_T4)]
    mixed = pose[0] + share_T[:, None] * (pose[1] - pose[0])
    mixed[:, 2] = np.exp(mixed[:, 2])
    return mixed.astype(np.float32)


def to_uint8(frames_TCHW: Tensor) -> NDArray[np.uint8]:
    """Frames in [-1, 1] -> uint8 [T, H, W, 3]."""
    scaled = ((frames_TCHW.float() + 1) * 127.5).round().clamp(0, 255)
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
