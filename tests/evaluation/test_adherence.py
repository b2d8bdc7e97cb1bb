"""Adherence, counted by hand on made-up answers."""

import pytest

from textreel.corpora.scenes.captions import HeldOut
from textreel.corpora.scenes.spec import SceneSpec, SubjectSpec
from textreel.evaluation.adherence import (
    ALL,
    chance_level,
    compared,
    count_right,
    held_out_figure,
    is_right,
)
from textreel.evaluation.bench import Prompt

ASKED = [
    {"subject": "lion", "time": "night"},
    {"subject": "cat"},
    {"subject": "lion", "time": "day"},
]
FOUND = [
    {"subject": "lion", "time": "day"},
    {"subject": "cat", "time": "day"},
    {"subject": "lion", "time": "day"},
]


def test_each_attribute_is_counted_where_it_was_asked_for() -> None:
    assert count_right(ASKED, FOUND, "subject") == (3, 3)
    assert count_right(ASKED, FOUND, "time") == (1, 2)
    assert count_right(ASKED, FOUND, "camera") == (0, 0)


def test_all_is_right_if_everything_asked_for_is() -> None:
    assert count_right(ASKED, FOUND, ALL) == (2, 3)


def test_chance_holds_every_film_against_the_other_prompts() -> None:
    # prompt 0 (lion, night) by films 1, 2: never; prompt 1 (cat) by 0, 2: never; prompt 2 (lion, day) by 0: yes, 1: no
    assert chance_level(ASKED, FOUND, ALL) == pytest.approx(1 / 6)
    assert chance_level(ASKED, FOUND, "time") == pytest.approx(2 / 4)


def test_the_table_leaves_out_what_nobody_asked_for() -> None:
    figures = {figure.name: figure for figure in compared("seen", ASKED, FOUND, ASKED_RIGHT)}
    assert set(figures) == {"seen/all", "seen/subject", "seen/time"}
    assert figures["seen/all"].value == pytest.approx(2 / 3)
    assert figures["seen/all"].real == 1.0


ASKED_RIGHT = [{**found, **asked} for asked, found in zip(ASKED, FOUND, strict=True)]


def prompt(held_out: HeldOut) -> Prompt:
    spec = SceneSpec(
        subjects=(SubjectSpec(name="lion"), SubjectSpec(name="cat", colour="red")),
        relation="chase",
        time="night",
    )
    return Prompt(spec=spec, text="a lion chases a red cat at night", held_out=held_out)


def test_a_prompt_asks_for_both_subjects_and_the_scene() -> None:
    asked = prompt(HeldOut(attribute="relation", value="chase", word="hunts")).asked
    assert asked == {
        "subject": "lion",
        "second_subject": "cat",
        "second_colour": "red",
        "time": "night",
        "motion": "chase",
    }


PAIR = {"subject": "lion", "second_subject": "cat", "second_colour": "red"}
SWAPPED = {"subject": "cat", "colour": "red", "second_subject": "lion", "second_colour": "natural"}


def test_who_meets_whom_is_all_the_same() -> None:
    for relation, right in (("meet", True), ("pass", True), ("chase", False)):
        question, answer = PAIR | {"motion": relation}, SWAPPED | {"motion": relation}
        assert is_right(question, answer, ALL) is right
        assert is_right(question, answer, "second_colour") is right
    half = SWAPPED | {"motion": "meet", "second_subject": "dog"}
    question = PAIR | {"motion": "meet"}
    assert is_right(question, half, "second_subject") and not is_right(question, half, "subject")


def test_a_film_of_one_subject_shows_no_second_one() -> None:
    assert not is_right(PAIR | {"motion": "meet"}, {"subject": "lion", "motion": "stay"}, "second_subject")


def test_the_held_out_word_counts_where_it_is_judged() -> None:
    prompts = [
        prompt(HeldOut(attribute="relation", value="chase", word="hunts")),
        prompt(HeldOut(attribute="colour", value="red", word="crimson")),  # of the second subject
        prompt(HeldOut(attribute="time", value="night", word="midnight")),
    ]
    found = [
        {"motion": "chase", "time": "day"},
        {"motion": "chase", "time": "day", "second_colour": "red"},
        {"motion": "meet", "time": "day"},
    ]
    figure = held_out_figure(prompts, found, found)
    assert (figure.value, figure.n) == (pytest.approx(2 / 3), 3)
