"""Dolly: the camera itself goes nearer or further.

Its path is the one of a gentle zoom; a renderer that knows subject and place apart can add the parallax by the
kind of the move.
"""

from textreel.storyboard.moves.kind import MoveKind
from textreel.storyboard.moves.zoom import INWARD, OUTWARD, path

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
