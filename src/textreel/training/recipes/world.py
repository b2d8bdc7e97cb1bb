"""The stages of the model `world`, in the order in which they are trained."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textreel.training.stages import Stage, StageConfig
from textreel.training.stages.courses import courses_recipe, courses_sharp, make_courses
from textreel.training.stages.judge import judge_recipe, make_judge
from textreel.training.stages.looks import looks_recipe, make_looks
from textreel.training.stages.motions import make_motions, motions_stage
from textreel.training.stages.picture_code import make_picture_code, picture_code, picture_code_sharp
from textreel.training.stages.places import make_places, places_recipe


@dataclass(frozen=True)
class StageRecipe:
    """A stage's options, and what makes the stage of them."""

    options: Callable[[], StageConfig]
    make: Callable[[Any], Stage]


WORLD: dict[str, StageRecipe] = {
    "picture-code": StageRecipe(picture_code, make_picture_code),
    "picture-code-sharp": StageRecipe(picture_code_sharp, make_picture_code),
    "courses": StageRecipe(courses_recipe, make_courses),
    "looks": StageRecipe(looks_recipe, make_looks),
    "places": StageRecipe(places_recipe, make_places),
    "courses-sharp": StageRecipe(courses_sharp, make_courses),
    "motions": StageRecipe(motions_stage, make_motions),
    "judge": StageRecipe(judge_recipe, make_judge),
}

STAGES: dict[str, dict[str, StageRecipe]] = {"world": WORLD}
