"""The shipped word lists."""

import pytest

from textreel.language import kind_of
from textreel.language.tagging import word_list


def test_the_stop_list_is_the_classic_one() -> None:
    stop_words = word_list("stop-words.txt")
    assert len(stop_words) == 179
    assert "at" in stop_words and "across" not in stop_words


@pytest.mark.parametrize(
    ("noun", "kind"),
    [
        ("lion", "animal"),
        ("Lionesses", "animal"),
        ("wolves", "animal"),
        ("fire engines", "object"),
        ("savanna", "location"),
        ("sky", "location"),
        ("mountains", "location"),
        ("sunset", "time"),
        ("rain", "phenomenon"),
        ("astronaut", "person"),
        ("sunflower", "plant"),
        ("paris", None),
        ("qwxz", None),
    ],
)
def test_kinds_of_nouns(noun: str, kind: str | None) -> None:
    assert kind_of(noun) == kind
