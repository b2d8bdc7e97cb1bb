"""Recipes by name: each is a function that returns a whole TrainingConfig."""

from collections.abc import Callable

from textreel.training.configuration import TrainingConfig
from textreel.training.recipes.scenes import scenes, scenes_tiny

RECIPES: dict[str, Callable[[], TrainingConfig]] = {"scenes": scenes, "scenes-tiny": scenes_tiny}
