"""What a caption says of a scene, and the scene with everything it leaves open filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textreel.corpora.scenes.attributes import (
    DIRECTED_RELATIONS,
    NATURAL,
    RELATION_MOTION,
    SAYABLE,
    TRAVELLING,
    UNPACED,
    WEATHERS_IN,
)
from textreel.corpora.scenes.subjects import BY_NAME
from textreel.errors import CorpusError

SCENE_ATTRIBUTES = ("relation", "motion", "direction", "speed", "setting", "time", "weather", "camera")
SUBJECT_ATTRIBUTES = ("colour", "size")


class SpecError(CorpusError):
    """A scene says what cannot be shown."""


@dataclass(frozen=True, kw_only=True)
class Mention:
    """One thing a scene says: an attribute ("subject", "colour", "time", ...), its value, and of which subject."""

    attribute: str
    value: str
    slot: int = 0


@dataclass(frozen=True, kw_only=True)
class SubjectSpec:
    """What is said of one subject; None is not said.

    Attributes:
        name: canonical name of the subject.
        colour: one of COLOURS; its own colours otherwise.
        size: small or large; medium otherwise.
    """

    name: str
    colour: str | None = None
    size: str | None = None

    def __post_init__(self) -> None:
        if self.name not in BY_NAME:
            raise SpecError(f"A subject is one of the corpus's own; {self.name!r} is not. See SUBJECTS.")
        for attribute in SUBJECT_ATTRIBUTES:
            _check_sayable(attribute, getattr(self, attribute))


@dataclass(frozen=True, kw_only=True)
class SceneSpec:
    """What a caption says; None is not said.

    Attributes:
        subjects: one subject, or two with a relation between them (the first one does it to the second).
        relation: chase, follow, meet or pass, where there are two subjects; they have no motion or speed besides.
        motion, direction, speed, setting, time, weather, camera: one of the attribute's SAYABLE values.

    Raises:
        SpecError: if a value is unknown or contradicts another, for example rain in space.
    """

    subjects: tuple[SubjectSpec, ...]
    relation: str | None = None
    motion: str | None = None
    direction: str | None = None
    speed: str | None = None
    setting: str | None = None
    time: str | None = None
    weather: str | None = None
    camera: str | None = None

    def __post_init__(self) -> None:
        for attribute in SCENE_ATTRIBUTES:
            _check_sayable(attribute, getattr(self, attribute))
        self._check_subjects()
        self._check_motion()
        self._check_place()

    @property
    def place(self) -> str:
        """The setting, said or the main subject's home."""
        return self.setting or BY_NAME[self.subjects[0].name].home

    def mentions(self) -> tuple[Mention, ...]:
        """Everything the scene says, subjects first."""
        found = []
        for slot, subject in enumerate(self.subjects):
            found.append(Mention(attribute="subject", value=subject.name, slot=slot))
            for attribute in SUBJECT_ATTRIBUTES:
                if (value := getattr(subject, attribute)) is not None:
                    found.append(Mention(attribute=attribute, value=value, slot=slot))
        for attribute in SCENE_ATTRIBUTES:
            if (value := getattr(self, attribute)) is not None:
                found.append(Mention(attribute=attribute, value=value))
        return tuple(found)

    def saying(self, mention: Mention) -> SceneSpec:
        """The same scene with one thing said differently.

        Raises:
            SpecError: if that contradicts the rest.
        """
        if mention.attribute not in ("subject", *SUBJECT_ATTRIBUTES):
            return replace(self, **{mention.attribute: mention.value})  # type: ignore[arg-type]
        field = "name" if mention.attribute == "subject" else mention.attribute
        subjects = list(self.subjects)
        subjects[mention.slot] = replace(subjects[mention.slot], **{field: mention.value})
        return replace(self, subjects=tuple(subjects))

    def resolved(self, noise_vector: Sequence[float] | NDArray[np.floating]) -> ResolvedScene:
        """The scene with every default filled in; a direction not said is right where `noise_vector[0]` > 0.

        Args:
            noise_vector: [>= 1] the clip's noise vector, an array, a tensor or a list.
        """
        motion = self.motion or (RELATION_MOTION[self.relation] if self.relation else "stay")
        return ResolvedScene(
            subjects=tuple(
                ResolvedSubject(
                    name=subject.name, colour=subject.colour or NATURAL, size=subject.size or "medium"
                )
                for subject in self.subjects
            ),
            relation=self.relation,
            motion=motion,
            direction=self.direction or ("right" if float(noise_vector[0]) > 0 else "left"),
            speed=self.speed or "normal",
            setting=self.place,
            time="night" if self.place == "space" else self.time or "day",
            weather=self.weather or "clear",
            camera=self.camera or "static",
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON; what is not said is left out."""
        document = {key: value for key, value in asdict(self).items() if value is not None}
        document["subjects"] = [
            {key: value for key, value in subject.items() if value is not None}
            for subject in document["subjects"]
        ]
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> SceneSpec:
        """The scene that `to_dict` gave.

        Raises:
            SpecError: if a key is unknown, the subjects are missing or a value is not allowed.
        """
        unknown = set(document) - {"subjects", *SCENE_ATTRIBUTES}
        if unknown or "subjects" not in document:
            raise SpecError(
                f"A scene has subjects and {', '.join(SCENE_ATTRIBUTES)}; given were {sorted(document)}."
            )
        try:
            subjects = tuple(SubjectSpec(**subject) for subject in document["subjects"])
        except TypeError as error:
            raise SpecError(
                f"A subject has a name, a colour and a size; given was {document['subjects']}."
            ) from error
        return cls(**{**document, "subjects": subjects})

    def _check_subjects(self) -> None:
        if len(self.subjects) not in (1, 2) or (len(self.subjects) == 2) != (self.relation is not None):
            raise SpecError(
                f"A scene has one subject, or two and a relation; given were {len(self.subjects)} "
                f"and the relation {self.relation}. Add or leave out one of them."
            )

    def _check_motion(self) -> None:
        if self.relation and (self.motion or self.speed):
            raise SpecError(
                f"Two subjects that {self.relation} have no motion or speed besides; leave it out."
            )
        if self.direction and self.motion not in TRAVELLING and self.relation not in DIRECTED_RELATIONS:
            raise SpecError(f"Only what travels has a direction; {self.relation or self.motion} does not.")
        if self.speed and (self.motion is None or self.motion in UNPACED):
            raise SpecError(f"A speed belongs to a motion with a pace; {self.motion} has none.")

    def _check_place(self) -> None:
        if self.weather and self.weather not in WEATHERS_IN[self.place]:
            raise SpecError(
                f"The weather {self.weather} does not happen in the setting {self.place}; leave it out."
            )
        if self.time and self.place == "space":
            raise SpecError(f"Space has no time of day; given was {self.time}. Leave it out.")


@dataclass(frozen=True, kw_only=True)
class ResolvedSubject:
    """One subject as it is shown: colour "natural" or one of COLOURS, size one of SIZES."""

    name: str
    colour: str
    size: str


@dataclass(frozen=True, kw_only=True)
class ResolvedScene:
    """A scene as it is shown: every attribute has a value of CLASSES; one subject alone has no relation."""

    subjects: tuple[ResolvedSubject, ...]
    relation: str | None
    motion: str
    direction: str
    speed: str
    setting: str
    time: str
    weather: str
    camera: str


def _check_sayable(attribute: str, value: str | None) -> None:
    if value is not None and value not in SAYABLE[attribute]:
        raise SpecError(
            f"The {attribute} of a scene is one of {', '.join(SAYABLE[attribute])}; given was {value!r}."
        )
