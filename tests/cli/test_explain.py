"""``textreel explain``: a page or a document from a prompt."""

import json
from pathlib import Path

import pytest

from textreel import cli, pipeline
from textreel.pipeline import Reel


@pytest.fixture(autouse=True)
def here(toy: Reel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pipeline, "load", lambda name: toy)
    monkeypatch.chdir(tmp_path)


def test_a_report_is_named_after_its_prompt(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a-lion-walks.html", "a-lion-walks-2.html"):
        assert cli.run(["explain", "a lion walks", "--seconds", "0.2", "--quick"]) == 0
        said = capsys.readouterr()
        assert said.out == f"{name}\n" and "What each word caused" in said.err
        assert Path(name).read_text().startswith("<!doctype html>")


def test_a_document_is_written() -> None:
    arguments = ["explain", "a lion walks", "--seconds", "0.2", "--quick", "--json", "-o", "lion.json"]
    assert cli.run(arguments) == 0
    document = json.loads(Path("lion.json").read_text())
    assert document["prompt"] == "a lion walks"
    assert [word["text"] for word in document["shots"][0]["words"]] == ["a", "lion", "walks"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a lion", "-o", "nowhere/report.html"], "a folder that is there"),
        (["a lion", "-o", "."], "a folder that is there"),
        ([""], "empty"),
    ],
)
def test_bad_input_gets_one_sentence_and_leaves_nothing(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["explain", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
