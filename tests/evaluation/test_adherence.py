"""Adherence, counted by hand on made-up answers."""

import pytest

from textreel.corpora.scenes.captions import HeldOut
from textreel.corpora.scenes.spec import SceneSpec, SubjectSpec
from textreel.evaluation.adherence import ALL, chance_level, compared, count_right, held_out_figure
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


def test_a_prompt_asks_for_the_main_subject_and_the_scene() -> None:
    asked = prompt(HeldOut(attribute="relation", value="chase", word="hunts")).asked
    assert asked == {"subject": "lion", "time": "night", "motion": "chase"}


def test_the_held_out_word_counts_where_it_is_judged() -> None:
    prompts = [
        prompt(HeldOut(attribute="relation", value="chase", word="hunts")),
        prompt(HeldOut(attribute="colour", value="red", word="crimson")),  # of the second subject: not judged
        prompt(HeldOut(attribute="time", value="night", word="midnight")),
    ]
    found = [
        {"motion": "chase", "time": "day"},
        {"motion": "meet", "time": "day"},
        {"motion": "meet", "time": "day"},
    ]
    figure = held_out_figure(prompts, found, found)
    assert (figure.value, figure.n) == (0.5, 2)
