"""The generator of things, of toy size."""

import itertools
import math

import pytest
import torch

from textreel.explain.painters import View, painter_of
from textreel.generator import (
    TextEncoderConfig,
    TextEncoding,
    ThingsGenerator,
    ThingsGeneratorConfig,
    word_tensors,
)
from textreel.generator.things import HALF_TURN, RIM, decided, faded, one_after_the_other
from textreel.language import WordVectors
from textreel.nn.compositing import POSE, SLOTS, STATIC_CAMERA
from textreel.nn.noise import Noise, draw_noise

SIZE = (32, 32)
PROMPTS = (
    "digit 3 is moving up and down and digit 7 is moving left and right",
    "digit 1 is moving up and down",
)


@pytest.fixture(scope="module")
def generator(vectors: WordVectors) -> ThingsGenerator:
    torch.manual_seed(0)
    text = TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2)
    config = ThingsGeneratorConfig(
        text=text,
        size=32,
        things=2,
        hidden=8,
        condition=32,
        sprite_channels=(8, 8, 8, 8),
    )
    generator = ThingsGenerator(config).requires_grad_(False).eval()
    known = torch.from_numpy(vectors.matrix)
    generator.text_encoder.embedding.fit(known, known[:64], torch.Generator().manual_seed(0))
    return generator


@pytest.fixture(scope="module")
def encoding(generator: ThingsGenerator, vectors: WordVectors) -> TextEncoding:
    return generator.encode(*word_tensors(PROMPTS, vectors))


@pytest.fixture(scope="module")
def noise() -> Noise:
    return draw_noise(2, torch.Generator().manual_seed(1))


def camera(frames: int) -> torch.Tensor:
    return torch.tensor(STATIC_CAMERA).repeat(2, frames, 1)


def test_a_film_is_its_steps_one_after_another(
    generator: ThingsGenerator, encoding: TextEncoding, noise: Noise
) -> None:
    frames, attention = generator.film(encoding, noise, camera(6), SIZE, chunk=4)
    assert frames.shape == (2, 6, 3, *SIZE) and frames.abs().max() <= 1
    torch.testing.assert_close(attention.sum(dim=-1), torch.ones(2, 6))
    state = generator.initial_state(encoding, noise)
    for index in range(6):
        frame, _, state = generator.step(state, camera(1)[:, 0], SIZE)
        torch.testing.assert_close(frame, frames[:, index], atol=5e-4, rtol=0)


def test_no_step_grows_by_what_is_kept_of_it(vectors: WordVectors) -> None:
    config = ThingsGeneratorConfig(
        text=TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2),
        hidden=8,
        condition=32,
        sprite_channels=(8, 8, 8, 8),
    )
    torch.manual_seed(0)
    generator = ThingsGenerator(config).requires_grad_(False)
    kept = generator.turn[-1]
    assert isinstance(kept, torch.nn.Linear)
    torch.nn.init.zeros_(kept.weight)
    kept.bias.copy_(
        torch.tensor([0.0, 0.0, math.pi / HALF_TURN, 0.0])
    )  # across it is thrown back at every frame
    conditions, course = generator.set_out(torch.randn(1, 32), torch.randn(1, config.way))
    places, _ = generator.go(conditions, course, 4)
    steps = places[0].diff(dim=0)
    torch.testing.assert_close(steps, course.step * torch.tensor([[-1.0, 1], [1, 1], [-1, 1]]))


def test_a_thing_on_whole_pixels_looks_the_same_wherever_it_goes(vectors: WordVectors) -> None:
    config = ThingsGeneratorConfig(
        text=TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2),
        size=32,
        whole_pixels=True,
        hidden=8,
        condition=32,
        sprite_channels=(8, 8, 8, 8),
    )
    generator = ThingsGenerator(config).requires_grad_(False)
    encoding = generator.encode(*word_tensors(PROMPTS[:1], vectors))
    reading, sprite = generator.understand(encoding), torch.rand(1, 4, 32, 32)
    places = torch.tensor([[[0.0, 0.0], [0.1, 0.07], [-0.13, 0.11]]])
    frames = generator.compose(reading, sprite, places, camera(3)[:1], SIZE)[0]
    for frame, (x, y) in zip(frames, [(0, 0), (3, 2), (-4, 4)], strict=True):
        torch.testing.assert_close(frame.roll((-y, -x), (1, 2)), frames[0], atol=1e-4, rtol=0)


def test_a_clip_does_not_depend_on_its_neighbour_and_noise_decides(
    generator: ThingsGenerator, encoding: TextEncoding, noise: Noise
) -> None:
    both, _ = generator.film(encoding, noise, camera(3), SIZE)
    alone, _ = generator.film(encoding[1:], noise[1:], camera(3)[1:], SIZE)
    torch.testing.assert_close(alone, both[1:], atol=1e-4, rtol=0)
    other, _ = generator.film(encoding, draw_noise(2, torch.Generator().manual_seed(2)), camera(3), SIZE)
    assert not torch.allclose(both, other, atol=1e-4)


def test_things_are_where_it_says(generator: ThingsGenerator, encoding: TextEncoding, noise: Noise) -> None:
    state = generator.initial_state(encoding, noise)
    poses = generator.whereabouts(state, 4)
    assert poses.shape == (2, 4, SLOTS, 10)
    _, _, after = generator.advance(state, camera(4), SIZE)
    torch.testing.assert_close(
        generator.whereabouts(after, 1)[:, 0, :, POSE["y"]],
        after.course.place[:, 1].unflatten(0, (2, SLOTS)) + STATIC_CAMERA[1],
    )


def test_new_words_leave_things_where_they_are(
    generator: ThingsGenerator, encoding: TextEncoding, noise: Noise
) -> None:
    _, _, state = generator.advance(generator.initial_state(encoding, noise), camera(3), SIZE)
    swapped = TextEncoding(encoding.features.flip(0), encoding.sentence.flip(0), encoding.mask.flip(0))
    changed = generator.initial_state(swapped, noise, like=state)
    assert changed.course is state.course and not torch.equal(changed.sprites, state.sprites)


def test_its_painter_paints_the_same_film_and_knows_the_parts(
    generator: ThingsGenerator, encoding: TextEncoding, noise: Noise
) -> None:
    frames, _ = generator.film(encoding, noise, camera(4), SIZE)
    painter = painter_of(generator)
    state, view = painter.begin(encoding, noise), View(camera=camera(4)[0], shown=(1, 3), side=32)
    torch.testing.assert_close(painter.paint(state, view).clamp(-1, 1), frames[:, [1, 3]], atol=5e-4, rtol=0)
    seen, attention = painter.seen(state, view), painter.attention(state, view)
    assert painter.parts == ("ground", "thing 1", "thing 2")
    torch.testing.assert_close(seen.sum(dim=1), torch.ones(2, 2, 32, 32), atol=0.02, rtol=0)
    torch.testing.assert_close(attention.sum(dim=-1), torch.ones(2, 3, 2))
    assert set(painter.apart(painter.begin(encoding[:1], noise[:1]), view)) == {"thing 1", "thing 2"}


def test_words_are_counted_to_things_one_after_the_other() -> None:
    chances = torch.rand(1, 4, generator=torch.Generator().manual_seed(0))
    about, there = one_after_the_other(chances, 2)
    expected_about, expected_there = torch.zeros(2, 4), torch.zeros(2)
    for begun in itertools.product((0, 1), repeat=4):
        sure = math.prod(p if one else 1 - p for p, one in zip(chances[0].tolist(), begun, strict=True))
        for word in range(4):
            expected_about[min(1, max(0, sum(begun[: word + 1]) - 1)), word] += sure
        for thing in range(2):
            expected_there[thing] += sure * (sum(begun) > thing)
    torch.testing.assert_close(about[0], expected_about)
    torch.testing.assert_close(there[0], expected_there)
    torch.testing.assert_close(one_after_the_other(chances, 1)[0], torch.ones(1, 1, 4))


def test_a_doubt_is_decided_and_an_even_one_stays() -> None:
    about = torch.tensor([[[1.0, 0.65, 0.5, 0.2], [0.0, 0.35, 0.5, 0.8]]])
    clear = decided(about)
    torch.testing.assert_close(clear.sum(dim=1), torch.ones(1, 4))
    torch.testing.assert_close(clear[0, 0, [0, 2]], torch.tensor([1.0, 0.5]))
    assert clear[0, 0, 1] > 0.9
    assert clear[0, 1, 3] > 0.99


def test_pictures_fade_out_at_their_rim_and_keep_their_colours() -> None:
    picture = torch.rand(1, 4, 16, 12, generator=torch.Generator().manual_seed(0))
    shown = faded(picture)
    torch.testing.assert_close(shown[:, :3], picture[:, :3])
    inside = (..., slice(RIM, -RIM), slice(RIM, -RIM))
    torch.testing.assert_close(shown[:, 3:][inside], picture[:, 3:][inside])
    rim = torch.cat([shown[0, 3, 0], shown[0, 3, -1], shown[0, 3, :, 0], shown[0, 3, :, -1]])
    assert rim.max() <= 0.5 / RIM


def test_no_word_is_read_both_for_looks_and_for_ways(
    generator: ThingsGenerator, encoding: TextEncoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = generator.understand(encoding).attention
    with torch.no_grad():
        kept = generator.queries.clone()
        generator.queries[1:].mul_(20)
        looks, ways = generator.understand(encoding).attention.chunk(2, dim=1)
        generator.queries.copy_(kept)
    before = torch.minimum(*shared.chunk(2, dim=1)).sum(dim=-1)
    assert (torch.minimum(looks, ways).sum(dim=-1) < 0.2 * before).all()


def test_more_things_than_slots_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 2 things"):
        ThingsGeneratorConfig(things=3)
    with pytest.raises(ValueError, match="32 numbers a thing"):
        ThingsGeneratorConfig(look=40)
    with pytest.raises(ValueError, match="4 numbers at least"):
        ThingsGeneratorConfig(way=3)
