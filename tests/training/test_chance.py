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


def test_joined_clips_are_the_clips(corpus: ScenesCorpus) -> None:
    window = Window(frames=4, shown=(0, 3))

    def clip(seed: int) -> Batch:
        return corpus.batch(np.random.default_rng(seed), 1, window=window, split="train", side=32)

    joined = Batch.join([clip(1), clip(2)]).to("cpu")
    assert joined.captions == clip(1).captions + clip(2).captions
    assert len(joined) == len(joined.attributes) == len(joined.wrong_captions) == 2
    assert joined.shown == (0, 3)
    assert torch.equal(joined.frames[1], clip(2).frames[0])
    assert joined.annotations is not None
    assert torch.equal(joined.annotations.layers.canvas[1], clip(2).annotations.layers.canvas[0])
    assert torch.equal(joined.noise.terrain[0], clip(1).noise.terrain[0])
