"""The split by combinations: what is held out stays out of training, in the scene as it is shown."""

import numpy as np
import pytest

from textreel.corpora.scenes.attributes import COLOURS, MOTIONS, SETTINGS
from textreel.corpora.scenes.spec import SpecError
from textreel.corpora.scenes.splits import (
    HELD_OUT_SHARE,
    has_held_out_synonym,
    held_out,
    held_out_pairs,
    sample_spec,
)
from textreel.corpora.scenes.subjects import BY_NAME

LION_SETTINGS = "010000000000"
VALUES = {"setting": SETTINGS, "motion": MOTIONS, "colour": COLOURS}


@pytest.mark.parametrize("kind", VALUES)
def test_about_a_sixth_of_the_combinations_is_held_out(kind: str) -> None:
    flags = [held_out(kind, name, value) for name in BY_NAME for value in VALUES[kind]]
    assert abs(float(np.mean(flags)) - HELD_OUT_SHARE) < 0.04


def test_what_is_shown_by_default_is_never_held_out() -> None:
    for name, subject in BY_NAME.items():
        assert not held_out("setting", name, subject.home)
        assert not held_out("motion", name, "stay")
        assert not held_out("colour", name, "natural")


def test_every_subject_keeps_combinations_to_train_on() -> None:
    for name in BY_NAME:
        for kind, values in VALUES.items():
            assert sum(held_out(kind, name, value) for value in values) <= len(values) // 2 + 1


def test_the_split_never_moves() -> None:
    flags = "".join("01"[held_out("setting", "lion", setting)] for setting in SETTINGS)
    assert flags == LION_SETTINGS


@pytest.mark.parametrize("split", ["train", "seen", "synonym"])
def test_nothing_held_out_is_shown(split: str) -> None:
    generator = np.random.default_rng(2)
    assert not any(held_out_pairs(sample_spec(generator, split)) for _ in range(2000))  # type: ignore[arg-type]


def test_unseen_scenes_hold_a_combination_and_synonym_scenes_a_word() -> None:
    generator = np.random.default_rng(3)
    assert all(held_out_pairs(sample_spec(generator, "unseen")) for _ in range(500))
    assert all(has_held_out_synonym(sample_spec(generator, "synonym")) for _ in range(500))


def test_a_scene_is_drawn_from_the_subjects_given() -> None:
    generator = np.random.default_rng(4)
    specs = [sample_spec(generator, "train", ("lion", "car")) for _ in range(200)]
    assert {subject.name for spec in specs for subject in spec.subjects} == {"lion", "car"}
    assert {len(spec.subjects) for spec in specs} == {1, 2}
    assert len(sample_spec(generator, "train", ("lion",)).subjects) == 1


def test_no_subject_no_scene() -> None:
    with pytest.raises(SpecError):
        sample_spec(np.random.default_rng(0), "train", ())


def test_the_same_seed_gives_the_same_scenes() -> None:
    first, second = (np.random.default_rng(5) for _ in range(2))
    assert [sample_spec(first) for _ in range(20)] == [sample_spec(second) for _ in range(20)]
