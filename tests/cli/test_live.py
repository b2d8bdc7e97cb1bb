"""``textreel live``: a script directs it, it records what it plays, and an interruption leaves a whole film."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from textreel import cli, media, pipeline
from textreel.cli._terminal import Keyboard, Picture
from textreel.cli.live import read_script
from textreel.errors import UsageError
from textreel.pipeline import Reel, Stream

PROMPT = "a lion walks across the savanna"
SCRIPT = """# what happens
0.25: make the lion white

0.5: wibble wobble
0.5: cut to a shark in the sea
"""


@pytest.fixture(autouse=True)
def script(toy: Reel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pipeline, "load", lambda name: toy)
    monkeypatch.chdir(tmp_path)
    Path("script.txt").write_text(SCRIPT, encoding="utf-8")


def test_a_script_is_played_and_recorded(toy: Reel, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--script", "script.txt", "--seconds", "0.75", "--seed", "3", "--record", "film"]
    assert cli.run(["live", PROMPT, *arguments]) == 0
    said = capsys.readouterr()
    assert said.out == "film\n"
    assert "0.2 s: make the lion white: colour: nothing -> white" in said.err
    assert "wibble wobble" in said.err and "cut to a shark in the sea" in said.err
    stream, expected = toy.stream(PROMPT, seed=3), []
    for frame in range(18):
        if frame == 6:
            stream.direct("make the lion white")
        if frame == 12:
            stream.direct("cut to a shark in the sea")
        expected.append(next(stream))
    assert np.array_equal(np.stack(list(media.read("film"))), np.stack(expected))
    followed = [[0.25, "make the lion white"], [0.5, "cut to a shark in the sea"]]
    assert media.read_metadata("film.json")["directions"] == followed


def test_a_script_ends_two_seconds_after_its_last_line() -> None:
    Path("short.txt").write_text("0.1: make it white", encoding="utf-8")
    assert cli.run(["live", PROMPT, "--script", "short.txt", "--record", "film"]) == 0
    assert media.probe("film").frames == round(2.1 * 24 + 0.49)


def test_a_recorded_film_is_no_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["live", PROMPT, "--seconds", "0.1", "--record", "film"]) == 0
    assert cli.run(["generate", "--like", "film", "-o", "again"]) == 2
    assert "directed while it ran" in capsys.readouterr().err


def test_an_interruption_leaves_a_whole_film(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    advance = Stream.__next__

    def interrupted(stream: Stream) -> np.ndarray:
        if round(stream.seconds * 24) == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return advance(stream)

    monkeypatch.setattr(Stream, "__next__", interrupted)
    assert cli.run(["live", PROMPT, "--seconds", "60", "--record", "film.mp4"]) == 0
    assert media.probe("film.mp4").frames == 6
    assert sorted(file.name for file in tmp_path.iterdir()) == ["film.mp4", "film.mp4.json", "script.txt"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([PROMPT], "no terminal to play in"),
        ([PROMPT, "--seconds", "-1"], "more than 0 seconds"),
        ([PROMPT, "--script", "none.txt"], "cannot be read"),
        ([PROMPT, "--seconds", "1", "--size", "31"], "even number of pixels"),
        ([PROMPT, "--seconds", "1", "--record", "film.avi"], "name ends in"),
        (["", "--seconds", "1"], "empty"),
    ],
)
def test_bad_input_gets_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["live", *arguments]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("line", ["now zoom out", "x: zoom out", "-1: zoom out", "1:", "nan: zoom out"])
def test_a_wrong_line_of_a_script_is_named(line: str) -> None:
    Path("wrong.txt").write_text(f"1: zoom in\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"^line 2: a direction is"):
        read_script(Path("wrong.txt"))


def test_a_script_is_sorted_by_time() -> None:
    Path("mixed.txt").write_text("2: zoom in\n1: make it white: now\n", encoding="utf-8")
    assert read_script(Path("mixed.txt")) == [(1.0, "make it white: now"), (2.0, "zoom in")]


def test_keys_become_lines() -> None:
    keyboard = Keyboard()
    assert list(keyboard.press("zoom ou")) == [] and keyboard.typed == "zoom ou"
    assert list(keyboard.press("\x1b[A")) == []
    assert list(keyboard.press("x\x7ft\rcut")) == ["zoom out"]
    assert list(keyboard.press("\x15\r")) == [] and keyboard.typed == ""
    assert list(keyboard.press("\x04")) == [] and keyboard.ended


def test_a_picture_fills_its_rows_with_half_blocks() -> None:
    frame = np.zeros((32, 32, 3), dtype=np.uint8)
    frame[16:] = 248
    console = Console(width=40, force_terminal=True, color_system="truecolor", record=True)
    with console.capture() as drawn:
        console.print(Picture(frame, 5))
    lines = drawn.get().strip("\n").split("\n")
    assert len(lines) == 5 and all(line.count("▀") == 10 for line in lines)
    assert "38;2;0;0;0" in lines[0] and "48;2;248;248;248" in lines[4]
