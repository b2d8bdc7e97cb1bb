"""Where one scene follows another within a clip."""

import numpy as np
from numpy.typing import NDArray

CELLS = 8
LEAST_CHANGE = 30.0  # of 255, in the mean of all cells: a whole picture that becomes another
LEAST_RATIO = 3.0  # over the changes before and after: what moves quickly, or flashes, changes in a row


class CutFinder:
    """Looks at one picture after another.

    Attributes:
        found: the times at which a scene begins that is not the one before.
    """

    def __init__(self) -> None:
        self.found: list[float] = []
        self._last: NDArray[np.float32] | None = None
        self._changes: list[tuple[float, float]] = []

    def see(self, square: NDArray[np.uint8], seconds: float) -> None:
        """The next picture, uint8 [side, side, 3], its side a multiple of 8, and when it is shown."""
        step = len(square) // CELLS
        cells = square.reshape(CELLS, step, CELLS, step, 3).mean(axis=(1, 3), dtype=np.float32)
        if self._last is not None:
            self._changes.append((float(np.abs(cells - self._last).mean()), seconds))
            self._decide()
        self._last = cells

    def _decide(self) -> None:
        """Whether there was a cut before the picture before this one."""
        if len(self._changes) < 3:
            return
        (before, _), (change, moment), (after, _) = self._changes[-3:]
        if change > LEAST_CHANGE and change > LEAST_RATIO * max(before, after):
            self.found.append(moment)
        del self._changes[:-2]
