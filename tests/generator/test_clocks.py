"""The clocks of subjects: periodic, together where they belong together, standing still where a path begins anew."""

import pytest
import torch

from textreel.generator.clocks import clock_features, faded, held, together
from textreel.nn.compositing import POSE


def test_clocks_are_periodic() -> None:
    phases = torch.rand(3, 2)
    torch.testing.assert_close(clock_features(phases), clock_features(phases + 1), atol=1e-4, rtol=0)


def test_who_begins_anew_stands_still_and_fades_meanwhile() -> None:
    path = torch.tensor([0.5, 0.95, 0.999, 0.03, 0.2])
    phases = torch.stack([path, torch.zeros(5)], dim=-1)
    stands = held(phases, torch.tensor(True))[:, 0]
    torch.testing.assert_close(stands, torch.tensor([0.5, 0.94, 0.94, 0.06, 0.2]))
    assert torch.equal(held(phases, torch.tensor(False)), phases)
    poses = torch.ones(5, 10)
    opacity = faded(poses, phases, torch.tensor(True))[:, POSE["opacity"]]
    torch.testing.assert_close(opacity, torch.tensor([1.0, 0.05 / 0.06, 0.001 / 0.06, 0.5, 1.0]))
    assert torch.equal(faded(poses, phases, torch.tensor(False)), poses)


def test_who_goes_together_stays_together() -> None:
    rates = torch.tensor([[[0.20, 1.0], [0.21, 2.0]], [[0.12, 1.0], [0.21, 1.0]], [[0.20, 1.0], [0.21, 1.0]]])
    there = torch.tensor([[True, True], [True, True], [True, False]])
    made = together(rates, there)
    assert made[0, :, 0].tolist() == pytest.approx([0.205, 0.205]) and torch.equal(
        made[0, :, 1], rates[0, :, 1]
    )
    assert torch.equal(made[1:], rates[1:])
