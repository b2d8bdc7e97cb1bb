"""Drawings in other colours: what looks learn from.

What there is most of takes the colour; its shading stays, and so do outlines, wheels, eyes and skin.
"""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from textreel.corpora.world.sprites import Pixels

Floats = npt.NDArray[np.float32]

CENTRES, ROUNDS, SAMPLES = 6, 8, 1500
LIGHT_SHARE = 0.35  # how much lightness counts against hue in what is alike
NEAR, FAR = 22.0, 46.0  # distances in Lab: what is nearer is recoloured whole, what is farther not at all
DARK = 36.0  # outlines, pupils and tyres are darker
MOSTLY_ASIDE = (
    0.55  # share of what is seen from which what is dark, or blue as windows are, is the thing itself
)
MIN_SHARE = 0.025  # of what is seen: less is brows or a beard
SKIN_CHANGE = 14.0  # in Lab, between two tones of one drawing
SKIN_HUES = (50.0, 108.0)  # degrees in Lab, of the tone that is none
LOWER, UPPER = frozenset({"trousers", "skirt"}), frozenset({"shirt", "jacket", "hat", "scarf"})
RAINBOW = ("d93030", "f08a24", "f5d020", "3d9a40", "2f6fd6", "8440b8")

_TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32
) / np.array([[0.9505], [1.0], [1.089]], np.float32)


def to_lab(rgb: npt.NDArray[np.floating]) -> Floats:
    """CIE Lab [..., 3] of sRGB [..., 3] in [0, 1]."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T
    root = np.where(xyz > 0.008856, np.cbrt(np.maximum(xyz, 0)), 7.787 * xyz + 16 / 116)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)


def from_lab(lab: npt.NDArray[np.floating]) -> Floats:
    """The nearest sRGB [..., 3] in [0, 1] of CIE Lab [..., 3]."""
    light, a, b = np.moveaxis(lab, -1, 0)
    y = (light + 16) / 116
    root = np.stack([y + a / 500, y, y - b / 200], axis=-1)
    xyz = np.where(root > 0.2069, root**3, (root - 16 / 116) / 7.787)
    linear = np.clip(xyz @ np.linalg.inv(_TO_XYZ).T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055).astype(
        np.float32
    )


def lab_of(rgb: str) -> Floats:
    """CIE Lab [3] of a colour as rrggbb."""
    return to_lab(np.array([int(rgb[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32))


def skin_mask(plain: Pixels, toned: Pixels) -> npt.NDArray[np.bool_]:
    """Where two tones of one drawing differ, [phases, H, W]: skin, and often hair."""
    one, other = (to_lab(_straight(pixels)) for pixels in (plain, toned))
    hue = np.degrees(np.arctan2(one[..., 2], one[..., 1]))
    yellow = (hue > SKIN_HUES[0]) & (hue < SKIN_HUES[1]) & (np.hypot(one[..., 1], one[..., 2]) > 30)
    changed = (np.linalg.norm(one - other, axis=-1) > SKIN_CHANGE) & yellow & (plain[..., 3] > 128)
    return median_filter(changed, size=(1, 3, 3))


def dominant(loop: Pixels, spared: npt.NDArray[np.bool_] | None = None, part: str | None = None) -> Floats:
    """How much each pixel belongs to what there is most of, [phases, H, W] in 0 to 1.

    Args:
        loop: uint8 [phases, H, W, 4], premultiplied.
        spared: where nothing changes.
        part: a piece of clothing; trousers, skirts and shoes are sought in the lower half.
    """
    lab = to_lab(_straight(loop))
    opaque = loop[..., 3] > 160
    if spared is not None:
        opaque &= ~spared
    if not opaque.any():
        return np.zeros(loop.shape[:-1], np.float32)
    features = lab * np.array([LIGHT_SHARE, 1, 1], np.float32)
    places = np.argwhere(opaque)
    chosen = features[opaque]
    if len(chosen) > SAMPLES:
        kept = np.linspace(0, len(chosen) - 1, SAMPLES).astype(int)
        chosen, places = chosen[kept], places[kept]
    centres, labels = _cluster(chosen)
    light = centres[:, 0] / LIGHT_SHARE
    sizes = np.bincount(labels, minlength=len(centres)) / len(labels)
    chroma = np.hypot(centres[:, 1], centres[:, 2])
    is_dark = (light < DARK) & (chroma < 40)
    hue = np.degrees(np.arctan2(centres[:, 2], centres[:, 1])) % 360
    is_glass = (light > 60) & (hue > 195) & (hue < 275) & (chroma > 15)
    for aside in (is_dark, is_glass):
        if sizes[aside].sum() < MOSTLY_ASIDE:
            sizes = np.where(aside, 0, sizes)
    apart = np.linalg.norm(centres[:, None] - centres, axis=-1)
    score = (np.clip((FAR - apart) / FAR, 0, 1) @ sizes) * (sizes > 0)
    if part is None:
        score = score * (0.12 + np.minimum(chroma, 70) / 50)
    else:
        heights = [places[labels == index, 1].mean() for index in range(len(centres))]
        low = (heights - np.min(heights)) / max(1.0, np.ptp(heights))
        score = score * (0.1 + (low if part in LOWER else (1 - low) if part in UPPER else 0.5))
    main = centres[int(score.argmax())]
    distance = np.linalg.norm((features - main) * _alike(main), axis=-1)
    weight = np.clip((FAR - distance) / (FAR - NEAR), 0, 1)
    if spared is not None:
        weight = np.where(spared, 0, weight)
    return (weight * (loop[..., 3] > 0)).astype(np.float32)


def _alike(main: Floats) -> Floats:
    """What counts as another colour: of a vivid one the hue more than the shade."""
    vivid = min(1.0, float(np.hypot(main[1], main[2])) / 40)
    return np.array([1.6 - 0.8 * vivid, 1, 1], np.float32)


def _cluster(features: Floats) -> tuple[Floats, npt.NDArray[np.int64]]:
    """k-means of colours, from centres that are spread over what there is."""
    order = np.linalg.norm(features - features.mean(axis=0), axis=1).argsort()
    centres = features[order[np.linspace(0, len(order) - 1, CENTRES).astype(int)]].copy()
    labels = np.zeros(len(features), np.int64)
    for _ in range(ROUNDS):
        labels = ((centres**2).sum(axis=1) - 2 * features @ centres.T).argmin(axis=1)
        used, labels = np.unique(labels, return_inverse=True)
        centres = np.stack([features[labels == index].mean(axis=0) for index in range(len(used))])
    return centres, labels


def recolour(loop: Pixels, weight: Floats, rgb: str) -> Pixels:
    """A loop in which a region has a colour; every shade of it stays as much lighter or darker than the others.

    Args:
        loop: uint8 [phases, H, W, 4], premultiplied; it stays as it is where the region is too small to be one.
        weight: [phases, H, W], as :func:`dominant` answers.
        rgb: rrggbb; "" is a rainbow from the top down.
    """
    if (weight > 0.5).sum() < MIN_SHARE * (loop[..., 3] > 0).sum() or not weight.any():
        return loop
    place = weight > 0
    lab, share = to_lab(_straight(loop[place])), weight[place]
    if rgb:
        target = np.broadcast_to(lab_of(rgb), lab.shape)
    else:
        rows = np.nonzero(place)[1]
        top, bottom = np.percentile(rows[share > 0.5], [0, 100])
        bands = np.interp(rows, np.linspace(top, bottom, len(RAINBOW)), range(len(RAINBOW)))
        target = np.stack([lab_of(colour) for colour in RAINBOW])[bands.round().astype(int)]
    shade = lab[..., 0] - np.median(lab[..., 0][share > 0.5])
    room = np.where(shade > 0, 100 - target[..., 0], target[..., 0] - 3)
    light = target[..., 0] + np.sign(shade) * room * (1 - np.exp(-np.abs(shade) / np.maximum(room, 4)))
    faded = np.clip(1 - np.maximum(shade, 0) / 60, 0.25, 1)
    faded = faded * np.clip(light / np.maximum(target[..., 0], 1), 0.4, 1.1)
    wanted = np.stack([light, target[..., 1] * faded, target[..., 2] * faded], axis=-1)
    colour = from_lab(lab + share[..., None] * (wanted - lab))
    again = loop.copy()
    again[place, :3] = np.round(colour * loop[place][..., 3:])
    return again


def _straight(pixels: Pixels) -> Floats:
    alpha = np.maximum(pixels[..., 3:], 1).astype(np.float32)
    return np.minimum(pixels[..., :3] / alpha, 1).astype(np.float32)
