"""The drawings of the world: Fluent emoji in 3D by code point, their labels and groups from Emojibase.

A drawing's id is `fluent:` and its code points without variation selectors, in lower case: `fluent:1f415` is the dog.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textreel.corpora.world.sprites import Drawing, Pixels, loop_of
from textreel.errors import AssetError

PREFIX = "fluent:"
PHASES = 24
TONED_PHASES = 8  # the motion is the default tone's: few phases teach the colours
SUBJECT_GROUPS = frozenset({1, 3, 4, 5, 6, 7})  # people, animals, food, travel, activities, objects
NO_SUBJECTS = frozenset({*range(16, 23), 58})  # subgroups: hands, parts of bodies, clock faces
TONED = range(23, 30)  # subgroups: persons, gestures, roles, fantasy, activities, sports, resting
GROUPS = ("smiley", "person", "part", "animal", "food", "travel", "activity", "object", "symbol", "flag")


@dataclass(frozen=True, kw_only=True)
class FluentDrawing(Drawing):
    """A drawing with its picture file."""

    file: Path

    def draw(self) -> tuple[Pixels, float]:
        """Up to 24 phases of its loop; a skin tone has fewer."""
        return loop_of(self.file, TONED_PHASES if self.tone else PHASES)


def code_of(name: str) -> str:
    """The code points behind a file name or a hexcode: no variation selectors, no leading zeros, lower case."""
    return "-".join(part.lstrip("0") for part in name.lower().split("-") if part != "fe0f")


def fluent_drawings(labels: Path, art: Path) -> tuple[FluentDrawing, ...]:
    """All drawings that Emojibase names and a folder holds, each followed by its skin tones where these are of use.

    Args:
        labels: `en/data.json` of the npm package emojibase-data.
        art: the folder of `CODE.webp`.

    Raises:
        AssetError: the labels are missing or are not Emojibase's.
    """
    try:
        entries = json.loads(labels.read_text(encoding="utf-8"))
        named = [drawing for entry in entries if "group" in entry for drawing in _drawings(entry, art)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssetError(
            f"The labels of the drawings must lie in {labels.name} and cannot be read ({error}): "
            "run `textreel corpus fetch world`."
        ) from error
    return tuple(drawing for drawing in named if drawing.file.is_file())


def _drawings(entry: Mapping[str, Any], art: Path) -> Iterator[FluentDrawing]:
    group, subgroup, base = entry["group"], entry["subgroup"], code_of(entry["hexcode"])
    skins = entry.get("skins", ()) if subgroup in TONED else ()
    tones = [(code_of(skin["hexcode"]), skin["tone"]) for skin in skins if isinstance(skin["tone"], int)]
    for code, tone in [(base, 0), *tones]:
        yield FluentDrawing(
            id=PREFIX + code,
            label=entry["label"],
            group=GROUPS[group],
            subject=group in SUBJECT_GROUPS and subgroup not in NO_SUBJECTS,
            base=PREFIX + base,
            tone=tone,
            file=art / f"{code}.webp",
        )
