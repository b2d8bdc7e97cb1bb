"""Transitions are read from the words of film people, and not from what subjects do."""

import pytest

from textreel.errors import UsageError
from textreel.storyboard import TRANSITIONS, Shot, Storyboard, Transition, plan

SAID = [
    ("cut to", "cut"), ("Smash cut to:", "cut"), ("dissolve to", "dissolve"), ("Cross-fade to", "dissolve"),
    ("fade to black.", "fade-through-black"), ("fade through white to", "fade-through-white"),
    ("wipe left to", "wipe-left"), ("wipe from the left to", "wipe-right"), ("wipe up:", "wipe-up"),
    ("wipe from top to bottom.", "wipe-down"), ("iris out.", "iris"), ("Meanwhile,", "cut"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "kind"), SAID)
def test_transitions_are_read(words: str, kind: str) -> None:
    first, second = plan(f"A lion sleeps. {words} a whale jumps").shots
    assert first.transition is not None and first.transition.words is not None
    assert (first.text, first.transition.kind, second.text) == ("A lion sleeps", kind, "a whale jumps")


@pytest.mark.parametrize(
    "prompt",
    [
        "a boat cuts through the waves",
        "a woman wipes the table",
        "sugar dissolves in tea",
        "a car turns into the street",
    ],
)
def test_what_subjects_do_is_no_transition(prompt: str) -> None:
    (shot,) = plan(prompt).shots
    assert (shot.text, shot.transition) == (prompt, None)


def test_a_film_may_fade_in_and_out() -> None:
    board = plan("Fade in: a whale jumps. Slow fade out.")
    assert board.opening is not None and board.opening.kind == "fade-through-black"
    assert board.shots[-1].transition is not None and board.shots[-1].transition.seconds == 1.0


def test_transitions_have_their_length_and_never_more_than_there_is() -> None:
    first, _ = plan("a lion sleeps. dissolve over one second to a whale").shots
    assert first.transition is not None and first.transition.seconds == 1.0
    board = plan("a lion sleeps. dissolve over five seconds to a whale", 2.0)
    assert board.shots[0].transition is not None and board.shots[0].transition.seconds == 1.0
    assert ["dissolve" in note.reason for note in board.notes] == [True]


def test_impossible_transitions_are_refused() -> None:
    for wrong in (
        {"kind": "explode"},
        {"kind": "dissolve", "seconds": -1.0},
        {"kind": "cut", "seconds": 1.0},
    ):
        with pytest.raises(UsageError, match=r"transition|cut"):
            Transition(**wrong)
    long = Transition(kind="dissolve", seconds=2.0)
    first = Shot(index=0, text="a lion", start_seconds=0.0, seconds=1.0, transition=long)
    second = Shot(index=1, text="a fox", start_seconds=1.0, seconds=1.0, transition=long)
    shots = (first, second)
    with pytest.raises(UsageError, match="transitions would take"):
        Storyboard(prompt="", shots=shots)
    assert TRANSITIONS["cut"] == 0.0
