"""Bytes -> lines of text; what cannot be decoded is told, line by line."""

import codecs
from pathlib import Path

from textreel.corpora.clips.findings import Finding

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_lines(path: Path, name: str) -> tuple[list[str], list[Finding]]:
    """The lines of a text file, their ends kept, and what is wrong with them.

    A line that is not UTF-8 becomes empty, so that the others keep their numbers; UTF-16 is known by its mark.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        return [], [Finding(severity="error", file=name, what=what, remedy="nothing is read from it")]
    if content.startswith(UTF16_MARKS):
        note = Finding(
            severity="note", file=name, what="the text is UTF-16, not UTF-8", remedy="read as UTF-16"
        )
        return content.decode("utf-16", errors="replace").splitlines(keepends=True), [note]
    lines, findings = [], []
    for number, line in enumerate(content.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            lines.append("\n")
            findings.append(_not_utf8(name, number, line[error.start], error.start + 1))
    return lines, findings


def _not_utf8(name: str, line: int, byte: int, column: int) -> Finding:
    return Finding(
        severity="error",
        file=name,
        line=line,
        what=f"the line is not UTF-8: byte 0x{byte:02x} at column {column}",
        remedy="the line is skipped; save the file as UTF-8",
    )
