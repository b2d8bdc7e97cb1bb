"""``textreel storyboard``: the shots that a prompt asks for, as a table, as JSON or as YAML to edit."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.errors import PlannerError, UsageError
from textreel.models import DEFAULT_MODEL, film_card

if TYPE_CHECKING:
    from textreel.storyboard import Shot, Storyboard

PlannerUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Let a language model plan the film: an OpenAI-compatible endpoint."),
]
PlannerModel = Annotated[
    str | None, typer.Option(metavar="NAME", help="The language model at the endpoint of --planner.")
]
EXAMPLES = """Show how textreel reads a prompt, a sentence or a whole paragraph, as shots.

\b
textreel storyboard "A lion walks across the savanna while the camera pans left. Cut to night. Fade to black."
textreel storyboard "A seed lies in the soil. It becomes a tree." --yaml > tree.yaml
textreel storyboard "A frog jumps for two seconds, then swims." --seconds 5 --json
"""


STYLES = {
    "subject": "bold cyan", "look": "magenta", "count": "cyan", "action": "green", "direction": "green",
    "pace": "green", "relation": "bold green", "place": "bold blue", "time": "blue", "weather": "blue",
    "season": "blue", "style": "bold magenta", "left out": "dim",
}  # fmt: skip
FILM_STYLE = "italic"
"""Of what directs the film: camera, transition, length, sound, dialogue."""


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
    model: Annotated[
        str, typer.Option(help="The model, shipped or a folder, that is asked what it can show.")
    ] = DEFAULT_MODEL,
    planner: PlannerUrl = None,
    planner_model: PlannerModel = None,
) -> None:
    """Read the prompt and print its storyboard."""
    from textreel.storyboard import plan
    from textreel.storyboard.telling import said_of

    if as_json and as_yaml:
        raise UsageError("A storyboard is printed as JSON or as YAML; leave out --json or --yaml.")
    planned = planned_by(planner, planner_model, prompt, seconds)
    board = planned or plan(prompt, seconds)
    if as_json:
        print_json(board)
    elif as_yaml:
        typer.echo(board.to_yaml([said_of(shot.text) for shot in board.shots]), nl=False)
    else:
        print_reading("\n".join(shot.text for shot in planned.shots) if planned else prompt, model)
        print_table(board)


def planned_by(url: str | None, model: str | None, wish: str, seconds: float | None) -> "Storyboard | None":
    """Let an endpoint plan the film; None without one, or where it fails, which is said on the standard error."""
    if url is None:
        return None
    if model is None or seconds is not None:
        rule = "needs --planner-model NAME" if model is None else "chooses the length: leave out --seconds"
        raise UsageError(f"--planner {rule}.")
    from textreel.language import check_prompt
    from textreel.storyboard.planner import Planner

    try:
        return Planner(url=url, model=model).plan(check_prompt(wish))
    except PlannerError as error:
        typer.echo(f"textreel: {error} The built-in reader reads the prompt instead.", err=True)
        return None


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


def print_reading(prompt: str, model: str) -> None:
    """Print the prompt with its words marked by their slots, and what is shown as something else or not at all."""
    from rich.console import Console
    from rich.text import Text

    from textreel.language import WordVectors
    from textreel.language.known import knowledge_of
    from textreel.language.reader.slots import prompt_spans

    console = Console(highlight=False)
    knowledge = knowledge_of(film_card(model).metadata, WordVectors.load_default())
    spans = prompt_spans(prompt, knowledge)
    coloured = console.color_system is not None and not console.no_color
    shown, at = Text(), 0
    used: dict[str, str] = {}
    for span in spans:
        lacking = " not shown" if span.reason and span.is_understood else ""
        style = STYLES.get(span.slot, FILM_STYLE) + (" strike" if lacking else "")
        shown.append(prompt[at : span.words.start])
        words = span.words.text if coloured else f"[{span.slot}{lacking}: {span.words.text}]"
        shown.append(words, style=style)
        used.setdefault(span.slot + lacking, style)
        at = span.words.end
    console.print(shown.append(prompt[at:]))
    if coloured and used:
        console.print(Text("  ").join(Text(name, style=style) for name, style in used.items()))
    for span in spans:
        if span.reason or span.is_replaced:
            console.print(Text(span.sentence, style="yellow" if span.reason else ""))


def print_table(board: "Storyboard") -> None:
    """Draw the shots, then what of camera and time was not understood."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from textreel.storyboard.telling import move_words, transition_words

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
