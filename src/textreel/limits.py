"""How large what is asked for may be: the same from the command, from Python, in the studio and live.

Work and memory grow with these figures and with nothing else, so each is checked before any work begins.
"""

from typing import Annotated

from msgspec import Meta

SECONDS_RANGE = (0.1, 600.0)
"""How long a film may last."""
SIZE_RANGE = (32, 720)
"""Height of a film, in pixels."""
WIDTH_RANGE = (32, 1280)
"""Width of a film, in pixels."""
MAX_FILM_BYTES = 2**30
"""The frames of a film, as they lie in memory."""
MAX_SEED = 2**63 - 1
MAX_WORDS = 400
MAX_CHARACTERS = 4_000
"""A prompt, the text of one shot, an edit or a direction has at most so many words and characters."""
MAX_SHOTS = 100
MAX_MOVES = 20
"""Moves of the camera within one shot."""
MAX_EDITS = 100
"""Edits of one film, one after the other."""
MAX_NOTES = 1_000

Fps = Annotated[int, Meta(ge=1, le=120)]
Pixels = Annotated[int, Meta(ge=8, le=SIZE_RANGE[1])]
Layers = Annotated[int, Meta(ge=0, le=64)]
Width = Annotated[int, Meta(ge=0, le=65_536)]
"""Options of networks in a model's file: frames a second, height and width, layers, and how many numbers."""
