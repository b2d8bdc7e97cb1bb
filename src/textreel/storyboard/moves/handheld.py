"""Handheld: the camera trembles as in a hand."""

from textreel.storyboard.moves.kind import MoveKind, TimedMove
from textreel.types import CameraPath, CameraShake


def path(move: TimedMove) -> CameraPath:
    """A shake of ``amount`` world units."""
    shake = CameraShake(amount=move.amount, start_seconds=move.start_seconds, seconds=move.seconds)
    return CameraPath(layers=(shake,))


HANDHELD = MoveKind(
    name="handheld",
    axis="shake",
    unit="view heights",
    path=path,
    camera_verbs=("shake", "tremble", "wobble", "jitter", "quiver", "judder"),
    adjectives=("handheld", "shaky", "wobbly", "shaking", "trembling", "jittery"),
    default_amount=0.012,
    amounts=(0.002, 0.05),
    grows=False,
)
