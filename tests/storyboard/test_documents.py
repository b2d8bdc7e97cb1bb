"""A storyboard as YAML: it comes back the same, a person may leave things out, and mistakes name their line."""

import pytest

from textreel.errors import UsageError
from textreel.storyboard import Storyboard, Transition, plan

PARAGRAPH = (
    "Fade in: a golden lion walks across the savanna while the camera slowly pans left on the lion. Then it rains for "
    "three seconds. Dissolve to a shark in the sea in slow motion. Fade out."
)
WRITTEN = """\
shots:
  - text: a lion walks on the beach
    seconds: 2
    moves:
      - kind: zoom
    transition: dissolve
  - text: a zebra runs
    seconds: 3
"""


@pytest.mark.parametrize(
    "prompt",
    [
        PARAGRAPH,
        "A lion chases a zebra while the camera tracks the zebra and dollies in",
        "a lion",
        "a frog sits on a stone and turns into a prince: fine",
    ],
)
def test_a_storyboard_survives_yaml(prompt: str) -> None:
    board = plan(prompt)
    assert Storyboard.from_yaml(board.to_yaml()) == board
    assert Storyboard.from_yaml(board.to_yaml(["a comment"] * len(board.shots))) == board


def test_a_person_may_leave_the_usual_things_out() -> None:
    first, second = Storyboard.from_yaml(WRITTEN).shots
    (move,) = first.moves
    assert (move.kind, move.direction, move.amount, move.seconds) == ("zoom", "in", 1.5, 2.0)
    assert first.transition == Transition(kind="dissolve", seconds=0.5)
    assert (second.index, second.start_seconds, second.seconds) == (1, 2.0, 3.0)


@pytest.mark.parametrize(
    ("old", "new", "line", "named"),
    [
        ("    seconds: 3", "    secnods: 3", 8, "'secnods' is none of them"),
        ("    seconds: 3", "    seconds: -3", 8, "seconds must be a number > 0; got '-3'"),
        ("    seconds: 3", "    seconds: three", 8, "got 'three'"),
        ("    seconds: 3", "    seconds: .nan", 8, "got '.nan'"),
        ("    seconds: 3\n", "", 7, "needs seconds"),
        ("kind: zoom", "kind: spiral", 5, "camera move is one of"),
        ("kind: zoom", "kind: zoom\n        amount: 99", 5, "of 1.02 to 4 times"),
        ("kind: zoom", "kind: zoom\n        subject: lion", 5, "Only a tracking camera has a subject"),
        (
            "kind: zoom",
            "kind: tracking\n        subject: dog",
            2,
            "no dog in the shot 'a lion walks on the beach'",
        ),
        ("kind: zoom", "kind: zoom\n        seconds: 5", 2, "make the shot longer"),
        ("transition: dissolve", "transition: explode", 6, "transition is one of"),
        ("transition: dissolve", "transition: {kind: dissolve, seconds: 9}", 1, "transitions would take"),
        ("text: a zebra runs", "text: '...'", 7, "must say what is seen"),
        ("text: a zebra runs", "text: a\n    text: b", 8, "there twice"),
        ("text: a zebra runs", f"text: {'a' * 4001}", 7, "text of length <= 4000"),
        ("    seconds: 3", "    seconds: 599", 1, "at most 600 seconds; these shots last 601"),
        (
            "shots:",
            "shots:" + "\n  - {text: a, seconds: 1}" * 99,
            1,
            "a list of length <= 100; got a list of 101",
        ),
        ("      - kind: zoom", "      - kind: zoom\n" * 21, 4, "a list of length <= 20; got a list of 21"),
        ("text: a zebra runs", "text: [a", 8, "no YAML"),
        ("shots:", "scenes:", 1, "'scenes' is none of them"),
    ],
)
def test_mistakes_name_their_line(old: str, new: str, line: int, named: str) -> None:
    assert old in WRITTEN
    with pytest.raises(UsageError, match=rf"^line {line}: .*") as error:
        Storyboard.from_yaml(WRITTEN.replace(old, new))
    assert named in str(error.value)


@pytest.mark.parametrize("text", ["", "# nothing", "a lion", "- a\n- b", "shots: []", "shots: 3"])
def test_what_is_no_storyboard_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="line 1"):
        Storyboard.from_yaml(text)
