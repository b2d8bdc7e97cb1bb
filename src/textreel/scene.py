"""A scene: what one shot shows, and what became of every word that asks for it.

The reader writes it; storyboard, edits, generator, sound, explanation and studio read it instead of the text. It
goes to JSON and YAML by ``as_document`` and comes back by ``documents.convert(document, Scene)``, which names the
place of what breaks a rule. Whether its names are in the inventory, ``world.check_names`` tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal, get_args

from textreel.errors import UsageError
from textreel.types import TextSpan

MAX_SUBJECTS = 12
MAX_COUNT = 24
MAX_COLOURS = 2  # of one thing: "a black and white cat"

Match = Literal["exact", "synonym", "kind_of", "near"]
"""How a word found its concept: by its name, by another word for it, as a kind of it, or as the nearest in meaning."""
LookKind = Literal[
    "colour", "size", "material", "pattern", "age", "gender", "skin", "hair", "mood", "clothes", "state"
]
Direction = Literal["left", "right", "up", "down", "towards", "away"]
Pace = Literal["slow", "fast"]
RelationName = Literal[
    "left_of", "right_of", "on", "under", "above", "in_front_of", "behind", "beside", "inside", "around", "near",
    "chases", "follows", "meets", "rides", "feeds", "hugs", "kisses", "pushes", "pulls", "looks_at", "plays_with",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Named:
    """A name of the inventory, and the words that asked for it; None where nobody's words did."""

    name: str
    words: TextSpan | None = None

    def __post_init__(self) -> None:
        _check_name("name", self.name)


@dataclass(frozen=True, kw_only=True)
class Place(Named):
    """Where the shot is set, and how its words found that place."""

    match: Match = "exact"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_choice("match", self.match, Match)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a subject looks: the value of one kind of look, of the subject or of something on it.

    Attributes:
        kind: what is said of it.
        value: such as "red".
        of: a part or a piece of clothing, such as "dress"; None is the subject itself.
        words: the words that asked for it.
    """

    kind: LookKind
    value: str
    of: str | None = None
    words: TextSpan | None = None

    def __post_init__(self) -> None:
        _check_choice("kind", self.kind, LookKind)
        _check_name("value", self.value)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What a subject is or does to another.

    Attributes:
        name: where it is, or what it does.
        to: the number of the other subject, from 0.
        words: the words that asked for it.
    """

    name: RelationName
    to: int
    words: TextSpan | None = None

    def __post_init__(self) -> None:
        _check_choice("name", self.name, RelationName)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something that is shown.

    Attributes:
        concept: its name in the inventory.
        match: how its words found that concept.
        words: the words that asked for it.
        count: how many of it, 1 to 24.
        looks: how it looks.
        action: what it does; None is left to chance.
        direction: where it goes as the viewer sees it; None is left to chance.
        pace: how fast; None is usual.
        relation: what it is to another subject.
        holds: the number of the subject in its hands.
    """

    concept: str
    match: Match = "exact"
    words: TextSpan | None = None
    count: int = 1
    looks: tuple[Look, ...] = ()
    action: Named | None = None
    direction: Direction | None = None
    pace: Pace | None = None
    relation: Relation | None = None
    holds: int | None = None

    def __post_init__(self) -> None:
        _check_name("concept", self.concept)
        _check_choice("match", self.match, Match)
        if self.direction is not None:
            _check_choice("direction", self.direction, Direction)
        if self.pace is not None:
            _check_choice("pace", self.pace, Pace)
        if not 1 <= self.count <= MAX_COUNT:
            raise UsageError(f"count must be 1 to {MAX_COUNT}, got {self.count}.")
        values: dict[tuple[str, str | None], list[str]] = {}
        for look in self.looks:
            values.setdefault((look.kind, look.of), []).append(look.value)
        for (kind, of), found in values.items():
            if len(found) > (MAX_COLOURS if kind == "colour" else 1):
                what = f"{kind} of its {of}" if of else kind
                raise UsageError(f"looks give the {what} {len(found)} times ({', '.join(found)}): keep one.")

    @property
    def bonds(self) -> tuple[int, ...]:
        """The subjects that this one is placed by: what it is related to, and what it holds."""
        related = [self.relation.to] if self.relation else []
        return (*related, *([] if self.holds is None else [self.holds]))


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Words that nothing is shown for, and why; no words where nobody's asked for it."""

    words: TextSpan | None = None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What one shot shows: subjects, place, time of day, weather and style; None is left to chance.

    Raises:
        UsageError: there are too many subjects, or one is bound to itself, to none, in a circle, or twice held.
    """

    subjects: tuple[Subject, ...] = ()
    place: Place | None = None
    time: Named | None = None
    weather: Named | None = None
    season: Named | None = None
    style: Named | None = None
    left_out: tuple[LeftOut, ...] = ()

    def __post_init__(self) -> None:
        if len(self.subjects) > MAX_SUBJECTS:
            raise UsageError(f"subjects: a scene has at most {MAX_SUBJECTS}, got {len(self.subjects)}.")
        for number, subject in enumerate(self.subjects):
            relation_to = subject.relation.to if subject.relation else None
            for name, to in (("relation.to", relation_to), ("holds", subject.holds)):
                if to is not None and not 0 <= to < len(self.subjects):
                    rule = f"must be the number of a subject, 0 to {len(self.subjects) - 1}"
                    raise UsageError(f"subjects[{number}].{name} {rule}; got {to}.")
            self._check_circle(number)
        for held, times in Counter(subject.holds for subject in self.subjects).items():
            if held is not None and times > 1:
                raise UsageError(f"subjects[{held}] is held by {times} subjects: one can hold it.")

    def _check_circle(self, start: int) -> None:
        ahead, seen = list(self.subjects[start].bonds), set()
        while ahead:
            number = ahead.pop()
            if number == start:
                name = self.subjects[start].concept
                raise UsageError(
                    f"subjects[{start}] ({name}) is placed by itself: break the circle of relations."
                )
            if number not in seen and 0 <= number < len(self.subjects):
                seen.add(number)
                ahead += self.subjects[number].bonds

    def check_spans(self, prompt: str) -> None:
        """Check that every span is a stretch of a prompt.

        Raises:
            UsageError: a span lies outside of the prompt or has another text.
        """
        for place, span in spans_of(self):
            if prompt[span.start : span.end] != span.text:
                raise UsageError(
                    f"{place}: characters {span.start} to {span.end} of the prompt are not {span.text!r}."
                )


def spans_of(value: Any, place: str = "") -> Iterator[tuple[str, TextSpan]]:
    """Yield every span within a scene or a part of one, with its place, such as ``subjects[0].words``."""
    if isinstance(value, TextSpan):
        yield place, value
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from spans_of(each, f"{place}[{number}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from spans_of(getattr(value, field.name), f"{place}.{field.name}".removeprefix("."))


def as_document(value: Any) -> Any:
    """Return a scene, or a part of one, as plain values for JSON or YAML; what has its default is left out."""
    if isinstance(value, tuple):
        return [as_document(each) for each in value]
    if not is_dataclass(value):
        return value
    parts = ((field, getattr(value, field.name)) for field in fields(value))
    return {field.name: as_document(part) for field, part in parts if part != field.default}


def _check_name(slot: str, name: str) -> None:
    if not name.strip():
        raise UsageError(f"{slot} must not be empty.")


def _check_choice(slot: str, value: str, choices: Any) -> None:
    if value not in get_args(choices):
        raise UsageError(f"{slot} must be one of {', '.join(get_args(choices))}, got {value!r}.")
