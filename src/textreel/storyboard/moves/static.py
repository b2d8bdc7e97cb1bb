"""Static: the camera does not move, because somebody said so."""

from textreel.storyboard.moves.kind import MoveKind, TimedMove
from textreel.types import CameraPath


def path(move: TimedMove) -> CameraPath:
    """No movement at all."""
    return CameraPath()


STATIC = MoveKind(
    name="static",
    axis="none",
    unit="",
    path=path,
    adjectives=("static", "fixed", "still", "stationary", "motionless", "unmoving", "locked", "unchanging"),
)
