"""Latency: how long one waits for a film, for its first frame, and for the command from a cold start."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textreel.errors import EvaluationError
from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Result, median_figure
from textreel.evaluation.metric import Metric

PROMPT = "A majestic lion stalks its prey across the golden savanna at sunset"
REPEATS = 5
COMMAND = "from textreel.cli import main; main()"
COMMAND_LIMIT_SECONDS = 300


def measure(bench: Bench) -> Result:
    """Wall-clock times; each was done once before it counts, but for the cold command."""
    repeats = max(1, min(REPEATS, bench.films))
    model, seed = bench.model, bench.seed
    figures = []
    work: dict[str, Callable[[], object]] = {
        "film of 2 s": lambda: model.generate(PROMPT, seed=seed),
        "first frame": lambda: next(model.stream(PROMPT, seed=seed)),
    }
    for name, run in work.items():
        run()
        figures.append(median_figure(name, timed(run, repeats, bench, name), "s"))
    cold = timed(lambda: cold_command(model.card.folder), min(3, repeats), bench, "cold command")
    figures.append(median_figure("cold command to closed file", cold, "s"))
    return Result(
        metric="latency",
        figures=tuple(figures),
        method=f"medians with least and greatest; prompt {PROMPT!r}, seed {seed}.",
    )


def timed(run: Callable[[], object], repeats: int, bench: Bench, what: str) -> list[float]:
    """The seconds that each of several runs takes."""
    seconds = []
    for index in range(repeats):
        bench.progress(what, index, repeats)
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    bench.progress(what, repeats, repeats)
    return seconds


def cold_command(model_folder: Path) -> None:
    """`textreel generate` in a process of its own, from its start until the file is closed."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "film.mp4"
        arguments = ["generate", PROMPT, "--model", str(model_folder), "-o", str(output)]
        result = subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments],
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_SECONDS,
            check=False,
        )
        if result.returncode != 0 or not output.is_file():
            said = (result.stderr.strip().splitlines() or ["nothing"])[-1]
            raise EvaluationError(f"The command that was to be timed failed; it said: {said}")


METRIC = Metric(
    name="latency",
    summary="seconds for a film, for the first frame, and for the command from a cold start",
    measure=measure,
)
