"""Events are read from poses: at the moments that the corpus knows, in any pieces, for every gait."""

import numpy as np
import pytest
from numpy.typing import NDArray

from textreel.corpora.scenes import motion
from textreel.corpora.scenes.spec import ResolvedScene, ResolvedSubject
from textreel.soundtrack import LOOK_FRAMES, Course, EventReader, seen_from
from textreel.types import Event

FPS, FRAMES = 24.0, 72
KINDS = {"walk": "step", "run": "step", "bounce": "impact", "jump": "impact"}


def resolved(name: str, speed: str = "normal") -> ResolvedScene:
    return ResolvedScene(
        subjects=(ResolvedSubject(name="horse", colour="natural", size="medium"),),
        relation=None,
        motion=name,
        direction="right",
        speed=speed,
        setting="savanna",
        time="day",
        weather="clear",
        camera="static",
    )


def course(scene: ResolvedScene, seed: int) -> Course:
    times = np.arange(FRAMES + LOOK_FRAMES) / FPS
    vector = np.random.default_rng(seed).standard_normal(64)
    poses = motion.poses(scene, vector, times, 0.9, 0.05, 1.0).astype(np.float64)
    ticks = motion.clocks(scene, vector).astype(np.float64)
    clocks = ticks[None, :, 0::2] + times[:, None, None] * ticks[None, :, 1::2]
    return Course(poses=poses, present=np.array([True, False]), clocks=clocks)


def known(scene: ResolvedScene, seed: int, kind: str) -> NDArray[np.float64]:
    """The moments of the corpus's own clocks, not rounded to frames."""
    vector = np.random.default_rng(seed).standard_normal(64)
    ticks = motion.clocks(scene, vector).astype(np.float64)
    found = [
        time
        for name, phase, rate, _ in motion.sounds(scene, 0, *ticks[0])
        if name == kind
        for time in motion.crossings(phase, rate, FRAMES / FPS)
    ]
    return np.array(sorted(found))


def read(scene: ResolvedScene, seed: int) -> tuple[Event, ...]:
    return EventReader(motions=(scene.motion,)).read(course(scene, seed), FPS)[0]


@pytest.mark.parametrize("speed", ["slow", "normal", "fast"])
@pytest.mark.parametrize("name", KINDS)
def test_feet_and_balls_are_heard_when_they_are_down(name: str, speed: str) -> None:
    late = []
    for seed in range(6):
        scene = resolved(name, speed)
        wanted = known(scene, seed, KINDS[name])
        inner = wanted[(wanted > 2.5 / FPS) & (wanted < (FRAMES - 1) / FPS)]
        found = np.array([event.time_seconds for event in read(scene, seed) if event.kind == KINDS[name]])
        assert len(found) and len(inner) - 1 <= len(found) <= len(wanted) + 1
        late += [float(np.abs(found - time).min()) for time in inner]
    assert np.median(late) < 0.008 and np.mean(np.array(late) < 1 / FPS) >= 0.95


def test_calls_are_where_the_loop_is_half_way() -> None:
    scene = resolved("stay")
    for seed in range(4):
        found = [event.time_seconds for event in read(scene, seed) if event.kind == "call"]
        np.testing.assert_allclose(found, known(scene, seed, "call"), atol=1e-6)


def test_events_are_the_same_in_pieces() -> None:
    scene = resolved("run")
    whole = course(scene, 1)
    reader, found = EventReader(motions=("run",)), []
    for start, end in ((0, 1), (1, 2), (2, 30), (30, FRAMES)):
        stop = end + LOOK_FRAMES
        assert whole.clocks is not None
        piece = Course(poses=whole.poses[start:stop], present=whole.present, clocks=whole.clocks[start:stop])
        events, reader = reader.read(piece, FPS)
        found += [(event.kind, event.time_seconds + start / FPS) for event in events]
    expected = EventReader(motions=("run",)).read(whole, FPS)[0]
    assert [kind for kind, _ in found] == [event.kind for event in expected]
    np.testing.assert_allclose([time for _, time in found], [e.time_seconds for e in expected], atol=1e-6)


@pytest.mark.parametrize("name", ["stay", "stalk", "rise", "spin", "approach"])
def test_who_does_not_step_is_not_heard_stepping(name: str) -> None:
    assert not [event for event in read(resolved(name), 0) if event.kind in ("step", "impact")]


def test_nobody_is_heard_where_nobody_is() -> None:
    scene = resolved("run")
    empty = course(scene, 0)
    absent = Course(poses=empty.poses, present=np.array([False, False]), clocks=empty.clocks)
    assert EventReader(motions=("run",)).read(absent, FPS)[0] == ()


def test_a_subject_stands_where_the_camera_sees_it() -> None:
    made = course(resolved("stay"), 0)
    still = np.tile([0.0, 0.625, 1.0, 0.0], (FRAMES, 1))
    usual = seen_from(made, still)
    zoomed = seen_from(made, still + np.array([0.25, 0, 1.0, 0]))
    np.testing.assert_allclose(zoomed.across[:, 0], 2 * (usual.across[:, 0] - 0.5), atol=1e-6)
    np.testing.assert_allclose(zoomed.size[:, 0], 2 * usual.size[:, 0], rtol=1e-6)
    assert (zoomed.distance[:, 0] < usual.distance[:, 0]).all()


def test_who_comes_is_ever_nearer_and_who_goes_ever_farther() -> None:
    still = np.tile([0.0, 0.625, 1.0, 0.0], (FRAMES, 1))
    coming, going = (seen_from(course(resolved(name), 0), still) for name in ("approach", "recede"))
    assert np.median(coming.receding[:, 0]) < 0 < np.median(going.receding[:, 0])
    np.testing.assert_allclose(
        coming.distance[0, 0] + coming.receding[:-1, 0].cumsum(), coming.distance[1:, 0], atol=0.05
    )
