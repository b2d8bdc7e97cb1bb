"""What is wrong with a folder of clips, as data; the command line draws it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to know about a folder.

    Attributes:
        severity: ``error``: `build` leaves something out; ``warning``: it goes on, and a person should look;
            ``note``: good to know.
        file: relative to the folder, or empty for the corpus as a whole.
        line: counted from 1, where the file is a text.
        what: what was found.
        remedy: what `build` does about it, and what a person can do.
    """

    severity: Severity
    file: str
    what: str
    remedy: str
    line: int | None = None

    @property
    def place(self) -> str:
        """``metadata.csv:3``, ``waving/0001.mp4`` or ``the corpus``."""
        if not self.file:
            return "the corpus"
        return self.file if self.line is None else f"{self.file}:{self.line}"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings, then notes; each by file and line, the corpus as a whole last."""
    return sorted(
        findings,
        key=lambda one: (
            SEVERITIES.index(one.severity),
            not one.file,
            one.file,
            one.line or 0,
            one.what,
        ),
    )


def tally(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many there are of each severity."""
    counts = Counter(one.severity for one in findings)
    return {severity: counts[severity] for severity in SEVERITIES}
