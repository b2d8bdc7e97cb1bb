"""Who and what is shown of a scene: up to six pictures, with what holds, carries or wears which.

`cast` expands counts, gives activities their bodies and props, and says what does not fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from textreel.scene import LeftOut, Look, Scene, Subject
from textreel.world.catalogues import Activity, Motion, activities, looks, motions, staging
from textreel.world.inventory import Concept, concepts, drawings

MAX_ROLES = 6
TINT_AMOUNT = 0.85
PERSON_KINDS = frozenset({"person", "role", "creature", "athlete", "gesture"})
TONES = ("light", "medium light", "medium", "medium dark", "dark")
FIRST_OF_SLOT = 16  # entries of the noise vector before this decide for all; six a slot follow
Noise = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Role:
    """One picture of a scene.

    Attributes:
        concept: what it shows.
        art: which picture of that, its skin tone included, such as "fluent:1f6b6-1f3fb-200d-2640".
        subject: the number of the subject it belongs to.
        copy: which of several of that subject, from 0.
        metres: how tall what the picture shows really is.
        motion: the name of how it moves.
        of: the number of the role that carries it or that it is placed by; None stands for itself.
        at: the part of that role's body where it is, or the relation that places it; "" stands for itself.
        size: its height in heights of that role; 0 goes by its metres.
        put: how far right and down of its place it is, in sides of that role's picture, and its tilt in radians.
        layer: before (above 0) or behind that role.
        tint: red, green, blue and amount, 0 to 1; and the colour, as red, green and blue, that is replaced alone.
    """

    concept: str
    art: str
    subject: int
    copy: int = 0
    metres: float
    motion: str = "still"
    of: int | None = None
    at: str = ""
    size: float = 0.0
    put: tuple[float, float, float] = (0.0, 0.0, 0.0)
    layer: float = 0.0
    tint: tuple[float, ...] = (0.0,) * 4

    @property
    def moves(self) -> Motion:
        """How it moves."""
        return motions()[self.motion]


def uniform(gaussian: float) -> float:
    """The normal distribution function: an even draw in 0..1 from a Gaussian one."""
    return 0.5 * (1.0 + math.erf(float(gaussian) / math.sqrt(2.0)))


def cast(scene: Scene, noise: Noise) -> tuple[tuple[Role, ...], tuple[LeftOut, ...]]:
    """Choose the pictures of a scene.

    Args:
        scene: what is shown; its names are of the inventory.
        noise: float64 [64], gaussian; it decides what the scene leaves open.

    Returns:
        At most six roles, each after the role that it goes by, and what of the scene finds no place among them.
    """
    shown = _merged(scene)
    figures = [(number, subject, _figure(scene, number, subject, noise)) for number, subject in shown]
    chosen = _chosen(figures)
    roles: list[Role] = []
    firsts: dict[int, int] = {}
    left_out: list[LeftOut] = []
    pending = _in_order(figures)
    for number, subject, figure in pending:
        bodies = [copy for (who, copy), _ in chosen.items() if who == number]
        for copy in bodies:
            start = len(roles)
            firsts.setdefault(number, start)
            for part in figure[: chosen[number, copy]]:
                of = None if part.of is None else start + part.of
                roles.append(replace(part, copy=copy, of=of))
            roles[start] = _placed(roles[start], scene, number, firsts)
        if len(bodies) < subject.count:
            reason = f"{subject.count} are too many: {len(bodies)} fit, of at most {MAX_ROLES} pictures"
            left_out.append(LeftOut(words=subject.words, reason=reason))
        elif chosen[number, 0] < len(figure):
            missing = ", ".join(part.concept for part in figure[chosen[number, 0] :])
            left_out.append(LeftOut(words=subject.words, reason=f"its {missing} does not fit"))
    return tuple(roles), tuple(left_out)


Figure = list[Role]
Figures = Sequence[tuple[int, Subject, Figure]]


def _merged(scene: Scene) -> list[tuple[int, Subject]]:
    """The subjects with their numbers, but those that the picture of another, or its prop, shows already."""
    hidden = set()
    for subject in scene.subjects:
        for other in subject.bonds:
            if _shown_together(scene, subject, other):
                hidden.add(other)
    return [(number, subject) for number, subject in enumerate(scene.subjects) if number not in hidden]


def _shown_together(scene: Scene, subject: Subject, other: int) -> bool:
    """Whether one picture shows a subject on, or at work with, the other."""
    thing = scene.subjects[other]
    activity = activities()[subject.action.name] if subject.action else None
    if subject.holds == other and activity is not None and activity.prop == thing.concept:
        return True
    rides = subject.relation is not None and subject.relation.name in ("rides", "on", "inside")
    alone = thing.count == subject.count and not thing.looks and is_plain_person(subject.concept)
    return rides and subject.relation is not None and subject.relation.to == other and alone and (
        thing.concept in staging().together
    )  # fmt: skip


def is_plain_person(name: str) -> bool:
    """Whether a concept is a person of no trade, whom any body shows."""
    return name in ("person", "man", "woman") or name in staging().heads


def _chosen(figures: Figures) -> dict[tuple[int, int], int]:
    """How many pictures each copy of each subject gets: bodies first, then what they use, then further copies."""
    chosen: dict[tuple[int, int], int] = {}
    for number, _, _ in figures:
        if sum(chosen.values()) < MAX_ROLES:
            chosen[number, 0] = 1
    for number, _, figure in figures:
        free = MAX_ROLES - sum(chosen.values())
        if (number, 0) in chosen:
            chosen[number, 0] += max(0, min(len(figure) - 1, free))
    for copy in range(1, max((subject.count for _, subject, _ in figures), default=1)):
        for number, subject, figure in figures:
            free = MAX_ROLES - sum(chosen.values())
            if copy < subject.count and free >= min(len(figure), chosen.get((number, 0), 0)) > 0:
                chosen[number, copy] = min(len(figure), free)
    return chosen


def _in_order(figures: Figures) -> list[tuple[int, Subject, Figure]]:
    """Figures so that each comes after those that it is placed by."""
    by_number = {number: (number, subject, figure) for number, subject, figure in figures}
    found: dict[int, tuple[int, Subject, Figure]] = {}

    def add(number: int) -> None:
        if number in found or number not in by_number:
            return
        _, subject, _ = by_number[number]
        holders = [other for other, holder, _ in figures if holder.holds == number]
        for other in [*([subject.relation.to] if subject.relation else []), *holders]:
            add(other)
        found[number] = by_number[number]

    for number in by_number:
        add(number)
    return list(found.values())


def _placed(role: Role, scene: Scene, number: int, firsts: dict[int, int]) -> Role:
    """The body of a figure where its relation, or who holds it, puts it."""
    subject = scene.subjects[number]
    for other, holder in enumerate(scene.subjects):
        if holder.holds == number and other in firsts:
            return replace(role, of=firsts[other], at="hand", layer=1.0, motion="still")
    if subject.relation is not None and subject.relation.to in firsts:
        behind = subject.relation.name == "inside" and (
            scene.subjects[subject.relation.to].concept in staging().hollow
        )
        before = -0.5 if behind or subject.relation.name == "behind" else 0.5
        return replace(role, of=firsts[subject.relation.to], at=subject.relation.name, layer=before)
    return role


def _figure(scene: Scene, number: int, subject: Subject, noise: Noise) -> Figure:
    """A subject's pictures: its body, then its head, prop and clothes, which name the body as role 0."""
    concept = concepts()[subject.concept]
    draws = [uniform(each) for each in np.roll(noise, -FIRST_OF_SLOT - 6 * number)[:6]]
    activity = activities()[subject.action.name] if subject.action else None
    head = staging().heads.get(concept.name)
    body = _body(scene, subject, concept, activity)
    gender = _gender(subject, concept, draws[0])
    tone = _tone(subject, draws[1])
    scale = _scale(subject)
    metres = (
        head.metres if head else concept.height_metres if body is concept else body.height_metres
    ) * scale
    if head and body.name != head.body:  # a boy who sits is as tall as his share of one who stands
        metres *= body.height_metres / concepts()["person"].height_metres
    art = _art(body, gender, tone, subject.looks)
    motion = activity.motion if activity else _idle(concept, draws[2])
    figure = [
        Role(
            concept=body.name, art=art, subject=number, metres=metres, motion=motion,
            tint=_tint(subject.looks, body, art, head.clothes if head else ""),
        )
    ]  # fmt: skip
    if head:
        figure.append(
            Role(
                concept=concept.name, art=_art(concept, "", tone, ()), subject=number, metres=0.3, of=0, at="face",
                size=head.size, layer=0.2,
            )
        )  # fmt: skip
    if activity and activity.prop and activity.at and body is not concepts().get(activity.prop):
        figure.append(_prop(scene, subject, number, activity))
    for look in subject.looks:
        if look.kind == "clothes" and look.value in staging().worn:
            name, at = staging().worn[look.value]
            figure.append(_thing(name, number, at, layer=0.4))
    return figure


def _body(scene: Scene, subject: Subject, concept: Concept, activity: Activity | None) -> Concept:
    """Whose picture shows a subject at what it does."""
    if concept.kind not in PERSON_KINDS or not is_plain_person(concept.name):
        return concept
    for other in subject.bonds:
        if _shown_together(scene, subject, other) and subject.relation and subject.relation.to == other:
            return concepts()[staging().together[scene.subjects[other].concept]]
    if subject.relation is not None and subject.relation.name in ("rides", "on", "inside") and not activity:
        return concepts()["sitting person"] if subject.relation.name != "on" else concepts()["person"]
    head = staging().heads.get(concept.name)
    return concepts()[activity.body if activity and activity.body else head.body if head else concept.name]


def _prop(scene: Scene, subject: Subject, number: int, activity: Activity) -> Role:
    assert activity.prop and activity.at
    held = scene.subjects[subject.holds] if subject.holds is not None else None
    name = held.concept if held and held.concept == activity.prop else activity.prop
    prop = _thing(name, number, activity.at, layer=-0.3 if activity.behind else 0.3)
    tint = _tint(held.looks, concepts()[name], prop.art, "") if held else prop.tint
    return replace(
        prop,
        size=-activity.size if activity.size != 1 else 0.0,
        put=(*activity.shift, activity.tilt),
        tint=tint,
    )


def _thing(name: str, number: int, at: str, layer: float) -> Role:
    concept = concepts()[name]
    return Role(
        concept=name,
        art=concept.art.get("", ""),
        subject=number,
        metres=concept.height_metres,
        of=0,
        at=at,
        layer=layer,
    )


def _gender(subject: Subject, concept: Concept, draw: float) -> str:
    for look in subject.looks:
        if look.kind == "gender":
            return look.value
    fixed = {
        "boy": "man",
        "old man": "man",
        "girl": "woman",
        "old woman": "woman",
        "man": "man",
        "woman": "woman",
    }
    return fixed.get(concept.name, ("man", "woman")[draw > 0.5])


def _tone(subject: Subject, draw: float) -> int:
    """0 is the drawings' own yellow, 1 to 5 are light to dark."""
    for look in subject.looks:
        if look.kind == "skin" and look.value in TONES:
            return 1 + TONES.index(look.value)
    return max(0, math.ceil((draw - 0.4) / 0.12))


def _art(concept: Concept, gender: str, tone: int, said: Sequence[Look]) -> str:
    """Which picture of a concept shows that gender and tone; hair where the art has it."""
    values = [look.value for look in said if look.kind == "hair"]
    for variant in (*values, gender, {"man": "men", "woman": "women"}.get(gender, ""), ""):
        if variant in concept.art:
            art = concept.art[variant]
            break
    else:
        art = next(iter(concept.art.values()), "")
    if tone and art in drawings() and drawings()[art].has_tones:
        first, *rest = art.split("-")
        art = "-".join([first, f"1f3f{'bcdef'[tone - 1]}", *rest])
    return art


def plain_art(art: str) -> str:
    """The picture in the drawings' own yellow of which another is a skin tone."""
    return "-".join(part for part in art.split("-") if part not in {f"1f3f{end}" for end in "bcdef"})


def _scale(subject: Subject) -> float:
    sizes, ages = looks()["size"], {"baby": 0.45, "young": 0.7}
    scale = 1.0
    for look in subject.looks:
        if look.kind == "size" and look.value in sizes:
            scale *= sizes[look.value].scale
        elif look.kind == "age":
            scale *= ages.get(look.value, 1.0)
    return scale


def _idle(concept: Concept, draw: float) -> str:
    idle = staging().idle
    kind = "person" if concept.kind in PERSON_KINDS else concept.kind
    options = idle.get(concept.medium) or idle.get(kind) or idle["else"]
    return options[min(len(options) - 1, int(draw * len(options)))]


def _tint(said: Sequence[Look], concept: Concept, art: str, usual: str) -> tuple[float, ...]:
    """The colour that a picture, or the clothes of a person on it, is given."""
    worn = drawings()[plain_art(art)].clothes if plain_art(art) in drawings() else ""
    for kind in ("colour", "material"):
        for look in said:
            rgb = looks()[kind][look.value].rgb if look.kind == kind and look.value in looks()[kind] else ""
            if rgb and (concept.kind not in PERSON_KINDS or worn):
                return (*_parts(rgb), TINT_AMOUNT, *(_parts(worn) if worn else ()))
    return (*_parts(usual), TINT_AMOUNT, *_parts(worn)) if usual and worn else (0.0,) * 4


def _parts(rgb: str) -> Iterator[float]:
    return (int(rgb[start : start + 2], 16) / 255 for start in (0, 2, 4))
