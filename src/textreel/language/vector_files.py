"""Word vector files: GloVe text, word2vec text and word2vec binary, as they are or packed with gzip or zip.

The format is recognised by the first line: a word2vec file starts with two numbers (words, dimensions), a
GloVe file starts with its first word.
"""

import codecs
import gzip
import io
import itertools
import math
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from textreel.errors import AssetError, UsageError

LARGEST_DIMENSIONS = 4_096
LARGEST_WORD_BYTES = 1 << 10
LARGEST_LINE_BYTES = 1 << 18
GZIP_MARK, ZIP_MARK = b"\x1f\x8b", b"PK\x03\x04"
CONTROL_BYTES = bytes(range(9))

Row = tuple[str, NDArray[np.float32]]


def read_vectors(path: Path) -> tuple[list[str], NDArray[np.float32]]:
    """Return the words of a vector file and their vectors, float32 [words, dimensions].

    Words may hold spaces, as those of GloVe 840B do. Of a word that comes twice, the first vector counts.

    Raises:
        UsageError: there is no such file.
        AssetError: it is in none of the formats, or damaged; the line is named.
    """
    if not path.is_file():
        raise UsageError(
            f"There is no vector file {path}; name a GloVe text, word2vec text or word2vec binary file."
        )
    vectors: dict[str, NDArray[np.float32]] = {}
    try:
        with unpacked(path) as file:
            for word, vector in rows_of(file):
                vectors.setdefault(word, vector)
    except (ValueError, EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
        raise AssetError(
            f"{path} cannot be read as word vectors: {error}. It must be a whole GloVe text, "
            "word2vec text or word2vec binary file, which may be packed as .gz or .zip."
        ) from error
    return list(vectors), np.stack(list(vectors.values()))


@contextmanager
def unpacked(path: Path) -> Iterator[io.BufferedReader]:
    """Open a file; one that is packed with gzip, or alone in a zip archive, is unpacked as it is read."""
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        mark = file.peek(len(ZIP_MARK))
        if mark.startswith(GZIP_MARK):
            yield stack.enter_context(io.BufferedReader(gzip.GzipFile(fileobj=file)))  # type: ignore[arg-type]
        elif mark.startswith(ZIP_MARK):
            archive = stack.enter_context(zipfile.ZipFile(file))
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise ValueError(f"the archive holds {len(members)} files; unpack it and name one of them")
            if members[0].flag_bits & 1:
                raise ValueError("the archive is encrypted; unpack it first")
            yield stack.enter_context(io.BufferedReader(archive.open(members[0])))  # type: ignore[arg-type]
        else:
            yield file


def rows_of(file: io.BufferedReader) -> Iterator[Row]:
    """Yield every word with its vector, in the format that the beginning shows."""
    first = file.readline(LARGEST_LINE_BYTES).removeprefix(codecs.BOM_UTF8)
    fields = first.split()
    if len(fields) != 2 or not all(field.isdigit() for field in fields):
        yield from text_rows(itertools.chain([first], lines_of(file)), dimensions_of(fields), 1)
        return
    words, dimensions = map(int, fields)
    if not (words and 0 < dimensions <= LARGEST_DIMENSIONS):
        raise ValueError(f"its header promises {words:,} words of {dimensions:,} numbers")
    text = is_text(file.peek(1 << 12)[: 1 << 12], dimensions)
    rows = text_rows(lines_of(file), dimensions, 2) if text else binary_rows(file, words, dimensions)
    found = 0
    for row in rows:
        found += 1
        yield row
    if found != words:
        raise ValueError(f"its first line promises {words:,} words, and {found:,} are there")


def lines_of(file: io.BufferedReader) -> Iterator[bytes]:
    """Yield lines, none of them longer than a line of vectors can be."""
    return iter(lambda: file.readline(LARGEST_LINE_BYTES), b"")


def dimensions_of(fields: list[bytes]) -> int:
    """Count the numbers at the end of a GloVe file's first line; at least one field before them is the word."""
    numbers = sum(1 for _ in itertools.takewhile(is_number, reversed(fields[1:])))
    if numbers < 2:
        raise ValueError("line 1 is neither a word with its numbers nor two counts")
    return numbers


def is_number(field: bytes) -> bool:
    """Tell whether a field reads as a number."""
    try:
        float(field)
    except ValueError:
        return False
    return True


def text_rows(lines: Iterable[bytes], dimensions: int, first: int) -> Iterator[Row]:
    """Yield the rows of text lines, the first of which has the number `first`."""
    for number, line in enumerate(lines, start=first):
        fields = line.rsplit(None, dimensions)
        if not fields:
            continue
        word, _, surplus = fields[0].rpartition(b" ")
        if len(fields) <= dimensions or (word and is_number(surplus)):
            count = len(line.split()) - 1
            raise ValueError(f"line {number:,} has {count:,} numbers instead of {dimensions:,}")
        try:
            vector = list(map(float, fields[1:]))
            yield decoded(fields[0].strip()), finite(np.array(vector, dtype=np.float64))
        except ValueError as error:
            raise ValueError(f"line {number:,}: {error}") from error


def binary_rows(file: io.BufferedReader, words: int, dimensions: int) -> Iterator[Row]:
    """Yield the rows of a word2vec binary file after its header: word, space, little-endian float32."""
    for number in range(1, words + 1):
        letters = iter(lambda: file.read(1).replace(b" ", b""), b"")
        word = b"".join(itertools.islice(letters, LARGEST_WORD_BYTES))
        content = file.read(4 * dimensions)
        if len(word) == LARGEST_WORD_BYTES or len(content) < 4 * dimensions:
            raise ValueError(f"it is cut short or damaged at word {number:,} of {words:,}")
        try:
            yield decoded(word.lstrip(b"\n")), finite(np.frombuffer(content, dtype="<f4"))
        except ValueError as error:
            raise ValueError(f"word {number:,}: {error}") from error


def decoded(word: bytes) -> str:
    """Decode a word.

    Raises:
        ValueError: it is not UTF-8.
    """
    try:
        return word.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"the word {word[:40]!r} is not UTF-8") from error


def finite(vector: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return a vector in single precision.

    Raises:
        ValueError: one of its numbers is none, or infinite.
    """
    if not math.isfinite(vector.sum()) or np.abs(vector).max() > np.finfo(np.float32).max:
        raise ValueError("a number is not finite")
    return vector.astype(np.float32)


def is_text(body: bytes, dimensions: int) -> bool:
    """Tell whether the bytes after a word2vec header are lines of words and numbers."""
    numbers = body.split(b"\n", 1)[0].split()[1:][:dimensions]
    return body.translate(None, CONTROL_BYTES) == body or (
        bool(numbers) and all(map(is_number, numbers[:-1] or numbers))
    )
