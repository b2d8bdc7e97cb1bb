"""Tracking: the camera goes with a subject and keeps it in view.

Its path is the subject's own, which the words do not tell: :attr:`~textreel.storyboard.board.CameraMove.subject`
names the subject, and whoever draws it takes the camera along. Here the path is at rest.
"""

from textreel.storyboard.moves.kind import MoveKind, TimedMove
from textreel.types import CameraPath


def path(move: TimedMove) -> CameraPath:
    """No movement of its own."""
    return CameraPath()


TRACKING = MoveKind(
    name="tracking",
    axis="subject",
    unit="",
    path=path,
    camera_verbs=("follow", "track", "trail", "chase", "accompany", "pursue"),
    adjectives=("tracking", "following", "follow"),
)
