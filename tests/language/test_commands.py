"""The commands over language: ``textreel analyze`` and ``textreel vectors train``."""

import json
from pathlib import Path

import pytest

from textreel.cli import run


def test_analyze_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", "a lion runs on the beach", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [token["text"] for token in document["tokens"]] == ["a", "lion", "runs", "on", "the", "beach"]
    assert {"text": "beach", "kind": "location"}.items() <= document["entities"][1].items()


def test_analyze_draws_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", "an elefant walks"]) == 0
    table = capsys.readouterr().out
    assert "elefant" in table and "animal" in table and "spelling" in table


def test_a_bad_prompt_is_one_sentence_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", "?!"]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1


def test_trained_vectors_serve_the_analysis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, output = tmp_path / "captions.txt", tmp_path / "vectors.txt"
    corpus.write_text("a lion runs on the beach\na dog runs\n" * 3)
    assert (
        run(["vectors", "train", str(corpus), "-o", str(output), "--dimensions", "8", "--epochs", "1"]) == 0
    )
    capsys.readouterr()
    assert run(["analyze", "a lion swims", "--vectors", str(output), "--json"]) == 0
    tokens = {token["text"]: token for token in json.loads(capsys.readouterr().out)["tokens"]}
    assert not tokens["lion"]["out_of_vocabulary"]
    assert tokens["swims"]["vector_source"] == "none"


def test_broken_vectors_are_status_1_and_missing_ones_status_2(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"\x00\x01\x02")
    assert run(["analyze", "a lion", "--vectors", str(tmp_path / "broken")]) == 1
    assert run(["analyze", "a lion", "--vectors", str(tmp_path / "nowhere")]) == 2
