"""Writes a film to one file, all of it or nothing."""

import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np

from textreel.errors import MediaError, UsageError
from textreel.media.encoders import ENCODERS, Encoder, VideoEncoder, WavEncoder
from textreel.media.metadata import encode_metadata, sidecar_of
from textreel.media.sound import SOUND_CODECS, SoundSource

SOUND_ALONE = ".wav"
SUFFIXES = (*(suffix for suffix in ENCODERS if suffix), SOUND_ALONE)
FRAME_PATTERN = "frame-*.png"


def write(
    frames: Iterable[np.ndarray],
    path: str | Path,
    *,
    fps: float,
    metadata: Mapping[str, Any] | None = None,
    sound: SoundSource | None = None,
) -> Path:
    """Write a film as its frames arrive, and its metadata inside and beside it.

    The work is done in a hidden file beside the target, which takes the target's name only when it is whole:
    after any failure, and after an interruption, what was there before is there still. A file of that name is
    replaced; a folder is replaced only if nothing but frames lies in it.

    Args:
        frames: uint8 [height, width, 3], at least one, all of one size; an iterator is read once.
        path: ends in one of ``SUFFIXES``, or has no suffix: a folder of .png pictures.
        fps: frames a second, above 0.
        metadata: anything that JSON can hold.
        sound: heard with the pictures, exactly as long as they last, in .mp4 (AAC) and .webm (Opus); alone in .wav;
            the other kinds of file hold none.

    Raises:
        UsageError: the suffix is unknown, or the folder around the target does not exist.
        MediaError: a frame is not of the shape above, or the disk is full or cannot be written.
    """
    path = Path(path)
    suffix = _suffix(path)
    if not (math.isfinite(fps) and fps > 0):
        raise UsageError(f"The frame rate is a number above 0, and {fps} was given.")
    comment = encode_metadata(metadata or {})
    with _aside(path) as (work, work_sidecar):
        encoder = encoder_of(work, suffix, fps, comment, sound)
        try:
            for frame in _checked(frames):
                encoder.add(frame)
            encoder.finish()
        except BaseException:
            _abandon(encoder)
            raise
        work_sidecar.write_text(comment + "\n", encoding="utf-8")
    return path


def encoder_of(path: Path, suffix: str, fps: float, comment: str, sound: SoundSource | None) -> Encoder:
    """What writes a file of this kind."""
    if suffix in SOUND_CODECS:
        return VideoEncoder(path, suffix, fps, comment, sound)
    if suffix == SOUND_ALONE:
        return WavEncoder(path, sound)
    return ENCODERS[suffix](path, suffix, fps, comment)


def check_target(path: str | Path) -> None:
    """Find out before the work begins whether a film can be written there; leaves nothing behind.

    Raises:
        UsageError: the suffix is unknown, or the folder around the target does not exist.
        MediaError: the folder cannot be written.
    """
    path = Path(path)
    _suffix(path)
    with _explained(path), tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
        pass


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in ENCODERS and suffix != SOUND_ALONE:
        raise UsageError(
            f"A film's name ends in {', '.join(SUFFIXES)}, or has no ending for a folder of pictures; "
            f"'{path.name}' was given."
        )
    if not path.name:
        raise UsageError(f"A film needs a name of its own, and '{path}' was given.")
    if not path.parent.is_dir():
        raise UsageError(f"The folder '{path.parent}' does not exist: make it first, or name another.")
    if suffix and path.is_dir():
        raise UsageError(
            f"'{path}' is a folder: name a file, or leave the ending out for a folder of pictures."
        )
    if not suffix and path.exists() and not _only_frames(path):
        raise UsageError(f"'{path}' exists and holds more than frames of a film: name a new folder.")
    return suffix


def _only_frames(path: Path) -> bool:
    return path.is_dir() and all(entry.match(FRAME_PATTERN) for entry in path.iterdir())


def _checked(frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    shape: tuple[int, ...] | None = None
    for frame in frames:
        if (
            frame.dtype != np.uint8
            or frame.ndim != 3
            or frame.shape[2] != 3
            or frame.shape != (shape or frame.shape)
        ):
            expected = f"uint8 {list(shape or ('height', 'width', 3))}"
            raise MediaError(f"Every frame is {expected}, and one is {frame.dtype} {list(frame.shape)}.")
        shape = frame.shape
        yield frame
    if shape is None:
        raise MediaError("A film needs at least one frame, and none was given.")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise MediaError(f"'{path}' could not be written: {reason}; nothing was left behind.") from error
    except av.FFmpegError as error:
        raise MediaError(f"'{path}' could not be encoded: {error}; nothing was left behind.") from error


@contextmanager
def _aside(path: Path) -> Iterator[tuple[Path, Path]]:
    """Two names in a hidden folder beside the target, moved into place when the block ends well."""
    sidecar = sidecar_of(path)
    with _explained(path), tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as room:
        work, work_sidecar = Path(room) / path.name, Path(room) / sidecar.name
        yield work, work_sidecar
        for file in (work, work_sidecar):
            _flush(file)
        if path.is_dir():
            os.replace(path, Path(room) / "replaced")
        os.replace(work, path)
        os.replace(work_sidecar, sidecar)


def _flush(path: Path) -> None:
    if path.is_file():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _abandon(encoder: Any) -> None:
    # The first failure is the one to tell; closing a broken file often fails for the same reason.
    try:
        encoder.abandon()
    except (OSError, av.FFmpegError):
        return
