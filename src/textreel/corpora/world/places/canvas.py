"""A canvas that is drawn on with Skia, layer by layer, and that wraps around in x."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import skia
from numpy.typing import NDArray

from textreel.corpora.world.places.light import Colour

WIDTH = 3.0
HEIGHT = 1.25
"""Of the pictured world, in world units: 1 is the height of the view."""


def rgba(colour: Colour, alpha: float = 1.0) -> int:
    """A colour in [0, 1] as Skia has it."""
    parts = [round(255 * min(1.0, max(0.0, each))) for each in (alpha, *colour)]
    return skia.ColorSetARGB(*parts)


def paint(colour: Colour, alpha: float = 1.0, *, blur: float = 0.0, stroke: float = 0.0) -> skia.Paint:
    """A paint of one colour; blur and stroke in world units."""
    result = skia.Paint(Color=rgba(colour, alpha), AntiAlias=True)
    if blur:
        result.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    if stroke:
        result.setStyle(skia.Paint.kStroke_Style)
        result.setStrokeWidth(stroke)
        result.setStrokeCap(skia.Paint.kRound_Cap)
        result.setStrokeJoin(skia.Paint.kRound_Join)
    return result


def shaded(
    start: tuple[float, float],
    end: tuple[float, float],
    colours: Sequence[Colour],
    alphas: Sequence[float] = (),
) -> skia.Paint:
    """A paint that goes evenly through colours from one point to another."""
    alphas = alphas or [1.0] * len(colours)
    values = [rgba(colour, alpha) for colour, alpha in zip(colours, alphas, strict=True)]
    shader = skia.GradientShader.MakeLinear(points=[start, end], colors=values)
    return skia.Paint(Shader=shader, AntiAlias=True, Dither=True)


def radial(
    centre: tuple[float, float], radius: float, colours: Sequence[Colour], alphas: Sequence[float]
) -> skia.Paint:
    """A paint that goes through colours from a centre outwards."""
    values = [rgba(colour, alpha) for colour, alpha in zip(colours, alphas, strict=True)]
    shader = skia.GradientShader.MakeRadial(center=centre, radius=radius, colors=values)
    return skia.Paint(Shader=shader, AntiAlias=True, Dither=True)


def polygon(points: Sequence[tuple[float, float]] | NDArray[np.float64], closed: bool = True) -> skia.Path:
    """A path through points."""
    builder = [skia.Point(float(x), float(y)) for x, y in points]
    return skia.Path.Polygon(builder, isClosed=closed)


@lru_cache(maxsize=64)
def noise_texture(
    seed: int, height: int = 512, width: int = 1024, power: float = 1.0, stretch: float = 1.0
) -> NDArray[np.float32]:
    """Periodic noise of zero mean and unit variance [height, width], its spectrum falling with a power.

    stretch above 1 draws it out in x.
    """
    white = np.random.default_rng(seed).standard_normal((height, width))
    down, across = np.fft.fftfreq(height)[:, None] * height, np.fft.rfftfreq(width)[None, :] * width
    distance = np.hypot(down, across * stretch * height / width)
    distance[0, 0] = np.inf
    values = np.fft.irfft2(np.fft.rfft2(white) / distance**power, s=(height, width))
    return ((values - values.mean()) / values.std()).astype(np.float32)


class Canvas:
    """A picture of the whole world round, in world units.

    Args:
        pixels: a world unit in pixels.
    """

    def __init__(self, pixels: int = 512) -> None:
        self.pixels = pixels
        self.array = np.zeros((round(HEIGHT * pixels), round(WIDTH * pixels), 4), dtype=np.uint8)
        self.surface = skia.Surface(self.array, colorType=skia.kRGBA_8888_ColorType)
        self.skia = self.surface.getCanvas()
        self.skia.clear(skia.ColorBLACK)
        self.skia.scale(pixels, pixels)

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """What is painted, uint8 [H, W, 3]."""
        self.surface.flushAndSubmit()
        return self.array[..., :3].copy()

    def each_turn(self, draw: Callable[[skia.Canvas], None]) -> None:
        """Draw something three times, once round the world to either side, so that it wraps."""
        for turn in (-WIDTH, 0.0, WIDTH):
            self.skia.save()
            self.skia.translate(turn, 0)
            draw(self.skia)
            self.skia.restore()

    def path(self, path: skia.Path, with_paint: skia.Paint) -> None:
        """Draw a path that may reach over the edge."""
        self.each_turn(lambda canvas: canvas.drawPath(path, with_paint))

    def oval(self, x: float, y: float, wide: float, high: float, with_paint: skia.Paint) -> None:
        """Draw an ellipse by its centre and its half axes."""
        rect = skia.Rect.MakeLTRB(x - wide, y - high, x + wide, y + high)
        self.each_turn(lambda canvas: canvas.drawOval(rect, with_paint))

    def box(
        self, left: float, top: float, right: float, bottom: float, with_paint: skia.Paint, round: float = 0.0
    ) -> None:
        """Draw a rectangle, with rounded corners."""
        rect = skia.Rect.MakeLTRB(left, top, right, bottom)
        self.each_turn(lambda canvas: canvas.drawRoundRect(rect, round, round, with_paint))

    def band(self, top: float, bottom: float, with_paint: skia.Paint) -> None:
        """Draw from one edge to the other."""
        self.skia.drawRect(skia.Rect.MakeLTRB(0, top, WIDTH, bottom), with_paint)

    def below(self, line: NDArray[np.float64], bottom: float, with_paint: skia.Paint) -> None:
        """Fill what lies below a periodic line, y at even steps of x from 0."""
        x = np.arange(len(line) + 1) * WIDTH / len(line)
        points = [*zip(x, [*line, line[0]], strict=True), (WIDTH, bottom), (0.0, bottom)]
        self.skia.drawPath(polygon(points), with_paint)

    def texture(
        self,
        values: NDArray[np.float32],
        top: float,
        bottom: float,
        colour: Colour,
        strength: float,
        *,
        clip: skia.Path | None = None,
        repeat: int = 1,
        power: float = 1.0,
    ) -> None:
        """Lay a colour over a band as densely as a texture [h, w] says; it is drawn out to the band.

        repeat: how often it is laid side by side round the world. power above 1 makes it larger to the bottom, as of
        a ground that is seen from the side.
        """
        alpha = np.clip(values * strength, 0, 1)
        if power != 1.0:
            rows = (np.linspace(0, 1, len(alpha)) ** (1 / power) * (len(alpha) - 1)).astype(int)
            alpha = alpha[rows]
        pixels = np.zeros((*alpha.shape, 4), dtype=np.uint8)
        pixels[..., :3] = np.round(255 * np.clip(colour, 0, 1)).astype(np.uint8)
        pixels[..., 3] = np.round(255 * alpha).astype(np.uint8)
        image = skia.Image.fromarray(pixels, colorType=skia.kRGBA_8888_ColorType)
        part = WIDTH / repeat
        self.skia.save()
        if clip is not None:
            self.skia.clipPath(clip, doAntiAlias=True)
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
        for index in range(repeat):
            target = skia.Rect.MakeLTRB(index * part, top, (index + 1) * part, bottom)
            self.skia.drawImageRect(image, target, sampling)
        self.skia.restore()

    def picture(
        self,
        pixels: NDArray[np.uint8],
        x: float,
        foot: float,
        height: float,
        *,
        light: Colour = (1.0, 1.0, 1.0),
        haze: tuple[Colour, float] | None = None,
        mirror: bool = False,
    ) -> None:
        """Stand a cut-out [h, w, 4] on its foot at x, so high, under a light and behind a haze."""
        lit = pixels.astype(np.float32)
        lit[..., :3] *= np.asarray(light, dtype=np.float32)
        if haze is not None:
            lit[..., :3] += (255 * np.asarray(haze[0], dtype=np.float32) - lit[..., :3]) * haze[1]
        flat = np.ascontiguousarray(np.clip(lit, 0, 255).astype(np.uint8)[:, :: -1 if mirror else 1])
        image = skia.Image.fromarray(flat, colorType=skia.kRGBA_8888_ColorType)
        width = height * pixels.shape[1] / pixels.shape[0]
        target = skia.Rect.MakeLTRB(x - width / 2, foot - height, x + width / 2, foot)
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
        self.each_turn(lambda canvas: canvas.drawImageRect(image, target, sampling))


def profile(
    phases: NDArray[np.float64], waves: Sequence[int], power: float = 1.0, steps: int = 768
) -> NDArray[np.float64]:
    """A periodic line of about unit height through waves that go round the world so often, with these phases."""
    x = np.arange(steps) / steps * 2 * math.pi
    heights = [
        np.sin(wave * x + phase) / (wave / waves[0]) ** power
        for wave, phase in zip(waves, phases, strict=True)
    ]
    return np.sum(heights, axis=0) / math.sqrt(len(waves) / 2)
