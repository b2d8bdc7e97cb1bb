"""The plain generator, of toy size: the same contract as the layered one."""

import pytest
import torch
from torch import Tensor

from textreel.generator import (
    PlainGenerator,
    PlainGeneratorConfig,
    TextEncoderConfig,
    TextEncoding,
    word_tensors,
)
from textreel.generator.plain import LONGEST_PERIOD_SECONDS, time_features
from textreel.language import WordVectors
from textreel.nn.compositing import STATIC_CAMERA
from textreel.nn.noise import Noise, draw_noise

SIZE = (32, 32)
PROMPTS = ("a lion walks on the beach", "two red cats run in the snow at night")


@pytest.fixture(scope="module")
def generator(vectors: WordVectors) -> PlainGenerator:
    torch.manual_seed(0)
    text = TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2)
    config = PlainGeneratorConfig(text=text, size=32, hidden=8, condition=32, channels=(8, 8, 8, 8))
    generator = PlainGenerator(config).requires_grad_(False).eval()
    known = torch.from_numpy(vectors.matrix)
    generator.text_encoder.embedding.fit(known, known[:64], torch.Generator().manual_seed(0))
    return generator


@pytest.fixture(scope="module")
def encoding(generator: PlainGenerator, vectors: WordVectors) -> TextEncoding:
    return generator.encode(*word_tensors(PROMPTS, vectors))


@pytest.fixture(scope="module")
def noise() -> Noise:
    return draw_noise(2, torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def camera() -> Tensor:
    return torch.tensor(STATIC_CAMERA).repeat(2, 6, 1)


def test_shapes_and_ranges(
    generator: PlainGenerator, encoding: TextEncoding, noise: Noise, camera: Tensor
) -> None:
    frames, attention = generator.film(encoding, noise, camera, SIZE)
    assert frames.shape == (2, 6, 3, *SIZE) and frames.dtype == torch.float32
    assert frames.abs().max() <= 1
    torch.testing.assert_close(attention.sum(dim=-1), torch.ones(2, 6))
    larger, _ = generator.film(encoding, noise, camera, (48, 48))
    assert larger.shape == (2, 6, 3, 48, 48)


def test_a_film_is_its_steps_one_after_another(
    generator: PlainGenerator, encoding: TextEncoding, noise: Noise, camera: Tensor
) -> None:
    frames, _ = generator.film(encoding, noise, camera, SIZE, chunk=4)
    state = generator.initial_state(encoding, noise)
    for index in range(6):
        frame, _, state = generator.step(state, camera[:, index], SIZE)
        torch.testing.assert_close(frame, frames[:, index], atol=5e-4, rtol=0)


@pytest.mark.parametrize("part", ["words", "noise", "camera", "time"])
def test_everything_that_may_change_a_frame_does(
    generator: PlainGenerator, encoding: TextEncoding, noise: Noise, camera: Tensor, part: str
) -> None:
    contexts, _ = generator.read(encoding)
    seconds = torch.zeros(2)
    state = generator.begin(encoding, contexts, noise, seconds)
    before, _, _ = generator.advance(state, camera, SIZE)
    if part == "words":
        swapped = encoding[torch.tensor([1, 0])]
        state = generator.begin(swapped, contexts.flip(0), noise, seconds)
    elif part == "noise":
        state = generator.begin(encoding, contexts, draw_noise(2, torch.Generator().manual_seed(2)), seconds)
    elif part == "time":
        state = generator.begin(encoding, contexts, noise, seconds + 0.2)
    moved = camera + torch.tensor([0.4, 0.0, 0.0, 0.0]) if part == "camera" else camera
    after, _, _ = generator.advance(state, moved, SIZE)
    assert not torch.allclose(before, after, atol=1e-5)


def test_time_is_periodic_so_that_films_never_end() -> None:
    seconds = torch.tensor([0.3, 7.9])
    torch.testing.assert_close(
        time_features(seconds), time_features(seconds + LONGEST_PERIOD_SECONDS), atol=1e-4, rtol=0
    )
