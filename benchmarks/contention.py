"""How long films take beside other films and beside busy cores, each film in a process of its own.

    python benchmarks/contention.py [MODEL] [--rounds 5] [--films 3] [--at-once 1 2 4]

Every round measures, in turn: one film after another in one process, and 1, 2 and 4 processes at once that each make
`--films` films; then all of it again beside a process for each core that never rests. Models are loaded and warm
before the clock starts. What is told are medians over the rounds of times within one round, so that a machine that is
shared tells little less than an idle one.

The claims: N at once take at most 1.3 times as long as N one after another; beside busy cores each of these takes
at most 2.5 times as long as without.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

PROMPT = "a lion walks on the beach in the rain"
WORKER = """
import sys, textreel
reel, films = textreel.load(sys.argv[1]), int(sys.argv[2])
reel.generate(sys.argv[3], seconds=0.5)
for _ in sys.stdin:
    for seed in range(films):
        reel.generate(sys.argv[3], seed=seed)
    print(flush=True)
"""


class Worker:
    """A process that makes films when it is asked to."""

    def __init__(self, model: str, films: int) -> None:
        command = [sys.executable, "-c", WORKER, model, str(films), PROMPT]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self) -> None:
        assert self.process.stdout is not None
        if not self.process.stdout.readline():
            raise SystemExit("A process that makes films has ended: see its error above.")


def seconds(workers: list[Worker]) -> float:
    """Until all of them have made their films, at once."""
    began = time.perf_counter()
    for worker in workers:
        worker.begin()
    for worker in workers:
        worker.end()
    return time.perf_counter() - began


@contextmanager
def busy(cores: int) -> Iterator[None]:
    """Beside processes that never rest."""
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(cores)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="scenes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--films", type=int, default=3, help="that each process makes")
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 2, 4])
    options = parser.parse_args()
    workers = [Worker(options.model, options.films) for _ in range(max(options.at_once))]
    cores = os.cpu_count() or 1
    rounds: list[dict[tuple[int, bool], float]] = []
    try:
        seconds(workers)  # all are loaded
        for _ in range(options.rounds):
            times: dict[tuple[int, bool], float] = {}
            for count in options.at_once:
                times[count, False] = seconds(workers[:count])
                with busy(cores):
                    times[count, True] = seconds(workers[:count])
            times.setdefault((1, False), seconds(workers[:1]))
            rounds.append(times)
    finally:
        for worker in workers:
            worker.process.kill()
            worker.process.wait()
    print(f"{cores} cores, {options.films} films of 2 s a process, medians of {options.rounds} rounds\n")
    print("| processes at once | seconds a film | of one after another | beside busy cores | of without |")
    print("|---|---|---|---|---|")
    for count in options.at_once:
        alone = statistics.median(each[count, False] for each in rounds)
        ratio = statistics.median(each[count, False] / (count * each[1, False]) for each in rounds)
        beside = statistics.median(each[count, True] for each in rounds)
        slower = statistics.median(each[count, True] / each[count, False] for each in rounds)
        films = count * options.films
        print(f"| {count} | {alone / films:.2f} | {ratio:.2f} | {beside / films:.2f} | {slower:.2f} |")


if __name__ == "__main__":
    main()
