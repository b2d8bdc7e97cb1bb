"""A storyboard refuses what cannot be filmed, and says why."""

from typing import Any

import pytest

from textreel.errors import UsageError
from textreel.storyboard import MOVES, CameraMove, Shot, Storyboard, plan


def document() -> dict[str, Any]:
    return plan("a lion walks while the camera pans left").to_dict()


def test_unknown_keys_are_refused_by_name() -> None:
    wrong = document()
    wrong["shots"][0]["colour"] = "red"
    with pytest.raises(UsageError, match="'colour' is none of them"):
        Storyboard.from_dict(wrong)
    with pytest.raises(UsageError, match="format must be one of 1, 2; got 3"):
        Storyboard.from_dict(document() | {"format": 3})


def test_missing_keys_and_negative_times_are_refused() -> None:
    wrong = document()
    del wrong["shots"][0]["text"]
    with pytest.raises(UsageError, match=r"^shots\[0\] needs text\.$"):
        Storyboard.from_dict(wrong)
    wrong = document()
    wrong["shots"][0]["moves"][0]["start_seconds"] = -1.0
    with pytest.raises(
        UsageError,
        match=r"moves\[0\]\.start_seconds must be a number >= 0; got -1\.0",
    ):
        Storyboard.from_dict(wrong)


@pytest.mark.parametrize(
    "wrong",
    [None, [], "abc", 5, {}, {"shots": None}, {"shots": "abc"}, {"shots": [1]}, {"shots": [{}]}, {"shots": 5}]
    + [{"shots": [{"text": "a", "seconds": seconds}]} for seconds in (None, "2", True, [], 1e9, float("nan"), 10**400)]
    + [{"shots": [{"text": text, "seconds": 1}]} for text in (None, 5, ["a"], "", "a" * 5000)]
    + [
        {"shots": [{"text": "a", "seconds": 1, key: value}]}
        for key, value in {"moves": "pan", "transition": 5, "carried": [5], "timing": 5, "index": "x"}.items()
    ]
    + [
        {"shots": [{"text": "a", "seconds": 1, "moves": [move]}]}
        for move in (1, {}, {"kind": ["zoom"]}, {"kind": "zoom", "amount": 1e300}, {"kind": "zoom", "amount": "2"})
    ]
    + [{"shots": [{"text": "a", "seconds": 0.01}] * count} for count in (101, 10_000)],
)  # fmt: skip
def test_nothing_but_a_storyboard_is_taken_for_one(wrong: Any) -> None:
    with pytest.raises(UsageError):
        Storyboard.from_dict(wrong)


def test_the_limits_hold_for_storyboards_made_in_python() -> None:
    shots = [Shot(index=index, text="a", start_seconds=6.0 * index, seconds=6.0) for index in range(101)]
    assert len(Storyboard(prompt="", shots=tuple(shots[:100])).shots) == 100
    with pytest.raises(UsageError, match="1 to 100 shots; got 101"):
        Storyboard(prompt="", shots=tuple(shots))
    with pytest.raises(UsageError, match="at most 600 seconds; these shots last 700"):
        Storyboard(prompt="", shots=(Shot(index=0, text="a", start_seconds=0.0, seconds=700.0),))
    with pytest.raises(UsageError, match=r"at most 4,000 characters and 20 moves; shot 0 has 4,001 and 0"):
        Shot(index=0, text="a" * 4001, start_seconds=0.0, seconds=1.0)


def test_shots_follow_each_other() -> None:
    first = Shot(index=0, text="a lion", start_seconds=0.0, seconds=1.0)
    with pytest.raises(UsageError, match="Shot 1"):
        Storyboard(prompt="", shots=(first, Shot(index=1, text="a fox", start_seconds=2.0, seconds=1.0)))
    second = Shot(index=1, text="a fox", start_seconds=1.0, seconds=1.0)
    assert Storyboard(prompt="", shots=(first, second)).seconds == 2.0
    with pytest.raises(UsageError, match="1 to 100 shots; got 0"):
        Storyboard(prompt="", shots=())


def test_a_move_ends_within_its_shot() -> None:
    move = CameraMove(kind="pan", direction="left", amount=0.3, seconds=3.0)
    with pytest.raises(UsageError, match="make the shot longer"):
        Shot(index=0, text="a lion", start_seconds=0.0, seconds=2.0, moves=(move,))


@pytest.mark.parametrize("name", list(MOVES))
def test_every_kind_keeps_the_contract(name: str) -> None:
    kind = MOVES[name]
    assert kind.name == name
    assert kind.verbs or kind.camera_verbs or kind.adjectives
    assert kind.amounts[0] <= kind.default_amount <= kind.amounts[1]
    for direction in sorted(set(kind.directions.values())) or [None]:
        move = CameraMove(
            kind=name, direction=direction, amount=kind.default_amount, start_seconds=0.5, seconds=1.0
        )
        path = move.path().at([0.0, 1.5, 9.0])
        assert path[0].tolist() == pytest.approx([0.0, 0.625, 1.0, 0.0])
        assert name == "handheld" or path[1].tolist() == pytest.approx(path[2].tolist())
        assert path[1].tolist() != path[0].tolist() or name in ("static", "handheld", "tracking")


def test_impossible_moves_are_refused() -> None:
    for wrong in (
        {"kind": "spiral"},
        {"kind": "pan", "direction": "up", "amount": 0.3},
        {"kind": "zoom", "direction": "in", "amount": 100.0},
        {"kind": "static", "direction": "left"},
    ):
        with pytest.raises(UsageError):
            CameraMove(**wrong)


def test_only_a_tracking_camera_has_a_subject_and_the_shot_names_it() -> None:
    tracking = CameraMove(kind="tracking", subject="lions", seconds=2.0)
    assert Shot(index=0, text="a lion runs", start_seconds=0.0, seconds=2.0, moves=(tracking,)).moves == (
        tracking,
    )
    with pytest.raises(UsageError, match="There is no lions in the shot 'a dog runs': its subjects are dog"):
        Shot(index=0, text="a dog runs", start_seconds=0.0, seconds=2.0, moves=(tracking,))
    with pytest.raises(UsageError, match="Only a tracking camera has a subject"):
        CameraMove(kind="zoom", direction="in", amount=1.5, subject="lion")


def test_a_dolly_grows_the_place_by_its_amount_and_is_none_at_its_widest() -> None:
    views = plan("a lion, the camera dollies out by half").shots[0].camera.views([0.0, 2.0])
    assert views[:, 2].tolist() == pytest.approx([1.5, 1.0]) and views[:, 4].tolist() == pytest.approx(
        [1.5, 1.0]
    )
    assert plan("a lion, the camera zooms out by half").shots[0].camera.views([0.0])[0, 4] == 1.0
