"""Hold a scene against the inventory, and against what one model knows of it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from textreel.errors import CheckpointError, UsageError
from textreel.scene import LeftOut, Scene
from textreel.types import TextSpan
from textreel.world.catalogues import activities, circumstances, looks, settings
from textreel.world.inventory import concepts

Use = tuple[str, str, str, TextSpan | None]
"""A name that a scene uses: its place, the part of the inventory it belongs to, itself, and its words."""


@dataclass(frozen=True, kw_only=True)
class ModelKnowledge:
    """What one model can show, by names of the inventory; it is the model's own record."""

    concepts: frozenset[str]
    settings: frozenset[str]
    activities: frozenset[str]

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any]) -> ModelKnowledge:
        """Read it from a model's metadata, whose key "world" holds three lists of names.

        Raises:
            CheckpointError: there is no such record, or it is none.
        """
        record = metadata.get("world")
        names = ("concepts", "settings", "activities")
        if not isinstance(record, Mapping) or not all(isinstance(record.get(name), list) for name in names):
            raise CheckpointError(
                f'A model of the world needs "world" with lists of {", ".join(names)} in its metadata.'
            )
        return cls(**{name: frozenset(map(str, record[name])) for name in names})

    def lacks(self, scene: Scene) -> tuple[LeftOut, ...]:
        """Return what a scene asks for that is understood, but that this model cannot show."""
        known: Mapping[str, Collection[str]] = {
            "concept": self.concepts,
            "setting": self.settings,
            "activity": self.activities,
        }
        return tuple(
            LeftOut(words=words, reason=f"understood as {name}, but this model cannot show it")
            for _, part, name, words in names_in(scene)
            if part in known and name not in known[part]
        )


def names_in(scene: Scene) -> Iterator[Use]:
    """Yield every name of the inventory that a scene uses."""
    for number, subject in enumerate(scene.subjects):
        place = f"subjects[{number}]"
        yield f"{place}.concept", "concept", subject.concept, subject.words
        if subject.action:
            yield f"{place}.action.name", "activity", subject.action.name, subject.action.words
        for index, look in enumerate(subject.looks):
            yield f"{place}.looks[{index}].value", look.kind, look.value, look.words
    if scene.place:
        yield "place.name", "setting", scene.place.name, scene.place.words
    for slot in circumstances():
        if named := getattr(scene, slot):
            yield f"{slot}.name", slot, named.name, named.words


def check_names(scene: Scene) -> None:
    """Check that every name of a scene is in the inventory.

    Raises:
        UsageError: one is not; the message names its place and what is near.
    """
    parts: Mapping[str, Collection[str]] = {
        "concept": concepts(),
        "activity": activities(),
        "setting": settings(),
        **looks(),
        **circumstances(),
    }
    for place, part, name, _ in names_in(scene):
        if name not in parts[part]:
            near = difflib.get_close_matches(name, parts[part], n=3) or sorted(parts[part])[:3]
            raise UsageError(f"{place}: {name!r} is no {part} of the inventory; try {', '.join(near)}.")
