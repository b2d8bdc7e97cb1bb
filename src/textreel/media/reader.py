"""Reads a film back, frame by frame, whatever kind of file it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageSequence

from textreel.errors import MediaError
from textreel.media.metadata import UNREADABLE_PICTURE, film_at, read_metadata
from textreel.media.standard import FilmFrames, opaque, to_rgb

DEFAULT_FPS = 24.0


@dataclass(frozen=True, kw_only=True)
class FilmInfo:
    """What a film's file says about itself.

    Attributes:
        width, height: in pixels.
        fps: frames a second.
        frames: how many frames there are.
        codec: ``h264``, ``vp9``, ``gif``, ``webp`` or ``png``.
    """

    width: int
    height: int
    fps: float
    frames: int
    codec: str

    @property
    def seconds(self) -> float:
        return self.frames / self.fps


def probe(path: str | Path) -> FilmInfo:
    """Size, frame rate, length and codec of a film; every frame is counted, not taken from the header's word.

    Raises:
        MediaError: there is no such file, or it is broken or no film.
    """
    path = film_at(path)
    try:
        return _probe_pictures(path) if _is_pictures(path) else _probe_video(path)
    except (av.FFmpegError, *UNREADABLE_PICTURE) as error:
        raise _unreadable(path, error) from error


def read(path: str | Path) -> Iterator[np.ndarray]:
    """The frames of a film, uint8 [height, width, 3], one after another.

    A frame that a .gif or .webp shows for longer comes as often as the frame rate asks.

    Raises:
        MediaError: there is no such file, or it is broken or no film.
    """
    path = film_at(path)
    try:
        yield from _read_pictures(path) if _is_pictures(path) else _read_video(path)
    except (av.FFmpegError, *UNREADABLE_PICTURE) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> MediaError:
    return MediaError(f"'{path}' is broken or not a film: {error}.")


def _is_pictures(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() in (".gif", ".webp")


def _read_video(path: Path) -> Iterator[np.ndarray]:
    with av.open(str(path)) as container:
        yield from map(to_rgb, FilmFrames(container, _video_stream(container, path)))


def _video_stream(container: av.container.InputContainer, path: Path) -> av.VideoStream:
    if not container.streams.video:
        raise MediaError(f"'{path}' holds no pictures.")
    return container.streams.video[0]


def _probe_video(path: Path) -> FilmInfo:
    with av.open(str(path)) as container:
        stream = _video_stream(container, path)
        frames = sum(1 for packet in container.demux(stream) if packet.size)
        context = stream.codec_context
        return FilmInfo(
            width=context.width,
            height=context.height,
            fps=float(stream.average_rate or DEFAULT_FPS),
            frames=frames,
            codec=context.name.removeprefix("lib"),
        )


def _probe_pictures(path: Path) -> FilmInfo:
    frames, shape = 0, (0, 0, 3)
    for frame in _read_pictures(path):
        frames, shape = frames + 1, frame.shape
    codec = "png" if path.is_dir() else path.suffix[1:].lower()
    return FilmInfo(width=shape[1], height=shape[0], fps=_picture_fps(path), frames=frames, codec=codec)


def _picture_fps(path: Path) -> float:
    try:
        return float(read_metadata(path)["fps"])
    except (MediaError, KeyError, TypeError, ValueError):
        return DEFAULT_FPS


def _read_pictures(path: Path) -> Iterator[np.ndarray]:
    if path.is_dir():
        yield from _read_folder(path)
        return
    fps = _picture_fps(path)
    shown_milliseconds, given = 0.0, 0
    with Image.open(path) as film:
        for picture in ImageSequence.Iterator(film):
            frame = np.asarray(opaque(picture))
            shown_milliseconds += picture.info.get("duration", 1000 / fps)
            until = max(given + 1, round(shown_milliseconds * fps / 1000))
            for _ in range(until - given):
                yield frame
            given = until


def _read_folder(path: Path) -> Iterator[np.ndarray]:
    pictures = sorted(path.glob("*.png"))
    if not pictures:
        raise MediaError(f"The folder '{path}' holds no .png pictures.")
    for name in pictures:
        with Image.open(name) as picture:
            yield np.asarray(opaque(picture))
