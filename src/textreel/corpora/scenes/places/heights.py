"""Country with things in the way: mountains and forest."""

import numpy as np

from textreel.corpora.scenes.places.fields import COLUMNS, ROWS, field, presence, profile, scatter, smoothstep
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Picture, mix, spread
from textreel.corpora.scenes.places.place import CANVAS_WIDTH, PainterNoise
from textreel.corpora.scenes.places.plants import bush, fir, rock
from textreel.corpora.scenes.places.sky import paint_sky
from textreel.corpora.scenes.places.terrain import SPOT_KERNEL, below, ground, ridge, spots, tufts


def mountains(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Two ranges with snow caps, a wooded foothill, alpine grass."""
    paint_sky(picture, air, noise, 92.0)
    peaks(picture, air, noise, row=2, level=54.0, swing=15.0, steep=0.85, depth=0.58)
    peaks(picture, air, noise, row=3, level=69.0, swing=17.0, steep=0.9, depth=0.30)
    top = 90.0 + 3.0 * profile(noise.terrain[0, 5], 1.2)
    ridge(picture, air, top, air.dusted((0.30, 0.48, 0.36)), air.dusted((0.36, 0.56, 0.34)), 0.28)
    for spot in spots(noise, 5, 96.0, 0.1):
        fir(picture, air, spot, 13.0, 0.22)
    top = 101.0 + 2.0 * profile(noise.terrain[0, 6], 1.5)
    green = air.dusted((0.52, 0.70, 0.38)), air.dusted((0.34, 0.54, 0.28))
    cover = ground(picture, air, noise, top, *green, haze=0.12)
    for spot in spots(noise, 6, 106.0, 1.0):
        rock(picture, air, spot, 5.0, 0.0, (0.70, 0.70, 0.74))
    tufts(picture, air, noise, cover, air.dusted((0.20, 0.38, 0.18), 0.6), 0.5)


def peaks(
    picture: Picture,
    air: Atmosphere,
    noise: PainterNoise,
    row: int,
    level: float,
    swing: float,
    steep: float,
    depth: float,
) -> None:
    """A range of cones, one for each cell of a terrain row: lit left, shadowed right, white on top."""
    heights = noise.terrain[0, row]
    places = 16.0 * np.arange(16) + 8.0 + 5.0 * np.tanh(noise.terrain[3, row])
    away = (COLUMNS - places[:, None] + 128.0) % CANVAS_WIDTH - 128.0
    rough = 1.3 * profile(noise.grain[0, 4 * row])
    tops = (level - swing * np.tanh(0.9 * heights))[:, None] + steep * np.abs(away)
    owner = np.argmin(tops, axis=0)
    index = np.arange(CANVAS_WIDTH)
    top, side = tops[owner, index] + rough, away[owner, index]
    lower = ROWS - top[None, :]
    zigzag = 3.0 * field(noise.grain[0], 1.0, 1.6) - 0.12 * lower
    foot = np.clip(lower / 40.0, 0.0, 1.0)
    distinct = smoothstep(15.0, 6.0, np.abs(side))[None, :] * (1.0 - foot)
    shadow = 0.5 + (smoothstep(-1.5, 1.5, side[None, :] + zigzag) - 0.5) * distinct
    stone = mix(
        spread(air.tone((0.60, 0.62, 0.72), depth)), spread(air.tone((0.36, 0.38, 0.52), depth)), shadow
    )
    stone = mix(stone, spread(air.haze) * np.ones_like(stone), 0.45 * foot)
    picture.blend(below(top), stone)
    white = mix(
        spread(air.tone((1.0, 1.0, 1.0), 0.7 * depth)), spread(air.tone((0.66, 0.75, 0.92), depth)), shadow
    )
    snowline = level + 5.0 + 14.0 * air.white + 2.5 * field(noise.grain[1], 1.0, 2.0)
    picture.blend(below(top) * smoothstep(2.0, -2.0, ROWS - snowline), white)


def forest(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Layers of trunks that fade into a light mist, leaves overhead, a mossy floor."""
    paint_sky(picture, air, noise, 92.0)
    mist = mix(air.horizon, air.tone((0.62, 0.86, 0.52)), 0.45)
    picture.blend(0.72 * smoothstep(30.0, 92.0, ROWS) * np.ones_like(COLUMNS), mist)
    top = 94.0 + 1.5 * profile(noise.terrain[0, 5], 1.4)
    cover = ground(
        picture, air, noise, top, air.dusted((0.48, 0.62, 0.30)), air.dusted((0.27, 0.42, 0.20)), haze=0.25
    )
    for row, level, swing, depth in ((2, 66.0, 8.0, 0.62), (3, 76.0, 7.0, 0.46)):
        line = level + swing * profile(noise.terrain[0, row]) * 0.6
        thicket(picture, air, noise, line, depth, 95.0)
    for row, wide, foot, depth in ((2, 2.6, 96.0, 0.45), (3, 4.0, 99.0, 0.26), (4, 5.6, 104.0, 0.10)):
        for spot in spots(noise, row, foot, 0.2 + 0.35 * (row - 2), jitter=6.0):
            trunk(picture, air, spot.x, spot.y, wide * spot.size, depth, spot.there)
    canopy(picture, air, noise, 0, 30.0, 0.34)
    canopy(picture, air, noise, 1, 20.0, 0.08)
    light = smoothstep(0.5, 2.0, field(noise.terrain[1], 1.5, 0.7)) * cover * (1.0 - air.overcast)
    picture.blend(0.30 * light * smoothstep(94, 110, ROWS), air.tone((0.86, 0.90, 0.46)))
    for spot in spots(noise, 6, 108.0, 1.0):
        bush(picture, air, spot, 6.0, 0.08, (0.26, 0.50, 0.22))
    tufts(picture, air, noise, cover, air.dusted((0.14, 0.32, 0.12), 0.6), 0.6)


def thicket(
    picture: Picture, air: Atmosphere, noise: PainterNoise, line: np.ndarray, depth: float, foot: float
) -> None:
    """A far wall of leaves."""
    bumps = 2.2 * field(noise.grain[0], 1.1, 1.1)
    cover = np.clip((ROWS - line[None, :] + bumps) / 1.6 + 0.5, 0, 1) * smoothstep(
        foot + 2.0, foot - 2.0, ROWS
    )
    lit = smoothstep(30.0, -4.0, ROWS - line[None, :]) + 0.12 * field(noise.grain[1], 1.2, 1.2)
    leaves = mix(
        spread(air.tone((0.20, 0.42, 0.24), depth)),
        spread(air.tone((0.42, 0.68, 0.34), depth)),
        np.clip(lit, 0, 1),
    )
    picture.blend(cover, leaves)


def trunk(
    picture: Picture, air: Atmosphere, x: float, y: float, wide: float, depth: float, there: float
) -> None:
    """A straight trunk from the leaves to its flaring root, its left side lit."""
    patch = picture.patch(x, y, left=3 * wide, right=3 * wide, up=160, down=3)
    flare = (
        wide
        * (1.0 + 0.8 * np.exp(patch.down / 6.0))
        * smoothstep(3.0, 0.0, patch.down + 0.03 * patch.right**2)
    )
    cover = np.clip(flare - np.abs(patch.right) + 0.5, 0.0, 1.0) * (flare > 0.2)
    across = np.clip(patch.right / wide, -1.0, 1.0)
    lit = 0.5 - 0.5 * across + 0.08 * np.sin(patch.right * 2.1 + 0.10 * patch.down)
    bark = mix(
        spread(air.tone((0.22, 0.15, 0.11), depth)),
        spread(air.tone((0.56, 0.40, 0.27), depth)),
        np.clip(lit, 0, 1),
    )
    patch.blend(cover * there, bark)
    picture.put(patch)


def canopy(
    picture: Picture, air: Atmosphere, noise: PainterNoise, channel: int, level: float, depth: float
) -> None:
    """Leaves that hang in from above, lit in clumps."""
    line = level + 6.0 * profile(noise.terrain[channel, 1], 1.0)
    clumps = field(noise.grain[channel], 1.2, 1.2)
    cover = np.clip((line[None, :] + 4.0 * clumps - ROWS) / 2.0 + 0.5, 0.0, 1.0)
    lit = smoothstep(-1.6, 2.0, field(noise.grain[1 - channel], 1.2, 1.2) + 0.05 * (ROWS - line[None, :]))
    dark, bright = air.dusted((0.10, 0.30, 0.14), 0.4), air.dusted((0.36, 0.62, 0.24), 0.6)
    picture.blend(cover, mix(spread(air.tone(dark, depth)), spread(air.tone(bright, depth)), lit))
    dots = np.clip(scatter(presence(noise.grain[channel], 1.3, 1.0), SPOT_KERNEL), 0, 1)
    picture.blend(0.35 * dots * cover, air.tone((0.62, 0.82, 0.36), depth))
