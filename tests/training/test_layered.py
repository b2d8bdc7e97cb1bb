"""The layers' losses: subjects picked and spread, and distances that are zero on the truth."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from textreel.corpora.protocol import Annotations, Batch, Window
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.nn.compositing import POSE, POSE_FIELDS
from textreel.training.objectives.layered import (
    first_subjects,
    overlay_distance,
    pick,
    pose_distance,
    premultiply,
    spread,
)
from textreel.training.objectives.pictures import picture_distance


def batch(corpus: ScenesCorpus, size: int = 12) -> Batch:
    return corpus.batch(
        np.random.default_rng(3).spawn(size), window=Window(frames=4, shown=(0, 3)), split="train", side=32
    )


def truth(clips: Batch) -> Annotations:
    assert clips.annotations is not None
    return clips.annotations


def test_spread_is_the_inverse_of_pick() -> None:
    values, rows = torch.randn(3, 5, 2, 7), torch.tensor([0, 2, 3, 4])
    back = spread(pick(values, rows), rows, 3)
    present = torch.tensor([[1, 0], [1, 1], [1, 0]])[:, None, :, None]
    assert torch.equal(back, values * present)


def test_every_clip_shows_its_first_subject(corpus: ScenesCorpus) -> None:
    clips = batch(corpus)
    present = truth(clips).present
    assert present.sum() > len(clips), "the batch should hold a clip of two subjects"
    chosen = first_subjects(clips)
    rows = present.flatten().nonzero().squeeze(1)
    assert torch.equal(rows[chosen], torch.arange(len(clips)) * 2)
    sprites = premultiply(truth(clips).layers.sprites[:, 0, 0])
    shown = pick(truth(clips).layers.sprites, rows)[:, 0][chosen]
    assert torch.equal(premultiply(shown), sprites)
    assert sprites.min() >= 0 and sprites.max() <= 1


def test_distances_are_zero_on_the_truth_and_else_by_hand() -> None:
    true, made = torch.zeros(1, 3, 2, 2), torch.zeros(1, 3, 2, 2)
    assert picture_distance(made, true) == 0
    made[0, 0, 0, 0] = 1.0
    made[0, 0, 0, 1] = -0.5
    full_size, half_size = 1.5 / 12, 0.125 / 3
    assert picture_distance(made, true).item() == pytest.approx((full_size + half_size) / 2)


def test_a_colour_that_cannot_be_seen_does_not_count() -> None:
    true = torch.zeros(1, 4, 4, 4)
    made = true.clone()
    made[:, :3] = 0.7
    assert overlay_distance(made, true).item() == pytest.approx(0, abs=1e-5)


def test_a_transparent_picture_still_learns_to_be_seen() -> None:
    true = torch.ones(1, 4, 4, 4)
    logits = torch.full((1, 1, 4, 4), -12.0, requires_grad=True)
    overlay_distance(torch.cat([true[:, :3], torch.sigmoid(logits)], dim=1), true).backward()
    assert logits.grad is not None and logits.grad.abs().mean() > 0.01


def test_poses_of_invisible_subjects_hardly_count() -> None:
    true = torch.zeros(1, 1, len(POSE_FIELDS))
    true[..., POSE["opacity"]] = 1.0
    made = true.clone()
    made[..., POSE["y"]] += 1.0
    seen = pose_distance(made, true)
    assert seen.item() == pytest.approx(4 * 1.1 / len(POSE_FIELDS))
    hidden = replace_opacity(true), replace_opacity(made)
    assert pose_distance(hidden[1], hidden[0]).item() < seen.item() / 10


def replace_opacity(poses: torch.Tensor) -> torch.Tensor:
    changed = poses.clone()
    changed[..., POSE["opacity"]] = 0.0
    return changed


def test_a_batch_may_lack_annotations(corpus: ScenesCorpus) -> None:
    assert replace(batch(corpus, 1), annotations=None).to("cpu").annotations is None
