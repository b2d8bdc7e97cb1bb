"""The one JSON object that a film carries, inside the file and beside it."""

import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
from PIL import Image

from textreel.arguments import path_of
from textreel.documents import check_file, read_bytes, read_json, shown_path
from textreel.errors import MediaError

IMAGE_DESCRIPTION = 0x010E  # the EXIF tag that carries the comment of an animated WebP
PICTURE_SUFFIXES = (".gif", ".webp", ".png")
UNREADABLE_PICTURE = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error),
    Image.DecompressionBombError,
)
"""What Pillow raises of broken pictures, and of those with too many pixels."""


def sidecar_of(path: str | Path) -> Path:
    """The JSON file beside a film: ``film.mp4`` -> ``film.mp4.json``."""
    path = Path(path)
    return path.with_name(path.name + ".json")


def encode_metadata(metadata: Mapping[str, Any]) -> str:
    """One line of plain ASCII, which every container can hold."""
    return json.dumps(dict(metadata), ensure_ascii=True, sort_keys=True)


def film_at(path: str | Path) -> Path:
    """The path of a film that is there: a file or a folder, seen before it is opened.

    Raises:
        UsageError: it is no path.
        MediaError: nothing is there, or it is a pipe or a device.
    """
    place = path_of(path)
    if not os.path.lexists(place):
        raise MediaError(f"No film to read at {shown_path(path)}: check the name.")
    if not os.path.isdir(place):
        check_file(place, error=MediaError)
    return place


def read_metadata(path: str | Path) -> dict[str, Any]:
    """The metadata of a film, of a folder of pictures, or of the JSON beside one.

    What lies inside the file counts; the JSON beside it is asked where the file holds nothing.

    Raises:
        MediaError: there is no such file, or neither it nor its neighbour holds textreel's metadata.
    """
    path = film_at(path)
    beside = sidecar_of(path)
    for source, text in ((path, _inside), (beside, _text_of)):
        found = text(source)
        if found and found.lstrip().startswith("{"):  # other programs leave other comments
            content: dict[str, Any] = read_json(
                found, source=f"The metadata of '{path}'", error=MediaError
            ).content
            return content
    raise MediaError(f"'{path}' carries no metadata of textreel, neither inside nor in '{beside.name}'.")


def _text_of(path: Path) -> str | None:
    if not os.path.isfile(path):
        return None
    return read_bytes(path, error=MediaError).decode("utf-8", "replace")


def _inside(path: Path) -> str | None:
    if path.suffix == ".json":
        return _text_of(path)
    if path.is_dir():
        pictures = sorted(path.glob("*.png"))
        return _picture_comment(pictures[0]) if pictures else None
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return _picture_comment(path)
    return _container_comment(path)


def _picture_comment(path: Path) -> str | None:
    try:
        with Image.open(path) as picture:
            comment = picture.info.get("comment") or picture.getexif().get(IMAGE_DESCRIPTION)
    except UNREADABLE_PICTURE as error:
        raise MediaError(f"'{path}' is not a picture that can be read: {error}.") from error
    comment = comment.decode("utf-8", "replace") if isinstance(comment, bytes) else comment
    return comment if isinstance(comment, str) else None


def _container_comment(path: Path) -> str | None:
    try:
        with av.open(str(path)) as container:
            tags = {key.lower(): value for key, value in container.metadata.items()}
    except (av.FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise MediaError(f"'{path}' is not a film that can be read: {reason}.") from error
    return tags.get("comment")
