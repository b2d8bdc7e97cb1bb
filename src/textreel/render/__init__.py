"""From shots to a film: which shots each frame shows, and how two of them are put into one picture."""

from textreel.render.timeline import Moment, Stretch, frame_count, moments, stretches
from textreel.render.transitions import blend

__all__ = ["Moment", "Stretch", "blend", "frame_count", "moments", "stretches"]
