"""The protocol of bouncing MNIST, corrected (v2): what moves how, what is held out, and what is said of it.

Sync-DRAW (Mittal et al. 2017) trained on the same clips and captions; its released scripts swap the motions, fill
ten clips of two digits only, share digit images between training and validation, and are unseeded.

Digits of 28 pixels move to and fro over a range of 36 pixels, 7.2 pixels a frame, so that there and back take ten
frames. Clips are 64 x 64 pixels, digits are composed by maximum, at whole pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

DIGITS = tuple("0123456789")
MOTIONS = ("horizontal", "vertical")
SIDE = 64
DIGIT_SIDE = 28
RANGE = SIDE - DIGIT_SIDE
STEP = 7.2  # pixels a frame
PERIOD = 2 * RANGE / STEP  # frames: there and back
PHRASES = {"horizontal": "left and right", "vertical": "up and down"}
CLASSES = {"digit": DIGITS, "motion": MOTIONS}
"""What can be told of each digit in a clip, by attribute; the second digit's are named `second_...`."""


@dataclass(frozen=True, kw_only=True)
class Mover:
    """A digit, by its numeral, and the motion it makes."""

    digit: str
    motion: str

    @property
    def odd(self) -> bool:
        """Whether the pair is kept out of clips of one digit: for every digit one motion, alternating."""
        return (int(self.digit) + MOTIONS.index(self.motion)) % 2 == 1

    def wrong(self, generator: Generator) -> "Mover":
        """A mover that differs in its digit or in its motion."""
        if generator.random() < 0.5:
            return replace(self, motion=MOTIONS[1 - MOTIONS.index(self.motion)])
        return replace(self, digit=DIGITS[(int(self.digit) + int(generator.integers(1, 10))) % 10])


ALL_MOVERS = tuple(Mover(digit=digit, motion=motion) for digit in DIGITS for motion in MOTIONS)


def held_out(movers: Sequence[Mover]) -> bool:
    """Whether a combination is kept out of training: half of the single pairs, and half of the pairs of pairs."""
    return sum(mover.odd for mover in movers) % 2 == 1


def combinations(count: int, split: str, *, pure: bool = False) -> tuple[tuple[Mover, ...], ...]:
    """Every combination of so many movers in a split.

    Args:
        count: 1 or 2.
        split: "train" and "seen" hold the same ones, "unseen" those that are held out.
        pure: of what is trained on, only combinations in which no mover alone is held out. Where clips of one and
            of two digits are mixed, a held-out pair would otherwise be learned from clips of two.
    """
    singles = [(mover,) for mover in ALL_MOVERS]
    every = singles if count == 1 else [(first, second) for first in ALL_MOVERS for second in ALL_MOVERS]
    wanted = [movers for movers in every if held_out(movers) == (split == "unseen")]
    if pure and split != "unseen":
        wanted = [movers for movers in wanted if not any(mover.odd for mover in movers)]
    return tuple(wanted)


def positions(phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far a digit is along its range, 0 to 36 pixels; phase 0 is at the left or upper wall, 0.5 at the other."""
    return RANGE * (1 - np.abs(1 - 2 * phase))


def caption(movers: Sequence[Mover]) -> str:
    """The protocol's own words: 'digit 3 is moving up and down and digit 7 is moving left and right'."""
    return " and ".join(f"digit {mover.digit} is moving {PHRASES[mover.motion]}" for mover in movers)


def attributes(movers: Sequence[Mover]) -> dict[str, str]:
    """The movers by attribute: digit, motion, second_digit, second_motion."""
    found: dict[str, str] = {}
    for prefix, mover in zip(("", "second_"), movers, strict=False):
        found |= {f"{prefix}digit": mover.digit, f"{prefix}motion": mover.motion}
    return found
