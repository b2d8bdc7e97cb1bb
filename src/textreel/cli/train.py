"""``textreel train``: a recipe becomes a run, and a run a model."""

import json
import logging
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.errors import Cancelled, UsageError

if TYPE_CHECKING:
    from rich.progress import Progress

    from textreel.training.run import Job
    from textreel.training.trainer import StepReport

HELP = """Train a model by a recipe.

Ctrl-C finishes the step, saves and stops; --resume goes on as if nothing had happened, with more --steps even
after the end.

\b
textreel train scenes --out runs/scenes
textreel train scenes --out runs/scenes --resume
textreel train scenes --out runs/scenes --resume --steps 20000
textreel train own --corpus SHARDS --estimate
textreel train own --corpus SHARDS --out runs/own
textreel train world --stage picture-code --out runs/code
textreel train scenes --out runs/finer --from runs/scenes --steps 500 --set learning_rate=2e-4
torchrun --nproc-per-node 2 -m textreel.cli train scenes --out runs/scenes
textreel train reader --out runs/reader
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(train)


def train(
    recipe: Annotated[
        str, typer.Argument(help="Its name, such as scenes, scenes-tiny or judge.", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="RUN", help="The run's folder.", show_default=False)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in that folder.")] = False,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="MODEL", help="Begin with the weights of this model or run."),
    ] = None,
    shards: Annotated[
        Path | None,
        typer.Option(
            "--corpus", metavar="SHARDS", help="Your own clips, for the recipes own, shapes, actions."
        ),
    ] = None,
    stage: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which stage of a model that is trained in stages.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="How many steps.", show_default="the recipe's")
    ] = None,
    batch: Annotated[
        int | None, typer.Option(min=1, help="Clips a step, over all processes.", show_default="the recipe's")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="The same seed gives the same model.", show_default="the recipe's"),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Another option, by its path in options.json."),
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Say what the run would take, and train nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --estimate: say it as JSON.")] = False,
) -> None:
    """Read the options, say what they take, and train behind a progress bar."""
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    given: dict[str, Any] = {"steps": steps, "batch": batch, "seed": seed}
    if recipe == "reader":
        others = {
            "--resume": resume,
            "--from": source,
            "--corpus": shards,
            "--set": settings,
            "--estimate": estimate,
        }
        train_reader(out, given, [name for name, value in others.items() if value])
        return
    changes = {name: value for name, value in given.items() if value is not None} | parse(settings or [])
    from textreel.training.run import prepare

    if as_json and not estimate:
        raise UsageError("--json belongs to --estimate: a run writes its numbers to RUN/statistics.jsonl.")
    make = partial(prepare, recipe, changes=changes, resume=resume, source=source, shards=shards, stage=stage)
    if estimate:
        with tempfile.TemporaryDirectory() as nowhere:
            folder = Path(nowhere) if out is None else out
            foretell(make(folder), as_json)
        return
    if out is None:
        raise UsageError(
            "A run needs a folder of its own: give one with --out, or --estimate to train nothing."
        )
    job = make(out)
    for note in job.notes if job.speaks else ():
        typer.echo(f"textreel: {note}", err=True)
    if job.step < job.config.steps:
        foretell(job)
    done = watch(job, recipe)
    if job.speaks and done < job.config.steps:
        raise Cancelled(
            f"Stopped after step {done} of {job.config.steps} and saved; "
            f"go on with: textreel train {recipe}{f' --stage {stage}' if stage else ''} --out {out} --resume"
        )
    if job.speaks:
        typer.echo(out / "model")


def train_reader(out: Path | None, given: dict[str, Any], others: list[str]) -> None:
    """Train what reads prompts, and say where its weights are."""
    if out is None or others:
        raise UsageError(
            f"The reader is trained with --out, --steps, --batch and --seed; {others[0] if others else '--out'} "
            f"{'is not for it' if others else 'is missing'}."
        )
    from rich.console import Console
    from rich.progress import Progress

    from textreel.training.reader import ReaderOptions, train_reader

    options = ReaderOptions(**{name: value for name, value in given.items() if value is not None})
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reader", total=options.steps)
        train_reader(out / "reader.safetensors", options, lambda step, loss: bar.update(task, completed=step))
    typer.echo(out / "reader.safetensors")


def foretell(job: "Job", as_json: bool | None = None) -> None:
    """Say what a run takes: on the standard output where nothing else is wanted (`as_json` is given then).

    It is measured anew then, and taken from an earlier trial of the same run where that is known otherwise.
    """
    with trying() if job.speaks else nullcontext(silent) as say:
        forecast = job.forecast(say, fresh=as_json is not None)
    if job.speaks:
        text = "\n".join([f"{forecast.recipe}:", *forecast.lines()])
        typer.echo(json.dumps(forecast.to_dict(), indent=2) if as_json else text, err=as_json is None)
    forecast.require_memory()


def silent(_: str) -> None:
    """Say nothing."""


@contextmanager
def trying() -> Iterator[Callable[[str], None]]:
    """Say what is tried on the standard error: in place in a terminal, else a line for each."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what: typer.echo(f"textreel: trying {what} ...", err=True)
        return
    with console.status("getting ready ...") as status:
        yield lambda what: status.update(f"trying {what} ...")


def parse(settings: list[str]) -> dict[str, Any]:
    """``key.path=value`` -> value by path; a value is JSON, or else text."""
    changes = {}
    for setting in settings:
        path, equals, text = setting.partition("=")
        if not equals:
            raise UsageError(f"--set takes KEY=VALUE, such as --set adversarial.weight=0.1, got {setting!r}.")
        try:
            changes[path] = json.loads(text)
        except ValueError:
            changes[path] = text
    return changes


def watch(job: "Job", recipe: str) -> int:
    """Train to the end behind a progress bar, or until somebody asks to stop; return how many steps are done."""
    done, shown = job.step, list[Path]()
    with progress_bar(shown=job.speaks) as bar, stop_when_asked() as asked:
        task = bar.add_task(recipe, total=job.config.steps, completed=done, clips=0.0, losses="")

        def report(step: "StepReport") -> None:
            nonlocal done
            done = step.step
            clips = step.numbers["clips_per_second"]
            bar.update(task, completed=done, clips=clips, losses=latest(step.numbers))
            for warning in step.warnings if job.speaks else ():
                bar.console.print(f"textreel: step {done}: {warning}")
            if step.sheet is not None and not shown:
                shown.append(step.sheet)
                bar.console.print(f"The first contact sheet, real clips above generated ones: {step.sheet}")

        job.work(report=report, stop=asked)
    return done


def latest(numbers: dict[str, float]) -> str:
    """The losses of the last step and its diversity, in few characters."""
    shown = {
        "loss": "loss",
        "reading": "loss/reading",
        "right": "reading/right",
        "G": "loss/generator",
        "D": "loss/discriminator",
        "diversity": "diversity",
    }
    return "  ".join(f"{label} {numbers[name]:.2f}" for label, name in shown.items() if name in numbers)


def progress_bar(*, shown: bool) -> "Progress":
    """Steps, clips a second, time left and the last losses, on the standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[clips]:.1f} clips/s"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[losses]}"),
        console=Console(stderr=True),
        disable=not shown,
    )


@contextmanager
def stop_when_asked() -> Iterator[Callable[[], bool]]:
    """Inside, Ctrl-C and SIGTERM are remembered instead of obeyed; a second one interrupts at once."""
    asked = False

    def remember(*_: Any) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, remember) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
