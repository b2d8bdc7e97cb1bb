"""Diversity, worked out by hand on points in the plane."""

import pytest
import torch

from textreel.evaluation.diversity import (
    CONTROLS,
    FEATURES,
    SEEDS_PER_PROMPT,
    SHUFFLED,
    group_distances,
    ratio_figure,
)
from textreel.evaluation.judge import JUDGED


def test_distances_are_taken_within_groups_only() -> None:
    rows = torch.tensor([[0.0, 0.0], [3.0, 4.0], [100.0, 0.0], [100.0, 2.0]])
    assert group_distances(rows, 2) == pytest.approx([5.0, 2.0])


def test_films_half_as_far_apart_are_half_as_diverse() -> None:
    real = torch.randn(SEEDS_PER_PROMPT, 5, generator=torch.Generator().manual_seed(0))
    assert ratio_figure("pixels", real / 2 + 7, real).value == pytest.approx(0.5, rel=1e-4)


def test_one_film_for_all_seeds_has_no_diversity() -> None:
    real = torch.randn(SEEDS_PER_PROMPT, 5, generator=torch.Generator().manual_seed(0))
    assert ratio_figure("pixels", torch.ones_like(real), real).value == 0.0


def test_controls_change_the_order_of_frames_only() -> None:
    frames = torch.arange(len(JUDGED.shown)).float().view(1, -1, 1, 1, 1)
    assert CONTROLS[", frozen"](frames).unique().tolist() == [0.0]
    assert sorted(CONTROLS[", shuffled"](frames).flatten().tolist()) == frames.flatten().tolist()
    assert sorted(SHUFFLED) == list(range(len(JUDGED.shown)))


def test_pixel_features_keep_the_frames_apart() -> None:
    frames = torch.zeros(2, 8, 3, 32, 32)
    assert FEATURES["8x8 pixels"](None, frames).shape == (2, 8 * 3 * 8 * 8)  # type: ignore[arg-type]
