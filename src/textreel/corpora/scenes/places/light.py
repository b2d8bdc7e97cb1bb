"""The light of an hour and a weather: sky colours, haze, and what falls on the ground."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from textreel.corpora.scenes.places.errors import PlaceError
from textreel.corpora.scenes.places.picture import mix

_NIGHT_AIR = np.array((0.0, 0.02, 0.085), dtype=np.float32)
TIMES = ("day", "sunset", "night", "dawn")
WEATHERS = ("clear", "rain", "snow", "fog")


@dataclass(frozen=True, kw_only=True)
class Atmosphere:
    """Colours in [0, 1] and strengths in [0, 1] of an hour and a weather.

    light multiplies the colour of everything on the ground, sprite_light that of sprites; haze is what far
    things fade into; darkness says how much lamps and stars shine; overcast hides sun, moon and stars;
    white is the fresh snow on the ground; veil is the fog before everything.
    """

    time: str
    weather: str
    zenith: np.ndarray
    middle: np.ndarray
    horizon: np.ndarray
    light: np.ndarray
    sprite_light: np.ndarray
    haze: np.ndarray
    sun: np.ndarray
    glow: np.ndarray
    cloud_lit: np.ndarray
    cloud_shade: np.ndarray
    darkness: float = 0.0
    overcast: float = 0.0
    white: float = 0.0
    veil: float = 0.0

    def tone(self, colour: np.ndarray | tuple[float, ...], depth: float = 0.0) -> np.ndarray:
        """The colour as lit here, at a depth from 0 (near) to 1 (lost in the haze)."""
        lit = np.asarray(colour, dtype=np.float32) * self.light + self.darkness * _NIGHT_AIR
        return mix(lit, self.haze, min(1.0, depth * (1.0 + 0.5 * self.veil)))

    def dusted(self, colour: np.ndarray | tuple[float, ...], amount: float = 1.0) -> np.ndarray:
        """A ground colour under the snow that falls here."""
        return mix(colour, (0.93, 0.95, 1.0), self.white * amount)


def _atmosphere(time: str, darkness: float = 0.0, **colours: tuple[float, float, float]) -> Atmosphere:
    arrays: dict[str, Any] = {name: np.array(colour, dtype=np.float32) for name, colour in colours.items()}
    return Atmosphere(time=time, weather="clear", darkness=darkness, **arrays)


_CLEAR = {
    "day": _atmosphere(
        "day",
        zenith=(0.16, 0.47, 0.92), middle=(0.42, 0.72, 0.98), horizon=(0.82, 0.94, 1.0),
        light=(1.0, 1.0, 1.0), sprite_light=(1.0, 1.0, 1.0), haze=(0.74, 0.88, 0.98),
        sun=(1.0, 0.97, 0.80), glow=(1.0, 0.97, 0.85),
        cloud_lit=(1.0, 1.0, 1.0), cloud_shade=(0.72, 0.83, 0.95),
    ),
    "sunset": _atmosphere(
        "sunset",
        zenith=(0.29, 0.15, 0.46), middle=(0.84, 0.31, 0.42), horizon=(1.0, 0.72, 0.30),
        light=(0.97, 0.66, 0.55), sprite_light=(1.0, 0.83, 0.74), haze=(0.95, 0.49, 0.36),
        sun=(1.0, 0.90, 0.52), glow=(1.0, 0.74, 0.30),
        cloud_lit=(1.0, 0.66, 0.42), cloud_shade=(0.56, 0.25, 0.47),
    ),
    "night": _atmosphere(
        "night", 1.0,
        zenith=(0.02, 0.03, 0.12), middle=(0.05, 0.09, 0.27), horizon=(0.14, 0.23, 0.45),
        light=(0.25, 0.34, 0.58), sprite_light=(0.58, 0.65, 0.90), haze=(0.10, 0.17, 0.36),
        sun=(0.97, 0.97, 0.88), glow=(0.45, 0.55, 0.80),
        cloud_lit=(0.27, 0.34, 0.56), cloud_shade=(0.09, 0.13, 0.29),
    ),
    "dawn": _atmosphere(
        "dawn",
        zenith=(0.50, 0.76, 0.88), middle=(0.98, 0.78, 0.82), horizon=(1.0, 0.91, 0.78),
        light=(0.93, 0.80, 0.84), sprite_light=(1.0, 0.93, 0.94), haze=(0.99, 0.81, 0.82),
        sun=(1.0, 0.97, 0.86), glow=(1.0, 0.92, 0.72),
        cloud_lit=(1.0, 0.91, 0.91), cloud_shade=(0.86, 0.67, 0.80),
    ),
}  # fmt: skip

# per weather: overcast, brightness of the grey, tint of the grey, brightness of the light
_VEILS = {
    "rain": (0.80, 0.66, (0.93, 0.98, 1.06), 0.72),
    "snow": (0.68, 0.98, (0.98, 1.0, 1.04), 0.90),
    "fog": (0.72, 0.95, (1.0, 1.0, 1.01), 0.92),
}
_SKY_COLOURS = ("zenith", "middle", "horizon", "haze", "cloud_lit", "cloud_shade")


def _greyed(colour: np.ndarray, amount: float, brightness: float, tint: tuple[float, ...]) -> np.ndarray:
    grey = (0.3 * colour[0] + 0.5 * colour[1] + 0.2 * colour[2]) * brightness
    return np.clip(mix(colour, grey * np.array(tint, dtype=np.float32), amount), 0.0, 1.0)


def atmosphere(time: str, weather: str, shift: np.ndarray | None = None) -> Atmosphere:
    """The light of a time of day and a weather; shift [3] gently recolours the sky."""
    if time not in _CLEAR or weather not in WEATHERS:
        raise PlaceError(
            f"A place has a time of {', '.join(TIMES)} and a weather of {', '.join(WEATHERS)}; "
            f"given were '{time}' and '{weather}'."
        )
    air = _CLEAR[time]
    if shift is not None:
        tint = 1.0 + 0.05 * np.tanh(shift).astype(np.float32)
        air = replace(air, **{name: np.clip(getattr(air, name) * tint, 0, 1) for name in _SKY_COLOURS[:4]})
    if weather == "clear":
        return air
    overcast, brightness, tint, dim = _VEILS[weather]
    sky: dict[str, Any] = {
        name: _greyed(getattr(air, name), overcast * 0.85, brightness, tint) for name in _SKY_COLOURS
    }
    level = mix(sky["zenith"], sky["horizon"], 0.5)
    sky["zenith"] = mix(sky["zenith"], level, 0.5)
    return replace(
        air,
        **sky,
        weather=weather,
        light=_greyed(air.light, 0.5, dim, (1.0, 1.0, 1.03)) * (0.5 + 0.5 * dim),
        sprite_light=_greyed(air.sprite_light, 0.4, 0.95, (1.0, 1.0, 1.02)) * (0.6 + 0.4 * dim),
        overcast=overcast,
        white=0.6 if weather == "snow" else 0.0,
        veil=1.0 if weather == "fog" else 0.0,
    )
