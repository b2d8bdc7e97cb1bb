"""Every word gets a vector or is reported; files in the usual formats give the same table."""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors

from textreel.errors import AssetError, UsageError
from textreel.language import WordVectors

SMALL = {"lion": [1.0, 0.0, 0.5], "tiger": [0.9, 0.1, 0.4], "beach": [-0.5, 1.0, 0.25]}


def write_gensim(path: Path, *, binary: bool) -> Path:
    table = KeyedVectors(3)
    table.add_vectors(list(SMALL), np.array(list(SMALL.values()), dtype=np.float32))
    table.save_word2vec_format(str(path), binary=binary)
    return path


def write_glove(path: Path) -> Path:
    path.write_text("".join(f"{word} {' '.join(map(str, row))}\n" for word, row in SMALL.items()))
    return path


def test_the_shipped_table_has_tens_of_thousands_of_words_in_a_few_megabytes(vectors: WordVectors) -> None:
    from textreel.language.vectors import DEFAULT_TABLE

    assert vectors.matrix.shape == (len(vectors), 100) and vectors.matrix.dtype == np.float32
    assert len(vectors) >= 40_000
    assert DEFAULT_TABLE.stat().st_size < 5_000_000


@pytest.mark.parametrize(
    ("word", "source", "stands_for"),
    [
        ("savanna", "exact", ("savanna",)),
        ("Lion", "exact", ("lion",)),
        ("a", "exact", ("a",)),
        ("narwhals", "lemma", ("narwhal",)),
        ("dragonboats", "subword", ("dragon", "boat")),
        ("fire-engine", "subword", ("fire", "engine")),
        ("elefant", "spelling", ("elephant",)),
        ("tigr", "spelling", ("tiger",)),
        ("dolfin", "spelling", ("dolphin",)),
        ("café", "spelling", ("cafe",)),
        ("asdfghjk", "none", ()),
        ("qwxz", "none", ()),
    ],
)
def test_a_word_falls_back_to_lemma_parts_and_spelling(
    vectors: WordVectors, word: str, source: str, stands_for: tuple[str, ...]
) -> None:
    resolution = vectors.resolve(word)
    assert (resolution.source, resolution.words) == (source, stands_for)
    vector, found = vectors.lookup(word)
    assert found == source
    expected = (
        np.mean([vectors.lookup(part)[0] for part in stands_for], axis=0) if stands_for else np.zeros(100)
    )
    np.testing.assert_allclose(vector, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("lioness", "lion"),
        ("automobile", "car"),
        ("seashore", "beach"),
        ("dusk", "sunset"),
        ("gallops", "runs"),
    ],
)
def test_synonyms_lie_near_each_other(vectors: WordVectors, word: str, known: str) -> None:
    first, second, other = (vectors.lookup(each)[0] for each in (word, known, "parliament"))
    assert cosine(first, second) > cosine(first, other) + 0.1


def test_nearest_words_come_in_order_and_without_the_word_itself(vectors: WordVectors) -> None:
    near = vectors.nearest("beach", 6)
    similarities = [similarity for _, similarity in near]
    assert len(near) == 6 and "beach" not in dict(near) and "beaches" in dict(near)
    assert similarities == sorted(similarities, reverse=True) and max(similarities) <= 1.0001
    assert vectors.nearest(vectors.lookup("beach")[0], 1)[0][0] == "beach"
    assert vectors.nearest("asdfghjk") == []


def test_stack_has_a_row_a_word(vectors: WordVectors) -> None:
    assert vectors.stack(["lion", "beach"]).shape == (2, 100)
    assert vectors.stack([]).shape == (0, 100)


def test_the_fingerprint_tells_tables_apart_and_stays(vectors: WordVectors, tmp_path: Path) -> None:
    assert vectors.fingerprint == WordVectors.load_default().fingerprint
    small = WordVectors.load(write_glove(tmp_path / "glove.txt"))
    assert small.fingerprint != vectors.fingerprint
    assert small.fingerprint == WordVectors.load(write_gensim(tmp_path / "w2v.bin", binary=True)).fingerprint


@pytest.mark.parametrize("form", ["glove text", "word2vec text", "word2vec binary"])
def test_a_file_of_any_usual_format_loads(form: str, tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    path = write_glove(path) if form == "glove text" else write_gensim(path, binary=form.endswith("binary"))
    loaded = WordVectors.load(path)
    assert loaded.words == tuple(SMALL) and loaded.dimensions == 3
    for word, row in SMALL.items():
        np.testing.assert_allclose(loaded.lookup(word)[0], row, rtol=1e-5)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just one line of prose without numbers\n",
        b"lion 1.0 0.5 0.25\ntiger 1.0\n",
        b"3 3\nlion 1 0 1\n",
        b"99999999999 300\nlion 1\n",
        b"1 2\nlion 1 0\ntiger 0 1\n",
        gzip.compress(b"lion 1 0\ntiger 0 1\n")[:-9],
        b"3 3\nlion \x00\x00",
        b"lion nan 1.0 2.0\n",
        bytes(range(256)) * 4,
    ],
)
def test_a_broken_file_is_refused_with_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(AssetError, match="broken"):
        WordVectors.load(path)


def test_a_truncated_binary_file_is_refused(tmp_path: Path) -> None:
    path = write_gensim(tmp_path / "cut.bin", binary=True)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(AssetError, match=r"cut\.bin"):
        WordVectors.load(path)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"lion 1 0\ntiger 1\n", "line 2"),
        (b"lion 1 0\ntiger 1 0\ncat 1 0 1\n", "line 3"),
        (b"2 2\nlion 1 0\ntiger 1 nan\n", "line 3"),
        (b"lion 1 0\ntiger 1e99 0\n", "line 2"),
        (b"lion 1 0\ncaf\xe9 1 0\n", "line 2"),
        (b"lion 1 0\n<<<<<<< HEAD\n", "line 2"),
        (b"2 2\nlion " + bytes(8) + b"cat " + b"\x00\x00\xc0\x7f" * 2, "word 2"),
    ],
)
def test_a_bad_line_is_named(content: bytes, place: str, tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(AssetError, match=place):
        WordVectors.load(tmp_path / "v")


def test_words_may_hold_spaces_and_come_twice_and_follow_a_mark(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_bytes(b"\xef\xbb\xbf. . . 1 0 0\nlion 0 1 0\nlion 0 0 1\n2 1 1 0\n")
    loaded = WordVectors.load(tmp_path / "v.txt")
    assert loaded.words == (". . .", "lion", "2")
    assert loaded.lookup("lion")[0].tolist() == [0, 1, 0]


def test_packed_files_load_as_they_would_unpacked(tmp_path: Path) -> None:
    plain = write_glove(tmp_path / "glove.txt")
    (tmp_path / "glove.txt.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "glove.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "glove.txt")
    prints = {
        WordVectors.load(tmp_path / name).fingerprint for name in ("glove.txt", "glove.txt.gz", "glove.zip")
    }
    assert len(prints) == 1


def test_an_archive_of_several_files_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "glove.zip", "w") as archive:
        archive.writestr("50.txt", "lion 1 0\n")
        archive.writestr("100.txt", "lion 1 0 1\n")
    with pytest.raises(AssetError, match="holds 2 files"):
        WordVectors.load(tmp_path / "glove.zip")


def test_a_missing_file_is_a_matter_of_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no vector file"):
        WordVectors.load(tmp_path / "nowhere.txt")


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))
