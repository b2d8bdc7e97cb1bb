"""A film, an animated picture or a strip -> pictures with their times, scaled only when they are wanted."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from textreel.corpora.clips.folder import ANIMATION_SUFFIXES, STRIP_SUFFIXES
from textreel.errors import MediaError
from textreel.media.standard import FilmFrames, opaque, still_treatments, to_rgb

DEFAULT_FPS = 24.0
DEFAULT_MILLISECONDS = 100  # what browsers show where a .gif gives no time
BROKEN = (
    av.FFmpegError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture of a clip.

    Attributes:
        start_seconds, end_seconds: when it is shown, in the file's own time.
        width, height: as it is shown, in pixels.
        square: scales and centre-crops it, uint8 [side, side, 3].
        treatments: what is done to the clip's pictures so that they look as on a plain screen.
    """

    start_seconds: float
    end_seconds: float
    width: int
    height: int
    square: Callable[[int], NDArray[np.uint8]] = field(repr=False)
    treatments: tuple[str, ...] = ()


def pictures(path: Path, strip_fps: float) -> Iterator[Picture]:
    """The pictures of a clip in order.

    Args:
        path: what it is follows from its suffix.
        strip_fps: pictures a second of a strip or a folder of frames, which have no time of their own.

    Raises:
        MediaError: it cannot be read, or breaks; the pictures before the break have been given then.
    """
    suffix = path.suffix.lower()
    try:
        if path.is_dir():
            yield from _folder(path, strip_fps)
        elif suffix in STRIP_SUFFIXES:
            yield from _strip(path, strip_fps)
        elif suffix in ANIMATION_SUFFIXES:
            yield from _animation(path)
        else:
            yield from _video(path)
    except BROKEN as error:
        raise MediaError(_reason(error)) from error


def promised_seconds(path: Path) -> float:
    """How long a film's header says it is; 0 where it does not say."""
    if path.is_dir() or path.suffix.lower() in STRIP_SUFFIXES + ANIMATION_SUFFIXES:
        return 0.0
    with av.open(str(path)) as container:
        stream = _picture_stream(container)
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        return (container.duration or 0) / av.time_base


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())


def _video(path: Path) -> Iterator[Picture]:
    with av.open(str(path)) as container:
        stream = _picture_stream(container)
        stream.codec_context.thread_count = 1
        step = 1 / float(stream.average_rate or stream.guessed_rate or DEFAULT_FPS)
        held: tuple[av.VideoFrame, float] | None = None
        aspect = float(stream.sample_aspect_ratio or 1)
        damaged = False
        frames = FilmFrames(container, stream)
        for frame, moment in _timed(frames, step):
            if held is not None:
                yield _film_picture(*held, moment, aspect, frames.treatments)
            held, damaged = (frame, moment), frame.is_corrupt
            if damaged:
                break
        if damaged or held is None:
            raise MediaError("its data is damaged" if damaged else "it holds no pictures")
        yield _film_picture(*held, held[1] + step, aspect, frames.treatments)


def _picture_stream(container: av.container.InputContainer) -> av.VideoStream:
    """The first stream that is more than the cover of a sound file."""
    cover = av.stream.Disposition.attached_pic
    found = next((stream for stream in container.streams.video if not stream.disposition & cover), None)
    if found is None:
        only_sound = bool(container.streams.audio)
        raise MediaError("it holds sound and no pictures" if only_sound else "it holds no pictures")
    return found


def _timed(frames: Iterable[av.VideoFrame], step: float) -> Iterator[tuple[av.VideoFrame, float]]:
    """Frames with the seconds at which they appear, which never run backwards."""
    moment: float | None = None
    for frame in frames:
        follows = 0.0 if moment is None else moment + step
        moment = follows if frame.time is None else max(frame.time, moment or frame.time)
        yield frame, moment


def _film_picture(
    frame: av.VideoFrame, start: float, end: float, aspect: float, treatments: tuple[str, ...]
) -> Picture:
    """`aspect` is the width of a pixel over its height."""
    width, height = round(frame.width * aspect), frame.height
    turned = frame.rotation % 180 != 0
    return Picture(
        start_seconds=start,
        end_seconds=end,
        width=height if turned else width,
        height=width if turned else height,
        square=partial(_film_square, frame, width),
        treatments=treatments,
    )


def _film_square(frame: av.VideoFrame, width: int, side: int) -> NDArray[np.uint8]:
    scale = side / min(width, frame.height)
    pixels = to_rgb(frame, (max(side, round(width * scale)), max(side, round(frame.height * scale))))
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    square = pixels[top : top + side, left : left + side]
    return np.ascontiguousarray(np.rot90(square, round(frame.rotation / 90)))


def _animation(path: Path) -> Iterator[Picture]:
    with Image.open(path) as film:
        moment, treatments = 0.0, still_treatments(film)
        for page in ImageSequence.Iterator(film):
            picture = opaque(page)
            end = moment + (page.info.get("duration") or DEFAULT_MILLISECONDS) / 1000
            yield _still(picture, moment, end, treatments)
            moment = end


def _strip(path: Path, fps: float) -> Iterator[Picture]:
    with Image.open(path) as picture:
        side, width = picture.height, picture.width
        if width % side:
            raise MediaError(
                f"a strip's width is a multiple of its height, square frames side by side, and it is {width}x{side}"
            )
        pixels, treatments = opaque(picture), still_treatments(picture)
    for number in range(width // side):
        frame = pixels.crop((number * side, 0, (number + 1) * side, side))
        yield _still(frame, number / fps, (number + 1) / fps, treatments)


def _folder(path: Path, fps: float) -> Iterator[Picture]:
    names = [name for name in path.iterdir() if name.suffix.lower() in STRIP_SUFFIXES]
    for number, name in enumerate(sorted(names, key=_by_number)):
        with Image.open(name) as picture:
            treatments, pixels = still_treatments(picture), opaque(picture)
        yield _still(pixels, number / fps, (number + 1) / fps, treatments)


def _by_number(path: Path) -> list[tuple[int, str]]:
    """Sorts 2 before 10."""
    return [(int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", path.stem)]


def _still(picture: Image.Image, start: float, end: float, treatments: tuple[str, ...]) -> Picture:
    return Picture(
        start_seconds=start,
        end_seconds=end,
        width=picture.width,
        height=picture.height,
        square=partial(_still_square, picture),
        treatments=treatments,
    )


def _still_square(picture: Image.Image, side: int) -> NDArray[np.uint8]:
    if picture.size == (side, side):
        return np.asarray(picture)
    method = Image.Resampling.LANCZOS if min(picture.size) > side else Image.Resampling.BICUBIC
    return np.asarray(ImageOps.fit(picture, (side, side), method))
