"""What a run tells about itself: one JSON line a step, TensorBoard, and alarms."""

import json
import math
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch.utils.tensorboard import SummaryWriter

from textreel.documents import read_json
from textreel.errors import TrainingError, UsageError


class StatisticsWriter:
    """Writes the numbers of every step to RUN/statistics.jsonl and to RUN/tensorboard."""

    def __init__(self, folder: Path, first_step: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "statistics.jsonl"
        keep_lines_before(self.path, first_step)
        self.lines = self.path.open("a", encoding="utf-8")
        self.board = SummaryWriter(str(folder / "tensorboard"), purge_step=first_step)

    def write(self, step: int, numbers: dict[str, float | str]) -> None:
        self.lines.write(json.dumps({"step": step, **numbers}) + "\n")
        self.lines.flush()
        for name, value in numbers.items():
            if isinstance(value, int | float):
                self.board.add_scalar(name, value, step)

    def close(self) -> None:
        self.lines.close()
        self.board.close()


@contextmanager
def statistics(
    folder: Path, first_step: int, *, wanted: bool
) -> Iterator[Callable[[int, dict[str, float | str]], None]]:
    """What writes a step's numbers, closed in the end; where they are not wanted they go nowhere."""
    if not wanted:
        yield lambda step, numbers: None
        return
    writer = StatisticsWriter(folder, first_step)
    try:
        yield writer.write
    finally:
        writer.close()


def read_statistics(path: Path, before: int) -> list[dict[str, Any]]:
    """The numbers of the steps before a given one; a line that was cut off is passed over."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            numbers = read_json(line).content
            if numbers["step"] < before:
                found.append(numbers)
        except (UsageError, KeyError, TypeError):
            continue
    return found


def keep_lines_before(path: Path, step: int) -> None:
    """A resumed run writes the steps after its checkpoint again: drop what the interrupted one had written of them."""
    kept = read_statistics(path, step)
    aside = path.with_suffix(".saving")
    aside.write_text("".join(json.dumps(numbers) + "\n" for numbers in kept), encoding="utf-8")
    os.replace(aside, path)


@dataclass
class Alarms:
    """Watches for what goes wrong in GAN training; `check` returns sentences, a NaN is an error."""

    patience: int = 200  # steps that something must last
    gaps: deque[float] = field(init=False)
    spreads: deque[float] = field(init=False)

    def __post_init__(self) -> None:
        self.gaps, self.spreads = deque(maxlen=self.patience), deque(maxlen=self.patience)

    def check(self, step: int, numbers: dict[str, float]) -> list[str]:
        """What goes wrong, in sentences.

        Raises:
            TrainingError: a number is not finite.
        """
        for name, value in numbers.items():
            if not math.isfinite(value):
                raise TrainingError(
                    f"{name} became {value} at step {step}: lower the learning rate or the weight of that phase, "
                    "and resume from the last checkpoint."
                )
        found = []
        if "judged/real" in numbers:
            self.gaps.append(sigmoid(numbers["judged/real"]) - sigmoid(numbers["judged/fake"]))
            if len(self.gaps) == self.gaps.maxlen and min(self.gaps) > 0.95:
                found.append("the discriminators win: lower their learning rate or raise the penalties")
                self.gaps.clear()
        if "diversity" in numbers:
            self.spreads.append(numbers["diversity"])
        if len(self.spreads) == self.spreads.maxlen and max(self.spreads) < 0.3:
            found.append(
                "diversity is lost: the generator's clips differ less than a third as much as the real ones"
            )
            self.spreads.clear()
        return found


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
