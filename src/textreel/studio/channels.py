"""Live streams: one for each person who watches, painted only while somebody does."""

from __future__ import annotations

import io
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from textreel.errors import UsageError
from textreel.pipeline import Stream
from textreel.storyboard import Direction

JPEG_QUALITY = 90
FULL_SCALE = 32767
FORGOTTEN_SECONDS = 60.0  # a stream that nobody has watched for so long makes room for another
LATEST_SECONDS = 0.5  # so far behind its time, a stream goes on from where it is


class Moment(NamedTuple):
    """A frame on its way: seconds until it is due, a JPEG file, and its sound as 16-bit samples, left and right by
    turns, if it has any."""

    wait_seconds: float
    picture: bytes
    sound: bytes | None


class Channel:
    """One stream on its way to one page.

    A second viewer of the same channel takes it over; the first one's frames end.
    """

    def __init__(self, stream: Stream, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._viewer = 0
        self._closed = False
        self.watched_at = clock()

    @property
    def seconds(self) -> float:
        """How much was shown so far."""
        return self._stream.seconds

    def direct(self, words: str) -> Direction:
        """Change what is shown from the next frame on; raises what :meth:`Stream.direct` raises."""
        return self._stream.direct(words)

    @property
    def sample_rate(self) -> int:
        """Samples of sound a second, on each side."""
        return self._stream.sample_rate

    def moments(self) -> Iterator[Moment]:
        """One frame after the other, for as long as the channel is open."""
        self._viewer += 1
        viewer, due = self._viewer, self._clock()
        while not self._closed and viewer == self._viewer:
            picture = io.BytesIO()
            Image.fromarray(next(self._stream)).save(picture, "JPEG", quality=JPEG_QUALITY, subsampling=0)
            self.watched_at = now = self._clock()
            due = max(due + 1 / self._stream.fps, now - LATEST_SECONDS)
            yield Moment(max(0.0, due - now), picture.getvalue(), samples(self._stream.sound))

    def close(self) -> None:
        """End it."""
        self._closed = True


def samples(sound_N2: NDArray[np.float32] | None) -> bytes | None:
    """Sound as 16-bit samples in network order, as audio/L16 has them (RFC 2586)."""
    return None if sound_N2 is None else (sound_N2 * FULL_SCALE).astype(">i2").tobytes()


class Channels:
    """The open channels by their tokens, which nobody can guess."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._open: dict[str, Channel] = {}
        self._lock = threading.Lock()

    def open(self, stream: Stream) -> str:
        """A new channel's token.

        Raises:
            UsageError: as many as there may be are being watched.
        """
        with self._lock:
            now = self._clock()
            for token, channel in list(self._open.items()):
                if now - channel.watched_at > FORGOTTEN_SECONDS:
                    self._drop(token)
            if len(self._open) >= self._most:
                raise UsageError(
                    f"The studio plays {self._most} live streams at a time, and all of them are watched: try again "
                    "when one has ended."
                )
            token = secrets.token_urlsafe(16)
            self._open[token] = Channel(stream, self._clock)
            return token

    def channel(self, token: str) -> Channel:
        """The channel of a token.

        Raises:
            UsageError: it has ended, or never was.
        """
        channel = self._open.get(token)
        if channel is None:
            raise UsageError("No live stream is running: press Start.")
        return channel

    def close(self, token: str) -> None:
        """End a channel; nothing happens where it has ended."""
        with self._lock:
            self._drop(token)

    def _drop(self, token: str) -> None:
        channel = self._open.pop(token, None)
        if channel is not None:
            channel.close()
