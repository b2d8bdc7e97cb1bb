"""Word vector files: GloVe text, word2vec text and word2vec binary, read and trained with gensim.

The format is recognised by the first line: a word2vec file starts with two numbers (words, dimensions), a
GloVe file starts with its first word.
"""

import csv
import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textreel.errors import AssetError, UsageError
from textreel.extras import extra
from textreel.language.tokens import tokenize

with extra("vectors"):
    from gensim.models import KeyedVectors, Word2Vec

CAPTION_FIELDS = ("caption", "text", "prompt", "sentence")
LARGEST_DIMENSIONS = 4_096


def read_vectors(path: Path) -> tuple[list[str], NDArray[np.float32]]:
    """Return the words of a vector file and their vectors, float32 [words, dimensions].

    Raises:
        UsageError: there is no such file.
        AssetError: it is in none of the formats, or damaged.
    """
    if not path.is_file():
        raise UsageError(
            f"There is no vector file {path}; name a GloVe text, word2vec text or word2vec binary file."
        )
    with warnings.catch_warnings():
        # gensim leaves a GloVe file for the garbage collector to close.
        warnings.simplefilter("ignore", ResourceWarning)
        vectors, reason = try_gensim(path)
    if vectors is None:
        raise AssetError(
            f"{path} cannot be read as word vectors ({reason}); it must be a whole GloVe text, "
            "word2vec text or word2vec binary file."
        )
    if not len(vectors) or not np.isfinite(vectors.vectors).all():
        raise AssetError(
            f"{path} holds no vectors, or numbers that are not finite; make or fetch the file again."
        )
    return vectors.index_to_key, vectors.vectors


def try_gensim(path: Path) -> tuple[KeyedVectors | None, str]:
    """Return the vectors of a file, or None and the reason why it cannot be read."""
    try:
        return load_with_gensim(path), ""
    except (ValueError, EOFError, OSError, KeyError, IndexError, TypeError, MemoryError) as error:
        return None, str(error)


def load_with_gensim(path: Path) -> KeyedVectors:
    """Read a vector file in the format that its beginning shows."""
    with path.open("rb") as file:
        header = file.readline(1 << 16)
        body = file.read(1 << 12)
    fields = header.split()
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        # A file that promises more words than it has bytes would have gensim allocate what it promises.
        if not (0 < int(fields[1]) <= LARGEST_DIMENSIONS and 0 < int(fields[0]) <= path.stat().st_size):
            raise ValueError(f"its header promises {int(fields[0]):,} words of {int(fields[1]):,} numbers")
        text = is_text(body, int(fields[1]))
        if text:
            check_last_line(path, int(fields[1]) + 1)
        return KeyedVectors.load_word2vec_format(str(path), binary=not text)
    if len(fields) < 3:
        raise ValueError("its first line is neither a word with its numbers nor two counts")
    list(map(float, fields[-2:]))
    check_last_line(path, len(fields))
    return KeyedVectors.load_word2vec_format(str(path), binary=False, no_header=True)


def check_last_line(path: Path, fields: int) -> None:
    """Refuse a text file that was cut short: gensim would fill up a row with its only number."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 16)))
        last = file.read().rstrip().rsplit(b"\n", 1)[-1]
    if len(last.split()) != fields:
        raise ValueError(f"its last line has {len(last.split())} fields instead of {fields}")


def is_text(body: bytes, dimensions: int) -> bool:
    """Tell whether the bytes after a word2vec header are a text line of a word and its numbers."""
    try:
        numbers = body.decode().split("\n", 1)[0].split()[1:][:dimensions]
        return bool([float(number) for number in numbers[:-1] or numbers])
    except ValueError:
        return False


def read_captions(path: Path) -> Iterator[list[str]]:
    """Yield the words of each caption: a line of text, or the caption field of a .csv, .tsv or .jsonl record.

    Raises:
        UsageError: there is no such file, or it has no caption column.
        AssetError: the file is not what its name says.
    """
    if not path.is_file():
        raise UsageError(f"There is no caption file {path}; name a .txt, .csv, .tsv or .jsonl file.")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            if path.suffix == ".jsonl":
                yield from (tokenize(caption_of(json.loads(line), path)) for line in file if line.strip())
            elif path.suffix in (".csv", ".tsv"):
                rows = csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
                yield from (tokenize(caption_of(row, path)) for row in rows)
            else:
                yield from map(tokenize, file)
    except (UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise AssetError(
            f"{path} is not a readable caption file ({error}); mend it or name another."
        ) from error


def caption_of(row: object, path: Path) -> str:
    """Return the caption of one record of a table."""
    if isinstance(row, str):
        return row
    if isinstance(row, dict):
        for field in CAPTION_FIELDS:
            if isinstance(row.get(field), str):
                return row[field]
    raise UsageError(
        f"A record of {path} has no caption; it needs one of the fields {', '.join(CAPTION_FIELDS)}."
    )


def train_vectors(
    corpus: Path,
    output: Path,
    *,
    skip_gram: bool = True,
    dimensions: int = 100,
    epochs: int = 20,
    least_count: int = 2,
    seed: int = 0,
) -> int:
    """Train word2vec (skip-gram or CBOW, Mikolov et al. 2013) on captions; return the number of words.

    Writes word2vec text format, whole or not at all. One worker, so that the same captions give the same
    vectors.

    Raises:
        UsageError: the corpus is missing or holds too few words, or the output cannot be written.
        AssetError: the corpus is not what its name says.
    """
    if not output.parent.is_dir():
        raise UsageError(
            f"The folder {output.parent} of the output does not exist; make it, or choose another."
        )
    captions = [words for words in read_captions(corpus) if words]
    model = Word2Vec(
        vector_size=dimensions,
        min_count=least_count,
        sg=int(skip_gram),
        workers=1,
        seed=seed,
        hashfxn=stable_hash,
    )
    model.build_vocab(captions)
    if len(model.wv) < 2:
        raise UsageError(
            f"{corpus} holds too few words that occur {least_count} times; give it more captions."
        )
    model.train(captions, total_examples=len(captions), epochs=epochs)
    save_word2vec_text(model.wv, output)
    return len(model.wv)


def save_word2vec_text(vectors: KeyedVectors, output: Path) -> None:
    """Write vectors to a file beside ``output`` and rename it."""
    unfinished = output.with_name(output.name + ".unfinished")
    try:
        vectors.save_word2vec_format(str(unfinished), binary=False)
        unfinished.replace(output)
    except OSError as error:
        raise UsageError(
            f"{output} cannot be written ({error.strerror}); choose another file with -o."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def stable_hash(word: str) -> int:
    """Hash a word the same way in every process, unlike the built-in hash."""
    return int.from_bytes(word.encode(), "big") % (1 << 31)
