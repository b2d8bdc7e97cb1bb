"""Animated sprites of the subjects, ready to be placed: the loop of every subject as one array.

Every loop has `PHASES` phases (3 s at 24 frames a second) of `SIZE` x `SIZE` RGBA, not premultiplied.
The art is cropped to what it covers over the whole loop and fills the box; what stands on the ground or swims
touches its lower edge, what flies or hangs is centred. Directional subjects look right.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageSequence, UnidentifiedImageError
from scipy.ndimage import gaussian_filter

from textreel.corpora.scenes.assets import cache_folder, fetched_art, packaged_art, write_aside
from textreel.corpora.scenes.subjects import BY_NAME, SUBJECTS, Subject
from textreel.errors import AssetError

PHASES = 72
SIZE = 64
LOOP_SECONDS = 3.0

_LAYOUT = "1"
_MARGIN = 0.04
_VISIBLE_ALPHA = 12
_PACKAGED_QUALITY = 70
_PACKAGED_ALPHA_QUALITY = 20

Loop = npt.NDArray[np.uint8]
"""uint8 [PHASES, SIZE, SIZE, 4], red, green, blue, alpha in 0..255, not premultiplied."""


def packaged_names() -> tuple[str, ...]:
    """The subjects whose loops the package carries, so that they need no fetch."""
    return tuple(subject.name for subject in SUBJECTS if packaged_art(subject).is_file())


def available_names() -> tuple[str, ...]:
    """The subjects that can be loaded on this machine now."""
    return tuple(subject.name for subject in SUBJECTS if _source(subject).is_file())


def load_sprites(names: Iterable[str] | None = None) -> dict[str, Loop]:
    """Load the loops of the named subjects, memory-mapped from a file that the first call builds.

    Args:
        names: canonical names; None means every subject that is available.

    Returns:
        uint8 [72, 64, 64, 4] for each name, in the order asked for; read-only.

    Raises:
        AssetError: a name is unknown, its art was not fetched or is broken, or the cache cannot be written.
    """
    available = available_names()
    wanted = available if names is None else tuple(names)
    for name in wanted:
        _require(name, available)
    loops = _table([BY_NAME[name] for name in available])
    return {name: loops[available.index(name)] for name in wanted}


def _require(name: str, available: Sequence[str]) -> None:
    if name not in BY_NAME:
        raise AssetError(f"{name!r} is no subject of the scenes corpus: choose from {', '.join(BY_NAME)}.")
    if name not in available:
        raise AssetError(f"The art of {name!r} is not on this machine: run `textreel corpus fetch scenes`.")


def _source(subject: Subject) -> Path:
    packaged = packaged_art(subject)
    return packaged if packaged.is_file() else fetched_art(subject)


def _table(subjects: Sequence[Subject]) -> npt.NDArray[np.uint8]:
    """The loops of all subjects, uint8 [subjects, 72, 64, 64, 4], mapped from the cache, built if need be."""
    path = cache_folder() / f"sprites-{_fingerprint(subjects)}.npy"
    shape = (len(subjects), PHASES, SIZE, SIZE, 4)
    try:
        table: npt.NDArray[np.uint8] = np.load(path, mmap_mode="r", allow_pickle=False)
        if table.shape == shape and table.dtype == np.uint8:
            return table
    except (OSError, ValueError, EOFError):
        pass
    try:
        _build(path, subjects)
    except OSError as error:
        raise AssetError(
            f"The sprites could not be written to {path.parent}: {error}. "
            "Free some space, or point TEXTREEL_CACHE at a folder that can be written."
        ) from error
    table = np.load(path, mmap_mode="r", allow_pickle=False)
    return table


def _fingerprint(subjects: Sequence[Subject]) -> str:
    digest = hashlib.sha256(_LAYOUT.encode())
    for subject in subjects:
        digest.update(repr((subject.name, subject.faces, subject.medium, subject.kept_height)).encode())
        digest.update(_source(subject).read_bytes())
    return digest.hexdigest()[:16]


def _build(path: Path, subjects: Sequence[Subject]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="building-") as scratch:
        aside = Path(scratch) / path.name
        shape = (len(subjects), PHASES, SIZE, SIZE, 4)
        table = np.lib.format.open_memmap(aside, mode="w+", dtype=np.uint8, shape=shape)
        for row, subject in zip(table, subjects, strict=True):
            row[:] = draw_loop(subject)
        table.flush()
        os.replace(aside, path)
    for stale in set(path.parent.glob("sprites-*.npy")) - {path}:
        stale.unlink(missing_ok=True)


def draw_loop(subject: Subject) -> Loop:
    """Draw one subject's loop from its art, without the cache.

    Returns:
        uint8 [72, 64, 64, 4].

    Raises:
        AssetError: the art is missing or is no picture.
    """
    packaged = packaged_art(subject)
    if packaged.is_file():
        return _bleed(np.stack([np.asarray(image) for image in _phases(packaged)]))
    return _draw_fetched(subject)


def _draw_fetched(subject: Subject) -> Loop:
    images = [_keep_top(image, subject.kept_height) for image in _phases(fetched_art(subject))]
    box = _box(images, standing=subject.medium in ("ground", "water"))
    small = [image.crop(box).resize((SIZE, SIZE), Image.Resampling.LANCZOS) for image in images]
    loop = np.stack([np.asarray(image) for image in small])
    return _bleed(loop[:, :, ::-1] if subject.faces < 0 else loop)


def _phases(path: Path) -> list[Image.Image]:
    """The art at `PHASES` moments of a whole number of its loops, as near to its own speed as that allows."""
    try:
        with Image.open(path) as art:
            images: list[Image.Image] = []
            ends: list[float] = []
            for image in ImageSequence.Iterator(art):
                images.append(image.convert("RGBA"))
                ends.append((ends[-1] if ends else 0.0) + (image.info.get("duration") or 1.0))
    except (OSError, UnidentifiedImageError, EOFError) as error:
        raise AssetError(
            f"The art {path.name} is missing or broken ({error}): fetch the corpus again."
        ) from error
    repeats = max(1, round(LOOP_SECONDS * 1000 / ends[-1])) if len(images) > 1 else 1
    moments = (np.arange(PHASES) + 0.5) / PHASES * repeats % 1.0 * ends[-1]
    return [images[index] for index in np.searchsorted(ends, moments, side="right")]


def _keep_top(image: Image.Image, height: float) -> Image.Image:
    return image.crop((0, 0, image.width, round(image.height * height)))


def _box(images: Sequence[Image.Image], *, standing: bool) -> tuple[int, int, int, int]:
    """The square around all that is visible over the loop: left, top, right, bottom in pixels of the art."""
    alpha = np.max([np.asarray(image)[..., 3] for image in images], axis=0)
    rows, columns = (np.flatnonzero((alpha > _VISIBLE_ALPHA).any(axis)) for axis in (1, 0))
    if not len(rows):
        raise AssetError("A piece of art is wholly transparent: fetch the corpus again.")
    left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    side = max(right - left, bottom - top) / (1 - 2 * _MARGIN)
    box_left = (left + right - side) / 2
    box_top = bottom + _MARGIN * side - side if standing else (top + bottom - side) / 2
    return round(box_left), round(box_top), round(box_left + side), round(box_top + side)


def _bleed(loop: Loop) -> Loop:
    """Carry the art's colour out under transparent pixels, so that interpolation finds no dark fringe."""
    alpha = loop[..., 3:].astype(np.float32) / 255
    colour = loop[..., :3].astype(np.float32)
    mean = (colour * alpha).sum((0, 1, 2)) / max(float(alpha.sum()), 1e-6)
    sigma = (0, 2, 2, 0)
    spread, weight = gaussian_filter(colour * alpha, sigma), gaussian_filter(alpha, sigma)
    filled = (spread + 1e-3 * mean) / (weight + 1e-3)
    solid = np.clip(alpha * 4, 0, 1)
    rgb = np.clip(np.rint(colour * solid + filled * (1 - solid)), 0, 255)
    return np.concatenate([rgb.astype(np.uint8), loop[..., 3:]], axis=-1)


def write_packaged_art(names: Iterable[str]) -> None:
    """Write finished loops of fetched subjects into the package as animated WebP: so the handful was made."""
    for name in names:
        subject = BY_NAME[name]
        frames = [Image.fromarray(frame) for frame in _draw_fetched(subject)]
        file = io.BytesIO()
        frames[0].save(
            file,
            "WEBP",
            save_all=True,
            append_images=frames[1:] if subject.animated else [],
            duration=round(LOOP_SECONDS * 1000 / PHASES),
            loop=0,
            quality=_PACKAGED_QUALITY,
            alpha_quality=_PACKAGED_ALPHA_QUALITY,
        )
        write_aside(packaged_art(subject), file.getvalue())


def contact_sheet(sprites: dict[str, Loop], *, columns: int = 4, phases: int = 4) -> Image.Image:
    """Draw every sprite at some phases of its loop, with its name, on a grey ground."""
    cell_width, cell_height = SIZE * phases + 8, SIZE + 16
    rows = -(-len(sprites) // columns)
    sheet = Image.new("RGB", (cell_width * columns, cell_height * max(rows, 1)), (176, 190, 196))
    pen = ImageDraw.Draw(sheet)
    for index, (name, loop) in enumerate(sprites.items()):
        x, y = index % columns * cell_width, index // columns * cell_height
        for place in range(phases):
            image = Image.fromarray(loop[place * PHASES // phases])
            sheet.paste(image, (x + place * SIZE, y), image)
        pen.text((x + 2, y + SIZE + 1), name, fill=(20, 20, 20))
    return sheet
