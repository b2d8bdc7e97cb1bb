"""What films of the model `world` take at 256x256: a film of 2 s with sound, the first frame, a stream.

    python benchmarks/world.py [--runs 5]

Goals on two idle cores: 1.0 s, 80 ms, 48 frames a second. Medians, with the processor time beside the wall's: on a
shared machine compare that.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import psutil

import textreel

PROMPTS = (
    "a dog runs on the beach",
    "a red car beside a dog in a kitchen at night",
    "two cats chase a mouse",
)
STREAMED = 96


def median(work: Callable[[int], object], runs: int) -> str:
    """Median wall and processor time of some calls, after one that does not count."""
    work(runs)
    walls, spent = [], []
    for run in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        work(run)
        walls.append(time.perf_counter() - wall)
        spent.append(time.process_time() - processor)
    return f"{statistics.median(walls):.3f} s (processor {statistics.median(spent):.3f} s)"


def main() -> None:
    """Measure, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    reel = textreel.load("world")
    print(f"load of the machine before: {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores")
    for prompt in PROMPTS:
        film = median(lambda run: reel.generate(prompt, seed=run, seconds=2.0), runs)  # noqa: B023
        first = median(lambda run: next(reel.stream(prompt, seed=run)), runs)  # noqa: B023
        stream = reel.stream(prompt)
        streamed = median(lambda _: [next(stream) for _ in range(STREAMED)], max(1, runs // 2))  # noqa: B023
        print(
            f"{prompt}\n  film of 2 s: {film}\n  first frame: {first}\n  {STREAMED} frames streamed: {streamed}"
        )


if __name__ == "__main__":
    main()
