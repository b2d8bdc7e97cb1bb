"""Camera moves: one file for each kind, all with the contract of :class:`~textreel.storyboard.moves.kind.MoveKind`."""

from collections.abc import Mapping
from types import MappingProxyType

from textreel.storyboard.moves.dolly import DOLLY
from textreel.storyboard.moves.handheld import HANDHELD
from textreel.storyboard.moves.kind import MoveKind, TimedMove
from textreel.storyboard.moves.pan import PAN
from textreel.storyboard.moves.roll import ROLL
from textreel.storyboard.moves.static import STATIC
from textreel.storyboard.moves.tilt import TILT
from textreel.storyboard.moves.zoom import ZOOM

MOVES: Mapping[str, MoveKind] = MappingProxyType(
    {kind.name: kind for kind in (STATIC, PAN, TILT, ZOOM, DOLLY, ROLL, HANDHELD)}
)
"""Every kind of camera move by its name. Where a word fits several, the first whose direction fits is meant."""

__all__ = ["MOVES", "MoveKind", "TimedMove"]
