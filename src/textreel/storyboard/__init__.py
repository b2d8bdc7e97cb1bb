"""The storyboard: from a prompt to shots, each with the words for the generator and the camera's path.

>>> from textreel.storyboard import plan
>>> board = plan("A red ball bounces while the camera slowly zooms in")
>>> board.shots[0].text
'A red ball bounces'
>>> board.shots[0].moves[0].words.text
'the camera slowly zooms in'
"""

from textreel.storyboard.board import CameraMove, Note, Shot, Storyboard
from textreel.storyboard.editing import Change, Direction, Edited, direct, edit
from textreel.storyboard.moves import MOVES, MoveKind
from textreel.storyboard.parts import Carried
from textreel.storyboard.plan import plan
from textreel.storyboard.reading import Element, describe
from textreel.storyboard.transitions import TRANSITIONS, Transition

__all__ = [
    "MOVES",
    "TRANSITIONS",
    "CameraMove",
    "Carried",
    "Change",
    "Direction",
    "Edited",
    "Element",
    "MoveKind",
    "Note",
    "Shot",
    "Storyboard",
    "Transition",
    "describe",
    "direct",
    "edit",
    "plan",
]
