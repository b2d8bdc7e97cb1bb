"""Configurations: written, read back, and refused with a sentence."""

import json
import math
from typing import Any

import pytest

from textreel.errors import UsageError
from textreel.training.configuration import AdversarialConfig, TrainingConfig, override
from textreel.training.recipes import RECIPES


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_survives_json(recipe: str) -> None:
    config = RECIPES[recipe]()
    assert config.recipe == recipe
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_options_are_overridden_by_path() -> None:
    config = override(
        RECIPES["scenes-tiny"](),
        {
            "adversarial.weight": 1,
            "generator.text.layers": 3,
            "corpus.subjects": ["owl"],
            "window.shown": [0, 5],
        },
    )
    assert config.adversarial.weight == 1 and config.generator.text.layers == 3
    assert config.corpus.subjects == ("owl",) and config.window.shown == (0, 5)
    assert override(config, {"corpus.subjects": None}).corpus.subjects is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"adversarial.wight": 1}, "no option 'adversarial.wight'"),
        ({"steps.more": 1}, "no option 'steps.more'"),
        ({"learning_rate": -1e9}, "learning_rate must be above 0, got -1000000000.0"),
        ({"learning_rate": math.inf}, "learning_rate must be a number from 0 on, got inf"),
        ({"layers.poses": -1.0}, "layers.poses must be a number from 0 on, got -1.0"),
        ({"betas": [0.9, math.nan]}, "betas must be a number from 0 on, got nan"),
        ({"steps": "many"}, "steps must be a whole number, got 'many'"),
        ({"steps": True}, "steps must be a whole number, got True"),
        ({"steps": 0}, "steps must be at least 1, got 0"),
        ({"compile": "yes"}, "compile must be true or false"),
        ({"corpus.name": 3}, "name must be text"),
        ({"betas": [0.1]}, "betas must be a list of 2"),
        ({"adversarial": 3}, "adversarial must be a group of options"),
        ({"adversarial.loss": "hinge"}, "one of minimax, non-saturating, relativistic, got 'hinge'"),
        ({"adversarial.penalty": "some"}, "one of none, gradient, approximated"),
        ({"window.shown": [9]}, "shown must lie within the window's 6 frames"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        override(RECIPES["scenes-tiny"](), changes)


def test_an_unknown_key_is_refused_at_every_depth() -> None:
    values = RECIPES["scenes-tiny"]().to_dict()
    with pytest.raises(UsageError, match="TrainingConfig has no option 'colour'"):
        TrainingConfig.from_dict(values | {"colour": "red"})
    with pytest.raises(UsageError, match="TextEncoderConfig has no option 'depth'"):
        TrainingConfig.from_dict(values | {"generator": values["generator"] | {"text": {"depth": 2}}})


def test_a_configuration_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        AdversarialConfig().weight = 2.0  # type: ignore[misc]
