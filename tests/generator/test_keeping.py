"""What two wordings say alike is taken over from the one state into the other."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from textreel.generator import (
    LayeredGenerator,
    TextEncoding,
    word_tensors,
)
from textreel.generator.beliefs import AttributeClasses
from textreel.generator.keeping import compare
from textreel.generator.layered import PLACE
from textreel.language import WordVectors
from textreel.nn.compositing import STATIC_CAMERA
from textreel.nn.noise import Noise, draw_noise

SIZE = (32, 32)
OLD, NEW = "a lion walks on the beach", "two red cats run in the snow at night"
HEADS = {"setting": 0, "weather": 1, "subject": 2, "motion": 2}


@pytest.fixture(scope="module")
def generator(toy_layers: Callable[..., LayeredGenerator]) -> LayeredGenerator:
    return toy_layers(
        AttributeClasses(
            place={"setting": ("beach", "snow")},
            weather={"weather": ("clear", "rain")},
            slots={"subject": ("lion", "cat"), "motion": ("walk", "run")},
        )
    )


@pytest.fixture(scope="module")
def noise() -> Noise:
    return draw_noise(1, torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def encodings(generator: LayeredGenerator, vectors: WordVectors) -> tuple[TextEncoding, TextEncoding]:
    return generator.encode(*word_tensors([OLD], vectors)), generator.encode(*word_tensors([NEW], vectors))


def tell_apart(
    generator: LayeredGenerator, encodings: tuple[TextEncoding, TextEncoding], *names: str
) -> None:
    """Let the two wordings differ in these attributes and in no other."""
    contexts = [generator.read(encoding)[0] for encoding in encodings]
    heads: dict[str, nn.Linear] = {
        name: head for part in (generator.reader.place, generator.reader.weather, generator.reader.slots)
        for name, head in part.items()
    }  # fmt: skip
    for name, head in heads.items():
        head.weight.zero_()
        head.bias.copy_(torch.tensor([1.0, 0.0]))
        if name in names:
            first, second = (context[0, HEADS[name]] for context in contexts)
            head.weight[1] = second - first
            head.bias.copy_(torch.stack([(second - first) @ (first + second) / 2, torch.tensor(0.0)]))


def walk(generator: LayeredGenerator, state: object, frames: int) -> tuple[Tensor, object]:
    picture, _, after = generator.advance(state, torch.tensor(STATIC_CAMERA).repeat(1, frames, 1), SIZE)
    return picture, after


def test_words_that_mean_the_same_keep_everything(generator, encodings, noise) -> None:
    tell_apart(generator, encodings)
    old = generator.initial_state(encodings[0], noise)
    new = generator.initial_state(encodings[1], noise, like=old)
    assert new.canvas is old.canvas and new.weather is old.weather
    for name in ("slot_condition", "tint", "light", "rates", "weather_velocity", "canvas_condition"):
        assert torch.equal(getattr(new.plan, name), getattr(old.plan, name)), name
    assert torch.equal(new.phases, old.phases) and new.encoding is encodings[1]


def test_another_place_leaves_the_subject_as_it_is(generator, encodings, noise) -> None:
    tell_apart(generator, encodings, "setting")
    old = generator.initial_state(encodings[0], noise)
    new = generator.initial_state(encodings[1], noise, like=old)
    assert not torch.equal(new.canvas, old.canvas) and not torch.equal(new.plan.light, old.plan.light)
    assert torch.equal(new.plan.slot_condition, old.plan.slot_condition)
    assert torch.equal(new.plan.weather_condition, old.plan.weather_condition)
    assert torch.equal(new.canvas, generator.canvas(new.plan.canvas_condition, noise.terrain, noise.grain))


def test_another_subject_leaves_the_place_and_its_own_way(generator, encodings, noise) -> None:
    tell_apart(generator, encodings, "subject")
    old = generator.initial_state(encodings[0], noise)
    new = generator.initial_state(encodings[1], noise, like=old)
    assert new.canvas is old.canvas and torch.equal(new.plan.light, old.plan.light)
    assert not torch.equal(new.plan.slot_condition[:, 0], old.plan.slot_condition[:, 0])
    assert torch.equal(new.plan.rates[:, 0], old.plan.rates[:, 0]), "it steps on in the same time"
    fresh = generator.initial_state(encodings[1], noise)
    assert torch.equal(new.plan.slot_condition[:, 0], fresh.plan.slot_condition[:, 0])


def test_another_motion_has_its_own_speed(generator, encodings, noise) -> None:
    tell_apart(generator, encodings, "motion")
    old = generator.initial_state(encodings[0], noise)
    new = generator.initial_state(encodings[1], noise, like=old)
    assert not torch.equal(new.plan.rates[:, 0], old.plan.rates[:, 0])


def test_another_motion_begins_as_in_a_film_of_its_own(generator, encodings, noise) -> None:
    tell_apart(generator, encodings, "motion")
    old = generator.initial_state(encodings[0], noise)
    new = generator.initial_state(encodings[1], noise, like=old)
    fresh = generator.initial_state(encodings[1], noise)
    assert torch.equal(new.phases[:, 0, 0], fresh.phases[:, 0, 0]), "its path"
    assert torch.equal(new.phases[:, 0, 1], old.phases[:, 0, 1]), "its loop goes on"


def test_a_running_subject_enters_another_path_where_it_stands(generator, encodings, noise) -> None:
    tell_apart(generator, encodings, "motion")
    _, old = walk(generator, generator.initial_state(encodings[0], noise), 7)
    new = generator.initial_state(encodings[1], noise, like=old)
    here = generator.whereabouts(old, 1)[0, 0, 0, PLACE]
    apart = []
    for phase in torch.arange(0, 1, 0.05):
        phases = new.phases.clone()
        phases[:, 0, 0] = phase
        there = generator.whereabouts(replace(new, phases=phases, shift=None), 1)[0, 0, 0, PLACE]
        apart.append(float((there - here).norm()))
    entered = generator.whereabouts(replace(new, shift=None), 1)[0, 0, 0, PLACE]
    assert max(apart) > 1.2 * min(apart), "it matters where it enters"
    assert float((entered - here).norm()) <= 1.05 * min(apart)


def test_other_weather_brings_its_own_sky(generator, encodings, noise) -> None:
    tell_apart(generator, encodings, "weather")
    old = generator.initial_state(encodings[0], noise)
    alike = compare(generator.reader, generator.plan(encodings[1], noise), old.plan)
    assert not alike.weather.any() and not alike.place.any() and alike.subjects[:, 0].all()


def test_a_running_shot_goes_on(generator, encodings, noise) -> None:
    tell_apart(generator, encodings, "setting")
    _, old = walk(generator, generator.initial_state(encodings[0], noise), 7)
    new = generator.initial_state(encodings[1], noise, like=old)
    assert torch.equal(new.phases[:, 0], old.phases[:, 0])
    assert torch.equal(new.weather_offset, old.weather_offset)
    assert torch.equal(new.recurrent.hidden[0], old.recurrent.hidden[0])


def test_a_running_subject_does_not_jump_and_comes_to_its_own_poses(generator, encodings, noise) -> None:
    tell_apart(generator, encodings, "subject", "motion")
    _, old = walk(generator, generator.initial_state(encodings[0], noise), 7)
    new = generator.initial_state(encodings[1], noise, like=old)
    (expected, _), (begun, _) = generator.carry(old, 1), generator.carry(new, 48)
    alone, _ = generator.carry(replace(new, shift=None), 48)
    jump = (alone.poses[0, 0] - expected.poses[0, 0]).norm()
    assert 0 < (begun.poses[0, 0] - expected.poses[0, 0]).norm() < 0.3 * jump
    torch.testing.assert_close(begun.poses[0, -1], alone.poses[0, -1], atol=1e-3, rtol=0)


def test_a_generator_that_was_taught_nothing_keeps_nothing(generator, encodings, noise) -> None:
    plans = [generator.plan(encoding, noise) for encoding in encodings]
    nothing = type(generator.reader)(32, AttributeClasses())
    alike = compare(nothing, plans[1], plans[0])
    assert not alike.place.any() and not alike.weather.any() and not alike.subjects[:, 0].any()
