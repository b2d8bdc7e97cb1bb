"""Documents from outside: read within limits, then held against a schema.

A document is YAML or JSON: a file, the comment of a film, the header of a model. ``read_yaml`` and ``read_json``
check its bytes, depth and items before they build anything. ``convert`` makes a frozen dataclass of it::

    document = read_yaml(read_bytes("film.yaml"), source="film.yaml")
    convert(document, MyStoryboard)    # "film.yaml, line 8: seconds must be a number > 0; got '-3'."

Nothing in YAML is guessed: a plain value is text until the schema asks for a number or for true or false. It is
nothing where it is empty, ``null`` or ``~``. So no date, no ``no`` and no ``1:30`` turns into something else. Tags,
anchors and aliases are refused.
"""

from __future__ import annotations

import math
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml
from msgspec import inspect

from textreel.errors import TextreelError, UsageError

Value = TypeVar("Value")
ErrorType = type[TextreelError]
Place = tuple[str | int, ...]
"""Where a value stands in a document: the keys and numbers that lead to it."""

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NOTHING = frozenset(["", "~", "null", "Null", "NULL"])
SHOWN_CHARACTERS, SHOWN_PATH = 60, 240  # of a value and of a path in a message
JSON_MARKS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},]', re.DOTALL)
MSGSPEC_PLACE = re.compile(r" - at (?:`key` in )?`\$(?P<place>[^`]*)`$")
PLACE_PART = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<number>\d+)\]")
PLAIN_WORDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "object": "a group of keys",
    "array": "a list",
    "null": "nothing",
}
MSGSPEC_TYPE = re.compile(rf"\b(?:{'|'.join(PLAIN_WORDS)})\b")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How large a document may be.

    Attributes:
        bytes: as UTF-8.
        depth: groups and lists within each other.
        items: keys, values, groups and lists.
    """

    bytes: int = 4_000_000
    depth: int = 24
    items: int = 100_000


LIMITS = Limits()
MODEL_LIMITS = Limits(bytes=16_000_000, items=300_000)
"""Of what a model says of itself: its vocabulary may be long."""
CORPUS_LIMITS = Limits(bytes=1_000_000_000, items=100_000_000)
"""Of the index of a corpus, which names every clip."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What was read, and how to name a place in it.

    Attributes:
        content: plain values: dict, list, str, int, float, bool and None; of YAML only dict, list, str and None.
        source: what messages call it, such as a file's name.
        lines: the line of every place; empty for JSON.
        error: what is raised where it breaks a rule.
    """

    content: Any = field(repr=False)
    source: str = ""
    lines: Mapping[Place, int] = field(default_factory=dict, repr=False)
    error: ErrorType = UsageError

    def wrong(self, place: Place, message: str) -> TextreelError:
        """An error that begins with the source and, where there are lines, with that of the place."""
        while place and place not in self.lines:
            place = place[:-1]
        where = f"line {self.lines.get(place, 1)}" if self.lines else ""
        head = ", ".join(filter(None, [self.source, where]))
        return self.error(f"{head}: {message}" if head else message)

    @contextmanager
    def at(self, *place: str | int) -> Iterator[None]:
        """Let a UsageError of the block begin with this place."""
        try:
            yield
        except UsageError as error:
            raise self.wrong(place, self.told_of(place, str(error))) from error

    def told_of(self, place: Place, message: str) -> str:
        """A message that does not name its place itself, with the place in front where there are no lines."""
        return message if self.lines or not place else f"{name_of(place)}: {message}"

    def subject(self, place: Place) -> str:
        """What a message is about: the last key and the number of an entry, or the whole place without lines."""
        keys = [number for number, part in enumerate(place) if isinstance(part, str)]
        return name_of(place[keys[-1] :] if keys and self.lines else place) or "the document"


def check_file(path: str | Path, *, error: ErrorType = UsageError) -> None:
    """Refuse what is no regular file before it is opened: a pipe or a device may never end.

    Raises:
        error: nothing is there, or it is a folder, a pipe or a device.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or "a name cannot hold this character"
        raise error(f"{shown_path(path)} cannot be read: {reason}. Check the name.") from failure
    if not stat.S_ISREG(mode):
        raise error(f"{shown_path(path)} is {kind_of(mode)}: give the name of a file.")


def kind_of(mode: int) -> str:
    """What something is that is no regular file, from its ``st_mode``."""
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def read_bytes(path: str | Path, *, limits: Limits = LIMITS, error: ErrorType = UsageError) -> bytes:
    """Read a regular file of limited length.

    Raises:
        error: it is missing, no regular file (a folder, a pipe, a device), too long, or cannot be read.
    """
    check_file(path, error=error)
    try:
        with Path(path).open("rb") as file:
            content = file.read(limits.bytes + 1)
    except OSError as failure:
        raise error(f"{shown_path(path)} cannot be read: {failure.strerror}.") from failure
    if len(content) > limits.bytes:
        raise error(f"{shown_path(path)} is longer than {limits.bytes:,} bytes: give a shorter file.")
    return content


def read_yaml(
    text: str | bytes, *, source: str = "", limits: Limits = LIMITS, error: ErrorType = UsageError
) -> Document:
    """Read one YAML document; without any content it is None.

    Raises:
        error: it is no YAML, no UTF-8, or beyond the limits; the message begins with the line.
    """
    decoded = _decoded(text, source, limits, error)
    builder = _YamlBuilder(source, limits, error)
    try:
        for event in yaml.parse(decoded, Loader=YAML_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        message = f"this is no YAML: {failure.problem or failure.context}."
        raise builder.wrong(mark.line + 1 if mark else 1, message) from failure
    except yaml.YAMLError as failure:
        raise builder.wrong(1, f"this is no YAML: {' '.join(str(failure).split())}.") from failure
    return Document(content=builder.content, source=source, lines=builder.lines, error=error)


def read_json(
    text: str | bytes, *, source: str = "", limits: Limits = LIMITS, error: ErrorType = UsageError
) -> Document:
    """Read one JSON document; NaN, Infinity and halves of characters are no JSON.

    Raises:
        error: it is no JSON, no UTF-8, or beyond the limits.
    """
    decoded = _decoded(text, source, limits, error)
    empty = Document(content=None, source=source, error=error)
    depth = items = 0
    for mark in JSON_MARKS.finditer(decoded):
        depth += (mark[0] in "[{") - (mark[0] in "]}")
        items += mark[0] in "[{,"
        if depth > limits.depth or items > limits.items:
            raise empty.wrong((), _beyond(limits))
    try:
        return Document(content=msgspec.json.decode(decoded), source=source, error=error)
    except (msgspec.MsgspecError, RecursionError) as failure:
        raise empty.wrong((), f"this is no JSON: {MSGSPEC_PLACE.sub('', str(failure))}.") from failure


def read_json_file(path: str | Path, *, limits: Limits = LIMITS, error: ErrorType = UsageError) -> Any:
    """Read the content of a JSON file.

    Raises:
        error: it is missing or no regular file, it is no JSON, or beyond the limits.
    """
    return read_json(
        read_bytes(path, limits=limits, error=error), source=shown_path(path), limits=limits, error=error
    ).content


def convert(document: Document, kind: type[Value], *, extra: bool = False) -> Value:
    """Make a value of a type, usually a frozen dataclass, whose types and ``msgspec.Meta`` are the schema.

    Args:
        document: what was read.
        kind: the type. Its own checks raise UsageError, which then names the place.
        extra: whether keys that the type does not know are passed over.

    Raises:
        UsageError (or the document's own error): a key is missing or unknown, or a value breaks a rule.
    """
    content = _checked(document, document.content, _type_info(kind), (), extra)  # type: ignore[arg-type]
    try:
        return msgspec.convert(content, kind, strict=not document.lines)
    except msgspec.ValidationError as failure:
        found = MSGSPEC_PLACE.search(str(failure))
        path, hidden, _ = (found["place"] if found else "").partition("[...]")  # msgspec hides free keys
        place = tuple(part["key"] or int(part["number"]) for part in PLACE_PART.finditer(path))
        message = MSGSPEC_PLACE.sub("", str(failure))
        if failure.__cause__ is None:
            message = _rule(
                message, document.subject(place), _value_at(document.content, place), bool(hidden)
            )
        else:
            message = document.told_of(place, message)
        raise document.wrong(place, message) from failure


def name_of(place: Place) -> str:
    """A place as people write it: ``shots[1].seconds``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def shortened(value: Any, characters: int = SHOWN_CHARACTERS) -> str:
    """A value as a message shows it."""
    if isinstance(value, dict | list):
        return "a group of keys" if isinstance(value, dict) else f"a list of {len(value)}"
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "a number of thousands of digits"
    return text if len(text) <= characters else f"{text[:characters]}..."


def shown_path(path: str | Path) -> str:
    """A path as a message shows it."""
    return shortened(str(path), characters=SHOWN_PATH)


@dataclass(kw_only=True)
class _Open:
    """A group or a list that is being read, and the key whose value comes next."""

    values: Any
    place: Place
    key: str | None = None


class _YamlBuilder:
    """Builds plain values from the events of a YAML parser, and stops at the first that breaks a limit."""

    def __init__(self, source: str, limits: Limits, error: ErrorType) -> None:
        self.source, self.limits, self.error = source, limits, error
        self.content: Any = None
        self.lines: dict[Place, int] = {(): 1}
        self._open: list[_Open] = []
        self._items = self._documents = 0

    def wrong(self, line: int, message: str) -> TextreelError:
        place = Document(content=None, source=self.source, lines={(): line}, error=self.error)
        return place.wrong((), message)

    def take(self, event: Any) -> None:
        """Add what one event says."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self.wrong(line, "a second document begins here: write one alone.")
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._add(event, line)

    def _add(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            raise self.wrong(
                line, f"anchors and aliases ({event.anchor}) are not read: write the value again."
            )
        if event.tag is not None:
            raise self.wrong(line, f"tags ({shortened(event.tag)}) are not read: write the plain value.")
        self._items += 1
        if self._items > self.limits.items or len(self._open) > self.limits.depth:
            raise self.wrong(line, _beyond(self.limits))
        value: Any = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        if isinstance(event, yaml.ScalarEvent):
            value = None if event.implicit[0] and event.value in NOTHING else event.value
        place = self._put(value, event, line)
        if place is not None and isinstance(event, yaml.CollectionStartEvent):
            self._open.append(_Open(values=value, place=place))

    def _put(self, value: Any, event: Any, line: int) -> Place | None:
        """Put a value where it belongs and return its place; a key has none."""
        if not self._open:
            self.content, self.lines[()] = value, line
            return ()
        parent = self._open[-1]
        if isinstance(parent.values, list):
            place = (*parent.place, len(parent.values))
            self.lines[place] = line
            parent.values.append(value)
            return place
        if parent.key is not None:
            place, parent.values[parent.key], parent.key = (*parent.place, parent.key), value, None
            return place
        if not isinstance(event, yaml.ScalarEvent):
            raise self.wrong(line, "a key must be text.")
        if event.value in parent.values:
            raise self.wrong(line, f"{shortened(event.value)} is there twice.")
        parent.key, self.lines[*parent.place, event.value] = event.value, line
        return None


def _decoded(text: str | bytes, source: str, limits: Limits, error: ErrorType) -> str:
    """The text, of limited length and fit for UTF-8, without a byte order mark."""
    empty = Document(content=None, source=source, error=error)
    try:
        content = text if isinstance(text, bytes) else text.encode()
        if len(content) > limits.bytes:
            raise empty.wrong((), _beyond(limits))
        return content.decode("utf-8-sig")
    except UnicodeError as failure:
        raise empty.wrong((), f"this is no UTF-8 text ({failure.reason}): save it as UTF-8.") from failure  # type: ignore[attr-defined]


def _beyond(limits: Limits) -> str:
    return (
        f"a document has at most {limits.bytes:,} bytes, {limits.items:,} keys and values, and {limits.depth} "
        "groups or lists within each other; this one has more."
    )


@lru_cache(maxsize=64)
def _type_info(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def _checked(document: Document, value: Any, info: inspect.Type, place: Place, extra: bool) -> Any:
    """A value whose keys are known and whose numbers are finite, without keys that YAML leaves empty."""
    if isinstance(info, inspect.UnionType):
        for each in info.types:
            value = _checked(document, value, each, place, extra)
    elif isinstance(info, inspect.DataclassType) and isinstance(value, dict):
        fields = {part.encode_name: part for part in info.fields}
        if document.lines:
            value = {key: part for key, part in value.items() if part is not None}
        unknown = next((key for key in value if key not in fields), None)
        if unknown is not None and not extra:
            message = (
                f"{document.subject(place)} has {', '.join(fields)}; {shortened(unknown)} is none of them."
            )
            raise document.wrong((*place, unknown), message)
        missing = [name for name, part in fields.items() if part.required and name not in value]
        if missing:
            raise document.wrong(place, f"{document.subject(place)} needs {' and '.join(missing)}.")
        types = {name: part.type for name, part in fields.items() if name in value}
        return {
            key: _checked(document, value[key], kind, (*place, key), extra) for key, kind in types.items()
        }
    elif isinstance(info, inspect.DictType) and isinstance(value, dict):
        parts = value.items()
        return {key: _checked(document, each, info.value_type, (*place, key), extra) for key, each in parts}
    elif isinstance(info, inspect.ListType | inspect.VarTupleType) and isinstance(value, list | tuple):
        pairs = enumerate(value)
        return [_checked(document, each, info.item_type, (*place, number), extra) for number, each in pairs]
    elif isinstance(info, inspect.LiteralType) and value is not None:
        if str(value) not in map(str, info.values):
            rule = f"one of {', '.join(map(str, info.values))}"
            raise document.wrong(place, f"{document.subject(place)} must be {rule}; got {shortened(value)}.")
    elif isinstance(info, inspect.FloatType) and not _is_finite(value):
        raise document.wrong(
            place, f"{document.subject(place)} must be a finite number; got {shortened(value)}."
        )
    return value


def _is_finite(value: Any) -> bool:
    """Whether a value is no infinite number; what is no number at all is for the schema to refuse."""
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return True
    except OverflowError:
        return False


def _value_at(content: Any, place: Place) -> Any:
    for part in place:
        content = content[part]
    return content


def _rule(message: str, subject: str, given: Any, hidden: bool) -> str:
    """What msgspec says, in the words of messages; of an entry whose key is hidden the value is not known."""
    rule = message.partition(", got ")[0].removeprefix("Expected ").replace("`", "").replace(" | ", " or ")
    rule = MSGSPEC_TYPE.sub(lambda found: PLAIN_WORDS[found[0]], rule).removesuffix(".0")
    rule = f"must be {rule}" if message.startswith("Expected") else f"is wrong ({rule})"
    return f"every entry of {subject} {rule}." if hidden else f"{subject} {rule}; got {shortened(given)}."
