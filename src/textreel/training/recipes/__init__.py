"""Recipes by name: each is a function that returns a whole TrainingConfig."""

from collections.abc import Callable
from pathlib import Path

from textreel.training.configuration import TrainingConfig
from textreel.training.recipes import own
from textreel.training.recipes.digits import digits, digits_alone
from textreel.training.recipes.scenes import scenes, scenes_plain, scenes_tiny
from textreel.training.recipes.sounds import own_sounds, sounds, sounds_tiny

RECIPES: dict[str, Callable[[], TrainingConfig]] = {
    "scenes": scenes,
    "scenes-plain": scenes_plain,
    "scenes-tiny": scenes_tiny,
    "digits": digits,
    "digits-alone": digits_alone,
    "sounds": sounds,
    "sounds-tiny": sounds_tiny,
}

RECIPES_OF_CLIPS: dict[str, Callable[[Path], TrainingConfig]] = {
    **own.RECIPES_OF_CLIPS,
    "own-sounds": own_sounds,
}

__all__ = ["RECIPES", "RECIPES_OF_CLIPS"]
