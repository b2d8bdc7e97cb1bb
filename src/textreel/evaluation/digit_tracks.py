"""Where the digits of a clip are and how they move: by the track of the centroid, or, of two, by what keeps a path.

A digit that follows a path is there in every frame along it, whatever else covers or joins it: of the windows cut out
along the right path even the faintest ones show it, and along a wrong one nothing stays. So the path is sought whose
windows have most in common; then the second one, in what the first leaves unexplained.

Dimensions in names: T frames of H x W = 64 x 64 pixels, P phases of a path, C coordinates that stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from textreel.corpora.digits.protocol import DIGIT_SIDE, MOTIONS, PERIOD, SIDE, positions

Array = NDArray[np.float32]
NONE = "none"
PHASES = 72  # a path is sought in steps of one pixel
LEAST_TRAVEL = 9.0  # pixels to and as many fro, a quarter of the range: what moves less stands still
STRAIGHT = 1 / 3  # of the way along its axis: what strays farther across moves in no direction
FAINT_SHARE = 0.2  # of the frames may miss a pixel of a digit
COVERED = 0.1  # ink of one digit, or beside it, that hides the other
FAINTEST = 0.02  # ink that counts as none
LEAST_SEEN = 4  # frames in which a pixel must be uncovered to be known
LEAST_INK = 12.0  # pixels of full ink that the faintest digit has


@dataclass(frozen=True, kw_only=True)
class Path:
    """One way of moving: which axis, the phase at the first frame, and the coordinate that stays, in pixels."""

    motion: str
    phase: int  # of PHASES
    across: int

    def corners(self, frames: int) -> list[tuple[int, int]]:
        """Top and left edge of the digit in each frame."""
        along = [int(place) for place in ways(frames)[self.phase]]
        return [(self.across, x) if self.motion == MOTIONS[0] else (x, self.across) for x in along]


@dataclass(frozen=True, kw_only=True, eq=False)
class Track:
    """A digit that was found: how it moves, and what it looks like, ink [28, 28] from 0 to 1."""

    motion: str
    image: Array


@cache
def ways(frames: int) -> NDArray[np.int64]:
    """Where along its range a digit is, for each phase that it may begin with [P, T]."""
    phases = np.arange(PHASES)[:, None] / PHASES + np.arange(frames) / PERIOD
    return np.rint(positions(np.remainder(phases, 1.0))).astype(np.int64)


def track_one(ink_THW: Array) -> Track:
    """The only digit of a clip, by its centroid; the motion is "none" where it does not go to and fro."""
    rows, columns = np.arange(SIDE) + 0.5, np.arange(SIDE) + 0.5
    total = ink_THW.sum(axis=(1, 2)).clip(min=1e-6)
    centres = np.stack([ink_THW.sum(axis=1) @ columns, ink_THW.sum(axis=2) @ rows], axis=1) / total[:, None]
    corners = np.rint(centres - DIGIT_SIDE / 2).astype(int)
    windows = cut(ink_THW, [(int(top), int(left)) for left, top in corners])
    return Track(motion=motion_of(centres), image=windows.mean(axis=0))


def motion_of(centres_T2: NDArray[np.floating]) -> str:
    """The motion that a track of x and y in pixels makes, or "none"."""
    steps = np.diff(centres_T2, axis=0)
    there, back = steps.clip(min=0).sum(axis=0), (-steps).clip(min=0).sum(axis=0)
    way = np.ptp(centres_T2, axis=0)
    axis = int(way.argmax())
    straight = way[1 - axis] <= STRAIGHT * way[axis]
    returns = min(there[axis], back[axis]) >= LEAST_TRAVEL
    return MOTIONS[axis] if straight and returns else NONE


def track_two(ink_THW: Array) -> tuple[Track, Track]:
    """Both digits of a clip, the one that is easier to follow first; each path is sought again once both are known."""
    nothing = np.zeros(ink_THW.shape, dtype=bool)
    first = find_path(ink_THW, nothing)
    second = find_path(ink_THW, shadow(ink_THW, first, nothing))
    first = find_path(ink_THW, shadow(ink_THW, second, shadow(ink_THW, first, nothing)))
    hidden = shadow(ink_THW, first, shadow(ink_THW, second, nothing))
    second = find_path(ink_THW, hidden)
    return (
        found(ink_THW, first, shadow(ink_THW, second, hidden)),
        found(ink_THW, second, hidden),
    )


def find_path(ink_THW: Array, hidden_THW: NDArray[np.bool_]) -> Path:
    """The path along which most ink stays, where it is not hidden.

    How much stays is measured by the geometric mean over the frames: a path that has no ink in half of them has next
    to none.
    """
    thick = maximum_filter(ink_THW, size=(1, 3, 3))  # a pixel to either side is near enough
    shares = np.where(hidden_THW, 0, np.log(thick + FAINTEST)).astype(np.float32)
    best, most = Path(motion=MOTIONS[0], phase=0, across=0), -1.0
    for motion in MOTIONS:
        turned = (part.swapaxes(1, 2) if motion == MOTIONS[0] else part for part in (shares, ~hidden_THW))
        stays, known = (along_paths(part) for part in turned)
        mean = np.exp(stays / known.clip(min=1)) * (known >= LEAST_SEEN)
        sums = np.pad(mean.sum(axis=1).cumsum(axis=1), ((0, 0), (1, 0)))
        scores_PC = sums[:, DIGIT_SIDE:] - sums[:, :-DIGIT_SIDE]
        phase, across = np.unravel_index(int(scores_PC.argmax()), scores_PC.shape)
        if scores_PC.max() > most:
            best, most = Path(motion=motion, phase=int(phase), across=int(across)), float(scores_PC.max())
    return best


def along_paths(pictures_TWH: NDArray) -> Array:
    """Strips of pictures [T, W, H] that move along each path, summed over the frames [P, 28, H]."""
    total = np.zeros((PHASES, DIGIT_SIDE, SIDE), dtype=np.float32)
    pictures = np.ascontiguousarray(pictures_TWH, dtype=np.float32)
    for sums, way in zip(total, ways(len(pictures)), strict=True):
        for picture, place in zip(pictures, way, strict=True):
            sums += picture[place : place + DIGIT_SIDE]
    return total


def lasting(windows_TXY: Array, hidden_TXY: NDArray[np.bool_]) -> Array:
    """Ink that is there in nearly all frames in which a pixel is not hidden [X, Y]; nothing where it hardly ever is."""
    known = len(windows_TXY) - hidden_TXY.sum(axis=0)
    ordered = np.sort(np.where(hidden_TXY, np.inf, windows_TXY), axis=0)
    rank = (FAINT_SHARE * (known - 1)).clip(min=0).astype(int)
    value = np.take_along_axis(ordered, rank[None], axis=0)[0]
    return np.where(known >= LEAST_SEEN, value, 0.0).astype(np.float32)


def shadow(ink_THW: Array, path: Path, hidden_THW: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a digit on a path hides what else is there [T, H, W]."""
    corners = path.corners(len(ink_THW))
    image = lasting(cut(ink_THW, corners), cut(hidden_THW, corners))
    covers = np.zeros(ink_THW.shape, dtype=bool)
    for cover, (top, left) in zip(covers, corners, strict=True):
        cover[top : top + DIGIT_SIDE, left : left + DIGIT_SIDE] = maximum_filter(image, size=3) > COVERED
    return covers


def found(ink_THW: Array, path: Path, hidden_THW: NDArray[np.bool_]) -> Track:
    """The digit on a path, as it looks in the frames in which it is not hidden."""
    corners = path.corners(len(ink_THW))
    windows, unseen = cut(ink_THW, corners), cut(hidden_THW, corners)
    known = (~unseen).sum(axis=0)
    mean = np.where(unseen, 0, windows).sum(axis=0) / known.clip(min=1)
    image = np.where(
        known >= LEAST_SEEN, np.minimum(mean, windows.max(axis=0)), lasting(windows, unseen & False)
    )
    there = lasting(windows, unseen).sum() >= LEAST_INK
    return Track(motion=path.motion if there else NONE, image=image.astype(np.float32))


def cut(pictures: NDArray, corners: Sequence[tuple[int, int]]) -> NDArray:
    """Windows [T, 28, 28] of pictures [T, H, W] at top and left edges; nothing is beyond the rim."""
    room = DIGIT_SIDE
    wide = np.pad(pictures, ((0, 0), (room, room), (room, room)))
    limit = SIDE + room
    places = [(min(max(top + room, 0), limit), min(max(left + room, 0), limit)) for top, left in corners]
    return np.stack(
        [
            picture[top : top + DIGIT_SIDE, left : left + DIGIT_SIDE]
            for picture, (top, left) in zip(wide, places, strict=True)
        ]
    )
