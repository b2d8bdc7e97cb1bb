"""Sound as a stream of a film file, and as a .wav alone."""

import wave
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from textreel.errors import MediaError
from textreel.types import AudioTrack

SOUND_CODECS: dict[str, tuple[str, int, int]] = {
    # suffix: codec, samples a second, bits a second
    ".mp4": ("aac", 44_100, 160_000),
    ".webm": ("libopus", 48_000, 128_000),
}
PIECE = 1024  # samples that are handed over at once

SoundSource = AudioTrack | Callable[[], AudioTrack]
"""Sound that is there, or what answers it (two channels) once all pictures are: a film recorded while it runs."""


class SoundStream:
    """The sound of a film that is being written: opened before the first packet, encoded at the end.

    It lasts exactly as long as the pictures do: it is cut, or silence follows.
    """

    def __init__(self, container: av.container.OutputContainer, suffix: str, sound: SoundSource) -> None:
        codec, self._rate, bits = SOUND_CODECS[suffix]
        self._container, self._sound = container, sound
        mono = isinstance(sound, AudioTrack) and sound.samples.shape[1] == 1
        self._layout = "mono" if mono else "stereo"
        stream = container.add_stream(codec, rate=self._rate, layout=self._layout)
        self._stream = cast(av.AudioStream, stream)
        self._stream.bit_rate = bits

    def finish(self, seconds: float) -> None:
        """Encode the sound for pictures that last so long."""
        sound = heard(self._sound)
        samples = fitted(sound, seconds)
        codec_format = self._stream.codec_context.format
        resampler = AudioResampler(
            format=codec_format,
            layout=self._layout,
            rate=self._rate,
            frame_size=self._stream.codec_context.frame_size,
        )
        for frame in frames_of(samples, sound.sample_rate, self._layout):
            for part in resampler.resample(frame):
                self._container.mux(self._stream.encode(part))
        for part in resampler.resample(None):
            self._container.mux(self._stream.encode(part))
        self._container.mux(self._stream.encode(None))


def heard(source: SoundSource) -> AudioTrack:
    """The sound of a source."""
    return source if isinstance(source, AudioTrack) else source()


def fitted(sound: AudioTrack, seconds: float) -> NDArray[np.float32]:
    """As many samples as so much time has."""
    count = round(seconds * sound.sample_rate)
    return np.pad(sound.samples[:count], ((0, max(0, count - len(sound.samples))), (0, 0)))


def frames_of(samples: NDArray[np.float32], rate: int, layout: str) -> Iterator[av.AudioFrame]:
    """Sound in pieces with their times."""
    for start in range(0, len(samples), PIECE):
        part = np.ascontiguousarray(samples[start : start + PIECE].reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(part, format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def write_wav(path: Path, sound: AudioTrack) -> None:
    """Sound alone, 16 bits."""
    whole = np.round(np.clip(sound.samples, -1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(whole.shape[1])
        file.setsampwidth(2)
        file.setframerate(sound.sample_rate)
        file.writeframes(whole.tobytes())


def read_sound(path: str | Path) -> AudioTrack | None:
    """The sound of a film or a sound file as it is stored, None where there is none.

    Raises:
        MediaError: there is no such file, or it is broken.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError(f"No film to read at '{path}': check the name.")
    try:
        with av.open(str(path), "r") as container:
            if not container.streams.audio:
                return None
            stream = container.streams.audio[0]
            resampler = AudioResampler(format="flt", layout=stream.layout.name)
            parts = [part for frame in container.decode(stream) for part in resampler.resample(frame)]
            channels = stream.codec_context.channels
            samples = [part.to_ndarray().reshape(-1, channels) for part in parts]
            rate = stream.rate
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"'{path}' is broken or not a film: {error}.") from error
    empty = np.zeros((0, channels), dtype=np.float32)
    return AudioTrack(samples=np.concatenate([empty, *samples]).astype(np.float32), sample_rate=rate)
