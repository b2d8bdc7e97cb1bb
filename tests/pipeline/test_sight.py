"""Who left the view comes back from its other side, and the camera goes with those who go together."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import Tensor

from textreel.nn.compositing import POSE, POSE_FIELDS
from textreel.pipeline import Reel
from textreel.pipeline.following import COMPANY, go_together, shortest
from textreel.pipeline.painting import GROUP_FRAMES, OPENING_FRAMES, WAY_SECONDS, Take, in_sight, places_of
from textreel.storyboard import plan

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
        lambda poses, *view: torch.arange(len(poses)) >= 5 if next(calls) < 2 else torch.ones(len(poses)),
    )
    length = OPENING_FRAMES + GROUP_FRAMES
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
        "textreel.pipeline.painting.in_sight", lambda poses, *view: torch.arange(len(poses)) >= 5
    )
    monkeypatch.setattr(type(toy.generator), "hastened", None)
    stream = toy.stream("a lion walks while the camera follows the lion", seed=1, size=32)
    for _ in range(OPENING_FRAMES + 2):
        next(stream)
    assert isinstance(stream._take, Take)


@pytest.mark.parametrize(
    ("ways", "together"),
    [
        ((0.2, 0.3), True),
        ((-0.2, -0.1), True),
        ((0.2, -0.2), False),
        ((0.2, 0.01), False),
        ((0.3,), True),
        ((0.01,), False),
    ],
)
def test_who_goes_together(ways: tuple[float, ...], together: bool) -> None:
    poses = torch.cat(
        [torch.cat([posed(0.9), posed(0.9 + way)]) for way in ways], dim=1
    )  # round the world where it is far enough
    assert go_together(places_of(poses), 1.0) is together


def test_who_circles_goes_nowhere() -> None:
    for rounds_a_second in (0.231, 0.42, 0.756):
        for phase in range(24):
            turns = [rounds_a_second * float(second) + phase / 24 for second in WAY_SECONDS]
            ways = [posed(0.28 * math.cos(2 * math.pi * turn)) for turn in turns]
            assert not go_together(places_of(torch.cat(ways)), float(WAY_SECONDS[1]))


def test_a_camera_of_which_nothing_is_said_goes_with_those_who_go_together(
    toy: Reel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who go round the world a little apart: both stay in view, once the film has begun as it was told."""
    begun = 0.0

    def where(seconds: Tensor) -> Tensor:
        each = [torch.cat([posed(gap + 0.3 * float(second)) for gap in (-0.2, 0.2)], 1) for second in seconds]
        return torch.cat(each)[None]

    monkeypatch.setattr(type(toy.generator), "glances", lambda self, state, seconds: where(seconds))
    monkeypatch.setattr(
        type(toy.generator),
        "whereabouts",
        lambda self, state, frames: where(begun + torch.arange(frames) / toy.fps),
    )
    easel = toy._easel(0, None, sound=False)
    told, silent = (
        Take(easel, plan(text).shots[0])
        for text in ("a lion follows a zebra, static camera", "a lion follows a zebra")
    )
    assert told.follower.pursuits == () and silent.follower.pursuits[0].slot == COMPANY
    for take in (told, silent):
        first = take.go(OPENING_FRAMES)
        assert np.array_equal(first[:, :4], np.broadcast_to(VIEW[:4], (OPENING_FRAMES, 4))), (
            "it begins as it was told"
        )
    begun = OPENING_FRAMES / toy.fps
    views = silent.look(72)
    middle = begun * 0.3 + 0.3 * np.arange(72) / toy.fps
    assert np.abs(shortest(views[36:, 0] - middle[36:])).max() < 0.02
    assert (views[:, 1] == first[0, 1]).all(), "the place stays at its height"
    assert np.array_equal(told.look(72)[:, 0], np.zeros(72))
