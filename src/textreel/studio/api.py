"""The HTTP API: films for other programs. Gradio's client calls these by their names; docs/studio.md lists them.

Gradio reads the types of these functions as they stand, so annotations are not postponed in this file.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio
from gradio.data_classes import FileData

from textreel.errors import UsageError
from textreel.pipeline import planned
from textreel.storyboard import Storyboard
from textreel.studio.history import Entry
from textreel.studio.making import about
from textreel.studio.sentences import for_programs
from textreel.studio.studio import Making, Studio

Facts = dict[str, Any]


def offer(studio: Studio) -> None:
    """Add the endpoints to the page that is being built."""
    painting: dict[str, Any] = {"concurrency_id": "painting", "concurrency_limit": 1}

    @for_programs
    def make(
        prompt: str,
        seed: int = 0,
        seconds: float | None = None,
        size: int | None = None,
        model: str | None = None,
    ) -> Iterator[Facts]:
        """Make a film, and give its file, name, prompt, storyboard, and what had no effect."""
        require(str, "a text", prompt=prompt, model=model)
        require(int, "a whole number", seed=seed, size=size)
        require((int, float), "a number", seconds=seconds)
        yield from results(studio.make(prompt, model=model, seed=seed, seconds=seconds, size=size))

    @for_programs
    def film(
        storyboard: dict[str, Any], seed: int = 0, size: int | None = None, model: str | None = None
    ) -> Iterator[Facts]:
        """Film a storyboard, as /storyboard gives it; results as of /make."""
        require(str, "a text", model=model)
        require(int, "a whole number", seed=seed, size=size)
        yield from results(studio.make(board_from(storyboard), model=model, seed=seed, size=size))

    @for_programs
    def edit(name: str, instruction: str) -> Iterator[Facts]:
        """Change a film of the history by words; both films are kept; results as of /make."""
        require(str, "a text", name=name, instruction=instruction)
        yield from results(studio.edit(name, instruction))

    @for_programs
    def undo(name: str) -> Iterator[Facts]:
        """Make a film of the history without its last edit; results as of /make."""
        yield from results(studio.undo(name))

    @for_programs
    def explain(name: str, quick: bool = False) -> Iterator[Facts]:
        """Explain a film of the history; results as of /make, but the file is a page that explains it."""
        require(str, "a text", name=name)
        yield from results(studio.explain(name, quick=bool(quick)), explained=True)

    for endpoint in (make, film, edit, undo, explain):
        gradio.api(endpoint, **painting)

    @for_programs
    def storyboard(prompt: str, seconds: float | None = None) -> dict[str, Any]:
        """Read a prompt as a storyboard; nothing is filmed."""
        return planned(prompt, seconds).to_dict()

    @for_programs
    def films() -> list[dict[str, Any]]:
        """The films of the history, the newest first."""
        return [facts(entry) for entry in studio.history.entries()]

    @for_programs
    def models() -> list[str]:
        """The models that there are."""
        return studio.models.names()

    for listing in (storyboard, films, models):
        gradio.api(listing)


def require(kind: type | tuple[type, ...], what: str, **given: Any) -> None:
    """See that what a program has sent is of the right kind, or left out.

    Raises:
        UsageError: it is not.
    """
    for name, value in given.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, kind)):
            raise UsageError(f"The {name} is {what}, got {value!r}.")


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


def results(steps: Making, *, explained: bool = False) -> Iterator[Facts]:
    """How far a film is, so that a client that has gone is noticed; then the film with its file.

    Or, of a film that is `explained`, with the page that explains it.
    """
    with closing(steps):
        while True:
            try:
                step = next(steps)
            except StopIteration as finished:
                entry: Entry = finished.value
                break
            yield {"done": step.done, "total": step.total}
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
        "storyboard",
    )
    said = {key: entry.metadata[key] for key in known if key in entry.metadata}
    return {"name": entry.name, **said, "edits": list(entry.edits), "notes": about(entry)}
