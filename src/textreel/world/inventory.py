"""The things that can be shown: animals, people, vehicles, food, and so on.

``data/concepts.tsv`` holds them; scripts/make-world writes it from scripts/world/concepts.txt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from textreel.errors import AssetError

DATA = Path(__file__).parent / "data"

Medium = Literal["ground", "water", "air", "wall", "hand", "sky"]
Facing = Literal["left", "right", "front"]
Extent = Literal["whole", "bust", "head", "part", "scene"]


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One thing that can be shown.

    Attributes:
        name: what it is called here.
        plural: what several of it are called.
        other_names: other words for it, and the label of its art.
        kind: animal, person, role, vehicle, food and so on.
        medium: where it is at home; what a hand can hold lies on the ground or a table as well.
        height_metres: of the whole thing as its art stands or lies, an estimate.
        faces: the way its art looks.
        extent: how much of it the art shows; "part" is cut off at a side, "scene" brings some ground or water along.
        synsets: its WordNet senses, such as "dog.n.1"; kinds of these are shown as this concept.
        is_animated: whether its art moves.
        art: where its picture is, as "fluent:CODE", "sweethome3d:ID" or "own:NAME", by variant. A variant is a value of
            a look ("woman", "red hair"), or "close" for the head alone; the usual art is under "". None at all: the
            word is understood, and nothing can show it yet.
    """

    name: str
    plural: str
    other_names: tuple[str, ...]
    kind: str
    medium: Medium
    height_metres: float
    faces: Facing
    extent: Extent
    synsets: tuple[str, ...]
    is_animated: bool
    art: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DrawingFacts:
    """What is known of a picture of a concept, a square of 128 pixels, without the picture.

    Attributes:
        box: what is visible over its loop: left, top, right and bottom in sides of the square.
        phases: how many pictures its loop has.
        seconds: how long the loop lasts; 0 where it stands still.
        has_tones: whether it is there in five skin tones.
        clothes: the colour of a person's clothes as rrggbb; "" where they have none of their own.
    """

    box: tuple[float, float, float, float]
    phases: int
    seconds: float
    has_tones: bool
    clothes: str


@cache
def drawings() -> Mapping[str, DrawingFacts]:
    """Return every picture of the concepts by its source, such as "fluent:1f436"."""
    return MappingProxyType({row[0]: _drawing(row[1:]) for row in read_table("drawings.tsv")})


def _drawing(row: list[str]) -> DrawingFacts:
    left, top, right, bottom = (int(part) / 128 for part in row[:4])
    return DrawingFacts(
        box=(left, top, right, bottom),
        phases=int(row[4]),
        seconds=float(row[5]),
        has_tones=row[6] == "yes",
        clothes=row[7],
    )


@cache
def concepts() -> Mapping[str, Concept]:
    """Return every concept by its name."""
    return MappingProxyType({concept.name: concept for concept in map(_concept, read_table("concepts.tsv"))})


def read_table(name: str) -> list[list[str]]:
    """Return the rows of a shipped table of tab-separated values, without its head.

    Raises:
        AssetError: the file is missing.
    """
    try:
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        message = (
            f"A table of the inventory that textreel ships is missing ({error}); install textreel again."
        )
        raise AssetError(message) from error
    return [line.split("\t") for line in lines[1:]]


def _concept(row: list[str]) -> Concept:
    name, plural, others, kind, medium, height, faces, extent, synsets, animated, art = row
    pairs = (part.rpartition("=") for part in filter(None, art.split(",")))
    return Concept(
        name=name,
        plural=plural,
        other_names=tuple(filter(None, others.split(","))),
        kind=kind,
        medium=cast(Medium, medium),
        height_metres=float(height),
        faces=cast(Facing, faces),
        extent=cast(Extent, extent),
        synsets=tuple(filter(None, synsets.split(","))),
        is_animated=animated == "yes",
        art=MappingProxyType({variant: source for variant, _, source in pairs}),
    )
