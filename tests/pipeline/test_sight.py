"""Nobody is out of sight for long: who left the view comes back from its other side."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import Tensor

from textreel.nn.compositing import POSE, POSE_FIELDS
from textreel.pipeline import Reel
from textreel.pipeline.painting import ABSENCE_FRAMES, OPENING_FRAMES, Take, in_sight

VIEW = np.array([0.0, 0.625, 1.0, 0.0, 0.0])


def posed(x: float, y: float = 0.7, size: float = 0.4, opacity: float = 1.0) -> Tensor:
    pose = torch.zeros(1, 1, len(POSE_FIELDS))
    pose[..., POSE["x_sin"]], pose[..., POSE["x_cos"]] = math.sin(math.pi * x), math.cos(math.pi * x)
    pose[..., POSE["y"]], pose[..., POSE["log_scale"]] = y, math.log(size)
    pose[..., POSE["opacity"]] = opacity
    return pose


@pytest.mark.parametrize(
    ("pose", "change", "seen"),
    [
        (posed(0.0), {}, True),
        (posed(0.65), {}, True),
        (posed(0.9), {}, False),
        (posed(-0.95), {}, False),
        (posed(0.9), {0: 0.8}, True),
        (posed(-0.95), {0: 0.8}, True),
        (posed(0.65), {2: 2.0}, False),
        (posed(0.9), {2: 0.6}, True),
        (posed(0.0, opacity=0.0), {}, False),
        (torch.zeros(1, 1, len(POSE_FIELDS)), {}, False),
    ],
)
def test_what_is_in_sight(pose: Tensor, change: dict[int, float], seen: bool) -> None:
    view = VIEW.copy()
    for index, value in change.items():
        view[index] = value
    assert bool(in_sight(pose, view)[0]) == seen


def test_a_stream_brings_back_who_left_and_is_the_same_in_any_pieces(
    toy: Reel, monkeypatch: pytest.MonkeyPatch
) -> None:
    hastened: list[float] = []
    hasten = type(toy.generator).hastened

    def noted(self: object, state: object, seconds: float) -> object:
        hastened.append(seconds)
        return hasten(self, state, seconds)  # type: ignore[arg-type]

    calls = itertools.count()
    monkeypatch.setattr(type(toy.generator), "hastened", noted)
    # Nobody is there until the sixth moment that is looked at.
    monkeypatch.setattr(
        "textreel.pipeline.painting.in_sight",
        lambda poses, view: torch.arange(len(poses)) >= 5 if next(calls) < 2 else torch.ones(len(poses)),
    )
    length = OPENING_FRAMES + ABSENCE_FRAMES
    stream = toy.stream("a lion walks", seed=1, size=32)
    alone = [next(stream) for _ in range(length)]
    assert hastened == [0.5], "to the moment before somebody is seen, once"
    calls = itertools.count()
    film = toy.generate("a lion walks", seed=1, size=32, seconds=length / toy.fps)
    assert len(hastened) == 2
    apart = np.abs(film.frames.astype(int) - np.stack(alone))
    assert apart.max() <= 1, "but for rounding"


def test_a_camera_that_follows_hastens_nobody(toy: Reel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "textreel.pipeline.painting.in_sight", lambda poses, view: torch.arange(len(poses)) >= 5
    )
    monkeypatch.setattr(type(toy.generator), "hastened", None)
    stream = toy.stream("a lion walks while the camera follows the lion", seed=1, size=32)
    for _ in range(OPENING_FRAMES + 2):
        next(stream)
    assert isinstance(stream._take, Take)
