"""``textreel generate``: a sentence becomes a film."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.cli.storyboard import PlannerModel, PlannerUrl, planned_by
from textreel.errors import UsageError
from textreel.models import DEFAULT_MODEL

if TYPE_CHECKING:
    from textreel.pipeline import Film
    from textreel.storyboard import Note, Storyboard

Step = Callable[[str, int, int | None], None]
EXAMPLES = """Make a film from a sentence, and print where it is.

\b
textreel generate "A majestic lion stalks its prey across the golden savanna at sunset" -o lion.mp4
textreel generate "a red car drives through the snow at night" -o car.gif --seed 7 --seconds 4
textreel generate --storyboard film.yaml -o film.mp4
textreel generate "a horse runs in the rain" -o horse.mp4 --no-sound
textreel generate "a bedtime story about a fox" --planner http://127.0.0.1:11434/v1 --planner-model qwen3
textreel generate --like lion.mp4 -o same-lion.webm
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=EXAMPLES)(generate)


def generate(
    prompt: Annotated[
        str | None, typer.Argument(help="What the film shows, in English.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="lion.mp4, .webm, .wav (the sound alone), .gif, .webp, or a folder of .png.",
            show_default="named after the prompt",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A shipped model, or a folder.", show_default=DEFAULT_MODEL)
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Chooses among the films that the prompt describes.", show_default="0")
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(help="How long the film lasts.", show_default="as the prompt says, or 2 a shot"),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            metavar="PIXELS", help='Height and width, or such as "640x360".', show_default="the model's"
        ),
    ] = None,
    aspect: Annotated[
        str | None, typer.Option(help="Width to height: 16:9, 1:1, 9:16.", show_default="1:1")
    ] = None,
    storyboard: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Film this storyboard, as textreel storyboard --yaml writes it."),
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(help="Make the film of this file again, except for what is given otherwise."),
    ] = None,
    planner: PlannerUrl = None,
    planner_model: PlannerModel = None,
    sound: Annotated[
        bool, typer.Option(" /--no-sound", help="Make the pictures alone.", show_default=False)
    ] = True,
) -> None:
    """Read the options, make the film, write it and say where it is."""
    from textreel.arguments import pixels

    options = {
        "prompt": prompt,
        "model": model,
        "seed": seed,
        "seconds": seconds,
        "size": pixels(size),
        "aspect": aspect,
    }
    recipe: dict[str, Any] = {
        "model": DEFAULT_MODEL,
        "seed": 0,
        "seconds": None,
        "size": None,
        "aspect": None,
    }
    if like is not None:
        from textreel.pipeline.recipes import read_recipe

        recipe |= read_recipe(like)
    recipe |= {name: value for name, value in options.items() if value is not None}
    if storyboard is not None:
        if prompt is not None:
            raise UsageError("A film is made of a prompt or of a storyboard: leave out the one or the other.")
        recipe |= {"storyboard": read_storyboard(storyboard), "edits": ()}
    elif prompt is not None or seconds is not None:
        recipe.pop("storyboard", None)  # other words or another length need another storyboard
        recipe["edits"] = () if prompt is not None else recipe.get("edits", ())
    if "prompt" not in recipe and "storyboard" not in recipe:
        raise UsageError(
            'A film needs a prompt, such as textreel generate "a lion runs on the beach", --storyboard FILE, '
            "or --like FILE."
        )
    if planner is not None:
        if prompt is None:
            raise UsageError("--planner needs a prompt: say what the film is about.")
        if (board := planned_by(planner, planner_model, prompt, seconds)) is not None:
            recipe |= {"storyboard": board, "edits": ()}
    recipe["sound"] = sound
    target = output or named_after(recipe["prompt"] if "prompt" in recipe else str(storyboard))
    film, written = film_of(
        recipe, target, overwrite=output is not None, same_model=like is not None and model is None
    )
    tell_left_out(film)
    typer.echo(written)


def tell_left_out(film: "Film") -> None:
    """Say in one line what the film does not show and why, then what is not heard, on the standard error."""
    from textreel.language.reader.slots import in_one_line

    if line := in_one_line(film.left_out):
        typer.echo(f"textreel: {line}", err=True)
    for silence in film.silences:
        typer.echo(f"textreel: '{silence.words.text}': {silence.reason}", err=True)


def tell_notes(notes: Sequence["Note"]) -> None:
    """Say which words had no effect or another one than they say, on the standard error."""
    for note in notes:
        typer.echo(
            f"textreel: '{note.words.text}': {note.reason}"
            if note.words.text
            else f"textreel: {note.reason}",
            err=True,
        )


def film_of(
    recipe: dict[str, Any], target: Path, *, overwrite: bool, same_model: bool
) -> tuple["Film", Path]:
    """Make the film behind a progress bar, write it and say where; what can be refused early is refused first."""
    from textreel import media
    from textreel.arguments import MIN_SIZE, film_size, number_of_seconds
    from textreel.language import check_prompt
    from textreel.limits import SECONDS_RANGE
    from textreel.models import film_card

    film_size(MIN_SIZE if recipe["size"] is None else recipe["size"], recipe.get("aspect"))
    if recipe["seconds"] is not None:
        number_of_seconds(recipe["seconds"], *SECONDS_RANGE)
    media.check_target(target, overwrite=overwrite)
    if "storyboard" not in recipe:
        check_prompt(recipe["prompt"])
    card = film_card(recipe["model"])
    if same_model:
        from textreel.pipeline.recipes import require_same_model

        require_same_model(recipe, card)
    with painting() as step:
        from textreel.pipeline import load
        from textreel.pipeline.recipes import make

        film = make(load(recipe["model"]), recipe, lambda done, total: step("Painting", done, total))
        step("Writing", 0, None)
        return film, film.save(target, overwrite=overwrite)


@contextmanager
def painting() -> Iterator[Step]:
    """A progress bar on the standard error: called with what is done, how far, and how much there is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Loading the model", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def read_storyboard(file: Path) -> "Storyboard":
    """The storyboard in a YAML file.

    Raises:
        UsageError: the file cannot be read, or a line of it is wrong.
    """
    from textreel.documents import read_bytes
    from textreel.storyboard import Storyboard

    return Storyboard.from_yaml(read_bytes(file), source=str(file))


def named_after(prompt: str) -> Path:
    """A name from the prompt's first words: lion-runs.mp4."""
    from textreel.language.naming import stem_of

    return Path(f"{stem_of(prompt)}.mp4")
