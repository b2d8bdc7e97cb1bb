"""Zoom: the picture grows or shrinks about its centre."""

from textreel.storyboard.moves.kind import MoveKind, TimedMove, glide
from textreel.types import CameraPath

INWARD = {**dict.fromkeys(("in", "into", "closer", "inward", "inwards", "nearer"), "in")}
OUTWARD = {**dict.fromkeys(("out", "back", "away", "outward", "outwards"), "out")}


def path(move: TimedMove) -> CameraPath:
    """By a factor of ``amount``."""
    return glide(move, zoom=1.0 / move.amount if move.direction == "out" else move.amount)


ZOOM = MoveKind(
    name="zoom",
    axis="zoom",
    unit="times",
    path=path,
    verbs=("zoom",),
    camera_verbs=("push", "move", "pull", "close", "come", "go", "draw"),
    directions={**INWARD, **OUTWARD},
    default_direction="in",
    default_amount=1.5,
    amounts=(1.02, 4.0),
    grows=False,
    from_share=lambda share: 1.0 + share,
)
