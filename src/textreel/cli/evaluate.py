"""``textreel evaluate``: what a model can do, in figures."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from textreel.evaluation import Figure, Report
    from textreel.evaluation.reading import DimensionScore

EXAMPLES = """Measure a model: does it show what its prompts say, how diverse, how fast, how large is it?

\b
textreel evaluate scenes
textreel evaluate runs/scenes/model --metric adherence --films 40
textreel evaluate scenes --metric latency --metric memory --json -o figures.json
textreel evaluate runs/actions --corpus runs/corpora/actions --metric actions
textreel evaluate reading --prompts VBench_full_info.json
textreel evaluate world --prompts VBench_full_info.json --films 60
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=EXAMPLES)(evaluate)


def evaluate(
    model: Annotated[
        str, typer.Argument(help="A shipped model, a folder, or reading: how well prompts are read.")
    ],
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "--metrics",
            help="A metric's name, or several with commas; may be given several times.",
            show_default="all that fit the model",
        ),
    ] = None,
    films: Annotated[int, typer.Option(help="How many films each figure is made of.")] = 120,
    seed: Annotated[int, typer.Option(help="Where the seeds of prompts and noise begin.")] = 0,
    corpus: Annotated[
        Path | None,
        typer.Option(metavar="SHARDS", help="The clips that the model was trained on, where they are yours."),
    ] = None,
    prompts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="VBench's list of prompts with tags: how they are read, or filmed."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the report as JSON into this file.")
    ] = None,
) -> None:
    """Read the options, measure, write and print the report."""
    check_target(output)
    if model == "reading":
        evaluate_reading(prompts, as_json, output)
        return
    if prompts is not None:
        evaluate_films(model, prompts, films, seed, as_json, output)
        return
    report = measure(model, names_of(metric), films, seed, corpus)
    document = json.dumps(report.to_dict(), indent=2)
    if output is not None:
        write(output, document + "\n")
    if as_json:
        typer.echo(document)
    else:
        print_report(report)


def evaluate_reading(prompts: Path | None, as_json: bool, output: Path | None) -> None:
    """Measure the reader on prompts with gold tags, and show the shares and the worst mistakes."""
    from textreel.errors import UsageError
    from textreel.evaluation.reading import TARGETS, measure_reading, read_prompts

    if prompts is None:
        raise UsageError("Reading is measured on prompts with tags: give VBench's list with --prompts FILE.")
    tell_scores(measure_reading(read_prompts(prompts)), TARGETS, as_json, output)


def evaluate_films(
    model: str, prompts: Path, films: int, seed: int, as_json: bool, output: Path | None
) -> None:
    """Film prompts with gold tags three times each, and show what the judge sees."""
    from textreel.evaluation.world import TARGETS, measure_world, read_prompts
    from textreel.evaluation.world_judge import load_world_judge
    from textreel.pipeline import load

    entries, judge = read_prompts(prompts), load_world_judge()  # what can be refused early is refused first
    with bar_of("Loading the model") as show:
        seeds = (seed, seed + 1, seed + 2)
        scores = measure_world(load(model), entries, seeds=seeds, films=films, judge=judge, progress=show)
    tell_scores(scores, TARGETS, as_json, output)


def tell_scores(
    scores: "Sequence[DimensionScore]",
    targets: Mapping[str, float],
    as_json: bool,
    output: Path | None,
) -> None:
    """Write or print the shares of each dimension, with the first mistakes."""
    from rich.console import Console
    from rich.table import Table

    document = json.dumps([score.to_dict() for score in scores], indent=2)
    if output is not None:
        write(output, document + "\n")
    if as_json:
        typer.echo(document)
        return
    table = Table("dimension", "even", "odd", "target", "first mistakes")
    for score in scores:
        shares = [f"{share:.1%} of {total}" for share, total in zip(score.shares, score.total, strict=True)]
        table.add_row(
            score.dimension, *shares, f"{targets[score.dimension]:.0%}", "\n".join(score.mistakes[:3])
        )
    Console().print(table)


def names_of(metric: list[str] | None) -> list[str] | None:
    """The metrics by name, those with commas between them taken apart."""
    return [name.strip() for names in metric for name in names.split(",")] if metric else None


def measure(
    model: str, metrics: list[str] | None, films: int, seed: int, corpus: Path | None = None
) -> "Report":
    """Measure behind a progress bar on the standard error."""
    from textreel.models import find, judge_folder

    find(model)  # what can be refused early is refused first
    judge_folder("scenes-judge")
    with bar_of("Loading the model") as show:
        from textreel import evaluation
        from textreel.pipeline import load

        if corpus is None:
            return evaluation.evaluate(load(model), metrics, films, seed, show)
        return evaluation.evaluate(load(model), metrics, films, seed, show, clips=corpus)


@contextmanager
def bar_of(first: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on the standard error; what is given tells what is done, how much of it, and of how much."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(first, total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def check_target(output: Path | None) -> None:
    from textreel.errors import UsageError

    if output is not None and (output.is_dir() or not output.absolute().parent.is_dir()):
        raise UsageError(f"The report goes into a file in a folder that is there; '{output}' is not one.")


def write(output: Path, text: str) -> None:
    from textreel.errors import EvaluationError

    aside = output.with_name(f".{output.name}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(output)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise EvaluationError(f"The report could not be written to '{output}': {error.strerror}.") from error


def print_report(report: "Report") -> None:
    """One table a metric."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(f"{report.model} ({report.weights_hash[:12]}), seed {report.seed}, {report.machine}")
    for result in report.results:
        any_real = any(figure.real is not None for figure in result.figures)
        table = Table(
            title=result.metric, caption=result.method, title_justify="left", caption_justify="left"
        )
        for heading in ("", "figure", "95 % / range", "n", *(("chance", "real clips") if any_real else ())):
            table.add_column(heading, justify="left" if not heading else "right")
        for figure in result.figures:
            table.add_row(*cells(figure, any_real))
        console.print(table)


def cells(figure: "Figure", any_real: bool) -> list[str]:
    """One row of the table."""
    ends = [figure.low, figure.high]
    span = " to ".join(number(end, figure.unit) for end in ends) if None not in ends else ""
    beside = [number(figure.chance, figure.unit), number(figure.real, figure.unit)] if any_real else []
    return [figure.name, number(figure.value, figure.unit), span, str(figure.n), *beside]


def number(value: Any, unit: str) -> str:
    """A value as people read it; nothing where there is none."""
    if value is None:
        return ""
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit in ("", "ratio"):
        return f"{value:.2f}"
    return f"{value:.0f} {unit}" if abs(value) >= 100 else f"{value:.3g} {unit}"
