"""No ground: sky and space."""

import numpy as np

from textreel.corpora.scenes.places.fields import COLUMNS, ROWS, field, presence, scatter, smoothstep
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Picture, disc, ellipse, mix, spread
from textreel.corpora.scenes.places.place import PainterNoise
from textreel.corpora.scenes.places.sky import STAR_KERNEL, clouds, gradient, stars, sun, wisps
from textreel.corpora.scenes.places.terrain import Spot, spots


def sky(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """High up among the clouds, a sea of them below."""
    gradient(picture, air, 150.0)
    stars(picture, noise, air.darkness, fade=150.0)
    sun(picture, air, noise, 88.0)
    wisps(picture, air, noise, 170.0)
    clouds(picture, air, noise, (1, 2, 3, 4, 5, 6), 6.0, threshold=1.45)
    clouds(picture, air, noise, (7, 8), 10.0, threshold=0.35, scale=2.0)
    haze = smoothstep(120.0, 165.0, ROWS + 4.0 * field(noise.terrain[0], 1.2, 0.8))
    picture.blend(0.8 * haze, mix(air.cloud_lit, air.cloud_shade, 0.3))
    clouds(picture, air, noise, (9,), 4.0, threshold=-0.2, scale=2.6)


_PLANETS = (((0.95, 0.62, 0.36), (0.72, 0.34, 0.28)), ((0.45, 0.72, 0.95), (0.20, 0.36, 0.72)),
            ((0.80, 0.66, 0.92), (0.45, 0.30, 0.66)))  # fmt: skip


def space(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """A nebula in two colours, stars, planets."""
    picture.rgb[:] = mix(
        spread((0.02, 0.02, 0.08)), spread((0.06, 0.03, 0.15)), ROWS / 160.0 * np.ones_like(COLUMNS)
    )
    violet = field(noise.terrain[0], 1.5, 1.2) + 0.35 * field(noise.grain[0], 2.5, 2.5)
    teal = field(noise.terrain[3], 1.5, 1.2) + 0.35 * field(noise.grain[0], 2.5, 2.5)
    picture.blend(0.70 * smoothstep(-0.6, 2.4, violet), (0.52, 0.20, 0.62))
    picture.blend(0.55 * smoothstep(-0.3, 2.6, teal), (0.12, 0.46, 0.66))
    picture.blend(0.30 * smoothstep(1.2, 3.0, violet), (0.95, 0.55, 0.62))
    dust = np.clip(0.6 * scatter(presence(noise.grain[0], 1.3, 1.5), STAR_KERNEL), 0, 1)
    picture.blend(0.55 * dust, (0.78, 0.84, 1.0))
    stars(picture, noise, 1.0, fade=900.0, threshold=1.75)
    for row, foot in ((1, 28.0), (2, 44.0), (7, 122.0), (8, 138.0)):
        for spot in spots(noise, row, foot, 1.35):
            planet(picture, spot, 9.0, _PLANETS[row % 3])


def planet(
    picture: Picture, spot: Spot, radius: float, colours: tuple[tuple[float, ...], tuple[float, ...]]
) -> None:
    """A banded ball lit from the upper left, with a ring when it is large."""
    size = radius * spot.size * spot.size
    patch = picture.patch(spot.x, spot.y, left=2 * size, right=2 * size, up=2 * size, down=2 * size)
    tilt = patch.down + 0.35 * patch.right
    ring = ellipse(patch.right, 3.2 * tilt, 1.85 * size, 1.85 * size) - ellipse(
        patch.right, 3.2 * tilt, 1.35 * size, 1.35 * size
    )
    ringed = float(np.clip((spot.size - 1.05) * 12.0, 0.0, 1.0)) * spot.there
    bands = 0.5 + 0.5 * np.sin(tilt * (7.0 / size))
    lit = smoothstep(1.0, -0.75, (patch.right + patch.down) / (1.45 * size))
    ball = mix(spread(colours[1]), spread(colours[0]), bands * np.ones_like(lit)) * (0.15 + 0.95 * lit)
    patch.blend(0.18 * disc(patch.right, patch.down, 1.25 * size, 0.6 * size) * spot.there, colours[0])
    patch.blend(disc(patch.right, patch.down, size) * spot.there, np.clip(ball, 0, 1))
    front = np.clip(ring, 0, 1) * np.maximum(tilt > 0, 1.0 - disc(patch.right, patch.down, size))
    patch.blend(0.75 * front * ringed, mix(colours[0], (1.0, 1.0, 1.0), 0.4))
    picture.put(patch)
