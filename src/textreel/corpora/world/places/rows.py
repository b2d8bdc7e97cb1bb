"""Layers of things side by side: plants, buildings, cut-outs, people in their seats."""

from collections.abc import Sequence

import numpy as np

from textreel.corpora.world.places import elements
from textreel.corpora.world.places.canvas import WIDTH, paint, shaded
from textreel.corpora.world.places.elements import LEAVES, down
from textreel.corpora.world.places.landmarks import DRAWN
from textreel.corpora.world.places.light import Colour
from textreel.corpora.world.places.stage import Stage, colour_of


def row(
    stage: Stage,
    of: Sequence[str] | str,
    count: int = 7,
    foot: float = 0.72,
    height: float = 0.3,
    depth: float = 0.15,
    vary: float = 0.2,
    colour: str = "",
    spread: float = 0.6,
    x: float | None = None,
    on: str = "ground",
) -> None:
    """Things side by side round the world: plants (`tree:pine`, `bush`), buildings (`house:1`), or cut-outs.

    Args:
        of: what stands there, in turn.
        x: where the only one stands, in 0..3; None for so many evenly round the world.
        on: ground, or wall, where cut-outs hang.
        vary: how much heights differ; spread: how far each may stand from its place, as a share of their distance.
    """
    kinds, marks = (
        ([of] if isinstance(of, str) else [*of]),
        np.random.default_rng(stage.drawn + 17 * count),
    )
    shift = 0.0 if x is not None else stage.chance(-0.5, 0.5) * WIDTH / count
    places = []
    for index in range(count):
        step = WIDTH / count
        where = (
            x if x is not None else (index + 0.5) * step + shift + marks.uniform(-0.5, 0.5) * spread * step
        )
        where += stage.chance(-0.02, 0.02)
        size = height * (1 + vary * marks.uniform(-1, 1))
        places.append(
            (where % WIDTH, foot + 0.02 * vary * marks.uniform(-1, 1), size, kinds[index % len(kinds)], index)
        )
    for where, base, size, kind, index in sorted(places, key=lambda place: place[1]):
        stand(stage, kind, where, base, size, depth, colour, index, on)


def stand(
    stage: Stage,
    kind: str,
    x: float,
    foot: float,
    height: float,
    depth: float = 0.0,
    colour: str = "",
    index: int = 0,
    on: str = "ground",
) -> None:
    """One thing on its foot."""
    family, _, name = kind.partition(":")
    leaves = colour_of(colour) if colour else LEAVES[stage.season]
    if family == "tree":
        if stage.season == "winter" and name in ("round", "birch"):
            name = "bare"
        elements.tree(
            stage.canvas, stage.light, name, x, foot, height, depth=depth, colour=leaves, seed=index + 1
        )
    elif family == "bush":
        elements.bush(
            stage.canvas,
            stage.light,
            x,
            foot,
            height,
            leaves,
            depth,
            seed=index + 1,
            flowers=colour_of(name) if name else None,
        )
    elif family in DRAWN:
        DRAWN[family](stage, x, foot, height, depth, name, index)
    else:
        prop(stage, kind, x=x, foot=foot, height=height, depth=depth, on=on)


def prop(
    stage: Stage,
    of: str,
    x: float,
    foot: float,
    height: float,
    depth: float = 0.0,
    mirror: bool = False,
    on: str = "ground",
) -> None:
    """A cut-out of a concept; on: ground, where it has a shadow, or wall, where it hangs."""
    pixels = stage.props(of)
    if pixels is None:
        stage.missing.append(of)
        return
    if on == "ground":
        elements.shadow(
            stage.canvas, stage.light, x, foot, 0.42 * height * pixels.shape[1] / pixels.shape[0], 0.4
        )
    stage.canvas.picture(
        pixels,
        x,
        foot,
        height,
        light=stage.light.tone((1, 1, 1)),
        haze=(stage.light.haze, depth),
        mirror=mirror,
    )


def forest_wall(
    stage: Stage,
    colour: str = "2f6135",
    foot: float = 0.70,
    height: float = 0.45,
    depth: float = 0.24,
    of: str = "tree:round",
    count: int = 16,
) -> None:
    """Trees behind trees."""
    for layer in range(3):
        share = layer / 2
        row(
            stage,
            of,
            count=count - 2 * layer,
            foot=foot - 0.03 + 0.03 * layer,
            height=height * (1 - 0.12 * layer),
            depth=depth * (1 - 0.45 * share),
            vary=0.25,
            colour=colour if stage.season == "summer" else "",
            spread=0.9,
        )


def crowd(
    stage: Stage, top: float = 0.30, bottom: float = 0.62, rows: int = 7, colour: str = "7d8490"
) -> None:
    """Stands full of people, far away."""
    canvas, light = stage.canvas, stage.light
    canvas.band(
        top - 0.03,
        bottom,
        shaded(
            (0, top),
            (0, bottom),
            (light.lit(colour_of(colour), -0.35, 0.2), light.tone(colour_of(colour), 0.1)),
        ),
    )
    marks = np.random.default_rng(9)
    for row_index in range(rows):
        y = top + (bottom - top) * (row_index + 0.7) / rows
        size = 0.010 + 0.007 * row_index / rows
        canvas.band(y + size, y + 1.6 * size, paint(light.lit(colour_of(colour), 0.2, 0.15)))
        for index in range(105):
            x = (index + 0.5 * (row_index % 2) + marks.uniform(-0.2, 0.2)) * WIDTH / 105
            shirt: Colour = (
                (0.86, 0.26, 0.24),
                (0.22, 0.42, 0.74),
                (0.95, 0.80, 0.30),
                (0.92, 0.92, 0.92),
                (0.28, 0.58, 0.40),
            )[int(marks.uniform(0, 5))]
            skin: Colour = ((0.96, 0.80, 0.66), (0.78, 0.56, 0.42), (0.48, 0.32, 0.24))[
                int(marks.uniform(0, 3))
            ]
            canvas.box(
                x - 0.8 * size,
                y - 0.2 * size,
                x + 0.8 * size,
                y + 1.4 * size,
                paint(light.tone(shirt, 0.12)),
                0.5 * size,
            )
            canvas.oval(x, y - 0.75 * size, 0.6 * size, 0.65 * size, paint(light.tone(skin, 0.12)))


def seats(
    stage: Stage,
    rows: int = 3,
    colour: str = "9c2a2f",
    top: float = 0.92,
    count: int = 16,
    height: float = 0.10,
) -> None:
    """Rows of seats, seen from behind."""
    canvas, light, tone = stage.canvas, stage.light, colour_of(colour)
    for index in range(rows):
        y, size = top + 0.11 * index, height * (1 + 0.25 * index)
        for seat in range(count):
            x = (seat + 0.5 * (index % 2)) * WIDTH / count
            wide = 0.42 * WIDTH / count
            canvas.box(x - wide, y - size, x + wide, y + 0.1, down(light, tone, y - size, y + 0.1), 0.03)
