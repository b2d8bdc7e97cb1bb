"""How soon a direction is seen: from the call of `stream.direct` to the first changed frame, beside its parts.

    python benchmarks/steering.py [MODEL] [--runs 9] [--size 128]

The claim it stands for: the first changed frame within 100 ms in the median, on two idle cores. Words that were said
once are said again in every run; the first round, in which tables are read, does not count. On a machine that is
shared, count processor time (--processor-time, with OMP_NUM_THREADS=1): what one undisturbed core would take.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable

import torch

import textreel
from textreel.storyboard import direct

PROMPT = "a lion walks across the savanna"
DIRECTIONS = (
    "now zoom in",
    "make the lion white",
    "it starts to rain",
    "at night instead",
    "cut to a shark in the sea",
    "dissolve to a dog in the meadow",
    "it turns into a cat",
)
FRAMES_BETWEEN = 12


def measure(
    model: str, size: int | None, runs: int, clock: Callable[[], float]
) -> dict[str, list[tuple[float, float, float]]]:
    """For every direction and run the seconds to understand it, to follow it, and to the first frame after it."""
    reel, times = textreel.load(model), defaultdict(list)
    for run in range(runs + 1):
        stream = reel.stream(PROMPT, seed=run, size=size)
        for words in DIRECTIONS:
            for _ in range(FRAMES_BETWEEN):
                next(stream)
            began = clock()
            direct(stream.shot, words)
            understood = clock()
            stream.direct(words)
            followed = clock()
            next(stream)
            seen = clock()
            if run:
                times[words].append((understood - began, followed - understood, seen - understood))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="scenes")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--size", type=int)
    parser.add_argument("--processor-time", action="store_true", help="count processor time, not wall time")
    options = parser.parse_args()
    clock = time.process_time if options.processor_time else time.perf_counter
    times = measure(options.model, options.size, options.runs, clock)
    print(f"{torch.get_num_threads()} threads, medians of {options.runs}, milliseconds")
    print(f"{'':34}{'words alone':>12}{'followed':>12}{'first frame':>12}{'slowest':>12}")
    for words, rows in times.items():
        medians = [1000 * statistics.median(column) for column in zip(*rows, strict=True)]
        slowest = 1000 * max(row[2] for row in rows)
        print(f"{words:34}" + "".join(f"{value:12.1f}" for value in (*medians, slowest)))
    every = [1000 * row[2] for rows in times.values() for row in rows]
    print(f"{'all':34}{'':24}{statistics.median(every):12.1f}{max(every):12.1f}")


if __name__ == "__main__":
    main()
