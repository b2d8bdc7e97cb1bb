"""What stands at and hangs on walls: shelves, counters, pictures."""

import numpy as np
import skia

from textreel.corpora.world.places.canvas import paint, polygon, shaded
from textreel.corpora.world.places.elements import across, down
from textreel.corpora.world.places.light import Colour, lighter, mix
from textreel.corpora.world.places.stage import Stage, colour_of


def shelves(
    stage: Stage,
    left: float,
    right: float,
    top: float = 0.2,
    foot: float | None = None,
    of: str = "books",
    boards: int = 5,
    colour: str = "8a5f3c",
) -> None:
    """Shelves full of books, jars, bottles, boxes, bread or drawers."""
    canvas, light, wood = stage.canvas, stage.light, colour_of(colour)
    foot = stage.horizon if foot is None else foot
    canvas.box(left, top, right, foot, paint(light.lit(wood, -0.5)), 0.006)
    high = (foot - top) / boards
    marks = np.random.default_rng(round(left * 100))
    palette: tuple[Colour, ...] = (
        (0.72, 0.24, 0.22),
        (0.22, 0.40, 0.62),
        (0.28, 0.52, 0.36),
        (0.85, 0.66, 0.28),
        (0.48, 0.30, 0.52),
        (0.90, 0.86, 0.76),
        (0.30, 0.30, 0.36),
    )
    for board in range(boards):
        base, x = top + (board + 1) * high - 0.012, left + 0.015
        while x < right - 0.03:
            colour_here = palette[int(marks.uniform(0, 7))]
            wide = {
                "books": marks.uniform(0.012, 0.026),
                "jars": 0.042,
                "bottles": 0.034,
                "boxes": marks.uniform(0.05, 0.09),
                "bread": 0.075,
                "drawers": 0.09,
            }[of]
            tall = (
                high
                * {
                    "books": marks.uniform(0.62, 0.86),
                    "jars": 0.62,
                    "bottles": 0.80,
                    "boxes": marks.uniform(0.45, 0.8),
                    "bread": 0.42,
                    "drawers": 0.86,
                }[of]
            )
            wide = min(wide, right - 0.015 - x)
            if of == "bread":
                colour_here = mix((0.86, 0.60, 0.30), (0.66, 0.40, 0.18), marks.uniform())
            if of == "drawers":
                colour_here = lighter(wood, 0.12)
            fill = across(light, colour_here, x, x + wide)
            rounding = {
                "books": 0.002,
                "jars": 0.012,
                "bottles": 0.010,
                "boxes": 0.003,
                "bread": 0.025,
                "drawers": 0.004,
            }[of]
            canvas.box(x + 0.0015, base - tall, x + wide - 0.0015, base, fill, rounding)
            if of == "bottles":
                canvas.box(
                    x + 0.36 * wide,
                    base - tall - 0.18 * high,
                    x + 0.64 * wide,
                    base - tall + 0.01,
                    fill,
                    0.002,
                )
                canvas.box(
                    x + 0.15 * wide,
                    base - 0.6 * tall,
                    x + 0.85 * wide,
                    base - 0.3 * tall,
                    paint(light.tone((0.95, 0.92, 0.84))),
                )
            if of == "books":
                canvas.box(
                    x + 0.2 * wide,
                    base - 0.85 * tall,
                    x + 0.8 * wide,
                    base - 0.75 * tall,
                    paint(light.tone((0.92, 0.82, 0.5)), 0.8),
                )
            if of == "jars":
                canvas.box(
                    x + 0.1 * wide,
                    base - tall - 0.012,
                    x + 0.9 * wide,
                    base - tall + 0.005,
                    paint(light.tone((0.8, 0.78, 0.74))),
                    0.003,
                )
            if of == "drawers":
                canvas.oval(x + wide / 2, base - tall / 2, 0.007, 0.007, paint(light.tone((0.9, 0.78, 0.4))))
            x += wide
        canvas.box(left, base, right, base + 0.012, paint(light.lit(wood, 0.15)))
    for at in (left, right - 0.012):
        canvas.box(at, top, at + 0.012, foot, paint(light.lit(wood, 0.05)))
    canvas.box(left - 0.01, top - 0.015, right + 0.01, top + 0.008, paint(light.lit(wood, 0.2)), 0.004)


def counter(
    stage: Stage,
    left: float,
    right: float,
    height: float = 0.24,
    colour: str = "d8c7ad",
    top: str = "5a4a40",
    foot: float | None = None,
    doors: int = 4,
) -> None:
    """A counter or kitchen units along the wall."""
    canvas, light, tone = stage.canvas, stage.light, colour_of(colour)
    foot = stage.horizon + 0.03 if foot is None else foot
    canvas.box(left, foot - height, right, foot, down(light, tone, foot - height, foot), 0.004)
    for index in range(doors):
        wide = (right - left) / doors
        x = left + index * wide
        canvas.box(
            x + 0.012,
            foot - 0.86 * height,
            x + wide - 0.012,
            foot - 0.10 * height,
            paint(light.lit(tone, 0.16)),
            0.006,
        )
        canvas.box(
            x + 0.40 * wide,
            foot - 0.80 * height,
            x + 0.60 * wide,
            foot - 0.765 * height,
            paint(light.tone((0.55, 0.55, 0.58))),
            0.003,
        )
    canvas.box(
        left - 0.012,
        foot - height - 0.02,
        right + 0.012,
        foot - height + 0.012,
        paint(light.tone(colour_of(top))),
        0.005,
    )
    canvas.box(left, foot, right, foot + 0.02, paint((0.05, 0.04, 0.06), 0.3, blur=0.012))


def frame(
    stage: Stage,
    x: float,
    y: float = 0.38,
    wide: float = 0.2,
    high: float = 0.16,
    of: str = "landscape",
    colour: str = "b08d3c",
) -> None:
    """A picture on the wall: landscape, portrait, abstract, chart, map or a blank screen."""
    canvas, light = stage.canvas, stage.light
    left, right, top, bottom = x - wide / 2, x + wide / 2, y - high / 2, y + high / 2
    canvas.box(
        left - 0.014, top - 0.008, right + 0.018, bottom + 0.022, paint((0.05, 0.05, 0.06), 0.3, blur=0.01)
    )
    canvas.box(
        left - 0.016,
        top - 0.016,
        right + 0.016,
        bottom + 0.016,
        shaded(
            (left, top),
            (right, bottom),
            (light.lit(colour_of(colour), 0.3), light.lit(colour_of(colour), -0.3)),
        ),
        0.003,
    )
    marks = np.random.default_rng(round(100 * x))
    if of == "landscape":
        canvas.box(
            left,
            top,
            right,
            bottom,
            shaded((0, top), (0, bottom), (light.tone((0.55, 0.75, 0.92)), light.tone((0.95, 0.88, 0.75)))),
        )
        canvas.path(
            polygon(
                [
                    (left, y),
                    (left + 0.3 * wide, y - 0.2 * high),
                    (left + 0.55 * wide, y + 0.05 * high),
                    (left + 0.8 * wide, y - 0.12 * high),
                    (right, y + 0.1 * high),
                    (right, bottom),
                    (left, bottom),
                ]
            ),
            paint(light.tone((0.36, 0.52, 0.34))),
        )
    elif of == "portrait":
        canvas.box(left, top, right, bottom, paint(light.tone((0.34, 0.26, 0.22))))
        canvas.skia.save()
        canvas.skia.clipRect(skia.Rect.MakeLTRB(left, top, right, bottom))
        canvas.oval(x, bottom, 0.36 * wide, 0.36 * high, paint(light.tone((0.20, 0.24, 0.40))))
        canvas.skia.restore()
        canvas.oval(x, y - 0.06 * high, 0.17 * wide, 0.21 * high, paint(light.tone((0.93, 0.76, 0.62))))
        canvas.oval(x, y - 0.20 * high, 0.18 * wide, 0.12 * high, paint(light.tone((0.26, 0.16, 0.12))))
    elif of in ("chart", "map"):
        canvas.box(
            left,
            top,
            right,
            bottom,
            paint(light.tone((0.93, 0.93, 0.88) if of == "chart" else (0.62, 0.80, 0.92))),
        )
        for index in range(6):
            cx, cy = left + wide * (index + 0.6) / 6.5, y + high * marks.uniform(-0.25, 0.25)
            if of == "map":
                canvas.oval(cx, cy, 0.11 * wide, 0.16 * high, paint(light.tone((0.52, 0.68, 0.38))))
            else:
                canvas.box(
                    cx - 0.04 * wide,
                    cy,
                    cx + 0.04 * wide,
                    bottom - 0.08 * high,
                    paint(light.tone(((0.85, 0.35, 0.3), (0.3, 0.5, 0.8), (0.4, 0.7, 0.45))[index % 3])),
                )
    elif of == "abstract":
        canvas.box(left, top, right, bottom, paint(light.tone((0.96, 0.94, 0.9))))
        for _ in range(6):
            tone: Colour = (
                (0.88, 0.26, 0.22),
                (0.16, 0.38, 0.68),
                (0.96, 0.76, 0.22),
                (0.12, 0.14, 0.18),
                (0.24, 0.60, 0.48),
            )[int(marks.uniform(0, 5))]
            size = marks.uniform(0.08, 0.22) * min(wide, high)
            canvas.oval(
                x + marks.uniform(-0.3, 0.3) * wide,
                y + marks.uniform(-0.28, 0.28) * high,
                size,
                size * marks.uniform(0.5, 1),
                paint(light.tone(tone)),
            )
    else:
        fill = {
            "board": (0.16, 0.36, 0.28),
            "white": (0.96, 0.97, 0.98),
            "screen": (0.55, 0.72, 0.86),
            "mirror": (0.76, 0.86, 0.90),
            "dark": (0.08, 0.09, 0.12),
        }[of]
        canvas.box(
            left,
            top,
            right,
            bottom,
            shaded((left, top), (right, bottom), (light.lit(fill, 0.14), light.tone(fill))),
        )
        if of == "board":
            for line in range(4):
                length = marks.uniform(0.3, 0.8)
                canvas.box(
                    left + 0.08 * wide,
                    top + (0.18 + 0.18 * line) * high,
                    left + 0.08 * wide + length * 0.8 * wide,
                    top + (0.20 + 0.18 * line) * high,
                    paint((0.95, 0.96, 0.92), 0.75),
                )
