"""Things that grow: each is painted at a spot, its foot on the ground."""

import numpy as np

from textreel.corpora.scenes.places.fields import smoothstep
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Colour, Patch, Picture, disc, ellipse, mix, spread, stroke
from textreel.corpora.scenes.places.terrain import Spot


def _foliage(
    patch: Patch, air: Atmosphere, at: tuple[float, float], half: tuple[float, float], colour: Colour,
    depth: float, there: float | np.ndarray,
) -> None:  # fmt: skip
    right, down = patch.right - at[0], patch.down - at[1]
    lit = smoothstep(half[1], -half[1], down + 0.35 * right * half[1] / half[0])
    dark, bright = np.asarray(colour) * 0.66, np.minimum(np.asarray(colour) * 1.22 + 0.03, 1.0)
    shades = mix(spread(air.tone(dark, depth)), spread(air.tone(bright, depth)), lit)
    patch.blend(ellipse(right, down, *half, soft=1.4) * there, shades)


def _shadow(patch: Patch, wide: float, there: float) -> None:
    patch.rgb *= 1.0 - 0.28 * there * ellipse(patch.right, patch.down, wide, 0.16 * wide + 1.0, soft=2.5)


def acacia(picture: Picture, air: Atmosphere, spot: Spot, height: float, depth: float) -> None:
    """A flat-crowned tree on a forked trunk."""
    tall = height * spot.size
    patch = picture.patch(spot.x, spot.y, left=tall, right=tall, up=1.25 * tall, down=4)
    _shadow(patch, 0.6 * tall, spot.there)
    bark = air.tone((0.36, 0.24, 0.16), depth)
    fork = (0.03 * tall, -0.45 * tall)
    for start, end, thick in (
        ((0.0, 0.0), fork, 0.05), (fork, (-0.32 * tall, -0.82 * tall), 0.03),
        (fork, (0.34 * tall, -0.8 * tall), 0.03), (fork, (0.04 * tall, -0.9 * tall), 0.03),
    ):  # fmt: skip
        patch.blend(
            stroke(patch.right, patch.down, start, end, thick * tall + 0.4, 0.02 * tall + 0.3) * spot.there,
            bark,
        )
    green = air.dusted((0.42, 0.47, 0.16))
    for x, y, wide in ((-0.36, -0.84, 0.40), (0.38, -0.82, 0.42), (0.02, -0.97, 0.50)):
        _foliage(patch, air, (x * tall, y * tall), (wide * tall, 0.13 * tall), green, depth, spot.there)
    picture.put(patch)


def round_tree(
    picture: Picture,
    air: Atmosphere,
    spot: Spot,
    height: float,
    depth: float,
    colour: Colour = (0.25, 0.58, 0.22),
) -> None:
    """A tree with a ball of leaves."""
    tall = height * spot.size
    patch = picture.patch(spot.x, spot.y, left=0.7 * tall, right=0.7 * tall, up=1.2 * tall, down=4)
    _shadow(patch, 0.45 * tall, spot.there)
    trunk = stroke(patch.right, patch.down, (0, 0), (0, -0.5 * tall), 0.055 * tall + 0.4)
    patch.blend(trunk * spot.there, air.tone((0.42, 0.28, 0.18), depth))
    green = air.dusted(colour)
    for x, y, wide in ((-0.2, -0.55, 0.27), (0.21, -0.56, 0.27), (0.0, -0.76, 0.32)):
        _foliage(patch, air, (x * tall, y * tall), (wide * tall, 0.9 * wide * tall), green, depth, spot.there)
    picture.put(patch)


def fir(
    picture: Picture, air: Atmosphere, spot: Spot, height: float, depth: float, snow: float = 0.0
) -> None:
    """A fir of three tiers; snow in [0, 1] lies on them."""
    tall = height * spot.size
    patch = picture.patch(spot.x, spot.y, left=0.45 * tall, right=0.45 * tall, up=1.05 * tall, down=4)
    _shadow(patch, 0.3 * tall, spot.there)
    trunk = stroke(patch.right, patch.down, (0, 0), (0, -0.2 * tall), 0.04 * tall + 0.3)
    patch.blend(trunk * spot.there, air.tone((0.33, 0.23, 0.17), depth))
    snow = max(snow, air.white)
    for foot, top, wide in ((0.10, 0.55, 0.30), (0.33, 0.78, 0.24), (0.56, 1.0, 0.17)):
        part = np.clip((-patch.down / tall - foot) / (top - foot), -0.3, 1.2)
        half = wide * tall * (1.0 - part)
        hem = np.clip(
            (part + 0.10 * (1 - np.abs(patch.right) / (wide * tall))) * (top - foot) * tall + 0.5, 0, 1
        )
        cover = np.clip(half - np.abs(patch.right) + 0.5, 0, 1) * hem * spot.there
        side = smoothstep(0.6, -0.8, patch.right / (wide * tall))
        green = mix(
            spread(air.tone((0.07, 0.25, 0.20), depth)), spread(air.tone((0.17, 0.45, 0.30), depth)), side
        )
        capped = snow * smoothstep(0.15, 0.55, part + 0.25 * side - 0.1)
        patch.blend(
            cover, mix(green, spread(air.tone((0.90, 0.95, 1.0), depth)) * np.ones_like(green), capped)
        )
    picture.put(patch)


def cactus(picture: Picture, air: Atmosphere, spot: Spot, height: float, depth: float) -> None:
    """A saguaro with two arms, its left side lit."""
    tall = height * spot.size
    patch = picture.patch(spot.x, spot.y, left=0.5 * tall, right=0.5 * tall, up=1.15 * tall, down=4)
    _shadow(patch, 0.35 * tall, spot.there)
    thick = 0.095 * tall
    cover = stroke(patch.right, patch.down, (0, 0), (0, -tall), thick)
    for side, low, high in ((-1.0, 0.36, 0.70), (1.0, 0.50, 0.82)):
        elbow = (side * 0.30 * tall, -low * tall)
        arm = stroke(patch.right, patch.down, (0, -low * tall), elbow, 0.7 * thick)
        hand = stroke(patch.right, patch.down, elbow, (elbow[0], -high * tall), 0.7 * thick)
        cover = np.maximum(cover, np.maximum(arm, hand))
    lit = smoothstep(1.0, -1.0, (patch.right % (0.3 * tall) - 0.15 * tall) / thick) * 0.5
    lit = lit + 0.5 * smoothstep(thick, -thick, patch.right)
    green = mix(spread(air.tone((0.16, 0.40, 0.24), depth)), spread(air.tone((0.45, 0.70, 0.36), depth)), lit)
    patch.blend(cover * spot.there, green)
    picture.put(patch)


_FRONDS = ((1.57, 0.62), (3.0, 0.72), (0.14, 0.72), (2.25, 0.86), (0.9, 0.86), (3.6, 1.0), (-0.46, 1.0))


def palm(picture: Picture, air: Atmosphere, spot: Spot, height: float, depth: float) -> None:
    """A palm that leans, with seven hanging fronds."""
    tall = height * spot.size
    patch = picture.patch(spot.x, spot.y, left=0.75 * tall, right=0.95 * tall, up=1.3 * tall, down=5)
    _shadow(patch, 0.4 * tall, spot.there)
    knee, crown = (0.05 * tall, -0.5 * tall), (0.2 * tall, -0.95 * tall)
    for start, end, thick, tip in (((0, 0), knee, 0.05, 0.04), (knee, crown, 0.04, 0.028)):
        trunk = stroke(patch.right, patch.down, start, end, thick * tall + 0.3, tip * tall + 0.3)
        patch.blend(trunk * spot.there, air.tone((0.55, 0.40, 0.26), depth))
    for angle, bright in _FRONDS:
        along = (np.cos(angle) * 0.30 * tall, -np.sin(angle) * 0.26 * tall)
        bend = (crown[0] + along[0], crown[1] + along[1])
        end_of_leaf = (bend[0] + 0.6 * along[0], bend[1] + 0.2 * tall)
        green = air.tone(np.asarray(air.dusted((0.34, 0.70, 0.34))) * bright, depth)
        for start, end, thick, thin in ((crown, bend, 0.04, 0.062), (bend, end_of_leaf, 0.062, 0.004)):
            leaf = stroke(patch.right, patch.down, start, end, thick * tall, thin * tall)
            patch.blend(leaf * spot.there, green)
    picture.put(patch)


def coral(picture: Picture, air: Atmosphere, spot: Spot, height: float, colour: Colour) -> None:
    """A branching coral with round tips."""
    tall = height * spot.size
    patch = picture.patch(spot.x, spot.y, left=0.75 * tall, right=0.75 * tall, up=1.3 * tall, down=4)
    _shadow(patch, 0.6 * tall, spot.there)
    cover = np.zeros_like(patch.right * patch.down)
    for base, tip in (((0, 0), (-0.45, -0.75)), ((0, 0), (0.0, -1.0)), ((0, 0), (0.45, -0.7)),
                      ((-0.2, -0.35), (-0.12, -0.85)), ((0.2, -0.3), (0.2, -0.9))):  # fmt: skip
        start, end = (base[0] * tall, base[1] * tall), (tip[0] * tall, tip[1] * tall)
        cover = np.maximum(cover, stroke(patch.right, patch.down, start, end, 0.10 * tall, 0.085 * tall))
    lit = smoothstep(0.0, -tall, patch.down)
    dark = air.tone(np.asarray(colour) * 0.6, 0.15)
    patch.blend(cover * spot.there, mix(spread(dark), spread(air.tone(colour, 0.05)), lit))
    picture.put(patch)


def kelp(picture: Picture, air: Atmosphere, spot: Spot, height: float, depth: float) -> None:
    """Three swaying ribbons."""
    tall = height * spot.size
    patch = picture.patch(spot.x, spot.y, left=12, right=12, up=1.05 * tall, down=3)
    part = np.clip(-patch.down / tall, 0.0, 1.0)
    for base, reach, bright in ((-4.0, 0.8, 0.8), (4.0, 0.7, 0.9), (0.0, 1.0, 1.0)):
        middle = base + 3.0 * np.sin(7.0 * part * tall / 40.0 + base)
        half = 2.3 * np.sqrt(np.clip(1.0 - part / reach, 0.0, 1.0))
        cover = np.clip(half - np.abs(patch.right - middle) + 0.5, 0.0, 1.0) * (half > 0) * (patch.down < 1.0)
        patch.blend(cover * spot.there, air.tone(np.array((0.16, 0.52, 0.26)) * bright, depth))
    picture.put(patch)


def bush(picture: Picture, air: Atmosphere, spot: Spot, wide: float, depth: float, colour: Colour) -> None:
    """A low round bush."""
    half = wide * spot.size
    patch = picture.patch(spot.x, spot.y, left=1.6 * half, right=1.6 * half, up=1.6 * half, down=5)
    _shadow(patch, 1.3 * half, spot.there)
    floor = np.clip(1.0 - patch.down, 0.0, 1.0)
    tint = air.dusted(colour)
    for x, y, size in ((-0.7, -0.25, 0.6), (0.7, -0.25, 0.6), (0.0, -0.5, 0.8)):
        reach = (size * half, 0.9 * size * half)
        _foliage(patch, air, (x * half, y * half), reach, tint, depth, spot.there * floor)
    picture.put(patch)


def rock(picture: Picture, air: Atmosphere, spot: Spot, wide: float, depth: float, colour: Colour) -> None:
    """A rounded stone with a flat foot."""
    half = wide * spot.size
    patch = picture.patch(spot.x, spot.y, left=1.5 * half, right=1.5 * half, up=1.2 * half, down=4)
    _shadow(patch, 1.2 * half, spot.there)
    floor = np.clip(1.0 - patch.down, 0.0, 1.0)
    cover = np.maximum(
        ellipse(patch.right, patch.down, half, 0.75 * half),
        disc(patch.right - 0.6 * half, patch.down, 0.5 * half),
    )
    lit = smoothstep(0.8 * half, -0.8 * half, patch.down + 0.6 * patch.right)
    stone = np.asarray(air.dusted(colour))
    shades = mix(spread(air.tone(stone * 0.6, depth)), spread(air.tone(stone, depth)), lit)
    patch.blend(cover * floor * spot.there, shades)
    picture.put(patch)
