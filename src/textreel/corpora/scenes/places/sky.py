"""Sky: its gradient, the sun or the moon, stars and clouds."""

import numpy as np

from textreel.corpora.scenes.places.fields import COLUMNS, ROWS, field, presence, scatter, smoothstep
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Picture, disc, mix, spread
from textreel.corpora.scenes.places.place import CANVAS_WIDTH, PainterNoise

_PUFFS = ((-17.0, 1.0, 6.0), (17.0, 1.5, 6.5), (-8.0, -3.0, 9.0), (10.0, -2.0, 8.5), (1.0, -6.5, 10.5))
_SUN_ROWS = {"day": 34.0, "sunset": 70.0, "night": 36.0, "dawn": 60.0}
_STAR = np.exp(-((np.arange(12) - 5.5) ** 2) / 0.9)
STAR_KERNEL = (1.5 * np.outer(_STAR, _STAR)).astype(np.float32)


def sun_position(air: Atmosphere, noise: PainterNoise, horizon: float) -> tuple[float, float]:
    """Column and row of the sun or the moon, within the default view."""
    x = 128.0 + 46.0 * float(np.tanh(0.7 * noise.vector[8]))
    y = _SUN_ROWS[air.time] + 7.0 * float(np.tanh(0.7 * noise.vector[9]))
    return x, y * min(1.0, horizon / 88.0)


def around(x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
    """Pixel distances right [1, 256] and down [160, 1] from a point, the short way round."""
    half = CANVAS_WIDTH / 2
    return (COLUMNS - x + half) % CANVAS_WIDTH - half, ROWS - y


def paint_sky(picture: Picture, air: Atmosphere, noise: PainterNoise, horizon: float = 88.0) -> None:
    """The whole sky above the horizon row, clouds included."""
    gradient(picture, air, horizon)
    if air.darkness > 0.0:
        stars(picture, noise, air.darkness * (1.0 - air.overcast), fade=horizon)
    sun(picture, air, noise, horizon)
    wisps(picture, air, noise, horizon)
    clouds(picture, air, noise, rows=(1, 2, 3), highest=8.0)


def gradient(picture: Picture, air: Atmosphere, horizon: float) -> None:
    """Zenith at the top, middle at half height, horizon colour at the horizon row."""
    height = np.clip(ROWS / horizon, 0.0, 1.0)
    upper, lower = smoothstep(0.0, 0.62, height), smoothstep(0.5, 1.0, height)
    sky = mix(mix(spread(air.zenith), spread(air.middle), upper), spread(air.horizon), lower)
    picture.rgb[:] = sky


def stars(
    picture: Picture, noise: PainterNoise, strength: float, fade: float, threshold: float = 1.75
) -> None:
    """Small stars where the grain is high, fainter towards the row fade."""
    shine = scatter(presence(noise.grain[1], threshold, 1.6), STAR_KERNEL)
    shine = np.clip(shine, 0, 1) * smoothstep(fade, 0.3 * fade, ROWS) * strength
    picture.blend(shine.astype(np.float32), (1.0, 0.98, 0.92))


def sun(picture: Picture, air: Atmosphere, noise: PainterNoise, horizon: float) -> None:
    """The sun with its glow, or the moon with its seas; dimmed behind an overcast sky."""
    x, y = sun_position(air, noise, horizon)
    right, down = around(x, y)
    seen = 1.0 - air.overcast
    distance = np.sqrt(right * right + down * down)
    low = air.time in ("sunset", "dawn")
    wide = 34.0 if low else 18.0
    glow = 0.75 * np.exp(-np.maximum(distance - 9.0, 0.0) / wide) * (0.35 + 0.65 * seen)
    if low:
        glow = np.maximum(glow, 0.5 * np.exp(-np.abs(right) / 60.0 - np.abs(down) / 16.0) * seen)
    picture.blend(glow * (0.6 if air.time == "night" else 1.0), air.glow)
    radius = 11.0 if low else 9.0
    visible = max(0.0, 1.0 - 1.15 * air.overcast)
    picture.blend(disc(right, down, radius, 1.6) * visible, air.sun)
    if air.time == "night":
        for across, along, size in ((-2.5, -2.0, 2.4), (3.0, 1.0, 1.8), (-1.0, 4.0, 1.5)):
            crater = disc(right - across, down - along, size, 1.8)
            picture.blend(0.45 * crater * visible, (0.76, 0.78, 0.80))


def wisps(picture: Picture, air: Atmosphere, noise: PainterNoise, horizon: float) -> None:
    """Long thin high clouds; a closed ceiling of them when it is overcast."""
    thread = field(noise.terrain[1], 2.2, 0.8) + 0.5 * field(noise.grain[0], 4.0, 1.2)
    amount = smoothstep(0.0, 2.6, thread + 0.4 * float(np.tanh(noise.vector[10])))
    amount = amount * smoothstep(horizon, 0.55 * horizon, ROWS)
    picture.blend(0.5 * amount, mix(air.cloud_shade, air.cloud_lit, 0.8))
    if air.overcast:
        dark = smoothstep(0.2, -2.2, thread) * smoothstep(horizon, 0.4 * horizon, ROWS)
        picture.blend(0.55 * dark, air.cloud_shade * 0.92)


def clouds(
    picture: Picture,
    air: Atmosphere,
    noise: PainterNoise,
    rows: tuple[int, ...],
    highest: float = 8.0,
    threshold: float = 1.05,
    scale: float = 1.0,
) -> None:
    """A heap of puffs in every cell of the rows whose value is high; smaller and paler further down."""
    threshold = threshold - 0.35 * float(np.tanh(noise.vector[10]))
    for row in reversed(rows):
        for column in np.flatnonzero(noise.terrain[1, row] > threshold):
            value, size, shift = noise.terrain[1:, row, column]
            opacity = float(np.clip((value - threshold) * 3.0, 0, 1)) * (1.0 - 0.45 * air.overcast)
            radius = scale * (0.72 + 0.16 * float(np.tanh(size))) * (1.15 - 0.09 * row)
            x, y = 16.0 * column + 8.0 + 4.0 * float(np.tanh(shift)), 16.0 * row + highest
            cloud(picture, air, x, y, radius, opacity)


def cloud(picture: Picture, air: Atmosphere, x: float, y: float, size: float, opacity: float) -> None:
    """One heap of puffs with a flat foot, lit from above."""
    patch = picture.patch(x, y, left=26 * size, right=26 * size, up=19 * size, down=9 * size)
    floor = np.clip((6.0 * size - patch.down) / 3.0 + 0.5, 0.0, 1.0)
    height = smoothstep(7.0 * size, -14.0 * size, patch.down)
    for across, along, radius in _PUFFS:
        right, down = patch.right - across * size, patch.down - along * size
        cover = disc(right, down, radius * size, 2.2) * floor
        lit = 0.45 * height + 0.55 * smoothstep(radius * size, -0.7 * radius * size, down + 0.35 * right)
        patch.blend(cover * opacity * 0.94, mix(spread(air.cloud_shade), spread(air.cloud_lit), lit))
    picture.put(patch)
