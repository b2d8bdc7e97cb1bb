"""Paintings of all places to learn from, in a few layouts each and under many skies: made once, kept in the cache."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from textreel.corpora.packages import Progress, write_aside
from textreel.corpora.world.assets import cache_folder
from textreel.corpora.world.places import NOISE_NUMBERS, SEASONS, TIMES, WEATHERS, looks, paint_place
from textreel.corpora.world.props import cut_outs
from textreel.documents import read_json_file

PIXELS = 256  # of a world unit
HEIGHT, WIDTH = 320, 768
LAYOUTS = 3  # of each place
SKIES = 3  # of each layout; the first is a clear summer's day
TIME_SHARES = (0.4, 0.2, 0.25, 0.15)
WEATHER_SHARES = (0.45, 0.1, 0.13, 0.13, 0.12, 0.07)


@dataclass(frozen=True, kw_only=True)
class Painting:
    """What one painting shows."""

    place: str
    layout: int
    time: str
    weather: str
    season: str

    def noise(self) -> np.ndarray:
        """The noise of its layout, float64 [NOISE_NUMBERS]."""
        place = sorted(looks()).index(self.place)
        return np.random.default_rng([place, self.layout]).standard_normal(NOISE_NUMBERS)


@dataclass(frozen=True)
class Paintings:
    """Paintings and their pixels, uint8 [N, 320, 768, 3], mapped from the cache."""

    paintings: tuple[Painting, ...]
    pixels: np.ndarray


def planned() -> tuple[Painting, ...]:
    """All that are painted; any first part shows every place about equally often."""
    rows, generator = [], np.random.default_rng(0)
    for sky in range(SKIES):
        for layout in range(LAYOUTS):
            for place in sorted(looks()):
                time, weather, season = (
                    str(generator.choice(names, p=shares))
                    for names, shares in ((TIMES, TIME_SHARES), (WEATHERS, WEATHER_SHARES), (SEASONS, None))
                )
                if sky == 0:
                    time, weather, season = "day", "clear", "summer"
                rows.append(Painting(place=place, layout=layout, time=time, weather=weather, season=season))
    return tuple(rows)


def paintings(*, progress: Progress | None = None, wanted: Sequence[Painting] | None = None) -> Paintings:
    """All paintings, painted where they are not in the cache; a broken run goes on where it was.

    Raises:
        AssetError: the sprites that places are furnished with were not built.
    """
    rows = tuple(wanted or planned())
    file = cache_folder() / "paintings.npy"
    told = [asdict(row) for row in rows]
    record = file.with_suffix(".json")
    known = read_json_file(record) if record.is_file() and file.is_file() else {}
    done = int(known["done"]) if known.get("rows") == told else 0
    if not done:
        np.lib.format.open_memmap(
            file, mode="w+", dtype=np.uint8, shape=(len(rows), HEIGHT, WIDTH, 3)
        ).flush()
    if done < len(rows):
        pixels, props = np.load(file, mmap_mode="r+"), cut_outs()
        for number in range(done, len(rows)):
            row = rows[number]
            pixels[number], _ = paint_place(
                row.place, row.time, row.weather, row.season, noise=row.noise(), props=props, pixels=PIXELS
            )
            if number % 20 == 19 or number == len(rows) - 1:
                pixels.flush()
                write_aside(record, json.dumps({"rows": told, "done": number + 1}).encode())
            if progress is not None:
                progress("painting places", number + 1, len(rows))
    return Paintings(rows, np.load(file, mmap_mode="r"))
