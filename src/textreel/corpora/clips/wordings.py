"""captions.yaml: what each sub-folder of a corpus shows, in one way or several.

::

    waving: a person waves
    jumping: [a person jumps, somebody is jumping]

or, where clips belong together and their file names are numbers, with the second key::

    folders:
      waving: a person waves
    files_per_group: 8          # files 0 to 7 show one person, 8 to 15 the next: held out together

The same in JSON is captions.json. A key is the path of a folder; the clips below it that have no caption of their
own take its captions, and its name as their label. Files for two sets for measuring are packaged: ``actions`` and
``shapes``.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from textreel.documents import read_bytes, read_yaml, shortened
from textreel.errors import CorpusError, UsageError

FILE_NAMES = ("captions.yaml", "captions.yml", "captions.json")
PACKAGED_FOLDER = Path(__file__).parent / "captions"
FOLDERS_KEY, GROUP_KEY = "folders", "files_per_group"


@dataclass(frozen=True, kw_only=True)
class Wordings:
    """Captions by folder.

    Attributes:
        name: the file they come from, to be named in findings.
        folders: the captions of each folder, by its path.
        files_per_group: so many numbered files in a row belong together; None if every file is for itself.
    """

    name: str
    folders: dict[str, tuple[str, ...]]
    files_per_group: int | None = None

    @classmethod
    def load(cls, path: Path) -> "Wordings":
        """Read a file of captions by folder.

        Raises:
            CorpusError: it cannot be read, or does not hold captions by folder.
        """
        try:
            content = read_yaml(read_bytes(path), source=path.name).content
        except UsageError as error:
            raise CorpusError(f"{path} cannot be read as YAML or JSON: {error}") from error
        folders, files = _parts(content)
        if not isinstance(folders, dict) or not folders or not all(map(_is_captions, folders.values())):
            raise CorpusError(
                f"{path} must map folder names to a caption or a list of captions, such as "
                "`waving: a person waves`; write it so."
            )
        if files is not None and re.fullmatch(r"0*[1-9]\d{0,8}", str(files), re.ASCII) is None:
            given = shortened(files)
            raise CorpusError(f"{GROUP_KEY} in {path} must be a whole number above 0, and is {given}.")
        return cls(
            name=path.name,
            folders={_clean(key): _captions(value) for key, value in folders.items()},
            files_per_group=None if files is None else int(files),
        )

    def folder_of(self, path: str) -> str | None:
        """The nearest folder around a clip that has captions."""
        return next((str(one) for one in PurePosixPath(path).parents if str(one) in self.folders), None)

    def group_of(self, path: str) -> str:
        """The number of the group that a numbered file belongs to; empty where there are no groups."""
        stem = PurePosixPath(path).stem
        return str(int(stem) // self.files_per_group) if self.files_per_group and stem.isdecimal() else ""


def find_captions(given: str | None, folder: Path) -> Path | None:
    """The file of captions meant by ``--captions``: a path, or the name of a packaged one; else the folder's own.

    Raises:
        UsageError: there is no such file.
    """
    if given is None:
        return next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)
    packaged = {path.stem: path for path in sorted(PACKAGED_FOLDER.glob("*.yaml"))}
    if Path(given).is_file():
        return Path(given)
    if given not in packaged:
        raise UsageError(
            f"There is no file of captions {given!r}: give a .yaml, .json, .csv, .tsv or .jsonl file, "
            f"or one of {', '.join(packaged)}."
        )
    return packaged[given]


def _parts(content: Any) -> tuple[Any, Any]:
    if isinstance(content, dict) and isinstance(content.get(FOLDERS_KEY), dict):
        return content[FOLDERS_KEY], content.get(GROUP_KEY)
    return content, None


def _is_captions(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
    )


def _captions(value: str | list[str]) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _clean(key: str) -> str:
    return str(PurePosixPath(key))
