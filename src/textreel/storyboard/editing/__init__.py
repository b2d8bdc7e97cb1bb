"""Editing by words: an instruction in plain English changes a storyboard, or a shot while it runs."""

from textreel.storyboard.editing.changes import Change, Direction, Edited
from textreel.storyboard.editing.edit import edit
from textreel.storyboard.editing.live import direct

__all__ = ["Change", "Direction", "Edited", "direct", "edit"]
