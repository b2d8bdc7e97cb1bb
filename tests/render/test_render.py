"""Timeline and transitions: cuts fall where the storyboard says, the ends of a transition are exactly its shots."""

import numpy as np
import pytest
from numpy.typing import NDArray

from textreel.render import Moment, blend, frame_count, moments, stretches
from textreel.render.transitions import MIXES
from textreel.storyboard import TRANSITIONS, Shot, Storyboard, Transition

FPS = 24


def board(
    *kinds: str, seconds: float = 2.0, opening: str | None = None, closing: str | None = None
) -> Storyboard:
    """Shots of equal length with these transitions between them."""
    passages = [Transition(kind=kind, seconds=TRANSITIONS[kind]) for kind in kinds]
    ends = Transition(kind=closing, seconds=TRANSITIONS[closing]) if closing else None
    shots = tuple(
        Shot(index=index, text="a lion", start_seconds=index * seconds, seconds=seconds, transition=passage)
        for index, passage in enumerate([*passages, ends])
    )
    begins = Transition(kind=opening, seconds=TRANSITIONS[opening]) if opening else None
    return Storyboard(prompt="", shots=shots, opening=begins)


def picture(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (16, 24, 3), dtype=np.uint8)


def test_every_transition_of_the_storyboard_can_be_shown() -> None:
    assert set(MIXES) == set(TRANSITIONS)


def test_a_cut_falls_on_the_frame_that_the_storyboard_says() -> None:
    shown = list(moments(board("cut"), FPS))
    assert len(shown) == frame_count(board("cut"), FPS) == 96
    assert [moment.before for moment in shown] == [0] * 48 + [1] * 48
    assert {moment.kind for moment in shown} == {"cut"}


@pytest.mark.parametrize("kind", [kind for kind in TRANSITIONS if kind != "cut"])
def test_the_middle_of_a_transition_is_where_the_cut_falls(kind: str) -> None:
    shown = list(moments(board(kind), FPS))
    under_way = [frame for frame, moment in enumerate(shown) if moment.kind == kind]
    assert len(under_way) == round(TRANSITIONS[kind] * FPS)
    assert (under_way[0] + under_way[-1] + 1) / 2 == 48
    assert [shown[under_way[0]].share, shown[under_way[-1]].share] == [0.0, 1.0]
    assert all(shown[frame].before == 0 and shown[frame].after == 1 for frame in under_way)


def test_shots_are_painted_as_long_as_they_are_seen_and_no_longer() -> None:
    seen = stretches(board("dissolve", "cut"), FPS)
    assert [(each.start, each.first, each.end) for each in seen] == [(0, 0, 54), (48, 42, 96), (96, 96, 144)]
    for moment_frame, moment in enumerate(moments(board("dissolve", "cut"), FPS)):
        for shot in {moment.before, moment.after}:
            assert shot is not None and seen[shot].first <= moment_frame < seen[shot].end


def test_a_film_opens_and_closes_out_of_nothing_and_into_it() -> None:
    shown = list(moments(board(opening="fade-through-black", closing="fade-through-white"), FPS))
    assert shown[0] == Moment(before=None, after=0, kind="fade-through-black", share=0.0)
    assert shown[-1] == Moment(before=0, after=None, kind="fade-through-white", share=1.0)
    assert not blend("fade-through-black", None, picture(0), 0.0).any()
    assert (blend("fade-through-white", picture(0), None, 1.0) == 255).all()


@pytest.mark.parametrize("kind", TRANSITIONS)
def test_the_ends_of_a_transition_are_exactly_its_shots(kind: str) -> None:
    first, second = picture(1), picture(2)
    assert np.array_equal(blend(kind, first, second, 0.0), first)
    assert np.array_equal(blend(kind, first, second, 1.0), second)


def test_a_dissolve_is_the_mean_in_its_middle() -> None:
    first, second = picture(1), picture(2)
    middle = blend("dissolve", first, second, 0.5).astype(float)
    assert np.abs(middle - (first.astype(float) + second) / 2).max() <= 0.5


@pytest.mark.parametrize("colour", ["black", "white"])
def test_a_fade_is_plain_in_its_middle(colour: str) -> None:
    middle = blend(f"fade-through-{colour}", picture(1), picture(2), 0.5)
    assert (middle == (0 if colour == "black" else 255)).all()


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [("wipe-right", 8, 0), ("wipe-left", 8, 23), ("wipe-down", 0, 12), ("wipe-up", 15, 12)],
)
def test_a_wipe_begins_where_its_edge_comes_from(kind: str, row: int, column: int) -> None:
    first, second = np.zeros((16, 24, 3), np.uint8), np.full((16, 24, 3), 255, np.uint8)
    quarter = blend(kind, first, second, 0.3)
    assert quarter[row, column, 0] == 255 and quarter[15 - row, 23 - column, 0] == 0
    assert 0.2 < quarter.mean() / 255 < 0.4


def test_an_iris_opens_in_the_middle() -> None:
    first, second = np.zeros((16, 24, 3), np.uint8), np.full((16, 24, 3), 255, np.uint8)
    half = blend("iris", first, second, 0.4)
    assert half[8, 12, 0] == 255 and half[0, 0, 0] == 0
