"""The films of a studio: files with their metadata in one folder, which a restart finds again."""

from __future__ import annotations

import io
import itertools
import json
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from textreel import media
from textreel.errors import MediaError, TextreelError, UsageError
from textreel.explain import write_report
from textreel.language.naming import stem_of
from textreel.media.names import claimed
from textreel.pipeline import Film
from textreel.pipeline.recipes import read_recipe
from textreel.storyboard import Storyboard

SUFFIX = ".mp4"
REPORT_SUFFIX = ".why.html"
CLOSING_SECONDS = 10.0
POSTER_SHARE = 0.4  # of a film lies before the frame that stands for it


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One film of the history.

    Attributes:
        file: where it lies.
        written_seconds: when it was written, in seconds since 1970.
        metadata: what it says of itself.
        storyboard: its shots, after all edits.
    """

    file: Path
    written_seconds: float
    metadata: Mapping[str, Any]
    storyboard: Storyboard

    @property
    def name(self) -> str:
        """The file's name, by which the studio knows the film."""
        return self.file.name

    @property
    def prompt(self) -> str:
        """What it was made from."""
        return str(self.metadata.get("prompt", ""))

    @property
    def edits(self) -> tuple[str, ...]:
        """The instructions that it was edited by."""
        return tuple(map(str, self.metadata.get("edits", ())))

    @property
    def report(self) -> Path:
        """The page beside it that explains it, where somebody has asked for one."""
        return self.file.with_name(self.name + REPORT_SUFFIX)

    @property
    def recipe(self) -> dict[str, Any]:
        """The arguments that make it again; raises what :func:`textreel.pipeline.recipes.read_recipe` raises."""
        return read_recipe(self.file)


class History:
    """A folder of films, newest first; films are known by the names of their files and by nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writing = threading.Lock()

    def listed(self, most: int | None = None) -> tuple[list[Entry], list[str]]:
        """The films, the newest first, and a sentence on each file among them that cannot be shown."""
        found: list[Entry] = []
        skipped: list[str] = []
        for file in sorted(self._files(), key=_written, reverse=True):
            if len(found) == most:
                break
            try:
                found.append(_entry(file, _written(file)))
            except (TextreelError, OSError) as error:
                skipped.append(f"{file.name}: {error}".replace(f"{self.folder}/", ""))
        return found, skipped

    def entries(self, most: int | None = None) -> list[Entry]:
        """The films, the newest first; files that cannot be shown are passed over."""
        return self.listed(most)[0]

    def entry(self, name: str) -> Entry:
        """The film of a name.

        Raises:
            UsageError: there is none; a path is never followed.
        """
        if not name:
            raise UsageError("No film is chosen: make one, or choose one of the films below.")
        file = next((file for file in self._files() if file.name == name), None)
        if file is None:
            raise UsageError(f"There is no film named {name!r} in the history: choose one that is listed.")
        return _entry(file, _written(file))

    def add(self, film: Film) -> Entry:
        """Write a film under a name of its own.

        Raises:
            MediaError: the disk is full or cannot be written; nothing is left behind.
        """
        with self._writing:
            return self._kept(film.save(self._named_after(film.prompt), overwrite=False))

    def explained(self, name: str, page: str) -> Entry:
        """Keep a page that explains a film beside it.

        Raises:
            UsageError: there is no such film any more.
            MediaError: the page cannot be written; nothing is left behind.
        """
        with self._writing:
            entry = self.entry(name)
            write_report(page, entry.report)
            return entry

    def close(self) -> None:
        """Wait until what is being written is whole; nothing is written any more."""
        self._writing.acquire(timeout=CLOSING_SECONDS)

    def receive(self, file: Path) -> Entry:
        """Take in a film that textreel made elsewhere, by copying it.

        Raises:
            UsageError, MediaError: it is not one, or cannot be copied.
        """
        if file.suffix.lower() != SUFFIX:
            raise UsageError(f"A film to open is an {SUFFIX} file that textreel made, got {file.name!r}.")
        try:
            recipe = read_recipe(file)
        except TextreelError as error:  # where a server keeps what it was sent is nobody's business
            raise MediaError(str(error).replace(str(file), file.name)) from error
        try:
            with claimed(self._named_after(recipe["prompt"])) as target:
                work = target.with_name(f".{target.name}.work")
                try:
                    shutil.copyfile(file, work)
                    work.replace(target)
                finally:
                    work.unlink(missing_ok=True)
        except OSError as error:
            raise MediaError(f"'{file.name}' could not be taken in: {error.strerror}.") from error
        return self._kept(target)

    def remove(self, name: str) -> None:
        """Delete a film, and the metadata and the explanation beside it."""
        entry = self.entry(name)
        for file in (entry.file, media.sidecar_of(entry.file), entry.report):
            file.unlink(missing_ok=True)

    def report(self, name: str) -> Path:
        """The page that explains a film.

        Raises:
            UsageError: there is no such film, or nobody has asked for its explanation yet.
        """
        report = self.entry(name).report
        if not report.is_file():
            raise UsageError(f"The film {name!r} has not been explained yet.")
        return report

    def poster(self, name: str) -> bytes:
        """One frame of a film as a JPEG."""
        file = self.entry(name).file
        return _poster(file, _written(file))

    def _files(self) -> list[Path]:
        return [file for file in self.folder.glob(f"*{SUFFIX}") if not file.name.startswith(".")]

    def _named_after(self, prompt: str) -> Path:
        return self.folder / f"{stem_of(prompt)}{SUFFIX}"

    def _kept(self, file: Path) -> Entry:
        return _entry(file, _written(file))


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # another session has deleted it meanwhile
        return 0.0


@lru_cache(maxsize=4096)
def _entry(file: Path, written_seconds: float) -> Entry:
    metadata = media.read_metadata(file)
    try:
        json.dumps(metadata, ensure_ascii=False).encode()
        board = Storyboard.from_dict(metadata["storyboard"])
    except (AttributeError, KeyError, TypeError, ValueError, UsageError) as error:
        raise UsageError(f"'{file.name}' is no film that this textreel can show ({error}).") from error
    return Entry(file=file, written_seconds=written_seconds, metadata=metadata, storyboard=board)


@lru_cache(maxsize=512)
def _poster(file: Path, written_seconds: float) -> bytes:
    shown = round(media.probe(file).frames * POSTER_SHARE)
    frame = next(itertools.islice(media.read(file), shown, None))
    picture = io.BytesIO()
    Image.fromarray(frame).save(picture, "JPEG", quality=85)
    return picture.getvalue()
