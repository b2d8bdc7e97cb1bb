"""Live: a film without end, directed while it plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio

from textreel.storyboard.telling import direction_words
from textreel.studio import pieces
from textreel.studio.sentences import on_page
from textreel.studio.studio import Studio
from textreel.studio.web import script

if TYPE_CHECKING:
    from textreel.studio.page import Page

TITLE, PLACE = "Live", 40
CAMERA = (
    ("← Pan left", "pan left"), ("Pan right →", "pan right"), ("↑ Tilt up", "tilt up"), ("↓ Tilt down", "tilt down"),
    ("Zoom in", "zoom in"), ("Zoom out", "zoom out"), ("Hold still", "hold the camera still"),
)  # fmt: skip
LINES = 8


def build(page: Page) -> None:
    """The tab's contents and what they do."""
    studio = page.studio
    token = gradio.State("", delete_callback=studio.channels.close)
    lines = gradio.State([])
    with gradio.Row():
        with gradio.Column(min_width=300):
            stage = gradio.HTML(pieces.nothing("The film plays here."), js_on_load=script("live.js"))
        with gradio.Column(min_width=300):
            prompt = gradio.Textbox(
                "a lion walks across the savanna",
                label="What the film shows at first",
                lines=2,
                submit_btn=False,
            )
            with gradio.Row():
                model = page.models()
                seed = gradio.Number(0, label="Seed", precision=0, minimum=0, min_width=90)
            with gradio.Row():
                start = gradio.Button("Start", variant="primary", min_width=90)
                stop = gradio.Button("Stop", min_width=90)
            words = gradio.Textbox(
                label="A direction",
                placeholder="it starts to rain; cut to a shark in the sea",
                lines=1,
                submit_btn=True,
            )
            with gradio.Row():
                moves = [(gradio.Button(label, size="sm", min_width=105), said) for label, said in CAMERA]
            told = gradio.HTML(js_on_load=None)

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    started = [stage, token, lines, told]
    start.click(
        starting(studio), [prompt, model, seed, token], started, **quiet | {"show_progress": "minimal"}
    )
    prompt.submit(
        starting(studio), [prompt, model, seed, token], started, **quiet | {"show_progress": "minimal"}
    )
    stop.click(stopping(studio), token, [stage, token], **quiet)
    words.submit(directing(studio), [token, words, lines], [lines, told, words], **quiet)
    for button, said in moves:
        button.click(moving(studio, said), [token, lines], [lines, told], **quiet)


def starting(studio: Studio) -> Any:
    """Open a stream in place of the one before."""

    def handler(prompt: str, model: str, seed: float, token: str) -> tuple[Any, ...]:
        studio.channels.close(token)
        fresh = studio.stream(prompt, model=model, seed=int(seed or 0))
        return pieces.live(fresh), fresh, [], ""

    return on_page(handler)


def stopping(studio: Studio) -> Any:
    """End the stream."""

    def handler(token: str) -> tuple[Any, ...]:
        studio.channels.close(token)
        return pieces.nothing("The film plays here."), ""

    return on_page(handler)


def directing(studio: Studio) -> Any:
    """Follow a direction that was typed, and make room for the next."""

    def handler(token: str, words: str, lines: list[str]) -> tuple[Any, ...]:
        return *followed(studio, token, words, lines), ""

    return on_page(handler)


def moving(studio: Studio, words: str) -> Any:
    """Follow a button of the camera."""

    def handler(token: str, lines: list[str]) -> tuple[Any, ...]:
        return followed(studio, token, words, lines)

    return on_page(handler)


def followed(studio: Studio, token: str, words: str, lines: list[str]) -> tuple[list[str], str]:
    """Direct a stream; what was understood is said above what was said before."""
    channel = studio.channels.channel(token)
    direction = channel.direct(words)
    said = [
        f"{channel.seconds:.1f} s · {words}: {direction_words(direction)}",
        *pieces.note_lines(direction.notes),
    ]
    kept = [*said, *lines][:LINES]
    return kept, pieces.told(kept)
