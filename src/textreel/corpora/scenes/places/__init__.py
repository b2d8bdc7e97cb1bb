"""Painted places: a canvas for a setting, an hour and a weather, as a smooth and local function of noise."""

from dataclasses import dataclass

import numpy as np

from textreel.corpora.scenes.places.errors import PlaceError
from textreel.corpora.scenes.places.heavens import sky, space
from textreel.corpora.scenes.places.heights import forest, mountains
from textreel.corpora.scenes.places.light import TIMES, WEATHERS, Atmosphere, atmosphere
from textreel.corpora.scenes.places.picture import Picture
from textreel.corpora.scenes.places.place import PainterNoise, Place
from textreel.corpora.scenes.places.plains import desert, meadow, savanna, snow
from textreel.corpora.scenes.places.town import city
from textreel.corpora.scenes.places.waters import beach, sea, underwater
from textreel.corpora.scenes.places.weather import VELOCITIES, veil, weather_texture

__all__ = ["SETTINGS", "TIMES", "WEATHERS", "PainterNoise", "Place", "PlaceError", "light_for", "paint"]

_PAINTERS = {
    painter.__name__: painter
    for painter in (
        savanna,
        beach,
        forest,
        desert,
        snow,
        mountains,
        city,
        sea,
        underwater,
        meadow,
        sky,
        space,
    )
}
SETTINGS = tuple(_PAINTERS)


@dataclass(frozen=True, kw_only=True)
class _Stage:
    ground_y: float = 0.98
    ground_depth: float = 0.06
    shadow: float = 0.5


_STAGES = {
    "sea": _Stage(ground_y=0.93, ground_depth=0.04, shadow=0.0),
    "underwater": _Stage(ground_y=0.85, ground_depth=0.08, shadow=0.0),
    "sky": _Stage(ground_y=0.84, ground_depth=0.10, shadow=0.0),
    "space": _Stage(ground_y=0.84, ground_depth=0.10, shadow=0.0),
}
_SPRITES_UNDER_WATER = np.array((0.82, 0.98, 1.0), dtype=np.float32)


def _air(setting: str, time: str, weather: str, shift: np.ndarray | None = None) -> Atmosphere:
    if setting not in _PAINTERS:
        raise PlaceError(f"A place has a setting of {', '.join(SETTINGS)}; given was '{setting}'.")
    return atmosphere("night" if setting == "space" else time, weather, shift)


def light_for(setting: str, time: str, weather: str) -> np.ndarray:
    """The multiplier [3] for the colours of sprites."""
    air = _air(setting, time, weather)
    if setting == "space":
        return np.array((0.94, 0.92, 1.0), dtype=np.float32)
    if setting == "underwater":
        return (air.sprite_light * _SPRITES_UNDER_WATER).astype(np.float32)
    return air.sprite_light.astype(np.float32)


def paint(setting: str, time: str, weather: str, noise: PainterNoise) -> Place:
    """Paint a place; the same arguments give the same place.

    Raises PlaceError for a setting, time or weather that is not known.
    """
    air = _air(setting, time, weather, noise.vector[11:14])
    picture = Picture()
    _PAINTERS[setting](picture, air, noise)
    veil(picture, air)
    stage = _STAGES.get(setting, _Stage())
    return Place(
        canvas=(2.0 * np.clip(picture.rgb, 0.0, 1.0) - 1.0).astype(np.float32),
        light=light_for(setting, time, weather),
        ground_y=stage.ground_y,
        ground_depth=stage.ground_depth,
        shadow=stage.shadow * (1.0 - 0.6 * air.overcast) * (1.0 - 0.4 * air.darkness),
        weather_texture=weather_texture(air, noise),
        weather_velocity=np.array(VELOCITIES[weather], dtype=np.float32),
    )
