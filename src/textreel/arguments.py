"""Arguments of public functions, checked at the door: what is of another type or out of range is a UsageError."""

from collections.abc import Sequence
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any

from textreel.documents import shortened, shown_path
from textreel.errors import UsageError
from textreel.limits import SIZE_RANGE, WIDTH_RANGE

MAX_ASPECT = 2.5
MIN_SIZE = SIZE_RANGE[0]


def whole_number(
    name: str, value: Any, least: int, most: int, *, what: str = "a whole number", step: int = 1
) -> int:
    """A whole number of a range, and a multiple of the step, as an int.

    Raises:
        UsageError: it is none, or out of range.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, Integral)
        or not least <= int(value) <= most
        or value % step
    ):
        raise UsageError(f"The {name} is {what} from {least} to {most}, got {shortened(value)}.")
    return int(value)


def film_size(value: Any, aspect: Any = None) -> tuple[int, int]:
    """Height and width of a film in pixels.

    Args:
        value: the height of a film, which is square without an aspect; or width and height as "640x360".
        aspect: width to height, such as "16:9".

    Raises:
        UsageError: one is no even number of pixels, or out of range, or they are given in another way.
    """
    if isinstance(value, str):
        sides = value.lower().split("x")
        if len(sides) != 2 or not all(side.isdecimal() and len(side) <= 5 for side in sides):
            raise UsageError(
                f'The size is a number of pixels, or text such as "640x360", got {shortened(value)}.'
            )
        if aspect is not None:
            raise UsageError(f"Give a size of {value} or an aspect of {aspect}, not both.")
        width, height = int(sides[0]), int(sides[1])
    else:
        height = whole_number("size", value, *SIZE_RANGE, what="an even number of pixels", step=2)
        width = 2 * round(height * aspect_ratio(aspect) / 2)
    whole_number("height", height, *SIZE_RANGE, what="an even number of pixels", step=2)
    whole_number("width", width, *WIDTH_RANGE, what="an even number of pixels", step=2)
    return height, width


def aspect_ratio(aspect: Any) -> float:
    """Width to height of a film; None is square.

    Raises:
        UsageError: it is not written like "16:9", or narrower or wider than films are.
    """
    if aspect is None:
        return 1.0
    sides = aspect.split(":") if isinstance(aspect, str) else []
    if len(sides) != 2 or not all(side.isdecimal() and 0 < len(side) <= 4 and int(side) for side in sides):
        raise UsageError(f'The aspect is width to height, such as "16:9", got {shortened(aspect)}.')
    ratio = int(sides[0]) / int(sides[1])
    if not MAX_ASPECT**-1 <= ratio <= MAX_ASPECT:
        raise UsageError(
            f"The aspect is at most {MAX_ASPECT:g}:1 and at least 1:{MAX_ASPECT:g}, got {aspect}."
        )
    return ratio


def size_name(size: Sequence[int]) -> int | str:
    """Height and width as :func:`film_size` reads them: a number where they are the same."""
    height, width = (int(side) for side in size)
    return height if height == width else f"{width}x{height}"


def pixels(size: str | None) -> int | str | None:
    """A size as recipes hold it: a number, or such as "640x360"."""
    return int(size) if size is not None and size.isdecimal() and len(size) < 10 else size


def number_of_seconds(value: Any, least: float, most: float) -> float:
    """A length of time within a range, as a float.

    Raises:
        UsageError: it is none, or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not least <= float(value) <= most:
        raise UsageError(f"A film lasts {least:g} to {most:g} seconds, got {shortened(value)}.")
    return float(value)


def of_type(name: str, value: Any, kind: type | tuple[type, ...], rule: str) -> None:
    """Refuse what is of another type.

    Raises:
        UsageError: the value is; the message says the rule.
    """
    if not isinstance(value, kind):
        raise UsageError(f"The {name} is {rule}, got {shortened(value)}.")


def path_of(value: Any) -> Path:
    """The path of a file or a folder.

    Raises:
        UsageError: it is no text and no path, or holds a character that no name can.
    """
    of_type("file", value, (str, PathLike), "a name or a path")
    path = Path(value)
    if "\0" in str(path):
        raise UsageError(f"No file can be named {shown_path(path)}: leave out the character of code 0.")
    return path


def texts(name: str, values: Any, most: int) -> tuple[str, ...]:
    """Several texts; a text alone is refused, since its letters are texts too.

    Raises:
        UsageError: they are none, or too many.
    """
    if (
        isinstance(values, str)
        or not isinstance(values, Sequence)
        or not all(isinstance(one, str) for one in values)
    ):
        raise UsageError(f"The {name} are a list of texts, got {shortened(values)}.")
    if len(values) > most:
        raise UsageError(f"The {name} are at most {most}, got {len(values)}.")
    return tuple(values)
