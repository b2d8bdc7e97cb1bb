"""The schema of storyboards, for YAML that people write and for JSON, and how YAML is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

import yaml
from msgspec import Meta

from textreel.limits import MAX_CHARACTERS, MAX_MOVES, MAX_NOTES, MAX_SHOTS, SECONDS_RANGE
from textreel.storyboard.moves import MOVES
from textreel.storyboard.parts import Carried, Note
from textreel.storyboard.transitions import TRANSITIONS, Transition
from textreel.types import Easing, TextSpan

FORMAT: Literal[2] = 2
"""The version of the document; documents of version 1 are read as well."""
HEADING = "# A storyboard of textreel. Edit it, and film it with: textreel generate --storyboard FILE\n"
SPAN_KEYS = {"text", "start", "end"}

Text = Annotated[str, Meta(max_length=MAX_CHARACTERS)]
Length = Annotated[float, Meta(gt=0, le=SECONDS_RANGE[1])]
Time = Annotated[float, Meta(ge=0, le=SECONDS_RANGE[1])]


@dataclass(frozen=True, kw_only=True)
class TransitionDocument:
    """A transition; without seconds it has the usual ones."""

    kind: str
    seconds: Time | None = None
    words: TextSpan | None = None


@dataclass(frozen=True, kw_only=True)
class MoveDocument:
    """A move of the camera; what it leaves out is as usual, and it lasts to the end of its shot."""

    kind: str
    direction: str | None = None
    amount: float | None = None
    start_seconds: Time = 0.0
    seconds: Length | None = None
    easing: Easing = "smooth"
    subject: Text | None = None
    aim: TextSpan | None = None
    words: TextSpan | None = None
    unit: str | None = None

    def whole(self, shot_seconds: float) -> dict[str, Any]:
        """The arguments of the move in a shot of this length."""
        usual = MOVES.get(self.kind)
        parts = {part.name: getattr(self, part.name) for part in fields(self) if part.name != "unit"}
        said = {name: value for name, value in parts.items() if value is not None}
        if usual is None:
            return said
        return {
            "direction": usual.default_direction,
            "amount": usual.default_amount,
            "seconds": shot_seconds - self.start_seconds,
        } | said


@dataclass(frozen=True, kw_only=True)
class ShotDocument:
    """A shot; its number and its start follow from the shots before it."""

    text: Text
    seconds: Length
    moves: Annotated[tuple[MoveDocument, ...], Meta(max_length=MAX_MOVES)] = ()
    transition: str | TransitionDocument | None = None
    carried: Annotated[tuple[Carried, ...], Meta(max_length=MAX_NOTES)] = ()
    timing: TextSpan | None = None
    index: int | None = None
    start_seconds: Time | None = None


@dataclass(frozen=True, kw_only=True)
class StoryboardDocument:
    """A storyboard; its length follows from its shots."""

    shots: Annotated[tuple[ShotDocument, ...], Meta(min_length=1, max_length=MAX_SHOTS)]
    format: Literal[1, 2] = FORMAT
    prompt: Text = ""
    opening: str | TransitionDocument | None = None
    notes: Annotated[tuple[Note, ...], Meta(max_length=MAX_NOTES)] = ()
    seconds: float | None = None


def transition_of(document: str | TransitionDocument | None) -> Transition | None:
    """The transition, of its usual length where none is said; a text is its kind."""
    if document is None:
        return None
    said = TransitionDocument(kind=document) if isinstance(document, str) else document
    seconds = TRANSITIONS.get(said.kind, 0.0) if said.seconds is None else said.seconds
    return Transition(kind=said.kind, seconds=seconds, words=said.words)


class _Dumper(yaml.SafeDumper):
    """Writes spans on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent(dumper: _Dumper, values: dict[str, Any]) -> yaml.Node:
    return dumper.represent_mapping(
        "tag:yaml.org,2002:map", values.items(), flow_style=set(values) == SPAN_KEYS
    )


_Dumper.add_representer(dict, _represent)


def dump(document: Mapping[str, Any], comments: Sequence[str] = ()) -> str:
    """A storyboard's plain data as a YAML text, with a comment above each shot where there is one."""
    head = {key: document[key] for key in ("format", "prompt", "opening") if document.get(key) is not None}
    pieces = [HEADING, _yaml(head), "shots:\n"]
    for index, shot in enumerate(document["shots"]):
        comment = comments[index] if index < len(comments) else ""
        pieces += [f"  # {line}\n" for line in comment.splitlines()]
        said = _said(shot, "index", "start_seconds")
        if said.get("moves"):
            said["moves"] = [_said(move, "unit") for move in said["moves"]]
        if said.get("transition"):
            said["transition"] = _said(said["transition"])
        pieces += [f"  {line}\n" for line in _yaml([said]).splitlines()]
    if document.get("notes"):
        pieces += ["notes:\n", *(f"  {line}\n" for line in _yaml(document["notes"]).splitlines())]
    return "".join(pieces)


def _said(values: Mapping[str, Any], *without: str) -> dict[str, Any]:
    """What is not empty, without keys that follow from the rest."""
    return {key: each for key, each in values.items() if key not in without and each not in (None, [])}


def _yaml(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return text
