"""Ground and water: ridges, planes with texture, waves."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from textreel.corpora.scenes.places.fields import COLUMNS, ROWS, field, presence, scatter, smoothstep
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Colour, Picture, mix, spread
from textreel.corpora.scenes.places.place import CANVAS_HEIGHT, PainterNoise


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a thing stands: its foot (x, y) in pixels, a size near 1, how much of it is there."""

    x: float
    y: float
    size: float
    there: float


def spots(
    noise: PainterNoise, row: int, foot: float, threshold: float = 0.9, every: int = 1, jitter: float = 5.0
) -> Iterator[Spot]:
    """The cells of a terrain row whose second channel is above the threshold."""
    for column in range(0, noise.terrain.shape[2], every):
        value, size, shift = noise.terrain[1:, row, column]
        if value > threshold:
            yield Spot(
                x=16.0 * column + 8.0 + jitter * float(np.tanh(shift)),
                y=foot + 2.0 * float(np.tanh(size + shift)),
                size=(1.0 + 0.28 * float(np.tanh(size)))
                * (0.75 + 0.25 * float(np.tanh(4.0 * (value - threshold)))),
                there=float(np.clip((value - threshold) * 25.0, 0.0, 1.0)),
            )


def below(top: np.ndarray, soft: float = 1.2) -> np.ndarray:
    """Coverage [160, 256] of what lies under the line top [256]."""
    return np.clip((ROWS - top[None, :]) / soft + 0.5, 0.0, 1.0)


def slope(top: np.ndarray) -> np.ndarray:
    """Descent of a periodic line to the right, pixels per pixel [256]."""
    return (np.roll(top, -2) - np.roll(top, 2)) / 4.0


def ridge(
    picture: Picture,
    air: Atmosphere,
    top: np.ndarray,
    colour: Colour,
    foot: Colour,
    depth: float,
    relief: float = 0.35,
    reach: float = 26.0,
) -> None:
    """A hill line: colour at its crest, foot colour a reach lower, its left sides lit."""
    lower = np.clip((ROWS - top[None, :]) / reach, 0.0, 1.0)
    shade = 1.0 - relief * np.tanh(2.0 * slope(top))[None, :] * (1.0 - lower)
    body = mix(spread(air.tone(colour, depth)), spread(air.tone(foot, depth)), lower)
    picture.blend(below(top), np.clip(body * shade, 0.0, 1.0))


def ground(
    picture: Picture,
    air: Atmosphere,
    noise: PainterNoise,
    top: np.ndarray,
    far: Colour,
    near: Colour,
    haze: float = 0.35,
    mottle: float = 0.045,
    stretch: float = 2.2,
) -> np.ndarray:
    """A plane from the line top [256] down to the lower edge; gives its coverage."""
    cover = below(top)
    nearness = np.clip((ROWS - top[None, :]) / (CANVAS_HEIGHT - 8.0 - top[None, :]), 0.0, 1.0)
    body = mix(spread(air.tone(far, haze)), spread(air.tone(near)), nearness**0.7)
    patches = field(noise.grain[0], stretch, 1.0) * (0.35 + 0.65 * nearness)
    broad = field(noise.terrain[3], 1.4, 0.8)
    picture.blend(cover, np.clip(body * (1.0 + mottle * (patches + 0.8 * broad)), 0.0, 1.0))
    return cover


def _tuft() -> np.ndarray:
    down, across = np.mgrid[0:12, 0:12].astype(np.float32) - 5.5
    blades = np.zeros((12, 12), dtype=np.float32)
    for lean, height in ((-0.45, 4.5), (-0.1, 6.0), (0.3, 5.0)):
        rise = 4.0 - down
        blade = np.exp(-((across - lean * rise) ** 2) / 0.5) * ((rise > 0) & (rise < height + 2))
        blades = np.maximum(blades, blade * np.clip(1.2 - rise / (height + 2), 0, 1))
    return blades


TUFT_KERNEL = _tuft()
SPOT_KERNEL = np.exp(-np.add.outer((np.arange(12) - 5.5) ** 2, (np.arange(12) - 5.5) ** 2) / 3.4).astype(
    np.float32
)


def tufts(
    picture: Picture, air: Atmosphere, noise: PainterNoise, cover: np.ndarray, colour: Colour,
    strength: float = 0.6, threshold: float = 0.6, top: float = 96.0,
) -> None:  # fmt: skip
    """Tufts of grass where the grain is high, stronger nearer to the viewer."""
    marks = np.clip(scatter(presence(noise.grain[1], threshold, 1.0), TUFT_KERNEL), 0.0, 1.0)
    picture.blend(marks * cover * strength * smoothstep(top, top + 50.0, ROWS), air.tone(colour))


def mirrored(air: Atmosphere) -> float:
    """How much of the sky's colour water takes on; most when the sun is low."""
    return {"sunset": 0.36, "dawn": 0.34}.get(air.time, 0.10)


def sea_colour(air: Atmosphere, colour: Colour) -> np.ndarray:
    """The colour of water as lit here: warm light does not turn blue into brown."""
    cool = air.light * 0.5 + 0.5 * float(air.light.mean())
    if air.time == "sunset":
        cool = cool * np.array((0.95, 0.72, 1.05), dtype=np.float32)
    return np.clip(np.asarray(colour, dtype=np.float32) * cool, 0.0, 1.0)


def water(
    picture: Picture, air: Atmosphere, noise: PainterNoise, horizon: float, sun_x: float,
    shallow: Colour = (0.20, 0.68, 0.80), deep: Colour = (0.03, 0.30, 0.60), bottom: float = 160.0,
) -> None:  # fmt: skip
    """A sea from the horizon row down: the sky mirrored far away, ripples, the glitter of the sun."""
    cover = np.clip(ROWS - horizon + 0.5, 0.0, 1.0) * np.ones_like(COLUMNS)
    near = np.clip((ROWS - horizon) / (bottom - horizon), 0.0, 1.0)
    body = mix(spread(sea_colour(air, deep)), spread(sea_colour(air, shallow)), near)
    body = mix(body, spread(mix(air.horizon, air.middle, 0.5)), 0.55 * np.exp(-5.0 * near) + mirrored(air))
    ripples = field(noise.grain[0], 3.6, 0.75) * (0.3 + 0.7 * near)
    picture.blend(cover, np.clip(body * (1.0 + 0.07 * ripples), 0.0, 1.0))
    crests = smoothstep(0.9, 2.2, ripples + 0.3 * field(noise.terrain[3], 1.0, 0.7))
    picture.blend(0.35 * crests * cover, mix(air.cloud_lit, air.horizon, 0.4))
    away = (COLUMNS - sun_x + 128.0) % 256.0 - 128.0
    glitter = np.exp(-((away / (7.0 + 22.0 * near)) ** 2)) * smoothstep(
        -0.4, 1.2, field(noise.grain[1], 2.6, 0.8)
    )
    strength = (0.75 if air.time != "day" else 0.45) * (1.0 - air.overcast)
    picture.blend(strength * glitter * cover * (1.0 - 0.5 * near), air.glow)
