"""The command line as a person meets it: films, sentences and exit statuses."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import textreel
from textreel import cli, media, models, pipeline
from textreel.cli.generate import named_after
from textreel.scene import LeftOut
from textreel.storyboard import Storyboard, plan

PROMPT = "a lion walks on the beach"
HASH = "0123456789abcdef"


def fake_film(board: Storyboard, recipe: dict[str, Any]) -> pipeline.Film:
    frames = np.random.default_rng(recipe["seed"]).integers(
        0, 255, (round(recipe["seconds"] * 24), recipe["size"], recipe["size"], 3), dtype=np.uint8
    )
    return pipeline.Film(
        frames=frames,
        fps=24.0,
        prompt=board.prompt,
        seed=recipe["seed"],
        storyboard=board,
        attention=np.ones((len(frames), 1), dtype=np.float32),
        words=("lion",),
        words_without_effect=tuple(word for word in board.prompt.split() if word == "xqzvkw"),
        left_out=tuple(
            LeftOut(reason=f"no such word: {word}") for word in board.prompt.split() if word == "xqzvkw"
        ),
        recipe=recipe,
    )


class FakeReel:
    def generate(
        self,
        prompt: str | Storyboard,
        seed: int,
        seconds: float | None,
        size: int | str | None,
        aspect: str | None,
        progress: Any,
        cancel: Any = None,
        edits: tuple[str, ...] = (),
        sound: bool = True,
    ) -> pipeline.Film:
        assert edits == () and sound
        if seed == 13:
            raise KeyboardInterrupt
        progress(1, 2)
        board = pipeline.planned(prompt, seconds)
        recipe = {"prompt": board.prompt, "seed": seed, "seconds": board.seconds, "size": size or 32}
        return fake_film(board, recipe | {"model": "scenes", "model_hash": HASH, "version": "0"})


@pytest.fixture(autouse=True)
def shipped_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    card = models.ModelCard(
        name="scenes", folder=tmp_path, weights_hash=HASH, megabytes=1.0, metadata={"generator": "layered"}
    )
    monkeypatch.setattr(pipeline, "load", lambda name: FakeReel())
    monkeypatch.setattr(models, "read_card", lambda name: card)
    monkeypatch.setattr(models, "shipped", lambda: ["scenes"])
    monkeypatch.chdir(tmp_path)


def test_generate_writes_a_film_and_prints_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["generate", PROMPT, "-o", "lion.mp4", "--seed", "7", "--seconds", "0.5"]) == 0
    assert capsys.readouterr().out == "lion.mp4\n"
    assert media.probe("lion.mp4").frames == 12
    metadata = media.read_metadata("lion.mp4")
    assert (metadata["prompt"], metadata["seed"], metadata["seconds"]) == (PROMPT, 7, 0.5)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["lion.mp4", "lion.mp4.json"]


def test_like_makes_the_same_frames_again() -> None:
    assert (
        cli.run(["generate", PROMPT, "-o", "first", "--seed", "5", "--seconds", "0.25", "--size", "48"]) == 0
    )
    assert cli.run(["generate", "--like", "first", "-o", "second"]) == 0
    assert cli.run(["generate", "--like", "first.json", "-o", "third"]) == 0
    films = [np.stack(list(media.read(name))) for name in ("first", "second", "third")]
    assert films[0].shape == (6, 48, 48, 3)
    assert np.array_equal(films[0], films[1])
    assert np.array_equal(films[0], films[2])


def test_a_storyboard_that_was_edited_is_filmed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = plan(PROMPT, 1.0).to_yaml()
    (tmp_path / "film.yaml").write_text(text.replace("seconds: 1.0", "seconds: 0.5"))
    assert cli.run(["generate", "--storyboard", "film.yaml", "-o", "film.mp4"]) == 0
    assert media.probe("film.mp4").frames == 12
    (tmp_path / "film.yaml").write_text(text.replace("text:", "txet:"))
    assert cli.run(["generate", "--storyboard", "film.yaml", "-o", "wrong.mp4"]) == 2
    assert "line" in capsys.readouterr().err and not (tmp_path / "wrong.mp4").exists()
    assert cli.run(["generate", PROMPT, "--storyboard", "film.yaml"]) == 2
    assert cli.run(["generate", "--storyboard", "none.yaml"]) == 2


def test_like_refuses_another_state_of_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    media.write(
        np.zeros((1, 32, 32, 3), np.uint8),
        "old.mp4",
        fps=24,
        metadata={
            "prompt": PROMPT,
            "seed": 1,
            "seconds": 1.0,
            "size": 32,
            "model": "scenes",
            "model_hash": "other",
        },
    )
    assert cli.run(["generate", "--like", "old.mp4", "-o", "new.mp4"]) == 1
    assert "another state of the model" in capsys.readouterr().err
    assert not Path("new.mp4").exists()


def test_words_without_effect_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["generate", "a lion xqzvkw", "-o", "lion.gif", "--seconds", "0.2"]) == 0
    assert "Not shown: no such word: xqzvkw.\n" in capsys.readouterr().err


def test_without_a_name_the_prompt_gives_one(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert cli.run(["generate", PROMPT, "--seconds", "0.2"]) == 0
    assert capsys.readouterr().out == "a-lion-walks-on-the-beach.mp4\na-lion-walks-on-the-beach-2.mp4\n"
    assert named_after("???") == Path("film.mp4")


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["generate"], 2, "needs a prompt"),
        (["generate", "", "-o", "x.mp4"], 2, "prompt is empty"),
        (["generate", "?!...", "-o", "x.mp4"], 2, "holds no words"),
        (["generate", "獅子が歩く", "-o", "x.mp4"], 2, "not in Latin script"),
        (["generate", "lion " * 10_000, "-o", "x.mp4"], 2, "shorten it"),
        (["generate", PROMPT, "-o", "x.avi"], 2, "name ends in .mp4"),
        (["generate", PROMPT, "-o", "nowhere/x.mp4"], 2, "does not exist"),
        (["generate", PROMPT, "-o", "x.mp4", "--size", "33"], 2, "pixels from 32 to 720, got 33"),
        (["generate", PROMPT, "-o", "-"], 2, "not to the standard output"),
        (["generate", PROMPT, "-o", "/proc/x.mp4"], 1, "could not be written"),
        (["generate", PROMPT, "-o", "x.mp4", "--seed", "seven"], 2, "--seed"),
        (["generate", "--like", "nothing.mp4"], 1, "No film to read"),
        (["generate", PROMPT, "-o", "x.mp4", "--seed", "13"], 130, "Stopped"),
        (["generate", PROMPT, "--colour", "x"], 2, "No such option"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_bad_input_gets_one_sentence_and_leaves_nothing(
    arguments: list[str], status: int, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip().startswith("textreel: ")
    assert sentence in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_version_and_help_and_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert textreel.__version__ in capsys.readouterr().out
    assert cli.run(["generate", "--help"]) == 0
    assert "textreel generate" in capsys.readouterr().out
    assert cli.run(["models"]) == 0
    assert "scenes" in capsys.readouterr().out


def test_doctor_tells_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(models, "shipped", list)
    assert cli.run(["doctor"]) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in ("processor", "memory", "libx264", "float32", "GFLOP/s", "missing"))


def test_starting_the_command_line_brings_in_nothing_heavy() -> None:
    code = "import sys, textreel.cli as c; c.build_app(); print({'torch', 'spacy', 'av', 'gensim'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "set()\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_one_sentence(number: signal.Signals) -> None:
    code = (
        "import sys, time, typer, textreel.cli as c\n"
        "app = typer.Typer()\n"
        "app.callback()(lambda: None)\n"
        "app.command('wait')(lambda: (print('ready', flush=True), time.sleep(20)))\n"
        "c.build_app = lambda: app\n"
        "sys.argv = ['textreel', 'wait']; c.main()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        _, told = process.communicate(timeout=10)
    assert process.returncode == 130
    assert told.strip() == "textreel: Stopped; nothing half-written was left behind."


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no disk that is always full")
def test_output_that_cannot_be_written_is_told_in_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "textreel.cli", "models"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "textreel: The output could not be written: No space left on device.\n"


def test_letters_that_a_terminal_lacks_are_spelled(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "textreel.cli", "storyboard", "a “red” lion walks for two seconds"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "\\u201c" in done.stdout and "Traceback" not in done.stderr


def test_half_a_character_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.run(["generate", "a l\udcf6we"]) == 2
    assert "half a character" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_storyboard_is_a_file_and_its_mistakes_name_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "film.yaml").write_text("shots:\n  - text: a lion\n    seconds: 1:30\n", encoding="utf-8")
    said = {}
    for name in ("pipe.yaml", "film.yaml", "none.yaml"):
        assert (
            cli.run(["generate", "--storyboard", str(tmp_path / name), "-o", str(tmp_path / "film.mp4")]) == 2
        )
        said[name] = capsys.readouterr().err
    assert "is a pipe" in said["pipe.yaml"] and "No such file" in said["none.yaml"]
    assert "film.yaml, line 3: seconds must be a number; got '1:30'." in said["film.yaml"]
