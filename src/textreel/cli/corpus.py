"""`textreel corpus`: get a corpus's art and look at it."""

from pathlib import Path
from typing import Annotated

import typer

CORPORA = ("scenes",)

Corpus = Annotated[str, typer.Argument(metavar="CORPUS", help=f"Which corpus: {', '.join(CORPORA)}.")]


def register(app: typer.Typer) -> None:
    """Add the command and its sub-commands to the application."""
    corpus = typer.Typer(help="Captioned clips to train on: get them, look at them.", no_args_is_help=True)
    corpus.command("fetch")(fetch_cli)
    corpus.command("show")(show_cli)
    app.add_typer(corpus, name="corpus")


def fetch_cli(
    corpus: Corpus,
    folder: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Take the npm tarballs from here: no network is used."),
    ] = None,
) -> None:
    """Get the art of a corpus by package name, check it by hash and keep it in the user's cache.

    Examples:

        textreel corpus fetch scenes

        textreel corpus fetch scenes --from ~/tarballs
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    from textreel.corpora.scenes.assets import cache_folder, fetch
    from textreel.corpora.scenes.sprites import load_sprites

    _require_known(corpus)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn()) as bar:
        task = bar.add_task("looking into the cache", total=None)

        def show(message: str, done: int, total: int) -> None:
            bar.update(task, description=message, completed=done, total=total)

        added = fetch(folder=folder, progress=show)
        bar.update(task, description="drawing the sprites")
        total = len(load_sprites())
        bar.update(task, description="done", completed=total, total=total)
    typer.echo(f"{total} subjects, {added} of them new, are in {cache_folder()}.")


def show_cli(
    corpus: Corpus,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the picture goes (.png).")
    ],
) -> None:
    """Draw a contact sheet of the subjects that are on this machine.

    Examples:

        textreel corpus show scenes -o sheet.png
    """
    import io

    from textreel.corpora.scenes.assets import write_aside
    from textreel.corpora.scenes.sprites import contact_sheet, load_sprites
    from textreel.errors import UsageError

    _require_known(corpus)
    if output.suffix.lower() != ".png":
        raise UsageError(
            f"The sheet is a PNG picture and {output.name!r} is not named like one: end it in .png."
        )
    sprites = load_sprites()
    picture = io.BytesIO()
    contact_sheet(sprites).save(picture, "PNG")
    try:
        write_aside(output, picture.getvalue())
    except OSError as error:
        raise UsageError(
            f"{output} cannot be written: {error.strerror}. Choose another place with -o."
        ) from error
    typer.echo(f"{output}: {len(sprites)} subjects")


def _require_known(corpus: str) -> None:
    from textreel.errors import UsageError

    if corpus not in CORPORA:
        raise UsageError(f"There is no corpus named {corpus!r}: choose from {', '.join(CORPORA)}.")
