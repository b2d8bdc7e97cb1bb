"""A place that is being painted."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textreel.corpora.world.places.canvas import Canvas
from textreel.corpora.world.places.elements import Noise
from textreel.corpora.world.places.light import Colour, Light, mix

CutOut = NDArray[np.uint8]
Props = Callable[[str], CutOut | None]


@dataclass
class Stage:
    """A place that is being painted.

    Attributes:
        light: what falls on the next layer: of the open air, or of a room's lamps.
        outside: the light of the open air, also seen through windows.
        horizon: where the ground begins.
        props: cut-outs by the name of their concept; None where there is none.
    """

    canvas: Canvas
    light: Light
    outside: Light
    noise: Noise
    season: str
    props: Props
    horizon: float = 0.66
    missing: list[str] = field(default_factory=list)
    drawn: int = 0

    def chance(self, low: float, high: float) -> float:
        """The next number of the noise, in a range."""
        self.drawn += 1
        return self.noise.between(10 + self.drawn, low, high)


def colour_of(text: str) -> Colour:
    """A colour that is written as rrggbb."""
    return tuple(int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))  # type: ignore[return-value]


def ground_colour(stage: Stage, near: str, kind: str) -> Colour:
    """Grass and soil take on the season."""
    colour = colour_of(near)
    if kind not in ("grass", "soil"):
        return colour
    if stage.season == "winter":
        return mix(colour, (0.93, 0.95, 1.0), 0.82)
    if stage.season == "autumn" and kind == "grass":
        return mix(colour, (0.74, 0.58, 0.26), 0.5)
    return mix(colour, (0.93, 0.95, 1.0), 0.55) if stage.light.weather == "snow" else colour
