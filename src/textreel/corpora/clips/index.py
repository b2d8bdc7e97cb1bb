"""index.json: what shards hold and where each clip lies; written last, so that it stands for a whole build."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.samples import BUILD_AGAIN, Extent, Sample, broken
from textreel.documents import CORPUS_LIMITS, read_json_file
from textreel.errors import CorpusError
from textreel.language import tokenize

INDEX_NAME = "index.json"
VERSION = 1
COLUMNS = ("key", "shard", "frames", "start_frame", "source", "captions", "label", "group", "strip", "sound")


@dataclass(frozen=True, kw_only=True)
class Shard:
    """One tar file: its name, its length in bytes, its SHA-256, and its clips."""

    file: str
    bytes: int
    sha256: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, kw_only=True)
class Index:
    """A whole corpus of shards.

    Attributes:
        name: of the folder it was built from.
        format: size, frame rate and so on of all clips.
        shards: in order.
        skipped: how many clips of the folder could not be used.
    """

    name: str
    format: ClipFormat
    shards: tuple[Shard, ...]
    skipped: int

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """All clips in order."""
        return tuple(sample for shard in self.shards for sample in shard.samples)

    @property
    def counts(self) -> dict[str, int]:
        """Figures to print."""
        return {
            "sources": len({sample.source for sample in self.samples}),
            "skipped": self.skipped,
            "clips": len(self.samples),
            "frames": sum(sample.frames for sample in self.samples),
            "with_sound": sum(sample.sound is not None for sample in self.samples),
            "captions": len({caption for sample in self.samples for caption in sample.captions}),
            "words": len({word for one in self.captions for word in tokenize(one)}),
            "bytes": sum(shard.bytes for shard in self.shards),
        }

    @cached_property
    def captions(self) -> dict[str, int]:
        """Every caption, and how many clips it is said of."""
        counts = Counter(caption for sample in self.samples for caption in sample.captions)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over format and shards: equal for equal clips."""
        content = [VERSION, asdict(self.format), [shard.sha256 for shard in self.shards]]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def save(self, folder: Path) -> None:
        """Write index.json."""
        captions = list(self.captions)
        number_of = {caption: number for number, caption in enumerate(captions)}
        content = {
            "version": VERSION,
            "name": self.name,
            "fingerprint": self.fingerprint,
            "format": asdict(self.format),
            "counts": self.counts,
            "labels": dict(sorted(Counter(sample.label for sample in self.samples).items())),
            "captions": captions,
            "clips_of_captions": list(self.captions.values()),
            "shards": [{"file": one.file, "bytes": one.bytes, "sha256": one.sha256} for one in self.shards],
            "columns": COLUMNS,
            "samples": [
                _row(sample, number, number_of)
                for number, shard in enumerate(self.shards)
                for sample in shard.samples
            ],
        }
        write_json(folder / INDEX_NAME, content)

    @classmethod
    def load(cls, folder: Path) -> "Index":
        """Read index.json, and see that all shards are there and as long as they were.

        Raises:
            CorpusError: the folder holds no whole build, or a shard is missing or cut short.
        """
        path = folder / INDEX_NAME
        if not path.is_file():
            raise CorpusError(
                f"'{folder}' holds no {INDEX_NAME}, so it is no finished corpus: "
                f"`textreel corpus build FOLDER -o {folder}` makes one, and goes on where it was interrupted."
            )
        try:
            content = read_json_file(path, limits=CORPUS_LIMITS)
            if content["version"] != VERSION:
                raise CorpusError(f"{path} is of version {content['version']}, not {VERSION}: {BUILD_AGAIN}.")
            index = _from_content(content)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise CorpusError(f"{path} is broken ({error!r}): {BUILD_AGAIN}.") from error
        for shard in index.shards:
            _require_whole(folder / shard.file, shard.bytes)
            for sample in shard.samples:
                _require_within(sample, shard, path)
        return index


def changed_shards(index: Index, folder: Path) -> list[str]:
    """The shards whose content is not what was built, by name; all of them are read."""
    found = []
    for shard in index.shards:
        with (folder / shard.file).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != shard.sha256:
                found.append(shard.file)
    return found


def require_unchanged(index: Index, folder: Path) -> None:
    """Hold all shards against their index.

    Raises:
        CorpusError: the content of one is not what was built.
    """
    for name in changed_shards(index, folder):
        raise broken(folder / name, "has changed since it was built")


def _row(sample: Sample, shard: int, number_of: dict[str, int]) -> list[Any]:
    return [
        sample.key,
        shard,
        sample.frames,
        sample.start_frame,
        sample.source,
        [number_of[caption] for caption in sample.captions],
        sample.label,
        sample.group,
        astuple(sample.strip),
        sample.sound and astuple(sample.sound),
    ]


def _from_content(content: dict[str, Any]) -> Index:
    samples: list[list[Sample]] = [[] for _ in content["shards"]]
    wordings: dict[tuple[int, ...], tuple[str, ...]] = {}  # shared: a million clips may have ten captions
    for row in content["samples"]:
        entry = dict(zip(COLUMNS, row, strict=True))
        numbers = tuple(entry.pop("captions"))
        if numbers not in wordings:
            wordings[numbers] = tuple(content["captions"][number] for number in numbers)
        shard, strip, sound = entry.pop("shard"), entry.pop("strip"), entry.pop("sound")
        samples[shard].append(
            Sample(captions=wordings[numbers], strip=_extent(strip), sound=sound and _extent(sound), **entry)
        )
    shards = zip(content["shards"], samples, strict=True)
    return Index(
        name=content["name"],
        format=ClipFormat(**content["format"]),
        shards=tuple(Shard(samples=tuple(theirs), **shard) for shard, theirs in shards),
        skipped=content["counts"]["skipped"],
    )


def _extent(numbers: Sequence[int]) -> Extent:
    offset, size, crc = numbers
    return Extent(offset=offset, size=size, crc=crc)


def _require_whole(path: Path, size: int) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise broken(path, "is missing") from error
    if found != size:
        raise broken(path, "is cut short" if found < size else "has changed since it was built")


def _require_within(sample: Sample, shard: Shard, path: Path) -> None:
    for extent in (sample.strip, sample.sound):
        if extent is not None and not 0 <= extent.offset <= shard.bytes - extent.size:
            raise CorpusError(
                f"{path} is broken: its clip {sample.key} lies outside of {shard.file}: {BUILD_AGAIN}."
            )


def write_json(path: Path, content: Any) -> None:
    """Write beside and rename, so that the file is whole or not there."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(content, file, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
