"""Every loss against its formula, by hand on small numbers."""

import math

import pytest
import torch
from torch import Tensor

from textreel.discriminators import Showing
from textreel.training.losses import (
    ADVERSARIAL_LOSSES,
    approximated_penalty,
    gradient_penalty,
    minimax_value,
    mismatch_loss,
)

REAL, FAKE = torch.tensor([1.0, -0.5, 2.0]), torch.tensor([-1.0, 0.25, 0.5])
WEIGHTS = torch.tensor([[1.0, -2.0], [0.5, 3.0]])


def probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def softplus(value: float) -> float:
    return math.log(1 + math.exp(value))


LOG_REAL = mean([math.log(probability(value)) for value in REAL.tolist()])
LOG_NOT_FAKE = mean([math.log(1 - probability(value)) for value in FAKE.tolist()])
LOG_FAKE = mean([math.log(probability(value)) for value in FAKE.tolist()])
PAIRS = list(zip(REAL.tolist(), FAKE.tolist(), strict=True))
BY_HAND = {
    "minimax": (-(LOG_REAL + LOG_NOT_FAKE), LOG_REAL + LOG_NOT_FAKE),
    "non-saturating": (-(LOG_REAL + LOG_NOT_FAKE), -LOG_FAKE),
    "relativistic": (
        mean([softplus(-(real - fake)) for real, fake in PAIRS]),
        mean([softplus(-(fake - real)) for real, fake in PAIRS]),
    ),
}


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_adversarial_losses(name: str) -> None:
    discriminator, generator = BY_HAND[name]
    assert ADVERSARIAL_LOSSES[name].discriminator(REAL, FAKE).item() == pytest.approx(discriminator, abs=1e-6)
    assert ADVERSARIAL_LOSSES[name].generator(REAL, FAKE).item() == pytest.approx(generator, abs=1e-6)


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_both_players_pull_the_logits_apart_and_together(name: str) -> None:
    fake = FAKE.clone().requires_grad_(True)
    assert (torch.autograd.grad(ADVERSARIAL_LOSSES[name].discriminator(REAL, fake), fake)[0] > 0).all()
    assert (torch.autograd.grad(ADVERSARIAL_LOSSES[name].generator(REAL, fake), fake)[0] < 0).all()


def test_the_minimax_value_is_stable_for_any_logits() -> None:
    far = torch.tensor([1000.0])
    assert minimax_value(-far, far).item() == -2000
    assert minimax_value(far, -far).item() == 0


def test_a_wrong_caption_counts_as_a_fake() -> None:
    by_hand = -LOG_NOT_FAKE
    assert mismatch_loss(REAL, FAKE, "non-saturating").item() == pytest.approx(by_hand, abs=1e-6)
    assert mismatch_loss(REAL, FAKE, "minimax").item() == pytest.approx(by_hand, abs=1e-6)
    relative = BY_HAND["relativistic"][0]
    assert mismatch_loss(REAL, FAKE, "relativistic").item() == pytest.approx(relative, abs=1e-6)


def linear(showing: Showing) -> Tensor:
    return (showing.frames * WEIGHTS).flatten(1).sum(dim=1)


def quadratic(showing: Showing) -> Tensor:
    return (showing.frames.square() * WEIGHTS).flatten(1).sum(dim=1) / 2


def test_gradient_penalty_of_a_linear_judge_is_its_squared_weights() -> None:
    clips = Showing(torch.randn(5, 2, 2))
    assert gradient_penalty(linear, clips).item() == pytest.approx(1 + 4 + 0.25 + 9, rel=1e-5)


def test_gradient_penalty_of_a_quadratic_judge_and_its_own_gradient() -> None:
    frames = torch.tensor([[[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [-1.0, 0.5]]])
    by_hand = (frames * WEIGHTS).square().flatten(1).sum(dim=1).mean().item()
    scale = torch.tensor(1.0, requires_grad=True)
    penalty = gradient_penalty(lambda shown: scale * quadratic(shown), Showing(frames))
    assert penalty.item() == pytest.approx(by_hand, rel=1e-5)
    assert torch.autograd.grad(penalty, scale)[0].item() == pytest.approx(2 * by_hand, rel=1e-5)


def test_sprites_are_penalised_too() -> None:
    clips = Showing(torch.randn(3, 2, 2), torch.randn(3, 4, 1, 1))

    def judge(showing: Showing) -> Tensor:
        assert showing.sprites is not None
        return linear(showing) + 2 * showing.sprites.flatten(1).sum(dim=1)

    assert gradient_penalty(judge, clips).item() == pytest.approx(14.25 + 4 * 4, rel=1e-5)


def test_the_approximated_penalty_is_the_squared_gradient_in_expectation() -> None:
    clips, chance = Showing(torch.randn(1, 2, 2).expand(40_000, -1, -1)), torch.Generator().manual_seed(0)
    penalty = approximated_penalty(
        linear, linear(clips), clips, 0.1, lambda part: torch.randn(part.shape, generator=chance)
    )
    assert penalty.item() == pytest.approx(14.25, rel=0.03)


def test_the_approximated_penalty_by_hand() -> None:
    clips, noise = Showing(torch.zeros(2, 2, 2)), torch.tensor([[[1.0, 0], [0, 0]], [[0, 1.0], [0, 0]]])
    penalty = approximated_penalty(linear, linear(clips), clips, 0.5, lambda part: noise)
    assert penalty.item() == pytest.approx((1 + 4) / 2, rel=1e-5)
