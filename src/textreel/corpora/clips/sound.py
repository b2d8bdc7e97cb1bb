"""A film's sound -> mono samples at one rate, aligned with its pictures; FLAC in a shard."""

import io
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

SILENCE: NDArray[np.int16] = np.zeros(0, dtype=np.int16)


class Sound:
    """The sound of one film, decoded once.

    Attributes:
        samples: int16 [samples], mono; sample 0 is heard with the first picture. Empty where there is none.
        fault: why it ends early, or an empty text.
    """

    def __init__(self, path: Path, rate: int, origin_seconds: float) -> None:
        self._rate = rate
        self._parts: list[NDArray[np.int16]] = []
        self._start_seconds: float | None = None
        self.fault = ""
        try:
            self._decode(path)
        except (av.FFmpegError, OSError, ValueError) as error:
            self.fault = " ".join((getattr(error, "strerror", None) or str(error)).split())
        self.samples = self._aligned(origin_seconds)

    def part(self, first: int, count: int) -> NDArray[np.int16]:
        """`count` samples from `first` on; silence where the sound has ended."""
        found = self.samples[first : first + count]
        return np.pad(found, (0, count - len(found)))

    def _decode(self, path: Path) -> None:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                return
            resampler = AudioResampler(format="s16", layout="mono", rate=self._rate)
            for frame in container.decode(container.streams.audio[0]):
                if self._start_seconds is None:
                    self._start_seconds = frame.time or 0.0
                self._parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
            if self._parts:
                self._parts += [part.to_ndarray()[0] for part in resampler.resample(None)]

    def _aligned(self, origin_seconds: float) -> NDArray[np.int16]:
        if not self._parts:
            return SILENCE
        samples = np.concatenate(self._parts)
        late = round(((self._start_seconds or 0.0) - origin_seconds) * self._rate)
        return np.pad(samples, (late, 0)) if late > 0 else samples[-late:]


def to_flac(samples: NDArray[np.int16], rate: int) -> bytes:
    """Mono int16 [samples] -> FLAC, without loss."""
    target = io.BytesIO()
    with av.open(target, "w", format="flac", options={"fflags": "+bitexact"}) as container:
        stream = cast(av.AudioStream, container.add_stream("flac", rate=rate, layout="mono", format="s16"))
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


def from_flac(content: bytes) -> tuple[NDArray[np.float32], int]:
    """FLAC -> float32 [samples] in [-1, 1) and samples a second."""
    with av.open(io.BytesIO(content), "r") as container:
        stream = container.streams.audio[0]
        parts = [frame.to_ndarray().reshape(-1) for frame in container.decode(stream)]
        rate = stream.rate
    return np.concatenate(parts).astype(np.float32) / np.float32(32768), rate
