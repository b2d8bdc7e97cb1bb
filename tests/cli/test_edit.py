"""``textreel edit``: a film's file is enough to change it by words, and to take that back."""

from pathlib import Path

import numpy as np
import pytest

from textreel import cli, media, models, pipeline
from textreel.models import ModelCard
from textreel.pipeline import Reel

PROMPT = "a lion walks across the savanna"


@pytest.fixture(autouse=True)
def lion(toy: Reel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    metadata = {"generator": "layered"}
    card = ModelCard(name="toy", folder=tmp_path, weights_hash="abc", megabytes=1.0, metadata=metadata)
    monkeypatch.setattr(pipeline, "load", lambda name: toy)
    monkeypatch.setattr(models, "read_card", lambda name: card)
    monkeypatch.chdir(tmp_path)
    toy.generate(PROMPT, seed=3, seconds=0.25).save("lion")


def frames(name: str) -> np.ndarray:
    return np.stack(list(media.read(name)))


def test_an_edit_is_written_and_told(toy: Reel, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["edit", "lion", "make the lion white", "at night instead", "-o", "white"]) == 0
    said = capsys.readouterr().out
    assert "changed: colour: nothing -> white" in said and "changed: time: nothing -> at night" in said
    assert "kept: " in said and "motion: walks" in said and said.endswith("white\n")
    film = toy.generate(PROMPT, seed=3, seconds=0.25).edit("make the lion white", "at night instead")
    assert np.array_equal(frames("white"), film.frames)
    assert media.read_metadata("white")["edits"] == ["make the lion white", "at night instead"]


def test_a_film_that_was_edited_is_made_again_and_edited_on(toy: Reel) -> None:
    assert cli.run(["edit", "lion", "make the lion white", "-o", "white"]) == 0
    assert cli.run(["generate", "--like", "white", "-o", "again"]) == 0
    assert np.array_equal(frames("white"), frames("again"))
    assert cli.run(["edit", "white", "at night instead", "-o", "night"]) == 0
    film = toy.generate(PROMPT, seed=3, seconds=0.25, edits=("make the lion white", "at night instead"))
    assert np.array_equal(frames("night"), film.frames)


def test_an_edit_is_undone(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["edit", "lion", "make the lion white", "-o", "white"]) == 0
    assert cli.run(["edit", "white", "--undo", "-o", "lion-again"]) == 0
    assert "undone: make the lion white" in capsys.readouterr().out
    assert np.array_equal(frames("lion-again"), frames("lion"))


def test_before_and_after_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["edit", "lion", "make the lion white", "-o", "white", "--side-by-side"]) == 0
    both = frames("white-side-by-side")
    assert both.shape == (6, 32, 68, 3)
    assert np.array_equal(both[:, :, :32], frames("lion"))
    assert np.array_equal(both[:, :, 36:], frames("white"))


def test_without_a_name_the_film_gives_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["edit", "lion", "make the lion white"]) == 0
    assert cli.run(["edit", "lion.json", "make the lion white"]) == 0
    names = [line for line in capsys.readouterr().out.splitlines() if line.startswith("lion-")]
    assert names == ["lion-edited", "lion-edited-2"]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["lion"], 2, "says what to change"),
        (["lion", "--undo"], 2, "nothing to undo"),
        (["lion", "wibble wobble"], 2, "wibble wobble"),
        (["nothing.mp4", "make it white"], 1, "No film to read"),
        (["lion", "make it white", "-o", "nowhere/x.mp4"], 2, "does not exist"),
    ],
)
def test_bad_input_gets_one_sentence_and_leaves_nothing(
    arguments: list[str], status: int, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["edit", *arguments]) == status
    assert sentence in capsys.readouterr().err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["lion", "lion.json"]
