"""A folder of clips -> shards, in parallel; what an interrupted build has finished is kept."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from textreel.corpora.clips.check import Progress, Report, clip_findings, corpus_findings
from textreel.corpora.clips.cutting import ClipFacts, ClipFormat
from textreel.corpora.clips.findings import Finding, in_order
from textreel.corpora.clips.folder import Scan, Source
from textreel.corpora.clips.index import INDEX_NAME, VERSION, Index, Shard, write_json
from textreel.corpora.clips.processes import ordered
from textreel.corpora.clips.samples import Cut, Job, cut
from textreel.corpora.clips.shards import ShardWriter, read_samples
from textreel.documents import CORPUS_LIMITS, read_json_file
from textreel.errors import CorpusError, UsageError

SOURCES_PER_SHARD = 64
CUTTING_VERSION = 2  # raised where the same clip gives other frames: its shard is built again
RECORDS_FOLDER = "records"


@dataclass(frozen=True)
class ShardPlan:
    """The clips that go into one shard, and what of it is on the disk."""

    folder: Path
    number: int
    jobs: tuple[Job, ...]

    @property
    def path(self) -> Path:
        return self.folder / f"clips-{self.number:05d}.tar"

    @property
    def record_path(self) -> Path:
        return self.folder / RECORDS_FOLDER / f"clips-{self.number:05d}.json"

    @cached_property
    def fingerprint(self) -> str:
        """Changes with every clip's content (by length and time of change), words and wanted format."""
        parts: list[Any] = [VERSION, CUTTING_VERSION, self.number]
        for job in self.jobs:
            parts.append(
                [asdict(job.source), asdict(job.wanted), job.number, *_state(job.root / job.source.path)]
            )
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def record(self) -> dict[str, Any] | None:
        """What is known of the finished shard; None if it is not there, cut short or made of other clips."""
        try:
            record = read_json_file(self.record_path, limits=CORPUS_LIMITS)
            whole = (self.path.stat().st_size if record["bytes"] else 0) == record["bytes"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return record if whole and record["fingerprint"] == self.fingerprint else None


def build(
    found: Scan, target: Path, wanted: ClipFormat, *, workers: int = 1, progress: Progress | None = None
) -> tuple[Index, Report]:
    """Cut all clips of a folder and write them to shards with an index.

    The same clips, words and options give the same bytes. Shards that an earlier call has finished are kept where
    their clips have not changed; a shard takes its name when it is whole, and the index is written last.

    Args:
        found: the folder, looked through.
        target: where the shards go; made if it is not there.
        wanted: size, frame rate and so on.
        workers: processes that decode.
        progress: told after every clip.

    Raises:
        UsageError: the target is the folder of clips itself, or a file.
        CorpusError: no clip can be used, or the target cannot be written.
    """
    if target.resolve() == found.root or (target.exists() and not target.is_dir()):
        raise UsageError(
            f"Shards go into a folder of their own, and '{target}' is none: choose another with -o."
        )
    plans = _plan(found, target, wanted)
    try:
        (target / RECORDS_FOLDER).mkdir(parents=True, exist_ok=True)
        _write_shards(plans, workers, progress)
        _remove_others(target, plans)
        return _finish(found, target, wanted, plans)
    except OSError as error:
        raise CorpusError(
            f"'{target}' cannot be written: {error.strerror or error}. Mend that and give the same command again: "
            "it goes on where it was."
        ) from error


def _plan(found: Scan, target: Path, wanted: ClipFormat) -> list[ShardPlan]:
    jobs = [
        Job(number=number, root=found.root, source=source, wanted=wanted)
        for number, source in enumerate(found.sources)
    ]
    starts = range(0, len(jobs), SOURCES_PER_SHARD)
    return [
        ShardPlan(target, number, tuple(jobs[start : start + SOURCES_PER_SHARD]))
        for number, start in enumerate(starts)
    ]


def _write_shards(plans: Sequence[ShardPlan], workers: int, progress: Progress | None) -> None:
    missing = [plan for plan in plans if plan.record() is None]
    total = sum(len(plan.jobs) for plan in plans)
    done = total - sum(len(plan.jobs) for plan in missing)
    if missing:
        (missing[0].folder / INDEX_NAME).unlink(missing_ok=True)  # it stands for a whole build
    if progress is not None:
        progress(done, total)
    jobs = (job for plan in missing for job in plan.jobs)
    with closing(ordered(cut, jobs, workers=workers)) as cuts:
        for plan in missing:
            for _ in _write_shard(plan, cuts):
                done += 1
                if progress is not None:
                    progress(done, total)


def _write_shard(plan: ShardPlan, cuts: Iterator[Cut]) -> Iterator[None]:
    """Write the next shard of the cuts that come; yields after each clip."""
    plan.record_path.unlink(missing_ok=True)
    writer = ShardWriter(plan.path)
    facts = []
    try:
        for _, done in zip(plan.jobs, cuts, strict=False):
            for sample in done.samples:
                writer.add(sample)
            facts.append(asdict(done.facts))
            yield
        samples = writer.finish()
    except BaseException:
        writer.abandon()
        raise
    size, digest = _measure(plan.path) if samples else (0, "")
    record = {"fingerprint": plan.fingerprint, "bytes": size, "sha256": digest, "facts": facts}
    write_json(plan.record_path, record)


def _measure(shard: Path) -> tuple[int, str]:
    """Length in bytes and SHA-256."""
    with shard.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return shard.stat().st_size, digest


def _state(clip: Path) -> tuple[int, int]:
    """Length and time of change, of a folder those of all its frames; what has gone is found unreadable later."""
    try:
        states = [file.stat() for file in (sorted(clip.iterdir()) if clip.is_dir() else [clip])]
    except OSError:
        return 0, 0
    return sum(state.st_size for state in states), max((state.st_mtime_ns for state in states), default=0)


def _remove_others(target: Path, plans: Sequence[ShardPlan]) -> None:
    """What an earlier build of more clips, or one that was killed, has left."""
    ours = {plan.path for plan in plans} | {plan.record_path for plan in plans}
    patterns = ("clips-*.tar", f"{RECORDS_FOLDER}/clips-*.json", ".*.part", f"{RECORDS_FOLDER}/.*.part")
    for path in [path for pattern in patterns for path in target.glob(pattern)]:
        if path not in ours:
            path.unlink()


def _finish(
    found: Scan, target: Path, wanted: ClipFormat, plans: Sequence[ShardPlan]
) -> tuple[Index, Report]:
    shards: list[Shard] = []
    used: list[tuple[Source, ClipFacts]] = []
    findings: list[Finding] = list(found.findings)
    for plan in plans:
        record = plan.record()
        if record is None:
            raise CorpusError("A clip changed while shards were built: give the same command again.")
        samples = tuple(read_samples(plan.path)) if record["bytes"] else ()
        if samples:
            shards.append(
                Shard(file=plan.path.name, bytes=record["bytes"], sha256=record["sha256"], samples=samples)
            )
        built = {sample.source for sample in samples}
        for job, entry in zip(plan.jobs, record["facts"], strict=True):
            facts = ClipFacts(**entry)
            findings += clip_findings(job.source.path, facts, wanted)
            used += [(job.source, facts)] if job.source.path in built else []
    if not used:
        raise CorpusError(
            f"No clip of '{found.root}' can be used: `textreel corpus check` says what is wrong."
        )
    report = Report(usable=len(used), findings=tuple(in_order(findings + corpus_findings(used, wanted))))
    index = Index(
        name=found.root.name, format=wanted, shards=tuple(shards), skipped=len(found.sources) - len(used)
    )
    index.save(target)
    return index, report
