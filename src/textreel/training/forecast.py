"""What a run will do, said before its first step: its sizes, how long it takes, how much memory it needs."""

import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from textreel.documents import read_json_file
from textreel.errors import TrainingError

SPARE = 0.05  # of the free memory, which something else may want meanwhile
BUSY = 0.25  # of the cores, from which on other programs are told of
FORGOTTEN_SECONDS = 7 * 24 * 3600.0
KEPT = ("seconds", "peak_bytes", "clip_bytes", "measured_seconds", "busy_cores")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One size of a run, and why it has that size; nothing where its recipe says so."""

    name: str
    value: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """One kind of step: how many are still to be done, and the seconds that one takes."""

    name: str
    steps: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Need:
    """Bytes at the peak of a run and how many are free for it; the clips that a step may hold at most.

    `exact` is false where only a few clips were tried, because all of them would not have fitted.
    """

    bytes: int
    free_bytes: int
    batch: int
    most: int
    exact: bool = True

    @property
    def fits(self) -> bool:
        return self.bytes <= self.free_bytes * (1 - SPARE)


@dataclass(kw_only=True)
class Trial:
    """What was measured of the steps of a run; what is known is not tried again.

    Attributes:
        seconds: of one step, by kind.
        peak_bytes: of memory while steps were tried; None before that.
        clip_bytes: that each clip of a step takes.
        measured_seconds: when, in seconds since 1970.
        busy_cores: that other programs kept busy then; the figures follow it.
        say: told what is tried next.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    peak_bytes: int | None = None
    clip_bytes: float = 0.0
    measured_seconds: float = field(default_factory=time.time)
    busy_cores: float = field(default_factory=lambda: psutil.getloadavg()[0])
    say: Callable[[str], None] = lambda _: None

    def time(self, name: str, measure: Callable[[], float]) -> float:
        """Return the seconds of one step of a kind, measured unless they are known."""
        if name not in self.seconds:
            self.say(name)
            self.seconds[name] = measure()
        return self.seconds[name]

    def words(self, cores: int) -> str:
        """When it was measured, and whether the machine was busy."""
        when = time.strftime("%d %b %Y, %H:%M", time.localtime(self.measured_seconds))
        if self.busy_cores < BUSY * cores:
            return f"{when}, on idle cores: beside other programs it takes longer"
        busy = f"other programs kept {self.busy_cores:.1f} of {cores} cores busy"
        return f"{when}, while {busy}: on idle cores it is quicker; --estimate measures anew"

    def keep(self, file: Path) -> None:
        """Write it down, for the next time that the same run is begun or resumed."""
        values = {name: getattr(self, name) for name in KEPT}
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps(values), encoding="utf-8")
        aside.replace(file)

    @classmethod
    def kept(cls, file: Path) -> "Trial | None":
        """Read what was written down; nothing where that is missing, broken or a week old."""
        try:
            values = read_json_file(file)
            trial = cls(**{name: values[name] for name in KEPT})
            recent = time.time() - trial.measured_seconds < FORGOTTEN_SECONDS
        except (ValueError, KeyError, TypeError):
            return None
        return trial if recent else None


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A run before it begins.

    Attributes:
        recipe: its name.
        facts: its sizes, in the order in which to print them.
        paces: what it does, kind by kind, measured on this machine.
        need: of memory, measured likewise; smaller: how the run is made smaller, except by a lower batch.
        cores: that it may use; cuda: whether it computes on a CUDA device.
        trial: when and beside what this was measured, where that was told.
    """

    recipe: str
    facts: tuple[Fact, ...]
    paces: tuple[Pace, ...]
    need: Need
    smaller: str
    cores: int
    cuda: bool = False
    trial: "Trial | None" = None

    @property
    def seconds(self) -> float:
        """The whole run."""
        return sum(pace.steps * pace.seconds for pace in self.paces)

    def require_memory(self) -> None:
        """See that there is enough memory.

        Raises:
            TrainingError: there is not; it says what to make smaller.
        """
        need = self.need
        if need.fits:
            return
        lower = f"lower --batch ({need.batch} now; {need.most} would fit), or {self.smaller}"
        if not need.most:
            lower = f"not even one clip a step would fit, so {self.smaller}"
        raise TrainingError(
            f"This run {'needs' if need.exact else 'would need'} {memory(need.bytes)} of memory, and "
            f"{memory(need.free_bytes)} are free for it: {lower}."
        )

    def lines(self) -> list[str]:
        """A few lines for a person."""
        facts = [*self.facts, self._time(), self._memory()]
        if self.trial is not None and self.paces:
            facts.append(Fact(name="measured", value=self.trial.words(self.cores)))
        wide = max(len(fact.name) for fact in facts)
        return [
            f"  {fact.name:{wide}}  {fact.value}" + (f": {fact.why}" if fact.why else "") for fact in facts
        ]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values for JSON."""
        return {
            "recipe": self.recipe,
            "facts": [asdict(fact) for fact in self.facts],
            "seconds": round(self.seconds, 1),
            "paces": [asdict(pace) for pace in self.paces],
            "memory_bytes": self.need.bytes,
            "free_bytes": self.need.free_bytes,
            "fits": self.need.fits,
            "most_batch": self.need.most,
            "cores": self.cores,
            "cuda": self.cuda,
        }

    def _time(self) -> Fact:
        if not self.paces:
            return Fact(name="time", value="not tried, for want of memory")
        where = "a CUDA device" if self.cuda else f"{self.cores} {'core' if self.cores == 1 else 'cores'}"
        steps = ", ".join(
            f"{pace.steps:,} x {pace.name} of {brief(pace.seconds)}" for pace in self.paces if pace.steps
        )
        return Fact(name="time", value=f"about {duration(self.seconds)} on {where}", why=steps)

    def _memory(self) -> Fact:
        value = f"about {memory(self.need.bytes)} of {memory(self.need.free_bytes)} that are free"
        return Fact(name="memory", value=value)


def duration(seconds: float) -> str:
    """`50 seconds`, `35 minutes`, `2.5 hours`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} seconds"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def brief(seconds: float) -> str:
    """`0.031 s`, `1.4 s`: two digits that count."""
    digits = max(0, 1 - math.floor(math.log10(max(seconds, 1e-4))))
    return f"{seconds:.{digits}f} s"


def memory(count: int) -> str:
    """`1.3 GB`, or `240 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
