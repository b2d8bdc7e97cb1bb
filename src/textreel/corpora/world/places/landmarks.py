"""Things that are drawn and not cut out: houses, lamps, rocks, corals ..."""

import math
from collections.abc import Callable

import numpy as np
import skia

from textreel.corpora.world.places import elements
from textreel.corpora.world.places.canvas import WIDTH, noise_texture, paint, polygon, radial, shaded
from textreel.corpora.world.places.elements import across, down
from textreel.corpora.world.places.light import Colour, mix
from textreel.corpora.world.places.stage import Stage, colour_of, ground_colour

FACADES: tuple[Colour, ...] = (
    (0.80, 0.52, 0.42),
    (0.90, 0.80, 0.62),
    (0.62, 0.70, 0.78),
    (0.86, 0.66, 0.48),
    (0.72, 0.60, 0.68),
    (0.66, 0.75, 0.62),
    (0.88, 0.86, 0.82),
)
"""Of town houses, in turn."""


def facade(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A town house with rows of windows, a cornice and a shop or a door."""
    canvas, light, marks = stage.canvas, stage.light, np.random.default_rng(index + 40)
    wide = height * marks.uniform(0.5, 0.75)
    colour = FACADES[index % len(FACADES)]
    left, right, top = x - wide / 2, x + wide / 2, foot - height
    canvas.box(left, top, right, foot, across(light, colour, left, right, depth))
    canvas.box(
        left - 0.015, top - 0.015, right + 0.015, top + 0.02, paint(light.lit(colour, 0.35, depth)), 0.005
    )
    shop = foot - 0.24 * height
    elements.windows(
        canvas,
        light,
        left + 0.01,
        top + 0.05,
        right - 0.01,
        shop - 0.01,
        4,
        max(2, round(6 * height)),
        index + 3,
        depth,
    )
    if name == "shop" or index % 2 == 0:
        awning = FACADES[(index * 3 + 1) % len(FACADES)]
        glass = mix(light.tone((0.55, 0.72, 0.82), depth), (1.0, 0.85, 0.52), 0.8 * light.darkness)
        canvas.box(left + 0.02, shop + 0.05, right - 0.02, foot - 0.01, paint(glass), 0.004)
        canvas.box(
            left + 0.42 * wide,
            shop + 0.05,
            left + 0.58 * wide,
            foot,
            paint(light.tone((0.36, 0.26, 0.22), depth)),
            0.004,
        )
        for stripe in range(8):
            at = left + 0.015 + (wide - 0.03) * stripe / 8
            tone = light.lit(awning, 0.6 if stripe % 2 else -0.05, depth)
            canvas.path(
                polygon(
                    [
                        (at, shop),
                        (at + (wide - 0.03) / 8, shop),
                        (at + (wide - 0.03) / 8 + 0.006, shop + 0.055),
                        (at - 0.006, shop + 0.055),
                    ]
                ),
                paint(tone),
            )
    else:
        canvas.box(
            x - 0.035, foot - 0.13, x + 0.035, foot, paint(light.tone((0.42, 0.25, 0.18), depth)), 0.01
        )
        canvas.oval(x + 0.02, foot - 0.065, 0.005, 0.005, paint(light.tone((0.9, 0.8, 0.4), depth)))


def tower(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A skyscraper of glass or stone."""
    canvas, light, marks = stage.canvas, stage.light, np.random.default_rng(index + 70)
    wide = marks.uniform(0.16, 0.26)
    colour: Colour = (
        (0.42, 0.55, 0.68),
        (0.66, 0.64, 0.62),
        (0.36, 0.42, 0.52),
        (0.70, 0.60, 0.54),
        (0.50, 0.66, 0.74),
    )[index % 5]
    left, right, top = x - wide / 2, x + wide / 2, foot - height
    canvas.box(left, top, right, foot, across(light, colour, left, right, depth), 0.004)
    elements.windows(
        canvas,
        light,
        left + 0.008,
        top + 0.015,
        right - 0.008,
        foot,
        round(wide * 34),
        max(4, round(height * 26)),
        index,
        depth,
    )
    if index % 3 == 0:
        canvas.box(x - 0.004, top - 0.09, x + 0.004, top, paint(light.tone((0.5, 0.5, 0.55), depth)))
        canvas.oval(x, top - 0.09, 0.006, 0.006, paint((1.0, 0.3, 0.25), 0.4 + 0.6 * light.darkness))
    elif index % 3 == 1:
        canvas.box(
            left + 0.2 * wide, top - 0.04, right - 0.2 * wide, top, paint(light.lit(colour, -0.1, depth))
        )


def cottage(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A small house with a gable, a chimney and a door."""
    canvas, light = stage.canvas, stage.light
    wide, wall = 1.25 * height, 0.52 * height
    colour = (
        (FACADES[1], FACADES[6], FACADES[3], (0.93, 0.90, 0.80))[index % 4]
        if name != "barn"
        else (0.70, 0.22, 0.18)
    )
    roof: Colour = (
        ((0.62, 0.27, 0.22), (0.40, 0.36, 0.38), (0.55, 0.38, 0.26))[index % 3]
        if name != "barn"
        else (0.44, 0.42, 0.44)
    )
    left, right, eaves = x - wide / 2, x + wide / 2, foot - wall
    elements.shadow(canvas, light, x + 0.1 * wide, foot, 0.6 * wide)
    if name != "barn":
        canvas.box(
            right - 0.3 * wide,
            foot - 1.05 * height,
            right - 0.2 * wide,
            eaves - 0.1 * height,
            paint(light.tone((0.55, 0.35, 0.30), depth)),
        )
    canvas.box(left, eaves, right, foot, across(light, colour, left, right, depth))
    gable = [
        (left - 0.08 * wide, eaves),
        (left + 0.16 * wide, foot - height),
        (right - 0.16 * wide, foot - height),
        (right + 0.08 * wide, eaves),
    ]
    lit = light.lit(roof, 0.16, depth)
    canvas.path(polygon(gable), shaded((0, foot - height), (0, eaves), (lit, light.lit(roof, -0.22, depth))))
    white = light.tone((0.95, 0.94, 0.9), depth)
    if name == "barn":
        canvas.box(x - 0.2 * wide, foot - 0.8 * wall, x + 0.2 * wide, foot, paint(white))
        canvas.box(
            x - 0.18 * wide, foot - 0.74 * wall, x + 0.18 * wide, foot, paint(light.lit(colour, -0.25, depth))
        )
        for side in (-1, 1):
            canvas.path(
                polygon(
                    [(x - 0.18 * wide * side, foot), (x + 0.18 * wide * side, foot - 0.74 * wall)],
                    closed=False,
                ),
                paint(white, stroke=0.02 * height),
            )
        return
    glass = mix(light.tone((0.55, 0.74, 0.86), depth), (1.0, 0.83, 0.45), light.darkness)
    for dx in (-0.3, 0.3):
        canvas.box(
            x + (dx - 0.1) * wide,
            eaves + 0.22 * wall,
            x + (dx + 0.1) * wide,
            eaves + 0.66 * wall,
            paint(white),
            0.005,
        )
        canvas.box(
            x + (dx - 0.085) * wide,
            eaves + 0.26 * wall,
            x + (dx + 0.085) * wide,
            eaves + 0.62 * wall,
            paint(glass),
        )
    canvas.box(
        x - 0.075 * wide,
        foot - 0.66 * wall,
        x + 0.075 * wide,
        foot,
        paint(light.tone((0.48, 0.28, 0.2), depth)),
        0.008,
    )


def tombstone(
    stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int
) -> None:
    """A grave's stone, round above, or a cross."""
    canvas, light = stage.canvas, stage.light
    grey: Colour = (0.60, 0.62, 0.64)
    elements.shadow(canvas, light, x, foot, 0.5 * height)
    fill = across(light, grey, x - 0.3 * height, x + 0.3 * height, depth)
    if index % 3 == 2:
        canvas.box(x - 0.08 * height, foot - height, x + 0.08 * height, foot, fill)
        canvas.box(x - 0.28 * height, foot - 0.76 * height, x + 0.28 * height, foot - 0.6 * height, fill)
    else:
        canvas.box(
            x - 0.3 * height, foot - height, x + 0.3 * height, foot + 0.25 * height, fill, 0.28 * height
        )
        canvas.box(x - 0.36 * height, foot - 0.08 * height, x + 0.36 * height, foot + 0.02 * height, fill)
        for line in range(2):
            canvas.box(
                x - 0.15 * height,
                foot - (0.62 - 0.14 * line) * height,
                x + 0.15 * height,
                foot - (0.58 - 0.14 * line) * height,
                paint(light.lit(grey, -0.5, depth)),
            )


def lamp(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A street lamp, which shines in the dark."""
    canvas, light = stage.canvas, stage.light
    iron = paint(light.tone((0.22, 0.24, 0.28), depth))
    canvas.box(x - 0.008, foot - height, x + 0.008, foot, iron, 0.004)
    canvas.box(x - 0.02, foot - 0.05, x + 0.02, foot, iron, 0.005)
    head = foot - height
    canvas.box(
        x - 0.024,
        head - 0.055,
        x + 0.024,
        head,
        paint(mix(light.tone((0.85, 0.88, 0.85), depth), (1.0, 0.92, 0.66), light.darkness)),
        0.012,
    )
    canvas.box(x - 0.03, head - 0.068, x + 0.03, head - 0.052, iron, 0.006)
    if light.darkness > 0.05:
        canvas.oval(
            x,
            head - 0.03,
            0.3,
            0.3,
            radial((x, head - 0.03), 0.3, ((1.0, 0.85, 0.5),) * 2, (0.55 * light.darkness, 0)),
        )


def parasol(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A market stall or a parasol with stripes."""
    canvas, light = stage.canvas, stage.light
    colour: Colour = ((0.85, 0.25, 0.22), (0.20, 0.48, 0.72), (0.93, 0.66, 0.20), (0.30, 0.58, 0.36))[
        index % 4
    ]
    wide, top = 0.62 * height, foot - height
    elements.shadow(canvas, light, x, foot, wide)
    for dx in (-0.9, 0.9):
        canvas.box(
            x + dx * wide - 0.006,
            top + 0.2 * height,
            x + dx * wide + 0.006,
            foot,
            paint(light.tone((0.6, 0.45, 0.3), depth)),
        )
    wood: Colour = (0.62, 0.44, 0.28)
    canvas.box(
        x - 0.92 * wide,
        foot - 0.36 * height,
        x + 0.92 * wide,
        foot - 0.02,
        down(light, wood, foot - 0.36 * height, foot, depth),
        0.006,
    )
    goods = np.random.default_rng(index)
    for at in np.linspace(-0.8, 0.8, 11):
        fruit: Colour = ((0.90, 0.25, 0.20), (0.95, 0.62, 0.15), (0.45, 0.70, 0.25), (0.95, 0.85, 0.30))[
            int((at + 1) * 2)
        ]
        cx, cy = x + at * wide, foot - 0.38 * height - goods.uniform(0, 0.02)
        canvas.oval(
            cx,
            cy,
            0.026,
            0.026,
            radial(
                (cx - 0.008, cy - 0.01),
                0.04,
                (light.lit(fruit, 0.35, depth), light.lit(fruit, -0.2, depth)),
                (1, 1),
            ),
        )
    for stripe in range(8):
        at, each = x - 1.05 * wide + 2.1 * wide * stripe / 8, 2.1 * wide / 8
        tone = light.lit(colour, 0.75 if stripe % 2 else 0.0, depth)
        squeeze = 0.7
        quad = [
            (x + (at - x) * squeeze, top),
            (x + (at + each - x) * squeeze, top),
            (at + each, top + 0.22 * height),
            (at, top + 0.22 * height),
        ]
        canvas.path(polygon(quad), paint(tone))
        canvas.oval(at + each / 2, top + 0.22 * height, each / 2, 0.04 * height, paint(tone))


def rock(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A boulder; name: its colour."""
    colour = colour_of(name) if name else (0.55, 0.53, 0.52)
    elements.shadow(stage.canvas, stage.light, x, foot, 1.1 * height, 0.5)
    marks = np.random.default_rng(index + 9)
    for dx, size in ((-0.55, 0.6), (0.5, 0.7), (0.0, 1.0)):
        points = []
        for angle in np.linspace(math.pi, 0, 9):
            reach = size * height * marks.uniform(0.8, 1.05)
            points.append((x + dx * height + 0.8 * reach * math.cos(angle), foot - reach * math.sin(angle)))
        lit, dark = (stage.light.lit(colour, 0.28, depth), stage.light.lit(colour, -0.4, depth))
        stage.canvas.path(
            polygon(points),
            shaded(
                (x - height, foot - height), (x + height, foot), (lit, stage.light.tone(colour, depth), dark)
            ),
        )


def berg(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A hill of ice, in facets."""
    marks = np.random.default_rng(index + 21)
    tops = [
        (x + dx * height, foot - high * height)
        for dx, high in ((-0.9, 0.25), (-0.55, 0.7), (-0.15, 1.0), (0.3, 0.62), (0.62, 0.75), (1.0, 0.2))
    ]
    for index_, ((x0, y0), (x1, y1)) in enumerate(zip(tops[:-1], tops[1:], strict=True)):
        tone = (0.75, 0.2, 0.55, 0.0, 0.4)[index_] + marks.uniform(-0.1, 0.1)
        lit = mix((0.55, 0.78, 0.90), (0.97, 1.0, 1.0), tone)
        stage.canvas.path(
            polygon([(x0, foot), (x0, y0), (x1, y1), (x1, foot)]),
            shaded((x0, y0), (x1, foot), (stage.light.tone(lit, depth), stage.light.lit(lit, -0.15, depth))),
        )


def coral(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A coral: a fan of branches, a brain or tubes."""
    canvas, light, marks = stage.canvas, stage.light, np.random.default_rng(index + 5)
    colour: Colour = (
        (0.95, 0.42, 0.48),
        (0.98, 0.65, 0.30),
        (0.72, 0.42, 0.80),
        (0.95, 0.80, 0.42),
        (0.42, 0.75, 0.62),
    )[index % 5]
    if index % 3 == 0:
        for tint, shift in ((-0.3, 0.01), (0.1, 0.0)):
            elements.branch(
                canvas,
                paint(light.lit(colour, tint, depth)),
                x + shift,
                foot,
                0.38 * height,
                math.pi / 2,
                0.08 * height,
                np.random.default_rng(index),
                4,
            )
    elif index % 3 == 1:
        elements.leaf_ball(
            canvas, light, x, foot - 0.3 * height, 0.5 * height, 0.4 * height, colour, depth, index
        )
    else:
        for _ in range(6):
            at, high = x + marks.uniform(-0.4, 0.4) * height, height * marks.uniform(0.5, 1)
            fill = across(light, colour, at - 0.08 * height, at + 0.08 * height, depth)
            canvas.box(at - 0.08 * height, foot - high, at + 0.08 * height, foot, fill, 0.05 * height)
            canvas.oval(
                at,
                foot - high + 0.02 * height,
                0.055 * height,
                0.025 * height,
                paint(light.lit(colour, -0.6, depth)),
            )


def weed(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """Reeds, corn or seaweed."""
    colour = colour_of(name) if name else (0.36, 0.56, 0.26)
    marks = np.random.default_rng(index)
    for _ in range(9):
        at, lean, high = (
            x + marks.uniform(-0.25, 0.25) * height,
            marks.uniform(-0.2, 0.2) * height,
            height * marks.uniform(0.6, 1),
        )
        blade = skia.Path()
        blade.moveTo(at - 0.02 * height, foot)
        blade.quadTo(at, foot - 0.5 * high, at + lean, foot - high)
        blade.quadTo(at + 0.05 * height, foot - 0.5 * high, at + 0.02 * height, foot)
        stage.canvas.path(blade, paint(stage.light.lit(colour, marks.uniform(-0.35, 0.25), depth)))


def lighthouse(
    stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int
) -> None:
    """A lighthouse with red and white bands, which shines in the dark."""
    canvas, light = stage.canvas, stage.light
    low, high, top = 0.13 * height, 0.085 * height, foot - 0.84 * height
    elements.shadow(canvas, light, x, foot, 0.25 * height)
    for band in range(6):
        y0, y1 = foot + (top - foot) * band / 6, foot + (top - foot) * (band + 1) / 6
        half0, half1 = low + (high - low) * band / 6, low + (high - low) * (band + 1) / 6
        colour: Colour = (0.95, 0.94, 0.92) if band % 2 else (0.82, 0.22, 0.20)
        fill = across(light, colour, x - low, x + low, depth)
        canvas.path(polygon([(x - half0, y0), (x + half0, y0), (x + half1, y1), (x - half1, y1)]), fill)
    iron = paint(light.tone((0.24, 0.26, 0.30), depth))
    canvas.box(x - 1.35 * high, top - 0.02 * height, x + 1.35 * high, top + 0.012 * height, iron, 0.004)
    lantern = mix(light.tone((0.85, 0.92, 0.95)), (1.0, 0.93, 0.6), 0.3 + 0.7 * light.darkness)
    canvas.box(
        x - 0.7 * high, top - 0.10 * height, x + 0.7 * high, top - 0.02 * height, paint(lantern), 0.006
    )
    canvas.path(
        polygon(
            [
                (x - 0.95 * high, top - 0.10 * height),
                (x + 0.95 * high, top - 0.10 * height),
                (x, top - 0.165 * height),
            ]
        ),
        paint(light.tone((0.78, 0.2, 0.18), depth)),
    )
    canvas.box(
        x - 0.03 * height,
        foot - 0.11 * height,
        x + 0.03 * height,
        foot,
        paint(light.tone((0.36, 0.25, 0.2), depth)),
        0.02 * height,
    )
    if light.darkness > 0.3:
        for side in (-1, 1):
            beam = polygon(
                [
                    (x, top - 0.06 * height),
                    (x + side * 1.2, top - 0.22 * height),
                    (x + side * 1.2, top + 0.10 * height),
                ]
            )
            canvas.path(
                beam, shaded((x, 0), (x + side * 1.2, 0), ((1.0, 0.95, 0.7),) * 2, (0.55 * light.darkness, 0))
            )


def windmill(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A windmill with four sails."""
    canvas, light = stage.canvas, stage.light
    body: Colour = (0.86, 0.78, 0.66)
    top, half = foot - 0.68 * height, 0.17 * height
    elements.shadow(canvas, light, x, foot, 0.32 * height)
    canvas.path(
        polygon([(x - half, foot), (x + half, foot), (x + 0.6 * half, top), (x - 0.6 * half, top)]),
        across(light, body, x - half, x + half, depth),
    )
    canvas.path(
        polygon(
            [
                (x - 0.72 * half, top),
                (x + 0.72 * half, top),
                (x + 0.3 * half, top - 0.11 * height),
                (x - 0.3 * half, top - 0.11 * height),
            ]
        ),
        paint(light.tone((0.55, 0.28, 0.2), depth)),
    )
    canvas.box(
        x - 0.05 * height,
        foot - 0.16 * height,
        x + 0.05 * height,
        foot,
        paint(light.tone((0.42, 0.28, 0.2), depth)),
        0.03 * height,
    )
    for y in (0.3, 0.48):
        canvas.box(
            x - 0.03 * height,
            foot - (y + 0.07) * height,
            x + 0.03 * height,
            foot - y * height,
            paint(mix(light.tone((0.5, 0.7, 0.82)), (1, 0.85, 0.5), light.darkness)),
            0.004,
        )
    hub, turn = (x, top - 0.03 * height), stage.chance(0.2, 1.2)
    for sail in range(4):
        angle = turn + sail * math.pi / 2
        along, aside = (
            np.array([math.cos(angle), math.sin(angle)]),
            np.array([-math.sin(angle), math.cos(angle)]),
        )
        at = np.array(hub)
        cloth = [
            at + height * (0.08 * along),
            at + height * (0.44 * along),
            at + height * (0.44 * along + 0.09 * aside),
            at + height * (0.08 * along + 0.07 * aside),
        ]
        canvas.path(
            polygon([(float(p[0]), float(p[1])) for p in cloth]), paint(light.tone((0.96, 0.93, 0.85), depth))
        )
        end = at + 0.46 * height * along
        canvas.path(
            polygon([hub, (float(end[0]), float(end[1]))], closed=False),
            paint(light.tone((0.45, 0.32, 0.22), depth), stroke=0.014 * height),
        )
    canvas.oval(*hub, 0.022 * height, 0.022 * height, paint(light.tone((0.35, 0.25, 0.18), depth)))


def booth(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A red telephone booth."""
    canvas, light = stage.canvas, stage.light
    half, red = 0.2 * height, (0.80, 0.12, 0.12)
    elements.shadow(canvas, light, x, foot, 0.35 * height)
    fill = across(light, red, x - half, x + half, depth)
    canvas.box(x - half, foot - 0.9 * height, x + half, foot, fill, 0.01)
    canvas.box(x - 1.08 * half, foot - 0.93 * height, x + 1.08 * half, foot - 0.86 * height, fill, 0.008)
    canvas.oval(x, foot - 0.93 * height, 0.9 * half, 0.07 * height, fill)
    canvas.box(
        x - 0.75 * half,
        foot - 0.915 * height,
        x + 0.75 * half,
        foot - 0.875 * height,
        paint(light.tone((0.97, 0.95, 0.88))),
        0.003,
    )
    glass = mix(light.tone((0.68, 0.84, 0.92), depth), (1.0, 0.9, 0.62), 0.85 * light.darkness)
    for line in range(6):
        for column in range(3):
            left, up = x + (-0.78 + 0.53 * column) * half, foot - (0.82 - 0.125 * line) * height
            canvas.box(left, up, left + 0.46 * half, up + 0.105 * height, paint(glass), 0.002)


def hoop(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A basketball hoop on its board."""
    canvas, light = stage.canvas, stage.light
    canvas.box(
        x - 0.5 * height,
        foot - height,
        x + 0.5 * height,
        foot - 0.3 * height,
        paint(light.tone((0.96, 0.97, 0.98))),
        0.006,
    )
    for inset in (0.0, 0.3):
        box = skia.Rect.MakeLTRB(
            x - (0.48 - inset) * height,
            foot - (0.98 - 1.15 * inset) * height,
            x + (0.48 - inset) * height,
            foot - 0.32 * height,
        )
        frame = skia.Path.Rect(box)
        canvas.path(frame, paint(light.tone((0.85, 0.28, 0.2)), stroke=0.008))
    rim = foot - 0.36 * height
    for strand in range(7):
        at = -0.2 + 0.4 * strand / 6
        canvas.path(
            polygon([(x + at * height, rim), (x + 0.6 * at * height, foot - 0.02 * height)], closed=False),
            paint(light.tone((1, 1, 1)), stroke=0.004),
        )
    ring = skia.Rect.MakeLTRB(
        x - 0.22 * height, rim - 0.035 * height, x + 0.22 * height, rim + 0.035 * height
    )
    canvas.each_turn(lambda c: c.drawOval(ring, paint(light.tone((0.92, 0.36, 0.12)), stroke=0.012)))


def headland(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """A cliff that falls to the sea on its left, with grass on top."""
    canvas, light = stage.canvas, stage.light
    colour = colour_of(name) if name else (0.72, 0.62, 0.50)
    marks = np.random.default_rng(index + 2)
    edge = [
        (x + marks.uniform(-0.03, 0.03) - 0.10 * share, foot - height * (1 - share))
        for share in np.linspace(0, 1, 14)
    ]
    shape = polygon([*edge, (x + 1.35, foot), (x + 1.15, foot - height)])
    canvas.path(shape, across(light, colour, x, x + 1.2, depth))
    relief = noise_texture(47, power=1.2, stretch=3.0)
    slope = np.roll(relief, 2, axis=0) - np.roll(relief, -2, axis=0)
    slope = slope / slope.std()
    for turn in (-WIDTH, 0.0):
        canvas.skia.save()
        canvas.skia.translate(turn, 0)
        canvas.skia.clipPath(shape, doAntiAlias=True)
        for sign, tone in ((1, -0.6), (-1, 0.5)):
            alpha = np.zeros((*slope.shape, 4), dtype=np.uint8)
            alpha[..., :3] = np.round(255 * np.clip(light.lit(colour, tone, depth), 0, 1)).astype(np.uint8)
            alpha[..., 3] = np.round(255 * np.clip(sign * slope * 0.22, 0, 1)).astype(np.uint8)
            image = skia.Image.fromarray(alpha, colorType=skia.kRGBA_8888_ColorType)
            canvas.skia.drawImageRect(
                image,
                skia.Rect.MakeLTRB(x - 0.3, foot - height, x + 1.5, foot),
                skia.SamplingOptions(skia.FilterMode.kLinear),
            )
        canvas.skia.restore()
    grass = ground_colour(stage, "5f9f45", "grass")
    canvas.path(
        polygon(
            [
                (x - 0.05, foot - height + 0.012),
                (x + 0.02, foot - height - 0.03),
                (x + 1.13, foot - height - 0.035),
                (x + 1.18, foot - height + 0.016),
            ]
        ),
        paint(light.tone(grass, depth)),
    )
    for blade in np.linspace(0, 1.12, 60):
        elements.tuft(
            canvas,
            x + float(blade),
            foot - height + 0.02,
            0.03,
            light.lit(grass, marks.uniform(-0.3, 0.2), depth),
            marks,
        )


def canopy(stage: Stage, x: float, foot: float, height: float, depth: float, name: str, index: int) -> None:
    """The roof of a petrol station on its posts."""
    canvas, light, half, top = stage.canvas, stage.light, 1.1 * height, foot - height
    elements.shadow(canvas, light, x, foot, 1.1 * half)
    for side in (-0.75, 0.75):
        at = x + side * half
        canvas.box(
            at - 0.018, top, at + 0.018, foot, across(light, (0.85, 0.86, 0.88), at - 0.018, at + 0.018)
        )
    canvas.box(x - half, top, x + half, top + 0.11, down(light, (0.93, 0.94, 0.95), top, top + 0.11), 0.01)
    canvas.box(x - half, top + 0.06, x + half, top + 0.085, paint(light.tone((0.86, 0.20, 0.18))))
    canvas.box(x - half + 0.03, top + 0.11, x + half - 0.03, top + 0.122, paint((1.0, 1.0, 0.92)))
    glow = 0.6 * light.darkness
    canvas.oval(x, top + 0.2, half, 0.25, radial((x, top + 0.2), half, ((1.0, 0.97, 0.85),) * 2, (glow, 0)))


DRAWN: dict[str, Callable[..., None]] = {
    "facade": facade,
    "tower": tower,
    "house": cottage,
    "tomb": tombstone,
    "lamp": lamp,
    "stall": parasol,
    "rock": rock,
    "berg": berg,
    "coral": coral,
    "weed": weed,
    "lighthouse": lighthouse,
    "windmill": windmill,
    "booth": booth,
    "canopy": canopy,
    "hoop": hoop,
    "headland": headland,
}
"""What rows may name before a colon, or alone."""
