"""Chance and clips that do not depend on which process has them."""

import numpy as np
import torch

from textreel.corpora.protocol import Batch, Window
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.training.chance import ClipChance


def test_a_part_of_the_clips_has_the_same_chance_as_in_the_whole() -> None:
    whole, part = ClipChance.of(5, 3, range(4)), ClipChance.of(5, 3, range(2, 4))
    values = torch.zeros(4, 2, 3)
    for _ in range(2):
        assert torch.equal(whole.normal_like(values)[2:], part.normal_like(values[2:]))
        assert torch.equal(whole.integers(100, 7)[2:], part.integers(100, 7))
        assert torch.equal(whole.uniform(7)[2:], part.uniform(7))


def test_clips_steps_and_seeds_differ() -> None:
    values = torch.zeros(1, 8)
    drawn = {
        tuple(ClipChance.of(seed, step, [clip]).normal_like(values)[0].tolist())
        for seed in (0, 1)
        for step in (0, 1)
        for clip in (0, 1)
    }
    assert len(drawn) == 8


def test_a_clip_does_not_depend_on_what_stands_beside_it(corpus: ScenesCorpus) -> None:
    window = Window(frames=4, shown=(0, 3))

    def clips(*seeds: int) -> Batch:
        generators = [np.random.default_rng(seed) for seed in seeds]
        return corpus.batch(generators, window=window, split="train", side=32).to("cpu")

    both, alone = clips(1, 2), clips(2)
    assert both.captions[1:] == alone.captions
    torch.testing.assert_close(
        both.frames[1:], alone.frames, atol=1e-4, rtol=0
    )  # batches are rounded otherwise
    assert both.annotations is not None and alone.annotations is not None
    assert torch.equal(both.annotations.layers.canvas[1:], alone.annotations.layers.canvas)
    assert torch.equal(both.noise.terrain[1:], alone.noise.terrain)
