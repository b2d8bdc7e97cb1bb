"""The generator for clips without known layers, of toy size."""

import pytest
import torch

from textreel.generator import (
    ClipsGenerator,
    ClipsGeneratorConfig,
    TextEncoderConfig,
    TextEncoding,
    word_tensors,
)
from textreel.generator.clips import Gaussian, draw, seed_of
from textreel.language import WordVectors
from textreel.nn.compositing import STATIC_CAMERA
from textreel.nn.noise import Noise, draw_noise

SIZE = (32, 32)
PROMPTS = ("a person waves one hand", "a person bends down")


def make(vectors: WordVectors, *, background: bool = True) -> ClipsGenerator:
    torch.manual_seed(0)
    text = TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2)
    config = ClipsGeneratorConfig(
        text=text, size=32, hidden=8, condition=32, channels=(8, 8, 8, 8), background=background
    )
    generator = ClipsGenerator(config).requires_grad_(False).eval()
    known = torch.from_numpy(vectors.matrix)
    generator.text_encoder.embedding.fit(known, known[:64], torch.Generator().manual_seed(0))
    return generator


@pytest.fixture(scope="module")
def generator(vectors: WordVectors) -> ClipsGenerator:
    return make(vectors)


@pytest.fixture(scope="module")
def encoding(generator: ClipsGenerator, vectors: WordVectors) -> TextEncoding:
    return generator.encode(*word_tensors(PROMPTS, vectors))


@pytest.fixture(scope="module")
def noise() -> Noise:
    return draw_noise(2, torch.Generator().manual_seed(1))


def camera(frames: int) -> torch.Tensor:
    return torch.tensor(STATIC_CAMERA).repeat(2, frames, 1)


def test_a_film_is_its_steps_one_after_another_and_chance_goes_on(
    generator: ClipsGenerator, encoding: TextEncoding, noise: Noise
) -> None:
    frames, attention = generator.film(encoding, noise, camera(6), SIZE, chunk=4)
    assert frames.shape == (2, 6, 3, *SIZE) and frames.abs().max() <= 1
    torch.testing.assert_close(attention.sum(dim=-1), torch.ones(2, 6))
    state = generator.initial_state(encoding, noise)
    for index in range(6):
        frame, _, state = generator.step(state, camera(1)[:, 0], SIZE)
        torch.testing.assert_close(frame, frames[:, index], atol=5e-4, rtol=0)


def test_the_same_noise_gives_the_same_film_and_another_another(
    generator: ClipsGenerator, encoding: TextEncoding, noise: Noise
) -> None:
    first, _ = generator.film(encoding, noise, camera(3), SIZE)
    again, _ = generator.film(encoding, noise, camera(3), SIZE)
    other, _ = generator.film(encoding, draw_noise(2, torch.Generator().manual_seed(2)), camera(3), SIZE)
    assert torch.equal(first, again) and not torch.allclose(first, other, atol=1e-4)


def test_a_clip_does_not_depend_on_its_neighbour_in_the_batch(
    generator: ClipsGenerator, encoding: TextEncoding, noise: Noise
) -> None:
    both, _ = generator.film(encoding, noise, camera(3), SIZE)
    alone, _ = generator.film(encoding[1:], noise[1:], camera(3)[1:], SIZE)
    torch.testing.assert_close(alone, both[1:], atol=1e-4, rtol=0)


def test_without_a_background_the_foreground_is_all(vectors: WordVectors, noise: Noise) -> None:
    generator = make(vectors, background=False)
    state = generator.initial_state(generator.encode(*word_tensors(PROMPTS, vectors)), noise)
    assert state.background is None
    hidden, _, after = generator.sample(state, torch.zeros(2, 1, generator.config.motion))
    _, opacity = generator.paint(hidden, after)
    assert (opacity == 1).all()


def test_chance_is_taken_up_where_it_was_left(noise: Noise) -> None:
    start = tuple(torch.Generator().manual_seed(seed_of(vector)).get_state() for vector in noise.vector)
    whole, _ = draw(start, 5, 3)
    first, middle = draw(start, 2, 3)
    rest, _ = draw(middle, 3, 3)
    assert torch.equal(whole, torch.cat([first, rest], dim=1))


def test_a_gaussian_is_sampled_by_its_own_numbers() -> None:
    found = Gaussian.of(torch.tensor([[1.0, -1.0, 0.0, 2 * 0.6931472]]))
    sampled = found.sample(torch.tensor([[1.0, 1.0]]))
    torch.testing.assert_close(sampled, torch.tensor([[2.0, 1.0]]))
