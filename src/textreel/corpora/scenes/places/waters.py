"""Water: beach, open sea, under water."""

import numpy as np

from textreel.corpora.scenes.places.fields import COLUMNS, ROWS, field, presence, profile, scatter, smoothstep
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Picture, mix, spread
from textreel.corpora.scenes.places.place import PainterNoise
from textreel.corpora.scenes.places.plants import coral, kelp, palm, rock
from textreel.corpora.scenes.places.sky import paint_sky, sun_position
from textreel.corpora.scenes.places.terrain import (
    SPOT_KERNEL,
    below,
    ground,
    mirrored,
    sea_colour,
    slope,
    spots,
    water,
)


def beach(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """A calm sea, foam along the shore, sand, palms."""
    horizon = 80.0
    paint_sky(picture, air, noise, horizon)
    water(picture, air, noise, horizon, sun_position(air, noise, horizon)[0], bottom=112.0)
    shore = 106.0 + 2.6 * profile(noise.terrain[0, 6], 1.3)
    picture.blend(
        smoothstep(-9.0, 0.0, ROWS - shore[None, :]),
        mix(sea_colour(air, (0.52, 0.86, 0.84)), air.horizon, 0.6 * mirrored(air)),
    )
    sand = air.dusted((0.84, 0.70, 0.48)), air.dusted((0.97, 0.84, 0.60))
    cover = ground(picture, air, noise, shore, *sand, haze=0.0, mottle=0.03)
    for offset, width, strength in ((0.0, 1.7, 0.95), (-6.0, 0.9, 0.5)):
        bend = offset + 1.2 * profile(noise.grain[0, 26], 1.5)
        foam = np.exp(-(((ROWS - shore[None, :] - bend[None, :]) / width) ** 2))
        picture.blend(strength * foam, air.tone((1.0, 1.0, 1.0)))
    for spot in spots(noise, 7, 116.0, 1.1):
        palm(picture, air, spot, 46.0, 0.0)
    shells = np.clip(scatter(presence(noise.grain[1], 2.0, 2.0), SPOT_KERNEL), 0, 1)
    picture.blend(0.7 * shells * cover * smoothstep(112, 124, ROWS), air.tone((1.0, 0.93, 0.88)))


def sea(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Open water: swell in five rows, each with a bright crest."""
    horizon = 76.0
    paint_sky(picture, air, noise, horizon)
    sun_x = sun_position(air, noise, horizon)[0]
    water(picture, air, noise, horizon, sun_x)
    for index, level in enumerate((92.0, 104.0, 118.0, 134.0, 150.0)):
        swell = 0.7 + 0.45 * index
        scallops = np.abs(np.sin((COLUMNS[0] + 5.0 * index) * (np.pi / 16.0))) * 2.0 - 1.0
        lift = 1.6 * profile(noise.terrain[0, 5 + index], 0.9)
        wave(picture, air, level + swell * ((1.0 - 0.15 * index) * scallops + lift), index / 4.0)
    flecks = np.clip(scatter(presence(noise.grain[1], 1.7, 1.5), SPOT_KERNEL), 0, 1)
    picture.blend(0.45 * flecks * smoothstep(84, 120, ROWS), mix(air.cloud_lit, air.horizon, 0.5))


def wave(picture: Picture, air: Atmosphere, top: np.ndarray, near: float) -> None:
    """One row of swell, nearer ones darker at the foot and clearer at the crest."""
    lower = ROWS - top[None, :]
    fade = np.clip(lower / (9.0 + 9.0 * near), 0.0, 1.0)
    crest = mix(sea_colour(air, (0.24, 0.70, 0.84)), air.horizon, 0.22 * (1.0 - near) + 0.5 * mirrored(air))
    foot = mix(sea_colour(air, (0.03, 0.34, 0.63)), air.middle, 0.05 + 0.7 * mirrored(air))
    cover = below(top, 1.5) * (1.0 - 0.55 * fade)
    picture.blend(cover, mix(spread(crest), spread(foot), fade))
    foam = (
        np.exp(-(((lower - 0.8) / (0.7 + 0.5 * near)) ** 2))
        * smoothstep(0.35, 0.0, np.abs(slope(top)))[None, :]
    )
    picture.blend(0.65 * foam, mix(air.tone((1.0, 1.0, 1.0)), air.horizon, 0.3))


_DEPTHS = {
    "day": ((0.40, 0.85, 0.95), (0.02, 0.28, 0.58)),
    "sunset": ((0.98, 0.58, 0.46), (0.24, 0.10, 0.38)),
    "night": ((0.08, 0.20, 0.42), (0.01, 0.03, 0.13)),
    "dawn": ((0.98, 0.84, 0.84), (0.26, 0.46, 0.60)),
}


def underwater(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Shafts of light, blue depth, sand with coral and kelp, bubbles."""
    shallow, deep = _DEPTHS[air.time]
    picture.rgb[:] = mix(
        spread(shallow), spread(deep), smoothstep(-10.0, 130.0, ROWS) * np.ones_like(COLUMNS)
    )
    shafts(picture, noise, shallow)
    for row, level, depth in ((5, 98.0, 0.62), (6, 110.0, 0.38)):
        top = level + 6.0 * profile(noise.terrain[0, row], 1.2)
        picture.blend(below(top, 3.0), mix(air.tone((0.20, 0.46, 0.60)), deep, depth))
        for spot in spots(noise, row, level + 10.0, 0.7):
            kelp(picture, air, spot, 38.0 if row == 5 else 52.0, 0.0)
    top = 124.0 + 3.0 * profile(noise.terrain[0, 7], 1.5)
    sand = mix((0.86, 0.78, 0.58), shallow, 0.35)
    cover = ground(picture, air, noise, top, mix(sand, deep, 0.4), sand, haze=0.0, mottle=0.05)
    caustics = smoothstep(0.9, 0.1, np.abs(field(noise.grain[0], 2.6, 1.1)))
    picture.blend(0.22 * caustics * cover, shallow)
    for spot in spots(noise, 7, 129.0, 0.6):
        kind = float(np.clip((spot.size - 0.8) / 0.4, 0.0, 1.0))
        coral(picture, air, spot, 15.0, mix((0.98, 0.40, 0.50), (0.98, 0.70, 0.28), kind))
    for spot in spots(noise, 8, 134.0, 1.2):
        rock(picture, air, spot, 6.0, 0.0, (0.48, 0.52, 0.60))
    bubbles = np.clip(1.3 * scatter(presence(noise.grain[1], 2.0, 2.0), SPOT_KERNEL), 0, 1)
    picture.blend(0.45 * bubbles * smoothstep(140, 100, ROWS), mix(shallow, (1, 1, 1), 0.5))


def shafts(picture: Picture, noise: PainterNoise, shallow: tuple[float, float, float]) -> None:
    """Slanted beams from the surface: one row of noise, sheared and fading with depth."""
    line = 0.7 * profile(noise.grain[1, 12], 2.0) + 0.7 * profile(noise.terrain[0, 3], 0.9)
    source = (COLUMNS - 0.35 * (ROWS - 52.0)) % 256.0
    left = np.floor(source).astype(int)
    part = source - left
    beam = line[left % 256] * (1.0 - part) + line[(left + 1) % 256] * part
    strength = 0.50 * smoothstep(0.1, 2.0, beam) * smoothstep(135.0, 0.0, ROWS)
    picture.blend(strength.astype(np.float32), mix(shallow, (1.0, 1.0, 1.0), 0.5))
    surface = smoothstep(16.0, 0.0, ROWS + 2.5 * field(noise.grain[0], 2.0, 0.8))
    picture.blend(0.5 * surface, mix(shallow, (1.0, 1.0, 1.0), 0.55))
