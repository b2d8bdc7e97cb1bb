"""Pan: the camera looks along the horizon, to the left or to the right."""

from textreel.storyboard.moves.kind import MoveKind, TimedMove, glide
from textreel.types import VIEW_X, CameraPath

VIEW_DEGREES = 45.0
"""How wide a view is taken to be, so that degrees of a pan or a tilt mean a length."""


def path(move: TimedMove) -> CameraPath:
    """``amount`` world units along x."""
    return glide(move, x=VIEW_X + (-move.amount if move.direction == "left" else move.amount))


PAN = MoveKind(
    name="pan",
    axis="x",
    unit="view heights",
    path=path,
    verbs=("pan",),
    camera_verbs=("sweep", "move", "slide", "truck", "travel", "drift", "turn", "swing", "glide", "look"),
    directions={
        **dict.fromkeys(("left", "leftward", "leftwards"), "left"),
        **dict.fromkeys(("right", "rightward", "rightwards"), "right"),
    },
    default_direction="right",
    default_amount=0.36,
    amounts=(0.02, 20.0),
    from_degrees=1.0 / VIEW_DEGREES,
)
