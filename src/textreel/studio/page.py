"""The page: its look, and the tabs that it finds by itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio

from textreel.studio import pieces, tabs
from textreel.studio.api import offer
from textreel.studio.studio import Studio
from textreel.studio.web import STYLE, script

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")

# Gradio counts its users from here on unless it is told not to before a page is made.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the tabs of one page share.

    Attributes:
        studio: what does the work.
        blocks: the page, for what is to happen when it is opened.
        chosen: name of the film that the person looks at; each person has one of their own.
    """

    studio: Studio
    blocks: gradio.Blocks
    chosen: gradio.State

    def player(self, words: str) -> gradio.HTML:
        """A place for films and their timelines, with the words that stand there at first."""
        return gradio.HTML(pieces.nothing(words), js_on_load=script("player.js"), padding=False)

    def models(self) -> gradio.Dropdown:
        """A choice of models; it has those of runs that have ended meanwhile when the page is opened again."""
        names = self.studio.models.names
        field = gradio.Dropdown(names(), value=self.studio.config.model, label="Model", min_width=130)
        self.blocks.load(
            lambda: gradio.Dropdown(choices=names()),
            None,
            field,
            show_progress="hidden",
            api_visibility="private",
        )
        return field

    def on_chosen(self, handler: Callable[..., Any], inputs: Any, outputs: Any) -> None:
        """What is to happen whenever another film is chosen, and when the page is opened."""
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        self.chosen.change(handler, inputs, outputs, **quiet)
        self.blocks.load(handler, inputs, outputs, **quiet)


def build(studio: Studio) -> gradio.Blocks:
    """The page of a studio, with its HTTP API; not served yet."""
    with gradio.Blocks(title="textreel studio", analytics_enabled=False) as blocks:
        gradio.HTML(
            "<h1>textreel studio</h1><p>From a sentence to a short film.</p>",
            elem_classes="textreel-head",
            js_on_load=None,
        )
        page = Page(studio=studio, blocks=blocks, chosen=gradio.State(""))
        with gradio.Tabs(overflow_behavior="wrap"):
            for tab in tabs.found():
                with gradio.Tab(tab.TITLE):
                    tab.build(page)
        offer(studio, blocks)
    # The studio has a queue of its own for films. Gradio's would count everything else that waits among them.
    return blocks.queue(max_size=None, default_concurrency_limit=8, api_open=False)


def look() -> dict[str, Any]:
    """Theme and style sheet: fonts of the person's own system, nothing from elsewhere."""
    theme = gradio.themes.Soft(
        primary_hue="orange",
        neutral_hue="stone",
        radius_size="md",
        font=[gradio.themes.Font(name) for name in SANS],
        font_mono=[gradio.themes.Font(name) for name in MONO],
    )
    return {"theme": theme, "css_paths": [STYLE]}
