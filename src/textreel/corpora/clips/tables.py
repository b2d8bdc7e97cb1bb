"""metadata.csv and its kin: a caption a line, with the file name it belongs to.

They follow the convention of the Hugging Face hub: the column ``file_name`` is a path relative to the table's own
folder, ``text`` is the caption; other usual names of both are taken as well. Two columns more are known and optional:
``label``, a class for judges, and ``group``: clips of one group, such as those of one person, are held out together.
In JSON, ``text`` may be a list: several ways to say one thing. videos.txt beside prompts.txt is the same in two files,
line by line.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textreel.corpora.clips.findings import Finding, Severity
from textreel.corpora.clips.texts import text_lines
from textreel.documents import Limits, read_bytes, read_json
from textreel.errors import UsageError

SUFFIXES = (".csv", ".tsv", ".jsonl")
TABLE_NAMES = (
    "metadata.json",
    *(stem + suffix for stem in ("metadata", "captions") for suffix in SUFFIXES),
    "videos.txt",
)
FILE_COLUMNS = ("file_name", "file", "filename", "file_path", "path", "video", "video_path", "clip")
TEXT_COLUMNS = ("text", "caption", "prompt", "sentence")
PROMPT_LISTS = ("prompts.txt", "prompt.txt", "captions.txt")
JSON_LIMITS = Limits(bytes=500_000_000, depth=8, items=10_000_000)
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table: which file, what is said of it, and where that stands."""

    file_name: str
    captions: tuple[str, ...]
    line: int
    label: str = ""
    group: str = ""


class Table:
    """A table being read: its usable rows, and what is wrong with the others."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.rows: list[Row] = []
        self.findings: list[Finding] = []
        suffix = path.suffix.lower()
        if suffix == ".json":
            self._read_json(path)
            return
        lines, self.findings = text_lines(path, name)
        if suffix == ".txt":
            self._read_lists(lines, path)
        elif suffix == ".jsonl":
            self._read_json_lines(lines)
        else:
            self._read_csv(lines)

    def _read_json(self, path: Path) -> None:
        """A list of objects, or an object of captions by file name."""
        try:
            content = read_json(read_bytes(path, limits=JSON_LIMITS), limits=JSON_LIMITS).content
        except UsageError as error:
            self._tell("error", None, str(error).rstrip("."), "nothing is read from it")
            return
        if isinstance(content, dict):
            content = [{"file_name": name, "text": text} for name, text in content.items()]
        for number, entry in enumerate(content if isinstance(content, list) else [content], start=1):
            self._take_entry(entry, number)

    def _read_lists(self, names: Sequence[str], path: Path) -> None:
        """File names, and captions in the same lines of the file beside it."""
        beside = prompt_list(path)
        if beside is None:
            self._tell("note", None, "a list with no prompts.txt beside it", "left alone")
            return
        texts, findings = text_lines(beside, beside.name)
        self.findings += findings
        if len(texts) != len(names):
            what = f"{len(names)} lines, and {beside.name} beside it has {len(texts)}"
            self._tell(
                "error",
                None,
                what,
                "nothing is read from them; give each file a line in both",
            )
            return
        for number, (name, text) in enumerate(zip(names, texts, strict=True), start=1):
            if name.strip() or text.strip():
                self.rows.append(Row(file_name=name.strip(), captions=(text.strip(),), line=number))

    def _read_json_lines(self, lines: Sequence[str]) -> None:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                entry = read_json(line).content
            except UsageError as error:
                self._tell("error", number, str(error), "the line is skipped")
                continue
            self._take_entry(entry, number)

    def _take_entry(self, entry: Any, number: int) -> None:
        if not isinstance(entry, dict):
            self._tell("error", number, "not a JSON object in braces", "the line is skipped")
            return
        name, text = (
            next((entry[column] for column in columns if column in entry), None)
            for columns in (FILE_COLUMNS, TEXT_COLUMNS)
        )
        texts: list[Any] = text if isinstance(text, list) else [text]
        if not isinstance(name, str) or not all(isinstance(one, str) for one in texts):
            what = 'needs "file_name" and "text", both texts in quotes'
            self._tell("error", number, what, "the line is skipped")
            return
        self.rows.append(
            Row(
                file_name=name,
                captions=tuple(texts),
                line=number,
                label=str(entry.get("label") or ""),
                group=str(entry.get("group") or ""),
            )
        )

    def _read_csv(self, lines: Sequence[str]) -> None:
        first = next((number for number, line in enumerate(lines) if line.strip()), None)
        if first is None:
            self._tell("error", None, "the file is empty", "nothing is read from it")
            return
        delimiter = next((mark for mark in DELIMITERS if mark in lines[first]), ",")
        header = [name.strip().lower() for name in next(csv.reader([lines[first]], delimiter=delimiter))]
        name = next((name for name in FILE_COLUMNS if name in header), None)
        text = next((name for name in TEXT_COLUMNS if name in header), None)
        if name is None or text is None:
            what = f"the first line is {lines[first].strip()[:60]!r} and must name the columns"
            remedy = "nothing is read from it; write file_name,text as its first line"
            self._tell("error", first + 1, what, remedy)
            return
        if delimiter != ("\t" if self.name.lower().endswith(".tsv") else ","):
            self._tell("note", first + 1, f"columns are divided by {delimiter!r}", "read so")
        for number, fields in self._fields(lines, first + 1, delimiter):
            self._take_fields(fields, header, name, text, delimiter, number)

    def _fields(self, lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Line number and fields of each row; after a broken quote the reading begins anew on the next line."""
        while start < len(lines):
            rows = csv.reader(lines[start:], delimiter=delimiter, strict=True)
            taken = 0
            try:
                for fields in rows:
                    if any(map(str.strip, fields)):
                        yield start + taken + 1, fields
                    taken = rows.line_num
                return
            except csv.Error as error:
                what = f"a quotation mark is opened or closed at the wrong place ({error})"
                remedy = 'the line is skipped; a quotation mark inside a caption is written twice: ""'
                self._tell("error", start + taken + 1, what, remedy)
                start += taken + 1

    def _take_fields(
        self, fields: list[str], header: Sequence[str], name: str, text: str, delimiter: str, number: int
    ) -> None:
        surplus = len(fields) - len(header)
        if surplus > 0 and header[-1] == text:
            fields = [*fields[: len(header) - 1], delimiter.join(fields[len(header) - 1 :])]
            what = f"{surplus} {delimiter!r} more than columns: the caption holds one that is not in quotes"
            remedy = f'read as the one caption "{fields[-1].strip()}"; put it in quotation marks'
            self._tell("warning", number, what, remedy)
        elif surplus:
            what = f"{len(fields)} of the {len(header)} columns that the first line names"
            self._tell("error", number, what, "the line is skipped; put captions in quotation marks")
            return
        row = dict(zip(header, map(str.strip, fields), strict=True))
        self.rows.append(
            Row(
                file_name=row[name],
                captions=(row[text],),
                line=number,
                label=row.get("label", ""),
                group=row.get("group", ""),
            )
        )

    def _tell(self, severity: Severity, line: int | None, what: str, remedy: str) -> None:
        self.findings.append(Finding(severity=severity, file=self.name, line=line, what=what, remedy=remedy))


def prompt_list(videos: Path) -> Path | None:
    """The captions that belong to a list of videos, line by line: prompts.txt or its like beside it."""
    return next((path for name in PROMPT_LISTS if (path := videos.with_name(name)).is_file()), None)
