"""textreel beside published systems: trained on the same clips for the same time on the same cores, and measured alike.

    python benchmarks/peers.py --corpus digits --minutes 30 --out runs/peers
    python benchmarks/peers.py --corpus SHARDS --minutes 30 --out runs/peers-shapes --films 256 --only mocogan

One after the other; what was interrupted goes on with the same command, at the last look (every three minutes). One
table and OUT/results.json; the films of every look in OUT/NAME/films. See docs/peers.md.
"""

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

import torch
from peers.comparison import NAMES, Comparison, Options
from peers.table import show
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from textreel.errors import TextreelError, UsageError

CORES = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison that the arguments ask for; the exit status is that of textreel's own commands."""
    given = parser().parse_args(arguments)
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    torch.set_num_threads(given.threads)
    try:
        options = Options(
            corpus=given.corpus,
            out=given.out,
            minutes=given.minutes,
            every_minutes=given.every,
            only=tuple(given.only or NAMES),
            films=given.films,
            films_along=given.films_along,
            seed=given.seed,
            recipe=given.recipe,
            changes=dict(setting(one) for one in given.set),
            width=given.width,
        )
        run(options)
    except TextreelError as error:
        print(f"peers: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("peers: stopped; the same command goes on from the last look.", file=sys.stderr)
        return 130
    return 0


def run(options: Options) -> None:
    """Compare behind a progress bar on the standard error, and print the table."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[told]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        training = bar.add_task("", total=60 * options.minutes, told="")
        measuring = bar.add_task("", total=None, told="", visible=False)

        def watch(name: str, seconds: float, told: str) -> None:
            bar.update(training, description=name, completed=seconds, told=told)
            bar.update(measuring, visible=False)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(measuring, description=what, completed=done, total=total, visible=True)

        outcome = Comparison(options, watch=watch, progress=progress).run()
    show(outcome, Console())


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--corpus", required=True, metavar="digits|SHARDS", help="the clips for everybody")
    made.add_argument("--out", required=True, type=Path, help="folder for runs, records and results.json")
    made.add_argument("--minutes", type=float, default=Options.minutes, help="of training, for each")
    made.add_argument("--every", type=float, default=Options.every_minutes, help="minutes between two looks")
    made.add_argument("--only", action="append", choices=NAMES, help="may be given several times")
    made.add_argument("--films", type=int, default=Options.films, help="of each figure at the end")
    made.add_argument("--films-along", type=int, default=Options.films_along, help="of each look")
    made.add_argument("--seed", type=int, default=Options.seed, help="of weights, noise and clips")
    made.add_argument("--threads", type=int, default=CORES, help="cores for everybody")
    made.add_argument("--width", type=int, default=Options.width, help="the peers' width; 64 is DCGAN's")
    made.add_argument("--recipe", help="of textreel, where a corpus has several, such as digits-alone")
    made.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="an option of that recipe"
    )
    return made


def setting(text: str) -> tuple[str, Any]:
    """KEY=VALUE; a value is JSON, or else text.

    Raises:
        UsageError: there is no equals sign.
    """
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--set takes KEY=VALUE, such as --set steps=800, got {text!r}.")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


if __name__ == "__main__":
    sys.exit(main())
