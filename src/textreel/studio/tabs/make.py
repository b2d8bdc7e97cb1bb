"""Make: a prompt becomes a film; its storyboard as a table; the films so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio

from textreel.errors import PromptError
from textreel.language.reader.choices import Choice
from textreel.storyboard import Storyboard
from textreel.studio import pieces
from textreel.studio.history import Entry
from textreel.studio.making import shown
from textreel.studio.reading import PromptChoices, board_with, chips, words_of
from textreel.studio.sentences import on_page
from textreel.studio.studio import Studio
from textreel.studio.tables import HEADERS, board_of, rows_of
from textreel.studio.web import script

if TYPE_CHECKING:
    from textreel.studio.page import Page

TITLE, PLACE = "Make", 10
EXAMPLES = (
    "an elephant walks across the savanna at sunset",
    "a woman in a red dress walks a dog in a park, the camera zooms in",
    "two cats sleep beside a blue vase in a living room",
    "A steam train passes a castle in the snow. Cut to a person who plays the guitar on a stage.",
)
USUAL_SIZE = 0
SIZES = [("usual", USUAL_SIZE), *((f"{side} x {side}", side) for side in (64, 96, 128, 192, 256, 384))]
HISTORY_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a person fills in."""

    prompt: gradio.Textbox
    model: gradio.Dropdown
    seed: gradio.Number
    seconds: gradio.Number
    size: gradio.Dropdown

    @property
    def fields(self) -> list[Any]:
        """In the order in which handlers take them."""
        return [self.prompt, self.model, self.seed, self.seconds, self.size]


def build(page: Page) -> None:
    """The tab's contents and what they do."""
    studio = page.studio
    with gradio.Row():
        with gradio.Column(min_width=300):
            desk, words = fields(page)
            with gradio.Row():
                begin = gradio.Button("Make the film", variant="primary", min_width=140)
                stop = gradio.Button("Cancel", min_width=90)
            plan = gradio.Button("Storyboard first", size="sm")
            told = gradio.HTML(js_on_load=None)
        with gradio.Column(min_width=300):
            player = page.player("The film comes here.")
    with gradio.Accordion("Storyboard", open=True):
        table = gradio.Dataframe(
            headers=list(HEADERS), datatype=["str", "number", "str", "str"], type="array", column_count=4,
            interactive=True, wrap=True, show_label=False, column_widths=["42%", "18%", "22%", "18%"],
            value=[["", None, "", ""]], buttons=[], elem_classes="textreel-table",
        )  # fmt: skip
        film_it = gradio.Button("Film this storyboard", size="sm")
    board, choices = gradio.State(None), gradio.State(PromptChoices())
    gradio.Markdown("### Films")
    history = gradio.HTML(pieces.films([], []), js_on_load=script("films.js"))
    with gradio.Row():
        like = gradio.Button("Make it like this one", size="sm", min_width=150)
        upload = gradio.UploadButton("Open a film", size="sm", file_types=[".mp4"], min_width=120)
        remove = gradio.Button("Delete it", size="sm", variant="stop", min_width=90)

    quiet: dict[str, Any] = {"api_visibility": "private"}
    painting: dict[str, Any] = {**quiet, "concurrency_limit": None}
    painting |= {"show_progress": "minimal", "show_progress_on": told, "outputs": [told, page.chosen]}
    makes = [
        begin.click(making(studio), [*desk.fields, choices], **painting),
        desk.prompt.submit(making(studio), [*desk.fields, choices], **painting),
        film_it.click(filming(studio), [table, board, desk.model, desk.seed, desk.size], **painting),
    ]
    stop.click(lambda: pieces.told(["Cancelled."]), None, told, cancels=makes, queue=False, **quiet)
    plan.click(on_page(planning), [desk.prompt, desk.seconds, choices], [table, board, told], **quiet)
    reading = (on_page(reads(studio)), [desk.prompt, desk.model, choices], words)
    for changed in (desk.prompt.change, desk.model.change):
        changed(*reading, show_progress="hidden", trigger_mode="always_last", **quiet)
    chosen_word = words.select(choosing, [desk.prompt, choices], choices, show_progress="hidden", **quiet)
    chosen_word.then(*reading, show_progress="hidden", **quiet)
    page.on_chosen(showing(studio), page.chosen, [player, table, board, history])
    history.select(choose, None, page.chosen, show_progress="hidden", **quiet)
    like.click(liking(studio), page.chosen, [*desk.fields, told], **quiet)
    upload.upload(opening(studio), upload, page.chosen, **quiet)
    remove.click(removing(studio), page.chosen, [page.chosen, player, history], **quiet)


def fields(page: Page) -> tuple[Desk, gradio.HTML]:
    """The form, and where the words of the prompt are shown by their slots."""
    prompt = gradio.Textbox(
        label="What the film shows", lines=3, max_lines=12, autofocus=True, submit_btn=False,
        placeholder="A sentence, or a paragraph of several shots; camera, cuts and time in words.",
    )  # fmt: skip
    words = gradio.HTML("", js_on_load=script("words.js"), padding=False)
    gradio.Examples([[example] for example in EXAMPLES], [prompt], label="Examples", api_visibility="private")
    with gradio.Row():
        model = page.models()
        size = gradio.Dropdown(SIZES, value=USUAL_SIZE, label="Size", min_width=130)
    with gradio.Row():
        seed = gradio.Number(0, label="Seed", precision=0, minimum=0, min_width=130)
        seconds = gradio.Number(0, label="Seconds (0: as said)", minimum=0, step=0.5, min_width=130)
    return Desk(prompt=prompt, model=model, seed=seed, seconds=seconds, size=size), words


def reads(studio: Studio) -> Any:
    """Show what becomes of each word; nothing while a prompt cannot be read."""

    def handler(prompt: str, model: str, choices: PromptChoices) -> str:
        try:
            return chips(prompt, words_of(prompt, choices.given(prompt), studio.models.knowledge(model)))
        except PromptError:
            return ""

    return handler


def choosing(prompt: str, choices: PromptChoices, event: gradio.EventData) -> PromptChoices:
    """Take what was chosen for a word."""
    return choices.chosen(prompt, Choice(start=int(event.start), end=int(event.end), value=str(event.value)))


def making(studio: Studio) -> Any:
    """Make a film of the form."""

    @on_page
    def handler(
        prompt: str, model: str, seed: float, seconds: float, size: int, choices: PromptChoices
    ) -> Iterator[Any]:
        """Make a film."""
        board = board_with(prompt, choices.given(prompt), seconds or None)
        steps = studio.make(board, model=model, seed=int(seed or 0), size=size or None)
        yield from chosen(shown(steps))

    return handler


def filming(studio: Studio) -> Any:
    """Make a film of the table."""

    @on_page
    def handler(
        rows: list[list[Any]], board: dict[str, Any] | None, model: str, seed: float, size: int
    ) -> Iterator[Any]:
        """Film a storyboard."""
        told = board_of(rows, Storyboard.from_dict(board) if board else None)
        yield from chosen(shown(studio.make(told, model=model, seed=int(seed or 0), size=size or None)))

    return handler


def chosen(steps: Iterator[tuple[str, Entry | None]]) -> Iterator[Any]:
    """The steps as the page takes them; the film is chosen when it is there."""
    for html, entry in steps:
        yield html, entry.name if entry else gradio.skip()


def planning(prompt: str, seconds: float | None, choices: PromptChoices) -> tuple[Any, ...]:
    """Read a prompt as a storyboard, and film nothing yet."""
    board = board_with(prompt, choices.given(prompt), seconds or None)
    lines = pieces.note_lines(board.notes) or ["Change the table as you like, and film it."]
    return rows_of(board), board.to_dict(), pieces.told(lines)


def showing(studio: Studio) -> Any:
    """Show the chosen film, its storyboard, and the history."""

    def handler(name: str) -> tuple[Any, ...]:
        history = pieces.films(*studio.history.listed(HISTORY_SHOWN), name)
        if not name:
            return gradio.skip(), gradio.skip(), gradio.skip(), history
        entry = studio.history.entry(name)
        board = entry.storyboard
        return pieces.film(entry) + pieces.timeline(board), rows_of(board), board.to_dict(), history

    return on_page(handler)


def choose(event: gradio.EventData) -> str:
    """The film that was pressed."""
    return str(event.name)


def liking(studio: Studio) -> Any:
    """Fill the form with what made the chosen film."""

    def handler(name: str) -> tuple[Any, ...]:
        entry = studio.history.entry(name)
        recipe = entry.recipe
        model = recipe["model"] if recipe["model"] in studio.models.names() else studio.config.model
        size = recipe["size"] if recipe["size"] in dict(SIZES).values() else USUAL_SIZE
        lines = ["Its storyboard is in the table: film that, or change words, seed or length first."]
        return recipe["prompt"], model, recipe["seed"], recipe["seconds"], size, pieces.told(lines)

    return on_page(handler)


def opening(studio: Studio) -> Any:
    """Take a film in that was made elsewhere."""

    def handler(file: str) -> str:
        try:
            return studio.history.receive(Path(file)).name
        finally:
            Path(file).unlink(missing_ok=True)

    return on_page(handler)


def removing(studio: Studio) -> Any:
    """Delete the chosen film."""

    def handler(name: str) -> tuple[Any, ...]:
        studio.history.remove(name)
        history = pieces.films(*studio.history.listed(HISTORY_SHOWN))
        return "", pieces.nothing("The film comes here."), history

    return on_page(handler)
