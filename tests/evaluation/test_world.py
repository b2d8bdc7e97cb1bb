"""What is counted of films of tagged prompts, before a judge that sees what the test says."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from textreel.evaluation.world import measure_world
from textreel.evaluation.world_judge import CELLS, Look, WorldJudgeConfig
from textreel.world import looks

CONFIG = WorldJudgeConfig(things=("dog", "car"), places=("beach", "kitchen"))
SIDE = 36


def look_at(frame: np.ndarray, **where: tuple[slice, slice]) -> Look:
    chances = torch.zeros(1, len(CONFIG.things), CELLS, CELLS)
    for thing, cells in where.items():
        chances[0, CONFIG.things.index(thing)][cells] = 0.9
    picture = torch.from_numpy(frame)[None].permute(0, 3, 1, 2).float() / 127.5 - 1
    return Look(config=CONFIG, frames=picture, chances=chances, places=torch.tensor([[0.9, 0.1]]))


LEFT, RIGHT = (slice(3, 6), slice(0, 3)), (slice(3, 6), slice(6, 9))


class Seer:
    """A judge that sees a dog on the left and a car on the right, on a beach."""

    config = CONFIG

    def look(self, frames: torch.Tensor) -> Look:
        picture = ((frames[0].permute(1, 2, 0) + 1) * 127.5).round().byte().numpy()
        return look_at(picture, dog=LEFT, car=RIGHT)


class Painter:
    """Films whose left half is red."""

    def generate(self, prompt: str, *, seed: int, seconds: float, sound: bool) -> Any:
        frames = np.zeros((2, SIDE, SIDE, 3), np.uint8)
        frames[:, :, : SIDE // 2] = [int(looks()["colour"]["red"].rgb[at : at + 2], 16) for at in (0, 2, 4)]
        return SimpleNamespace(frames=frames, left_out=("something",))


def entry(prompt: str, dimension: str, **tag: Any) -> dict[str, Any]:
    return {"prompt_en": prompt, "dimension": [dimension], "auxiliary_info": {dimension: tag}}


def relation(first: str, second: str, name: str) -> dict[str, Any]:
    tag = {"object_a": first, "object_b": second, "relationship": name}
    return entry(f"a {first} {name} a {second}", "spatial_relationship", spatial_relationship=tag)


@pytest.mark.parametrize(
    ("one", "is_right"),
    [
        (entry("a dog", "object_class", object="dog"), True),
        (entry("a dog and a car", "multiple_objects", object="dog and car"), True),
        (entry("a red dog", "color", color="red"), True),
        (entry("a blue dog", "color", color="blue"), False),
        (entry("a red car", "color", color="red"), False),
        (relation("dog", "car", "on the left of"), True),
        (relation("dog", "car", "on the right of"), False),
        (relation("dog", "car", "on the top of"), False),
        (entry("beach", "scene", scene={"scene": "beach"}), True),
        (entry("kitchen", "scene", scene={"scene": "kitchen"}), False),
    ],
)
def test_each_dimension_is_judged(one: dict[str, Any], is_right: bool) -> None:
    (dimension,) = one["dimension"]
    scores = {each.dimension: each for each in measure_world(Painter(), [one], seeds=(0, 1), judge=Seer())}  # type: ignore[arg-type]
    score = scores[dimension]
    assert score.total == (2, 0)
    assert score.right == ((2, 0) if is_right else (0, 0))
    assert score.told == (0 if is_right else 2)


def test_what_the_judge_does_not_know_is_named_and_not_counted() -> None:
    (score, *_) = measure_world(Painter(), [entry("a zebra", "object_class", object="zebra")], judge=Seer())  # type: ignore[arg-type]
    assert score.total == (0, 0) and score.unjudged == ("a zebra",)


def test_few_films_come_from_both_halves() -> None:
    entries = [entry("a dog", "object_class", object="dog") for _ in range(40)]
    (score, *_) = measure_world(Painter(), entries, seeds=(0,), films=11, judge=Seer())  # type: ignore[arg-type]
    assert sum(score.total) <= 11 and min(score.total) > 0
