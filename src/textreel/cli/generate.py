"""``textreel generate``: a sentence becomes a film."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.errors import CheckpointError, UsageError

if TYPE_CHECKING:
    from textreel.pipeline import Film, Reel
    from textreel.storyboard import Note, Storyboard

Step = Callable[[str, int, int | None], None]
EXAMPLES = """Make a film from a sentence, and print where it is.

\b
textreel generate "A majestic lion stalks its prey across the golden savanna at sunset" -o lion.mp4
textreel generate "a red car drives through the snow at night" -o car.gif --seed 7 --seconds 4
textreel generate --storyboard film.yaml -o film.mp4
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
            help="lion.mp4, .webm, .gif, .webp, or a folder of .png; replaced if it is there.",
            show_default="named after the prompt",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A shipped model, or a folder.", show_default="scenes")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Chooses among the films that the prompt describes.", show_default="0")
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(help="How long the film lasts.", show_default="as the prompt says, or 2 a shot"),
    ] = None,
    size: Annotated[
        int | None, typer.Option(help="Height and width in pixels.", show_default="the model's, 128")
    ] = None,
    storyboard: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Film this storyboard, as textreel storyboard --yaml writes it."),
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(help="Make the film of this file again, except for what is given otherwise."),
    ] = None,
) -> None:
    """Read the options, make the film, write it and say where it is."""
    options = {"prompt": prompt, "model": model, "seed": seed, "seconds": seconds, "size": size}
    recipe: dict[str, Any] = {"model": "scenes", "seed": 0, "seconds": None, "size": None} | (
        read_recipe(like) if like else {}
    )
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
    target = output or free_name(recipe["prompt"] if "prompt" in recipe else str(storyboard))
    film = make(recipe, target, same_model=like is not None and model is None)
    tell_what_had_no_effect(film)
    typer.echo(target)


def tell_what_had_no_effect(film: "Film") -> None:
    """Name the words that the film does not show, on the standard error."""
    if film.words_without_effect:
        words = ", ".join(film.words_without_effect)
        model = film.recipe["model"]
        typer.echo(
            f"textreel: The model '{model}' cannot show these words, which had no effect: {words}.", err=True
        )
    tell_notes(film.storyboard.notes)


def tell_notes(notes: Sequence["Note"]) -> None:
    """Say which words had no effect or another one than they say, on the standard error."""
    for note in notes:
        typer.echo(
            f"textreel: '{note.words.text}': {note.reason}"
            if note.words.text
            else f"textreel: {note.reason}",
            err=True,
        )


def make(recipe: dict[str, Any], target: Path, *, same_model: bool) -> "Film":
    """Make the film behind a progress bar and write it; what can be refused early is refused first."""
    from textreel import media
    from textreel.language import check_prompt

    media.check_target(target)
    if "storyboard" not in recipe:
        check_prompt(recipe["prompt"])
    if same_model:
        check_model(recipe)
    with painting() as step:
        from textreel.pipeline import load

        film = paint(load(recipe["model"]), recipe, step)
        step("Writing", 0, None)
        film.save(target)
    return film


def check_model(recipe: dict[str, Any]) -> None:
    """Refuse a model that would not make the same frames.

    Raises:
        CheckpointError: the model is not as it was when it made the film.
    """
    from textreel.models import read_card

    if read_card(recipe["model"]).weights_hash != recipe["model_hash"]:
        raise CheckpointError(
            f"The film was made by another state of the model '{recipe['model']}' (hash {recipe['model_hash'][:12]}), "
            "so the same frames cannot be made: install the textreel that made it, or give --model to accept others."
        )


@contextmanager
def painting() -> Iterator[Step]:
    """A progress bar on the standard error: called with what is done, how far, and how much there is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Loading the model", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def paint(reel: "Reel", recipe: dict[str, Any], step: Step) -> "Film":
    """The film of a recipe."""
    board = recipe.get("storyboard")
    return reel.generate(
        board or recipe["prompt"],
        seed=recipe["seed"],
        seconds=None if board else recipe["seconds"],
        size=recipe["size"],
        progress=lambda done, total: step("Painting", done, total),
        edits=recipe.get("edits", ()),
    )


def read_recipe(file: Path) -> dict[str, Any]:
    """The arguments that made a film, from its file: its storyboard before any edit, and the edits.

    Raises:
        UsageError: the file tells of no film that textreel made from a recipe.
    """
    from textreel import media
    from textreel.storyboard import Storyboard

    metadata = media.read_metadata(file)
    kinds: dict[str, Any] = {
        "prompt": str,
        "seed": int,
        "seconds": (int, float),
        "size": int,
        "model": str,
        "model_hash": str,
    }
    if "directions" in metadata:
        raise UsageError(
            f"'{file}' was directed while it ran, so a recipe does not make it again: give its prompt and its "
            "directions to textreel live --script FILE."
        )
    if not all(isinstance(metadata.get(name), kind) for name, kind in kinds.items()):
        raise UsageError(f"'{file}' does not say how it was made: give a film that textreel generate wrote.")
    board, edits = metadata.get("draft", metadata.get("storyboard")), metadata.get("edits", [])
    known: dict[str, Any] = {"storyboard": Storyboard.from_dict(board)} if isinstance(board, dict) else {}
    if not (isinstance(edits, list) and all(isinstance(edit, str) for edit in edits)):
        raise UsageError(
            f"'{file}' does not say in words how it was edited: give a film that textreel wrote."
        )
    return {**{name: metadata[name] for name in kinds}, **known, "edits": tuple(edits)}


def read_storyboard(file: Path) -> "Storyboard":
    """The storyboard in a YAML file.

    Raises:
        UsageError: the file cannot be read, or a line of it is wrong.
    """
    from textreel.storyboard import Storyboard

    try:
        return Storyboard.from_yaml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The storyboard '{file}' cannot be read ({error}): give a YAML file, as textreel storyboard --yaml "
            "writes it."
        ) from error


def free_name(prompt: str) -> Path:
    """A name from the prompt's first words that no file has: lion-runs.mp4, lion-runs-2.mp4, ..."""
    from textreel.language import tokenize

    stem = (
        "-".join("".join(c for c in word if c.isalnum()) for word in tokenize(prompt)[:6]).strip("-")[:60]
        or "film"
    )
    names = (
        Path(f"{stem}{suffix}.mp4") for suffix in itertools.chain([""], (f"-{n}" for n in itertools.count(2)))
    )
    return next(name for name in names if not name.exists())
