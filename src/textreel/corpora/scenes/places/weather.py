"""Weather before the lens: textures that scroll over the view, and the veil over the canvas."""

import numpy as np

from textreel.corpora.scenes.places.fields import COLUMNS, ROWS, presence, scatter, smoothstep, spline
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Picture, mix
from textreel.corpora.scenes.places.place import WEATHER_SIZE, PainterNoise

# right and down, view heights a second; whole numbers of turns in two seconds, so that a film can loop
VELOCITIES = {"clear": (0.0, 0.0), "rain": (-0.5, 2.5), "snow": (0.0, 0.5), "fog": (0.5, 0.0)}


def veil(picture: Picture, air: Atmosphere) -> None:
    """Lay fog over the canvas, thickest at the horizon."""
    if air.veil:
        thick = 0.34 + 0.32 * np.exp(-(((ROWS - 84.0) / 30.0) ** 2)) - 0.25 * smoothstep(100.0, 160.0, ROWS)
        picture.blend(thick * np.ones_like(COLUMNS), mix(air.haze, air.horizon, 0.5))


def _streak() -> np.ndarray:
    down, across = np.mgrid[0:28, 0:12].astype(np.float32)
    slant = np.exp(-((across - 5.5 + 0.2 * (down - 13.5)) ** 2) / 0.5)
    return slant * smoothstep(13.0, 6.0, np.abs(down - 13.5))


def _flake() -> np.ndarray:
    distance = np.hypot(*(np.mgrid[0:12, 0:12].astype(np.float32) - 5.5))
    return np.clip(2.4 - distance, 0.0, 1.0)


STREAK_KERNEL = _streak()
FLAKE_KERNEL = _flake()


def weather_texture(air: Atmosphere, noise: PainterNoise) -> np.ndarray:
    """The texture [4, 128, 128] of a weather, periodic in both axes; clear weather has alpha 0."""
    grid = noise.weather[0]
    colour: np.ndarray = np.ones(3, dtype=np.float32)
    alpha: np.ndarray = np.zeros((WEATHER_SIZE, WEATHER_SIZE), dtype=np.float32)
    if air.weather == "rain":
        colour = mix(air.horizon, (0.86, 0.91, 1.0), 0.55)
        alpha = 0.62 * np.clip(scatter(presence(grid, 1.35, 1.2), STREAK_KERNEL, True), 0.0, 1.0)
    elif air.weather == "snow":
        colour = mix((1.0, 1.0, 1.0), air.cloud_lit, 0.25 + 0.3 * air.darkness)
        alpha = 0.92 * np.clip(scatter(presence(grid, 1.3, 1.0), FLAKE_KERNEL, True), 0.0, 1.0)
    elif air.weather == "fog":
        colour = mix(air.haze, air.horizon, 0.6)
        weights = spline(32, WEATHER_SIZE, 4.0)
        alpha = 0.32 * smoothstep(-1.6, 2.2, weights @ grid @ spline(32, WEATHER_SIZE, 6.0).T)
    rgb = np.broadcast_to((2.0 * colour - 1.0)[:, None, None], (3, *alpha.shape))
    return np.concatenate([rgb, alpha[None]]).astype(np.float32)
