"""Tilt: the camera looks up or down."""

from textreel.storyboard.moves.kind import MoveKind, TimedMove, glide
from textreel.storyboard.moves.pan import VIEW_DEGREES
from textreel.types import VIEW_Y, CameraPath


def path(move: TimedMove) -> CameraPath:
    """``amount`` world units along y, which points down."""
    return glide(move, y=VIEW_Y + (-move.amount if move.direction == "up" else move.amount))


TILT = MoveKind(
    name="tilt",
    axis="y",
    unit="view heights",
    path=path,
    verbs=("tilt",),
    camera_verbs=("move", "turn", "look", "swing", "crane", "glide", "drift"),
    directions={
        **dict.fromkeys(("up", "upward", "upwards"), "up"),
        **dict.fromkeys(("down", "downward", "downwards"), "down"),
    },
    default_direction="up",
    default_amount=0.18,
    amounts=(0.02, 0.25),
    grows=False,
    from_degrees=1.0 / VIEW_DEGREES,
)
