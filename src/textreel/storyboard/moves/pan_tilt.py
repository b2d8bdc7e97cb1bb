"""Pan and tilt: the camera looks along the horizon, or up and down."""

from collections.abc import Callable

from textreel.storyboard.moves.kind import MoveKind, TimedMove, glide
from textreel.types import VIEW_X, VIEW_Y, CameraPath

VIEW_DEGREES = 45.0
"""How wide a view is taken to be, so that degrees of a pan or a tilt mean a length."""


def along(axis: str, middle: float, backwards: str) -> Callable[[TimedMove], CameraPath]:
    """A path of ``amount`` world units along an axis, in its negative sense towards ``backwards``."""

    def path(move: TimedMove) -> CameraPath:
        return glide(move, **{axis: middle + (-move.amount if move.direction == backwards else move.amount)})

    return path


def towards(name: str) -> dict[str, str]:
    """The words of one direction: left, leftward, leftwards."""
    return dict.fromkeys((name, f"{name}ward", f"{name}wards"), name)


PAN = MoveKind(
    name="pan",
    axis="x",
    unit="view heights",
    path=along("x", VIEW_X, "left"),
    verbs=("pan",),
    camera_verbs=(
        "sweep",
        "move",
        "slide",
        "truck",
        "travel",
        "drift",
        "turn",
        "swing",
        "glide",
        "look",
        "whip",
    ),
    directions=towards("left") | towards("right"),
    default_direction="right",
    default_amount=0.36,
    amounts=(0.02, 20.0),
    from_degrees=1.0 / VIEW_DEGREES,
)
TILT = MoveKind(
    name="tilt",
    axis="y",
    unit="view heights",
    path=along("y", VIEW_Y, "up"),  # y points down
    verbs=("tilt", "pan"),
    camera_verbs=("move", "turn", "look", "swing", "crane", "glide", "drift", "rise", "sink", "point"),
    directions=towards("up") | towards("down"),
    default_direction="up",
    default_amount=0.18,
    amounts=(0.02, 0.25),
    grows=False,
    from_degrees=1.0 / VIEW_DEGREES,
)
