"""Transitions, with films painted by the real render room of two plain moving shots, and by wrong ones."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from textreel.evaluation.transitions import WORDINGS, Passed, figures, passed_of
from textreel.render import blend, moments, stretches
from textreel.storyboard import Storyboard, plan

SIDE = 16


def shot(text: str, frame: int) -> NDArray[np.uint8]:
    """A pattern of the shot's own, with a point that moves."""
    picture = np.random.default_rng(len(text)).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    picture[0, frame % SIDE] = 255 - picture[0, frame % SIDE]
    return picture


class TwoShots:
    """Films storyboards as the renderer does; `late` frames too late, `instead` of the kind that was asked for."""

    def __init__(self, *, late: int = 0, instead: str | None = None) -> None:
        self.late, self.instead = late, instead

    def generate(self, prompt: Storyboard, seed: int = 0, sound: bool = True) -> Any:
        seen, frames = stretches(prompt, 24.0), []
        for at, moment in enumerate(moments(prompt, 24.0)):
            sides = [
                None if side is None else shot(prompt.shots[side].text, at - seen[side].first)
                for side in (moment.before, moment.after)
            ]
            frames.append(blend(self.instead or moment.kind, sides[0], sides[1], moment.share))
        if len(prompt.shots) > 1 and self.late:
            frames = [*frames[:1] * self.late, *frames[: -self.late]]
        return SimpleNamespace(frames=np.stack(frames))


def passed(kind: str, model: TwoShots) -> Passed:
    words = WORDINGS[kind].format("A lion walks", "for a second", "a zebra runs in the snow")
    board = plan(words)
    frames = np.asarray(model.generate(board).frames, dtype=np.float32)
    return passed_of(model, board, frames, kind, 0)


def measured(kind: str, **wrong: Any) -> dict[str, Any]:
    return {figure.name: figure for figure in figures([passed(kind, TwoShots(**wrong))])}


def test_a_cut_on_the_frame_is_right_and_a_late_one_is_not() -> None:
    assert measured("cut")["cut/on the frame"].value == 1.0
    assert measured("cut", late=1)["cut/on the frame"].value == 0.0


@pytest.mark.parametrize("kind", [kind for kind in WORDINGS if kind not in ("cut", "morph", "iris")])
def test_the_middle_falls_on_the_cut(kind: str) -> None:
    name = "fades, dissolves, wipes/off the middle"
    assert measured(kind)[name].value < 0.6
    assert measured(kind, late=3)[name].value > 2.0


def test_a_dissolve_is_the_blend_of_both_shots_and_ends_in_them() -> None:
    right, wrong = measured("dissolve"), measured("dissolve", instead="wipe-left")
    assert right["dissolve/ends exactly the two shots"].value == 1.0
    assert right["dissolve/ends from the two shots"].value == 0.0
    error = right["dissolve/squared error of the blend"]
    assert error.value < 0.5 and error.chance > 100
    assert wrong["dissolve/squared error of the blend"].value > 100
    assert measured("dissolve", late=2)["dissolve/ends exactly the two shots"].value == 0.0


@pytest.mark.parametrize("kind", ["wipe-left", "iris", "fade-through-white"])
def test_other_transitions_end_in_the_two_shots(kind: str) -> None:
    assert measured(kind)["others/ends exactly the two shots"].value == 1.0


def test_a_morph_goes_little_by_little_and_a_cut_does_not() -> None:
    name = "morph/largest step over the whole change"
    assert measured("morph")[name].value < 0.2
    assert measured("morph", instead="cut")[name].value == pytest.approx(1.0, abs=0.1)
    assert measured("morph")["morph/from a plain dissolve"].value < 1
    assert measured("morph", instead="iris")["morph/from a plain dissolve"].value > 10
