"""``textreel storyboard``: the shots that a prompt asks for, as a table, as JSON or as YAML to edit."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.errors import UsageError

if TYPE_CHECKING:
    from textreel.storyboard import CameraMove, Shot, Storyboard, Transition

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
    """Print the storyboard's document, each shot with the elements of its text."""
    from json import dumps

    from textreel.storyboard import describe

    document: dict[str, Any] = board.to_dict()
    for entry, shot in zip(document["shots"], board.shots, strict=True):
        entry["elements"] = [{"role": element.role, **vars(element.words)} for element in describe(shot.text)]
    typer.echo(dumps(document, indent=2, ensure_ascii=False))


def print_table(board: "Storyboard") -> None:
    """Draw the shots, then what each is about, then what was not understood."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    opens = f"; opens by {passage(board.opening)}" if board.opening else ""
    table = Table(
        title="Storyboard", caption=f"{len(board.shots)} shots, {board.seconds:g} s{opens}", show_lines=True
    )
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
            escape(passage(shot.transition)),
        ]
        table.add_row(*cells)
    console.print(table)
    for shot in board.shots:
        console.print(f"{shot.index + 1}. {escape(said_of(shot.text))}", style="dim")
    for note in board.notes:
        console.print(f"'{escape(note.words.text)}': {escape(note.reason)}", style="yellow")


def said_of(text: str) -> str:
    """What a text is about, in one line: "subject: the lion; motion: runs; place: across the savanna"."""
    from textreel.storyboard import describe

    groups: dict[str, list[str]] = {}
    for element in describe(text):
        groups.setdefault(element.role, []).append(element.words.text)
    return "; ".join(f"{role}: {', '.join(words)}" for role, words in groups.items())


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


def move_words(move: "CameraMove") -> str:
    """A camera move in words: "pan left 0.36 view heights, 0 to 2 s “the camera pans left”"."""
    from textreel.storyboard import MOVES

    unit = MOVES[move.kind].unit
    amount = f" {move.amount:.3g} {unit}" if unit else ""
    said = f" “{move.words.text}”" if move.words else ""
    end = move.start_seconds + move.seconds
    return (
        f"{move.kind} {move.direction or ''}".strip() + f"{amount}, {move.start_seconds:g} to {end:g} s{said}"
    )


def passage(transition: "Transition | None") -> str:
    """A transition in words: "dissolve 0.5 s “dissolve to”"."""
    if transition is None:
        return ""
    length = f" {transition.seconds:g} s" if transition.seconds else ""
    return f"{transition.kind}{length}" + (f" “{transition.words.text}”" if transition.words else "")
