"""A folder of clips -> its clips with their captions, and what is wrong with either.

The words for a clip are looked for in tables (metadata.csv and its kin), then in the .txt of the clip's own name, then
in captions.yaml under the folder it lies in; the first that has some counts. A folder of numbered pictures that are no
strips is one clip, and they are its frames.
"""

import codecs
import itertools
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from PIL import Image, UnidentifiedImageError

from textreel.corpora.clips.findings import Finding, Severity
from textreel.corpora.clips.tables import SUFFIXES as TABLE_SUFFIXES
from textreel.corpora.clips.tables import TABLE_NAMES, Row, Table, prompt_list
from textreel.corpora.clips.texts import text_lines
from textreel.corpora.clips.wordings import Wordings, find_captions
from textreel.corpora.clips.words import caption_findings
from textreel.documents import kind_of
from textreel.errors import UsageError

VIDEO_SUFFIXES = (".mp4", ".webm", ".mov", ".m4v", ".mkv", ".avi")
ANIMATION_SUFFIXES = (".gif", ".webp")
STRIP_SUFFIXES = (".png", ".jpg", ".jpeg")
CLIP_SUFFIXES = VIDEO_SUFFIXES + ANIMATION_SUFFIXES + STRIP_SUFFIXES
SOUND_SUFFIXES = (".mp3", ".wav", ".flac", ".ogg", ".m4a", ".opus", ".aac")
LEAST_FRAMES = 2  # in a folder of them
UNREAD_TABLE = "left alone; call it metadata, or give it with --captions"
NO_CAPTION = (
    "skipped; name it in metadata.csv, put a .txt of its name beside it, or its folder in captions.yaml"
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A clip that can be built from.

    Attributes:
        path: relative to the folder, with slashes.
        captions: one way or several to say what it shows.
        label: its class for judges, if it has one.
        group: clips of one group are held out together; a clip without one is for itself.
    """

    path: str
    captions: tuple[str, ...]
    label: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What a folder holds: clips in the order of their paths, and what is wrong so far."""

    root: Path
    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]


def scan(folder: Path, captions: str | None = None) -> Scan:
    """Look through a folder without reading its clips.

    Of a folder of numbered pictures one is opened, to see whether they are frames or strips.

    Args:
        folder: its clips may lie in sub-folders.
        captions: a file of captions kept elsewhere (.yaml, .json, .csv, .tsv, .jsonl), or the name of a packaged one.

    Raises:
        UsageError: there is no such folder or file of captions.
        CorpusError: the captions by folder cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"A corpus is built from a folder of clips, and there is none at '{folder}'.")
    scanner = _Scanner(root=folder.resolve())
    scanner.walk()
    given = find_captions(captions, scanner.root)
    if given is not None and is_table(given):
        scanner.read_table(given, given.name, PurePosixPath())
    elif given is not None:
        scanner.wordings = Wordings.load(given)
    return scanner.finish()


@dataclass(kw_only=True)
class _Said:
    """What is said of a clip, and where."""

    captions: tuple[str, ...]
    file: str
    line: int | None = None
    label: str = ""
    group: str = ""


@dataclass(kw_only=True)
class _Scanner:
    root: Path
    clips: dict[str, str] = field(default_factory=dict)  # composed Unicode -> as the disk has it
    refused: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)  # path -> what it leads to, within the folder
    texts: dict[str, str] = field(default_factory=dict)  # without suffix -> path
    sounds: list[str] = field(default_factory=list)
    said: dict[str, _Said] = field(default_factory=dict)
    frames: list[str] = field(default_factory=list)  # folders of them
    wordings: Wordings | None = None
    findings: list[Finding] = field(default_factory=list)

    def walk(self) -> None:
        tables = []
        for path in _files(self.root):
            name = path.relative_to(self.root).as_posix()
            if path.is_symlink() and not self._leads_inside(path, name):
                continue
            if not path.is_file() and not path.is_dir():
                self._tell("error", name, f"{kind_of(path.stat().st_mode)} and no file", "skipped")
                self.refused.add(_composed(name))
                continue
            suffix = path.suffix.lower()
            if path.name.lower() in TABLE_NAMES:
                tables.append((path, name))
            elif suffix in TABLE_SUFFIXES:
                self._tell("note", name, "a table of this name is not read", UNREAD_TABLE)
            elif suffix == ".txt":
                self.texts[name[: -len(suffix)]] = name
            elif suffix in CLIP_SUFFIXES and not path.is_dir():
                self.clips[_composed(name)] = name
            elif suffix in SOUND_SUFFIXES:
                self.sounds.append(name)
        self._gather_frames()
        for path, name in sorted(tables, key=lambda table: table[0].name.startswith("captions")):
            prompts = prompt_list(path) if path.suffix.lower() == ".txt" else None
            if prompts is not None:
                self.texts.pop(prompts.relative_to(self.root).with_suffix("").as_posix(), None)
            self.read_table(path, name, PurePosixPath(name).parent)

    def read_table(self, path: Path, name: str, base: PurePosixPath) -> None:
        """Take the captions of a table whose file names are relative to `base`."""
        table = Table(path, name)
        self.findings += table.findings
        for row in table.rows:
            target = _composed(os.path.normpath((base / row.file_name.replace("\\", "/")).as_posix()))
            if self._is_clip(target, row, name):
                self._take_row(target, row, name)

    def _gather_frames(self) -> None:
        """Make one clip of each folder of frames."""
        folders: dict[str, list[str]] = {}
        for key, name in self.clips.items():
            path = PurePosixPath(name)
            if path.suffix.lower() in STRIP_SUFFIXES and path.parent.parts and path.stem[-1:].isdigit():
                folders.setdefault(str(path.parent), []).append(key)
        self.frames = sorted(
            folder
            for folder, keys in folders.items()
            if len(keys) >= LEAST_FRAMES and _is_frame(self.root / self.clips[keys[0]])
        )
        for folder in self.frames:
            for key in folders[folder]:
                del self.clips[key]
            self.clips[_composed(folder)] = folder
        if self.frames:
            what = f"folders of numbered pictures: {len(self.frames)}, {self.frames[0]} first"
            remedy = "each is read as the frames of one clip; --strip-fps says how many are a second"
            self._tell("note", "", what, remedy)

    def finish(self) -> Scan:
        self._read_texts()
        folders = self._captions_by_folder()
        sources = []
        for clip, path in sorted(self.clips.items()):
            nearest = self._nearest(path)
            said = self.said.get(clip) or folders.get(nearest or "")
            if said is None:
                self._tell("error", path, "the clip has no caption", NO_CAPTION)
            elif said.captions:
                sources.append(self._source(path, said, nearest))
        for name in self.sounds:
            self._tell(
                "note", name, "a sound file: it holds no pictures", "left alone; a clip keeps its own sound"
            )
        return Scan(root=self.root, sources=tuple(sources), findings=tuple(self.findings))

    def _nearest(self, path: str) -> str | None:
        """The folder whose captions a clip takes; a folder of frames may be that folder itself."""
        if self.wordings is None:
            return None
        return self.wordings.folder_of(f"{path}/frame" if path in self.frames else path)

    def _source(self, path: str, said: _Said, nearest: str | None) -> Source:
        numbered = self.wordings.group_of(path) if self.wordings else ""
        group = said.group or numbered or self.links.get(path, "")
        label = said.label or (nearest if nearest and nearest != "." else "")
        return Source(path=path, captions=said.captions, label=label, group=group)

    def _leads_inside(self, path: Path, name: str) -> bool:
        target = Path(os.path.realpath(path))  # of a link in a circle it is the link itself
        if not target.exists():
            self._tell("error", name, "a link that leads nowhere", "skipped")
        elif not target.is_relative_to(self.root):
            remedy = "refused: nothing outside the folder is read; copy the file into it"
            self._tell("error", name, "a link that leads out of the folder", remedy)
        elif target.is_dir():
            self._tell("note", name, "a link to a folder", "not followed; its clips are found where they lie")
        else:
            self.links[name] = target.relative_to(self.root).as_posix()
            return True
        self.refused.add(_composed(name))
        return False

    def _is_clip(self, target: str, row: Row, table: str) -> bool:
        if target in self.clips:
            return True
        if target in self.refused:
            return False  # told where the link was found
        name = row.file_name or "(empty)"
        if target.startswith(("..", "/")):
            what, remedy = (
                f"the file {name} lies outside the folder",
                "refused; copy the clip into the folder",
            )
        elif Path(name).suffix.lower() in SOUND_SUFFIXES:
            what, remedy = f"the file {name} is a sound file and holds no pictures", "skipped"
        elif (self.root / target).is_file():
            what = f"the file {name} is no kind of clip that is read"
            remedy = f"skipped; use {', '.join(CLIP_SUFFIXES)}"
        else:
            what, remedy = f"the file {name} is missing", "skipped; check the name, capitals included"
        self._tell("error", table, what, remedy, row.line)
        return False

    def _take_row(self, target: str, row: Row, table: str) -> None:
        earlier = self.said.get(target)
        if earlier is None:
            said = _Said(captions=row.captions, file=table, line=row.line, label=row.label, group=row.group)
            self.said[target] = self._checked(said)
        elif set(earlier.captions) != set(row.captions):
            where = f"{earlier.file}:{earlier.line}"
            what = f"a second caption for {row.file_name}, which has one at {where}"
            self._tell("warning", table, what, "the first caption is kept", row.line)
        else:
            what = f"{row.file_name} stands here a second time, with the same caption"
            self._tell("note", table, what, "used once", row.line)

    def _read_texts(self) -> None:
        stems: dict[str, list[str]] = {}
        for clip, name in self.clips.items():
            stem = name if name in self.frames else name[: -len(Path(name).suffix)]
            stems.setdefault(stem, []).append(clip)
        for stem, name in sorted(self.texts.items()):
            if stem in stems:
                self._read_text(name, stems[stem])
            else:
                self._tell("note", name, "a text with no clip of that name beside it", "left alone")

    def _read_text(self, name: str, clips: Sequence[str]) -> None:
        """Take a text for the clips of its name, of which there may be one of each kind."""
        lines, findings = text_lines(self.root / name, name)
        self.findings += findings
        captions = tuple(map(" ".join, _paragraphs(lines)))
        for clip in clips:
            earlier = self.said.get(clip)
            if earlier and captions and set(captions) != set(earlier.captions):
                what = f"a second caption for a clip that has one at {earlier.file}:{earlier.line}"
                self._tell("warning", name, what, "the first caption is kept")
        wordless = [clip for clip in clips if clip not in self.said]
        if not wordless:
            return
        if len(lines) > 1 and len(captions) == 1 and len(next(_paragraphs(lines))) > 1:
            remedy = "read as one caption; an empty line between two makes each a wording of its own"
            self._tell("note", name, f"{len(lines)} lines", remedy)
        nothing = () if findings else ("",)
        said = self._checked(_Said(captions=captions or nothing, file=name))
        self.said.update(dict.fromkeys(wordless, said))

    def _captions_by_folder(self) -> dict[str, _Said]:
        if self.wordings is None:
            return {}
        used = {self._nearest(path) for path in self.clips.values()}
        for folder in self.wordings.folders.keys() - used:
            what = f"no clip lies in the folder {folder}"
            self._tell("warning", self.wordings.name, what, "nothing is used from it; check the name")
        return {
            folder: self._checked(_Said(captions=captions, file=self.wordings.name))
            for folder, captions in self.wordings.folders.items()
            if folder in used
        }

    def _checked(self, said: _Said) -> _Said:
        """The same without the captions that cannot be used."""
        kept = []
        for caption in said.captions:
            findings = caption_findings(caption, said.file, said.line)
            self.findings += findings
            if not any(finding.severity == "error" for finding in findings):
                kept.append(" ".join(caption.split()))
        said.captions = tuple(dict.fromkeys(kept))
        return said

    def _tell(self, severity: Severity, file: str, what: str, remedy: str, line: int | None = None) -> None:
        self.findings.append(Finding(severity=severity, file=file, line=line, what=what, remedy=remedy))


def _files(root: Path) -> Iterator[Path]:
    """Every file and every link to a folder, in order; hidden ones are none of ours."""
    for place, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in sorted(files + links) if not name.startswith("."))


def is_table(path: Path) -> bool:
    """Whether a file of captions names clips, and not folders: by its kind, and JSON by its list."""
    if path.suffix.lower() != ".json":
        return path.suffix.lower() in TABLE_SUFFIXES
    with path.open("rb") as file:
        return file.read(1 << 10).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")


def _is_frame(picture: Path) -> bool:
    """Whether a picture is one frame and no strip of square ones."""
    try:
        with Image.open(picture) as opened:
            return opened.width < 2 * opened.height or opened.width % opened.height != 0
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError):
        return False


def _paragraphs(lines: Sequence[str]) -> Iterator[list[str]]:
    """Lines that stand together, without the empty ones between."""
    for filled, group in itertools.groupby(map(str.strip, lines), key=bool):
        if filled:
            yield list(group)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
