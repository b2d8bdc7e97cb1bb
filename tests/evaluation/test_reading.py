import json
from pathlib import Path

import pytest

from textreel.errors import EvaluationError
from textreel.evaluation.reading import DIMENSIONS, TARGETS, directs_camera, measure_reading, read_prompts
from textreel.language.reader import read_shot

ENTRIES = [
    {"prompt_en": "a red bicycle", "dimension": ["color"], "auxiliary_info": {"color": {"color": "red"}}},
    {"prompt_en": "a red bicycle", "dimension": ["color"], "auxiliary_info": {"color": {"color": "green"}}},
    {
        "prompt_en": "a blue bicycle", "dimension": ["color"],
        "auxiliary_info": {"color": {"color": "blue"}},
    },
    {"prompt_en": "a cat", "dimension": ["object_class"], "auxiliary_info": {"object_class": {"object": "dog"}}},
]  # fmt: skip


def test_the_halves_are_counted_apart() -> None:
    scores = {score.dimension: score for score in measure_reading(ENTRIES)}
    assert (scores["color"].right, scores["color"].total) == ((2, 0), (2, 1))
    assert (scores["object_class"].right, scores["object_class"].total) == ((0, 0), (0, 1))
    assert scores["color"].shares == (1.0, 0.0)
    assert set(TARGETS) == set(DIMENSIONS)


def test_mistakes_of_the_even_half_alone_are_shown() -> None:
    scores = {score.dimension: score for score in measure_reading([*ENTRIES, *ENTRIES[1:2]])}
    assert scores["color"].mistakes == ("a red bicycle",)
    assert scores["object_class"].mistakes == ()


def test_unknown_camera_words_are_refused() -> None:
    entry = {"prompt_en": "a cat, sideways", "dimension": ["temporal_style"]}
    with pytest.raises(EvaluationError, match="sideways"):
        directs_camera(read_shot("a cat"), entry)


@pytest.mark.parametrize("content", [{"a": 1}, [1], [{"prompt_en": "a cat"}]])
def test_a_file_of_something_else_is_refused(content: object, tmp_path: Path) -> None:
    path = tmp_path / "prompts.json"
    path.write_text(json.dumps(content))
    with pytest.raises(EvaluationError, match="prompt_en"):
        read_prompts(path)
