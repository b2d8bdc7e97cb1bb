"""Camera moves: one file for each kind, or for two alike; all keep the contract of
:class:`~textreel.storyboard.moves.kind.MoveKind`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from textreel.storyboard.moves.dolly import DOLLY
from textreel.storyboard.moves.handheld import HANDHELD
from textreel.storyboard.moves.kind import MoveKind, TimedMove
from textreel.storyboard.moves.pan_tilt import PAN, TILT
from textreel.storyboard.moves.roll import ROLL
from textreel.storyboard.moves.static import STATIC
from textreel.storyboard.moves.tracking import TRACKING
from textreel.storyboard.moves.zoom import ZOOM

MOVES: Mapping[str, MoveKind] = MappingProxyType(
    {kind.name: kind for kind in (STATIC, PAN, TILT, ZOOM, DOLLY, ROLL, TRACKING, HANDHELD)}
)
"""Every kind of camera move by its name. Where a word fits several, the first whose direction fits is meant."""

__all__ = ["MOVES", "MoveKind", "TimedMove"]
