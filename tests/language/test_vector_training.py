"""Vectors trained on captions load again, and the same captions give the same file."""

import json
from pathlib import Path

import pytest

from textreel.errors import AssetError, UsageError
from textreel.language import WordVectors
from textreel.language.vector_training import read_captions, train_vectors

CAPTIONS = ["a lion runs across the savanna", "a dog runs on the beach", "a lion rests on the beach"] * 4


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "captions.txt"
    path.write_text("\n".join(CAPTIONS))
    return path


def test_trained_vectors_load_again(corpus: Path, tmp_path: Path) -> None:
    count = train_vectors(corpus, tmp_path / "out.txt", dimensions=8, epochs=2)
    vectors = WordVectors.load(tmp_path / "out.txt")
    assert len(vectors) == count == len({word for caption in CAPTIONS for word in caption.split()})
    assert vectors.dimensions == 8 and "lion" in vectors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["captions.txt", "out.txt"]


@pytest.mark.parametrize("skip_gram", [True, False])
def test_training_is_repeatable(corpus: Path, tmp_path: Path, skip_gram: bool) -> None:
    for name in ("first", "second"):
        train_vectors(corpus, tmp_path / name, dimensions=8, epochs=2, skip_gram=skip_gram)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_captions_are_read_from_text_tables_and_json_lines(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("A lion.\nA dog.\n")
    (tmp_path / "c.csv").write_text('file,caption\n1.mp4,"A lion."\n2.mp4,A dog.\n')
    (tmp_path / "c.jsonl").write_text(
        "\n".join(json.dumps({"caption": each}) for each in ("A lion.", "A dog."))
    )
    for suffix in ("txt", "csv", "jsonl"):
        assert list(read_captions(tmp_path / f"c.{suffix}")) == [["a", "lion"], ["a", "dog"]]


def test_bad_corpora_are_refused(tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("a lion")
    (tmp_path / "other.csv").write_text("name,size\nx,1\n")
    (tmp_path / "torn.jsonl").write_text('{"caption": "a li')
    (tmp_path / "deep.jsonl").write_text("[" * 200_000)
    with pytest.raises(UsageError, match="too few words"):
        train_vectors(tmp_path / "few.txt", tmp_path / "out.txt")
    with pytest.raises(UsageError, match="no caption"):
        train_vectors(tmp_path / "other.csv", tmp_path / "out.txt")
    for name in ("torn.jsonl", "deep.jsonl"):
        with pytest.raises(AssetError, match=name):
            train_vectors(tmp_path / name, tmp_path / "out.txt")
    with pytest.raises(UsageError, match="no caption file"):
        train_vectors(tmp_path / "nowhere.txt", tmp_path / "out.txt")
    with pytest.raises(UsageError, match="does not exist"):
        train_vectors(tmp_path / "few.txt", tmp_path / "no" / "out.txt")
    assert not (tmp_path / "out.txt").exists()
