"""What is done, where it is done, how it looks, when, and what one thing is to another: hand-written YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from textreel.documents import convert, read_bytes, read_yaml
from textreel.errors import AssetError, UsageError
from textreel.world.inventory import DATA

Who = Literal["person", "animal", "vehicle", "thing", "any"]
Base = Literal[
    "plain", "hills", "mountains", "sand", "snow", "forest", "water", "underwater", "sky", "space", "street", "room",
    "stage", "cave",
]  # fmt: skip
BodyPart = Literal[
    "mouth", "eyes", "face", "neck", "head", "hand", "hands", "chest", "front", "feet", "under", "over", "back",
    "beside",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Something that can be done: a body, a prop at a place of the body, and a motion of both.

    Attributes:
        words: other wordings, their verb in its base form.
        who: what can do it.
        body: the concept whose art shows a person at it; None for what persons do not do.
        prop: the concept of the thing it is done with.
        at: the place of the body where the prop is.
        motion: how the body moves.
        senses: WordNet senses of its verb.
        vbench: what VBench calls it; "" for what VBench does not ask for.
        shift: how far right and down the prop is from that place, in sides of the body's picture.
        size: of the prop, as a factor.
        tilt: of the prop, in radians, clockwise.
        behind: whether the prop is behind the body.
    """

    motion: str
    words: tuple[str, ...] = ()
    who: Who = "person"
    body: str | None = None
    prop: str | None = None
    at: BodyPart | None = None
    senses: tuple[str, ...] = ()
    vbench: str = ""
    shift: tuple[float, float] = (0.0, 0.0)
    size: float = 1.0
    tilt: float = 0.0
    behind: bool = False


@dataclass(frozen=True, kw_only=True)
class Motion:
    """How a body moves, and what it holds; motions.yaml explains each."""

    go: float = 0.0
    rise: float = 0.0
    come: float = 0.0
    lift: float = 0.0
    lean: float = 0.0
    wheel: float = 0.0
    x: tuple[str, ...] = ()
    y: tuple[str, ...] = ()
    roll: tuple[str, ...] = ()
    grow: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    prop_x: tuple[str, ...] = ()
    prop_y: tuple[str, ...] = ()
    prop_roll: tuple[str, ...] = ()
    prop_grow: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Body:
    """Where things are on a body.

    Attributes:
        shows: the share of the real height that its picture shows.
        places: across and down in the square of its picture, by part of the body.
    """

    shows: float
    places: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Head:
    """How someone is shown of whom there is but a head: on the body of another.

    Attributes:
        body: the concept whose body it is.
        metres: how tall they are.
        size: of the head, in heights of the body.
        clothes: their colour, as rrggbb.
    """

    body: str
    metres: float
    size: float
    clothes: str = ""


@dataclass(frozen=True, kw_only=True)
class Staging:
    """How concepts stand together; staging.yaml explains each."""

    bodies: Mapping[str, Body]
    heads: Mapping[str, Head]
    surfaces: Mapping[str, float]
    hollow: tuple[str, ...]
    together: Mapping[str, str]
    worn: Mapping[str, tuple[str, BodyPart]]
    idle: Mapping[str, tuple[str, ...]]
    afloat: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A place where a film can be set.

    Attributes:
        base: the ground form that it is painted over.
        light: where the light comes from.
        words: other names.
        senses: WordNet senses.
        props: the concepts that stand in it.
    """

    base: Base
    light: Literal["day", "lamp", "dim", "spot"] = "day"
    words: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()
    props: tuple[str, ...] = ()

    @property
    def is_indoors(self) -> bool:
        """Whether it has a ceiling, so that no weather reaches it."""
        return self.base in ("room", "stage", "cave")


@dataclass(frozen=True, kw_only=True)
class LookValue:
    """One value of a kind of look: its other words; colours as rrggbb, sizes as a factor."""

    words: tuple[str, ...] = ()
    rgb: str = ""
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class RelationKind:
    """A relation: whether it says where something is or what it does, and its words."""

    kind: Literal["place", "deed"]
    words: tuple[str, ...] = ()


@cache
def activities() -> Mapping[str, Activity]:
    """Return every activity by its name."""
    return _read("activities.yaml", dict[str, Activity])


@cache
def settings() -> Mapping[str, Setting]:
    """Return every place by its name."""
    return _read("places.yaml", dict[str, Setting])


@cache
def looks() -> Mapping[str, Mapping[str, LookValue]]:
    """Return the values of every kind of look."""
    return _read("looks.yaml", dict[str, dict[str, LookValue]])


@cache
def motions() -> Mapping[str, Motion]:
    """Return every motion by its name."""
    return _read("motions.yaml", dict[str, Motion])


@cache
def staging() -> Staging:
    """Return how concepts stand together."""
    return _read("staging.yaml", Staging)  # type: ignore[no-any-return]


@cache
def relations() -> Mapping[str, RelationKind]:
    """Return every relation by its name."""
    return _read("relations.yaml", dict[str, RelationKind])


@cache
def circumstances() -> Mapping[str, Mapping[str, LookValue]]:
    """Return times of day, weathers, seasons and styles with their words, by slot of the scene."""
    return _read("times.yaml", dict[str, dict[str, LookValue]])


def _read(name: str, kind: Any) -> Any:
    try:
        found = convert(read_yaml(read_bytes(DATA / name), source=name), kind)
        return MappingProxyType(found) if isinstance(found, dict) else found
    except UsageError as error:
        message = f"{name}, which textreel ships, is missing or damaged ({error}); install textreel again."
        raise AssetError(message) from error
