"""Roll: the camera turns about the line of sight."""

import math

from textreel.storyboard.moves.kind import MoveKind, TimedMove, glide
from textreel.types import CameraPath


def path(move: TimedMove) -> CameraPath:
    """By ``amount`` degrees."""
    degrees = -move.amount if move.direction == "anticlockwise" else move.amount
    return glide(move, roll_radians=math.radians(degrees))


ROLL = MoveKind(
    name="roll",
    axis="roll",
    unit="degrees",
    path=path,
    camera_verbs=("roll", "rotate", "spin"),
    directions={
        **dict.fromkeys(("clockwise", "right"), "clockwise"),
        **dict.fromkeys(("anticlockwise", "counterclockwise", "widdershins", "left"), "anticlockwise"),
    },
    default_direction="clockwise",
    default_amount=15.0,
    amounts=(0.5, 3600.0),
    grows=False,
    from_share=lambda share: 360.0 * share,
    from_degrees=1.0,
)
