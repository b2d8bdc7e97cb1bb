"""A picture that is painted layer by layer, with soft edges, on a cylinder."""

from dataclasses import dataclass

import numpy as np

from textreel.corpora.scenes.places.place import CANVAS_HEIGHT, CANVAS_WIDTH

Colour = np.ndarray | tuple[float, ...]


def spread(colour: Colour) -> np.ndarray:
    """A colour [3] as [3, 1, 1]; a map of colours [3, h, w] as it is."""
    colour = np.asarray(colour, dtype=np.float32)
    return colour[:, None, None] if colour.ndim == 1 else colour


def mix(first: Colour, second: Colour, amount: float | np.ndarray) -> np.ndarray:
    """Between two colours or maps of colours of the same kind; amount 0 is the first."""
    first, second = np.asarray(first, dtype=np.float32), np.asarray(second, dtype=np.float32)
    return (first + (second - first) * amount).astype(np.float32)


@dataclass(kw_only=True)
class Patch:
    """A window of the picture around an anchor; right and down are pixel distances from it."""

    rgb: np.ndarray
    right: np.ndarray
    down: np.ndarray
    rows: slice
    columns: np.ndarray

    def blend(self, mask: np.ndarray, colour: Colour) -> None:
        """Lay a colour over the window where the mask [h, w] in [0, 1] says."""
        self.rgb += mask * (spread(colour) - self.rgb)


class Picture:
    """rgb float32 [3, 160, 256] in [0, 1]; columns wrap around."""

    def __init__(self) -> None:
        self.rgb = np.zeros((3, CANVAS_HEIGHT, CANVAS_WIDTH), dtype=np.float32)

    def blend(self, mask: np.ndarray, colour: Colour) -> None:
        """Lay a colour over the picture where the mask [160, 256] in [0, 1] says."""
        self.rgb += mask * (spread(colour) - self.rgb)

    def patch(self, x: float, y: float, *, left: float, right: float, up: float, down: float) -> Patch:
        """The window that reaches so many pixels from the anchor (x, y); give it back with put."""
        top, bottom = max(int(y - up), 0), min(int(y + down) + 1, CANVAS_HEIGHT)
        columns = np.arange(int(np.floor(x - left)), int(np.ceil(x + right)) + 1)
        rows = slice(min(top, CANVAS_HEIGHT), max(bottom, 0))
        across = (columns - x).astype(np.float32)[None, :]
        along = (np.arange(rows.start, max(rows.stop, rows.start)) - y).astype(np.float32)[:, None]
        wrapped = columns % CANVAS_WIDTH
        return Patch(
            rgb=self.rgb[:, rows.start : rows.start + len(along)][:, :, wrapped],
            right=across,
            down=along,
            rows=slice(rows.start, rows.start + len(along)),
            columns=wrapped,
        )

    def put(self, patch: Patch) -> None:
        """Write a window back."""
        self.rgb[:, patch.rows, patch.columns] = patch.rgb


def disc(right: np.ndarray, down: np.ndarray, radius: float, soft: float = 1.2) -> np.ndarray:
    """Coverage of a disc round the origin; soft is the width of its edge in pixels."""
    return np.clip((radius - np.sqrt(right * right + down * down)) / soft + 0.5, 0.0, 1.0)


def ellipse(right: np.ndarray, down: np.ndarray, wide: float, high: float, soft: float = 1.2) -> np.ndarray:
    """Coverage of an ellipse with half axes wide and high."""
    distance = np.sqrt((right / wide) ** 2 + (down / high) ** 2)
    return np.clip((1.0 - distance) * min(wide, high) / soft + 0.5, 0.0, 1.0)


def stroke(
    right: np.ndarray,
    down: np.ndarray,
    start: tuple[float, float],
    end: tuple[float, float],
    thick: float,
    tip: float | None = None,
) -> np.ndarray:
    """Coverage of a round-ended stroke of half width thick at the start and tip at the end."""
    tip = thick if tip is None else tip
    along = (end[0] - start[0], end[1] - start[1])
    length = max(along[0] ** 2 + along[1] ** 2, 1e-6)
    part = np.clip(((right - start[0]) * along[0] + (down - start[1]) * along[1]) / length, 0.0, 1.0)
    away = np.hypot(right - start[0] - part * along[0], down - start[1] - part * along[1])
    return np.clip(thick + (tip - thick) * part - away + 0.5, 0.0, 1.0)
