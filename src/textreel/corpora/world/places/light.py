"""The light of a time of day and a weather: colours of the sky, haze, and what falls on things."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Colour = tuple[float, float, float]

TIMES = ("day", "sunset", "night", "dawn")
WEATHERS = ("clear", "cloudy", "rain", "snow", "fog", "storm")


@dataclass(frozen=True, kw_only=True)
class Light:
    """Colours in [0, 1] and strengths in [0, 1] of a time of day and a weather.

    Attributes:
        zenith, middle, horizon: of the sky, from its top to the horizon.
        falls: multiplies the colour of everything outdoors.
        haze: what far things fade into.
        sun: of the sun or moon, and of its glow.
        cloud, cloud_shade: of a cloud's lit and shaded side.
        darkness: how much lamps, stars and lit windows shine.
        overcast: how far sun, moon, stars and hard shadows are hidden.
        fog: how dense the air is.
    """

    time: str
    weather: str = "clear"
    zenith: Colour
    middle: Colour
    horizon: Colour
    falls: Colour
    haze: Colour
    sun: Colour
    cloud: Colour
    cloud_shade: Colour
    darkness: float = 0.0
    overcast: float = 0.0
    fog: float = 0.0

    def tone(self, colour: Colour, depth: float = 0.0) -> Colour:
        """A colour as lit here, at a depth from 0 (near) to 1 (lost in the haze)."""
        lit = np.asarray(colour) * self.falls + self.darkness * np.array([0.0, 0.01, 0.05])
        return mix(tuple(lit), self.haze, min(1.0, depth * (1 + self.fog)))

    def lit(self, colour: Colour, share: float = 0.0, depth: float = 0.0) -> Colour:
        """The same of a lighter or, where the share is negative, a darker shade of the colour."""
        return self.tone(lighter(colour, share), depth)


def lighter(colour: Colour, share: float) -> Colour:
    """Towards white, or towards a cool dark where the share is negative."""
    return mix(colour, (1.0, 1.0, 0.97), share) if share > 0 else mix(colour, (0.10, 0.09, 0.16), -share)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Blend two colours; share 0 is the first."""
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    return tuple(float(each) for each in a + (b - a) * share)  # type: ignore[return-value]


_CLEAR = {
    "day": Light(
        time="day", zenith=(0.20, 0.50, 0.93), middle=(0.47, 0.74, 0.98), horizon=(0.83, 0.94, 1.0),
        falls=(1.0, 1.0, 1.0), haze=(0.76, 0.89, 0.98), sun=(1.0, 0.96, 0.78),
        cloud=(1.0, 1.0, 1.0), cloud_shade=(0.74, 0.83, 0.95),
    ),
    "sunset": Light(
        time="sunset", zenith=(0.32, 0.20, 0.50), middle=(0.90, 0.42, 0.42), horizon=(1.0, 0.77, 0.40),
        falls=(1.0, 0.74, 0.60), haze=(0.97, 0.58, 0.42), sun=(1.0, 0.88, 0.48),
        cloud=(1.0, 0.72, 0.50), cloud_shade=(0.62, 0.30, 0.48), darkness=0.15,
    ),
    "night": Light(
        time="night", zenith=(0.03, 0.04, 0.14), middle=(0.06, 0.11, 0.30), horizon=(0.15, 0.24, 0.46),
        falls=(0.30, 0.37, 0.60), haze=(0.12, 0.19, 0.38), sun=(0.97, 0.97, 0.88),
        cloud=(0.28, 0.35, 0.56), cloud_shade=(0.11, 0.15, 0.31), darkness=1.0,
    ),
    "dawn": Light(
        time="dawn", zenith=(0.50, 0.72, 0.90), middle=(0.95, 0.79, 0.84), horizon=(1.0, 0.91, 0.77),
        falls=(0.98, 0.87, 0.88), haze=(0.98, 0.84, 0.84), sun=(1.0, 0.95, 0.80),
        cloud=(1.0, 0.92, 0.92), cloud_shade=(0.86, 0.70, 0.81), darkness=0.1,
    ),
}  # fmt: skip

_SKIES = {  # overcast, brightness of the grey, its tint, what is left of the light, fog
    "cloudy": (0.55, 0.97, (0.98, 1.0, 1.03), 0.94, 0.1),
    "rain": (0.85, 0.70, (0.93, 0.98, 1.06), 0.80, 0.4),
    "snow": (0.70, 0.97, (0.98, 1.0, 1.04), 0.93, 0.3),
    "fog": (0.80, 0.97, (1.0, 1.0, 1.01), 0.94, 1.0),
    "storm": (0.95, 0.48, (0.88, 0.95, 1.08), 0.62, 0.4),
}


def light_of(time: str, weather: str) -> Light:
    """The light of a time of day in TIMES and a weather in WEATHERS."""
    light = _CLEAR[time]
    if weather == "clear":
        return light
    overcast, brightness, tint, left, fog = _SKIES[weather]

    def grey(colour: Colour, share: float) -> Colour:
        level = float(np.dot(colour, (0.3, 0.5, 0.2))) * brightness
        return mix(colour, tuple(min(1.0, level * each) for each in tint), share)  # type: ignore[arg-type]

    names = ("zenith", "middle", "horizon", "haze", "cloud", "cloud_shade")
    sky: dict[str, Any] = {name: grey(getattr(light, name), 0.9 * overcast) for name in names}
    sky["zenith"] = mix(sky["zenith"], sky["horizon"], 0.45 * overcast)
    falls = mix((0.0, 0.0, 0.0), mix(light.falls, (float(np.mean(light.falls)),) * 3, 0.5), left)
    return replace(light, weather=weather, falls=falls, overcast=overcast, fog=fog, **sky)
