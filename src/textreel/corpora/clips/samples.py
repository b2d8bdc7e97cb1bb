"""One clip -> the samples of a shard, as bytes, and back.

For each piece of a clip a shard holds KEY.jpg, its square frames side by side in one row (JPEG of quality 97 without
chroma subsampling); KEY.json, what is known of it; KEY.flac, its sound, where it has one. At 64 pixels all-intra H.264
(4:4:4, rate factor 8) is as faithful (44.5 against 45.1 dB on films of people) and a quarter smaller, but takes ten
times as long to decode and twenty times as long to encode.
"""

import io
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from textreel.corpora.clips.cutting import ClipFacts, ClipFormat, ClipReader, Piece
from textreel.corpora.clips.folder import Source
from textreel.corpora.clips.sound import to_flac
from textreel.errors import CorpusError

JPEG_QUALITY = 97
BUILD_AGAIN = "run `textreel corpus build` again with the same folder and options: it mends what is broken"

Encoded = dict[str, str | bytes]
"""One sample as WebDataset writes it: ``__key__`` and the content of each of its files by suffix."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Where a file lies within a shard: first byte, length, CRC-32."""

    offset: int
    size: int
    crc: int

    def read(self, shard: Path) -> bytes:
        """Its content.

        Raises:
            CorpusError: the shard is missing, cut short or changed.
        """
        try:
            with shard.open("rb") as file:
                file.seek(self.offset)
                content = file.read(self.size)
        except OSError as error:
            raise broken(shard, f"cannot be read ({error.strerror})") from error
        if len(content) != self.size:
            raise broken(shard, "is cut short")
        if zlib.crc32(content) != self.crc:
            raise broken(shard, "has changed since it was built")
        return content


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One clip of a shard.

    Attributes:
        key: its name within the corpus.
        frames: how many it has; start_frame: where it begins in the file it was cut from.
        source: that file, relative to the folder.
        captions, label, group: see folder.Source.
        strip, sound: where its frames and its sound lie.
    """

    key: str
    frames: int
    start_frame: int
    source: str
    captions: tuple[str, ...]
    label: str
    group: str
    strip: Extent
    sound: Extent | None


@dataclass(frozen=True, kw_only=True)
class Job:
    """One clip to be cut: which it is of all, and what it is to become."""

    number: int
    root: Path
    source: Source
    wanted: ClipFormat


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What became of one clip."""

    facts: ClipFacts
    samples: tuple[Encoded, ...]


def cut(job: Job) -> Cut:
    """Worker: one clip as samples, or none where it cannot be used."""
    reader = ClipReader(job.root / job.source.path, job.wanted)
    samples = tuple(
        encode(piece, job.source, f"{job.number:06d}-{number:04d}", job.wanted)
        for number, piece in enumerate(reader.pieces())
    )
    return Cut(facts=reader.facts, samples=samples)


def broken(shard: Path, how: str) -> CorpusError:
    """The one error for a shard that is not what it was."""
    return CorpusError(f"The shard {shard} {how}: {BUILD_AGAIN}.")


def encode(piece: Piece, source: Source, key: str, wanted: ClipFormat) -> Encoded:
    """A piece as the files of one sample."""
    facts: dict[str, Any] = {
        "caption": source.captions[0],
        "captions": source.captions,
        "fps": wanted.fps,
        "frames": len(piece.frames),
        "group": source.group,
        "label": source.label,
        "size": wanted.size,
        "source": source.path,
        "start_frame": piece.start_frame,
    }
    files: Encoded = {"__key__": key, "jpg": to_strip(piece.frames)}
    if piece.sound is not None:
        facts["sound_rate"] = wanted.sound_rate
        files["flac"] = to_flac(piece.sound, wanted.sound_rate)
    files["json"] = json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()
    return files


def to_strip(frames: NDArray[np.uint8]) -> bytes:
    """Frames [T, size, size, 3] -> one JPEG, side by side."""
    count, size = frames.shape[:2]
    target = io.BytesIO()
    picture = Image.fromarray(frames.swapaxes(0, 1).reshape(size, count * size, 3))
    picture.save(target, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return target.getvalue()


def from_strip(content: bytes) -> NDArray[np.uint8]:
    """A JPEG of frames side by side -> uint8 [T, size, size, 3]."""
    with Image.open(io.BytesIO(content)) as picture:
        pixels = np.asarray(picture)
    size, width = pixels.shape[:2]
    return np.ascontiguousarray(pixels.reshape(size, width // size, size, 3).swapaxes(0, 1))
