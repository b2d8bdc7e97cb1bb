"""The HTTP API: films for other programs. Gradio's client calls these by their names; docs/studio.md lists them.

Gradio reads the types of these functions as they stand, so annotations are not postponed in this file.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any

import gradio
from gradio.data_classes import FileData

from textreel.documents import Document, convert
from textreel.errors import Cancelled, UsageError
from textreel.language.reader.choices import Choice
from textreel.pipeline import planned
from textreel.storyboard import Storyboard
from textreel.studio.history import Entry
from textreel.studio.making import about
from textreel.studio.reading import board_with, words_of
from textreel.studio.sentences import for_programs
from textreel.studio.studio import Making, Studio

Facts = dict[str, Any]
Kinds = dict[type, str]
TEXT: Kinds = {str: "a text"}
WHOLE: Kinds = {int: "a whole number"}
NUMBER: Kinds = {int: "a number", float: "a number"}
NOTHING: Kinds = {type(None): "null"}
UNREAD = 50
"""Answers that a program may leave unread; while a film is painted or waits, five a second come."""


def offer(studio: Studio, blocks: gradio.Blocks) -> None:
    """Add the endpoints to the page that is being built."""

    @for_programs
    def make(
        asked: gradio.Request,
        prompt: str,
        seed: int = 0,
        seconds: float | None = None,
        size: int | None = None,
        model: str | None = None,
    ) -> Iterator[Facts]:
        """Make a film, and give its file, name, prompt, storyboard, and what had no effect."""
        require(TEXT, prompt=prompt)
        require(TEXT | NOTHING, model=model)
        require(WHOLE, seed=seed)
        require(WHOLE | NOTHING, size=size)
        require(NUMBER | NOTHING, seconds=seconds)
        steps = studio.make(prompt, model=model, seed=seed, seconds=seconds, size=size)
        yield from results(steps, reader(blocks, asked))

    @for_programs
    def film(
        asked: gradio.Request,
        storyboard: dict[str, Any],
        seed: int = 0,
        size: int | None = None,
        model: str | None = None,
    ) -> Iterator[Facts]:
        """Film a storyboard, as /storyboard gives it; results as of /make."""
        require(TEXT | NOTHING, model=model)
        require(WHOLE, seed=seed)
        require(WHOLE | NOTHING, size=size)
        steps = studio.make(board_from(storyboard), model=model, seed=seed, size=size)
        yield from results(steps, reader(blocks, asked))

    @for_programs
    def edit(asked: gradio.Request, name: str, instruction: str) -> Iterator[Facts]:
        """Change a film of the history by words; both films are kept; results as of /make."""
        require(TEXT, name=name, instruction=instruction)
        yield from results(studio.edit(name, instruction), reader(blocks, asked))

    @for_programs
    def undo(asked: gradio.Request, name: str) -> Iterator[Facts]:
        """Make a film of the history without its last edit; results as of /make."""
        require(TEXT, name=name)
        yield from results(studio.undo(name), reader(blocks, asked))

    @for_programs
    def explain(asked: gradio.Request, name: str, quick: bool = False) -> Iterator[Facts]:
        """Explain a film of the history; results as of /make, but the file is a page that explains it."""
        require(TEXT, name=name)
        yield from results(studio.explain(name, quick=bool(quick)), reader(blocks, asked), explained=True)

    for endpoint in (make, film, edit, undo, explain):
        gradio.api(endpoint, concurrency_limit=None)  # the studio has a queue of its own

    @for_programs
    def storyboard(prompt: str, seconds: float | None = None) -> dict[str, Any]:
        """Read a prompt as a storyboard; nothing is filmed."""
        require(TEXT, prompt=prompt)
        require(NUMBER | NOTHING, seconds=seconds)
        return planned(prompt, seconds).to_dict()

    @for_programs
    def read(
        prompt: str,
        choices: list[dict[str, Any]] | None = None,
        seconds: float | None = None,
        model: str | None = None,
    ) -> dict[str, Any]:
        """Say what becomes of each word of a prompt and what else it could be, and give the storyboard with choices."""
        require(TEXT, prompt=prompt)
        require(TEXT | NOTHING, model=model)
        require(NUMBER | NOTHING, seconds=seconds)
        chosen = convert(Document(content=choices or [], source="choices"), tuple[Choice, ...])
        words = words_of(prompt, chosen, studio.models.knowledge(model or studio.config.model))
        return {"words": words, "storyboard": board_with(prompt, chosen, seconds).to_dict()}

    @for_programs
    def films() -> list[dict[str, Any]]:
        """The films of the history, the newest first."""
        return [facts(entry) for entry in studio.history.entries()]

    @for_programs
    def models() -> list[str]:
        """The models that there are."""
        return studio.models.names()

    for listing in (storyboard, read, films, models):
        gradio.api(listing)


def require(kinds: Kinds, **given: Any) -> None:
    """See that what a program has sent is of the right kind.

    Raises:
        UsageError: it is not.
    """
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, tuple(kinds)):
            raise UsageError(f"The {name} is {' or '.join(dict.fromkeys(kinds.values()))}, got {value!r}.")


def board_from(document: dict[str, Any]) -> Storyboard:
    """The storyboard of a document that another program has sent.

    Raises:
        UsageError: it is none.
    """
    try:
        return Storyboard.from_dict(document)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"A storyboard is a document as /storyboard gives it; this one is not ({error})."
        ) from error


def reader(blocks: gradio.Blocks, asked: gradio.Request) -> Callable[[], bool]:
    """Whether the program that has asked still reads the answers; Gradio keeps them for it until it does."""
    answers, session = blocks._queue.pending_messages_per_session, asked.session_hash

    def reads() -> bool:
        waiting = answers.get(session)
        return waiting is not None and waiting.qsize() <= UNREAD

    return reads


def results(steps: Making, reads: Callable[[], bool], *, explained: bool = False) -> Iterator[Facts]:
    """How far a film is, so that a client that has gone is noticed; then the film with its file.

    Or, of a film that is `explained`, with the page that explains it.

    Raises:
        Cancelled: nobody reads any more.
    """
    with closing(steps):
        while True:
            try:
                step = next(steps)
            except StopIteration as finished:
                entry: Entry = finished.value
                break
            if not reads():
                raise Cancelled(
                    "Nobody has read how far this is, so it was given up: read the answers as they come."
                )
            yield asdict(step)
    path, kind = (entry.report, "text/html") if explained else (entry.file, "video/mp4")
    file = FileData(path=str(path), orig_name=path.name, mime_type=kind)
    yield facts(entry) | {"file": file.model_dump()}


def facts(entry: Entry) -> Facts:
    """What is known of a film."""
    known = (
        "prompt",
        "seed",
        "seconds",
        "size",
        "model",
        "fps",
        "frames",
        "words_without_effect",
        "left_out",
        "storyboard",
    )
    said = {key: entry.metadata[key] for key in known if key in entry.metadata}
    return {"name": entry.name, **said, "edits": list(entry.edits), "notes": about(entry)}
