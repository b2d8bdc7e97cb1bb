"""Transitions as pictures: two frames and how far the one has passed into the other."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
SOFT_EDGE = 0.04  # width of the soft edge of wipes and irises, in heights of the picture


def blend(
    kind: str, before: NDArray[np.uint8] | None, after: NDArray[np.uint8] | None, share: float
) -> NDArray[np.uint8]:
    """One frame of a transition, uint8 [height, width, 3].

    Args:
        kind: a name of :data:`textreel.storyboard.TRANSITIONS`. A morph is painted by the generator, not here;
            what is left of it where it cannot is a dissolve.
        before, after: frames of the same size; None stands for nothing, which is black, or white for a fade
            through white.
        share: 0 is the frame before, exactly; 1 the frame after.
    """
    some = before if before is not None else after
    assert some is not None, "one of the two shots is there"
    nothing = np.full_like(some, 255 if kind == "fade-through-white" else 0)
    first = nothing if before is None else before
    second = nothing if after is None else after
    if share <= 0:
        return first
    if share >= 1:
        return second
    mixed = MIXES[kind](first.astype(np.float32), second.astype(np.float32), share)
    return np.rint(mixed).clip(0, 255).astype(np.uint8)


def mix(first: Picture, second: Picture, amount: float | Picture) -> Picture:
    """`amount` of the second, the rest of the first."""
    return first + amount * (second - first)


def through(colour: float) -> Callable[[Picture, Picture, float], Picture]:
    """The first goes into a plain colour, and out of it comes the second."""

    def mixed(first: Picture, second: Picture, share: float) -> Picture:
        plain = np.full_like(first, colour)
        return mix(first, plain, 2 * share) if share < 0.5 else mix(plain, second, 2 * share - 1)

    return mixed


def wipe(across: int, down: int) -> Callable[[Picture, Picture, float], Picture]:
    """The second comes over the first with an edge that goes this way."""

    def mixed(first: Picture, second: Picture, share: float) -> Picture:
        height, width = first.shape[:2]
        rows, columns = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
        way = rows[:, None] if down else columns[None, :]
        if across < 0 or down < 0:
            way = 1 - way
        return mix(first, second, soft(share * (1 + SOFT_EDGE) - way, height, width))

    return mixed


def iris(first: Picture, second: Picture, share: float) -> Picture:
    """The second is seen through a growing circle."""
    height, width = first.shape[:2]
    rows = (np.arange(height)[:, None] + 0.5 - height / 2) / height
    columns = (np.arange(width)[None, :] + 0.5 - width / 2) / height
    distance = np.hypot(rows, columns)
    furthest = float(np.hypot(0.5, 0.5 * width / height))
    return mix(first, second, soft(share * (furthest + SOFT_EDGE) - distance, height, width))


def soft(inside: NDArray[np.float64], height: int, width: int) -> Picture:
    """How much of the second is seen where its edge is so far off: [height, width, 1] in 0..1."""
    amount = np.broadcast_to(np.clip(inside / SOFT_EDGE, 0, 1), (height, width))
    return amount[..., None].astype(np.float32)


MIXES: Mapping[str, Callable[[Picture, Picture, float], Picture]] = MappingProxyType(
    {
        "cut": lambda first, second, share: first if share < 0.5 else second,
        "dissolve": mix,
        "morph": mix,
        "fade-through-black": through(0.0),
        "fade-through-white": through(255.0),
        "wipe-left": wipe(-1, 0),
        "wipe-right": wipe(1, 0),
        "wipe-up": wipe(0, -1),
        "wipe-down": wipe(0, 1),
        "iris": iris,
    }
)
