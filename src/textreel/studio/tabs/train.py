"""Train: a folder of clips becomes a model; the check's findings, the curves and the contact sheet as it learns."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import gradio
import pandas

from textreel.corpora.clips.check import Report, check
from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.findings import tally
from textreel.corpora.clips.folder import scan
from textreel.pipeline.reel import Cancel, Progress
from textreel.studio import pieces
from textreel.studio.sentences import on_page
from textreel.studio.studio import Studio
from textreel.studio.trainings import RunState
from textreel.studio.watching import Step

if TYPE_CHECKING:
    from textreel.studio.page import Page

TITLE, PLACE = "Train", 50
SIZES = (32, 64, 128)
FINDINGS = ("what", "where", "what was found", "what is done about it")
MOST_FINDINGS, MOST_POINTS = 200, 300
CURVES = ("loss", "loss/generator", "loss/discriminator", "loss/reading", "diversity")
LOOK_SECONDS = 3.0
AT_WORK = ("cutting clips", "training", "stopping")


def build(page: Page) -> None:
    """The tab's contents and what they do."""
    studio = page.studio
    folder = studio.config.folder / "clips"
    gradio.Markdown(
        f"Put your clips and their captions into a folder of their own in `{folder}`, check them, and train."
    )
    with gradio.Row():
        with gradio.Column(min_width=300):
            clips = gradio.Dropdown([], label="Folder of clips", interactive=True)
            size = gradio.Dropdown(list(SIZES), value=64, label="Size in pixels")
            look = gradio.Button("Check the clips")
        with gradio.Column(min_width=300):
            name = gradio.Textbox(label="Name of the run and its model", placeholder="my-clips", lines=1)
            steps = gradio.Number(0, label="Steps (0: as many as suit the clips)", precision=0, minimum=0)
            start = gradio.Button("Train", variant="primary")
    told = gradio.HTML(js_on_load=None)
    findings = gradio.Dataframe(
        headers=list(FINDINGS), type="array", interactive=False, wrap=True, visible=False, buttons=[]
    )
    gradio.Markdown("### Runs")
    run = gradio.Dropdown([], label="Run", interactive=True)
    with gradio.Row():
        stop = gradio.Button("Stop and save", min_width=110)
        resume = gradio.Button("Resume", min_width=90)
    state = gradio.HTML(pieces.nothing("No run yet."), js_on_load=None)
    with gradio.Row():
        curves = gradio.LinePlot(
            None, x="step", y="value", color="of", title="Curves", height=300, min_width=300, visible=False
        )
    sheet = gradio.HTML(js_on_load=None)
    timer = gradio.Timer(LOOK_SECONDS)

    quiet: dict[str, Any] = {"api_visibility": "private"}
    seen = gradio.State(None)
    shown = [state, curves, sheet, seen]
    silent: dict[str, Any] = {**quiet, "show_progress": "hidden"}
    page.blocks.load(listing(studio), None, [clips, run], **silent)
    look.click(checking(studio), [clips, size], [told, findings], **silent)
    start.click(starting(studio), [name, clips, size, steps], [run, told], **silent)
    resume.click(resuming(studio), run, told, **silent)
    stop.click(stopping(studio), None, told, **silent)
    run.change(watching(studio), [run, seen], shown, **silent)
    timer.tick(watching(studio), [run, seen], shown, **silent)


def listing(studio: Studio) -> Any:
    """The folders of clips and the runs that there are."""

    def handler() -> tuple[Any, ...]:
        folders, runs = studio.trainings.folders(), studio.trainings.names()
        first = folders[0] if folders else None
        return gradio.Dropdown(choices=folders, value=first), runs_field(runs, runs[0] if runs else None)

    return on_page(handler)


def runs_field(runs: list[str], chosen: str | None) -> gradio.Dropdown:
    """The runs to choose from."""
    return gradio.Dropdown(choices=runs, value=chosen)


def checking(studio: Studio) -> Any:
    """Read all clips of a folder, and say what is wrong with them."""

    @on_page
    def handler(clips: str, size: int) -> Iterator[Any]:
        """Check a folder of clips."""
        found = scan(studio.trainings.folder(clips or ""))

        def work(progress: Progress, cancel: Cancel) -> Report:
            return check(found, ClipFormat(size=int(size)), progress=progress)

        steps = studio.checking.watch(work)
        while True:
            try:
                yield pieces.progress(next(steps), "Reading clip"), gradio.skip()
            except StopIteration as finished:
                report: Report = finished.value
                break
        yield pieces.told([report_words(report)]), findings_table(report)

    return handler


def report_words(report: Report) -> str:
    """A report in one sentence."""
    counts = ", ".join(f"{kind}s: {count}" for kind, count in tally(report.findings).items() if count)
    return f"Clips that can be used: {report.usable}. {counts.capitalize() or 'Nothing is wrong'}."


def findings_table(report: Report) -> gradio.Dataframe:
    """What was found, the worst first."""
    rows = [[one.severity, one.place, one.what, one.remedy] for one in report.findings[:MOST_FINDINGS]]
    return gradio.Dataframe(value=rows, visible=bool(rows))


def starting(studio: Studio) -> Any:
    """Begin a run."""

    def handler(name: str, clips: str, size: int, steps: float | None) -> tuple[Any, ...]:
        studio.trainings.start(name.strip(), clips or "", size=int(size), steps=int(steps) if steps else None)
        return runs_field(studio.trainings.names(), name.strip()), pieces.told(["The run has begun."])

    return on_page(handler)


def resuming(studio: Studio) -> Any:
    """Go on with a run."""

    def handler(run: str | None) -> str:
        studio.trainings.resume(run or "")
        return pieces.told(["The run goes on."])

    return on_page(handler)


def stopping(studio: Studio) -> Any:
    """Let the run that works save and stop."""

    def handler() -> str:
        studio.trainings.stop()
        return pieces.told(["The run finishes its step, saves and stops."])

    return on_page(handler)


def watching(studio: Studio) -> Any:
    """How the chosen run stands, where that has changed."""

    def handler(run: str | None, seen: RunState | None) -> Any:
        state = studio.trainings.state(run) if run in studio.trainings.names() else None
        if run is None or state is None or state == seen:
            return gradio.skip()
        points = curve_points(studio.trainings.rows(run))
        plot = gradio.LinePlot(value=points if len(points) else None, visible=bool(len(points)))
        return state_html(state), plot, sheet_html(state), state

    return on_page(handler)


def state_html(state: RunState) -> str:
    """How a run stands, with the last words of its process."""
    going = state.phase in AT_WORK
    bar = pieces.progress(Step(done=state.step, total=state.steps), "Step") if state.steps or going else ""
    words = f"<strong>{escape(state.name)}</strong>: {escape(state.phase)}"
    said = f'<p class="textreel-log">{escape(state.said)}</p>' if state.said else ""
    return f"<p>{words}</p>{bar}{said}"


def sheet_html(state: RunState) -> str:
    """The latest contact sheet."""
    if state.sheet is None:
        return ""
    return (
        '<figure class="textreel-sheet"><figcaption>Contact sheet of step '
        f"{int(state.sheet.stem)}: real clips above generated ones</figcaption>"
        f'<img src="runs/{quote(state.name)}/sheet?{quote(state.sheet.stem)}" alt="Contact sheet"></figure>'
    )


def curve_points(rows: list[dict[str, Any]]) -> pandas.DataFrame:
    """The numbers that are drawn, thinned, one a row."""
    thin = rows[:: max(1, len(rows) // MOST_POINTS)]
    points = [
        {"step": row["step"], "value": float(row[of]), "of": of} for row in thin for of in CURVES if of in row
    ]
    return pandas.DataFrame(points, columns=["step", "value", "of"])
