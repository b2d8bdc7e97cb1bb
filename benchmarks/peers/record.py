"""What is known of a contender so far, as JSON in its folder."""

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from peers.contender import Contender, Size
from textreel.errors import TrainingError
from textreel.evaluation import Figure
from textreel.training.state import write_text

FILE = "record.json"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How a contender did after so many seconds of training; no accuracy where none can be measured."""

    seconds: float
    steps: int
    accuracy: Figure | None


@dataclass(frozen=True, kw_only=True)
class Final:
    """All figures at the end.

    Attributes:
        seconds: of training.
        films: of how many films each figure was made.
        figures: by metric.
        methods: how each metric was measured.
        missing: why a metric was not measured, by its name.
        milliseconds: for a film, the median with the least and the greatest.
    """

    seconds: float
    films: int
    figures: dict[str, tuple[Figure, ...]]
    methods: dict[str, str]
    missing: dict[str, str]
    milliseconds: tuple[float, float, float]


@dataclass
class Record:
    """See the module's text; the fields are those of a contender, `clips_per_second` the median of its steps."""

    name: str
    seconds: float = 0.0
    steps: int = 0
    finished: bool = False
    frames_seen: int = 0
    clips_per_second: float | None = None
    size: Size | None = None
    history: list[Checkpoint] = field(default_factory=list)
    final: Final | None = None

    def note(self, contender: Contender) -> None:
        """Take over what the contender says of itself."""
        self.seconds, self.steps, self.finished = contender.seconds, contender.steps, contender.finished
        self.frames_seen, self.size = contender.frames_seen, contender.size
        self.clips_per_second = contender.pace.median or self.clips_per_second

    def to_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON: what is not a number is null."""
        plain: dict[str, Any] = without_nan(asdict(self))
        return plain

    def save(self, folder: Path) -> None:
        write_text(folder / FILE, json.dumps(self.to_dict(), indent=2, allow_nan=False) + "\n")

    @classmethod
    def load(cls, folder: Path, name: str) -> "Record":
        """The record in a folder; an empty one where there is none.

        Raises:
            TrainingError: it is broken.
        """
        try:
            return from_dict(json.loads((folder / FILE).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return cls(name)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"'{folder / FILE}' is broken ({error}): delete '{folder}' to train {name} again."
            ) from error


def from_dict(values: dict[str, Any]) -> Record:
    """The record that :meth:`Record.to_dict` gave."""
    record = Record(**values)
    record.size = Size(**values["size"]) if values["size"] else None
    record.history = [
        Checkpoint(**entry | {"accuracy": figure(entry["accuracy"])}) for entry in values["history"]
    ]
    if final := values["final"]:
        figures = {
            metric: tuple(Figure(**with_nan(one)) for one in some)
            for metric, some in final["figures"].items()
        }
        record.final = Final(**final | {"figures": figures, "milliseconds": tuple(final["milliseconds"])})
    return record


def figure(values: dict[str, Any] | None) -> Figure | None:
    return Figure(**with_nan(values)) if values else None


def with_nan(values: dict[str, Any]) -> dict[str, Any]:
    """A figure's values; one that could not be measured is not a number."""
    return values | {"value": math.nan if values["value"] is None else values["value"]}


def without_nan(value: Any) -> Any:
    """Plain data with None for what is not a number."""
    if isinstance(value, dict):
        return {key: without_nan(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
