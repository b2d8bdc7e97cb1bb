"""The judge of handwritten digits: a small convolutional network, trained on MNIST's training images alone.

It never sees what a generator made. `scripts/make-digits judge` trains it again.

Dimensions in names: N pictures of H x W = 28 x 28 pixels, C channels.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel import checkpoint
from textreel.corpora.digits.images import DigitImages, Written
from textreel.errors import CheckpointError, EvaluationError
from textreel.models import judge_folder

KIND = "digits-judge"
CHANNELS = (24, 48, 96)
BATCH = 128
LEARNING_RATE = 1e-2
SHIFT = 2  # pixels: what is cut out of a film is not quite in the middle
BLURRED_SHARE, FAINTEST = 0.3, 0.6
AT_ONCE = 500


class DigitReader(nn.Module):
    """Ink [N, 28, 28] from 0 to 1 -> logits [N, 10]."""

    def __init__(self) -> None:
        super().__init__()
        first, second, third = CHANNELS
        self.network = nn.Sequential(
            *layer(1, first),
            nn.MaxPool2d(2),
            *layer(first, second),
            *layer(second, second),
            nn.MaxPool2d(2),
            *layer(second, third),
            *layer(third, third),
            nn.AdaptiveMaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(4 * third, 10),
        )

    def forward(self, ink_NHW: Tensor) -> Tensor:
        logits: Tensor = self.network(ink_NHW[:, None].contiguous(memory_format=torch.channels_last))
        return logits

    @torch.inference_mode()
    def read(self, ink_NHW: Tensor) -> Tensor:
        """Probabilities of the digits [N, 10]."""
        return torch.cat([self(some).softmax(dim=1) for some in ink_NHW.split(AT_ONCE)])

    def accuracy(self, written: Written) -> float:
        """The share of images that it reads right."""
        found = self.read(ink_of(written)).argmax(dim=1)
        return float((found == torch.from_numpy(written.labels)).float().mean())

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Write it, as float16, with what is known of its training."""
        checkpoint.save(folder, self.state_dict(), facts, kind=KIND, half=True)

    @classmethod
    def load(cls, folder: Path | None = None) -> "DigitReader":
        """The judge in a folder, ready to read; that of the package textreel-judges by default.

        Raises:
            MissingExtraError: that package is not installed.
            EvaluationError: there is none, or its files are broken.
        """
        folder = judge_folder(KIND) if folder is None else folder
        reader = cls()
        try:
            checkpoint.restore(reader, checkpoint.load(folder, kind=KIND).tensors, source=folder)
        except CheckpointError as error:
            raise EvaluationError(
                f"Digits are read by a judge, and there is none to be had ({error}): "
                "make it with `scripts/make-digits judge`, or install textreel again."
            ) from error
        return reader.requires_grad_(False).eval()


def layer(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    """A convolution, normalised over the batch, with a rectifier."""
    return nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()


def ink_of(written: Written) -> Tensor:
    """The ink of images [N, 28, 28] from 0 to 1."""
    return torch.from_numpy(written.images).float() / 255


def train(
    digits: DigitImages, *, epochs: int, seed: int = 0, report: Callable[[str], None]
) -> tuple[DigitReader, dict[str, Any]]:
    """A judge after so many rounds, one cycle of the learning rate (Smith 2018), and what is known of its training."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    reader = DigitReader().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    ink, labels = ink_of(digits.training), torch.from_numpy(digits.training.labels).long()
    steps = max(1, len(ink) // BATCH)
    optimiser = torch.optim.AdamW(reader.parameters(), LEARNING_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps * epochs)
    for epoch in range(epochs):
        reader.train()
        for rows in np.array_split(chance.permutation(len(ink)), steps):
            logits = reader(disturbed(ink[rows], chance))
            loss = F.cross_entropy(logits, labels[rows], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        reader.eval()
        report(f"epoch {epoch + 1} of {epochs}: {reader.accuracy(digits.evaluation):.4f} of the test images")
    return reader, {
        "description": "Reads handwritten digits; trained on MNIST's training images.",
        "epochs": epochs,
        "seed": seed,
        "training_images": len(ink),
        "test_images": len(digits.evaluation.labels),
        "test_accuracy": round(reader.accuracy(digits.evaluation), 4),
    }


def disturbed(ink_NHW: Tensor, chance: np.random.Generator) -> Tensor:
    """Images a little off the middle, fainter, and some of them out of focus."""
    shift = chance.integers(-SHIFT, SHIFT + 1, size=2)
    moved = torch.roll(ink_NHW, (int(shift[0]), int(shift[1])), dims=(1, 2))
    if chance.random() < BLURRED_SHARE:
        moved = F.avg_pool2d(moved, 3, 1, 1)
    strength = torch.from_numpy(chance.uniform(FAINTEST, 1.0, size=(len(moved), 1, 1)).astype(np.float32))
    return moved * strength
