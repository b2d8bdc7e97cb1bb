"""What a scene can say: the closed vocabularies, and the words held out of captions.

A held-out word never appears in a caption; that a model understands it all the same is measured. In a phrase
the held-out word stands in braces ("at {dusk}"); a phrase without braces is the word itself, and a held-out
verb is given in its base form and held out in all its forms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from textreel.corpora.scenes.grammar import past_participle, present_participle, third_person
from textreel.corpora.scenes.subjects import BY_NAME, SUBJECTS, Subject

SETTINGS = (
    "savanna",
    "beach",
    "forest",
    "desert",
    "snow",
    "mountains",
    "city",
    "sea",
    "underwater",
    "meadow",
    "sky",
    "space",
)
TIMES = ("day", "sunset", "night", "dawn")
WEATHERS = ("clear", "rain", "snow", "fog")
MOTIONS = (
    "walk",
    "run",
    "stalk",
    "jump",
    "bounce",
    "rise",
    "fall",
    "circle",
    "spin",
    "approach",
    "recede",
    "stay",
)
RELATIONS = ("chase", "follow", "meet", "pass")
COLOURS = ("red", "blue", "green", "golden", "white", "black", "pink", "purple")
SIZES = ("small", "medium", "large")
SPEEDS = ("slow", "normal", "fast")
DIRECTIONS = ("left", "right")
CAMERAS = ("static", "pan-left", "pan-right", "tilt-up", "tilt-down", "zoom-in", "zoom-out")
MANNERS = ("animal", "vehicle", "water", "boat", "air", "thing")

NATURAL = "natural"
CLASSES: Mapping[str, tuple[str, ...]] = {
    "setting": SETTINGS,
    "time": TIMES,
    "weather": WEATHERS,
    "motion": MOTIONS,
    "direction": DIRECTIONS,
    "relation": RELATIONS,
    "colour": (NATURAL, *COLOURS),
    "size": SIZES,
    "speed": SPEEDS,
    "camera": CAMERAS,
}
"""Every value an attribute can have in a resolved scene."""

SAYABLE: Mapping[str, tuple[str, ...]] = {
    **CLASSES,
    "colour": COLOURS,
    "size": ("small", "large"),
    "speed": ("slow", "fast"),
}
"""Every value an attribute can have in a scene's words; the others are what it is when nothing is said."""

WEATHERS_IN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(SETTINGS, WEATHERS),
    "desert": ("clear",),
    "sky": ("clear",),
    "underwater": (),
    "space": (),
}
"""Weathers that can be said of a setting; where there is none it is always clear."""

TRAVELLING = frozenset({"walk", "run", "stalk", "jump", "bounce"})
"""Motions that go to the left or to the right."""
DIRECTED_RELATIONS = frozenset({"chase", "follow"})
UNPACED = frozenset({"stalk", "stay"})
"""Motions that have no speed of their own to change."""
RELATION_MOTION: Mapping[str, str] = {"chase": "run", "follow": "walk", "meet": "walk", "pass": "walk"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A way to name a setting, with the prepositions for being there and for moving through it."""

    name: str
    at: tuple[str, ...]
    along: tuple[str, ...]


def places(at: str, along: str, *names: str) -> tuple[Place, ...]:
    """Places that share their prepositions, which are given with spaces between."""
    return tuple(Place(name=name, at=tuple(at.split()), along=tuple(along.split())) for name in names)


HELD_OUT_PLACES: Mapping[str, tuple[Place, ...]] = {
    "savanna": places("on in", "across", "the {grassland}", "the {Serengeti}", "the {prairie}"),
    "beach": places(
        "on at", "along", "the {seashore}", "the {seaside}", "the {shoreline}", "the {oceanfront}"
    ),
    "forest": places("in", "through", "the {woods}", "the {jungle}", "the {rainforest}", "a {grove}"),
    "desert": places("in among", "across through", "the {dunes}", "the {Gobi}"),
    "snow": places("in on", "across", "{Antarctica}", "a {glacier}", "the {permafrost}"),
    "mountains": places("in", "through across", "the {Alps}", "the {Himalayas}", "the {highlands}"),
    "city": places("in", "through", "the {metropolis}", "{Manhattan}", "the {suburbs}"),
    "sea": places("on", "across", "the {ocean}", "the {Atlantic}"),
    "underwater": places("on at", "along", "the {seafloor}"),
    "meadow": places("in on", "across", "the {pasture}", "the {lawn}"),
    "sky": places("in", "through", "the {heavens}", "the {stratosphere}"),
    "space": places("in", "through", "the {galaxy}", "the {cosmos}", "the {universe}"),
}

HELD_OUT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "time": {
        "day": ("at {noon}", "at {midday}"),
        "sunset": ("at {dusk}", "at {twilight}", "at {sundown}"),
        "night": ("at {midnight}", "at {nighttime}"),
        "dawn": ("at {daybreak}", "at {sunup}"),
    },
    "weather": {
        "clear": ("in {cloudless} weather",),
        "rain": ("in a {drizzle}", "in a {downpour}", "in a {rainstorm}", "in the {monsoon}"),
        "snow": ("in a {blizzard}", "in the {sleet}"),
        "fog": ("in the {mist}", "in the {haze}", "in {misty} weather", "in the {smog}"),
    },
    "colour": {
        "red": ("crimson", "maroon"),
        "blue": ("azure", "cobalt"),
        "green": ("emerald",),
        "golden": ("gilded",),
        "white": ("ivory",),
        "black": ("ebony",),
        "pink": ("fuchsia", "magenta"),
        "purple": ("violet", "lavender", "mauve"),
    },
    "size": {
        "small": ("little", "minuscule", "diminutive"),
        "large": ("huge", "gigantic", "massive", "colossal"),
    },
    "speed": {"slow": ("leisurely", "sluggishly"), "fast": ("rapidly", "briskly", "speedily")},
    "relation": {
        "chase": ("pursue", "hunt"),
        "follow": ("trail",),
        "meet": ("encounter", "greet"),
        "pass": (),
    },
}

HELD_OUT_MOTION_VERBS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "walk": {
        "animal": ("stroll", "saunter", "stride"),
        "vehicle": ("cruise",),
        "boat": ("cruise",),
        "air": ("cruise",),
    },
    "run": {"animal": ("gallop", "sprint"), "vehicle": ("hurtle",), "air": ("hurtle",), "thing": ("hurtle",)},
    "stalk": {
        "animal": ("creep", "prowl"),
        "water": ("creep", "prowl"),
        "vehicle": ("creep",),
        "thing": ("creep",),
    },
    "jump": dict.fromkeys(MANNERS, ("leap",)),
    "rise": dict.fromkeys(MANNERS, ("ascend", "levitate")),
    "fall": dict.fromkeys(MANNERS, ("descend", "plummet", "plunge")),
    "circle": dict.fromkeys(MANNERS, ("orbit",)),
    "spin": dict.fromkeys(MANNERS, ("twirl", "whirl")),
    "recede": dict.fromkeys(MANNERS, ("retreat", "depart")),
    "stay": dict.fromkeys(MANNERS, ("rest", "remain", "linger")),
}


_BRACED = re.compile(r"\{(.+?)\}")


def word_of(phrase: str) -> str:
    """The held-out word of a phrase in lower case: what stands in braces, else its first word."""
    braced = _BRACED.search(phrase)
    return (braced.group(1) if braced else phrase.split()[0]).lower()


def manner(subject: Subject) -> str:
    """How a subject moves (one of MANNERS), which decides the verbs that suit it."""
    if subject.medium == "water":
        return "boat" if subject.kind == "vehicle" else "water"
    if subject.medium in ("air", "float"):
        return "air"
    return subject.kind if subject.kind in ("animal", "vehicle") else "thing"


def held_out_phrases(attribute: str, value: str, subject: str) -> tuple[str, ...]:
    """The phrases with a held-out word for one value, as far as they suit the subject of that name.

    Args:
        attribute: a key of CLASSES, or "subject".
        value: one of its values, or the subject's name.
        subject: canonical name of the main subject.
    """
    if attribute == "subject":
        return BY_NAME[value].held_out_words
    if attribute == "setting":
        return tuple(place.name for place in HELD_OUT_PLACES[value])
    if attribute == "motion":
        return HELD_OUT_MOTION_VERBS.get(value, {}).get(manner(BY_NAME[subject]), ())
    return HELD_OUT.get(attribute, {}).get(value, ())


def held_out_synonyms() -> list[tuple[str, str, str]]:
    """Every (attribute, value, word) that no caption ever says; verbs in the third person ("gallops")."""
    found = [("subject", subject.name, word) for subject in SUBJECTS for word in subject.held_out_words]
    for setting, places in HELD_OUT_PLACES.items():
        found += [("setting", setting, word_of(place.name)) for place in places]
    for motion, verbs in HELD_OUT_MOTION_VERBS.items():
        found += [("motion", motion, third_person(verb)) for group in verbs.values() for verb in group]
    for attribute, values in HELD_OUT.items():
        inflect = third_person if attribute == "relation" else word_of
        found += [
            (attribute, value, inflect(phrase)) for value, phrases in values.items() for phrase in phrases
        ]
    return list(dict.fromkeys(found))


def held_out_forms() -> frozenset[str]:
    """Every held-out word in lower case with its inflections: plurals of nouns, all forms of verbs."""
    verbs = {verb for verbs in HELD_OUT_MOTION_VERBS.values() for group in verbs.values() for verb in group}
    verbs |= {verb for group in HELD_OUT["relation"].values() for verb in group}
    forms = {word for attribute, _, word in held_out_synonyms() if attribute not in ("motion", "relation")}
    forms |= {
        third_person(word)
        for attribute, _, word in held_out_synonyms()
        if attribute in ("subject", "setting")
    }
    for verb in verbs:
        forms |= {verb, third_person(verb), present_participle(verb), past_participle(verb)}
    return frozenset(forms)
