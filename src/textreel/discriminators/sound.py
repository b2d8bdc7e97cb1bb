"""Judges of sound: spectrograms of several sizes, and the waveform itself at several speeds; each with the text."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.discriminators.base import (
    Discriminator,
    DiscriminatorConfig,
    ProjectionHead,
    downsampling_stack,
)
from textreel.nn.records import map_tensors

WINDOWS = (1024, 256)
SPEEDS = (2, 4)  # samples of which one is judged
FLOOR = 1e-4  # of magnitudes, before their logarithm


@dataclass(frozen=True)
class Hearing:
    """What the judges of sound are given: sound [B, N] in [-1, 1]."""

    sound: Tensor

    def parts(self) -> tuple[Tensor, ...]:
        return (self.sound,)

    def map(self, change: Callable[[Tensor], Tensor]) -> "Hearing":
        """The same hearing with every part changed."""
        return map_tensors(self, change)


class SpectrogramDiscriminator(Discriminator):
    """The mean of the logits of spectrograms with long and with short windows (Jang et al. 2021, UnivNet)."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        channels = tuple(count // 2 for count in config.channels)
        self.stacks = nn.ModuleList(downsampling_stack(2, channels) for _ in WINDOWS)
        self.heads = nn.ModuleList(ProjectionHead(2 * channels[-1], config.sentence) for _ in WINDOWS)

    def forward(self, hearing: Hearing, sentence_BD: Tensor) -> Tensor:  # type: ignore[override]
        logits = []
        for size, stack, head in zip(WINDOWS, self.stacks, self.heads, strict=True):
            picture = log_spectrogram(hearing.sound, size).contiguous(memory_format=torch.channels_last)
            features = stack(picture)
            pooled = torch.cat([features.mean(dim=(2, 3)), features.amax(dim=(2, 3))], dim=-1)
            logits.append(head(pooled, sentence_BD))
        return torch.stack(logits).mean(dim=0)


def log_spectrogram(sound_BN: Tensor, size: int) -> Tensor:
    """Logarithms of magnitudes and the height of each bin [B, 2, K, F]; a convolution does not know where it stands."""
    window = torch.hann_window(size, device=sound_BN.device)
    # An absolute value at zero has no gradient, a root of squares does.
    spectrum = torch.stft(sound_BN.float(), size, size // 4, window=window, return_complex=True)
    magnitude = torch.sqrt(spectrum.real.square() + spectrum.imag.square() + FLOOR**2)
    height = torch.linspace(-1, 1, magnitude.shape[1], device=sound_BN.device)[None, :, None].expand_as(
        magnitude
    )
    return torch.stack([0.5 * torch.log(magnitude) + 1, height], dim=1)


class WaveformDiscriminator(Discriminator):
    """Strided convolutions over the samples at two speeds (Kumar et al. 2019, MelGAN)."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        channels = tuple(count // 2 for count in config.channels)
        self.stacks = nn.ModuleList(waveform_stack(channels) for _ in SPEEDS)
        self.heads = nn.ModuleList(ProjectionHead(2 * channels[-1], config.sentence) for _ in SPEEDS)

    def forward(self, hearing: Hearing, sentence_BD: Tensor) -> Tensor:  # type: ignore[override]
        logits = []
        for speed, stack, head in zip(SPEEDS, self.stacks, self.heads, strict=True):
            slow = F.avg_pool1d(hearing.sound[:, None], speed)
            features = stack(5 * slow)
            pooled = torch.cat([features.mean(dim=2), features.amax(dim=2)], dim=-1)
            logits.append(head(pooled, sentence_BD))
        return torch.stack(logits).mean(dim=0)


def waveform_stack(channels: tuple[int, ...]) -> nn.Sequential:
    """Convolutions over 16 samples of stride 4 with leaky rectifiers."""
    stack: list[nn.Module] = []
    inputs = 1
    for outputs in channels:
        stack += [nn.Conv1d(inputs, outputs, 16, stride=4, padding=6), nn.LeakyReLU(0.2)]
        inputs = outputs
    return nn.Sequential(*stack)
