"""Every motion is seen, is characteristic, and repeats for ever."""

import numpy as np
import pytest
from numpy.typing import NDArray

from textreel.corpora.scenes import motion
from textreel.corpora.scenes.spec import ResolvedScene, ResolvedSubject
from textreel.errors import CorpusError

TIMES = np.arange(48) / 24
SINGLE = (
    "walk",
    "run",
    "stalk",
    "jump",
    "bounce",
    "rise",
    "fall",
    "circle",
    "spin",
    "approach",
    "recede",
    "stay",
)
PAIRS = ("chase", "follow", "meet", "pass")
X_COS, X_SIN, Y, LOG_SCALE, FACING, ROLL_COS, ROLL_SIN, OPACITY, GROUND, SHADOW = range(10)


def resolved(
    name: str,
    *,
    subjects: tuple[str, ...] = ("lion",),
    direction: str = "right",
    speed: str = "normal",
    setting: str = "savanna",
) -> ResolvedScene:
    names = ("lion", "zebra") if name in PAIRS else subjects
    return ResolvedScene(
        subjects=tuple(ResolvedSubject(name=subject, colour="natural", size="medium") for subject in names),
        relation=name if name in PAIRS else None,
        motion="walk" if name in PAIRS else name,
        direction=direction,
        speed=speed,
        setting=setting,
        time="day",
        weather="clear",
        camera="static",
    )


def noise(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(64)


def poses(scene: ResolvedScene, seed: int = 0, times: NDArray[np.float64] = TIMES) -> NDArray[np.float32]:
    return motion.poses(scene, noise(seed), times, 0.9, 0.05, 1.0)


def x_of(codes: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.arctan2(codes[..., X_SIN], codes[..., X_COS]) / np.pi


@pytest.mark.parametrize("name", SINGLE + PAIRS)
@pytest.mark.parametrize("speed", ["slow", "normal", "fast"])
def test_subjects_are_in_the_default_view_most_of_the_time(name: str, speed: str) -> None:
    shares = []
    for seed in range(6):
        codes = poses(resolved(name, speed=speed), seed)[:, : 1 if name in SINGLE else 2]
        inside = (
            (np.abs(x_of(codes)) < 0.52) & (codes[..., OPACITY] > 0.5) & (np.abs(codes[..., Y] - 0.62) < 0.55)
        )
        shares.append(inside.mean())
    assert np.mean(shares) > (0.6 if speed != "fast" else 0.5)


@pytest.mark.parametrize("name", SINGLE + PAIRS)
def test_codes_are_finite_and_in_their_ranges(name: str) -> None:
    codes = poses(resolved(name), times=np.array([0.0, 1.0, 1e5]))
    assert codes.shape == (3, 2, 10)
    assert codes.dtype == np.float32
    assert np.isfinite(codes).all()
    np.testing.assert_allclose(np.hypot(codes[..., X_COS], codes[..., X_SIN]), 1, atol=1e-5)
    np.testing.assert_allclose(np.hypot(codes[..., ROLL_COS], codes[..., ROLL_SIN]), 1, atol=1e-5)
    for field in (OPACITY, SHADOW):
        assert (codes[..., field] >= 0).all()
        assert (codes[..., field] <= 1).all()
    assert (np.abs(codes[..., FACING]) <= 1).all()


@pytest.mark.parametrize("name", SINGLE)
def test_motions_repeat_with_their_clocks(name: str) -> None:
    scene = resolved(name)
    path_rate, loop_rate = motion.clocks(scene, noise(3))[0, [1, 3]].astype(float)
    cycles = round(path_rate / loop_rate * 300)
    period = cycles / path_rate if path_rate else 3.0
    if abs(period * loop_rate - round(period * loop_rate)) < 1e-3:
        np.testing.assert_allclose(poses(scene, 3), poses(scene, 3, TIMES + period), atol=0.02)


@pytest.mark.parametrize("name", SINGLE + PAIRS)
def test_nothing_jumps_while_it_is_seen(name: str) -> None:
    codes = poses(resolved(name), 2, np.arange(1200) / 48)
    seen = (codes[1:, :, OPACITY] > 0.2) & (codes[:-1, :, OPACITY] > 0.2)
    steps = np.abs(np.diff(codes, axis=0)).max(axis=-1) * seen
    assert steps.max() < 0.5
    assert (np.abs(np.diff(codes[..., Y], axis=0)) * seen).max() < 0.07


@pytest.mark.parametrize("name", ["walk", "run", "stalk", "jump", "bounce"])
@pytest.mark.parametrize(("direction", "sign"), [("left", -1), ("right", 1)])
def test_travellers_go_and_face_their_way(name: str, direction: str, sign: int) -> None:
    codes = poses(resolved(name, direction=direction))[:, 0]
    way = np.unwrap(np.arctan2(codes[:, X_SIN], codes[:, X_COS])) / np.pi
    assert (way[-1] - way[0]) * sign > 0.1
    assert (codes[:, FACING] == sign).all()


def test_the_middle_of_a_film_is_in_the_middle_of_the_view() -> None:
    for seed in range(8):
        assert abs(x_of(poses(resolved("run", speed="fast"), seed, np.array([1.0])))[0, 0]) < 0.16


def test_speeds_are_told_apart() -> None:
    rates = [
        motion.clocks(resolved("walk", speed=speed), noise(0))[0, 1] for speed in ("slow", "normal", "fast")
    ]
    assert rates == pytest.approx([0.09 * 0.55, 0.09, 0.09 * 1.8])


def test_start_phases_come_from_noise_and_rates_from_words() -> None:
    left, right = (motion.clocks(resolved("circle", direction=way), noise(1)) for way in ("left", "right"))
    np.testing.assert_array_equal(left, right)
    assert motion.clocks(resolved("circle"), noise(2))[0, 1] == left[0, 1]
    assert motion.clocks(resolved("circle"), noise(2))[0, 0] != left[0, 0]


def test_approach_grows_and_recede_shrinks_for_two_seconds() -> None:
    for seed in range(5):
        assert (np.diff(poses(resolved("approach"), seed)[:, 0, LOG_SCALE]) > 0).all()
        assert (np.diff(poses(resolved("recede"), seed)[:, 0, LOG_SCALE]) < 0).all()


def test_rise_goes_up_and_fall_goes_down_through_the_view() -> None:
    assert poses(resolved("rise"))[-1, 0, Y] - poses(resolved("rise"))[0, 0, Y] < -0.5
    assert poses(resolved("fall"))[-1, 0, Y] - poses(resolved("fall"))[0, 0, Y] > 0.5


def test_feet_stand_on_the_ground_and_the_shadow_fades_with_height() -> None:
    codes = poses(resolved("bounce"))[:, 0]
    feet = codes[:, Y] + motion.FEET * np.exp(codes[:, LOG_SCALE])
    height = codes[:, GROUND] - feet
    assert height.min() > -1e-3
    assert height.max() > 0.2
    order = np.argsort(height)
    assert (np.diff(codes[order, SHADOW]) <= 1e-5).all()


def test_in_the_sky_subjects_float() -> None:
    codes = poses(resolved("walk", setting="sky"))[:, 0]
    assert np.abs(codes[:, Y] - 0.62).max() < 0.13
    grounded = poses(resolved("walk", subjects=("eagle",)))[:, 0]
    assert np.abs(grounded[:, Y] - 0.62).max() < 0.13


def test_the_empty_slot_is_unseen() -> None:
    codes = poses(resolved("walk"))[:, 1]
    assert (codes[:, OPACITY] == 0).all()
    assert (codes[:, SHADOW] == 0).all()
    assert (motion.clocks(resolved("walk"), noise(0))[1] == 0).all()


def test_the_chased_is_ahead_and_those_who_meet_face_each_other() -> None:
    chase = poses(resolved("chase", direction="left"), times=np.array([1.0]))[0]
    assert x_of(chase)[0] - x_of(chase)[1] == pytest.approx(0.42, abs=0.01)
    meeting = poses(resolved("meet", direction="right"), times=np.array([1.9]))[0]
    assert x_of(meeting)[0] < 0 < x_of(meeting)[1]
    assert meeting[0, FACING] == 1
    assert meeting[1, FACING] == -1
    crossing = x_of(poses(resolved("pass", direction="right")))
    assert crossing[0, 0] < crossing[0, 1]
    assert crossing[-1, 0] > crossing[-1, 1]


def test_impacts_fall_on_the_frames_where_feet_touch_the_ground() -> None:
    for name in ("bounce", "jump"):
        found = [
            event for event in motion.events(resolved(name), noise(4), 2.0, 24) if event.kind == "impact"
        ]
        assert len(found) >= 2
        for event in found:
            codes = poses(resolved(name), 4, np.array([event.time_seconds]))[0, 0]
            feet = codes[Y] + motion.FEET * np.exp(codes[LOG_SCALE])
            assert codes[GROUND] - feet < 0.05
    assert [event.time_seconds for event in found] == sorted(event.time_seconds for event in found)


def test_steps_and_calls_are_heard() -> None:
    kinds = {event.kind for event in motion.events(resolved("walk"), noise(0), 3.0, 24)}
    assert kinds == {"step", "call"}
    assert not motion.events(resolved("stay", subjects=("zebra",)), noise(0), 2.0, 24)


@pytest.mark.parametrize("kind", ["static", *motion.CAMERAS])
def test_cameras_move_as_named(kind: str) -> None:
    path = motion.camera(kind, np.random.default_rng(0), [0.0, 1.0, 2.0])
    change = path[-1] - path[0]
    field, sign = {"pan": (0, 1), "til": (1, -1), "zoo": (2, 1)}.get(kind[:3], (0, 0))
    sign *= {"left": -1, "right": 1, "up": 1, "down": -1, "in": 1, "out": -1}.get(kind.split("-")[-1], 0)
    assert np.sign(change[field]) == sign
    if kind[:3] in ("pan", "til"):
        np.testing.assert_allclose(path[1], [0, 0.625, 1, 0], atol=1e-6)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(CorpusError, match="hover"):
        motion.clocks(resolved("hover"), noise(0))
    with pytest.raises(CorpusError, match="spiral"):
        motion.camera_path("spiral")
