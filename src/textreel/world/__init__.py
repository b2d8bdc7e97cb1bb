"""The inventory of what a film can show: data with small readers, without torch.

``concepts`` are things, ``settings`` places, ``activities`` what is done, ``looks`` how things look,
``circumstances`` times of day, weathers, seasons and styles, ``relations`` what one thing is to another.
:mod:`textreel.language.finding` finds them by words.
"""

from textreel.world.catalogues import (
    Activity,
    LookValue,
    Motion,
    RelationKind,
    Setting,
    Staging,
    activities,
    circumstances,
    looks,
    motions,
    relations,
    settings,
    staging,
)
from textreel.world.checking import ModelKnowledge, check_names
from textreel.world.inventory import Concept, DrawingFacts, concepts, drawings

__all__ = [
    "Activity",
    "Concept",
    "DrawingFacts",
    "LookValue",
    "ModelKnowledge",
    "Motion",
    "RelationKind",
    "Setting",
    "Staging",
    "activities",
    "check_names",
    "circumstances",
    "concepts",
    "drawings",
    "looks",
    "motions",
    "relations",
    "settings",
    "staging",
]
