"""Storyboards as YAML: the schema, and reading with the line of every mistake."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import yaml

from textreel.errors import UsageError

Kind = str | list[str]
SCHEMA: Mapping[str, Mapping[str, Kind]] = MappingProxyType(
    {
        "storyboard": {
            "format": "whole",
            "prompt": "text",
            "opening": "transition",
            "shots": ["shot"],
            "notes": ["note"],
        },
        "shot": {
            "text": "text",
            "seconds": "length",
            "moves": ["move"],
            "transition": "transition",
            "carried": ["carried"],
            "timing": "span",
        },
        "move": {
            "kind": "text",
            "direction": "text",
            "amount": "number",
            "start_seconds": "time",
            "seconds": "length",
            "easing": "text",
            "subject": "text",
            "aim": "span",
            "words": "span",
        },
        "transition": {"kind": "text", "seconds": "time", "words": "span"},
        "note": {"words": "span", "reason": "text"},
        "carried": {"role": "text", "words": "span", "shot": "whole"},
        "span": {"text": "text", "start": "whole", "end": "whole"},
    }
)
"""What each part of a storyboard file may hold: a value, another part, or (in brackets) a list of parts."""
REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"storyboard": ("shots",), "shot": ("text", "seconds"), "move": ("kind",), "transition": ("kind",)}
    | {"note": ("words", "reason"), "carried": ("role", "words", "shot"), "span": ("text", "start", "end")}
)
_VALUES: Mapping[str, str] = MappingProxyType(
    {"text": "words", "whole": "a whole number from 0", "number": "a number"}
    | {"time": "seconds, 0 or more", "length": "seconds, more than 0"}
)
HEADING = "# A storyboard of textreel. Edit it, and film it with: textreel generate --storyboard FILE\n"


class Located(dict[str, Any]):
    """A mapping of a document that knows on which line it begins."""

    def __init__(self, values: Mapping[str, Any], line: int) -> None:
        super().__init__(values)
        self.line = line

    def changed(self, **values: Any) -> Located:
        """The same place with other values."""
        return Located({**self, **values}, self.line)


def load(text: str) -> Located:
    """Read a storyboard file and hold it against the schema.

    Raises:
        UsageError: it is no YAML, or a key or a value is not as the schema says; the message begins with the line.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise UsageError(f"line {line}: this is no YAML: {error.problem or error.context}.") from error
    except yaml.YAMLError as error:
        raise UsageError(f"line 1: this is no YAML: {error}.") from error
    if node is None:
        raise UsageError("line 1: the storyboard is empty; it needs shots, each with a text and its seconds.")
    document: Located = _part(node, "storyboard", "storyboard")
    return document


def _wrong(node: yaml.Node, message: str) -> UsageError:
    return UsageError(f"line {node.start_mark.line + 1}: {message}")


def _read(node: yaml.Node, kind: Kind, name: str) -> Any:
    """A node as the schema says; an empty value is None."""
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null"):
        return [] if isinstance(kind, list) else None
    if isinstance(kind, list):
        if not isinstance(node, yaml.SequenceNode):
            raise _wrong(node, f"{name} is a list, one entry on each line that begins with a hyphen.")
        return [_read_entry(entry, kind[0]) for entry in node.value]
    if kind == "transition" and isinstance(node, yaml.ScalarNode):
        return Located({"kind": str(node.value)}, node.start_mark.line + 1)
    return _value(node, kind, name) if kind in _VALUES else _part(node, kind, name)


def _read_entry(node: yaml.Node, kind: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(node, f"a {kind} has {', '.join(SCHEMA[kind])}, each as a key with its value.")
    return _part(node, kind, kind)


def _part(node: yaml.Node, kind: str, name: str) -> Located:
    schema = SCHEMA[kind]
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(node, f"{name} has {', '.join(schema)}, each as a key with its value.")
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key not in schema:
            raise _wrong(key_node, f"a {kind} has {', '.join(schema)}; {key!r} is none of them.")
        if key in values:
            raise _wrong(key_node, f"{key!r} is there twice.")
        values[key] = _read(value_node, schema[key], key)
    missing = [key for key in REQUIRED[kind] if values.get(key) is None]
    if missing:
        raise _wrong(node, f"a {kind} needs {' and '.join(missing)}.")
    return Located(values, node.start_mark.line + 1)


def _value(node: yaml.Node, kind: str, name: str) -> Any:
    rule = f"{name} is {_VALUES[kind]}"
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(node, f"{rule}.")
    value = yaml.SafeLoader("").construct_object(node)  # type: ignore[no-untyped-call]
    if kind == "text":
        return str(node.value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(node, f"{rule}; got {node.value!r}.")
    if kind == "whole" and (not isinstance(value, int) or value < 0):
        raise _wrong(node, f"{rule}; got {node.value!r}.")
    if (kind == "time" and value < 0) or (kind == "length" and value <= 0):
        raise _wrong(node, f"{rule}; got {node.value!r}.")
    return value if kind == "whole" else float(value)


class _Dumper(yaml.SafeDumper):
    """Writes spans on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent(dumper: _Dumper, values: dict[str, Any]) -> yaml.Node:
    short = set(values) == set(SCHEMA["span"])
    return dumper.represent_mapping("tag:yaml.org,2002:map", values.items(), flow_style=short)


_Dumper.add_representer(dict, _represent)


def dump(document: Mapping[str, Any], comments: Sequence[str] = ()) -> str:
    """A storyboard's plain data as a YAML text, with a comment above each shot where there is one."""
    head = {key: document[key] for key in ("format", "prompt", "opening") if document.get(key) is not None}
    pieces = [HEADING, _yaml(head), "shots:\n"]
    for index, shot in enumerate(document["shots"]):
        comment = comments[index] if index < len(comments) else ""
        pieces += [f"  # {line}\n" for line in comment.splitlines()]
        pieces += [f"  {line}\n" for line in _yaml([_said(shot, "shot")]).splitlines()]
    if document.get("notes"):
        pieces += ["notes:\n", *(f"  {line}\n" for line in _yaml(document["notes"]).splitlines())]
    return "".join(pieces)


def _said(values: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What the schema has of a part, without empty values."""
    kept = {key: values[key] for key in SCHEMA[kind] if values.get(key) not in (None, [], ())}
    if kind == "shot" and "moves" in kept:
        kept["moves"] = [_said(move, "move") for move in kept["moves"]]
    if "transition" in kept:
        kept["transition"] = _said(kept["transition"], "transition")
    return kept


def _yaml(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return text
