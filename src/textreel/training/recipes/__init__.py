"""Recipes by name: each is a function that returns a whole TrainingConfig."""

from collections.abc import Callable

from textreel.training.configuration import TrainingConfig
from textreel.training.recipes.digits import digits, two_digits
from textreel.training.recipes.own import RECIPES_OF_CLIPS
from textreel.training.recipes.scenes import scenes, scenes_plain, scenes_tiny

RECIPES: dict[str, Callable[[], TrainingConfig]] = {
    "scenes": scenes,
    "scenes-plain": scenes_plain,
    "scenes-tiny": scenes_tiny,
    "digits": digits,
    "digits-two": two_digits,
}

__all__ = ["RECIPES", "RECIPES_OF_CLIPS"]
