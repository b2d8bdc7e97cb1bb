"""Places: a canvas of a place, a time of day, a weather and a season, stacked from layers that the data names."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from textreel.corpora.world.places import elements, furnishing, landscape, rooms, rows, town
from textreel.corpora.world.places.canvas import Canvas
from textreel.corpora.world.places.elements import LEAVES, Noise, across, down
from textreel.corpora.world.places.light import TIMES, WEATHERS, light_of
from textreel.corpora.world.places.stage import Stage

SEASONS = ("spring", "summer", "autumn", "winter")
NOISE = 128
"""How many numbers are left to chance about a place."""

__all__ = ["NOISE", "SEASONS", "TIMES", "WEATHERS", "looks", "paint_place"]


class _Loader(yaml.SafeLoader):
    """YAML without `y` for true."""

    yaml_implicit_resolvers = {
        first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


LAYERS: dict[str, Callable[..., None]] = {
    name: value
    for module in (landscape, town, rows, rooms, furnishing)
    for name, value in vars(module).items()
    if getattr(value, "__module__", None) == module.__name__
}
"""What a place may be stacked from, by its name."""


@cache
def looks() -> dict[str, list[dict[str, Any]]]:
    """The layers of each place, by its name."""
    text = files(__package__).joinpath("looks.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_Loader)


def paint_place(
    name: str,
    time: str = "day",
    weather: str = "clear",
    season: str = "summer",
    *,
    noise: NDArray[np.float64],
    props: Callable[[str], NDArray[np.uint8] | None],
    pixels: int = 512,
) -> tuple[NDArray[np.uint8], list[str]]:
    """Paint a place; the same arguments give the same picture.

    Args:
        name: one of :func:`looks`.
        noise: float64 [NOISE], gaussian.
        props: the cut-out [h, w, 4] of a concept, or None where there is none.
        pixels: how many a world unit has.

    Returns:
        uint8 [1.25 * pixels, 3 * pixels, 3], which wraps around in x, and the concepts that had no cut-out.
    """
    light = light_of(time, weather)
    stage = Stage(
        canvas=Canvas(pixels), light=light, outside=light, noise=Noise(noise), season=season, props=props
    )
    for layer in looks()[name]:
        for kind, given in layer.items():
            LAYERS[kind](stage, **(given or {}))
    elements.fog(stage.canvas, stage.light, stage.horizon)
    return stage.canvas.rgb, stage.missing
