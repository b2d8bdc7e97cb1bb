"""The drawings as sprites: tables of uint8 [rows, 128, 128, 4], premultiplied, mapped from the cache, with an index.

A sprite's loop has one scale and one box, so that nothing jumps: what is visible over the loop fills the square,
centred across, its lower edge on the sprite's.
"""

import json
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageSequence, UnidentifiedImageError

from textreel.corpora.packages import Progress
from textreel.errors import AssetError

SIZE = 128
MARGIN = 0.03
VISIBLE_ALPHA = 12

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Sprite:
    """Where one drawing lies in its table.

    Attributes:
        id: the drawing's name, unique over all tables.
        label: what it shows, in English.
        group: people, animals, food ... or the catalogue's category.
        subject: whether it can stand in a film; the others only teach the picture code.
        base: the id of the drawing of which this is another skin tone, or its own.
        tone: 0 for the default, 1 to 5 from light to dark.
        first, phases: its rows in the table.
        seconds: length of the loop; 0 where it stands still.
        box: what is visible over the loop, in pixels of the sprite: left, top, right, bottom.
        metres: real width, height and depth, where the source says them.
    """

    id: str
    label: str
    group: str
    subject: bool
    base: str
    tone: int
    first: int
    phases: int
    seconds: float
    box: tuple[int, int, int, int]
    metres: tuple[float, float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Drawing(ABC):
    """What a sprite is made from; its facts are those of :class:`Sprite`."""

    id: str
    label: str
    group: str
    subject: bool
    base: str = ""
    tone: int = 0
    metres: tuple[float, float, float] | None = None

    @abstractmethod
    def draw(self) -> tuple[Pixels, float]:
        """The loop, uint8 [phases, 128, 128, 4], premultiplied, and its seconds.

        Raises:
            AssetError: the art is missing or broken.
        """


@dataclass(frozen=True)
class SpriteTable:
    """Sprites and their pixels, uint8 [rows, 128, 128, 4], premultiplied and read-only."""

    sprites: tuple[Sprite, ...]
    pixels: Pixels

    def loop(self, sprite: Sprite) -> Pixels:
        """uint8 [phases, 128, 128, 4] of one sprite."""
        return self.pixels[sprite.first : sprite.first + sprite.phases]


def read_table(path: Path) -> SpriteTable:
    """A table that was built: `path` is the .npy beside the .json of the same name.

    Raises:
        AssetError: it is missing or broken.
    """
    try:
        entries = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        sprites = tuple(Sprite(**{**entry, "box": tuple(entry["box"])}) for entry in entries)
        pixels = np.load(path, mmap_mode="r", allow_pickle=False)
        if pixels.shape != (sum(sprite.phases for sprite in sprites), SIZE, SIZE, 4):
            raise ValueError(f"its shape is {pixels.shape}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssetError(
            f"The sprites in '{path}' cannot be read ({error}): run `textreel corpus build world`."
        ) from error
    return SpriteTable(sprites, pixels)


def build_table(
    path: Path,
    drawings: Sequence[Drawing],
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> SpriteTable:
    """Draw every sprite and put them into one table, all or nothing.

    Args:
        path: the .npy that is written, and a .json beside it.
        workers: processes that draw.
        progress: told after every drawing.

    Raises:
        AssetError: a drawing is broken.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sprites, first = list[Sprite](), 0
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="building-") as scratch:
        raw = Path(scratch) / "pixels"
        with raw.open("wb") as file:
            for done, (drawing, (loop, seconds)) in enumerate(_drawn(drawings, workers), start=1):
                file.write(loop.tobytes())
                sprites.append(_sprite(drawing, first, loop, seconds))
                first += len(loop)
                if progress is not None:
                    progress(f"drawing {path.stem}", done, len(drawings))
        aside = Path(scratch) / path.name
        table = np.lib.format.open_memmap(aside, mode="w+", dtype=np.uint8, shape=(first, SIZE, SIZE, 4))
        table[:] = np.memmap(raw, dtype=np.uint8, mode="r", shape=table.shape)
        table.flush()
        index = Path(scratch) / path.with_suffix(".json").name
        index.write_text(json.dumps([asdict(sprite) for sprite in sprites]), encoding="utf-8")
        os.replace(index, path.with_suffix(".json"))
        os.replace(aside, path)
    return read_table(path)


def _sprite(drawing: Drawing, first: int, loop: Pixels, seconds: float) -> Sprite:
    facts = {part.name: getattr(drawing, part.name) for part in fields(Drawing)}
    facts["base"] = drawing.base or drawing.id
    return Sprite(**facts, first=first, phases=len(loop), seconds=seconds, box=visible_box(loop[..., 3]))


def _drawn(drawings: Sequence[Drawing], workers: int) -> Iterator[tuple[Drawing, tuple[Pixels, float]]]:
    if workers == 1:
        yield from ((drawing, drawing.draw()) for drawing in drawings)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from zip(drawings, pool.map(_draw, drawings, chunksize=8), strict=True)


def _draw(drawing: Drawing) -> tuple[Pixels, float]:
    return drawing.draw()


def loop_of(path: Path, most_phases: int) -> tuple[Pixels, float]:
    """A sprite from a picture file, still or animated: phases at equal distance over its loop, and its seconds.

    Raises:
        AssetError: the file is missing, is no picture, or is wholly transparent.
    """
    images, ends = _frames(path)
    phases = min(most_phases, len(images))
    moments = (np.arange(phases) + 0.5) / phases * ends[-1]
    chosen = [images[index] for index in np.searchsorted(ends, moments, side="right")]
    return fit(chosen), ends[-1] / 1000 if phases > 1 else 0.0


def _frames(path: Path) -> tuple[list[Image.Image], list[float]]:
    """All frames, and when each ends in milliseconds."""
    images, ends = list[Image.Image](), list[float]()
    try:
        with Image.open(path) as art:
            for image in ImageSequence.Iterator(art):
                images.append(image.convert("RGBA"))
                ends.append((ends[-1] if ends else 0.0) + (image.info.get("duration") or 1.0))
    except (OSError, UnidentifiedImageError, EOFError) as error:
        raise AssetError(
            f"The art {path.name} is missing or broken ({error}): fetch the corpus again."
        ) from error
    return images, ends


def fit(images: Sequence[Image.Image]) -> Pixels:
    """Frames of one loop in one square: uint8 [phases, 128, 128, 4], premultiplied.

    Raises:
        AssetError: nothing is visible in any of them.
    """
    alpha = np.stack([np.asarray(image)[..., 3] for image in images])
    left, top, right, bottom = visible_box(alpha)
    if right <= left:
        raise AssetError("A piece of art is wholly transparent: fetch the corpus again.")
    side = max(right - left, bottom - top) / (1 - 2 * MARGIN)
    x, y = (left + right - side) / 2, bottom + MARGIN * side - side
    crop = (round(x), round(y), round(x + side), round(y + side))
    small = [image.crop(crop).resize((SIZE, SIZE), Image.Resampling.LANCZOS) for image in images]
    loop = np.stack([np.asarray(image) for image in small]).astype(np.uint16)
    loop[..., :3] = (loop[..., :3] * loop[..., 3:] + 127) // 255
    return loop.astype(np.uint8)


def visible_box(alpha: Pixels) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is visible in any frame of uint8 [phases, height, width]; zeros for nothing."""
    seen = alpha.max(axis=0) > VISIBLE_ALPHA
    rows, columns = (np.flatnonzero(seen.any(axis)) for axis in (1, 0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def straight(pixels: Pixels) -> Image.Image:
    """A premultiplied picture, uint8 [H, W, 4], as an image whose colours are not."""
    alpha = pixels[..., 3:].astype(np.float32)
    colour = np.where(alpha > 0, pixels[..., :3] * np.float32(255) / np.maximum(alpha, 1), 0).clip(0, 255)
    return Image.fromarray(np.concatenate([colour, alpha], axis=-1).round().astype(np.uint8))
