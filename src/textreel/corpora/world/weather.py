"""What a weather puts into the air before the lens: drawn textures that repeat in both directions."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

SIDE, FINE = 128, 4  # pixels of a texture, and drawn pixels in each along a side
FALLING = ("rain", "snow", "fog", "storm", "wind")

Mark = Callable[[ImageDraw.ImageDraw, float, float, float], None]


def weather_texture(weather: str, generator: np.random.Generator) -> np.ndarray:
    """Draw the texture of one of FALLING: uint8 [128, 128, 4], colour not premultiplied."""
    if weather == "fog":
        return _fog(generator)
    side = SIDE * FINE
    picture = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    for _ in range({"rain": 60, "storm": 90, "snow": 70, "wind": 14}[weather]):
        x, y, size = *generator.uniform(0, side, 2), generator.uniform(0, 1)
        for right in (-side, 0, side):
            for down in (-side, 0, side):
                _MARKS[weather](pen, x + right, y + down, float(size))
    return np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def _streak(slant: float) -> Mark:
    def draw(pen: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
        long = FINE * (10 + 10 * size)
        end = (x + slant * long, y + long)
        pen.line((x, y, *end), fill=(205, 220, 240, int(110 + 80 * size)), width=FINE)

    return draw


def _flake(pen: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    radius = FINE * (0.8 + 1.4 * size)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 255, 255, 235))


def _gust(pen: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    long = FINE * (20 + 25 * size)
    pen.line((x, y, x + long, y + 0.06 * long), fill=(255, 255, 255, 110), width=FINE)


_MARKS = {"rain": _streak(-0.08), "storm": _streak(-0.35), "snow": _flake, "wind": _gust}


def _fog(generator: np.random.Generator) -> np.ndarray:
    down, across = np.mgrid[:SIDE, :SIDE] / SIDE * 2 * np.pi
    waves = np.zeros((SIDE, SIDE))
    for _ in range(8):
        turns = generator.integers(0, 3), generator.integers(1, 3)
        waves += np.sin(turns[0] * across + turns[1] * down + generator.uniform(0, 2 * np.pi)) / 8
    alpha = (80 + 60 * waves).clip(15, 170)
    return np.dstack([np.full((SIDE, SIDE, 3), 228), alpha]).astype(np.uint8)
