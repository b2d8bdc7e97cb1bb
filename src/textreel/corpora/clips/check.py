"""Reads every clip of a folder to its end and says what `build` will do about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textreel.corpora.clips.cutting import (
    MINIMUM_FRAMES,
    WINDOW_FRAMES,
    ClipFacts,
    ClipFormat,
    ClipReader,
    has_no_time,
)
from textreel.corpora.clips.findings import Finding, Severity, in_order
from textreel.corpora.clips.folder import Scan, Source
from textreel.corpora.clips.processes import ordered

FEW_CLIPS = 100
LARGE_SIDE = 2160
MOST_CUTS = 4  # are named
ENDS_EARLY_SHARE, ENDS_EARLY_SECONDS = 0.95, 0.5

Progress = Callable[[int, int], None]
"""Called with how many clips are done, and how many there are."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What `check` found: how many clips can be built from, and everything to know about them."""

    usable: int
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def check(found: Scan, wanted: ClipFormat, *, workers: int = 1, progress: Progress | None = None) -> Report:
    """Read all clips of a folder; nothing is written."""
    jobs = [(found.root / source.path, source.path, wanted) for source in found.sources]
    findings = list(found.findings)
    used: list[tuple[Source, ClipFacts]] = []
    results = ordered(_examine, jobs, workers=workers)
    for done, (source, (facts, theirs)) in enumerate(zip(found.sources, results, strict=True), start=1):
        findings += theirs
        if facts.frames >= MINIMUM_FRAMES:
            used.append((source, facts))
        if progress is not None:
            progress(done, len(jobs))
    findings += corpus_findings(used, wanted)
    return Report(usable=len(used), findings=tuple(in_order(findings)))


def clip_findings(path: str, facts: ClipFacts, wanted: ClipFormat) -> list[Finding]:
    """What is wrong with one clip that was read to its end."""

    def tell(severity: Severity, what: str, remedy: str) -> Finding:
        return Finding(severity=severity, file=path, what=what, remedy=remedy)

    if not facts.pictures:
        return [tell("error", f"the clip cannot be read: {facts.fault}", "skipped")]
    if facts.pictures == 1:
        return [tell("error", "the clip has one picture only, and nothing moves", "skipped")]
    found = []
    if facts.fault:
        what = f"the clip breaks after {facts.seconds:.1f} s: {facts.fault}"
        found.append(tell("warning", what, "what comes before is used"))
    elif _ends_early(facts):
        what = (
            f"the clip ends after {facts.seconds:.1f} s, and its header says {facts.promised_seconds:.1f} s"
        )
        found.append(tell("warning", what, "what is there is used; copy it again if it was cut short"))
    if facts.frames < MINIMUM_FRAMES:
        what = f"{facts.seconds:.1f} s give {facts.frames} frames at {wanted.fps} a second"
        return [*found, tell("error", what, f"skipped: {MINIMUM_FRAMES} are needed")]
    if facts.frames < WINDOW_FRAMES:
        what = f"{facts.frames} frames at {wanted.fps} a second, and training looks at {WINDOW_FRAMES}"
        found.append(tell("warning", what, "used; its last frame stands until the end"))
    found += [tell("note", *treatment.split(": ", 1)) for treatment in facts.treatments]
    return (
        found
        + _cut_findings(facts, tell)
        + _size_findings(facts, wanted, tell)
        + _sound_findings(facts, tell)
    )


def corpus_findings(used: Sequence[tuple[Source, ClipFacts]], wanted: ClipFormat) -> list[Finding]:
    """What is to be known of the corpus as a whole."""

    def tell(severity: Severity, what: str, remedy: str) -> Finding:
        return Finding(severity=severity, file="", what=what, remedy=remedy)

    if not used:
        return [tell("error", "no clip can be used", "nothing is built; mend what is listed above")]
    found = []
    if len(used) < FEW_CLIPS:
        what = f"only {len(used)} {'clip' if len(used) == 1 else 'clips'}"
        remedy = "built; a model will repeat these rather than make new ones: some hundred are a beginning"
        found.append(tell("warning", what, remedy))
    if len({source.captions for source, _ in used}) == 1:
        remedy = "built; a model can learn what such clips look like, but not to follow words"
        found.append(tell("warning", "all clips say the same", remedy))
    if len({source.group or source.path for source, _ in used}) == 1:
        remedy = "built; nothing can be held out, so nothing can be measured on clips that were not learned"
        found.append(tell("warning", "all clips come from one source", remedy))
    slow = [
        source.path
        for source, facts in used
        if not has_no_time(source.path) and _rate(facts) < wanted.fps * 0.9
    ]
    if slow:
        what = f"{len(slow)} clips, {slow[0]} first, have fewer than {wanted.fps} pictures a second"
        found.append(tell("note", what, "pictures are repeated; a lower --fps moves more smoothly"))
    return found + _small_findings(used, wanted, tell)


def _small_findings(
    used: Sequence[tuple[Source, ClipFacts]],
    wanted: ClipFormat,
    tell: Callable[[Severity, str, str], Finding],
) -> list[Finding]:
    small = [source.path for source, facts in used if min(facts.width, facts.height) < wanted.size]
    if not small:
        return []
    what = f"{len(small)} clips, {small[0]} first, are smaller than {wanted.size} pixels"
    return [tell("warning", what, "scaled up, which makes them soft; consider a smaller --size")]


def _size_findings(
    facts: ClipFacts, wanted: ClipFormat, tell: Callable[[Severity, str, str], Finding]
) -> list[Finding]:
    if min(facts.width, facts.height) < LARGE_SIDE:
        return []
    remedy = f"scaled down to {wanted.size}x{wanted.size}; smaller files would be built from sooner"
    return [tell("note", f"{facts.width}x{facts.height} pixels", remedy)]


def _cut_findings(facts: ClipFacts, tell: Callable[[Severity, str, str], Finding]) -> list[Finding]:
    if not facts.cuts:
        return []
    moments = ", ".join(f"{moment:.1f} s" for moment in facts.cuts[:MOST_CUTS])
    what = f"{len(facts.cuts)} {'cut' if len(facts.cuts) == 1 else 'cuts'} inside the clip, at {moments}"
    remedy = "used; its caption should hold for every scene: cut it there into clips of their own"
    return [tell("warning", what, remedy)]


def _sound_findings(facts: ClipFacts, tell: Callable[[Severity, str, str], Finding]) -> list[Finding]:
    if not facts.sound_fault:
        return []
    return [tell("warning", f"its sound breaks: {facts.sound_fault}", "silent from there on")]


def _ends_early(facts: ClipFacts) -> bool:
    least = facts.promised_seconds * ENDS_EARLY_SHARE - ENDS_EARLY_SECONDS
    return facts.seconds < least


def _rate(facts: ClipFacts) -> float:
    return facts.pictures / facts.seconds if facts.seconds > 0 else 0.0


def _examine(job: tuple[Path, str, ClipFormat]) -> tuple[ClipFacts, list[Finding]]:
    """Worker: read one clip to its end, its sound too."""
    path, name, wanted = job
    reader = ClipReader(path, wanted)
    reader.watch()
    facts = reader.facts
    return facts, clip_findings(name, facts, wanted)
