"""Explanations held against masks: toy films, and shots whose words are known to cause what they cause."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from textreel.corpora.scenes.grammar import Span
from textreel.corpora.scenes.spec import SceneSpec, SubjectSpec
from textreel.evaluation import evaluate
from textreel.evaluation.explanation import (
    Pointed,
    areas,
    named_in,
    pointing_figures,
    points,
    with_shuffled_weights,
)
from textreel.pipeline import Reel


class FakeCorpus:
    """Specs that the toy model can read."""

    def spec(self, generator: np.random.Generator, split: str) -> SceneSpec:
        return SceneSpec(subjects=(SubjectSpec(name="lion", colour="white"),), setting="snow", time="night")


@pytest.mark.slow
def test_figures_of_a_toy_model(toy: Reel) -> None:
    corpus: Any = FakeCorpus()
    result = evaluate(toy, ["explanation"], films=2, corpus=corpus).results[0]
    assert 0 <= result.figure("words that can be left out unseen").value <= 1
    assert 0 <= result.figure("pointing/attention").value <= 1
    assert result.figure("pointing/attention").n >= 6
    assert result.figure("pointing/attention, shuffled weights").n > 0


def test_words_are_told_apart_by_what_they_name() -> None:
    text = "a red lion and a red cat"
    spans = [
        Span(start=2, end=5, attribute="colour", value="red", slot=0),
        Span(start=6, end=10, attribute="subject", value="lion", slot=0),
        Span(start=17, end=20, attribute="colour", value="red", slot=1),
        Span(start=21, end=24, attribute="camera", value="static", slot=0),
    ]
    found = [(each.text, each.count, each.parts) for each in named_in(text, spans)]
    assert found == [("red", 1, ("subject 1",)), ("lion", 1, ("subject 1",)), ("red", 2, ("subject 2",))]


def test_the_brightest_place_decides() -> None:
    parts = {"subject 1": np.zeros((1, 4, 4), dtype=np.float32)}
    parts["subject 1"][0, 1, 2] = 1.0
    named: Any = SimpleNamespace(parts=("subject 1",), kind="subject")
    hit, miss = np.zeros((1, 4, 4), dtype=np.float32), np.zeros((1, 4, 4), dtype=np.float32)
    hit[0, 1, 2] = miss[0, 3, 3] = 1.0
    for brightness, right in ((hit, True), (miss, False)):
        word = SimpleNamespace(maps={"attention": brightness}, has_effect=True)
        (pointed,) = points(parts, [(named, word)], "attention", film=0)
        assert pointed.is_right is right
    nowhere = SimpleNamespace(maps={"attention": 0 * hit}, has_effect=True)
    assert points(parts, [(named, nowhere)], "attention", film=0) == []


def test_chance_is_where_the_words_of_other_films_point() -> None:
    mask = np.zeros((1, 2, 2), dtype=bool)
    mask[0, 0, 0] = True
    pointed = [Pointed(film=at, kind="subject", place=(0, 0, at), mask=mask) for at in (0, 1)]
    overall = pointing_figures("attention", pointed)[0]
    assert overall.value == 0.5 and overall.chance == 0.5 and overall.n == 2


class KnownShot:
    """Four words: each brightens the picture by its own strength."""

    def __init__(self) -> None:
        self.strengths = np.array([8, 4, 2, 1])
        self.parts = {"place": np.ones((1, 2, 2), dtype=np.float32)}

    def repaint(self, kept: Sequence[int]) -> NDArray[np.uint8]:
        level = self.strengths[list(kept)].sum() * 10
        return np.full((1, 4, 4, 3), level, dtype=np.uint8)

    @property
    def pictures(self) -> NDArray[np.uint8]:
        return self.repaint(range(4))


def test_the_right_order_deletes_and_inserts_sooner() -> None:
    shot: Any = KnownShot()
    gone, come = areas(shot, "place", [0, 1, 2, 3])
    gone_last, come_last = areas(shot, "place", [3, 2, 1, 0])
    assert gone < gone_last and come > come_last
    assert gone == pytest.approx(np.mean([7, 3, 1]) / 15) and come == pytest.approx(np.mean([8, 12, 14]) / 15)


def test_shuffled_weights_are_the_same_numbers_elsewhere(toy: Reel) -> None:
    model: Any = toy
    shuffled = with_shuffled_weights(model, 0).generator
    before, after = toy.generator.slot_facts.weight, shuffled.slot_facts.weight
    assert not torch.equal(before, after)
    assert torch.equal(before.flatten().sort().values, after.flatten().sort().values)
