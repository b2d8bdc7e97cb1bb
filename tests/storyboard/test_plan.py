"""Prompts become storyboards: the camera's words move the camera, and only they are cut."""

import json

import numpy as np
import pytest

from textreel.corpora.scenes.wording import CAMERA_VERBS
from textreel.errors import PromptError, UsageError
from textreel.storyboard import Storyboard, plan
from textreel.storyboard.phrases import forms

# prompt, text that is left, moves as (kind, direction)
DIRECTIONS = [
    ("A red ball bounces while the camera zooms in", "A red ball bounces", [("zoom", "in")]),
    ("The camera pans left as a lion runs on the beach", "A lion runs on the beach", [("pan", "left")]),
    ("As the camera pans left, a lion runs.", "A lion runs.", [("pan", "left")]),
    ("A lion walks, pan to the right", "A lion walks", [("pan", "right")]),
    ("A lion runs in the desert, panning right", "A lion runs in the desert", [("pan", "right")]),
    ("A dog runs while we zoom out", "A dog runs", [("zoom", "out")]),
    ("A rocket rises; tilts up", "A rocket rises", [("tilt", "up")]),
    ("A static camera shows a lion", "A lion", [("static", None)]),
    ("A lion walks with a static camera.", "A lion walks.", [("static", None)]),
    ("a fox sits. Camera: static.", "a fox sits.", [("static", None)]),
    ("a whale swims, no camera movement", "a whale swims", [("static", None)]),
    ("A zebra in a handheld shot", "A zebra", [("handheld", None)]),
    ("A shark swims, the camera shakes", "A shark swims", [("handheld", None)]),
    ("a zebra walks; the camera rolls 30 degrees", "a zebra walks", [("roll", "clockwise")]),
    ("a fox runs as the camera dollies in", "a fox runs", [("dolly", "in")]),
    ("a zebra walks with a slow zoom in", "a zebra walks", [("zoom", "in")]),
    ("a fox with a camera pan to the left", "a fox", [("pan", "left")]),
    ("A lion sleeps, and the camera pans left and zooms in", "A lion sleeps", [("pan", "left"), ("zoom", "in")]),
    ("A lion sleeps. The camera first pans right, then zooms in on the lion.", "A lion sleeps.",
     [("pan", "right"), ("zoom", "in")]),
    ("zoom in on a lion on a beach", "a lion on a beach", [("zoom", "in")]),
    ("A lion walks while the camera pans right across the savanna", "A lion walks across the savanna",
     [("pan", "right")]),
    ("A lion walks while the camera pans left at sunset", "A lion walks at sunset", [("pan", "left")]),
    ("A fox walks, the camera pans left, and it rains", "A fox walks and it rains", [("pan", "left")]),
    ("the camera sweeps left while a lion runs to the right", "a lion runs to the right", [("pan", "left")]),
    ("the view sweeps left over a city", "a city", [("pan", "left")]),
    ("A dog runs. After one second the camera zooms in", "A dog runs.", [("zoom", "in")]),
]  # fmt: skip

NOT_CAMERA = [
    "A majestic lion stalks its prey across the golden savanna at sunset",
    "a ball rolls to the left",
    "the cat tilts its head",
    "a pan on the stove",
    "two pans left on the stove",
    "a lion looks at the camera",
    "a lion looks at the camera and moves left",
    "a robot holding a camera walks right",
    "a cat rolls over and the car moves left",
    "a plane zooms in the sky",
    "a car zooms past",
    "a lion stays still",
    "A camera drone flies left",
    "After one second a lion jumps",
]


@pytest.mark.parametrize(("prompt", "text", "moves"), DIRECTIONS)
def test_camera_words_move_the_camera_and_leave_the_text(
    prompt: str, text: str, moves: list[tuple[str, str | None]]
) -> None:
    board = plan(prompt)
    (shot,) = board.shots
    assert shot.text == text
    assert [(move.kind, move.direction) for move in shot.moves] == moves
    for move in shot.moves:
        assert move.words is not None
        assert board.prompt[move.words.start : move.words.end] == move.words.text


@pytest.mark.parametrize("prompt", NOT_CAMERA)
def test_other_words_are_left_alone(prompt: str) -> None:
    (shot,) = plan(prompt).shots
    assert (shot.text, shot.moves) == (prompt, ())
    assert shot.camera.is_static


@pytest.mark.parametrize(
    ("camera", "verb"), [(name, verb) for name, verbs in CAMERA_VERBS.items() for verb in verbs]
)
@pytest.mark.parametrize("pattern", ["a lion runs while the camera {}", "the camera is {} as a lion runs"])
def test_the_words_of_the_corpus_are_understood(camera: str, verb: str, pattern: str) -> None:
    first, *rest = verb.split()
    _, simple, progressive = forms(first)
    first = progressive if " is " in pattern else simple
    (shot,) = plan(pattern.format(" ".join([first, *rest]))).shots
    (move,) = shot.moves
    assert "-".join(part for part in (move.kind, move.direction) if part) == camera
    assert shot.text == "a lion runs"


@pytest.mark.parametrize(
    ("words", "kind", "amount"),
    [
        ("zooms in by half", "zoom", 1.5),
        ("zooms in 2x", "zoom", 2.0),
        ("zooms out twice", "zoom", 2.0),
        ("zooms in by 30%", "zoom", 1.3),
        ("pans left by half", "pan", 0.5),
        ("pans left by 9 degrees", "pan", 0.2),
        ("rolls 45 degrees", "roll", 45.0),
        ("rolls by a quarter", "roll", 90.0),
    ],
)
def test_amounts_are_as_said(words: str, kind: str, amount: float) -> None:
    (move,) = plan(f"a fox walks, the camera {words}").shots[0].moves
    assert (move.kind, move.amount) == (kind, pytest.approx(amount))


def test_slightly_and_slowly_go_less_far_and_quickly_further() -> None:
    def amount(words: str) -> float:
        return plan(f"a fox walks as the camera {words}").shots[0].moves[0].amount

    assert amount("slightly pans left") < amount("pans left") < amount("quickly pans left")
    assert amount("very slowly zooms in") < amount("slowly zooms in") < amount("zooms in")


def test_then_is_a_sequence_and_while_is_together() -> None:
    first, second = plan("a fox runs, the camera pans left, then zooms in", seconds=3.0).shots[0].moves
    assert (first.start_seconds, first.seconds) == (0.0, 1.5)
    assert (second.start_seconds, second.seconds) == (1.5, 1.5)
    first, second = plan("a fox runs, the camera pans left while zooming in").shots[0].moves
    assert (first.start_seconds, first.seconds) == (second.start_seconds, second.seconds) == (0.0, 2.0)


def test_timings_are_as_said() -> None:
    prompt = "a fox runs, the camera pans left for half a second, then zooms in after one second"
    first, second = plan(prompt).shots[0].moves
    assert (first.start_seconds, first.seconds) == (0.0, 0.5)
    assert (second.start_seconds, second.seconds) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("a dog runs and the camera pans left and right at once", "pans left"),
        ("a dog runs, the camera pans left while panning right", "panning right"),
        ("a dog stays while a static camera zooms in", "a static camera"),
        ("a dog stays, the camera tilts up while it tilts down", "tilts up"),
    ],
)
def test_contradictions_are_refused_by_their_words(prompt: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        plan(prompt)


def test_left_and_right_without_more_is_one_after_the_other() -> None:
    moves = plan("a dog runs and the camera pans left and right").shots[0].moves
    assert [(move.direction, move.start_seconds) for move in moves] == [("left", 0.0), ("right", 1.0)]


@pytest.mark.parametrize("seconds", [0.0, -2.0, float("nan"), float("inf"), 1e9])
def test_impossible_lengths_are_refused(seconds: float) -> None:
    with pytest.raises(UsageError, match="seconds"):
        plan("a lion", seconds)


def test_moves_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="lasts 2 s"):
        plan("A dog runs. The camera pans to the left for five seconds", 2.0)
    assert plan("A dog runs. The camera pans to the left for five seconds").seconds == 5.0
    with pytest.raises(UsageError, match="longer"):
        plan("a dog, the camera pans left, then right, then left, then right", seconds=0.5)


def test_a_prompt_of_camera_words_alone_or_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="only says what the camera does"):
        plan("the camera zooms in")
    with pytest.raises(PromptError):
        plan("  ")


def test_what_the_camera_cannot_do_is_listed() -> None:
    board = plan("A wolf runs and the camera orbits the wolf")
    assert [note.words.text for note in board.notes] == ["the camera orbits"]
    (note,) = plan("a fox walks and the camera pans").notes
    assert "no direction" in note.reason


def test_the_camera_path_is_centred_and_never_wider_than_the_view() -> None:
    path = plan("a fox, the camera pans left").shots[0].camera.at([0.0, 1.0, 2.0])
    np.testing.assert_allclose(path[:, 0], [0.18, 0.0, -0.18], atol=1e-6)
    path = plan("a fox, the camera zooms out").shots[0].camera.at([0.0, 2.0])
    np.testing.assert_allclose(path[:, 2], [1.5, 1.0], atol=1e-5)
    path = plan("a fox, the camera tilts up").shots[0].camera.at([0.0, 2.0])
    assert path[0, 1] > 0.625 > path[1, 1]
    path = plan("a fox, the camera rolls 30 degrees").shots[0].camera.at([2.0])
    assert np.degrees(path[0, 3]) == pytest.approx(30.0)
    assert plan("a fox, static camera").shots[0].camera.is_static


@pytest.mark.parametrize("prompt", [entry[0] for entry in DIRECTIONS] + NOT_CAMERA)
def test_a_storyboard_survives_json(prompt: str) -> None:
    board = plan(prompt, 2.5)
    assert Storyboard.from_dict(json.loads(json.dumps(board.to_dict()))) == board
    assert board.seconds == 2.5


def test_a_hand_trembles_for_as_long_as_the_shot_is_streamed() -> None:
    path = plan("a fox, handheld camera").shots[0].camera.at(np.arange(2400) / 24)
    assert np.abs(np.diff(path[:, :2], axis=0)).max(axis=-1).min() > 0
    assert np.abs(np.diff(path[:, :2], axis=0)).max() < 0.02
