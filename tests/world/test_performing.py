"""Scenes as they are cast and played."""

import numpy as np
import pytest

from textreel.nn.compositing import POSE
from textreel.scene import Named, Relation, RelationName, Scene, Subject
from textreel.world.casting import MAX_ROLES, cast
from textreel.world.performing import WORLD_WIDTH, perform

NOISE = np.random.default_rng(5).normal(size=64)


def pair(relation: RelationName) -> Scene:
    return Scene(
        subjects=(
            Subject(concept="dog", relation=Relation(name=relation, to=1)),
            Subject(concept="car"),
        )
    )


def x_of(scene: Scene, concept: str) -> float:
    played = perform(scene, NOISE, frames=1)
    slot = [role.concept for role in played.roles].index(concept)
    pose = played.poses[0, slot]
    return float(np.arctan2(pose[POSE["x_sin"]], pose[POSE["x_cos"]]) * WORLD_WIDTH / (2 * np.pi))


def test_no_more_than_six_and_the_rest_is_named() -> None:
    scene = Scene(subjects=(Subject(concept="cat", count=9),))
    roles, left_out = cast(scene, NOISE)
    assert len(roles) == MAX_ROLES and "9 are too many" in left_out[0].reason


def test_left_is_left_and_right_is_right() -> None:
    assert x_of(pair("left_of"), "dog") < x_of(pair("left_of"), "car")
    assert x_of(pair("right_of"), "dog") > x_of(pair("right_of"), "car")


def test_a_prop_goes_with_its_body() -> None:
    scene = Scene(subjects=(Subject(concept="woman", action=Named(name="play the flute")),))
    roles, _ = cast(scene, NOISE)
    assert [role.of for role in roles if role.concept == "flute"] == [0]


@pytest.mark.parametrize("start", [0.0, 3.5])
def test_what_is_played_later_is_what_goes_on(start: float) -> None:
    whole = perform(pair("chases"), NOISE, frames=48, start_seconds=start)
    rest = perform(pair("chases"), NOISE, frames=24, start_seconds=start + 1)
    assert np.allclose(whole.poses[24:], rest.poses, atol=1e-4)


def test_what_fits_under_a_table_leaves_it_on_the_ground() -> None:
    under = Subject(concept="dog", relation=Relation(name="under", to=1))
    played = perform(Scene(subjects=(under, Subject(concept="table"))), NOISE, frames=1)
    table = [role.concept for role in played.roles].index("table")
    pose = played.poses[0, table]
    assert pose[POSE["y"]] + np.exp(pose[POSE["log_scale"]]) / 2 > pose[POSE["ground_y"]] - 0.05


def test_a_pair_beside_a_vehicle_stays_within_the_view() -> None:
    played = perform(pair("left_of"), NOISE, frames=48)
    across = np.arctan2(played.poses[:, :2, POSE["x_sin"]], played.poses[:, :2, POSE["x_cos"]])
    assert np.abs(across * WORLD_WIDTH / (2 * np.pi)).max() < 0.5
