"""Memory: what a process that makes films holds, and whether a long stream makes it grow."""

import json
import subprocess
import sys
from pathlib import Path

from textreel.errors import EvaluationError
from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Figure, Result
from textreel.evaluation.latency import PROMPT
from textreel.evaluation.metric import Metric

SHORT_STREAM, LONG_STREAM = 500, 20_000
LIMIT_SECONDS = 3600
PROBE = """
import itertools, json, sys
import psutil, textreel

folder, prompt, seed, *stops = sys.argv[1:]
process, held, done = psutil.Process(), {}, 0

def note(name):
    held[name] = process.memory_info().rss / 2**20

reel = textreel.load(folder)
note("model loaded")
film = reel.generate(prompt, seed=int(seed))
note("after a film of 2 s")
frames = reel.stream(prompt, seed=int(seed))
for stop in map(int, stops):
    for _ in itertools.islice(frames, stop - done):
        pass
    done = stop
    note(f"after {stop} streamed frames")
print(json.dumps(held))
"""


def measure(bench: Bench) -> Result:
    """Resident memory of a process that does nothing else; the long stream takes a minute or more."""
    long = max(2 * SHORT_STREAM, min(LONG_STREAM, 200 * bench.films))
    bench.progress("a stream in a process of its own", 0, 1)
    held = probe(bench.model.card.folder, bench.seed, (SHORT_STREAM, long))
    bench.progress("a stream in a process of its own", 1, 1)
    return Result(
        metric="memory",
        figures=tuple(Figure(name=name, value=value, unit="MiB", n=1) for name, value in held.items()),
        method=f"resident set of a fresh process that only makes films; prompt {PROMPT!r}, seed {bench.seed}.",
    )


def probe(folder: Path, seed: int, stops: tuple[int, ...]) -> dict[str, float]:
    """MiB held at each stage, by name."""
    command = [sys.executable, "-c", PROBE, str(folder), PROMPT, str(seed), *map(str, stops)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    if result.returncode != 0:
        said = (result.stderr.strip().splitlines() or ["nothing"])[-1]
        raise EvaluationError(f"The process whose memory was to be measured failed; it said: {said}")
    held: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return held


METRIC = Metric(
    name="memory",
    summary="resident memory of a process that makes films, and after a long stream",
    measure=measure,
)
