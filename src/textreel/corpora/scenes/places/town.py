"""The city: a skyline, a pavement, a road."""

import numpy as np

from textreel.corpora.scenes.places.fields import COLUMNS, ROWS, field, smoothstep
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Picture, mix, spread
from textreel.corpora.scenes.places.place import CANVAS_WIDTH, PainterNoise
from textreel.corpora.scenes.places.plants import round_tree
from textreel.corpora.scenes.places.sky import paint_sky
from textreel.corpora.scenes.places.terrain import ground, spots

_WALLS = np.array(
    [(0.62, 0.68, 0.80), (0.80, 0.62, 0.54), (0.72, 0.72, 0.70), (0.54, 0.62, 0.70)], dtype=np.float32
)


def city(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Two rows of towers whose windows are lit at night, trees, a pavement and a road with a dashed line."""
    paint_sky(picture, air, noise, 100.0)
    towers(picture, air, noise, row=2, level=52.0, swing=11.0, shift=8, depth=0.62)
    towers(picture, air, noise, row=4, level=68.0, swing=11.0, shift=0, depth=0.24)
    foot = np.full(CANVAS_WIDTH, 103.0, dtype=np.float32)
    ground(
        picture, air, noise, foot, air.dusted((0.66, 0.65, 0.66)), air.dusted((0.60, 0.60, 0.62)), 0.1, 0.02
    )
    for spot in spots(noise, 6, 106.0, 0.7):
        round_tree(picture, air, spot, 21.0, 0.05)
    road(picture, air, noise)


def towers(
    picture: Picture, air: Atmosphere, noise: PainterNoise, row: int, level: float, swing: float, shift: int,
    depth: float,
) -> None:  # fmt: skip
    """One tower for each cell of a terrain row, with windows on a grid of 4 x 4 px cells."""
    cell = ((np.arange(CANVAS_WIDTH) + shift) // 16) % 16
    within = (np.arange(CANVAS_WIDTH) + shift) % 16
    heights = level + swing * np.tanh(1.3 * noise.terrain[0, row])
    top = heights[cell]
    cover = np.clip(ROWS - top[None, :] + 0.5, 0.0, 1.0) * (ROWS < 104.0)
    warm, grey = (0.5 + 0.5 * np.tanh(1.5 * noise.terrain[channel, row])[:, None] for channel in (2, 3))
    walls = mix(mix(_WALLS[0], _WALLS[1], warm), mix(_WALLS[3], _WALLS[2], warm), grey)[cell].T[:, None, :]
    shade = 1.0 - 0.30 * smoothstep(9.0, 11.0, within.astype(np.float32))[None, None, :]
    body = walls * shade * air.light[:, None, None]
    picture.blend(cover, mix(body, spread(air.haze) * np.ones_like(body), depth * (1.0 + 0.3 * air.veil)))
    windows(picture, air, noise, top, within, depth)


def windows(
    picture: Picture, air: Atmosphere, noise: PainterNoise, top: np.ndarray, within: np.ndarray, depth: float
) -> None:
    """A window in every grain cell, lit after dark where the grain is high."""
    inside = (within >= 2) & (within < 14)
    pane = (((np.arange(CANVAS_WIDTH) % 4) // 2) == 0) & inside
    storey = ((ROWS % 6) < 3.5) & (top[None, :] + 3.0 < ROWS) & (ROWS < 98.0)
    mask = storey * pane[None, :] * 1.0
    lamp = np.repeat(np.repeat(noise.grain[1], 4, axis=0), 4, axis=1)
    lit = smoothstep(0.0, 0.6, lamp) * np.clip(air.darkness + (0.5 if air.time == "sunset" else 0.12), 0, 1)
    glass = spread(mix(air.tone((0.36, 0.52, 0.70), depth), air.middle, 0.35)) * np.ones(
        (1, *mask.shape), np.float32
    )
    colour = mix(glass, spread(mix((1.0, 0.82, 0.42), air.haze, 0.45 * depth)) * np.ones_like(glass), lit)
    picture.blend(mask * (0.85 - 0.4 * depth), colour)


def road(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Kerb, asphalt, a dashed line that repeats every 16 px; wet when it rains."""
    ones = np.ones_like(COLUMNS)
    asphalt = air.tone(air.dusted((0.36, 0.37, 0.41), 0.7)) * (0.8 if air.weather == "rain" else 1.0)
    texture = 1.0 + 0.03 * field(noise.grain[0], 2.5, 0.9)
    picture.blend(smoothstep(113.0, 114.5, ROWS) * ones, np.clip(spread(asphalt) * texture, 0, 1))
    kerb = smoothstep(111.5, 112.5, ROWS) * smoothstep(115.5, 114.5, ROWS) * ones
    picture.blend(kerb, air.tone((0.82, 0.82, 0.82)))
    dash = smoothstep(4.8, 3.6, np.abs((COLUMNS % 16.0) - 7.5))
    line = smoothstep(131.0, 132.0, ROWS) * smoothstep(135.5, 134.5, ROWS)
    picture.blend(0.85 * dash * line, air.tone((0.98, 0.90, 0.62)))
    lamps = smoothstep(0.3, 2.0, field(noise.terrain[2], 1.2, 0.6)) * smoothstep(112, 120, ROWS)
    picture.blend(0.28 * lamps * air.darkness, (1.0, 0.78, 0.42))
    if air.weather == "rain":
        shine = smoothstep(0.2, 2.0, field(noise.terrain[3], 0.8, 1.6)) * smoothstep(114, 120, ROWS)
        picture.blend(0.35 * shine, air.horizon)
