"""The one JSON object that a film carries, inside the file and beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
from PIL import Image, UnidentifiedImageError

from textreel.errors import MediaError

IMAGE_DESCRIPTION = 0x010E  # the EXIF tag that carries the comment of an animated WebP
PICTURE_SUFFIXES = (".gif", ".webp", ".png")


def sidecar_of(path: str | Path) -> Path:
    """The JSON file beside a film: ``film.mp4`` -> ``film.mp4.json``."""
    path = Path(path)
    return path.with_name(path.name + ".json")


def encode_metadata(metadata: Mapping[str, Any]) -> str:
    """One line of plain ASCII, which every container can hold."""
    return json.dumps(dict(metadata), ensure_ascii=True, sort_keys=True)


def read_metadata(path: str | Path) -> dict[str, Any]:
    """The metadata of a film, of a folder of pictures, or of the JSON beside one.

    What lies inside the file counts; the JSON beside it is asked where the file holds nothing.

    Raises:
        MediaError: there is no such file, or neither it nor its neighbour holds textreel's metadata.
    """
    path = Path(path)
    if not path.exists():
        raise MediaError(f"No film to read at '{path}': check the name.")
    for source in (lambda: _inside(path), lambda: _beside(path)):
        try:
            metadata = json.loads(source() or "null")
        except (ValueError, OSError):
            continue
        if isinstance(metadata, dict):
            return metadata
    raise MediaError(
        f"'{path}' carries no metadata of textreel, neither inside nor in '{sidecar_of(path).name}'."
    )


def _beside(path: Path) -> str:
    return sidecar_of(path).read_text(encoding="utf-8")


def _inside(path: Path) -> str | None:
    if path.suffix == ".json":
        return path.read_text(encoding="utf-8")
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
    except UnidentifiedImageError as error:
        raise MediaError(f"'{path}' is not a picture that can be read: {error}.") from error
    return comment.decode("utf-8", "replace") if isinstance(comment, bytes) else comment


def _container_comment(path: Path) -> str | None:
    try:
        with av.open(str(path)) as container:
            tags = {key.lower(): value for key, value in container.metadata.items()}
    except av.FFmpegError as error:
        raise MediaError(f"'{path}' is not a film that can be read: {error.strerror}.") from error
    return tags.get("comment")
