"""From shots to a film: which shots each frame shows, and how two of them are put into one picture."""

from textreel.render.timeline import Moment, Stretch, moments, stretches
from textreel.render.transitions import blend

__all__ = ["Moment", "Stretch", "blend", "moments", "stretches"]
