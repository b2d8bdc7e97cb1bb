"""Which scenes are trained on and which are kept for evaluation: a split by combinations, and its sampler."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from numpy.random import Generator

from textreel.corpora.scenes.attributes import (
    CAMERAS,
    COLOURS,
    DIRECTED_RELATIONS,
    DIRECTIONS,
    MOTIONS,
    NATURAL,
    RELATIONS,
    SETTINGS,
    TIMES,
    TRAVELLING,
    UNPACED,
    WEATHERS_IN,
    held_out_phrases,
)
from textreel.corpora.scenes.spec import SceneSpec, SpecError, SubjectSpec
from textreel.corpora.scenes.subjects import BY_NAME

Split = Literal["train", "seen", "unseen", "synonym"]
HELD_OUT_SHARE = 1 / 6
_TWO_SHARE = 0.26  # a fifth is left once scenes with a held-out combination are drawn again
_ATTEMPTS = 10_000


@cache
def held_out(kind: str, subject: str, value: str) -> bool:
    """Whether a combination is kept out of training: about one in six, never what is shown by default.

    Args:
        kind: "setting", "motion" or "colour".
        subject: canonical name of the subject.
        value: a value of that attribute.
    """
    if value in ("stay", NATURAL) or (kind == "setting" and value == BY_NAME[subject].home):
        return False
    digest = hashlib.sha256(f"{kind}/{subject}/{value}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < HELD_OUT_SHARE * 2**32


def held_out_pairs(spec: SceneSpec) -> frozenset[tuple[str, str, str]]:
    """Every held-out (kind, subject, value) in the scene as it is shown."""
    scene = spec.resolved((0.0,))
    pairs = set()
    for subject in scene.subjects:
        pairs |= {
            ("setting", subject.name, scene.setting),
            ("motion", subject.name, scene.motion),
            ("colour", subject.name, subject.colour),
        }
    return frozenset(pair for pair in pairs if held_out(*pair))


def has_held_out_synonym(spec: SceneSpec) -> bool:
    """Whether anything the scene says can be said with a held-out word."""
    main = spec.subjects[0].name
    return any(held_out_phrases(mention.attribute, mention.value, main) for mention in spec.mentions())


def sample_spec(
    generator: Generator, split: Split = "train", subjects: Sequence[str] | None = None
) -> SceneSpec:
    """One scene of a split.

    Args:
        generator: the only source of chance.
        split: "train" and "seen" hold no held-out combination, "unseen" at least one; "synonym" holds none
            but can be said with a held-out word.
        subjects: canonical names to choose from; all by default.

    Raises:
        SpecError: if no scene of that split is found among those subjects.
    """
    names = tuple(subjects) if subjects is not None else tuple(BY_NAME)
    if not names:
        raise SpecError("A scene is drawn from at least one subject; none was given. Name one.")
    for _ in range(_ATTEMPTS):
        spec = _draw(generator, names)
        if bool(held_out_pairs(spec)) == (split == "unseen") and (
            split != "synonym" or has_held_out_synonym(spec)
        ):
            return spec
    raise SpecError(
        f"The split {split!r} has no scene with the subjects {', '.join(names)}; name more of them."
    )


def _draw(generator: Generator, names: Sequence[str]) -> SceneSpec:
    relation = _maybe(generator, _TWO_SHARE, RELATIONS) if len(names) > 1 else None
    count = 2 if relation else 1
    chosen = [names[int(index)] for index in generator.choice(len(names), count, replace=False)]
    setting = _maybe(generator, 0.75, SETTINGS)
    place = setting or BY_NAME[chosen[0]].home
    return SceneSpec(
        subjects=tuple(_draw_subject(generator, name) for name in chosen),
        relation=relation,
        setting=setting,
        time=_maybe(generator, 0.5, TIMES if place != "space" else ()),
        weather=_maybe(generator, 0.35, WEATHERS_IN[place]),
        camera=_maybe(generator, 0.3, CAMERAS),
        **_draw_motion(generator, relation),
    )


def _draw_subject(generator: Generator, name: str) -> SubjectSpec:
    return SubjectSpec(
        name=name,
        colour=_maybe(generator, 0.35, COLOURS),
        size=_maybe(generator, 0.35, ("small", "large")),
    )


def _draw_motion(generator: Generator, relation: str | None) -> dict[str, Any]:
    motion = None if relation else _maybe(generator, 0.75, MOTIONS)
    travels = motion in TRAVELLING or relation in DIRECTED_RELATIONS
    paced = motion is not None and motion not in UNPACED
    return {
        "motion": motion,
        "direction": _maybe(generator, 0.5, DIRECTIONS if travels else ()),
        "speed": _maybe(generator, 0.2, ("slow", "fast") if paced else ()),
    }


def _maybe(generator: Generator, probability: float, values: Sequence[str]) -> str | None:
    """One of the values with that probability, else None; draws as often whatever the values are."""
    said, index = generator.random(2)
    return values[int(index * len(values))] if values and said < probability else None
