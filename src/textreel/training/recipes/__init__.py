"""Recipes by name: each is a function that returns a whole TrainingConfig."""

from collections.abc import Callable

from textreel.training.configuration import TrainingConfig
from textreel.training.recipes.scenes import scenes, scenes_plain, scenes_tiny

RECIPES: dict[str, Callable[[], TrainingConfig]] = {
    "scenes": scenes,
    "scenes-plain": scenes_plain,
    "scenes-tiny": scenes_tiny,
}
