"""``textreel storyboard``: the shots that a prompt asks for, as a table, as JSON or as YAML to edit."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.errors import UsageError

if TYPE_CHECKING:
    from textreel.storyboard import Shot, Storyboard

EXAMPLES = """Show how textreel reads a prompt, a sentence or a whole paragraph, as shots.

\b
textreel storyboard "A lion walks across the savanna while the camera pans left. Cut to night. Fade to black."
textreel storyboard "A seed lies in the soil. It becomes a tree." --yaml > tree.yaml
textreel storyboard "A frog jumps for two seconds, then swims." --seconds 5 --json
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=EXAMPLES)(storyboard)


def storyboard(
    prompt: Annotated[str, typer.Argument(help="What the film shows, in English.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="Print it as YAML, to be edited.")] = False,
    seconds: Annotated[
        float | None,
        typer.Option(help="How long the film lasts.", show_default="as said, or 2 a shot"),
    ] = None,
) -> None:
    """Read the prompt and print its storyboard."""
    from textreel.storyboard import plan
    from textreel.storyboard.telling import said_of

    if as_json and as_yaml:
        raise UsageError("A storyboard is printed as JSON or as YAML; leave out --json or --yaml.")
    board = plan(prompt, seconds)
    if as_json:
        print_json(board)
    elif as_yaml:
        typer.echo(board.to_yaml([said_of(shot.text) for shot in board.shots]), nl=False)
    else:
        print_table(board)


def print_json(board: "Storyboard") -> None:
    """Print the storyboard's document, each shot with the elements and the scene of its text."""
    from json import dumps

    from textreel.language.reader import read_shot
    from textreel.scene import as_document
    from textreel.storyboard import describe

    document: dict[str, Any] = board.to_dict()
    for entry, shot in zip(document["shots"], board.shots, strict=True):
        entry["elements"] = [{"role": element.role, **vars(element.words)} for element in describe(shot.text)]
        entry["scene"] = as_document(read_shot(shot.text).scene)
    typer.echo(dumps(document, indent=2, ensure_ascii=False))


def print_table(board: "Storyboard") -> None:
    """Draw the shots, then what each is about, then what was not understood."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from textreel.storyboard.telling import move_words, said_of, transition_words

    console = Console()
    opens = f"; opens by {transition_words(board.opening)}" if board.opening else ""
    count = "1 shot" if len(board.shots) == 1 else f"{len(board.shots)} shots"
    table = Table(title="Storyboard", caption=f"{count}, {board.seconds:g} s{opens}", show_lines=True)
    for heading in ("", "seconds", "text for the generator", "camera", "then"):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("", "seconds") else "left")
    for shot in board.shots:
        camera = "\n".join(move_words(move) for move in shot.moves)
        text = "\n".join([escape(shot.text), *carried_words(shot)])
        cells = [
            str(shot.index + 1),
            seconds_words(shot),
            text,
            escape(camera),
            escape(transition_words(shot.transition)),
        ]
        table.add_row(*cells)
    console.print(table)
    for shot in board.shots:
        console.print(f"{shot.index + 1}. {escape(said_of(shot.text))}", style="dim")
    for note in board.notes:
        console.print(f"'{escape(note.words.text)}': {escape(note.reason)}", style="yellow")


def seconds_words(shot: "Shot") -> str:
    """The length of a shot, and the words that set it."""
    return f"{shot.seconds:g}" + (f"\n“{shot.timing.text}”" if shot.timing else "")


def carried_words(shot: "Shot") -> list[str]:
    """One dim line on what a shot has from earlier ones."""
    from rich.markup import escape

    said = [
        f"“{escape(part.words.text)}” from {part.shot + 1}"
        for part in shot.carried
        if part.shot != shot.index
    ]
    return [f"[dim]{', '.join(said)}[/dim]"] if said else []
