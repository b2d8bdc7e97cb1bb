"""A camera that follows: on its subject, without its bobbing, round the world, within the place."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from textreel.errors import UsageError
from textreel.pipeline import Reel
from textreel.pipeline.following import Follower, Pursuit, pursuits_of, reach, shortest
from textreel.pipeline.painting import between_views, on_one_side
from textreel.storyboard import plan
from textreel.types import VIEW_Y, CameraKeyframe, CameraPath, CameraShake

FPS = 24.0
PIXEL = 1 / 128
Way = Callable[[NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]


def running(seconds: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """To the right at a run, with steps and the generator's own trembling; round the world in under five seconds."""
    chance = np.random.default_rng(3).normal(0, 0.004, 400)
    x = 0.43 * seconds + chance[np.round(seconds * FPS).astype(int)]
    return np.mod(x + 1, 2) - 1, 0.7 + 0.02 * np.sin(2 * math.pi * 2.7 * seconds)


def jumping(seconds: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.zeros_like(seconds), 0.62 - 0.13 * np.sin(2 * math.pi * seconds)


def filmed(
    way: Way,
    follower: Follower,
    path: CameraPath,
    chunks: list[int],
) -> NDArray[np.float64]:
    """The views of a film in chunks, of a subject on its way in slot 0 and one that stands in slot 1."""
    views, start = [], 0
    for count in chunks:

        def whereabouts(frames: int, first: int = start) -> NDArray[np.float64]:
            x, y = way(np.arange(first, first + frames) / FPS)
            standing = np.stack([np.full_like(x, -0.5), np.full_like(x, 0.65)], axis=-1)
            return np.stack([np.stack([x, y], axis=-1), standing], axis=1)

        times = np.arange(start, start + count) / FPS
        found, follower = follower.along(path, times, whereabouts)
        views.append(found)
        start += count
    return np.concatenate(views)


def following(*pursuits: Pursuit) -> Follower:
    return Follower(fps=FPS, pursuits=pursuits)


WHOLE = Pursuit(slot=0, start_seconds=0.0, end_seconds=math.inf, at_once=True)


def test_who_runs_stays_in_the_middle_round_the_world_without_a_jerk() -> None:
    views = filmed(running, following(WHOLE), CameraPath(), [12] * 12)
    x, _ = running(np.arange(144) / FPS)
    assert np.abs(shortest(x - views[:, 0])).max() < 3 * PIXEL
    step, own = np.diff(views[:, 0]), shortest(np.diff(x))
    assert np.abs(np.diff(step)).max() < 0.5 * np.abs(np.diff(own)).max()
    assert step.min() > 0 and views[-1, 0] > 2, "it counts on where the world begins anew"


def test_jumps_hardly_move_the_camera() -> None:
    views = filmed(jumping, following(WHOLE), CameraPath(), [96])
    assert np.ptp(views[24:, 1]) < 0.3 * 0.26
    assert abs(views[24:, 1].mean() - 0.62) < 2 * PIXEL


@pytest.mark.parametrize("chunks", [[1] * 48, [5, 7, 12, 24], [47, 1]])
def test_frames_may_come_in_any_chunks(chunks: list[int]) -> None:
    late = Pursuit(slot=0, start_seconds=0.5, end_seconds=1.5)
    whole = filmed(running, following(late), CameraPath(), [48])
    np.testing.assert_allclose(
        filmed(running, following(late), CameraPath(), chunks), whole, atol=1e-6, rtol=0
    )


def test_a_camera_comes_to_its_subject_and_comes_to_rest() -> None:
    late = Pursuit(slot=0, start_seconds=0.5, end_seconds=3.0)
    views = filmed(running, following(late), CameraPath(), [120])
    x, _ = running(np.arange(120) / FPS)
    assert np.array_equal(views[:12, 0], np.zeros(12))
    assert np.abs(shortest(x - views[:, 0]))[36:71].max() < 3 * PIXEL
    assert np.abs(np.diff(views[:, 0], 2)).max() < 0.012, "no jump at either end"
    assert np.ptp(views[100:, 0]) < PIXEL
    assert views[-1, 0] - views[71, 0] < 0.1


def test_one_after_the_other() -> None:
    first = Pursuit(slot=1, start_seconds=0.0, end_seconds=1.0, at_once=True)
    then = Pursuit(slot=0, start_seconds=1.0, end_seconds=math.inf)
    views = filmed(running, following(first, then), CameraPath(), [12] * 6)
    x, _ = running(np.arange(72) / FPS)
    assert views[0, 0] == pytest.approx(-0.5) and views[23, 0] == pytest.approx(-0.5)
    assert abs(shortest(x[-1] - views[-1, 0])) < 3 * PIXEL
    assert np.abs(np.diff(views[:, 0])).max() < 0.15


def test_the_view_stays_within_the_place() -> None:
    for zoom in (1.0, 2.0, 0.8):
        path = CameraPath.through(CameraKeyframe(seconds=0.0, zoom=zoom))
        low, high = reach(zoom)
        y = filmed(lambda t: (0 * t, 0 * t + 1.1), following(WHOLE), path, [48])[:, 1]
        assert y[-1] == pytest.approx(high) and y.min() >= low
        assert high + 0.5 / zoom <= 1.25 + 1e-9 or zoom == 0.8


def test_other_moves_go_with_it() -> None:
    end = CameraKeyframe(seconds=2.0, zoom=1.5, roll_radians=0.3)
    path = CameraPath.through(CameraKeyframe(seconds=0.0), end) + CameraPath(layers=(CameraShake(),))
    views = filmed(running, following(WHOLE), path, [48])
    alone = filmed(running, following(WHOLE), path.glides, [48])
    np.testing.assert_allclose(views[:, 2:], path.views(np.arange(48) / FPS)[:, 2:])
    trembling = path.views(np.arange(48) / FPS) - path.glides.views(np.arange(48) / FPS)
    np.testing.assert_allclose((views - alone)[:, :2], trembling[:, :2], atol=1e-6)


def test_nobody_to_follow_leaves_the_path_as_it_is() -> None:
    path = plan("a fox, the camera pans left").shots[0].camera
    views = filmed(running, following(), path, [48])
    assert np.array_equal(views, path.views(np.arange(48) / FPS))


def test_a_camera_that_is_told_to_stand_comes_softly_to_rest() -> None:
    places = np.stack([*running(np.arange(24) / FPS)], axis=-1)[:, None]
    views, follower = following(WHOLE).along(
        CameraPath(), np.arange(18) / FPS, lambda frames: places[:frames]
    )
    stand = CameraPath.through(CameraKeyframe(seconds=0.0, x=float(views[-1, 0]), y=float(views[-1, 1])))
    rest, follower = follower.let_go(()).along(
        stand, np.arange(48) / FPS, lambda _: pytest.fail("for nobody")
    )
    steps = np.diff(rest[:, 0], prepend=views[-1, 0])
    assert 0.5 < steps[0] / (0.43 / FPS) < 1 and (np.diff(steps) <= 1e-9).all() and steps[-1] == 0.0
    assert follower.speed == 0.0


def test_the_shot_says_whom_and_when() -> None:
    shot = plan("A lion chases a zebra; the camera follows the zebra for one second, then zooms in").shots[0]
    slots = {"zebra": 1, None: 0}
    (pursuit,) = pursuits_of(shot, slots.__getitem__, opens=True)
    assert pursuit == Pursuit(slot=1, start_seconds=0.0, end_seconds=1.0, at_once=True)
    (endless,) = pursuits_of(
        plan("A lion runs, the camera follows it").shots[0], slots.__getitem__, opens=False
    )
    assert (endless.slot, endless.end_seconds, endless.at_once) == (0, math.inf, False)
    assert endless.holds(99.0) and pursuit.holds(-0.5) and not pursuit.holds(1.0)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A lion chases a zebra; the camera zooms in on the zebra", [(1, 0.0, math.inf)]),
        ("A lion runs on the beach. The camera pans right, then dollies in on it", [(0, 1.0, math.inf)]),
        ("A lion runs; zoom in on the lion for one second, then pan left", [(0, 0.0, 1.0)]),
        ("A lion runs on the beach, the camera zooms in on the beach", []),
        ("A lion runs on the beach, the camera zooms in", []),
        ("A lion runs on the beach, the camera zooms out from the lion", []),
    ],
)
def test_a_camera_that_comes_closer_keeps_to_whom_it_is_aimed_at(
    prompt: str, expected: list[tuple[int, float, float]]
) -> None:
    slots = {"zebra": 1, "lion": 0, None: 0}
    pursuits = pursuits_of(plan(prompt).shots[0], slots.__getitem__, opens=True)
    assert [(each.slot, each.start_seconds, each.end_seconds) for each in pursuits] == expected
    assert not any(each.at_once for each in pursuits)


def test_two_cameras_meet_on_the_shortest_way() -> None:
    first, second = np.tile([[7.9, VIEW_Y, 1, 0, 1.0]], (2, 1)), np.tile([[-0.2, VIEW_Y, 4, 0, 1.0]], (2, 1))
    (first, second), turns = on_one_side(first, second, None)
    assert turns == -8.0 and second[0, 0] == pytest.approx(7.8)
    assert on_one_side(first, second, 0.0)[1] == 0.0, "a crossing stays on its side"
    middle = between_views(first, second, np.array([0.5, 1.0]))
    assert middle[0, :3] == pytest.approx([7.85, VIEW_Y, 2.0]) and middle[1] == pytest.approx(second[1])


def test_a_film_follows_where_the_generator_puts_the_subject(toy: Reel) -> None:
    stream = toy.stream("a lion walks across the savanna, the camera follows it", seed=3)
    for _ in range(3):
        place = stream._take.easel.places(stream._take.state, 1)[0, 0]
        seen = stream._take.look(1)[0]
        assert abs(shortest(place[0] - seen[0])) < 0.1
        next(stream)
    still = toy.stream("a lion walks across the savanna", seed=3)
    assert not np.array_equal(next(stream), next(still))


def test_a_direction_follows_on_and_ends(toy: Reel) -> None:
    stream = toy.stream("a lion walks across the savanna", seed=3)
    next(stream)
    before = stream._take.look(1)[0]
    stream.direct("track the lion")
    assert np.abs(stream._take.look(1)[0] - before).max() < 0.02, "it begins where the camera stands"
    for _ in range(3):
        next(stream)
    ahead, follower = stream._take.look(12), stream._take.follower
    stream.direct("now make it night")
    assert replace(stream._take.follower, pursuits=follower.pursuits) == follower and follower.frames == 3
    stream.direct("zoom in")
    zoomed = stream._take.look(12)
    assert zoomed[0] == pytest.approx(ahead[0], abs=0.02) and zoomed[-1, 2] > 1.05
    assert [move.kind for move in stream.shot.moves] == ["tracking", "zoom"]
    stream.direct("stop following the lion")
    assert np.ptp(stream._take.look(60)[-12:, :2], axis=0).max() == 0.0
    with pytest.raises(UsageError, match="no dog in this film: its subjects are lion"):
        stream.direct("track the dog")
