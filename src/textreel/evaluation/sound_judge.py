"""A judge of sounds: a small network over log-mel pictures that names a class; trained on recordings alone."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from textreel.nn.spectra import HOP, RATE, log_mel

SECONDS = 2.0
SAMPLES = round(SECONDS * RATE) // HOP * HOP
MEAN, SCALE = -6.0, 3.0
BATCH, STEPS, LEARNING_RATE = 24, 500, 2e-3
WINDOWS = 5  # of a longer sound, over which answers are averaged


class SoundJudge(nn.Module):
    """Sounds [B, SAMPLES] -> logits [B, classes]: four convolutions with pooling, mean and maximum over the picture.

    Loudness says nothing: every picture is brought to one level.
    """

    def __init__(self, classes: Sequence[str], channels: tuple[int, ...] = (24, 48, 72, 96)) -> None:
        super().__init__()
        self.classes = tuple(classes)
        stack: list[nn.Module] = []
        before = 1
        for after in channels:
            stack += [
                nn.Conv2d(before, after, 3, padding=1),
                nn.BatchNorm2d(after),
                nn.ReLU(),
                nn.MaxPool2d(2),
            ]
            before = after
        self.stack = nn.Sequential(*stack)
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(2 * before, len(self.classes)))

    def forward(self, sound_BN: Tensor) -> Tensor:
        bands = (log_mel(sound_BN) - MEAN) / SCALE
        bands = bands - bands.amax(dim=(1, 2), keepdim=True) + 3
        found = self.stack(bands.clamp(min=-2)[:, None, ::2])
        pooled = torch.cat([found.mean(dim=(2, 3)), found.amax(dim=(2, 3))], dim=-1)
        answer: Tensor = self.head(pooled)
        return answer


def train_sound_judge(
    sounds: Sequence[NDArray[np.float32]],
    labels: Sequence[str],
    *,
    seed: int = 0,
    steps: int = STEPS,
    report: Callable[[int, int], None] | None = None,
) -> SoundJudge:
    """A judge of these recordings, each with its class; stretches, loudness, pitch bands and time are varied."""
    classes = sorted(set(labels))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        judge = SoundJudge(classes)
        optimiser = torch.optim.AdamW(judge.parameters(), lr=LEARNING_RATE, weight_decay=1e-2)
        chance = np.random.default_rng(seed)
        for step in range(steps):
            rows = chance.integers(len(sounds), size=BATCH)
            batch = torch.from_numpy(np.stack([stretch(sounds[row], chance) for row in rows]))
            truth = torch.tensor([classes.index(labels[row]) for row in rows])
            for group in optimiser.param_groups:
                group["lr"] = LEARNING_RATE * min(1.0, (step + 1) / 30, 1.05 - step / steps)
            optimiser.zero_grad(set_to_none=True)
            F.cross_entropy(judge(batch), truth, label_smoothing=0.1).backward()
            optimiser.step()
            if report is not None:
                report(step + 1, steps)
    return judge.eval().requires_grad_(False)


def stretch(sound: NDArray[np.float32], chance: np.random.Generator) -> NDArray[np.float32]:
    """SAMPLES of a recording from a random moment on, where something is heard, at a speed a little off."""
    speed = chance.uniform(0.93, 1.07)
    padded = np.pad(sound, (0, max(0, int(SAMPLES * speed) + 2 - len(sound))))
    for _ in range(4):
        start = int(chance.integers(len(padded) - int(SAMPLES * speed) - 1))
        part = padded[start : start + int(SAMPLES * speed) + 1]
        if np.abs(part).max() > 0.2 * np.abs(padded).max():
            break
    return np.interp(np.arange(SAMPLES) * speed, np.arange(len(part)), part).astype(np.float32)


@torch.no_grad()
def named(judge: SoundJudge, sound: NDArray[np.float32]) -> str:
    """The class of a sound of any length: answers over stretches of it, those that are heard."""
    padded = np.pad(sound, (0, max(0, SAMPLES - len(sound))))
    starts = np.linspace(0, len(padded) - SAMPLES, 1 if len(padded) == SAMPLES else WINDOWS).astype(int)
    parts = [padded[start : start + SAMPLES] for start in dict.fromkeys(starts.tolist())]
    heard = [part for part in parts if np.abs(part).max() > 0.1 * np.abs(padded).max()] or parts
    answers = judge(torch.from_numpy(np.stack(heard).astype(np.float32))).softmax(dim=-1).mean(dim=0)
    return judge.classes[int(answers.argmax())]
