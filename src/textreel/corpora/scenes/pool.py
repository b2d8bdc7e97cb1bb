"""Painted places, made once from a seed and kept in the cache: painting is slow, reading is not."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textreel.corpora.scenes.assets import cache_folder
from textreel.corpora.scenes.attributes import SETTINGS, TIMES, WEATHERS, WEATHERS_IN
from textreel.corpora.scenes.places import PainterNoise, paint

NOISE_PARTS = ("vector", "terrain", "grain", "weather")
FACTS = ("light", "ground_y", "ground_depth", "shadow", "weather_velocity")
PAINTER_ENTRIES = slice(8, 32)


def combinations() -> list[tuple[str, str, str]]:
    """Every (setting, time, weather) that the corpus shows, in a fixed order."""
    found = []
    for setting, time, weather in product(SETTINGS, TIMES, WEATHERS):
        allowed = WEATHERS_IN[setting] or ("clear",)
        if weather in allowed and not (setting == "space" and time != "day"):
            found.append((setting, time, weather))
    return found


@dataclass(frozen=True)
class PlacePool:
    """`variations` paintings of every combination, memory-mapped. Row r shows combinations()[r // variations]."""

    folder: Path
    variations: int

    @classmethod
    def open(
        cls,
        *,
        seed: int,
        variations: int,
        workers: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> "PlacePool":
        """The pool of this seed and size; painted first if it is not in the cache yet."""
        source = "".join(path.read_text() for path in sorted((Path(__file__).parent / "places").glob("*.py")))
        name = hashlib.sha256(f"{seed} {variations} {combinations()} {source}".encode()).hexdigest()[:16]
        folder = cache_folder() / "places" / name
        if not folder.exists():
            build(folder, seed, variations, workers, progress)
        return cls(folder, variations)

    @cached_property
    def parts(self) -> dict[str, NDArray]:
        return {path.stem: np.load(path, mmap_mode="r") for path in sorted(self.folder.glob("*.npy"))}

    @cached_property
    def first_rows(self) -> dict[tuple[str, str, str], int]:
        return {key: index * self.variations for index, key in enumerate(combinations())}

    def row(self, setting: str, time: str, weather: str, generator: np.random.Generator) -> int:
        """A random painting of a combination."""
        key = (setting, "day" if setting == "space" else time, weather)
        return self.first_rows[key] + int(generator.integers(self.variations))


def build(
    folder: Path, seed: int, variations: int, workers: int, progress: Callable[[int, int], None] | None
) -> None:
    """Paint everything into a folder beside and rename it: a pool is whole or not there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent))
    jobs = [(seed, index, key, variations) for index, key in enumerate(combinations())]
    arrays: dict[str, np.memmap] = {}
    try:
        with painters(workers) as paint_all:
            for done, (index, painted) in enumerate(paint_all(paint_variations, jobs), start=1):
                for name, values in painted.items():
                    if name not in arrays:
                        shape = (len(jobs) * variations, *values.shape[1:])
                        arrays[name] = np.lib.format.open_memmap(
                            aside / f"{name}.npy", "w+", values.dtype, shape
                        )
                    arrays[name][index * variations : (index + 1) * variations] = values
                if progress is not None:
                    progress(done, len(jobs))
        for values in arrays.values():
            values.flush()
        os.replace(aside, folder)
    except OSError:
        if not folder.exists():  # another process may have built the same pool meanwhile
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def painters(workers: int) -> Iterator[Callable]:
    """A `map` over so many processes; one worker is this process itself."""
    if workers == 1:
        yield map
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
        yield executor.map


def paint_variations(job: tuple[int, int, tuple[str, str, str], int]) -> tuple[int, dict[str, NDArray]]:
    """Paint one combination `variations` times; pictures become 8 bit."""
    seed, index, (setting, time, weather), variations = job
    generator = np.random.default_rng([seed, index])
    rows: dict[str, list] = {}
    for _ in range(variations):
        noise = PainterNoise.draw(generator)
        place = paint(setting, time, weather, noise)
        texture = place.weather_texture.copy()
        texture[3] = texture[3] * 2 - 1
        row = {part: getattr(noise, part) for part in NOISE_PARTS}
        row |= {fact: np.asarray(getattr(place, fact), dtype=np.float32) for fact in FACTS}
        row |= {"canvas": to_bytes(place.canvas), "texture": to_bytes(texture)}
        for name, value in row.items():
            rows.setdefault(name, []).append(value)
    return index, {name: np.stack(values) for name, values in rows.items()}


def to_bytes(picture: NDArray) -> NDArray[np.uint8]:
    """[-1, 1] -> 0..255."""
    return np.clip(np.round((picture + 1) * 127.5), 0, 255).astype(np.uint8)


def from_bytes(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """0..255 -> [-1, 1]."""
    return picture.astype(np.float32) / 127.5 - 1
