"""``textreel train`` as a person meets it: a run, an interruption, a resumption, and sentences."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from textreel import cli
from textreel.corpora.scenes.assets import CACHE_VARIABLE
from textreel.training import rehearsal, trainer
from textreel.training.trainer import Trainer

RUN = ["train", "scenes-tiny", "--out", "run"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def elsewhere(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(cache))
    monkeypatch.setattr(trainer, "CAPTIONS_READ", 100)
    monkeypatch.setattr(rehearsal, "TIMED_STEPS", 1)
    monkeypatch.chdir(tmp_path)


def steps() -> list[int]:
    return [json.loads(line)["step"] for line in Path("run/statistics.jsonl").read_text().splitlines()]


def interrupting(number: int) -> Callable[[Trainer], dict[str, float]]:
    """A step of training in which somebody sends a signal, if it is the second."""
    advance = Trainer.advance

    def interrupted(self: Trainer) -> dict[str, float]:
        numbers = advance(self)
        if self.step == 2:
            os.kill(os.getpid(), number)
        return numbers

    return interrupted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_and_says_how_to_go_on(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "advance", interrupting(number))
        assert cli.run([*RUN, "--steps", "3", "--set", "checkpoint_every=100"]) == 130
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == handlers
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip().splitlines()[-1] == (
        "textreel: Stopped after step 2 of 3 and saved; go on with: textreel train scenes-tiny --out run --resume"
    )
    assert steps() == [0, 1]
    for _ in range(2):  # a finished run may be resumed too
        assert cli.run([*RUN, "--resume"]) == 0
        assert capsys.readouterr().out == "run/model\n"
        assert steps() == [0, 1, 2]


def test_what_cannot_be_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old").mkdir()
    Path("old/file").write_text("")
    for arguments, status, sentence in (
        (
            ["train", "dreams", "--out", "run"],
            2,
            "no recipe named 'dreams': choose from scenes, scenes-plain,",
        ),
        (
            ["train", "scenes-tiny", "--out", "old"],
            2,
            "'old' is already there: go on with that run with --resume",
        ),
        ([*RUN, "--resume"], 2, "no run to resume in 'run'"),
        ([*RUN, "--resume", "--from", "scenes"], 2, "leave out --from"),
        ([*RUN, "--set", "speed"], 2, "--set takes KEY=VALUE"),
        ([*RUN, "--set", "speed=3"], 2, "no option 'speed'"),
        ([*RUN, "--set", "adversarial.loss=hinge"], 2, "got 'hinge'"),
        ([*RUN, "--batch", "0"], 2, "--batch"),
        ([*RUN, "--from", "nowhere"], 2, "No model 'nowhere'"),
        (["train", "judge-tiny", "--out", "run", "--from", "scenes"], 1, "judge"),
    ):
        assert cli.run(arguments) == status, arguments
        told = capsys.readouterr()
        assert sentence in told.err and told.out == ""
        assert "Traceback" not in told.err
    assert not Path("run/state").exists()


def test_a_judge_is_trained_and_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    judge = ["train", "judge-tiny", "--out", "run"]
    assert cli.run([*judge, "--steps", "4"]) == 0
    assert capsys.readouterr().out == "run/model\n"
    assert cli.run([*judge, "--resume"]) == 0
    assert cli.run([*judge, "--resume", "--steps", "5"]) == 0
    assert cli.run([*judge, "--resume", "--seed", "5"]) == 1
    assert "seed was 0 and is 5" in capsys.readouterr().err
    assert cli.run(["train", "scenes-tiny", "--out", "run", "--resume"]) == 1
    assert "does not fit this recipe" in capsys.readouterr().err


def test_the_reader_is_trained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["train", "reader", "--out", "reader", "--steps", "2", "--batch", "4"]) == 0
    assert Path(capsys.readouterr().out.strip()) == Path("reader/reader.safetensors")
    assert json.loads(Path("reader/reader.json").read_text())["options"]["steps"] == 2


@pytest.mark.parametrize(("options", "named"), [([], "--out"), (["--out", "reader", "--resume"], "--resume")])
def test_what_the_reader_does_not_know_is_refused(
    options: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["train", "reader", *options]) == 2
    assert named in capsys.readouterr().err
    assert not Path("reader").exists()
