"""``textreel edit``: a film that was made is changed by words, and the rest of it stays."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.cli.generate import check_model, paint, painting, read_recipe, tell_notes
from textreel.errors import UsageError

if TYPE_CHECKING:
    from textreel.pipeline import Film
    from textreel.storyboard import Change, Storyboard

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

    before = read_recipe(film)
    if not instructions and not undo:
        raise UsageError(
            'An edit says what to change, such as textreel edit lion.mp4 "make the lion white", or give --undo.'
        )
    if undo and not before["edits"]:
        raise UsageError(f"'{film}' was not edited: there is nothing to undo.")
    kept = before["edits"][:-1] if undo else before["edits"]
    recipe = {**before, "edits": (*kept, *(instructions or ())), "model": model or before["model"]}
    target = output or free_name(film, "edited")
    beside = target.with_name(f"{target.stem}-side-by-side{target.suffix}")
    for name in (target, beside) if side_by_side else (target,):
        media.check_target(name)
    if model is None:
        check_model(recipe)
    after = write(before, recipe, target, beside if side_by_side else None)
    if undo:
        typer.echo(f"undone: {before['edits'][-1]}")
    tell_changes(after, len(kept))
    typer.echo(target)
    if side_by_side:
        typer.echo(beside)


def write(before: dict[str, Any], recipe: dict[str, Any], target: Path, beside: Path | None) -> "Film":
    """Paint and write the film of a recipe, and, where asked, that and the film before next to each other."""
    from textreel import media

    with painting() as step:
        from textreel.pipeline import compare, load

        reel = load(recipe["model"])
        after = paint(reel, recipe, step)
        after.save(target)
        if beside is not None:
            both = compare(paint(reel, {**before, "model": recipe["model"]}, step), after)
            media.write(both, beside, fps=after.fps, metadata={"side_by_side": list(after.edits)})
    return after


def tell_changes(film: "Film", done: int) -> None:
    """Print what the edits changed after the first so many, and what stayed."""
    boards = [film.draft or film.storyboard, *(edited.storyboard for edited in film.edited)]
    for edited in film.edited[done:]:
        for change in edited.changes:
            typer.echo(f"changed: {change_words(change, len(edited.storyboard.shots))}")
        tell_notes(edited.notes)
    for line in kept_words(boards[done], boards[-1]):
        typer.echo(f"kept: {line}")


def change_words(change: "Change", shots: int) -> str:
    """One change: "colour: golden -> white (shot 2)"."""
    place = f" (shot {change.shot + 1})" if shots > 1 else ""
    return f"{change.what}: {change.before or 'nothing'} -> {change.after or 'nothing'}{place}"


def kept_words(before: "Storyboard", after: "Storyboard") -> list[str]:
    """For each shot what its words say as before: "subject: the lion; place: across the savanna"."""
    from textreel.storyboard import describe

    lines = []
    for old, new in zip(before.shots, after.shots, strict=False):
        said = {(element.role, element.words.text.lower()) for element in describe(old.text)}
        same = [each for each in describe(new.text) if (each.role, each.words.text.lower()) in said]
        lines.append("; ".join(f"{each.role}: {each.words.text}" for each in same))
    return [line for line in lines if line]


def free_name(film: Path, what: str) -> Path:
    """A name from the film's that no file has: lion-edited.mp4, lion-edited-2.mp4, ..."""
    film = film.with_suffix("") if film.suffix == ".json" else film
    names = (
        film.with_name(f"{film.stem}-{what}{number}{film.suffix}")
        for number in itertools.chain([""], (f"-{count}" for count in itertools.count(2)))
    )
    return next(name for name in names if not name.exists())
