"""Times are read in numbers and words, and shots share what is left of the film."""

import pytest

from textreel.errors import UsageError
from textreel.storyboard import plan
from textreel.storyboard.timing import duration


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("two seconds", 2.0), ("2s", 2.0), ("2 s", 2.0), ("500 ms", 0.5), ("500ms", 0.5), ("a second", 1.0),
        ("half a second", 0.5), ("a second and a half", 1.5), ("one and a half seconds", 1.5), ("1.5 seconds", 1.5),
        ("twenty-five seconds".replace("-", " - "), 25.0), ("about three seconds", 3.0), ("a minute", 60.0),
        ("two - second", 2.0), ("a couple of seconds", 2.0), ("a lion", None), ("two lions", None),
    ],
)  # fmt: skip
def test_durations(words: str, seconds: float | None) -> None:
    found = duration(words.split())
    assert (None if found is None else found[0]) == seconds
    assert found is None or found[1] == len(words.split())


@pytest.mark.parametrize(
    ("prompt", "seconds", "lengths"),
    [
        ("a lion runs for three seconds, then sleeps", 4.0, [3.0, 1.0]),
        ("a lion runs for three seconds, then sleeps", None, [3.0, 2.0]),
        ("a lion runs. after one second it sleeps", 4.0, [1.0, 3.0]),
        ("a lion runs. in the last second it sleeps", 4.0, [3.0, 1.0]),
        ("a lion runs, then sleeps, then wakes", 3.0, [1.0, 1.0, 1.0]),
        ("0-2s: a lion. 2-5s: a whale.", None, [2.0, 3.0]),
        ("a lion runs (1s), then sleeps (2s)", None, [1.0, 2.0]),
        ("a lion runs for five seconds", 2.0, [2.0]),
        ("a lion runs while the camera pans left for three seconds", None, [3.0]),
    ],
)
def test_lengths(prompt: str, seconds: float | None, lengths: list[float]) -> None:
    board = plan(prompt, seconds)
    assert [shot.seconds for shot in board.shots] == pytest.approx(lengths)


def test_impossible_lengths_name_the_words() -> None:
    with pytest.raises(UsageError, match="for five seconds"):
        plan("a lion runs for five seconds, then sleeps", 4.0)
    with pytest.raises(UsageError, match="10 shots in 1 s"):
        plan(". ".join(f"{animal} jumps" for animal in ["a lion", "a fox"] * 5), 1.0)


def test_what_has_no_effect_is_noted() -> None:
    (note,) = plan("a lion runs for five seconds", 2.0).notes
    assert (note.words.text, "asked to last 2 s" in note.reason) == ("for five seconds", True)
    (note,) = plan("a lion runs in slow motion").notes
    assert note.words.text == "slow motion"
