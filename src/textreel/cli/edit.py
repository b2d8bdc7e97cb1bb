"""``textreel edit``: a film that was made is changed by words, and the rest of it stays."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from textreel.cli.generate import painting, tell_notes
from textreel.errors import UsageError

if TYPE_CHECKING:
    from textreel.pipeline import Film

EXAMPLES = """Change a film that textreel made, by words; what they do not name stays as it was.

\b
textreel edit lion.mp4 "make the lion white" -o white.mp4
textreel edit lion.mp4 "at night instead" "let it snow" -o night.mp4 --side-by-side
textreel edit night.mp4 --undo -o evening.mp4
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=EXAMPLES)(edit)


def edit(
    film: Annotated[Path, typer.Argument(help="A film that textreel made.", show_default=False)],
    instructions: Annotated[
        list[str] | None, typer.Argument(help="What to change, one after the other.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The new film.", show_default="named after the old one"),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the last edit first.")] = False,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Also write a film of before and after.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="A shipped model, or a folder.", show_default="the film's own")
    ] = None,
) -> None:
    """Read the film's recipe, paint the changed film, write it, and say what changed."""
    from textreel import media
    from textreel.models import read_card
    from textreel.pipeline.recipes import read_recipe, require_same_model

    before = read_recipe(film)
    if not instructions and not undo:
        raise UsageError(
            'An edit says what to change, such as textreel edit lion.mp4 "make the lion white", or give --undo.'
        )
    if undo and not before["edits"]:
        raise UsageError(f"'{film}' was not edited: there is nothing to undo.")
    kept = before["edits"][:-1] if undo else before["edits"]
    recipe = {**before, "edits": (*kept, *(instructions or ())), "model": model or before["model"]}
    target = output or named_after(film)
    for name in (target, beside(target)) if side_by_side else (target,):
        media.check_target(name, overwrite=output is not None)
    if model is None:
        require_same_model(recipe, read_card(recipe["model"]))
    with painting() as step:
        from textreel.pipeline import compare, load
        from textreel.pipeline.recipes import make

        reel = load(recipe["model"])

        def progress(done: int, total: int) -> None:
            step("Painting", done, total)

        after = make(reel, recipe, progress)
        written = [after.save(target, overwrite=output is not None)]
        if side_by_side:
            both, metadata = compare(make(reel, before, progress), after), {"side_by_side": list(after.edits)}
            name, overwrite = beside(written[0]), output is not None
            written.append(media.write(both, name, fps=after.fps, metadata=metadata, overwrite=overwrite))
    if undo:
        typer.echo(f"undone: {before['edits'][-1]}")
    tell_changes(after, len(kept))
    for name in written:
        typer.echo(name)


def tell_changes(film: "Film", done: int) -> None:
    """Print what the edits changed after the first so many, and what stayed."""
    from textreel.storyboard.telling import change_words, kept_words

    boards = [film.draft or film.storyboard, *(edited.storyboard for edited in film.edited)]
    for edited in film.edited[done:]:
        for change in edited.changes:
            typer.echo(f"changed: {change_words(change, len(edited.storyboard.shots))}")
        tell_notes(edited.notes)
    for line in kept_words(boards[done], boards[-1]):
        typer.echo(f"kept: {line}")


def named_after(film: Path) -> Path:
    """The name of an edited film: lion-edited.mp4."""
    film = film.with_suffix("") if film.suffix == ".json" else film
    return film.with_name(f"{film.stem}-edited{film.suffix}")


def beside(film: Path) -> Path:
    """The name of the film that shows before and after: lion-edited-side-by-side.mp4."""
    return film.with_name(f"{film.stem}-side-by-side{film.suffix}")
