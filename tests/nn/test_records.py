"""Dataclasses of tensors are changed as wholes."""

from dataclasses import dataclass

import torch
from torch import Tensor

from textreel.nn.noise import DECIDING, LEAST_LEANING, deciding_features, draw_noise
from textreel.nn.records import map_tensors


@dataclass(frozen=True)
class Inner:
    values: Tensor
    absent: Tensor | None = None


@dataclass(frozen=True)
class Outer:
    inner: Inner
    values: Tensor
    name: str


def record(number: float) -> Outer:
    return Outer(Inner(torch.full((1, 2), number)), torch.full((1,), -number), "both")


def test_every_tensor_is_changed_and_nothing_else() -> None:
    changed = map_tensors(record(1.0), lambda tensor: tensor + 1)
    assert changed.inner.values.tolist() == [[2.0, 2.0]] and changed.values.tolist() == [0.0]
    assert changed.name == "both" and changed.inner.absent is None


def test_noise_is_a_function_of_its_seed() -> None:
    noise, again, other = (draw_noise(2, torch.Generator().manual_seed(seed)) for seed in (3, 3, 4))
    assert torch.equal(noise.terrain, again.terrain) and not torch.equal(noise.terrain, other.terrain)
    assert torch.equal(noise.to("cpu").vector, noise.vector) and len(noise[:1]) == 1


def test_blended_noise_keeps_unit_variance() -> None:
    first, second = (draw_noise(64, torch.Generator().manual_seed(seed)) for seed in (1, 2))
    for share in (0.25, 0.5):
        assert abs(first.blend(second, share).terrain.std().item() - 1) < 0.02
    assert torch.equal(first.blend(second, 0.0).grain, first.grain)


def test_noise_blended_with_itself_stays_what_it_is() -> None:
    noise = draw_noise(2, torch.Generator().manual_seed(1))
    torch.testing.assert_close(noise.blend(noise, 0.5).terrain, noise.terrain)


def test_the_entry_that_decides_a_direction_takes_a_side_and_the_others_stay() -> None:
    vector = torch.zeros(4, 64)
    vector[:, 0] = torch.tensor([-1e-4, 1e-4, 1.0, 0.0])
    features = deciding_features(vector)
    least = LEAST_LEANING
    torch.testing.assert_close(features[:, 0], torch.tensor([-least, least, 1.0, -least]))
    assert (features[:, 1:DECIDING] == 0).all()
    torch.testing.assert_close(features[:, DECIDING], torch.tanh(8 * features[:, 0]))
