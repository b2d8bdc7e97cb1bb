"""Writes a film to one file, all of it or nothing."""

import math
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np

from textreel.arguments import path_of
from textreel.documents import shown_path
from textreel.errors import MediaError, UsageError
from textreel.media.encoders import ENCODERS, Encoder, VideoEncoder, WavEncoder
from textreel.media.metadata import encode_metadata, sidecar_of
from textreel.media.names import claimed
from textreel.media.sound import SOUND_CODECS, SoundSource

SOUND_ALONE = ".wav"
SUFFIXES = (*(suffix for suffix in ENCODERS if suffix), SOUND_ALONE)
FRAME_PATTERN = "frame-*.png"
SHOWN_CHARACTERS = 40  # of a film's name in that of the hidden folder beside it
WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write(
    frames: Iterable[np.ndarray],
    path: str | Path,
    *,
    fps: float,
    metadata: Mapping[str, Any] | None = None,
    sound: SoundSource | None = None,
    overwrite: bool = True,
) -> Path:
    """Write a film as its frames arrive, and its metadata inside and beside it; return where it is.

    The work is done in a hidden file beside the target, which takes the target's name only when it is whole:
    after any failure, and after an interruption, what was there before is there still. A file of that name is
    replaced, a link is followed; a folder is replaced only if nothing but frames lies in it.

    Args:
        frames: uint8 [height, width, 3], at least one, all of one size; an iterator is read once.
        path: ends in one of ``SUFFIXES``, or has no suffix: a folder of .png pictures.
        fps: frames a second, above 0.
        metadata: anything that JSON can hold.
        sound: heard with the pictures, exactly as long as they last, in .mp4 (AAC) and .webm (Opus); alone in .wav;
            the other kinds of file hold none.
        overwrite: false takes the name only if nothing has it, and else lion-2.mp4, lion-3.mp4, ...

    Raises:
        UsageError: as :func:`check_target`.
        MediaError: a frame is not of the shape above, or the disk is full or cannot be written.
    """
    check_target(path, overwrite=overwrite)
    path = _followed(path_of(path))
    suffix = path.suffix.lower()
    if not (math.isfinite(fps) and fps > 0):
        raise UsageError(f"The frame rate is a number above 0, and {fps} was given.")
    comment = encode_metadata(metadata or {})
    with _explained(path), _room(path) as room:
        work = room / path.name
        encoder = encoder_of(work, suffix, fps, comment, sound)
        try:
            for frame in _checked(frames):
                encoder.add(frame)
            encoder.finish()
        except BaseException:
            _abandon(encoder)
            raise
        sidecar_of(work).write_text(comment + "\n", encoding="utf-8")
        for file in (work, sidecar_of(work)):
            _flush(file)
        if overwrite:
            _place(work, path)
            return path
        with claimed(path, folder=work.is_dir()) as free:
            _place(work, free)
            return free


def encoder_of(path: Path, suffix: str, fps: float, comment: str, sound: SoundSource | None) -> Encoder:
    """What writes a file of this kind."""
    if suffix in SOUND_CODECS:
        return VideoEncoder(path, suffix, fps, comment, sound)
    if suffix == SOUND_ALONE:
        return WavEncoder(path, sound)
    return ENCODERS[suffix](path, suffix, fps, comment)


def check_target(path: str | Path, *, overwrite: bool = True) -> None:
    """Find out before the work begins whether a film can be written there; leaves nothing behind.

    Args:
        path, overwrite: as :func:`write`.

    Raises:
        UsageError: the suffix is unknown, the folder around the target does not exist, or what is there is not to be
            replaced by a film.
        MediaError: the folder cannot be written.
    """
    path = path_of(path)
    with _explained(path):
        path = _followed(path)
        _check_name(path)
        if overwrite:
            _check_replaced(path)
        with _room(path):
            pass


def _followed(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _check_name(path: Path) -> None:
    suffix = path.suffix.lower()
    if path.name == "-":
        raise UsageError("A film is written to a file and not to the standard output: give -o lion.mp4.")
    if suffix not in ENCODERS and suffix != SOUND_ALONE:
        raise UsageError(
            f"A film's name ends in {', '.join(SUFFIXES)}, or has no ending for a folder of pictures; "
            f"'{path.name}' was given."
        )
    if not path.name or path.name.lower() in SUFFIXES:
        raise UsageError(f"A film needs a name of its own, such as lion.mp4, and '{path}' was given.")
    if not path.parent.is_dir():
        raise UsageError(f"The folder '{path.parent}' does not exist: make it first, or name another.")


def _check_replaced(path: Path) -> None:
    """Refuse to replace what is no film."""
    if path.suffix and path.is_dir():
        raise UsageError(
            f"'{path}' is a folder: name a file, or leave the ending out for a folder of pictures."
        )
    if not path.suffix and path.exists() and not _only_frames(path):
        raise UsageError(f"'{path}' exists and holds more than frames of a film: name a new folder.")
    for file in (path, sidecar_of(path)):
        if file.exists() and not file.is_file() and not (file is path and path.is_dir()):
            raise UsageError(
                f"'{file}' is in the way, for it is no ordinary file: give the film another name."
            )
        if file.is_file() and not file.stat().st_mode & WRITABLE:
            raise UsageError(f"'{file}' is read-only: make it writable, or give the film another name.")


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
        raise MediaError(
            f"{shown_path(path)} could not be written: {reason}; nothing was left behind."
        ) from error
    except av.FFmpegError as error:
        raise MediaError(f"'{path}' could not be encoded: {error}; nothing was left behind.") from error


@contextmanager
def _room(path: Path) -> Iterator[Path]:
    """A hidden folder beside the target."""
    prefix = f".{path.name[:SHOWN_CHARACTERS]}."
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=prefix) as room:
        yield Path(room)


def _place(work: Path, path: Path) -> None:
    """Move a film and its metadata out of their room: both, or neither."""
    sidecar = sidecar_of(path)
    before = sidecar.read_bytes() if sidecar.exists() else None
    os.replace(sidecar_of(work), sidecar)
    try:
        if path.is_dir():
            os.replace(path, work.with_name(f"{work.name}.replaced"))
        os.replace(work, path)
    except BaseException:
        if before is None:
            sidecar.unlink()
        else:
            sidecar.write_bytes(before)
        raise


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
