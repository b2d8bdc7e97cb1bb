"""Explain: which words made what, in a page that can be asked word by word and place by place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio

from textreel.studio import pieces
from textreel.studio.choosing import film_choices
from textreel.studio.making import shown
from textreel.studio.sentences import on_page
from textreel.studio.studio import Studio

if TYPE_CHECKING:
    from textreel.studio.page import Page

TITLE, PLACE = "Explain", 30
CHOOSE = "Choose a film, or make one first."
ASK = "Press Explain: the film is painted again, many times with something left out."


def build(page: Page) -> None:
    """The tab's contents and what they do."""
    studio = page.studio
    which = gradio.Dropdown([], label="Film to explain", interactive=True)
    with gradio.Row():
        begin = gradio.Button("Explain", variant="primary", min_width=110)
        quick = gradio.Button("Words only", min_width=110)
        stop = gradio.Button("Cancel", min_width=90)
    told = gradio.HTML(js_on_load=None)
    report = gradio.HTML(pieces.nothing(CHOOSE), js_on_load=None, padding=False)

    quiet: dict[str, Any] = {"api_visibility": "private"}
    painting: dict[str, Any] = {**quiet, "concurrency_limit": None}
    painting |= {"show_progress": "minimal", "show_progress_on": told, "outputs": [told, report]}
    works = [
        begin.click(explaining(studio, quick=False), page.chosen, **painting),
        quick.click(explaining(studio, quick=True), page.chosen, **painting),
    ]
    stop.click(lambda: pieces.told(["Cancelled."]), None, told, cancels=works, queue=False, **quiet)
    page.on_chosen(showing(studio), page.chosen, [which, report, told])
    which.input(lambda name: name, which, page.chosen, show_progress="hidden", **quiet)


def explaining(studio: Studio, *, quick: bool) -> Any:
    """Explain the chosen film."""

    @on_page
    def handler(name: str) -> Iterator[Any]:
        """Explain a film."""
        for html, entry in shown(studio.explain(name, quick=quick), "Explaining"):
            yield html, pieces.explanation(entry) if entry else gradio.skip()

    return handler


def showing(studio: Studio) -> Any:
    """Show the explanation of the chosen film, where there is one already."""

    def handler(name: str) -> tuple[Any, ...]:
        choices, chosen = film_choices(studio, name)
        if chosen is None:
            return choices, pieces.nothing(CHOOSE), ""
        known = chosen.report.is_file()
        return choices, pieces.explanation(chosen) if known else pieces.nothing(ASK), ""

    return on_page(handler)
