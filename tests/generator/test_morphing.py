"""Morphs: exactly the two shots at both ends, a picture of its own between, and both shots go on meanwhile."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from textreel.generator import LayeredGenerator, word_tensors
from textreel.generator.morphing import LayeredMorph, between_scales
from textreel.generator.plans import GeneratorState
from textreel.language import WordVectors
from textreel.nn.compositing import STATIC_CAMERA
from textreel.nn.noise import draw_noise

SIZE = (32, 32)


@pytest.fixture(scope="module")
def generator(toy_layers: Callable[..., LayeredGenerator]) -> LayeredGenerator:
    return toy_layers()


@pytest.fixture(scope="module")
def shots(generator: LayeredGenerator, vectors: WordVectors) -> tuple[GeneratorState, GeneratorState]:
    """Two shots; there is one subject in the first and two in the second."""
    noise = draw_noise(1, torch.Generator().manual_seed(1))
    states = []
    for words, presence in (("a lion on the beach", [1.0, -1.0]), ("two cats in the snow", [1.0, 1.0])):
        state = generator.initial_state(generator.encode(*word_tensors([words], vectors)), noise)
        states.append(replace(state, plan=replace(state.plan, presence=torch.tensor([presence]))))
    return states[0], states[1]


def camera(frames: int) -> torch.Tensor:
    return torch.tensor(STATIC_CAMERA).repeat(1, frames, 1)


def test_the_ends_of_a_morph_are_its_shots(generator, shots) -> None:
    for share, shot in zip((0.0, 1.0), shots, strict=True):
        alone, _, _ = generator.advance(shot, camera(1), SIZE)
        morphed, *_ = LayeredMorph(generator, *shots, 24).advance([share], camera(1), SIZE)
        torch.testing.assert_close(morphed, alone, atol=2e-3, rtol=0)


def test_between_there_is_neither_shot_nor_a_dissolve(generator, shots) -> None:
    ends = [generator.advance(shot, camera(1), SIZE)[0] for shot in shots]
    middle, *_ = LayeredMorph(generator, *shots, 24).advance([0.5], camera(1), SIZE)
    for other in (*ends, (ends[0] + ends[1]) / 2):
        assert (middle - other).abs().mean() > 1e-3


def test_both_shots_go_on_meanwhile(generator, shots) -> None:
    morph = LayeredMorph(generator, *shots, 12)
    shares = [frame / 11 for frame in range(12)]
    _, first_words, second_words = morph.advance(shares, camera(12), SIZE)
    for state, shot in zip((morph.first, morph.second), shots, strict=True):
        _, _, alone = generator.advance(shot, camera(12), SIZE)
        torch.testing.assert_close(state.phases, alone.phases)
        torch.testing.assert_close(state.recurrent.hidden[0], alone.recurrent.hidden[0], atol=1e-5, rtol=0)
    assert first_words.shape[-1] == shots[0].encoding.mask.shape[1]
    torch.testing.assert_close(second_words.sum(dim=-1), torch.ones(1, 12))


def test_frame_by_frame_is_the_same_and_holds_two_places_at_most(generator, shots) -> None:
    shares = [frame / 11 for frame in range(12)]
    together, *_ = LayeredMorph(generator, *shots, 12).advance(shares, camera(12), SIZE)
    morph, frames = LayeredMorph(generator, *shots, 12), []
    for share in shares:
        frames.append(morph.advance([share], camera(1), SIZE)[0])
        assert len(morph.painted) <= 2
    torch.testing.assert_close(torch.cat(frames, dim=1), together, atol=2e-3, rtol=0)


def test_a_place_that_stays_is_not_painted_again(generator, shots) -> None:
    second = replace(shots[1], canvas=shots[0].canvas)
    morph = LayeredMorph(generator, shots[0], second, 12)
    morph.advance([0.5], camera(1), SIZE)
    assert not morph.painted


def test_the_middle_of_two_conditions_is_as_strong_as_they_are() -> None:
    first, second = torch.randn(64, 256), torch.randn(64, 256)
    middle = between_scales(first, second, torch.full((64,), 0.5))
    lengths = (first.norm(dim=-1) + second.norm(dim=-1)) / 2
    torch.testing.assert_close(middle.norm(dim=-1), lengths)
    torch.testing.assert_close(between_scales(first, second, torch.zeros(64)), first)
