"""The handwriting of a digit as a handful of standard Gaussian numbers.

Principal components of the images of each digit, each brought to a standard normal distribution by its ranks. A
linear reading of codes drawn from N(0, I) is told right by the judge of digits (99.7 % of real test images) in 99.0 %
of cases with 8 components, 98.5 % with 12, 98.2 % with 16 and 97.9 % with 20; plain whitening instead of ranks gives
99.0 %, 98.1 %, 97.8 % and 97.8 % (4,000 codes each). Twelve hold 62 % of the variance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

COMPONENTS = 12
QUANTILES = 129
NODES = ndtri((np.arange(QUANTILES) + 0.5) / QUANTILES)
"""Where the quantiles of a component lie in a standard normal distribution, -2.66 to 2.66."""


@dataclass(frozen=True, kw_only=True)
class Handwriting:
    """For each of the ten digits: mean [10, 784], components [10, K, 784] and their quantiles [10, K, QUANTILES].

    Numbers are shares of full ink.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    quantiles: NDArray[np.float32]

    @classmethod
    def fit(
        cls, images: NDArray[np.uint8], labels: NDArray[np.uint8], count: int = COMPONENTS
    ) -> "Handwriting":
        """Describe images [N, 28, 28] whose digits are [N]; each digit needs more than `count` of them."""
        parts = [fit_digit(ink(images[labels == digit]), count) for digit in range(10)]
        mean, components, quantiles = (
            np.ascontiguousarray(np.stack(part), dtype=np.float32)  # safetensors writes memory as it lies
            for part in zip(*parts, strict=True)
        )
        return cls(mean=mean, components=components, quantiles=quantiles)

    def encode(self, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Codes [N, K], close to standard normal, of images [N, 28, 28] whose digits are known [N]."""
        codes = np.empty((len(images), self.components.shape[1]), dtype=np.float32)
        for digit in range(10):
            rows = np.flatnonzero(labels == digit)
            shares = (ink(images[rows]) - self.mean[digit]) @ self.components[digit].T
            for component, quantiles in enumerate(self.quantiles[digit]):
                codes[rows, component] = np.interp(shares[:, component], quantiles, NODES)
        return codes

    def decode(self, codes: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.float32]:
        """What codes [N, K] say of images of digits [N]: [N, 28, 28], ink from 0 to 1."""
        images = np.empty((len(codes), self.mean.shape[1]), dtype=np.float32)
        for digit in range(10):
            rows = np.flatnonzero(labels == digit)
            shares = [
                np.interp(codes[rows, component], NODES, quantiles)
                for component, quantiles in enumerate(self.quantiles[digit])
            ]
            images[rows] = self.mean[digit] + np.stack(shares, axis=1) @ self.components[digit]
        return images.clip(0, 1).reshape(-1, 28, 28)

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """The tables by name, to be kept in a file."""
        return {
            "handwriting/mean": self.mean,
            "handwriting/components": self.components,
            "handwriting/quantiles": self.quantiles,
        }

    @classmethod
    def of_tensors(cls, parts: dict[str, NDArray]) -> "Handwriting":
        """The tables that :meth:`tensors` gave; KeyError if one is missing."""
        return cls(**{name: parts[f"handwriting/{name}"] for name in ("mean", "components", "quantiles")})


def ink(images: NDArray[np.uint8]) -> NDArray[np.floating]:
    """Images [N, 28, 28] as rows of shares of full ink [N, 784]."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


def fit_digit(rows: NDArray[np.floating], count: int) -> tuple[NDArray, NDArray, NDArray]:
    """Mean [784], the components of greatest variance [count, 784] and their quantiles [count, QUANTILES]."""
    mean = rows.mean(axis=0)
    deviations = (rows - mean).astype(np.float64)
    if len(rows) < len(mean):
        components = np.linalg.svd(deviations, full_matrices=False)[2][:count]
    else:  # the same, sooner
        components = np.linalg.eigh(deviations.T @ deviations)[1][:, ::-1][:, :count].T
    # The sign of an eigenvector is arbitrary: its largest entry is made positive.
    largest = np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, None], axis=1)
    components = components * np.sign(largest)
    shares = deviations @ components.T
    return mean, components, np.quantile(shares, (np.arange(QUANTILES) + 0.5) / QUANTILES, axis=0).T
