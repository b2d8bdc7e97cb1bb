"""What words leave unsaid about a subject, and noise decides: which drawing, the skin, the colour of a thing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from textreel.language.vectors import WordVectors
from textreel.scene import Look
from textreel.world import Concept, looks

VARIANT_LOOKS = ("gender", "hair")
"""Kinds of looks of which there are drawings."""
LEARNED_LOOKS = frozenset({"colour", "material", "skin"})
"""Kinds of looks that the network of looks was shown."""
FREE_COLOUR_KINDS = frozenset({"vehicle", "furniture", "clothing", "container", "toy"})
FREE_COLOUR_SHARE = 0.5
FREE_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
PEOPLE = frozenset({"person", "role", "athlete", "gesture"})
SKIN = "skin"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One subject's drawing and looks.

    Attributes:
        art: the drawing, as the inventory names it.
        looks: what the network of looks is asked for: what was said, then what noise decided.
        decided: those of them that noise decided.
        ignored: what was said, and can be shown by no drawing and no look.
    """

    art: str
    looks: tuple[Look, ...]
    decided: tuple[Look, ...]
    ignored: tuple[Look, ...]


def choose(concept: Concept, said: Sequence[Look], noise: Sequence[float]) -> Choice:
    """Choose a drawing and looks.

    Args:
        concept: one that has art.
        said: the subject's looks.
        noise: three standard Gaussian numbers at least: of the drawing, the skin and the colour.
    """
    drawing, skin, colour = (0.5 + 0.5 * math.erf(number / math.sqrt(2)) for number in noise[:3])
    named = [look for look in said if look.kind in VARIANT_LOOKS and look.value in concept.art]
    open_variants = [name for name in ("", "man", "woman") if name in concept.art] or [*concept.art]
    variant = (
        named[0].value
        if named
        else open_variants[min(int(drawing * len(open_variants)), len(open_variants) - 1)]
    )
    learned = [look for look in said if look.kind in LEARNED_LOOKS]
    decided = []
    if concept.kind in PEOPLE and not any(look.kind == SKIN for look in said):
        decided.append(Look(kind="skin", value=_pick([*looks()[SKIN]], skin)))
    elif concept.kind in FREE_COLOUR_KINDS and not learned and colour < FREE_COLOUR_SHARE:
        decided.append(Look(kind="colour", value=_pick(FREE_COLOURS, colour / FREE_COLOUR_SHARE)))
    shown = {id(look) for look in (*named[:1], *learned)}
    ignored = tuple(look for look in said if id(look) not in shown and look.kind != "size")
    return Choice(
        art=concept.art[variant], looks=(*learned, *decided), decided=tuple(decided), ignored=ignored
    )


def _pick(values: Sequence[str], share: float) -> str:
    return values[min(int(share * len(values)), len(values) - 1)]


def look_vectors(look: Look, vectors: WordVectors) -> tuple[list[float], list[float]]:
    """The vectors of a look's value, and of its part or zeros: the mean of their words."""
    value = f"{look.value} skin" if look.kind == SKIN else look.value
    return phrase_vector(value, vectors), phrase_vector(look.of or "", vectors)


def phrase_vector(phrase: str, vectors: WordVectors) -> list[float]:
    """The mean of the vectors of a phrase's words; zeros for none."""
    words = phrase.split()
    return vectors.stack(words).mean(axis=0).tolist() if words else [0.0] * vectors.dimensions
