"""Smooth, local functions of a noise grid: splines between its cells and marks stamped on them."""

from functools import lru_cache

import numpy as np

from textreel.corpora.scenes.places.place import CANVAS_HEIGHT, CANVAS_WIDTH

ROWS = np.arange(CANVAS_HEIGHT, dtype=np.float32)[:, None]
COLUMNS = np.arange(CANVAS_WIDTH, dtype=np.float32)[None, :]


def smoothstep(low: float, high: float, values: np.ndarray) -> np.ndarray:
    """0 below low, 1 above high, a smooth cubic in between (low may be above high)."""
    part = np.clip((values - low) / (high - low), 0.0, 1.0)
    return part * part * (3.0 - 2.0 * part)


def _cubic(distance: np.ndarray) -> np.ndarray:
    distance = np.abs(distance)
    near = 2.0 / 3.0 - distance**2 + distance**3 / 2.0
    far = np.clip(2.0 - distance, 0.0, None) ** 3 / 6.0
    return np.where(distance < 1.0, near, far)


@lru_cache(maxsize=64)
def spline(cells: int, pixels: int, width: float = 1.0, periodic: bool = True) -> np.ndarray:
    """Weights [pixels, cells] of a cubic B-spline, scaled so that gaussian cells give unit variance.

    width stretches the kernel: 1 is the plain spline, larger is smoother.
    """
    positions = (np.arange(pixels) + 0.5) * cells / pixels
    offset = positions[:, None] - (np.arange(cells) + 0.5)[None, :]
    if periodic:
        weights = sum(_cubic((offset + turn * cells) / width) for turn in (-1, 0, 1))
    else:
        weights = _cubic(offset / width)
    return (weights / np.linalg.norm(weights, axis=1, keepdims=True)).astype(np.float32)


def profile(values: np.ndarray, width: float = 1.0) -> np.ndarray:
    """A smooth periodic line [256] of unit variance through a row of cells."""
    return spline(len(values), CANVAS_WIDTH, width) @ values


def polyline(values: np.ndarray) -> np.ndarray:
    """A periodic line [256] with straight pieces between the cells of a row."""
    cells = len(values)
    positions = (np.arange(CANVAS_WIDTH) + 0.5) * cells / CANVAS_WIDTH - 0.5
    left = np.floor(positions).astype(int)
    part = (positions - left).astype(np.float32)
    return values[left % cells] * (1.0 - part) + values[(left + 1) % cells] * part


def field(grid: np.ndarray, across: float = 1.0, down: float = 1.0) -> np.ndarray:
    """A smooth map [160, 256] of unit variance through a grid of cells; across and down stretch it."""
    down_weights = spline(grid.shape[0], CANVAS_HEIGHT, down, False)
    return down_weights @ grid @ spline(grid.shape[1], CANVAS_WIDTH, across).T


def _shift_rows(grid: np.ndarray, rows: int, periodic: bool) -> np.ndarray:
    moved = np.roll(grid, rows, axis=0)
    if not periodic and rows > 0:
        moved[:rows] = 0.0
    elif not periodic and rows < 0:
        moved[rows:] = 0.0
    return moved


def scatter(weights: np.ndarray, kernel: np.ndarray, periodic_rows: bool = False) -> np.ndarray:
    """Stamp a kernel, scaled by its weight, on every 4 x 4 px cell: a transposed convolution of stride 4.

    weights [h, w]; kernel [4 a, 4 b] with a and b odd, centred on the cell; gives [4 h, 4 w].
    """
    height, width = weights.shape
    down, across = kernel.shape[0] // 4, kernel.shape[1] // 4
    total = np.zeros((height, 4, width, 4), dtype=np.float32)
    for row in range(down):
        moved = _shift_rows(weights, row - down // 2, periodic_rows)
        for column in range(across):
            block = kernel[4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
            cells = np.roll(moved, column - across // 2, axis=1)
            total += cells[:, None, :, None] * block[None, :, None, :]
    return total.reshape(4 * height, 4 * width)


def presence(values: np.ndarray, threshold: float, slope: float = 4.0) -> np.ndarray:
    """How much of a thing is there: 0 below the threshold, rising to 1 with the given slope."""
    return np.clip((values - threshold) * slope, 0.0, 1.0)
