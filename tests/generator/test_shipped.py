"""The shipped `scenes` model moves its subjects as the words say, told by the poses that it paints them in."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from textreel.nn.compositing import POSE
from textreel.pipeline import Reel, load

FRAMES = 48


@pytest.fixture(scope="module")
def reel() -> Reel:
    return load("scenes")


def moved(reel: Reel, prompt: str, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """The first subject's pose in two seconds, by field."""
    easel = reel._easel(seed, None, sound=False)
    _, state = easel.state(prompt)
    poses = reel.generator.whereabouts(state, FRAMES)
    assert poses is not None
    return {field: poses[0, :, 0, index].detach().numpy() for field, index in POSE.items()}


def along(pose: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Where the subject is along x, in world units that count on."""
    return np.unwrap(np.arctan2(pose["x_sin"], pose["x_cos"])) / math.pi


def turned(pose: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """How far the subject is rolled in each frame, in degrees that count on."""
    return np.degrees(np.unwrap(np.arctan2(pose["roll_sin"], pose["roll_cos"])))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("subject", ["a duck", "a red car", "a huge pumpkin"])
def test_what_spins_turns_evenly(reel: Reel, subject: str, seed: int) -> None:
    steps = np.diff(turned(moved(reel, f"{subject} spins", seed)))
    assert (steps > 0).all() or (steps < 0).all(), "one way round"
    assert np.abs(steps).mean() == pytest.approx(180 / 24, rel=0.2), "half a turn in a second"
    assert np.abs(steps).max() < 2 * np.abs(steps).mean(), "and never in a jerk"


def test_who_stays_or_walks_is_not_turned_over(reel: Reel) -> None:
    for prompt in ("a duck stands still", "a duck walks"):
        assert np.abs(turned(moved(reel, prompt))).max() < 15


@pytest.mark.parametrize("leaning", [-1e-3, 0.0, 1e-3])
@pytest.mark.parametrize(
    "prompt", ["a rainbow", "a horse walks", "a dog falls", "a butterfly spins", "a dog chases a cat"]
)
def test_nobody_is_seen_edge_on_whom_the_noise_leaves_between_left_and_right(
    reel: Reel, prompt: str, leaning: float
) -> None:
    easel = reel._easel(0, None, sound=False)
    reading, noise = easel.reader.read(prompt), easel.noise()
    noise.vector[:, 0] = leaning
    encoding = reel.generator.encode(reading.vectors, reading.mask)
    poses = reel.generator.whereabouts(reel.generator.initial_state(encoding, noise), FRAMES)
    assert poses is not None
    present = poses[0][:, (poses[0] != 0).any(dim=-1).all(dim=0)]
    assert (present[..., POSE["facing"]].abs() > 0.9).all()


@pytest.mark.parametrize(("side", "sign"), [("left", -1), ("right", 1)])
def test_who_walks_goes_where_the_words_say(reel: Reel, side: str, sign: int) -> None:
    pose = moved(reel, f"a fox walks to the {side}")
    assert sign * (along(pose)[-1] - along(pose)[0]) > 0.15 and (np.sign(pose["facing"]) == sign).all()


def test_what_falls_goes_down_and_what_rises_goes_up(reel: Reel) -> None:
    falls, rises = (moved(reel, f"a star {what}")["y"] for what in ("falls down", "rises up"))
    assert falls[30] > falls[12] + 0.1 and rises[30] < rises[12] - 0.1


def test_who_comes_closer_grows_and_who_goes_away_shrinks(reel: Reel) -> None:
    closer, away = (moved(reel, f"a dog {what}")["log_scale"] for what in ("comes closer", "goes away"))
    assert closer[-8] > closer[8] + 0.3 and away[-8] < away[8] - 0.3
