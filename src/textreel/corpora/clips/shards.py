"""Samples -> WebDataset shards, tar files that any reader of that format takes; and where in them everything lies."""

import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from textreel.corpora.clips.samples import Encoded, Extent, Sample
from textreel.documents import read_json
from textreel.errors import CorpusError
from textreel.extras import extra

with extra("train"):
    from webdataset import TarWriter


class ShardWriter:
    """Writes one shard; it takes its name when `finish` has been called, and is not there before."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.part")
        self._file = self._part.open("wb")
        self._tar = TarWriter(self._file, encoder=False, mtime=0, user="textreel", group="textreel")
        self._count = 0

    def add(self, sample: Encoded) -> None:
        self._tar.write(sample)
        self._count += 1

    def finish(self) -> list[Sample]:
        """What the shard holds; a shard without samples leaves no file."""
        if not self._count:
            self.abandon()
            self._path.unlink(missing_ok=True)
            return []
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        samples = list(read_samples(self._part))
        os.replace(self._part, self._path)
        return samples

    def abandon(self) -> None:
        """Leave nothing behind, whatever state the writing is in."""
        with suppress(OSError, ValueError):  # the first failure is the one to tell
            self._tar.close()
        with suppress(OSError):
            self._file.close()
        self._part.unlink(missing_ok=True)


def read_samples(shard: Path) -> Iterator[Sample]:
    """What a whole shard holds, in its order."""
    with tarfile.open(shard) as archive, shard.open("rb") as file:
        parts: dict[str, dict[str, tuple[Extent, bytes]]] = {}
        for member in archive:
            file.seek(member.offset_data)
            content = file.read(member.size)
            key, _, suffix = member.name.partition(".")
            extent = Extent(offset=member.offset_data, size=member.size, crc=zlib.crc32(content))
            parts.setdefault(key, {})[suffix] = extent, content if suffix == "json" else b""
    for key, files in parts.items():
        facts = read_json(files["json"][1], source=shard.name, error=CorpusError).content
        yield Sample(
            key=key,
            frames=facts["frames"],
            start_frame=facts["start_frame"],
            source=facts["source"],
            captions=tuple(facts["captions"]),
            label=facts["label"],
            group=facts["group"],
            strip=files["jpg"][0],
            sound=files["flac"][0] if "flac" in files else None,
        )
