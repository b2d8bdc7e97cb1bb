"""Frames without end, directed by words while they run."""

import contextlib
import functools
import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from textreel.errors import UsageError
from textreel.nn.processor import one_thread
from textreel.nn.spectra import RATE
from textreel.pipeline.camera import going_on
from textreel.pipeline.hearing import Joiner
from textreel.pipeline.painting import Crossing, Easel, Painted, Screen, Take
from textreel.soundtrack import softly_limited
from textreel.storyboard import Direction, Note, Shot, Storyboard, direct
from textreel.types import DEFAULT_SECONDS, TextSpan

WITHOUT_EFFECT = "the model cannot show this word"
STREAM_GAIN = np.float32(
    1.6
)  # brings the usual mix to a film's loudness; a stream cannot be measured beforehand
HEARD_AT_ONCE = 4  # frames: what is directed is heard up to three frames after it is seen, a cut at once
NO_ROOM = "the camera goes as far as the place reaches"


@dataclass(frozen=True, kw_only=True)
class Directed:
    """One direction that was followed: when (seconds into the stream), its words, and what it came to."""

    seconds: float
    words: str
    direction: Direction


@dataclass(frozen=True, kw_only=True, eq=False)
class Showing:
    """Frames that come from elsewhere, as a screen."""

    frames: Iterator[Painted]

    def paint(self, count: int) -> list[Painted]:
        """The next frames."""
        return list(itertools.islice(self.frames, count))


class Stream(Iterator[NDArray[np.uint8]]):
    """An iterator of frames, uint8 [height, width, 3], each made when it is asked for; have one with
    :meth:`Reel.stream`.

    The film goes through the shots of its storyboard and stays in the last one, until it is directed otherwise.
    Frames and directions may come from different threads.
    """

    @one_thread()
    def __init__(self, easel: Easel, storyboard: Storyboard) -> None:
        self._easel = easel = replace(easel, group_frames=1, heard_at_once=HEARD_AT_ONCE)
        self._lock = threading.RLock()
        self._take = Take(easel, storyboard.shots[0])
        self._frames = easel.project(storyboard, opening=self._take, endless=True)
        self._shown: tuple[Take, ...] = (self._take,)
        self._count = 0
        self._join, self._sound = (
            Joiner(),
            None if easel.sound is None else np.zeros((0, 2), dtype=np.float32),
        )
        easel.reader.without_effect([self._take.shot.text])
        _tables_are_read()
        self._history: list[Directed] = []

    def __iter__(self) -> "Stream":
        return self

    @one_thread()
    def __next__(self) -> NDArray[np.uint8]:
        with self._lock:
            painted = next(self._frames)
            self._shown = tuple(read.take for read in painted.reads)
            self._take = self._shown[-1]
            self._count += 1
            if painted.sound is not None:
                self._sound = softly_limited(self._join(painted.sound * STREAM_GAIN))
            return painted.picture

    @property
    def sound(self) -> NDArray[np.float32] | None:
        """The sound of the frame that was given last, float32 [samples, 2] in [-1, 1]; None without sound.

        Frames follow each other without a gap: a second of them has `sample_rate` samples.
        """
        return self._sound

    @property
    def sample_rate(self) -> int:
        """Samples a second."""
        return RATE

    @property
    def fps(self) -> float:
        """Frames a second."""
        return self._easel.fps

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self._easel.size

    @property
    def seconds(self) -> float:
        """How much was shown so far."""
        return self._count / self.fps

    @property
    def shot(self) -> Shot:
        """The shot that is seen, as it was directed; during a transition the one that comes."""
        return self._take.shot

    @property
    def history(self) -> tuple[Directed, ...]:
        """Every direction that was followed, in order."""
        return tuple(self._history)

    @one_thread()
    def direct(self, instruction: str) -> Direction:
        """Change what is shown from the next frame on ("now zoom out", "it starts to rain", "cut to a shark").

        Within a take only what the words say otherwise changes, and a camera move starts from where the camera is;
        the shots that the storyboard still has follow. A new take comes by its transition, and the storyboard ends.

        Returns:
            What was understood: the shot as it is now, and notes on words that have no effect.

        Raises:
            UsageError: the direction cannot be read or followed; the stream goes on unchanged.
        """
        with self._lock:
            direction: Direction = direct(self.shot, instruction)
            notes = self._unknown(direction.shot.text, instruction)
            if direction.transition is None:
                notes += self._go_on(direction, instruction)
            else:
                self._begin(direction)
            direction = replace(direction, notes=(*direction.notes, *notes))
            self._history.append(Directed(seconds=self.seconds, words=instruction, direction=direction))
            return direction

    def _go_on(self, direction: Direction, instruction: str) -> list[Note]:
        """Change the take that is seen."""
        if direction.keeps_camera:
            self._take.change(direction.shot)
            return []
        path, share = going_on(self._take.stand(direction.shot), direction.shot)
        self._take.change(direction.shot, path)
        return [Note(words=whole(instruction), reason=NO_ROOM)] if share < 1 else []

    def _begin(self, direction: Direction) -> None:
        """Let another take come."""
        assert direction.transition is not None
        frames = round(direction.transition.seconds * self.fps)
        shares = [(frame + 1) / frames for frame in range(frames)]
        alone = self._shown == (self._take,)
        before: Screen = self._take if alone else Showing(frames=self._frames)
        like = self._take.state if direction.transition.kind == "morph" else None
        take = Take(self._easel, direction.shot, like=like, began=self._count)
        if direction.keeps_camera:
            take.keep_camera(self._take)
        self._take = take
        self._frames = endless(Crossing(before, take, direction.transition.kind, shares))
        self._shown = (*self._shown, take) if shares else (take,)

    def _unknown(self, text: str, instruction: str) -> list[Note]:
        """Notes on the words of a direction that the model cannot show."""
        said = instruction.lower()
        unknown = [word for word in self._easel.reader.without_effect([text]) if word.lower() in said]
        return [Note(words=place(word, instruction), reason=WITHOUT_EFFECT) for word in unknown]


@functools.cache
def _tables_are_read() -> None:
    """The first direction of a process reads tables for a second: not while a film plays."""
    first = Shot(index=0, text="a lion walks", start_seconds=0.0, seconds=DEFAULT_SECONDS)
    with contextlib.suppress(UsageError):
        direct(first, "make it white")


def endless(screen: Screen) -> Iterator[Painted]:
    """One frame after the other."""
    while True:
        yield from screen.paint(1)


def whole(instruction: str) -> TextSpan:
    """All words of a direction."""
    return TextSpan(text=instruction, start=0, end=len(instruction))


def place(word: str, instruction: str) -> TextSpan:
    """Where a word stands in a direction."""
    start = instruction.lower().find(word.lower())
    return TextSpan(text=instruction[start : start + len(word)], start=start, end=start + len(word))
