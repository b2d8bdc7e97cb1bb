"""Trainings that a studio starts: the command line's own ``textreel``, in a process of its own.

What a run says is read from its folder (statistics.jsonl, sheets/), so that it is the same after a restart.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import psutil

from textreel.documents import read_json, read_json_file
from textreel.errors import TrainingError, UsageError

COMMAND = (sys.executable, "-m", "textreel.cli")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
LOG_BYTES = 4000
STOP_SECONDS = 60.0

Phase = Literal["new", "cutting clips", "training", "stopping", "stopped", "failed", "finished"]


@dataclass(frozen=True, kw_only=True)
class RunState:
    """How a run stands.

    Attributes:
        name: the run's, and its model's.
        phase: what it does.
        step, steps: how many are done, and how many there are; 0 where that is not known yet.
        said: the last lines that its process has said.
        sheet: the latest contact sheet.
    """

    name: str
    phase: Phase
    step: int
    steps: int
    said: str
    sheet: Path | None


@dataclass
class Curves:
    """The numbers of a run, read as they are written."""

    file: Path
    _read_bytes: int = 0
    _rows: list[dict[str, Any]] = field(default_factory=list)

    def rows(self) -> list[dict[str, Any]]:
        """One object for each step so far; a line that is being written is left for the next time."""
        size = self.file.stat().st_size if self.file.is_file() else 0
        if size < self._read_bytes:  # a resumed run has begun the file anew
            self._read_bytes, self._rows = 0, []
        if size > self._read_bytes:
            with self.file.open("rb") as lines:
                lines.seek(self._read_bytes)
                whole = lines.read().rpartition(b"\n")[0]
            self._rows += (read_json(line).content for line in whole.split(b"\n") if line)
            self._read_bytes += len(whole) + 1 if whole else 0
        return self._rows


class Trainings:
    """The runs of a studio by their names; one of them works at a time."""

    def __init__(self, clips: Path, runs: Path, shards: Path, command: Sequence[str] = COMMAND) -> None:
        self._clips, self._runs, self._shards, self._command = clips, runs, shards, tuple(command)
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._active, self._phase, self._asked = "", "new", False
        self._curves: dict[str, Curves] = {}

    def folders(self) -> list[str]:
        """The folders of clips that there are to learn from."""
        return sorted(folder.name for folder in self._clips.glob("*") if folder.is_dir())

    def names(self) -> list[str]:
        """The runs, the latest first."""
        runs = [log for log in self._runs.glob("*.log") if NAME.fullmatch(log.stem)]
        return [log.stem for log in sorted(runs, key=lambda log: log.stat().st_mtime, reverse=True)]

    def folder(self, name: str) -> Path:
        """A folder of clips by its name.

        Raises:
            UsageError: there is none; a path is never followed.
        """
        if name not in self.folders():
            raise UsageError(
                f"There is no folder of clips named {name!r}: put your clips into a folder of their own in "
                f"'{self._clips}', and choose it."
            )
        return self._clips / name

    def start(self, name: str, clips: str, *, size: int = 64, steps: int | None = None) -> None:
        """Cut the clips of a folder into shards and train a model on them.

        Raises:
            UsageError: the name is taken or no name, or the clips are not there.
            TrainingError: another run works.
        """
        if NAME.fullmatch(name) is None:
            raise UsageError(f"A run's name is of letters, digits, - and _, 60 at most; got {name!r}.")
        if (self._runs / name).exists():
            raise UsageError(f"There is a run named {name!r} already: resume it, or choose another name.")
        shards = self._shards / name
        build = ["corpus", "build", str(self.folder(clips)), "-o", str(shards), "--size", str(size)]
        train = ["train", "own", "--corpus", str(shards), "--out", str(self._runs / name)]
        train += ["--steps", str(steps)] if steps else []
        self._work(name, [build, train])

    def resume(self, name: str) -> None:
        """Let a run go on from where it stopped.

        Raises:
            UsageError: there is no such run, or nothing of it to resume.
            TrainingError: another run works.
        """
        if not self._options(name):
            raise UsageError(f"There is no run named {name!r} to resume: start one.")
        recipe, shards = self._options(name)["recipe"], self._options(name)["corpus"]["folder"]
        train = ["train", recipe, "--out", str(self._runs / name), "--resume"]
        self._work(name, [train + (["--corpus", shards] if shards else [])])

    def stop(self) -> None:
        """Let the run that works finish its step, save and stop; nothing happens where none does."""
        with self._lock:
            self._asked = True
            for process in self._left_behind():
                with suppress(psutil.Error):
                    process.send_signal(signal.SIGINT)
            if self._process is not None and self._process.poll() is None:
                self._phase = "stopping"
                self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """Stop, and wait until the run has saved."""
        self.stop()
        if self._worker is not None:
            self._worker.join(STOP_SECONDS)

    def state(self, name: str) -> RunState:
        """How a run stands.

        Raises:
            UsageError: there is no such run.
        """
        if name not in self.names():
            raise UsageError(f"There is no run named {name!r}: start one.")
        rows, options = self.rows(name), self._options(name)
        step, steps = (int(rows[-1]["step"]) + 1 if rows else 0), int(options.get("steps", 0))
        sheets = sorted((self._runs / name / "sheets").glob("*.png"))
        said = (self._runs / f"{name}.log").read_bytes()[-LOG_BYTES:].decode("utf-8", "replace")
        return RunState(
            name=name,
            phase=self._phase_of(name, step, steps),
            step=step,
            steps=steps,
            said=said.strip(),
            sheet=sheets[-1] if sheets else None,
        )

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What a run has written of each step."""
        curves = self._curves.setdefault(name, Curves(self._runs / name / "statistics.jsonl"))
        return curves.rows()

    def _phase_of(self, name: str, step: int, steps: int) -> Any:
        if name == self._active:
            return self._phase
        if self._left_behind(name):
            return "training"
        return "finished" if steps and step >= steps else "stopped"

    def _left_behind(self, name: str | None = None) -> list[psutil.Process]:
        """Processes that train a run, or some run, for a studio that was killed and could not stop them."""
        own = self._process.pid if self._process is not None else None
        runs = [str(self._runs / each) for each in ([name] if name else self.names())]
        found = []
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            folder = next((folder for option, folder in pairwise(words) if option == "--out"), None)
            if process.pid != own and folder in runs:
                found.append(process)
        return found

    def _options(self, name: str) -> dict[str, Any]:
        if NAME.fullmatch(name) is None:
            return {}
        try:
            options = read_json_file(self._runs / name / "options.json")
        except UsageError:
            return {}
        return options if isinstance(options, dict) else {}

    def _work(self, name: str, commands: list[list[str]]) -> None:
        with self._lock:
            if self._worker is not None and self._worker.is_alive():
                raise TrainingError(f"The run {self._active!r} is working: stop it first, or wait for it.")
            if self._left_behind():
                raise TrainingError(
                    "A run still works that an earlier studio began and left: stop it first, or wait for it."
                )
            self._runs.mkdir(parents=True, exist_ok=True)
            self._shards.mkdir(parents=True, exist_ok=True)
            log = self._runs / f"{name}.log"
            log.write_bytes(b"")
            self._active, self._asked, self._phase = name, False, "training"
            self._worker = threading.Thread(target=self._do, args=(commands, log), daemon=True)
            self._worker.start()

    def _do(self, commands: list[list[str]], log: Path) -> None:
        """Run one command after the other, for as long as all goes well and nobody asks to stop."""
        status = 0
        for command in commands:
            with self._lock:
                if self._asked:
                    break
                self._phase = "cutting clips" if command[0] == "corpus" else "training"
                with log.open("ab") as said:
                    self._process = subprocess.Popen(
                        [*self._command, *command],
                        stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
                    )  # fmt: skip
            status = self._process.wait()
            if status:
                break
        self._phase = "stopped" if self._asked else "failed" if status else "finished"
