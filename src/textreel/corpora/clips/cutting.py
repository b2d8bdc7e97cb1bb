"""Timed pictures -> square pieces at one size and frame rate, with their sound."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textreel.corpora.clips.cuts import CutFinder
from textreel.corpora.clips.decoding import BROKEN, Picture, pictures, promised_seconds
from textreel.corpora.clips.folder import ANIMATION_SUFFIXES, VIDEO_SUFFIXES
from textreel.corpora.clips.sound import Sound
from textreel.errors import MediaError, UsageError

MINIMUM_FRAMES = 8
WINDOW_FRAMES = 16
SIZE_STEP = 8  # a JPEG's blocks: frames side by side must not share one
LARGEST_SIZE = 512
STRIP_WIDTH = 65_000  # what a JPEG can hold
SLACK_SECONDS = 1e-4
LONGEST_STILL_SECONDS = 60.0  # beyond it a clip's clock is broken, and would fill the disk with one picture


@dataclass(frozen=True, kw_only=True)
class ClipFormat:
    """What every clip of a corpus is brought to.

    Attributes:
        size: side of the square frames in pixels, a multiple of 8.
        fps: frames a second.
        seconds: longer clips are cut into pieces of this length.
        strip_fps: pictures a second of strips and folders of frames, which have no time of their own; None: as fps.
        sound_rate: samples a second of the sound, mono.
    """

    size: int = 64
    fps: int = 12
    seconds: float = 10.0
    strip_fps: float | None = None
    sound_rate: int = 22_050

    def __post_init__(self) -> None:
        if self.size % SIZE_STEP or not SIZE_STEP <= self.size <= LARGEST_SIZE:
            raise UsageError(f"--size is a multiple of {SIZE_STEP} up to {LARGEST_SIZE}, and is {self.size}.")
        if not 1 <= self.fps <= 120:
            raise UsageError(f"--fps is a whole number from 1 to 120, and is {self.fps}.")
        if self.strip_fps is not None and not 0 < self.strip_fps <= 240:
            raise UsageError(f"--strip-fps is above 0 and at most 240, and is {self.strip_fps}.")
        if not math.isfinite(self.seconds):
            raise UsageError(f"--seconds is a number, and is {self.seconds:g}.")
        if not WINDOW_FRAMES <= self.piece_frames <= STRIP_WIDTH // self.size:
            raise UsageError(
                f"Pieces are {WINDOW_FRAMES} to {STRIP_WIDTH // self.size} frames long at size {self.size}, and "
                f"--seconds {self.seconds:g} makes them {self.piece_frames}: choose other --seconds or --fps."
            )

    @property
    def piece_frames(self) -> int:
        return round(self.seconds * self.fps)

    def sample(self, frame: int) -> int:
        """The sound's sample that is heard when a frame begins."""
        return round(frame * self.sound_rate / self.fps)


@dataclass(frozen=True, kw_only=True)
class ClipFacts:
    """What was seen of a clip when it was read to its end.

    Attributes:
        width, height: of its first picture, as shown.
        pictures: how many it has; frames: how many it gives at the corpus's rate.
        seconds: how long they last; promised_seconds: what its header says, 0 where it says nothing.
        fault: why reading stopped early, or an empty text.
        sound_fault: the same for the sound.
        treatments: what is done to its pictures so that they look as on a plain screen.
        cuts: when, in seconds, one scene follows another.
    """

    width: int = 0
    height: int = 0
    pictures: int = 0
    frames: int = 0
    seconds: float = 0.0
    promised_seconds: float = 0.0
    fault: str = ""
    sound_fault: str = ""
    treatments: Sequence[str] = ()
    cuts: Sequence[float] = ()


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a clip: uint8 frames [frames, size, size, 3], int16 samples or none, and where it begins."""

    frames: NDArray[np.uint8]
    sound: NDArray[np.int16] | None
    start_frame: int


class ClipReader:
    """Reads one clip at a corpus's frame rate; whatever is wrong with it ends up in `facts`, never in an error."""

    def __init__(self, path: Path, wanted: ClipFormat) -> None:
        self._path, self._format = path, wanted
        self._first: Picture | None = None
        self._last: Picture | None = None
        self._pictures = self._frames = 0
        self._fault = self._sound_fault = ""
        self._cuts = CutFinder()

    def __iter__(self) -> Iterator[Picture]:
        """For each frame of the corpus the picture that is shown then; one that stands comes again."""
        fps = self._format.fps
        try:
            for picture in pictures(self._path, self._format.strip_fps or fps):
                if picture.end_seconds - picture.start_seconds > LONGEST_STILL_SECONDS:
                    raise MediaError(f"a picture stands for more than {LONGEST_STILL_SECONDS:.0f} s")
                self._first = self._first or picture
                self._last, self._pictures = picture, self._pictures + 1
                shown_seconds = picture.end_seconds - self._first.start_seconds
                while self._frames / fps < shown_seconds - SLACK_SECONDS:
                    self._frames += 1
                    yield picture
        except MediaError as error:
            self._fault = str(error)

    def pieces(self) -> Iterator[Piece]:
        """The clip in pieces, the last two of one length; a clip that gives too few frames gives no piece."""
        square: tuple[Picture, NDArray[np.uint8]] | None = None
        frames: list[NDArray[np.uint8]] = []
        longest, start = self._format.piece_frames, 0
        sound: Sound | None = None
        for picture in self:
            if square is None or square[0] is not picture:
                square = picture, picture.square(self._format.size)
                self._cuts.see(square[1], picture.start_seconds)
            frames.append(square[1])
            if len(frames) == 2 * longest:
                sound = sound if start else self.hear()
                yield self._piece(frames[:longest], start, sound)
                start, frames = start + longest, frames[longest:]
        if len(frames) < MINIMUM_FRAMES:
            return
        sound = sound if start else self.hear()
        middle = len(frames) if len(frames) <= longest else len(frames) // 2
        yield self._piece(frames[:middle], start, sound)
        if frames[middle:]:
            yield self._piece(frames[middle:], start + middle, sound)

    def watch(self) -> None:
        """Read the clip to its end, its sound too; nothing is kept but `facts`."""
        seen: Picture | None = None
        for picture in self:
            if picture is not seen:
                self._cuts.see(picture.square(SIZE_STEP), picture.start_seconds)
            seen = picture
        self.hear()

    def hear(self) -> Sound | None:
        """The clip's sound, aligned with its first picture, which must have been read; None where there is none."""
        if self._path.suffix.lower() not in VIDEO_SUFFIXES or self._first is None:
            return None
        sound = Sound(self._path, self._format.sound_rate, self._first.start_seconds)
        self._sound_fault = sound.fault
        return sound if len(sound.samples) else None

    @property
    def facts(self) -> ClipFacts:
        """What was seen so far."""
        if self._first is None or self._last is None:
            return ClipFacts(fault=self._fault or "it holds no pictures")
        return ClipFacts(
            width=self._first.width,
            height=self._first.height,
            pictures=self._pictures,
            frames=self._frames,
            seconds=self._last.end_seconds - self._first.start_seconds,
            promised_seconds=self._promised(),
            fault=self._fault,
            sound_fault=self._sound_fault,
            treatments=self._first.treatments,
            cuts=[round(moment - self._first.start_seconds, 2) for moment in self._cuts.found],
        )

    def _promised(self) -> float:
        try:
            return promised_seconds(self._path)
        except BROKEN:
            return 0.0

    def _piece(self, frames: list[NDArray[np.uint8]], start: int, sound: Sound | None) -> Piece:
        heard = None
        if sound is not None:
            first = self._format.sample(start)
            heard = sound.part(first, self._format.sample(start + len(frames)) - first)
        return Piece(frames=np.stack(frames), sound=heard, start_frame=start)


def has_no_time(path: str) -> bool:
    """Whether a clip is a strip, or a folder of frames, by its name: neither says how long a picture is shown."""
    return not path.lower().endswith(VIDEO_SUFFIXES + ANIMATION_SUFFIXES)
