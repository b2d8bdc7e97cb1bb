"""Dolly: the camera itself goes nearer or further.

The place grows as in a gentle zoom, and what stands nearer than the place, above all a subject, by more.
"""

from textreel.storyboard.moves.kind import MoveKind, TimedMove, glide
from textreel.storyboard.moves.zoom import INWARD, OUTWARD
from textreel.types import CameraPath


def path(move: TimedMove) -> CameraPath:
    """So far that the place grows by a factor of ``amount``."""
    factor = 1.0 / move.amount if move.direction == "out" else move.amount
    return glide(move, zoom=factor, dolly=factor)


DOLLY = MoveKind(
    name="dolly",
    axis="zoom",
    unit="times",
    path=path,
    verbs=("dolly",),
    camera_verbs=("track", "fly", "travel", "move"),
    directions={
        **INWARD,
        **OUTWARD,
        **dict.fromkeys(("forward", "forwards"), "in"),
        **dict.fromkeys(("backward", "backwards"), "out"),
    },
    default_direction="in",
    default_amount=1.35,
    amounts=(1.02, 4.0),
    grows=False,
    from_share=lambda share: 1.0 + share,
)
