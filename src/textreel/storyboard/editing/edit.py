"""Editing a film by words: a storyboard and an instruction give another storyboard."""

from __future__ import annotations

from textreel.arguments import of_type
from textreel.errors import UsageError
from textreel.language.tokens import check_prompt, shorten
from textreel.storyboard.board import Storyboard
from textreel.storyboard.editing.changes import Edited
from textreel.storyboard.editing.instruction import Understood, understand
from textreel.storyboard.editing.nouns import names
from textreel.storyboard.editing.work import Work


def edit(board: Storyboard, instruction: str) -> Edited:
    """Change what an instruction asks for, and nothing else.

    The prompt stays that of the film; words of new parts are not in it, and are None. Spans of the changes and the
    notes are places in the instruction with its spaces put in order.

    >>> from textreel.storyboard import plan
    >>> edit(plan("A lion walks across the savanna"), "make the lion white, at night").storyboard.shots[0].text
    'A white lion walks across the savanna at night'

    Raises:
        PromptError: the instruction is empty, too long or in another script.
        UsageError: nothing in it can be done, it contradicts itself, or names what is not in the film.
    """
    of_type("storyboard", board, Storyboard, "a Storyboard, as plan() gives it")
    text = check_prompt(instruction)
    work = Work(board)
    understood = understand(text, names(work.texts))
    check_understood(text, understood)
    for request in understood.requests:
        request.apply(work)
    notes = sorted([*understood.notes, *work.notes], key=lambda note: note.words.start)
    return Edited(storyboard=work.board(), changes=work.changes(), notes=tuple(notes))


def check_understood(text: str, understood: Understood) -> None:
    """Refuse an instruction of which nothing can be done.

    Raises:
        UsageError: it asks for nothing known.
    """
    if not understood.requests:
        raise UsageError(
            f"An instruction says what should be otherwise, and {shorten(text, 80)} asks for nothing that an edit "
            'can do; say for example "make the lion white", "at night instead" or "zoom in".'
        )
