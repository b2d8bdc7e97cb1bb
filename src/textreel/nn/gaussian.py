"""Diagonal normal distributions: what encoders answer, and how far it is from what was expected (VAE, Kingma 2014)."""

from typing import NamedTuple

import torch
from torch import Tensor

LEAST_LOG_VARIANCE, GREATEST_LOG_VARIANCE = -6.0, 2.0


class Gaussian(NamedTuple):
    """A diagonal normal distribution by its means and the logarithms of its variances."""

    mean: Tensor
    log_variance: Tensor

    @classmethod
    def of(cls, numbers: Tensor) -> "Gaussian":
        """From raw numbers [..., 2 * N]; the variances are kept within bounds."""
        mean, log_variance = numbers.float().chunk(2, dim=-1)
        return cls(mean, log_variance.clamp(LEAST_LOG_VARIANCE, GREATEST_LOG_VARIANCE))

    def sample(self, noise: Tensor) -> Tensor:
        """Standard normal noise brought to this distribution."""
        return self.mean + torch.exp(0.5 * self.log_variance) * noise

    def standard(self) -> "Gaussian":
        """The standard normal distribution of as many numbers."""
        return Gaussian(torch.zeros_like(self.mean), torch.zeros_like(self.log_variance))


def divergence(found: Gaussian, expected: Gaussian) -> Tensor:
    """Kullback-Leibler divergence of diagonal normal distributions in nats, summed over their numbers [...]."""
    ratio = torch.exp(found.log_variance - expected.log_variance)
    apart = (found.mean - expected.mean).square() * torch.exp(-expected.log_variance)
    return 0.5 * (expected.log_variance - found.log_variance + ratio + apart - 1).sum(dim=-1)
