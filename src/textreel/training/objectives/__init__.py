"""Objectives: what each kind of generator has to learn."""

from collections.abc import Callable
from typing import Any

from lightning_fabric import Fabric

from textreel.training.configuration import TrainingConfig
from textreel.training.objectives.base import Lesson, Moment, Objective, Painted
from textreel.training.objectives.clips import ClipsObjective
from textreel.training.objectives.layered import LayeredObjective
from textreel.training.objectives.plain import PlainObjective
from textreel.training.objectives.sounds import SoundsObjective
from textreel.training.objectives.things import ThingsObjective
from textreel.training.reading import DisturbedWords

OBJECTIVES: dict[str, Callable[[TrainingConfig, Any, DisturbedWords, Fabric], Objective]] = {
    "layered": LayeredObjective,
    "plain": PlainObjective,
    "clips": ClipsObjective,
    "things": ThingsObjective,
    "sound": SoundsObjective,
}
"""By the kind of the generator that they train."""

__all__ = [
    "OBJECTIVES",
    "ClipsObjective",
    "LayeredObjective",
    "Lesson",
    "Moment",
    "Objective",
    "Painted",
    "PlainObjective",
    "SoundsObjective",
    "ThingsObjective",
]
