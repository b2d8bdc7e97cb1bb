"""What places are made of: sky, clouds, ridges, ground, water, plants, walls; each lit and hazed by the light."""

import math
from dataclasses import dataclass

import numpy as np
import skia
from numpy.typing import NDArray
from scipy.special import ndtr

from textreel.corpora.world.places.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    noise_texture,
    paint,
    polygon,
    profile,
    radial,
    shaded,
)
from textreel.corpora.world.places.light import Colour, Light, lighter, mix


@dataclass(frozen=True)
class Noise:
    """What is left to chance about a place: gaussian numbers, each read under an index."""

    values: NDArray[np.float64]

    def between(self, index: int, low: float, high: float) -> float:
        """A number in a range, every part of it equally likely."""
        return float(low + (high - low) * ndtr(self.values[index % len(self.values)]))

    def phases(self, index: int, count: int) -> NDArray[np.float64]:
        """So many angles."""
        return np.array([self.between(index + each, -math.pi, math.pi) for each in range(count)])


def across(light: Light, colour: Colour, left: float, right: float, depth: float = 0.0) -> skia.Paint:
    """What is lit from the left and lies in its own shade on the right."""
    return shaded((left, 0), (right, 0), [light.lit(colour, share, depth) for share in (0.2, 0.0, -0.3)])


def down(light: Light, colour: Colour, top: float, bottom: float, depth: float = 0.0) -> skia.Paint:
    """What is lit from above."""
    return shaded((0, top), (0, bottom), [light.lit(colour, share, depth) for share in (0.12, -0.18)])


def sky(canvas: Canvas, light: Light, noise: Noise, horizon: float) -> None:
    """The air above a horizon, with stars, sun or moon, and clouds."""
    bottom = horizon + 0.02
    canvas.band(0, bottom, shaded((0, 0), (0, bottom), (light.zenith, light.middle, light.horizon)))
    canvas.band(bottom - 0.001, HEIGHT, paint(light.haze))
    clear = 1 - light.overcast
    if light.darkness > 0.5 and clear > 0.3:
        stars = np.random.default_rng(7)
        for _ in range(260):
            x, y, size = stars.uniform(0, WIDTH), stars.uniform(0, bottom), stars.exponential(0.0011) + 0.0006
            canvas.oval(x, y, size, size, paint((1, 1, 0.95), 0.9 * clear * (1 - 0.7 * y / bottom)))
    x = WIDTH / 2 + noise.between(0, -0.75, 0.75)
    y = noise.between(1, 0.2, 0.42) * horizon + (0.52 * horizon if light.time in ("sunset", "dawn") else 0)
    glow = 0.75 * clear * (0.6 if light.darkness > 0.5 else 1)
    canvas.oval(x, y, 0.5, 0.5, radial((x, y), 0.5, (light.sun, light.sun), (0.6 * glow, 0)))
    size = 0.075 if light.time == "sunset" else 0.058
    canvas.oval(x, y, size, size, radial((x, y), size, (lighter(light.sun, 0.5), light.sun), (clear, clear)))
    if light.darkness > 0.5:
        for dx, dy, crater in ((-0.02, -0.012, 0.013), (0.018, 0.016, 0.017), (0.012, -0.026, 0.008)):
            canvas.oval(x + dx, y + dy, crater, crater, paint((0.80, 0.80, 0.74), 0.6 * clear))
    clouds(canvas, light, noise, horizon)


def clouds(canvas: Canvas, light: Light, noise: Noise, horizon: float, low: float = 0.72) -> None:
    """Heaps of cloud, many of them where the sky is overcast."""
    count = 4 + round(10 * light.overcast)
    shapes = np.random.default_rng(11)
    for index in range(count):
        x = (index + 0.5 + 0.8 * noise.between(20 + index, -0.5, 0.5)) * WIDTH / count
        y = horizon * shapes.uniform(0.10, low) + noise.between(40 + index, -0.04, 0.04)
        size = (
            shapes.uniform(0.6, 1.2) * (0.5 + 0.8 * (1 - y / max(horizon, 0.2))) * (1 + 0.5 * light.overcast)
        )
        cloud(canvas, light, x, max(0.05, y), size, shapes)


def cloud(canvas: Canvas, light: Light, x: float, y: float, size: float, shapes: np.random.Generator) -> None:
    """One heap of round puffs, flat below, lit from above."""
    puffs = [
        (
            across,
            0.10 * size * (1 - (across / 0.23) ** 2) * shapes.uniform(0.5, 1.0),
            shapes.uniform(0.035, 0.06),
        )
        for across in np.linspace(-0.2, 0.2, 9)
    ]
    path = skia.Path()
    for across, up, radius in puffs:
        path.addCircle(x + across * size, y - up * 0.6, radius * size)
    path.addRoundRect(
        skia.Rect.MakeLTRB(x - 0.24 * size, y - 0.03 * size, x + 0.24 * size, y + 0.03 * size), 0.03, 0.03
    )
    path = skia.Simplify(path) or path
    top, bottom = y - 0.11 * size, y + 0.04 * size
    fill = shaded(
        (0, top), (0, bottom), (light.cloud, mix(light.cloud, light.cloud_shade, 0.35), light.cloud_shade)
    )
    canvas.path(path, fill)
    for across, up, radius in puffs[1::2]:
        centre = (x + across * size - 0.01, y - up * 0.6 - 0.012)
        canvas.oval(
            *centre,
            radius * size,
            radius * size,
            radial(centre, radius * size, (light.cloud, light.cloud), (0.7, 0)),
        )


def ridge(
    canvas: Canvas,
    light: Light,
    line: NDArray[np.float64],
    bottom: float,
    colour: Colour,
    depth: float,
    *,
    seed: int = 3,
    rough: float = 0.35,
    snow: float = 0.0,
) -> None:
    """Hills or mountains below a line, their rock lit from the left; snow: how far down from the tops it lies."""
    top = float(line.min())
    lit, dark = (light.lit(colour, 0.12, depth), light.lit(colour, -0.10, min(1, depth + 0.25)))
    canvas.below(line, bottom, shaded((0, top), (0, bottom), (lit, dark)))
    x = np.arange(len(line) + 1) * WIDTH / len(line)
    clip = polygon([*zip(x, [*line, line[0]], strict=True), (WIDTH, bottom), (0.0, bottom)])
    relief = noise_texture(seed, power=1.5)
    slope = np.roll(relief, 3, axis=1) - np.roll(relief, -3, axis=1)
    slope = slope / slope.std()
    if snow:
        edge = line + snow * (0.7 + 0.5 * profile(np.array([0.3, 1.7, 2.9, 0.2]), (17, 29, 41, 67), 0.4))
        cap = polygon(
            [*zip(x, [*line, line[0]], strict=True), *zip(x[::-1], [*edge, edge[0]][::-1], strict=True)]
        )
        canvas.path(
            cap,
            shaded(
                (0, top),
                (0, top + 2 * snow),
                (light.tone((1, 1, 1), depth), light.tone((0.86, 0.92, 1.0), depth)),
            ),
        )
    canvas.texture(np.clip(slope, 0, 3), top, bottom, light.lit(colour, -0.7, depth), rough * 0.5, clip=clip)
    canvas.texture(np.clip(-slope, 0, 3), top, bottom, light.lit(colour, 0.6, depth), rough * 0.35, clip=clip)


def peaks(noise: Noise, index: int, waves: tuple[int, ...], sharp: float = 0.85) -> NDArray[np.float64]:
    """A periodic line of pointed tops, 0 at its lowest and about 1 at its highest."""
    smooth = profile(noise.phases(index, len(waves)), waves, 0.9)
    pointed = 1 - np.abs(profile(noise.phases(index + 5, len(waves)), waves, 0.9)) / 1.3
    line = (1 - sharp) * smooth + sharp * pointed
    return (line - line.min()) / (line.max() - line.min())


def ground(
    canvas: Canvas, light: Light, top: float, near: Colour, far: Colour, kind: str = "grass", seed: int = 5
) -> None:
    """What one stands on, from its far edge down: grass, sand, snow, soil, rock or paving."""
    near_lit, far_lit = light.tone(near), light.tone(far, 0.25)
    canvas.band(top, HEIGHT, shaded((0, top), (0, HEIGHT), (far_lit, near_lit, light.lit(near, -0.12))))
    rough = {
        "grass": (0.9, 5.0),
        "sand": (0.5, 7.0),
        "snow": (0.35, 6.0),
        "soil": (1.0, 4.0),
        "rock": (1.2, 3.0),
        "paving": (0.4, 3.0),
    }
    strength, stretch = rough[kind]
    patches = noise_texture(seed, power=1.3, stretch=stretch)
    canvas.texture(np.clip(patches, 0, 3), top, HEIGHT, light.lit(near, -0.45), 0.16 * strength, power=2.2)
    canvas.texture(np.clip(-patches, 0, 3), top, HEIGHT, light.lit(near, 0.4), 0.14 * strength, power=2.2)
    marks = np.random.default_rng(seed)
    if kind == "grass":
        for _ in range(900):
            share = marks.uniform(0.02, 1) ** 0.8
            x, y, size = marks.uniform(0, WIDTH), top + (HEIGHT - top) * share, 0.006 + 0.03 * share
            colour = light.lit(near, marks.uniform(-0.3, 0.28), 0.2 * (1 - share))
            tuft(canvas, x, y, size, colour, marks)
    if kind in ("soil", "rock", "sand"):
        for _ in range(150 if kind == "sand" else 420):
            share = marks.uniform(0.02, 1)
            x, y, size = (
                marks.uniform(0, WIDTH),
                top + (HEIGHT - top) * share,
                (0.003 + 0.012 * share) * marks.uniform(0.5, 1.5),
            )
            stone(canvas, light, x, y, size, lighter(near, marks.uniform(-0.35, 0.15)))
    if kind == "snow":
        for _ in range(160):
            x, y = marks.uniform(0, WIDTH), top + (HEIGHT - top) * marks.uniform(0.1, 1)
            canvas.oval(x, y, 0.0016, 0.0016, paint((1, 1, 1), 0.9))


def tuft(canvas: Canvas, x: float, y: float, size: float, colour: Colour, marks: np.random.Generator) -> None:
    """Some blades of grass."""
    path = skia.Path()
    for blade in range(4):
        lean = (blade - 1.5) * 0.35 + marks.uniform(-0.15, 0.15)
        high = size * marks.uniform(0.7, 1.1)
        path.moveTo(x + (blade - 1.5) * 0.18 * size - 0.08 * size, y)
        path.quadTo(x + (blade - 1.5) * 0.2 * size, y - 0.6 * high, x + lean * size, y - high)
        path.quadTo(
            x + (blade - 1.5) * 0.28 * size, y - 0.5 * high, x + (blade - 1.5) * 0.18 * size + 0.08 * size, y
        )
    canvas.path(path, paint(colour))


def stone(canvas: Canvas, light: Light, x: float, y: float, size: float, colour: Colour) -> None:
    """A round stone with its shadow."""
    canvas.oval(
        x + 0.3 * size,
        y + 0.25 * size,
        1.15 * size,
        0.35 * size,
        paint((0.05, 0.05, 0.1), 0.25, blur=0.2 * size),
    )
    fill = radial(
        (x - 0.35 * size, y - 0.35 * size),
        1.6 * size,
        (light.lit(colour, 0.4), light.lit(colour, -0.45)),
        (1, 1),
    )
    canvas.oval(x, y, size, 0.68 * size, fill)


def leaf_ball(
    canvas: Canvas,
    light: Light,
    x: float,
    y: float,
    wide: float,
    high: float,
    colour: Colour,
    depth: float,
    seed: int,
) -> None:
    """A crown of leaves: many round clumps, dark behind and below, bright before and above."""
    marks = np.random.default_rng(seed)
    for layer, (lift, count) in enumerate(((-0.40, 26), (-0.14, 30), (0.10, 28), (0.30, 18))):
        for _ in range(count):
            angle, out = marks.uniform(0, 2 * math.pi), math.sqrt(marks.uniform(0, 1)) * (0.92 - 0.15 * layer)
            cx = x + wide * out * math.cos(angle) - 0.05 * wide * layer
            cy = y + high * out * math.sin(angle) - 0.08 * high * layer
            size = marks.uniform(0.14, 0.26) * min(wide, high)
            tone = lift + 0.30 * (y - cy) / high + marks.uniform(-0.06, 0.06)
            lit, dark = (light.lit(colour, tone + 0.12, depth), light.lit(colour, tone - 0.14, depth))
            canvas.oval(
                cx,
                cy,
                size,
                0.9 * size,
                radial((cx - 0.4 * size, cy - 0.5 * size), 1.7 * size, (lit, dark), (1, 1)),
            )


def trunk(
    canvas: Canvas,
    light: Light,
    x: float,
    foot: float,
    high: float,
    wide: float,
    colour: Colour,
    depth: float,
    lean: float = 0.0,
) -> None:
    """A trunk that flares at its root, its left side lit."""
    path = skia.Path()
    path.moveTo(x - 1.7 * wide, foot)
    path.cubicTo(
        x - 0.8 * wide,
        foot - 0.1 * high,
        x - 0.75 * wide,
        foot - 0.3 * high,
        x + lean - 0.5 * wide,
        foot - high,
    )
    path.lineTo(x + lean + 0.5 * wide, foot - high)
    path.cubicTo(x + 0.75 * wide, foot - 0.3 * high, x + 0.8 * wide, foot - 0.1 * high, x + 1.7 * wide, foot)
    path.close()
    lit, dark = light.lit(colour, 0.22, depth), light.lit(colour, -0.45, depth)
    canvas.path(path, shaded((x - wide, 0), (x + wide, 0), (lit, light.tone(colour, depth), dark)))


def shadow(canvas: Canvas, light: Light, x: float, y: float, wide: float, strength: float = 0.35) -> None:
    """A soft shadow on the ground."""
    strength *= (1 - 0.6 * light.overcast) * (1 - 0.5 * light.darkness)
    canvas.oval(x, y, wide, 0.16 * wide, paint((0.03, 0.04, 0.09), strength, blur=0.10 * wide))


LEAVES = {
    "spring": (0.55, 0.74, 0.30),
    "summer": (0.27, 0.56, 0.22),
    "autumn": (0.86, 0.46, 0.14),
    "winter": (0.80, 0.86, 0.92),
}


def tree(
    canvas: Canvas,
    light: Light,
    kind: str,
    x: float,
    foot: float,
    high: float,
    *,
    depth: float = 0.0,
    colour: Colour = LEAVES["summer"],
    seed: int = 1,
) -> None:
    """A tree that stands on its foot: round, pine, palm, acacia, birch, bare, cactus or bamboo."""
    shadow(canvas, light, x + 0.05 * high, foot, 0.32 * high)
    bark: Colour = (0.46, 0.32, 0.22)
    marks = np.random.default_rng(seed)
    if kind == "round":
        trunk(canvas, light, x, foot, 0.5 * high, 0.035 * high, bark, depth)
        leaf_ball(canvas, light, x, foot - 0.65 * high, 0.34 * high, 0.34 * high, colour, depth, seed)
    elif kind == "acacia":
        trunk(canvas, light, x, foot, 0.72 * high, 0.028 * high, bark, depth, lean=0.06 * high)
        trunk(canvas, light, x, foot - 0.3 * high, 0.42 * high, 0.018 * high, bark, depth, lean=-0.18 * high)
        leaf_ball(
            canvas, light, x + 0.02 * high, foot - 0.83 * high, 0.55 * high, 0.13 * high, colour, depth, seed
        )
    elif kind == "birch":
        trunk(canvas, light, x, foot, 0.8 * high, 0.022 * high, (0.90, 0.89, 0.85), depth)
        for _ in range(9):
            y = foot - high * marks.uniform(0.08, 0.6)
            canvas.box(
                x - 0.02 * high,
                y,
                x + 0.005 * high,
                y + 0.008 * high,
                paint(light.tone((0.2, 0.18, 0.18), depth), 0.8),
            )
        leaf_ball(
            canvas, light, x, foot - 0.70 * high, 0.22 * high, 0.30 * high, lighter(colour, 0.1), depth, seed
        )
    elif kind == "pine":
        trunk(canvas, light, x, foot, 0.3 * high, 0.03 * high, bark, depth)
        pine: Colour = (
            mix((0.13, 0.36, 0.24), colour, 0.25) if colour != LEAVES["winter"] else (0.62, 0.74, 0.80)
        )
        for level in range(6):
            top, wide = foot - high * (0.30 + 0.14 * level) - 0.14 * high, high * (0.27 - 0.038 * level)
            base = foot - high * (0.12 + 0.14 * level)
            path = skia.Path()
            path.moveTo(x, top)
            path.quadTo(x + 0.35 * wide, base - 0.3 * (base - top), x + wide, base)
            for tooth in range(5):
                left = x + wide - 2 * wide * (tooth + 1) / 5
                path.quadTo(
                    left + wide / 5, base + 0.035 * high, left, base - (0 if tooth == 4 else 0.005 * high)
                )
            path.quadTo(x - 0.35 * wide, base - 0.3 * (base - top), x, top)
            lit, dark = light.lit(pine, 0.22, depth), light.lit(pine, -0.42, depth)
            canvas.path(path, shaded((x - wide, top), (x + wide, base), (lit, light.tone(pine, depth), dark)))
    elif kind == "palm":
        trunk(canvas, light, x, foot, 0.78 * high, 0.022 * high, (0.60, 0.46, 0.32), depth, lean=0.10 * high)
        for index, angle in enumerate(np.linspace(-0.25, math.pi + 0.25, 9)):
            tip = (
                x + 0.1 * high + 0.42 * high * math.cos(angle),
                foot - 0.78 * high - 0.20 * high * math.sin(angle) + 0.13 * high,
            )
            crown = (x + 0.1 * high, foot - 0.78 * high)
            bend = ((crown[0] + tip[0]) / 2, min(crown[1], tip[1]) - 0.14 * high)
            path = skia.Path()
            path.moveTo(*crown)
            path.quadTo(bend[0], bend[1], *tip)
            path.quadTo(bend[0], bend[1] + 0.13 * high, *crown)
            tone = -0.3 + 0.6 * (index % 3) / 2
            canvas.path(
                path,
                shaded(crown, tip, (light.lit(colour, tone, depth), light.lit(colour, tone - 0.2, depth))),
            )
    elif kind == "bare":
        branch(
            canvas,
            paint(light.tone((0.30, 0.24, 0.22), depth)),
            x,
            foot,
            high * 0.42,
            math.pi / 2,
            0.03 * high,
            marks,
            5,
        )
    elif kind == "cactus":
        green: Colour = (0.30, 0.55, 0.30)
        lit, dark = light.lit(green, 0.25, depth), light.lit(green, -0.4, depth)
        wide = 0.085 * high
        for left, top, right, bottom in (
            (-1, -1.0, 1, 0),
            (-3.4, -0.78, -2.0, -0.42),
            (-3.4, -0.50, -0.8, -0.40),
            (2.0, -0.9, 3.4, -0.30),
            (0.8, -0.38, 3.4, -0.28),
        ):
            canvas.box(
                x + left * wide,
                foot + top * high,
                x + right * wide,
                foot + bottom * high,
                shaded((x + left * wide, 0), (x + right * wide, 0), (lit, light.tone(green, depth), dark)),
                0.7 * wide,
            )
    elif kind == "bamboo":
        for index in range(7):
            stem, lean = (
                x + (index - 3) * 0.035 * high + marks.uniform(-0.01, 0.01),
                marks.uniform(-0.03, 0.03),
            )
            green = lighter((0.45, 0.62, 0.26), marks.uniform(-0.3, 0.2))
            for joint in range(12):
                low, top = foot - joint * high / 12, foot - (joint + 1) * high / 12
                at = stem + lean * joint / 12
                fill = across(light, green, at - 0.012 * high, at + 0.012 * high, depth)
                canvas.box(at - 0.010 * high, top + 0.003 * high, at + 0.010 * high, low, fill, 0.003 * high)


def branch(
    canvas: Canvas,
    with_paint: skia.Paint,
    x: float,
    y: float,
    length: float,
    angle: float,
    wide: float,
    marks: np.random.Generator,
    left: int,
) -> None:
    """A bare branch and what grows from it."""
    end = (x + length * math.cos(angle), y - length * math.sin(angle))
    across = (math.sin(angle) * wide / 2, math.cos(angle) * wide / 2)
    canvas.path(
        polygon(
            [
                (x - across[0], y - across[1]),
                (x + across[0], y + across[1]),
                (end[0] + 0.6 * across[0], end[1] + 0.6 * across[1]),
                (end[0] - 0.6 * across[0], end[1] - 0.6 * across[1]),
            ]
        ),
        with_paint,
    )
    if left:
        for turn in (-0.5, 0.45):
            branch(
                canvas,
                with_paint,
                *end,
                length * marks.uniform(0.6, 0.78),
                angle + turn + marks.uniform(-0.15, 0.15),
                0.62 * wide,
                marks,
                left - 1,
            )


def bush(
    canvas: Canvas,
    light: Light,
    x: float,
    foot: float,
    size: float,
    colour: Colour,
    depth: float = 0.0,
    seed: int = 2,
    flowers: Colour | None = None,
) -> None:
    """A bush, with flowers where a colour is given."""
    shadow(canvas, light, x, foot, 1.1 * size)
    leaf_ball(canvas, light, x, foot - 0.5 * size, size, 0.62 * size, colour, depth, seed)
    marks = np.random.default_rng(seed)
    for _ in range(16 if flowers else 0):
        cx, cy = x + size * marks.uniform(-0.85, 0.85), foot - size * marks.uniform(0.15, 0.95)
        assert flowers is not None
        canvas.oval(cx, cy, 0.07 * size, 0.07 * size, paint(light.tone(flowers, depth)))
        canvas.oval(cx, cy, 0.025 * size, 0.025 * size, paint(light.tone((1.0, 0.9, 0.4), depth)))


def water(
    canvas: Canvas, light: Light, top: float, bottom: float, near: Colour, noise: Noise, waves: float = 1.0
) -> None:
    """Water that mirrors the sky far off and shows its own colour near, with lines of light."""
    far = mix(light.horizon, light.tone(near), 0.35)
    canvas.band(
        top,
        bottom,
        shaded((0, top), (0, bottom), (far, mix(far, light.tone(near), 0.6), light.lit(near, -0.15))),
    )
    texture = noise_texture(23, power=0.9, stretch=14.0)
    shift = int(noise.between(50, 0, 300))
    ripples = np.roll(texture, shift, axis=1)
    canvas.texture(
        np.clip(ripples - 0.3, 0, 2),
        top,
        bottom,
        mix(light.horizon, (1, 1, 1), 0.4 * (1 - light.darkness)),
        0.42 * waves,
        power=2.0,
    )
    canvas.texture(np.clip(-ripples - 0.3, 0, 2), top, bottom, light.lit(near, -0.5), 0.32 * waves, power=2.0)


def windows(
    canvas: Canvas,
    light: Light,
    left: float,
    top: float,
    right: float,
    bottom: float,
    columns: int,
    rows: int,
    seed: int,
    depth: float = 0.0,
) -> None:
    """A grid of windows; by night some are lit."""
    marks = np.random.default_rng(seed)
    wide, high = (right - left) / columns, (bottom - top) / rows
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * wide, top + row * high
            shines = marks.uniform() < 0.55
            glass = light.tone(mix((0.45, 0.62, 0.76), (0.75, 0.88, 0.95), marks.uniform()), depth)
            lit = mix((1.0, 0.83, 0.45), light.haze, 0.5 * depth)
            colour = mix(glass, lit, light.darkness if shines and light.darkness > 0.3 else 0.0)
            canvas.box(
                x + 0.2 * wide, y + 0.18 * high, x + 0.8 * wide, y + 0.82 * high, paint(colour), 0.03 * wide
            )


def fog(canvas: Canvas, light: Light, horizon: float) -> None:
    """The veil of thick air, densest at the horizon."""
    if not light.fog:
        return
    strength = 0.55 * light.fog
    canvas.band(
        0, HEIGHT, shaded((0, 0), (0, HEIGHT), (light.haze,) * 3, (0.4 * strength, strength, 0.5 * strength))
    )
    drift = noise_texture(31, power=1.8, stretch=4.0)
    canvas.texture(
        np.clip(drift + 0.4, 0, 2),
        horizon - 0.25,
        min(HEIGHT, horizon + 0.3),
        lighter(light.haze, 0.3),
        0.16 * light.fog,
    )
