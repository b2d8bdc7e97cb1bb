"""Places: a canvas of a place, a time of day, a weather and a season, stacked from layers that the data names."""

import inspect
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from textreel.extras import extra

with extra("world-corpus"):
    import skia as skia

from textreel.corpora.world.places import elements, furnishing, landscape, rooms, rows, town
from textreel.corpora.world.places.canvas import Canvas
from textreel.corpora.world.places.elements import Noise
from textreel.corpora.world.places.light import TIMES, WEATHERS, light_of
from textreel.corpora.world.places.stage import CutOut, Stage
from textreel.documents import convert, read_yaml
from textreel.errors import CorpusError

SEASONS = ("spring", "summer", "autumn", "winter")
NOISE_NUMBERS = 128
"""How many gaussian numbers decide what the words leave open."""

LAYERS: dict[str, Callable[..., None]] = {
    name: value
    for module in (landscape, town, rows, rooms, furnishing)
    for name, value in vars(module).items()
    if getattr(value, "__module__", None) == module.__name__
}
"""What a place may be stacked from, by its name in the data."""

__all__ = ["LAYERS", "NOISE_NUMBERS", "SEASONS", "TIMES", "WEATHERS", "looks", "paint_place"]

Layer = tuple[Callable[..., None], dict[str, Any]]


@cache
def looks() -> dict[str, tuple[Layer, ...]]:
    """Read the layers of each place, by its name: the function that paints each, and what it is given."""
    text = files(__package__).joinpath("looks.yaml").read_bytes()
    document = read_yaml(text, source="looks.yaml", error=CorpusError)
    places = convert(document, dict[str, list[dict[str, dict[str, Any] | None]]])
    return {
        place: tuple(_layer(place, name, given or {}) for layer in layers for name, given in layer.items())
        for place, layers in places.items()
    }


def _layer(place: str, name: str, given: dict[str, Any]) -> Layer:
    if name not in LAYERS:
        raise CorpusError(f"looks.yaml, {place}: a layer is one of {', '.join(LAYERS)}, got {name!r}.")
    try:
        return LAYERS[name], msgspec.structs.asdict(
            msgspec.convert(given, _schema(LAYERS[name]), strict=False)
        )
    except msgspec.ValidationError as error:
        raise CorpusError(f"looks.yaml, {place}, {name}: {error}.") from error


@cache
def _schema(layer: Callable[..., None]) -> type[msgspec.Struct]:
    """What a layer may be given: the parameters of its function but for the stage."""
    parameters = [*inspect.signature(layer).parameters.values()][1:]
    fields: list[Any] = [
        (each.name, each.annotation)
        if each.default is inspect.Parameter.empty
        else (each.name, each.annotation, each.default)
        for each in parameters
    ]
    return msgspec.defstruct(layer.__name__, fields, forbid_unknown_fields=True, kw_only=True)


def paint_place(
    name: str,
    time: str = "day",
    weather: str = "clear",
    season: str = "summer",
    *,
    noise: NDArray[np.float64],
    props: Callable[[str], CutOut | None],
    pixels: int = 512,
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Paint a place; the same arguments give the same picture.

    Args:
        name: one of :func:`looks`.
        time: one of TIMES.
        weather: one of WEATHERS.
        season: one of SEASONS.
        noise: float64 [NOISE_NUMBERS], gaussian.
        props: gives the cut-out uint8 [h, w, 4] of a concept, or None where there is none.
        pixels: how many a world unit has.

    Returns:
        uint8 [1.25 * pixels, 3 * pixels, 3], which wraps around in x, and the concepts that had no cut-out.

    Raises:
        CorpusError: a name is not known.
    """
    for what, asked, known in (
        ("place", name, tuple(looks())),
        ("time of day", time, TIMES),
        ("weather", weather, WEATHERS),
        ("season", season, SEASONS),
    ):
        if asked not in known:
            raise CorpusError(f"A {what} is one of {', '.join(known)}; got {asked!r}.")
    light = light_of(time, weather)
    stage = Stage(
        canvas=Canvas(pixels), light=light, outside=light, noise=Noise(noise), season=season, props=props
    )
    for layer, given in looks()[name]:
        layer(stage, **given)
    elements.fog(stage.canvas, stage.light, stage.horizon)
    return stage.canvas.rgb, tuple(stage.missing)
