"""Training runs in processes of their own, told by what they write."""

import json
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from textreel.errors import TrainingError, UsageError
from textreel.studio.trainings import Curves, Trainings

PATIENCE_SECONDS = 120.0
TRAINER = """
    import json, pathlib, signal, sys, time
    kind, *given = sys.argv[1:]
    option = lambda name: given[given.index(name) + 1] if name in given else None
    if kind == "corpus":
        pathlib.Path(option("-o")).mkdir()
        print("2 clips", flush=True)
        sys.exit(0)
    run = pathlib.Path(option("--out"))
    run.mkdir(exist_ok=True)
    options = {"recipe": given[0], "steps": 3, "corpus": {"folder": option("--corpus")}}
    (run / "options.json").write_text(json.dumps(options))
    stopped = []
    signal.signal(signal.SIGINT, lambda *_: stopped.append(1))
    file = run / "statistics.jsonl"
    done = len(file.read_text().splitlines()) if file.exists() else 0
    with file.open("a") as lines:
        while done < 3:
            print(json.dumps({"step": done, "loss": 1.0}), file=lines, flush=True)
            done += 1
            if "--resume" not in given:
                while not stopped:
                    time.sleep(0.01)
                print("Stopped and saved", flush=True)
                sys.exit(1)
"""


@pytest.fixture
def trainings(tmp_path: Path) -> Trainings:
    script = tmp_path / "trainer.py"
    script.write_text(textwrap.dedent(TRAINER))
    (tmp_path / "clips" / "birds").mkdir(parents=True)
    folders = (tmp_path / name for name in ("clips", "runs", "shards"))
    return Trainings(*folders, command=(sys.executable, str(script)))


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_run_begins_stops_and_goes_on(trainings: Trainings) -> None:
    assert trainings.folders() == ["birds"]
    trainings.start("flight", "birds", steps=3)
    wait_until(lambda: trainings.state("flight").step == 1)
    assert trainings.state("flight").phase == "training"
    with pytest.raises(TrainingError, match="'flight' is working"):
        trainings.start("other", "birds")
    trainings.stop()
    wait_until(lambda: trainings.state("flight").phase == "stopped")
    assert "Stopped and saved" in trainings.state("flight").said
    trainings.resume("flight")
    wait_until(lambda: trainings.state("flight").phase == "finished")
    assert (trainings.state("flight").step, trainings.state("flight").steps) == (3, 3)


def test_a_run_that_a_killed_studio_left_is_told_and_stopped(trainings: Trainings, tmp_path: Path) -> None:
    trainings.start("flight", "birds")
    wait_until(lambda: trainings.state("flight").step == 1)
    again = Trainings(*(tmp_path / name for name in ("clips", "runs", "shards")))
    assert again.state("flight").phase == "training"
    for begin in (lambda: again.resume("flight"), lambda: again.start("other", "birds")):
        with pytest.raises(TrainingError, match="still works"):
            begin()
    again.stop()
    wait_until(lambda: again.state("flight").phase == "stopped")
    trainings.close()


def test_a_restart_finds_the_runs_again(trainings: Trainings, tmp_path: Path) -> None:
    trainings.start("flight", "birds")
    wait_until(lambda: trainings.state("flight").step == 1)
    trainings.close()
    again = Trainings(*(tmp_path / name for name in ("clips", "runs", "shards")))
    assert again.names() == ["flight"]
    assert (again.state("flight").phase, again.state("flight").step) == ("stopped", 1)


def test_what_goes_wrong_is_told(trainings: Trainings, tmp_path: Path) -> None:
    failing = [*(tmp_path / name for name in ("clips", "runs", "shards"))]
    command = (sys.executable, "-c", "import sys; print('textreel: no clips'); sys.exit(2)")
    broken = Trainings(*failing, command=command)
    broken.start("flight", "birds")
    wait_until(lambda: broken.state("flight").phase == "failed")
    assert broken.state("flight").said == "textreel: no clips"
    broken.start("flight", "birds")  # nothing was begun, so the name is free


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", "x" * 61, "a b"])
def test_a_name_is_never_a_path(trainings: Trainings, name: str) -> None:
    with pytest.raises(UsageError, match="A run's name"):
        trainings.start(name, "birds")
    with pytest.raises(UsageError, match="no run named"):
        trainings.state(name)
    with pytest.raises(UsageError, match="no run named"):
        trainings.resume(name)
    with pytest.raises(UsageError, match="no folder of clips"):
        trainings.start("flight", f"../{name}")


def test_curves_are_read_as_they_grow(tmp_path: Path) -> None:
    file = tmp_path / "statistics.jsonl"
    curves = Curves(file)
    assert curves.rows() == []
    file.write_text('{"step": 0}\n{"step": 1}\n{"st')
    assert [row["step"] for row in curves.rows()] == [0, 1]
    with file.open("a") as lines:
        lines.write('ep": 2}\n')
    assert [row["step"] for row in curves.rows()] == [0, 1, 2]
    file.write_text(json.dumps({"step": 0}) + "\n")
    assert [row["step"] for row in curves.rows()] == [0]
