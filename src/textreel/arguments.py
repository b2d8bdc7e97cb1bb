"""Arguments of public functions, checked at the door: what is of another type or out of range is a UsageError."""

from collections.abc import Sequence
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any

from textreel.documents import shortened, shown_path
from textreel.errors import UsageError
from textreel.limits import SIZE_RANGE


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


def film_size(value: Any) -> int:
    """Height and width of a film in pixels, as an int.

    Raises:
        UsageError: it is no even number, or out of range.
    """
    return whole_number("size", value, *SIZE_RANGE, what="an even number of pixels", step=2)


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
