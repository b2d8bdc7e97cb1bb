"""Handwritten digits in memory."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from textreel.corpora.digits.handwriting import Handwriting


@dataclass(frozen=True)
class Written:
    """N images of digits.

    images [N, 28, 28] uint8: ink; labels [N] uint8: which digit; codes [N, K] float32: see Handwriting.encode.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    codes: NDArray[np.float32]
    _rows: dict[int, NDArray[np.int64]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._rows.update({digit: np.flatnonzero(self.labels == digit) for digit in range(10)})

    def of(self, digit: int) -> NDArray[np.int64]:
        """The rows that show a digit."""
        return self._rows[digit]


@dataclass(frozen=True, kw_only=True)
class DigitImages:
    """Images to train on (of MNIST's 60,000), images to evaluate with (of its 10,000), the codes of their writing.

    `whole` tells whether these are all of them, or the few that came with the package.
    """

    training: Written
    evaluation: Written
    handwriting: Handwriting
    whole: bool
