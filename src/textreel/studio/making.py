"""What a page shows while a film is made, and when it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from textreel.studio import pieces
from textreel.studio.history import Entry
from textreel.studio.studio import Making


def shown(steps: Making, doing: str = "Painting") -> Iterator[tuple[str, Entry | None]]:
    """How far a film is, as HTML, and at last what is to be said of it, and the film.

    Closing this cancels the work.
    """
    with closing(steps):
        while True:
            try:
                yield pieces.progress(next(steps), doing), None
            except StopIteration as finished:
                entry: Entry = finished.value
                break
    yield pieces.told(about(entry) or ["Done."]), entry


def about(entry: Entry) -> list[str]:
    """What is to be said of a film: words that had no effect, and why."""
    told = pieces.left_out(entry)  # the storyboard's notes among them, except in older films
    return told if "left_out" in entry.metadata else [*told, *pieces.note_lines(entry.storyboard.notes)]
