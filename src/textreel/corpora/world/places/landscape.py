"""Layers of open country, water, the sky, space and caves."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import skia

from textreel.corpora.world.places import elements
from textreel.corpora.world.places.canvas import (
    HEIGHT,
    WIDTH,
    noise_texture,
    paint,
    polygon,
    profile,
    radial,
    shaded,
)
from textreel.corpora.world.places.elements import LEAVES, across, down
from textreel.corpora.world.places.light import Colour, lighter, mix
from textreel.corpora.world.places.stage import Stage, colour_of, ground_colour


def sky(stage: Stage, horizon: float = 0.66) -> None:
    """The air down to the horizon."""
    stage.horizon = horizon
    elements.sky(stage.canvas, stage.light, stage.noise, horizon)


def mountains(
    stage: Stage,
    colour: str = "757080",
    height: float = 0.3,
    depth: float = 0.45,
    snow: float = 0.06,
    waves: Sequence[int] = (3, 5, 8, 13),
    rough: float = 0.4,
) -> None:
    """A range of pointed tops behind everything."""
    tops = elements.peaks(stage.noise, 10, tuple(waves))
    line = stage.horizon - height * (0.15 + 0.85 * tops)
    elements.ridge(
        stage.canvas,
        stage.light,
        line,
        stage.horizon + 0.03,
        colour_of(colour),
        depth,
        rough=rough,
        snow=snow + (0.12 if stage.season == "winter" else 0),
    )


def hills(
    stage: Stage,
    colour: str = "4d8547",
    height: float = 0.1,
    depth: float = 0.3,
    rough: float = 0.2,
    waves: Sequence[int] = (2, 5, 9),
) -> None:
    """Round hills."""
    line = stage.horizon - height * (0.55 + 0.45 * profile(stage.noise.phases(17, len(waves)), tuple(waves)))
    elements.ridge(
        stage.canvas,
        stage.light,
        line,
        stage.horizon + 0.03,
        ground_colour(stage, colour, "grass"),
        depth,
        rough=rough,
        seed=4,
    )


def dunes(stage: Stage, colour: str = "e6b567", height: float = 0.16) -> None:
    """Waves of sand, each with a bright crest and a shaded side."""
    for index, depth in enumerate((0.4, 0.25, 0.08)):
        y = stage.horizon + 0.07 * index
        line = y - height * (
            0.5 + 0.5 * elements.peaks(stage.noise, 18 + 5 * index, (2 + index, 4 + index), sharp=0.5)
        )
        elements.ridge(
            stage.canvas,
            stage.light,
            line,
            HEIGHT,
            lighter(colour_of(colour), 0.08 - 0.04 * index),
            depth,
            rough=0.12,
            seed=6 + index,
        )


def ground(
    stage: Stage, near: str, far: str = "", kind: str = "grass", top: float | None = None, seed: int = 5
) -> None:
    """What one stands on."""
    top = stage.horizon if top is None else top
    near_colour = ground_colour(stage, near, kind)
    elements.ground(
        stage.canvas, stage.light, top, near_colour, ground_colour(stage, far or near, kind), kind, seed
    )


def path(stage: Stage, colour: str = "c9a97a", top: float = 0.84, bottom: float = 0.96) -> None:
    """A way along the ground."""
    edge = profile(np.array([0.4, 2.0]), (3, 7)) * 0.012
    colour_lit = stage.light.tone(colour_of(colour))
    x = np.arange(len(edge)) * WIDTH / len(edge)
    outline = [
        *zip(x, top + edge, strict=True),
        (WIDTH, top + edge[0]),
        (WIDTH, bottom - edge[0]),
        *zip(x[::-1], (bottom - edge)[::-1], strict=True),
    ]
    shape = polygon(outline)
    stage.canvas.skia.drawPath(
        shape,
        shaded((0, top), (0, bottom), (lighter(colour_lit, -0.1), colour_lit, lighter(colour_lit, -0.12))),
    )
    stage.canvas.texture(
        np.clip(noise_texture(8, power=1.0, stretch=6), 0, 3),
        top - 0.02,
        bottom + 0.02,
        lighter(colour_lit, -0.4),
        0.12,
        clip=shape,
    )


def water(
    stage: Stage, near: str = "2b7fb8", top: float | None = None, bottom: float = HEIGHT, waves: float = 1.0
) -> None:
    """A lake, a river or the sea."""
    elements.water(
        stage.canvas,
        stage.light,
        stage.horizon if top is None else top,
        bottom,
        colour_of(near),
        stage.noise,
        waves,
    )


def shore(stage: Stage, colour: str = "ecd7a2", y: float = 0.88, foam: bool = True) -> None:
    """Where water ends on sand or snow."""
    line = y + 0.02 * profile(stage.noise.phases(30, 3), (2, 3, 7))
    wet = stage.light.lit(colour_of(colour), -0.25)
    stage.canvas.below(line - 0.02, HEIGHT, paint(wet))
    if foam:
        x = np.arange(len(line) + 1) * WIDTH / len(line)
        for lift, wide in ((0.02, 0.012), (0.05, 0.006)):
            edge = polygon([*zip(x, [*(line - lift), line[0] - lift], strict=True)], closed=False)
            stage.canvas.skia.drawPath(edge, paint(stage.light.tone((1, 1, 1)), 0.85, stroke=wide))
    stage.canvas.below(line, HEIGHT, down(stage.light, colour_of(colour), y - 0.03, HEIGHT))
    stage.canvas.texture(
        np.clip(noise_texture(9, power=1.0, stretch=6), 0, 3),
        y + 0.03,
        HEIGHT,
        stage.light.lit(colour_of(colour), -0.4),
        0.07,
        power=1.5,
    )


def lava(stage: Stage, x: float = 1.5, height: float = 0.42) -> None:
    """A volcano with a glowing mouth and streams of lava."""
    canvas, light, foot = stage.canvas, stage.light, stage.horizon + 0.02
    x += stage.chance(-0.25, 0.25)
    top = foot - height
    outline = skia.Path()
    outline.moveTo(x - 0.95, foot)
    outline.cubicTo(x - 0.45, foot - 0.12, x - 0.25, top + 0.12, x - 0.12, top)
    outline.quadTo(x, top + 0.05, x + 0.12, top)
    outline.cubicTo(x + 0.25, top + 0.12, x + 0.45, foot - 0.12, x + 0.95, foot)
    outline.close()
    rock_colour: Colour = (0.36, 0.28, 0.28)
    canvas.oval(x, top, 0.5, 0.4, radial((x, top), 0.45, ((1.0, 0.45, 0.15),) * 2, (0.55, 0)))
    for puff in range(9):
        size = 0.05 + 0.018 * puff
        cx, cy = x + 0.035 * puff + 0.02 * math.sin(puff * 2.0), top - 0.03 - 0.045 * puff
        grey = light.tone((0.45, 0.42, 0.44), 0.1)
        canvas.oval(
            cx,
            cy,
            size,
            0.85 * size,
            radial(
                (cx - 0.3 * size, cy - 0.3 * size),
                1.5 * size,
                (lighter(grey, 0.25), lighter(grey, -0.2)),
                (0.95, 0.9),
            ),
        )
    canvas.path(
        outline,
        shaded(
            (x - 0.8, 0),
            (x + 0.8, 0),
            (light.lit(rock_colour, 0.22, 0.1), light.lit(rock_colour, -0.35, 0.05)),
        ),
    )
    relief = noise_texture(15, power=1.3)
    canvas.texture(np.clip(relief, 0, 3), top, foot, light.lit(rock_colour, -0.6), 0.28, clip=outline)
    for at, bend in ((-0.06, -0.20), (0.02, 0.06), (0.08, 0.30)):
        stream = skia.Path()
        stream.moveTo(x + at - 0.015, top + 0.02)
        stream.cubicTo(x + at, top + 0.15, x + bend - 0.02, foot - 0.2, x + bend * 1.4 - 0.035, foot)
        stream.lineTo(x + bend * 1.4 + 0.035, foot)
        stream.cubicTo(x + bend + 0.03, foot - 0.2, x + at + 0.05, top + 0.15, x + at + 0.02, top + 0.02)
        canvas.path(
            stream, shaded((0, top), (0, foot), ((1.0, 0.88, 0.35), (1.0, 0.42, 0.12), (0.80, 0.16, 0.08)))
        )
    canvas.oval(x, top + 0.012, 0.115, 0.022, paint((1.0, 0.75, 0.25)))


def waterfall(
    stage: Stage,
    x: float = 1.5,
    top: float = 0.2,
    bottom: float = 0.8,
    wide: float = 0.34,
    colour: str = "6b6f66",
) -> None:
    """A cliff with water that falls over it into a pool."""
    canvas, light = stage.canvas, stage.light
    line = top + 0.03 * profile(stage.noise.phases(24, 3), (4, 9, 15), 0.6)
    elements.ridge(canvas, light, line, bottom, colour_of(colour), 0.12, rough=0.7, seed=19)
    x += stage.chance(-0.15, 0.15)
    shape = polygon(
        [
            (x - wide / 2, top - 0.03),
            (x + wide / 2, top - 0.03),
            (x + 0.6 * wide, bottom),
            (x - 0.6 * wide, bottom),
        ]
    )
    canvas.path(
        shape,
        shaded(
            (0, top),
            (0, bottom),
            (light.tone((0.82, 0.93, 1.0)), light.tone((0.62, 0.83, 0.95)), light.tone((0.92, 0.98, 1.0))),
        ),
    )
    streaks = np.rot90(noise_texture(27, 1024, 512, power=0.8, stretch=10.0))
    canvas.texture(np.clip(streaks, 0, 3), top - 0.03, bottom, light.tone((1, 1, 1)), 0.45, clip=shape)
    canvas.texture(
        np.clip(-streaks, 0, 3), top - 0.03, bottom, light.tone((0.35, 0.62, 0.80)), 0.30, clip=shape
    )
    for at in np.linspace(-0.7, 0.7, 15):
        canvas.oval(x + at * wide, bottom, 0.06, 0.035, paint(light.tone((1, 1, 1)), 0.5, blur=0.012))


def rays(stage: Stage, strength: float = 0.22) -> None:
    """Light that falls in shafts, in woods and under water."""
    for index in range(7):
        x = (index + 0.5) * WIDTH / 7 + stage.chance(-0.1, 0.1)
        shape = polygon([(x - 0.03, 0), (x + 0.06, 0), (x - 0.25, 0.95), (x - 0.45, 0.95)])
        stage.canvas.path(
            shape,
            shaded(
                (0, 0), (0, 0.95), (stage.light.sun,) * 2, (strength * (1 - 0.7 * stage.light.darkness), 0)
            ),
        )


def depths(stage: Stage, top: str = "3fb6d8", bottom: str = "0d4f86") -> None:
    """Open water, seen from within."""
    stage.horizon = 0.8
    canvas, light = stage.canvas, stage.light
    canvas.band(
        0,
        HEIGHT,
        shaded(
            (0, 0),
            (0, HEIGHT),
            (light.lit(colour_of(top), 0.35), light.tone(colour_of(top)), light.tone(colour_of(bottom))),
        ),
    )
    stage.light = replace(
        light,
        haze=light.tone(mix(colour_of(top), colour_of(bottom), 0.6)),
        falls=mix(light.falls, light.tone((0.75, 0.95, 1.0)), 0.7),
    )
    rays(stage, 0.3)
    bubbles = np.random.default_rng(4)
    for _ in range(60):
        x, y, size = bubbles.uniform(0, WIDTH), bubbles.uniform(0.05, 1.0), bubbles.uniform(0.003, 0.011)
        canvas.oval(x, y, size, size, paint((1, 1, 1), 0.25))
        canvas.oval(x - 0.3 * size, y - 0.3 * size, 0.35 * size, 0.35 * size, paint((1, 1, 1), 0.7))


def cosmos(stage: Stage, tint: str = "6a2f9a", other: str = "15759a") -> None:
    """Stars and clouds of gas."""
    canvas = stage.canvas
    canvas.band(
        0, HEIGHT, shaded((0, 0), (0, HEIGHT), ((0.02, 0.02, 0.08), (0.06, 0.03, 0.15), (0.02, 0.03, 0.10)))
    )
    for seed, colour, strength in ((41, tint, 0.34), (42, other, 0.30)):
        gas = np.roll(noise_texture(seed, power=1.7), int(stage.chance(0, 400)), axis=1)
        canvas.texture(np.clip(gas + 0.2, 0, 3), 0, HEIGHT, colour_of(colour), strength)
    stars = np.random.default_rng(6)
    for _ in range(520):
        x, y, size = stars.uniform(0, WIDTH), stars.uniform(0, HEIGHT), stars.exponential(0.0011) + 0.0006
        canvas.oval(
            x,
            y,
            size,
            size,
            paint(((1, 1, 1), (0.75, 0.85, 1.0), (1.0, 0.9, 0.75))[int(stars.uniform(0, 3))], 0.95),
        )
    stage.light = replace(
        stage.light, falls=(0.95, 0.94, 1.0), haze=(0.08, 0.07, 0.2), darkness=0.0, overcast=0.0
    )


def planet(
    stage: Stage,
    x: float = 0.6,
    y: float = 0.3,
    size: float = 0.13,
    colour: str = "e8a25c",
    ring: bool = False,
    bands: bool = True,
) -> None:
    """A ball in the sky, lit from the left, with or without a ring."""
    canvas = stage.canvas
    x += stage.chance(-0.1, 0.1)
    tone = colour_of(colour)
    ball = skia.Path()
    ball.addCircle(x, y, size)
    canvas.oval(
        x,
        y,
        size,
        size,
        shaded((x - size, y - size), (x + size, y + size), (lighter(tone, 0.35), tone, lighter(tone, -0.75))),
    )
    if bands:
        for at, high in ((-0.5, 0.12), (-0.1, 0.2), (0.35, 0.1)):
            canvas.skia.save()
            canvas.skia.clipPath(ball, doAntiAlias=True)
            canvas.skia.drawRect(
                skia.Rect.MakeLTRB(x - size, y + at * size, x + size, y + (at + high) * size),
                paint(lighter(tone, -0.35), 0.35, blur=0.02 * size),
            )
            canvas.skia.restore()
    if ring:
        oval = skia.Rect.MakeLTRB(x - 1.75 * size, y - 0.42 * size, x + 1.75 * size, y + 0.42 * size)
        canvas.each_turn(
            lambda c: c.drawArc(oval, 0, 180, False, paint(lighter(tone, 0.45), 0.85, stroke=0.13 * size))
        )


def craters(stage: Stage, colour: str = "9a9aa0", count: int = 22) -> None:
    """Round hollows in the ground."""
    marks = np.random.default_rng(13)
    for _ in range(count):
        share = marks.uniform(0.05, 1)
        x, y, size = (
            marks.uniform(0, WIDTH),
            stage.horizon + (HEIGHT - stage.horizon) * share,
            (0.02 + 0.10 * share) * marks.uniform(0.5, 1.2),
        )
        tone = colour_of(colour)
        stage.canvas.oval(x, y, size, 0.3 * size, paint(stage.light.lit(tone, 0.3)))
        stage.canvas.oval(
            x + 0.02 * size,
            y + 0.05 * size,
            0.9 * size,
            0.25 * size,
            across(stage.light, tone, x - size, x + size),
        )


def cave(stage: Stage, colour: str = "5a4c46", mouth: bool = True) -> None:
    """Rock all round, with a way out where it is light."""
    canvas, light = stage.canvas, stage.light
    tone = colour_of(colour)
    stage.light = light = replace(
        stage.outside,
        falls=mix((0.75, 0.75, 0.85), stage.outside.falls, 0.35),
        haze=(0.15, 0.13, 0.15),
        fog=0.0,
        overcast=0.5,
    )
    canvas.band(0, HEIGHT, down(light, tone, 0, HEIGHT))
    relief = noise_texture(44, power=1.4)
    slope = np.roll(relief, 4, axis=0) - np.roll(relief, -4, axis=0)
    slope = slope / slope.std()
    canvas.texture(np.clip(slope, 0, 3), 0, HEIGHT, light.lit(tone, -0.8), 0.30)
    canvas.texture(np.clip(-slope, 0, 3), 0, HEIGHT, light.lit(tone, 0.5), 0.18)
    if mouth:
        x = 1.5 + stage.chance(-0.2, 0.2)
        out = stage.outside
        canvas.oval(x, 0.46, 0.7, 0.6, radial((x, 0.46), 0.65, (out.horizon,) * 2, (0.5, 0)))
        edge = [
            (
                x + 0.36 * math.cos(a) * (1 + 0.10 * math.sin(5 * a)),
                0.50 + 0.33 * math.sin(a) * (1 + 0.06 * math.cos(7 * a)),
            )
            for a in np.linspace(0, 2 * math.pi, 60)
        ]
        hole = polygon(edge)
        canvas.path(hole, shaded((0, 0.17), (0, 0.83), (out.zenith, out.middle, out.horizon)))
        canvas.skia.save()
        canvas.skia.clipPath(hole, doAntiAlias=True)
        elements.leaf_ball(canvas, out, x, 0.80, 0.4, 0.12, LEAVES[stage.season], 0.25, 8)
        canvas.skia.restore()
    for index in range(22):
        marks = np.random.default_rng(index + 60)
        x, long, wide = (
            (index + marks.uniform(0, 1)) * WIDTH / 22,
            marks.uniform(0.06, 0.26),
            marks.uniform(0.018, 0.04),
        )
        lit = (light.lit(tone, 0.25), light.lit(tone, -0.5))
        canvas.path(
            polygon([(x - wide, 0), (x + wide, 0), (x + 0.1 * wide, long), (x - 0.1 * wide, long)]),
            shaded((x - wide, 0), (x + wide, 0), lit),
        )
    stage.horizon = 0.78
    elements.ground(canvas, light, 0.80, lighter(tone, 0.05), lighter(tone, -0.3), "rock", 15)
