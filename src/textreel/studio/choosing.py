"""Which films there are to choose from."""

from __future__ import annotations

import gradio

from textreel.studio import pieces
from textreel.studio.history import Entry
from textreel.studio.studio import Studio

FILMS_LISTED = 200


def film_choices(studio: Studio, name: str) -> tuple[gradio.Dropdown, Entry | None]:
    """The films to choose from, and the one of this name, if it is among them."""
    entries = studio.history.entries(FILMS_LISTED)
    choices = [(pieces.shortened("; ".join((each.prompt, *each.edits))), each.name) for each in entries]
    chosen = next((each for each in entries if each.name == name), None)
    return gradio.Dropdown(choices=choices, value=chosen.name if chosen else None), chosen
