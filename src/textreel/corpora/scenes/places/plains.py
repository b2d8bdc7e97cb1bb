"""Open country: savanna, meadow, desert, snow."""

import numpy as np

from textreel.corpora.scenes.places.fields import COLUMNS, ROWS, field, presence, profile, scatter, smoothstep
from textreel.corpora.scenes.places.light import Atmosphere
from textreel.corpora.scenes.places.picture import Picture, mix, spread
from textreel.corpora.scenes.places.place import CANVAS_WIDTH, PainterNoise
from textreel.corpora.scenes.places.plants import acacia, bush, cactus, fir, rock, round_tree
from textreel.corpora.scenes.places.sky import paint_sky
from textreel.corpora.scenes.places.terrain import SPOT_KERNEL, below, ground, ridge, slope, spots, tufts


def savanna(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Dry golden grass, acacias, blue hills far away."""
    paint_sky(picture, air, noise, 92.0)
    far = 82.0 + 4.5 * profile(noise.terrain[0, 4], 1.4)
    ridge(picture, air, far, (0.55, 0.47, 0.40), (0.75, 0.62, 0.38), 0.62)
    top = 92.0 + 1.2 * profile(noise.terrain[0, 5], 1.6)
    gold = air.dusted((0.88, 0.72, 0.36)), air.dusted((0.80, 0.58, 0.22))
    cover = ground(picture, air, noise, top, *gold)
    for spot in spots(noise, 4, 93.0, 0.7):
        acacia(picture, air, spot, 13.0, 0.42)
    for spot in spots(noise, 5, 97.0, 0.75):
        acacia(picture, air, spot, 29.0, 0.16)
    for spot in spots(noise, 6, 102.0, 1.2):
        bush(picture, air, spot, 5.0, 0.1, (0.58, 0.50, 0.20))
    tufts(picture, air, noise, cover, air.dusted((0.55, 0.38, 0.12), 0.6), 0.75)


def meadow(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Rolling green hills, round trees, flowers."""
    paint_sky(picture, air, noise, 88.0)
    for row, level, swing, depth in ((3, 76.0, 4.5, 0.55), (4, 84.0, 4.0, 0.36)):
        top = level + swing * profile(noise.terrain[0, row], 1.4)
        ridge(picture, air, top, air.dusted((0.45, 0.74, 0.36)), air.dusted((0.33, 0.62, 0.30)), depth)
        for spot in spots(noise, row + 1, level + 4.0, 1.0):
            round_tree(picture, air, spot, 10.0 + 3.0 * row - 6.0, depth)
    top = 94.0 + 3.0 * profile(noise.terrain[0, 5], 1.5)
    green = air.dusted((0.52, 0.80, 0.32)), air.dusted((0.24, 0.60, 0.20))
    cover = ground(picture, air, noise, top, *green, haze=0.2)
    for spot in spots(noise, 6, 101.0, 1.1):
        round_tree(picture, air, spot, 26.0, 0.08)
    tufts(picture, air, noise, cover, (0.15, 0.45, 0.14), 0.5)
    flowers(picture, air, noise, cover)


def flowers(picture: Picture, air: Atmosphere, noise: PainterNoise, cover: np.ndarray) -> None:
    """Red, yellow and white dots; the mottling decides the colour."""
    seen = cover * smoothstep(98.0, 116.0, ROWS) * (1.0 - 0.7 * air.white)
    marks = presence(-noise.grain[1], 1.25, 2.0)
    kind = noise.grain[0]
    colours = (
        ((kind > 0.5), (0.95, 0.28, 0.36)),
        ((kind < -0.5), (1.0, 0.84, 0.22)),
        ((abs(kind) <= 0.5), (1, 1, 1)),
    )
    for chosen, colour in colours:
        petals = np.clip(1.6 * scatter(marks * chosen, SPOT_KERNEL), 0.0, 1.0)
        picture.blend(petals * seen, air.tone(colour))


def desert(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """Dunes with a lit and a shadowed side, cacti, ripples in the sand."""
    paint_sky(picture, air, noise, 90.0)
    for row, level, swing, depth in ((3, 78.0, 5.0, 0.55), (4, 87.0, 5.0, 0.34), (5, 97.0, 4.0, 0.14)):
        top = level + swing * profile(noise.terrain[0, row], 1.25)
        dune(picture, air, noise, top, depth)
        if row > 3:
            for spot in spots(noise, row + 1, level + 5.0, 1.0):
                cactus(picture, air, spot, 8.0 + 9.0 * (row - 3), depth)
    top = 108.0 + 1.5 * profile(noise.terrain[0, 6], 2.0)
    cover = ground(picture, air, noise, top, (0.97, 0.79, 0.48), (0.90, 0.66, 0.36), haze=0.06, stretch=3.0)
    bend = 4.0 * profile(noise.terrain[0, 7], 1.5)[None, :]
    near = smoothstep(104.0, 140.0, ROWS)
    ripple = np.sin((ROWS + bend) * (2.0 * np.pi / 6.0))
    picture.rgb *= 1.0 + 0.025 * ripple * near * cover
    for spot in spots(noise, 6, 110.0, 1.3):
        rock(picture, air, spot, 4.0, 0.0, (0.74, 0.55, 0.40))


def dune(picture: Picture, air: Atmosphere, noise: PainterNoise, top: np.ndarray, depth: float) -> None:
    """One line of dunes: light falls from the left, a soft shadow on the right of every crest."""
    descent = slope(top)[None, :]
    lower = np.clip((ROWS - top[None, :]) / 30.0, 0.0, 1.0)
    slanted = np.take_along_axis(
        np.broadcast_to(descent, lower.shape),
        (COLUMNS - 1.4 * (ROWS - top[None, :])).astype(int) % CANVAS_WIDTH,
        1,
    )
    shadow = smoothstep(0.05, 0.32, -slanted) * (1.0 - lower)
    light, dark = air.tone((0.98, 0.80, 0.50), depth), air.tone((0.78, 0.52, 0.33), depth)
    body = mix(spread(light), spread(dark), 0.8 * shadow + 0.15 * lower)
    picture.blend(below(top), body)


def snow(picture: Picture, air: Atmosphere, noise: PainterNoise) -> None:
    """White hills with blue shadows, firs."""
    paint_sky(picture, air, noise, 88.0)
    for row, level, swing, depth in ((3, 74.0, 5.5, 0.58), (4, 84.0, 4.5, 0.36)):
        top = level + swing * profile(noise.terrain[0, row], 1.4)
        ridge(picture, air, top, (0.95, 0.97, 1.0), (0.72, 0.82, 0.94), depth, 0.25, 22.0)
        for spot in spots(noise, row + 1, level + 7.0, 0.45):
            fir(picture, air, spot, 10.0 + 7.0 * (row - 3), depth, 0.8)
    top = 96.0 + 3.0 * profile(noise.terrain[0, 5], 1.5)
    shadows = smoothstep(-0.3, 2.2, field(noise.terrain[0], 1.6, 0.7))
    cover = ground(picture, air, noise, top, (0.86, 0.92, 0.98), (0.96, 0.98, 1.0), haze=0.15, mottle=0.02)
    picture.blend(0.30 * cover * shadows, air.tone((0.62, 0.75, 0.93)))
    for spot in spots(noise, 6, 102.0, 0.9):
        fir(picture, air, spot, 30.0, 0.08, 0.85)
    glints = scatter(presence(noise.grain[1], 2.0, 2.0), SPOT_KERNEL)
    picture.blend(np.clip(0.5 * glints * cover * smoothstep(100, 130, ROWS), 0, 1), air.tone((1, 1, 1)))
