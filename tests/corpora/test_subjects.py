"""The table of subjects: enough of them, no word used twice, every field within its rule."""

from collections import Counter

import pytest

from textreel.corpora.scenes.attributes import SETTINGS
from textreel.corpora.scenes.subjects import BY_NAME, SUBJECTS, Subject


def test_there_are_enough_subjects_of_every_kind() -> None:
    kinds = Counter(subject.kind for subject in SUBJECTS)
    assert len(SUBJECTS) >= 64
    assert set(kinds) == {"animal", "vehicle", "weather", "thing"}
    assert min(kinds.values()) >= 6


def test_the_name_is_the_first_word_and_finds_the_subject() -> None:
    assert len(BY_NAME) == len(SUBJECTS)
    for subject in SUBJECTS:
        assert subject.name == subject.words[0]
        assert BY_NAME[subject.name] is subject


def test_no_word_names_two_subjects() -> None:
    words = [word for subject in SUBJECTS for word in (*subject.words, *subject.held_out_words)]
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_held_out_words_are_many_and_single() -> None:
    words = [word for subject in SUBJECTS for word in subject.held_out_words]
    assert len(words) >= 35
    assert all(word.isalpha() and word.islower() for word in words)


def test_no_held_out_word_hides_in_a_two_word_name() -> None:
    parts = {part for subject in SUBJECTS for word in subject.words for part in word.split()}
    assert parts.isdisjoint(word for subject in SUBJECTS for word in subject.held_out_words)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_fields_are_within_their_rules(subject: Subject) -> None:
    assert subject.home in SETTINGS
    assert subject.medium in ("ground", "air", "water", "float")
    assert subject.faces in (-1, 0, 1)
    assert 0.5 < subject.kept_height <= 1.0
    assert subject.hexcode == subject.hexcode.lower()


def test_every_setting_is_home_to_somebody() -> None:
    assert {subject.home for subject in SUBJECTS} == set(SETTINGS)
