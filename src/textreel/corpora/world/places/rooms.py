"""Layers of rooms: walls, floors, ceilings, windows, doors, curtains, stairs."""

from dataclasses import replace

import numpy as np
import skia

from textreel.corpora.world.places import elements
from textreel.corpora.world.places.canvas import HEIGHT, WIDTH, noise_texture, paint, polygon, radial, shaded
from textreel.corpora.world.places.elements import LEAVES, across, down
from textreel.corpora.world.places.landmarks import tower
from textreel.corpora.world.places.light import Colour, lighter, mix
from textreel.corpora.world.places.rows import row
from textreel.corpora.world.places.stage import Stage, colour_of
from textreel.corpora.world.places.town import bricks


def wall(
    stage: Stage,
    colour: str = "e9e0d2",
    kind: str = "plain",
    to: float = 0.80,
    lower: str = "",
    warm: float = 0.5,
) -> None:
    """The back wall of a room; from here on its lamps are the light.

    Args:
        kind: plain, stripes, panel, brick, stone or tile.
        lower: the colour of its lower third, where that is another.
        warm: how yellow the lamps are by night.
    """
    outside = stage.outside
    night = max(outside.darkness, 0.35 * outside.overcast)
    lamps = mix((1.0, 1.0, 1.0), mix((0.88, 0.88, 0.95), (0.98, 0.84, 0.66), warm), night)
    by_day = mix(lamps, outside.falls, 0.25 * (1 - night))
    stage.light = replace(outside, falls=by_day, haze=(0.5, 0.5, 0.5), darkness=0.0, overcast=0.3, fog=0.0)
    canvas, light, tone = stage.canvas, stage.light, colour_of(colour)
    stage.horizon = to
    if kind in ("brick", "stone", "tile"):
        bricks(stage, 0, to, tone, kind)
    else:
        canvas.band(0, to, down(light, tone, 0, to))
        for index in range(60 if kind == "stripes" else 24 if kind == "panel" else 0):
            step = WIDTH / (60 if kind == "stripes" else 24)
            if kind == "stripes" and index % 2:
                canvas.box(index * step, 0, (index + 1) * step, to, paint(light.lit(tone, -0.14), 0.6))
            if kind == "panel":
                canvas.box(index * step, 0, index * step + 0.006, to, paint(light.lit(tone, -0.35), 0.8))
    if lower:
        canvas.band(to - 0.3, to, down(light, colour_of(lower), to - 0.3, to))
        canvas.band(to - 0.31, to - 0.29, paint(light.lit(colour_of(lower), 0.4)))
    glow = noise_texture(33, power=2.0)
    canvas.texture(np.clip(glow, 0, 2), 0, to, lighter(light.falls, 0.6), 0.06)
    canvas.band(to - 0.03, to, paint(light.lit(colour_of(lower or colour), 0.35)))
    canvas.band(to - 0.004, to, paint(light.tone((0.2, 0.18, 0.2)), 0.5))


def floor(stage: Stage, colour: str = "b98556", kind: str = "boards") -> None:
    """What one stands on indoors: boards, tiles, check, carpet, concrete or court."""
    canvas, light, tone, top = stage.canvas, stage.light, colour_of(colour), stage.horizon
    canvas.band(top, HEIGHT, down(light, tone, top, HEIGHT))
    marks = np.random.default_rng(2)
    edges = top + (HEIGHT - top) * np.linspace(0, 1, 8) ** 1.35
    slant = 0.35
    if kind in ("boards", "tiles", "check"):
        for row_index, (y0, y1) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
            count = 9 if kind == "boards" else 24
            for index in range(count):
                x = (index + (0.5 * (row_index % 2) if kind == "boards" else 0)) * WIDTH / count
                shift0, shift1 = -slant * (y0 - top), -slant * (y1 - top)
                if kind == "boards":
                    shift0 = shift1 = 0
                shade = (
                    marks.uniform(-0.10, 0.10)
                    if kind == "boards"
                    else (0.75 if (row_index + index) % 2 else -0.6)
                    if kind == "check"
                    else marks.uniform(-0.03, 0.05)
                )
                gap = 0.0025
                quad = [
                    (x + shift0 + gap, y0 + gap),
                    (x + WIDTH / count + shift0 - gap, y0 + gap),
                    (x + WIDTH / count + shift1 - gap, y1 - gap),
                    (x + shift1 + gap, y1 - gap),
                ]
                canvas.path(polygon(quad), paint(light.lit(tone, shade)))
        if kind == "boards":
            grain = noise_texture(28, power=0.9, stretch=20.0)
            canvas.texture(np.clip(grain, 0, 3), top, HEIGHT, light.lit(tone, -0.5), 0.14)
    elif kind == "carpet":
        canvas.texture(np.clip(noise_texture(29, power=0.3), 0, 3), top, HEIGHT, light.lit(tone, -0.5), 0.10)
    elif kind == "concrete":
        canvas.texture(np.clip(noise_texture(30, power=1.2), 0, 3), top, HEIGHT, light.lit(tone, -0.4), 0.14)
    elif kind == "court":
        grain = noise_texture(28, power=0.9, stretch=20.0)
        canvas.texture(np.clip(grain, 0, 3), top, HEIGHT, light.lit(tone, -0.4), 0.10)
        for y in (top + 0.08, HEIGHT - 0.12):
            canvas.band(y, y + 0.012, paint(light.tone((0.97, 0.97, 0.97))))
        for x in (0.75, 2.25):
            canvas.path(
                polygon([(x + 0.1, top + 0.08), (x - 0.02, HEIGHT)], closed=False),
                paint(light.tone((0.97, 0.97, 0.97)), stroke=0.012),
            )
    shine = noise_texture(32, power=2.0, stretch=3.0)
    canvas.texture(np.clip(shine, 0, 2), top, HEIGHT, (1, 1, 1), 0.07)
    canvas.band(top, top + 0.05, shaded((0, top), (0, top + 0.05), ((0.05, 0.04, 0.06),) * 2, (0.28, 0)))


def ceiling(
    stage: Stage, colour: str = "f4f1ea", to: float = 0.13, lamps: int = 6, kind: str = "panel"
) -> None:
    """A ceiling with lamps: panel, pendant, beam or chandelier."""
    canvas, light, tone = stage.canvas, stage.light, colour_of(colour)
    canvas.band(0, to, down(light, tone, 0, to))
    canvas.band(to - 0.006, to + 0.006, paint(light.lit(tone, -0.25)))
    shine = 0.35 + 0.65 * max(stage.outside.darkness, stage.outside.overcast)
    warm: Colour = (1.0, 0.93, 0.75)
    for index in range(lamps):
        x = (index + 0.5) * WIDTH / lamps
        if kind == "panel":
            canvas.path(
                polygon(
                    [
                        (x - 0.14, to - 0.045),
                        (x + 0.14, to - 0.045),
                        (x + 0.17, to - 0.015),
                        (x - 0.17, to - 0.015),
                    ]
                ),
                paint((1, 1, 0.97)),
            )
        elif kind == "beam":
            canvas.box(x - 0.03, 0, x + 0.03, to + 0.03, paint(light.tone((0.40, 0.27, 0.18))))
        elif kind == "pendant":
            canvas.box(x - 0.002, to, x + 0.002, to + 0.09, paint(light.tone((0.2, 0.2, 0.22))))
            canvas.path(
                polygon(
                    [
                        (x - 0.022, to + 0.085),
                        (x + 0.022, to + 0.085),
                        (x + 0.06, to + 0.135),
                        (x - 0.06, to + 0.135),
                    ]
                ),
                paint(light.tone((0.28, 0.32, 0.36))),
            )
            canvas.oval(x, to + 0.138, 0.035, 0.012, paint(warm))
        else:
            canvas.box(x - 0.003, to, x + 0.003, to + 0.06, paint(light.tone((0.75, 0.6, 0.25))))
            for dx in np.linspace(-0.1, 0.1, 5):
                canvas.path(
                    polygon([(x, to + 0.06), (x + dx, to + 0.11)], closed=False),
                    paint(light.tone((0.82, 0.66, 0.3)), stroke=0.006),
                )
                canvas.oval(x + dx, to + 0.10, 0.012, 0.018, paint((1, 0.96, 0.82)))
        if kind != "beam":
            canvas.oval(x, to + 0.12, 0.3, 0.3, radial((x, to + 0.12), 0.3, (warm, warm), (0.30 * shine, 0)))


def window(
    stage: Stage,
    x: float,
    y: float = 0.40,
    wide: float = 0.32,
    high: float = 0.34,
    curtain: str = "",
    frame: str = "f6f3ec",
    view: str = "garden",
    panes: int = 2,
) -> None:
    """A window with what is outside: garden, town, sky, sea or dark."""
    canvas, light, out = stage.canvas, stage.light, stage.outside
    left, right, top, bottom = x - wide / 2, x + wide / 2, y - high / 2, y + high / 2
    canvas.box(
        left - 0.022, top - 0.022, right + 0.022, bottom + 0.022, paint(light.tone(colour_of(frame))), 0.006
    )
    canvas.box(left, top, right, bottom, shaded((0, top), (0, bottom), (out.zenith, out.middle, out.horizon)))
    canvas.skia.save()
    canvas.skia.clipRect(skia.Rect.MakeLTRB(left, top, right, bottom), doAntiAlias=True)
    if view == "garden":
        canvas.oval(x, bottom + 0.05, wide, 0.15, paint(out.tone(LEAVES[stage.season], 0.15)))
        elements.leaf_ball(
            canvas, out, x + 0.2 * wide, bottom - 0.05, 0.3 * wide, 0.24 * high, LEAVES[stage.season], 0.1, 3
        )
    elif view == "town":
        for index in range(7):
            tower(
                replace(stage, light=out),
                left + wide * index / 6,
                bottom + 0.02,
                high * (0.35 + 0.45 * ((index * 5) % 7) / 7),
                0.35,
                "",
                index,
            )
    elif view == "sea":
        canvas.box(left, y + 0.1 * high, right, bottom, paint(out.tone((0.2, 0.5, 0.7), 0.2)))
    canvas.skia.restore()
    for pane in range(1, panes):
        at = left + wide * pane / panes
        canvas.box(at - 0.006, top, at + 0.006, bottom, paint(light.tone(colour_of(frame))))
    canvas.box(left, y - 0.005, right, y + 0.005, paint(light.tone(colour_of(frame))))
    canvas.path(
        polygon([(left, top), (left + 0.35 * wide, top), (left + 0.05 * wide, bottom), (left, bottom)]),
        paint((1, 1, 1), 0.10),
    )
    canvas.box(
        left - 0.04,
        bottom + 0.018,
        right + 0.04,
        bottom + 0.036,
        paint(light.lit(colour_of(frame), -0.08)),
        0.004,
    )
    if curtain:
        for side in (-1, 1):
            edge = x + side * (wide / 2 + 0.05)
            folds(
                stage,
                min(edge, edge - side * 0.11),
                max(edge, edge - side * 0.11),
                top - 0.05,
                bottom + 0.09,
                curtain,
                5,
            )
        canvas.box(
            left - 0.09, top - 0.062, right + 0.09, top - 0.048, paint(light.tone((0.5, 0.38, 0.28))), 0.006
        )


def folds(
    stage: Stage, left: float, right: float, top: float, bottom: float, colour: str, count: int
) -> None:
    """Hanging cloth."""
    tone = colour_of(colour)
    wide = (right - left) / count
    for index in range(count):
        x = left + index * wide
        fill = across(stage.light, tone, x, x + wide)
        stage.canvas.box(x, top, x + wide + 0.001, bottom, fill, 0.004)


def curtain(
    stage: Stage,
    left: float = 0.0,
    right: float = WIDTH,
    top: float = 0.0,
    bottom: float = 0.8,
    colour: str = "a3222c",
    count: int = 40,
) -> None:
    """A curtain, as of a stage."""
    folds(stage, left, right, top, bottom, colour, count)
    stage.canvas.box(left, bottom - 0.03, right, bottom, paint(stage.light.tone((0.85, 0.68, 0.25))))


def door(
    stage: Stage, x: float, wide: float = 0.22, high: float = 0.5, colour: str = "8a5a36", kind: str = "wood"
) -> None:
    """A door in the back wall; kind: wood, glass, bars or shutter."""
    canvas, light, tone, foot = stage.canvas, stage.light, colour_of(colour), stage.horizon
    left, right, top = x - wide / 2, x + wide / 2, foot - high
    canvas.box(left - 0.02, top - 0.02, right + 0.02, foot, paint(light.lit(tone, 0.35)))
    if kind == "bars":
        canvas.box(left, top, right, foot, paint(light.tone((0.10, 0.10, 0.12))))
        for index in range(8):
            at = left + wide * (index + 0.5) / 8
            canvas.box(
                at - 0.006,
                top,
                at + 0.006,
                foot,
                shaded(
                    (at - 0.006, 0),
                    (at + 0.006, 0),
                    (light.tone((0.75, 0.76, 0.8)), light.tone((0.3, 0.3, 0.34))),
                ),
            )
        return
    fill = (0.62, 0.78, 0.86) if kind == "glass" else tone
    canvas.box(left, top, right, foot, across(light, fill, left, right))
    if kind == "shutter":
        for index in range(9):
            canvas.box(
                left,
                top + high * index / 9,
                right,
                top + high * index / 9 + 0.005,
                paint(light.lit(tone, -0.4)),
            )
        return
    for y0, y1 in ((0.08, 0.45), (0.52, 0.92)):
        for x0, x1 in ((0.12, 0.46), (0.54, 0.88)):
            canvas.box(
                left + x0 * wide,
                top + y0 * high,
                left + x1 * wide,
                top + y1 * high,
                paint(light.lit(fill, -0.22), 0.6),
                0.004,
            )
    canvas.oval(right - 0.12 * wide, top + 0.52 * high, 0.010, 0.010, paint(light.tone((0.92, 0.80, 0.4))))


def stairs(
    stage: Stage, x: float = 1.5, wide: float = 0.9, steps: int = 9, colour: str = "c9b79c", high: float = 0.5
) -> None:
    """A flight of stairs that goes up to the back."""
    canvas, light, tone, foot = stage.canvas, stage.light, colour_of(colour), stage.horizon + 0.10
    for index in range(steps):
        share = index / steps
        half = wide / 2 * (1 - 0.35 * share)
        y0, y1 = foot - high * share, foot - high * (index + 1) / steps
        canvas.box(x - half, y1, x + half, y0, paint(light.lit(tone, -0.18)))
        canvas.box(x - half, y1, x + half, y1 + 0.45 * (y0 - y1), paint(light.lit(tone, 0.14)))
    for side in (-1, 1):
        canvas.path(
            polygon(
                [(x + side * wide / 2, foot - 0.16), (x + side * wide / 2 * 0.65, foot - high - 0.14)],
                closed=False,
            ),
            paint(light.tone((0.42, 0.28, 0.18)), stroke=0.02),
        )
        for index in range(steps + 1):
            share = index / steps
            at, base = x + side * wide / 2 * (1 - 0.35 * share), foot - high * share
            canvas.box(at - 0.006, base - 0.15, at + 0.006, base, paint(light.tone((0.5, 0.36, 0.25))))


def tank(stage: Stage, top: float = 0.14, bottom: float = 0.72) -> None:
    """The glass of a great aquarium, with fish behind it."""
    canvas = stage.canvas
    canvas.band(
        top,
        bottom,
        shaded((0, top), (0, bottom), ((0.30, 0.75, 0.90), (0.12, 0.50, 0.76), (0.05, 0.26, 0.50))),
    )
    inside = replace(stage, light=replace(stage.light, haze=(0.1, 0.45, 0.7)))
    row(inside, ["coral", "weed:3f8f5a", "rock"], count=13, foot=bottom, height=0.13, depth=0.25)
    row(
        inside,
        ["tropical fish", "fish", "blowfish", "octopus", "shark"],
        count=8,
        foot=0.5,
        height=0.12,
        depth=0.1,
        vary=0.4,
    )
    for x in np.arange(0.25, WIDTH, 0.5):
        canvas.path(
            polygon([(x - 0.14, top), (x - 0.06, top), (x - 0.18, bottom), (x - 0.26, bottom)]),
            paint((1, 1, 1), 0.10),
        )
    for x in np.arange(0.0, WIDTH, 0.75):
        canvas.box(x - 0.012, top, x + 0.012, bottom, paint((0.25, 0.28, 0.32)))
    for y in (top, bottom):
        canvas.band(y - 0.015, y + 0.015, paint((0.28, 0.31, 0.36)))


def big_screen(
    stage: Stage, left: float = 0.9, right: float = 2.1, top: float = 0.16, bottom: float = 0.66
) -> None:
    """A cinema's screen, which shines."""
    stage.canvas.oval(
        (left + right) / 2,
        (top + bottom) / 2,
        0.95,
        0.5,
        radial(((left + right) / 2, (top + bottom) / 2), 0.95, ((0.8, 0.88, 1.0),) * 2, (0.45, 0)),
    )
    stage.canvas.box(
        left, top, right, bottom, shaded((left, top), (right, bottom), ((0.96, 0.98, 1.0), (0.82, 0.90, 1.0)))
    )
