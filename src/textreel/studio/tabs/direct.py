"""Direct: a film is edited by words; before and after stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio

from textreel.pipeline.planning import drafts_of
from textreel.storyboard.telling import change_words, kept_words
from textreel.studio import pieces
from textreel.studio.choosing import FILMS_LISTED, film_choices
from textreel.studio.history import Entry
from textreel.studio.making import shown
from textreel.studio.sentences import on_page
from textreel.studio.studio import Studio

if TYPE_CHECKING:
    from textreel.studio.page import Page

TITLE, PLACE = "Direct", 20
EXAMPLES = ("make the lion white", "at night instead", "let it snow", "zoom in slowly", "make it a zebra")


def build(page: Page) -> None:
    """The tab's contents and what they do."""
    studio = page.studio
    which = gradio.Dropdown([], label="Film", interactive=True)
    before = gradio.State("")
    player = page.player("Choose a film, or make one first.")
    with gradio.Row():
        with gradio.Column(min_width=300):
            words = gradio.Textbox(
                label="What should be otherwise", placeholder="make the lion white", lines=1, submit_btn=False
            )
            with gradio.Row():
                edit = gradio.Button("Edit", variant="primary", min_width=90)
                undo = gradio.Button("Undo", min_width=90)
                stop = gradio.Button("Cancel", min_width=90)
            gradio.Examples(
                [[example] for example in EXAMPLES], [words], label="Examples", api_visibility="private"
            )
        with gradio.Column(min_width=300):
            told = gradio.HTML(js_on_load=None)

    quiet: dict[str, Any] = {"api_visibility": "private"}
    painting: dict[str, Any] = {**quiet, "concurrency_limit": None}
    painting |= {"show_progress": "minimal", "show_progress_on": told}
    outputs = [told, page.chosen, before]
    edits = [
        edit.click(editing(studio), [page.chosen, words], outputs, **painting),
        words.submit(editing(studio), [page.chosen, words], outputs, **painting),
        undo.click(undoing(studio), page.chosen, outputs, **painting),
    ]
    stop.click(lambda: pieces.told(["Cancelled."]), None, told, cancels=edits, queue=False, **quiet)
    page.on_chosen(showing(studio), [page.chosen, before], [which, player])
    which.input(lambda name: (name, ""), which, [page.chosen, before], show_progress="hidden", **quiet)


def editing(studio: Studio) -> Any:
    """Edit the chosen film."""

    @on_page
    def handler(name: str, words: str) -> Iterator[Any]:
        """Edit a film."""
        for html, entry in shown(studio.edit(name, words)):
            yield (
                (pieces.told(changes(entry)), entry.name, name)
                if entry
                else (html, gradio.skip(), gradio.skip())
            )

    return handler


def undoing(studio: Studio) -> Any:
    """Take back the last edit of the chosen film."""

    @on_page
    def handler(name: str) -> Iterator[Any]:
        """Undo an edit."""
        undone = studio.history.entry(name).edits[-1:] if name else ()
        said = pieces.told(f"undone: {edit}" for edit in undone)
        for html, entry in shown(studio.undo(name)):
            yield (said, entry.name, name) if entry else (html, gradio.skip(), gradio.skip())

    return handler


def changes(entry: Entry) -> list[str]:
    """What the last edit of a film changed, and what stayed."""
    recipe = entry.recipe
    drafts = drafts_of(recipe["storyboard"], None, recipe["edits"])
    *earlier, last = drafts.edited
    before = earlier[-1].storyboard if earlier else drafts.first
    changed = [f"changed: {change_words(change, len(last.storyboard.shots))}" for change in last.changes]
    kept = [f"kept: {line}" for line in kept_words(before, last.storyboard)]
    return [*changed, *pieces.note_lines(last.notes), *pieces.left_out(entry), *kept]


def showing(studio: Studio) -> Any:
    """Show the chosen film, beside the one that it was made from."""

    def handler(name: str, before: str) -> tuple[Any, ...]:
        shown, chosen = film_choices(studio, name)
        if chosen is None:
            return shown, pieces.nothing("Choose a film, or make one first.")
        earlier = next((each for each in studio.history.entries(FILMS_LISTED) if each.name == before), None)
        players = (
            pieces.beside(earlier, chosen) if earlier and related(earlier, chosen) else pieces.film(chosen)
        )
        return shown, players + pieces.timeline(chosen.storyboard)

    return on_page(handler)


def related(one: Entry, other: Entry) -> bool:
    """Whether one film came of the other by an edit or by taking one back."""
    alike = all(one.metadata.get(key) == other.metadata.get(key) for key in ("prompt", "seed", "size"))
    return alike and (one.edits[:-1] == other.edits or other.edits[:-1] == one.edits)
