"""``textreel explain``: why a film looks as it does, as one page or as JSON."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.cli.generate import painting
from textreel.errors import UsageError

if TYPE_CHECKING:
    from textreel.explain import Explanation

EXPLAINED_MODEL = "scenes"  # films of the model world cannot be explained yet
EXAMPLES = """Make a film from a sentence and explain it: which words made what, and how far that can be trusted.

\b
textreel explain "a red lion runs across the savanna at night" -o report.html
textreel explain "a lion walks through the snow" --model runs/scenes --json -o report.json
textreel explain "a lion walks through the snow" --quick
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=EXAMPLES)(explain)


def explain(
    prompt: Annotated[str, typer.Argument(help="What the film shows, in English.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The report.", show_default="named after the prompt"),
    ] = None,
    model: Annotated[
        str, typer.Option(help="A shipped model, or a folder; a run's has discriminators.")
    ] = EXPLAINED_MODEL,
    seed: Annotated[int, typer.Option(help="Chooses among the films that the prompt describes.")] = 0,
    seconds: Annotated[
        float | None,
        typer.Option(help="How long the film lasts.", show_default="as the prompt says, or 2 a shot"),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only the words, by attention and by leaving them out.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a page.")] = False,
) -> None:
    """Make the film, explain it behind a progress bar, write the report and print where it is."""
    from textreel.extras import require
    from textreel.language import check_prompt
    from textreel.language.naming import stem_of
    from textreel.media.names import claimed

    check_prompt(prompt)
    if not quick:
        require("explain")
    target = output or Path(stem_of(prompt) + (".json" if as_json else ".html"))
    if (output and output.is_dir()) or not target.absolute().parent.is_dir():
        raise UsageError(f"The report goes into a file in a folder that is there; '{target}' is not one.")
    with painting() as step:
        from textreel.explain import SECTIONS, explain_film, to_html, write_report
        from textreel.pipeline import load

        film = load(model).generate(
            prompt, seed=seed, seconds=seconds, progress=lambda done, total: step("Painting", done, total)
        )
        explanation = explain_film(film, ("words",) if quick else SECTIONS, step)
        step("Writing", 0, None)
        text = as_text(explanation) if as_json else to_html(explanation)
        with nullcontext(target) if output else claimed(target) as written:
            write_report(text, written)
    print_words(explanation)
    typer.echo(written)


def as_text(explanation: "Explanation") -> str:
    """The explanation as JSON."""
    from json import dumps

    from textreel.explain import to_document

    return dumps(to_document(explanation), ensure_ascii=False)


def print_words(explanation: "Explanation") -> None:
    """One line a word on the standard error: what it has of the picture, and what it changes most."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="What each word caused", title_justify="left")
    methods = list(
        next((word.shares for shot in explanation.shots for word in shot.words if word.shares), {})
    )
    for heading in ("word", *methods, "mostly"):
        table.add_column(heading, justify="right" if heading in methods else "left")
    for shot in explanation.shots:
        for word in shot.words:
            table.add_row(
                word.text, *(f"{100 * word.shares.get(method, 0):.0f} %" for method in methods), mostly(word)
            )
    Console(stderr=True).print(table)
    if explanation.words_without_effect:
        names = ", ".join(explanation.words_without_effect)
        typer.echo(f"textreel: Left out, these words change nothing to the eye: {names}.", err=True)


def mostly(word: Any) -> str:
    """The part of the picture that a word changes most."""
    parts = word.by_part.get("leaving out", {})
    return max(parts, key=parts.get) if parts and word.has_effect else ""
