"""The game's mathematics. Logits are high for real; every loss returned here is minimised by the player it is for.

`minimax`          Goodfellow et al. 2014: L_D = E[log D(V_r)] + E[log(1 - D(G(s, z)))], maximised by D and
                   minimised by G, with D = sigmoid(logit)
`non-saturating`   the same for D; G maximises E[log D(G(s, z))]
`relativistic`     each pair of real and fake under one text: softplus(-(real - fake)) for D, the mirror image for
                   G (RpGAN; Jolicoeur-Martineau 2018, R3GAN 2024)
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.discriminators.base import Showing


@dataclass(frozen=True)
class AdversarialLoss:
    """discriminator(real_B, fake_B) and generator(real_B, fake_B) -> scalars to be minimised."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]


def minimax_value(real_B: Tensor, fake_B: Tensor) -> Tensor:
    """E[log D(V_r)] + E[log(1 - D(G(s, z)))], from logits, stable for any of them."""
    return F.logsigmoid(real_B).mean() + F.logsigmoid(-fake_B).mean()


ADVERSARIAL_LOSSES: dict[str, AdversarialLoss] = {
    "minimax": AdversarialLoss(
        discriminator=lambda real, fake: -minimax_value(real, fake),
        generator=lambda real, fake: minimax_value(real, fake),
    ),
    "non-saturating": AdversarialLoss(
        discriminator=lambda real, fake: -minimax_value(real, fake),
        generator=lambda real, fake: -F.logsigmoid(fake).mean(),
    ),
    "relativistic": AdversarialLoss(
        discriminator=lambda real, fake: F.softplus(-(real - fake)).mean(),
        generator=lambda real, fake: F.softplus(-(fake - real)).mean(),
    ),
}


def mismatch_loss(real_B: Tensor, wrong_text_B: Tensor, name: str) -> Tensor:
    """A real clip under a caption that is wrong in one attribute counts as a fake (GAN-CLS, Reed et al. 2016)."""
    if name == "relativistic":
        return F.softplus(-(real_B - wrong_text_B)).mean()
    return -F.logsigmoid(-wrong_text_B).mean()


def gradient_penalty(judge: Callable[[Showing], Tensor], showing: Showing) -> Tensor:
    """Mean squared norm of the judge's gradient at these clips: R1 on real ones, R2 on fakes (Mescheder et al. 2018).

    Multiply by gamma / 2. Needs a double backward pass.
    """
    leaf = showing.map(lambda part: part.detach().requires_grad_(True))
    gradients = torch.autograd.grad(judge(leaf).sum(), leaf.parts(), create_graph=True, allow_unused=True)
    return torch.stack([g.square().flatten(1).sum(dim=1).mean() for g in gradients if g is not None]).sum()


def approximated_penalty(
    judge: Callable[[Showing], Tensor],
    logits_B: Tensor,
    showing: Showing,
    deviation: float,
    noise_like: Callable[[Tensor], Tensor],
) -> Tensor:
    """First-order stand-in for the gradient penalty (Seaweed-APT 2025): squared change of the logit under noise.

    E[(D(x) - D(x + deviation * n))^2] / deviation^2 is the squared gradient norm in expectation, where
    n = noise_like(x) is standard Gaussian.
    """
    disturbed = showing.map(lambda part: part + deviation * noise_like(part))
    return (logits_B - judge(disturbed)).square().mean() / deviation**2
