"""Captions of single sounds: what makes it, what it does, or that it is heard."""

import numpy as np

from textreel.corpora.scenes.grammar import present_participle, third_person
from textreel.corpora.sounds.kinds import KINDS, Kind


def caption(kind: Kind, random: np.random.Generator) -> str:
    """One way to name a kind."""
    noun = kind.nouns[random.integers(len(kind.nouns))]
    if not kind.verbs or random.random() < 0.35:
        return ("{}", "the sound of {}", "{} is heard")[random.integers(3)].format(noun)
    verb = kind.verbs[random.integers(len(kind.verbs))]
    return f"{noun} {(third_person, present_participle)[random.integers(2)](verb)}"


def usual(kind: Kind) -> str:
    """The plainest caption of a kind: what films say to the generator."""
    return f"{kind.nouns[0]} {third_person(kind.verbs[0])}" if kind.verbs else kind.nouns[0]


def other(kind: Kind, random: np.random.Generator) -> Kind:
    """Another kind of the same manner: what a wrong caption names."""
    others = [each for each in KINDS if each.manner == kind.manner and each is not kind]
    return others[random.integers(len(others))]
