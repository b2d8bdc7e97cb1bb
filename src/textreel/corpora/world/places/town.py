"""Layers that people built: roads, rails, fences, arches, sports grounds."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import skia

from textreel.corpora.world.places import elements
from textreel.corpora.world.places.canvas import HEIGHT, WIDTH, noise_texture, paint, polygon, shaded
from textreel.corpora.world.places.elements import across, down
from textreel.corpora.world.places.light import Colour, lighter
from textreel.corpora.world.places.stage import Stage, colour_of


def road(
    stage: Stage,
    top: float = 0.80,
    bottom: float = 1.12,
    kind: str = "asphalt",
    lanes: int = 2,
    kerb: bool = True,
    pavement: float = 0.045,
    crossing: float | None = None,
) -> None:
    """A road along the view, with its lines and its pavement; crossing: where zebra stripes are."""
    canvas, light = stage.canvas, stage.light
    colour: Colour = {
        "asphalt": (0.36, 0.37, 0.41),
        "dirt": (0.62, 0.48, 0.34),
        "track": (0.76, 0.36, 0.26),
        "cobbles": (0.55, 0.52, 0.50),
    }[kind]
    if kerb:
        canvas.band(top - pavement, bottom + 0.05, paint(light.tone((0.72, 0.71, 0.70))))
        canvas.band(bottom, bottom + 0.012, paint(light.tone((0.50, 0.50, 0.50))))
    canvas.band(top, bottom, down(light, colour, top, bottom))
    canvas.texture(np.clip(noise_texture(14, power=0.6), 0, 3), top, bottom, light.lit(colour, -0.5), 0.07)
    white = paint(light.tone((0.93, 0.93, 0.90)))
    if kind == "track":
        for lane in range(1, 6):
            y = top + (bottom - top) * (lane / 6) ** 1.2
            canvas.band(y, y + 0.003 + 0.003 * lane / 6, white)
    elif kind == "asphalt":
        for lane in range(1, lanes):
            y = top + (bottom - top) * (lane / lanes) ** 1.15
            for dash in range(10):
                canvas.box(dash * 0.3 + 0.05, y, dash * 0.3 + 0.2, y + 0.012, white, 0.002)
        canvas.band(top + 0.012, top + 0.018, white)
        canvas.band(bottom - 0.024, bottom - 0.015, white)
    if crossing is not None:
        for stripe in range(7):
            y = top + (bottom - top) * (stripe / 7) ** 1.1 + 0.008
            canvas.path(
                polygon(
                    [
                        (crossing - 0.22 - 0.05 * stripe / 7, y),
                        (crossing + 0.22 - 0.05 * stripe / 7, y),
                        (crossing + 0.22 - 0.05 * stripe / 7, y + 0.024),
                        (crossing - 0.22 - 0.05 * stripe / 7, y + 0.024),
                    ]
                ),
                white,
            )


def rails(stage: Stage, y: float = 0.93) -> None:
    """A railway track."""
    canvas, light = stage.canvas, stage.light
    elements.ground(canvas, light, y - 0.07, (0.52, 0.49, 0.47), (0.60, 0.57, 0.54), "rock", 12)
    for index in range(48):
        x = index * WIDTH / 48
        canvas.path(
            polygon(
                [
                    (x + 0.012, y - 0.045),
                    (x + 0.034, y - 0.045),
                    (x + 0.022, y + 0.085),
                    (x - 0.006, y + 0.085),
                ]
            ),
            paint(light.tone((0.38, 0.28, 0.21))),
        )
    for at, wide in ((y - 0.03, 0.009), (y + 0.055, 0.013)):
        canvas.band(
            at,
            at + wide,
            shaded((0, at), (0, at + wide), (light.tone((0.86, 0.87, 0.9)), light.tone((0.42, 0.40, 0.42)))),
        )


def fence(
    stage: Stage, y: float = 0.74, height: float = 0.08, colour: str = "d9cbb0", kind: str = "wood"
) -> None:
    """A fence, a hedge, a railing or a wall along the ground."""
    canvas, light, tone = stage.canvas, stage.light, colour_of(colour)
    lit, dark = light.lit(tone, 0.15, 0.08), light.lit(tone, -0.25, 0.08)
    if kind == "wood":
        for at in (0.3, 0.7):
            canvas.band(y - height * (1 - at), y - height * (1 - at) + 0.14 * height, paint(dark))
        for index in range(40):
            x = (index + 0.5) * WIDTH / 40
            canvas.box(
                x - 0.13 * height,
                y - 1.1 * height,
                x + 0.13 * height,
                y,
                shaded((x - 0.1 * height, 0), (x + 0.1 * height, 0), (lit, dark)),
                0.05 * height,
            )
    elif kind == "rail":
        for at in (0.0, 0.45):
            canvas.band(
                y - height * (1 - at),
                y - height * (1 - at) + 0.012,
                shaded((0, y - height), (0, y), (lit, dark)),
            )
        for index in range(24):
            x = (index + 0.5) * WIDTH / 24
            canvas.box(x - 0.006, y - height, x + 0.006, y, paint(dark))
    elif kind == "hedge":
        for index in range(34):
            elements.leaf_ball(
                canvas,
                light,
                (index + 0.5) * WIDTH / 34,
                y - 0.5 * height,
                0.62 * height,
                0.5 * height,
                tone,
                0.1,
                index,
            )
    else:
        bricks(stage, y - height, y, tone, kind)
        canvas.band(y - height - 0.012, y - height + 0.01, paint(lit))


def bricks(stage: Stage, top: float, bottom: float, colour: Colour, kind: str = "brick") -> None:
    """Courses of bricks or of hewn stone."""
    canvas, light = stage.canvas, stage.light
    high = {"brick": 0.026, "stone": 0.075, "tile": 0.05}[kind]
    wide = high * {"brick": 2.4, "stone": 1.7, "tile": 1.0}[kind]
    count = round(WIDTH / wide)
    joint = light.lit(colour, -0.3 if kind != "tile" else -0.16)
    canvas.band(top, bottom, paint(joint))
    marks, y, course = np.random.default_rng(3), bottom, 0
    while y > top:
        upper = max(top, y - high)
        for index in range(count):
            x = (index + (0.5 if course % 2 and kind != "tile" else 0.0)) * WIDTH / count
            tone = lighter(colour, marks.uniform(-0.12, 0.12) * (0.25 if kind == "tile" else 1))
            canvas.box(
                x + 0.0025,
                upper + 0.0025,
                x + WIDTH / count - 0.0025,
                y - 0.0015,
                down(light, tone, upper, y),
                0.004 if kind == "stone" else 0.001,
            )
        y, course = y - high, course + 1


def lines(
    stage: Stage, ys: Sequence[float] = (0.74, 1.1), colour: str = "f5f5f0", middle: bool = True
) -> None:
    """The lines of a sports field."""
    tone = paint(stage.light.tone(colour_of(colour), 0.05))
    for y in ys:
        stage.canvas.band(y, y + 0.005 + 0.008 * (y - stage.horizon), tone)
    if middle:
        stage.canvas.path(
            polygon([(1.56, ys[0]), (1.44, ys[-1])], closed=False),
            paint(stage.light.tone(colour_of(colour), 0.05), stroke=0.010),
        )
        ring = skia.Rect.MakeLTRB(1.5 - 0.36, 0.86, 1.5 + 0.36, 1.02)
        stage.canvas.each_turn(
            lambda canvas: canvas.drawOval(
                ring, paint(stage.light.tone(colour_of(colour), 0.05), stroke=0.010)
            )
        )


def pool(stage: Stage, top: float = 0.86, colour: str = "35a9d6") -> None:
    """A swimming pool with lanes before one."""
    canvas, light = stage.canvas, stage.light
    canvas.band(top - 0.02, top + 0.01, paint(light.tone((0.95, 0.96, 0.97))))
    elements.water(
        canvas,
        replace(light, horizon=light.tone((0.75, 0.92, 0.98))),
        top,
        HEIGHT,
        colour_of(colour),
        stage.noise,
        0.8,
    )
    for share in (0.18, 0.45, 0.80):
        y = top + (HEIGHT - top) * share
        for index in range(60):
            x = index * WIDTH / 60
            canvas.box(
                x,
                y,
                x + WIDTH / 60 - 0.008,
                y + 0.010 + 0.008 * share,
                paint(light.tone((0.90, 0.20, 0.20) if index % 4 < 2 else (0.97, 0.97, 0.97))),
                0.005,
            )


def bunting(stage: Stage, y: float = 0.18) -> None:
    """Strings of small flags."""
    for index in range(48):
        x = index * WIDTH / 48
        dip = 0.06 * math.sin((index % 12) / 12 * math.pi)
        tone: Colour = ((0.92, 0.28, 0.26), (0.98, 0.78, 0.25), (0.25, 0.58, 0.80), (0.40, 0.72, 0.42))[
            index % 4
        ]
        stage.canvas.path(
            polygon([(x, y + dip), (x + 0.05, y + dip), (x + 0.025, y + dip + 0.055)]),
            paint(stage.light.tone(tone, 0.05)),
        )


def columns(
    stage: Stage, count: int = 7, colour: str = "efe7d8", top: float = 0.1, wide: float = 0.075
) -> None:
    """Columns before the back wall."""
    canvas, light, tone, foot = stage.canvas, stage.light, colour_of(colour), stage.horizon + 0.02
    for index in range(count):
        x = (index + 0.5) * WIDTH / count
        fill = across(light, tone, x - wide / 2, x + wide / 2)
        canvas.box(x - wide / 2, top, x + wide / 2, foot, fill)
        for flute in range(1, 5):
            at = x - wide / 2 + wide * flute / 5
            canvas.box(at - 0.0015, top + 0.05, at + 0.0015, foot - 0.05, paint(light.lit(tone, -0.4), 0.5))
        for y, high in ((top, 0.045), (foot - 0.04, 0.05)):
            canvas.box(x - 0.72 * wide, y, x + 0.72 * wide, y + high, paint(light.lit(tone, 0.12)), 0.008)


def arches(
    stage: Stage,
    count: int = 5,
    colour: str = "cbb894",
    top: float = 0.2,
    foot: float | None = None,
    see: str = "dark",
) -> None:
    """A row of arches; see: dark, or sky."""
    canvas, light, tone = stage.canvas, stage.light, colour_of(colour)
    foot = stage.horizon if foot is None else foot
    for index in range(count):
        x, half = (index + 0.5) * WIDTH / count, 0.32 * WIDTH / count
        arch = skia.Path()
        arch.moveTo(x - half, foot)
        arch.lineTo(x - half, top + half)
        arch.arcTo(skia.Rect.MakeLTRB(x - half, top, x + half, top + 2 * half), 180, 180, False)
        arch.lineTo(x + half, foot)
        arch.close()
        out = stage.outside
        fill = (
            shaded((0, top), (0, foot), (out.zenith, out.horizon))
            if see == "sky"
            else down(light, tone, top, foot)
        )
        canvas.path(arch, fill)
        canvas.path(arch, paint(light.lit(tone, 0.3), stroke=0.022))


def ropes(stage: Stage, y: float = 0.84, colour: str = "b3202a") -> None:
    """Posts with cords between them, as in a museum or before a stage."""
    canvas, light = stage.canvas, stage.light
    for index in range(8):
        x0, x1 = index * WIDTH / 8 + 0.1, (index + 1) * WIDTH / 8 + 0.1
        sag = skia.Path()
        sag.moveTo(x0, y - 0.13)
        sag.quadTo((x0 + x1) / 2, y - 0.06, x1, y - 0.13)
        canvas.path(sag, paint(light.tone(colour_of(colour)), stroke=0.014))
        canvas.box(x0 - 0.008, y - 0.15, x0 + 0.008, y, paint(light.tone((0.86, 0.70, 0.32))))
        canvas.oval(x0, y - 0.155, 0.014, 0.014, paint(light.tone((0.95, 0.82, 0.45))))
        canvas.oval(x0, y, 0.03, 0.009, paint(light.tone((0.7, 0.56, 0.25))))
