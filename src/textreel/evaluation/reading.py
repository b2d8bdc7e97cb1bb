"""How well the reader reads prompts that other people wrote: VBench (Huang et al. 2024) and its gold tags.

Each prompt with a tag is read once. Even and odd entries are counted apart: the reader may be tuned on the even
ones only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from textreel.documents import read_bytes, read_json
from textreel.errors import EvaluationError
from textreel.language.finding import find_concept
from textreel.language.reader import SceneReading, read_shot
from textreel.language.reader.phrases import looks, relations
from textreel.scene import Scene, Subject
from textreel.world.catalogues import settings
from textreel.world.inventory import concepts

CAMERA_WORDS: Mapping[str, tuple[str, ...]] = {
    "zoom in": ("zoom in",),
    "zoom out": ("zoom out",),
    "pan left": ("pan left",),
    "pan right": ("pan right",),
    "tilt up": ("tilt up",),
    "tilt down": ("tilt down",),
    "shaking effect": ("handheld",),
    "racking focus": ("rack focus",),
    "steady and smooth perspective": ("static",),
    "slow motion": ("slow motion",),
}
"""What the endings of VBench's ``temporal_style`` prompts ask of the camera."""

PERSON = "A person is "
INVERSE = {"left_of": "right_of", "right_of": "left_of", "on": "under", "under": "on", "above": "under"}


@dataclass(frozen=True, kw_only=True)
class DimensionScore:
    """How many prompts of one dimension are read right, in the even and in the odd half."""

    dimension: str
    right: tuple[int, int]
    total: tuple[int, int]
    mistakes: tuple[str, ...]

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of the even and the odd half, 0..1."""
        return self.right[0] / max(self.total[0], 1), self.right[1] / max(self.total[1], 1)

    def to_dict(self) -> dict[str, object]:
        """Return the score as plain values."""
        return {**asdict(self), "shares": self.shares, "target": TARGETS[self.dimension]}


def has(scene: Scene, name: str) -> Subject | None:
    """Return the subject that shows what a name stands for, None for want of one."""
    found = find_concept(name)
    wanted = _concepts_named(name) or {found.name if found else ""}
    return next((each for each in scene.subjects if each.concept in wanted), None)


def _concepts_named(name: str) -> set[str]:
    return {concept.name for concept in concepts().values() if name in (concept.name, *concept.other_names)}


def shows_objects(reading: SceneReading, entry: Mapping[str, Any]) -> bool:
    """Tell whether each object of the tag is a subject."""
    (tag,) = entry["auxiliary_info"].values()
    return all(has(reading.scene, name) for name in tag["object"].split(" and "))


def shows_colour(reading: SceneReading, entry: Mapping[str, Any]) -> bool:
    """Tell whether the object has the tag's colour, as a look or by its very name ("black cat")."""
    colour = entry["auxiliary_info"]["color"]["color"]
    name = entry["prompt_en"].partition(colour)[2].strip()
    if _concepts_named(f"{colour} {name}") & {subject.concept for subject in reading.scene.subjects}:
        return True
    subject, wanted = has(reading.scene, name), looks().find(colour)
    return subject is not None and any(
        (look.kind, look.value) in wanted and look.of is None for look in subject.looks
    )


def shows_relation(reading: SceneReading, entry: Mapping[str, Any]) -> bool:
    """Tell whether both objects are there, in the tag's relation."""
    tag = entry["auxiliary_info"]["spatial_relationship"]["spatial_relationship"]
    scene, (name,) = reading.scene, *relations().find(tag["relationship"])
    first, second = has(scene, tag["object_a"]), has(scene, tag["object_b"])
    if first is None or second is None:
        return False
    ways = ((first, name, second), (second, INVERSE.get(name), first))
    return any(
        one.relation is not None
        and one.relation.name == relation
        and scene.subjects[one.relation.to] == other
        for one, relation, other in ways
    )


def tells_action(reading: SceneReading, entry: Mapping[str, Any]) -> bool:
    """Tell whether the person is a subject, and the action found or at least understood as one."""
    prompt = entry["prompt_en"]
    person = has(reading.scene, "person")
    named = any(
        span.label in ("action", "relation") and span.start <= len(PERSON) < span.end
        for span in reading.spans
    )
    return prompt.startswith(PERSON) and person is not None and named


def places_of(entry: Mapping[str, Any]) -> set[str]:
    """Return the settings that an entry's tag names."""
    gold = entry["auxiliary_info"]["scene"]["scene"]["scene"]
    return {name for name, setting in settings().items() if gold in (name, *setting.words)}


def shows_place(reading: SceneReading, entry: Mapping[str, Any]) -> bool:
    """Tell whether the scene's place is the tag's."""
    return reading.scene.place is not None and reading.scene.place.name in places_of(entry)


def directs_camera(reading: SceneReading, entry: Mapping[str, Any]) -> bool:
    """Tell whether the ending of the prompt is read as what it asks of the camera."""
    ending = next((key for key in CAMERA_WORDS if entry["prompt_en"].endswith(key)), None)
    if ending is None:
        raise EvaluationError(f"No camera words are known for {entry['prompt_en']!r}.")
    values = {each.value for each in reading.film_words}
    return not values.isdisjoint(CAMERA_WORDS[ending])


DIMENSIONS: Mapping[str, Callable[[SceneReading, Mapping[str, Any]], bool]] = {
    "object_class": shows_objects,
    "multiple_objects": shows_objects,
    "color": shows_colour,
    "spatial_relationship": shows_relation,
    "human_action": tells_action,
    "scene": shows_place,
    "temporal_style": directs_camera,
}
TARGETS = {
    "object_class": 0.97, "multiple_objects": 0.95, "color": 0.97, "spatial_relationship": 0.97,
    "human_action": 0.90, "scene": 0.85, "temporal_style": 0.95,
}  # fmt: skip


def read_prompts(path: Path) -> Sequence[Mapping[str, Any]]:
    """Return the entries of a file like VBench's ``VBench_full_info.json``.

    Raises:
        EvaluationError: the file holds something else.
    """
    content = read_json(read_bytes(path), source=str(path)).content
    if not isinstance(content, list) or not all(
        isinstance(entry, dict) and {"prompt_en", "dimension"} <= set(entry) for entry in content
    ):
        raise EvaluationError(
            f"{path} must be a list of entries with prompt_en and dimension, as VBench has it."
        )
    return content


def measure_reading(entries: Sequence[Mapping[str, Any]]) -> list[DimensionScore]:
    """Read every tagged prompt, and count what is right by dimension and half."""
    scores = []
    for dimension, is_right in DIMENSIONS.items():
        right, total, mistakes = [0, 0], [0, 0], []
        for at, entry in enumerate(entries):
            if dimension in entry["dimension"]:
                total[at % 2] += 1
                if is_right(read_shot(entry["prompt_en"]), entry):
                    right[at % 2] += 1
                elif at % 2 == 0:
                    mistakes.append(entry["prompt_en"])
        scores.append(
            DimensionScore(
                dimension=dimension,
                right=(right[0], right[1]),
                total=(total[0], total[1]),
                mistakes=tuple(mistakes),
            )
        )
    return scores
