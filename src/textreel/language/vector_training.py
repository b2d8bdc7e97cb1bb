"""Word vectors trained on captions with gensim."""

import csv
from collections.abc import Iterator
from pathlib import Path

from textreel.documents import read_json
from textreel.errors import AssetError, UsageError
from textreel.extras import extra
from textreel.language.tokens import tokenize

with extra("vectors"):
    from gensim.models import KeyedVectors, Word2Vec

CAPTION_FIELDS = ("caption", "text", "prompt", "sentence")


def read_captions(path: Path) -> Iterator[list[str]]:
    """Yield the words of each caption: a line of text, or the caption field of a .csv, .tsv or .jsonl record.

    Raises:
        UsageError: there is no such file, or it has no caption column.
        AssetError: the file is not what its name says.
    """
    if not path.is_file():
        raise UsageError(f"There is no caption file {path}; name a .txt, .csv, .tsv or .jsonl file.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix == ".jsonl":
                yield from (
                    tokenize(caption_of(read_json(line, source=str(path), error=AssetError).content, path))
                    for line in file
                    if line.strip()
                )
            elif path.suffix in (".csv", ".tsv"):
                rows = csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
                yield from (tokenize(caption_of(row, path)) for row in rows)
            else:
                yield from map(tokenize, file)
    except (UnicodeDecodeError, csv.Error) as error:
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
