"""The storyboard: from a prompt to shots, each with the words for the generator and the camera's path.

>>> from textreel.storyboard import plan
>>> board = plan("A red ball bounces while the camera slowly zooms in")
>>> board.shots[0].text
'A red ball bounces'
>>> board.shots[0].moves[0].words.text
'the camera slowly zooms in'
"""

from textreel.storyboard.board import CameraMove, Note, Shot, Storyboard
from textreel.storyboard.moves import MOVES, MoveKind
from textreel.storyboard.plan import plan

__all__ = ["MOVES", "CameraMove", "MoveKind", "Note", "Shot", "Storyboard", "plan"]
