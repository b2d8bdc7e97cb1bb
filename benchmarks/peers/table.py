"""The outcome as one table, and what follows from it in sentences."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from peers.comparison import Outcome, Verdict
from peers.record import Record
from peers.scores import ACCURACIES
from textreel.evaluation import Figure

NOTHING = "–"


def show(outcome: Outcome, console: Console) -> None:
    """Print everything."""
    records = outcome.records
    if not records:
        console.print("Nobody has been measured yet.")
        return
    table = Table(
        title=f"{outcome.options.corpus}: {outcome.options.minutes:g} minutes each", title_justify="left"
    )
    table.add_column("")
    for record in records:
        table.add_column(record.name, justify="right")
    table.add_column("real clips", justify="right")
    for name, cells in [*figure_rows(records), *cost_rows(records)]:
        table.add_row(name, *cells)
    console.print(table)
    for sentence in [*missing(records), *(sentence for one in outcome.verdicts for sentence in told(one))]:
        console.print(sentence)


def figure_rows(records: Sequence[Record]) -> list[tuple[str, list[str]]]:
    """A row for each final figure: a cell a contender, and real clips."""
    finals = [record.final.figures if record.final else {} for record in records]
    names = dict.fromkeys((metric, one.name) for final in finals for metric in final for one in final[metric])
    rows = []
    for metric, name in names:
        cells = [next((one for one in final.get(metric, ()) if one.name == name), None) for final in finals]
        real = next((one.real for one in cells if one is not None), None)
        unit = next(one.unit for one in cells if one is not None)
        label = name if metric in ACCURACIES else f"FD-EffNet-Lite0, {name}"
        rows.append((label, [*map(cell, cells), NOTHING if real is None else number(real, unit)]))
    return rows


def cell(figure: Figure | None) -> str:
    """A figure with half of its 95 % interval's width, where it has one."""
    if figure is None or figure.value != figure.value:
        return NOTHING
    if figure.low is None or figure.high is None:
        return number(figure.value, figure.unit)
    half = (figure.high - figure.low) / 2
    return f"{number(figure.value, figure.unit)} ± {number(half, figure.unit).removesuffix(' %')}"


def number(value: float, unit: str) -> str:
    return f"{100 * value:.1f} %" if unit == "share" else f"{value:.2f}"


def cost_rows(records: Sequence[Record]) -> list[tuple[str, list[str]]]:
    """What training and generation cost."""
    rows: list[tuple[str, list[str]]] = [
        ("clips a second in training", [decimal(one.clips_per_second) for one in records]),
        ("frames seen of each clip", [str(one.frames_seen) for one in records]),
        ("steps", [f"{one.steps:,}" for one in records]),
        ("minutes of training", [f"{one.seconds / 60:.1f}" for one in records]),
        (
            "ms a film of 2 s, median",
            [decimal(one.final.milliseconds[0]) if one.final else "" for one in records],
        ),
        (
            "parameters of the generator",
            [millions(one.size.generator) if one.size else "" for one in records],
        ),
        ("parameters in training", [millions(one.size.training) if one.size else "" for one in records]),
    ]
    return [(name, [*cells, NOTHING]) for name, cells in rows]


def decimal(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"


def millions(count: int) -> str:
    return f"{count / 1e6:.2f} M"


def missing(records: Sequence[Record]) -> list[str]:
    """Why something was not measured; each reason once."""
    reasons = (why for record in records if record.final for why in record.final.missing.values())
    return list(dict.fromkeys(reasons))


def told(verdict: Verdict) -> list[str]:
    """textreel against one peer in two sentences."""
    behind = [name for name, ahead in verdict.ahead.items() if not ahead]
    place = (
        f"NOT ahead of {verdict.peer} in {', '.join(behind)}" if behind else f"ahead of {verdict.peer} in all"
    )
    sentences = [f"textreel is {place}."] if verdict.ahead else []
    if verdict.times is None or verdict.our_seconds is None or verdict.best_seconds is None:
        return [*sentences, f"Speed beside {verdict.peer}: {verdict.why}."]
    fast = "" if verdict.fast else ", NOT three times as fast"
    return [
        *sentences,
        f"textreel reached {verdict.peer}'s best accuracy ({100 * (verdict.best or 0):.0f} %) after "
        f"{verdict.our_seconds / 60:.1f} instead of {verdict.best_seconds / 60:.1f} minutes: "
        f"{verdict.times:.1f} times as fast{fast}.",
    ]
