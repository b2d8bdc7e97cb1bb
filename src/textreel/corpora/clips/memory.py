"""Decoded clips kept in memory, up to so many bytes: what was used longest ago goes first."""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


class ClipMemory:
    """A least-recently-used store of frames."""

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self.used_bytes = 0
        self._kept: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, number: int, decode: Callable[[], NDArray[np.uint8]]) -> NDArray[np.uint8]:
        """The frames of a clip, decoded if they are not here; a clip above the budget is not kept."""
        found = self._kept.get(number)
        if found is not None:
            self._kept.move_to_end(number)
            return found
        found = decode()
        self._kept[number] = found
        self.used_bytes += found.nbytes
        while self.used_bytes > self.budget_bytes:
            self.used_bytes -= self._kept.popitem(last=False)[1].nbytes
        return found
