"""The painter's own error."""

from textreel.errors import TextreelError


class PlaceError(TextreelError):
    """A place was asked for that cannot be painted."""
