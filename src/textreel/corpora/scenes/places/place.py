"""What goes into the painter and what comes out of it."""

from dataclasses import dataclass

import numpy as np

from textreel.corpora.scenes.places.errors import PlaceError

CANVAS_HEIGHT = 160
CANVAS_WIDTH = 256
WEATHER_SIZE = 128
PIXELS_PER_UNIT = 128

_SHAPES = {"vector": (64,), "terrain": (4, 10, 16), "grain": (2, 40, 64), "weather": (1, 32, 32)}


@dataclass(frozen=True, kw_only=True)
class PainterNoise:
    """Everything random about a place; all entries standard gaussian, float32.

    vector [64]: 8 and 9 place the sun or moon (right, down), 10 is the amount of cloud, 11, 12 and 13 shift
    red, green and blue a little; the painter reads no other entry.
    terrain [4, 10, 16]: one value per 16 x 16 px cell of the canvas. Channel 0 is relief, 1 says where things
    stand, 2 how large they are, 3 where in their cell.
    grain [2, 40, 64]: one value per 4 x 4 px cell. Channel 0 is mottling, 1 says where small marks
    (tufts, flowers, stars, lit windows) are.
    weather [1, 32, 32]: one value per 4 x 4 px cell of the weather texture.
    """

    vector: np.ndarray
    terrain: np.ndarray
    grain: np.ndarray
    weather: np.ndarray

    def __post_init__(self) -> None:
        for name, shape in _SHAPES.items():
            given = np.shape(getattr(self, name))
            if given != shape:
                raise PlaceError(f"The painter's noise '{name}' must have shape {shape}, but has {given}.")

    @classmethod
    def draw(cls, random: np.random.Generator) -> "PainterNoise":
        """Fresh noise from a numpy generator."""
        drawn = {name: random.standard_normal(shape, dtype=np.float32) for name, shape in _SHAPES.items()}
        return cls(**drawn)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A painted place.

    canvas: float32 [3, 160, 256] in [-1, 1], periodic in x.
    light: float32 [3], a multiplier for the colours of sprites.
    ground_y: where the feet of a medium subject stand, in world units.
    ground_depth: how far feet may move up or down from there, in world units.
    shadow: how strong a subject's shadow is, in [0, 1].
    weather_texture: float32 [4, 128, 128] (rgb in [-1, 1], alpha in [0, 1]), periodic in both axes.
    weather_velocity: float32 [2], right and down, in view heights a second.
    """

    canvas: np.ndarray
    light: np.ndarray
    ground_y: float
    ground_depth: float
    shadow: float
    weather_texture: np.ndarray
    weather_velocity: np.ndarray
