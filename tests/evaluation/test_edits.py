"""Edits: what is asked, how it is counted, and where the picture may differ."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from textreel.corpora.scenes.spec import SceneSpec, SubjectSpec
from textreel.errors import UsageError
from textreel.evaluation.bench import Bench
from textreel.evaluation.edits import (
    ATTRIBUTES,
    HIGHEST_DECIBELS,
    Edit,
    cannot_edit,
    changed_figures,
    edited_pair,
    edits,
    kept_figures,
    outside_figures,
    peak_signal_to_noise,
    subject_mask,
)
from textreel.evaluation.glimpses import Glances, Track

SPEC = SceneSpec(subjects=(SubjectSpec(name="lion"),))
WHITE = Edit(
    attribute="colour",
    text="a lion at night",
    instruction="make the lion white",
    edited=SPEC,
    changed={"colour": "white"},
    kept={"subject": "lion", "time": "night"},
)


class FakeFilm:
    """Grey; an edit that says white makes the lower half white, and one that says pink is not understood."""

    def __init__(self, frames: Any) -> None:
        self.frames = frames

    def edit(self, instruction: str) -> "FakeFilm":
        if "pink" in instruction:
            raise UsageError("Nothing can be pink.")
        frames = self.frames.copy()
        frames[:, 32:] = 255
        return FakeFilm(frames)


class EditingModel:
    name = "fake"
    card: Any = None

    def generate(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        return FakeFilm(np.full((48, 64, 64, 3), 128, dtype=np.uint8))

    def stream(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        raise NotImplementedError


class FakeCorpus:
    """Lions and cats, alone or one behind the other."""

    subjects = ("lion", "cat")

    def spec(self, generator: np.random.Generator, split: str) -> SceneSpec:
        first, second = SubjectSpec(name="lion"), SubjectSpec(name="cat", colour="red")
        if generator.integers(2):
            return SceneSpec(subjects=(first, second), relation="chase", setting="forest")
        return SceneSpec(subjects=(second,), motion="walk", direction="left", time="night", camera="pan-left")


class FakeJudge:
    """Sees one subject of half the view's height, at a place that it is told."""

    shape = SimpleNamespace(side=64)

    def __init__(self, x: float, y: float) -> None:
        self.place = torch.tensor([x, y])

    def look(self, frames: torch.Tensor) -> Any:
        times = frames.shape[1]
        visible = torch.tensor([1.0, -1.0]).expand(1, times, 2)
        track = Track(
            places=self.place.expand(1, times, 2, 2),
            sizes=torch.full((1, times, 2), np.log(0.5)),
            visible=visible,
        )
        nothing = Glances(
            answers={}, offsets=torch.zeros(1, times, 2, 3), postures=torch.zeros(1, times, 2, 4)
        )
        return SimpleNamespace(found=track, glimpses=((track, nothing),))


def bench(films: int) -> Bench:
    return Bench(model=EditingModel(), films=films, seed=2, given_corpus=FakeCorpus())  # type: ignore[arg-type]


def test_every_attribute_has_its_turn_and_says_what_it_wants() -> None:
    made = edits(bench(16))
    assert [edit.attribute for edit in made] == [*ATTRIBUTES, *ATTRIBUTES]
    for edit in made:
        assert not edit.changed.keys() & edit.kept.keys() and edit.kept and "{" not in edit.instruction
        assert "camera" not in edit.text and "the camera" not in edit.instruction
        spec = edit.edited
        if edit.attribute == "number":
            assert edit.changed == {"number": str(len(spec.subjects))}
        elif edit.attribute in ("colour", "size"):
            assert edit.changed == {edit.attribute: getattr(spec.subjects[0], edit.attribute)}
        elif edit.attribute != "subject":
            assert edit.changed == {edit.attribute: getattr(spec, edit.attribute)}


def test_the_same_seed_asks_the_same() -> None:
    assert edits(bench(8)) == edits(bench(8))


def test_a_film_is_edited_and_a_refused_edit_leaves_it() -> None:
    pair = edited_pair(Bench(model=EditingModel(), films=2, given_judge=FakeJudge(0.5, 0.5)), WHITE, 0)  # type: ignore[arg-type]
    assert pair.before.shape == (1, 8, 3, 64, 64) and not pair.refused
    assert pair.after[..., :32, :].equal(pair.before[..., :32, :]) and (pair.after[..., 32:, :] == 1).all()
    pink = Edit(**{**vars(WHITE), "instruction": "make the lion pink"})
    refused = edited_pair(Bench(model=EditingModel(), films=2, given_judge=FakeJudge(0.5, 0.5)), pink, 0)  # type: ignore[arg-type]
    assert refused.refused and refused.after.equal(refused.before)


def test_a_model_without_edits_is_refused() -> None:
    model = EditingModel()
    assert cannot_edit(Bench(model=model, films=2)) is None
    model.generate = lambda prompt, seed=0: SimpleNamespace(frames=None)  # type: ignore[method-assign]
    assert "cannot" in str(cannot_edit(Bench(model=model, films=2)))


def test_changed_and_kept_are_counted() -> None:
    before = [{"colour": "natural", "subject": "lion", "time": "day"}] * 2
    after = [
        {"colour": "white", "subject": "lion", "time": "night"},
        {"colour": "red", "subject": "cat", "time": "night"},
    ]
    real = [{"colour": "white", "subject": "lion", "time": "night"}] * 2
    (everything, colour) = changed_figures([WHITE, WHITE], before, after, real)
    assert (everything.value, everything.chance, everything.real) == (0.5, 0.0, 1.0) and colour.n == 2
    each, was_right, together = kept_figures([WHITE, WHITE], before, after, real)
    assert (each.value, each.n, each.real) == (0.75, 4, 1.0)
    assert (was_right.value, was_right.n) == (0.5, 2)  # the time was wrong before and does not count
    assert together.value == 0.5


def test_only_what_lies_outside_of_the_subject_counts() -> None:
    before = torch.zeros(1, 8, 3, 64, 64)
    after = before.clone()
    after[..., 32:, :] = 1.0
    low = subject_mask(FakeJudge(0.5, 0.75), before, after)  # type: ignore[arg-type]
    high = subject_mask(FakeJudge(0.5, 0.1), before, after)  # type: ignore[arg-type]
    assert low.shape == (8, 64, 64) and low[:, 48, 32].all() and not low[:, 4].any()
    assert peak_signal_to_noise(before, after, ~low) > peak_signal_to_noise(before, after, ~high)
    assert peak_signal_to_noise(before, after, torch.ones_like(low)) == pytest.approx(
        10 * np.log10(8), abs=1e-4
    )
    assert peak_signal_to_noise(before, before, ~low) == HIGHEST_DECIBELS


def test_the_share_above_thirty_decibels() -> None:
    median, share = outside_figures([35.0, 29.0, 60.0], [12.0, 31.0])
    assert (median.value, median.chance) == (35.0, 21.5) and (share.value, share.chance) == (2 / 3, 0.5)
