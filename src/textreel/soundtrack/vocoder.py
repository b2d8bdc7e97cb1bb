"""The vocoder: features -> waveform, by a network whose head is an inverse Fourier transform (iSTFTNet, Vocos).

Vocos lets the head paint phases; a network that trains for minutes does not learn these. Here the head shapes the
spectra of two excitations instead (Engel et al. 2020, DDSP; the source of Wang et al. 2019, NSF): white noise, and a
train of pulses at the sound's pitch. It starts from what the bands say by themselves and learns what is missing, the
phases of the tone among it. Streaming: every frame adds its window to what hangs over from the frames before.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from textreel.nn.causal import CausalConv, ConvNextBlock
from textreel.nn.spectra import BINS, HOP, RATE, WINDOW, bins_of, overlap_add, window
from textreel.soundtrack.features import FEATURES, fundamental, log_power, periodicity

TAIL = WINDOW - HOP
WINDOW_POWER = 0.375 * WINDOW  # sum of the squared Hann window: power of white noise in a bin
OVERLAP = 1.5  # sum of squared windows at every sample
LEAST_SHARE = 1e-3


@dataclass(frozen=True)
class VocoderState:
    """memories of the convolutions; excitation [B, 2, TAIL] of pulses and noise; angle [B] of the pulses in cycles;
    hanging [B, TAIL]: what the last windows still add."""

    memories: tuple[Tensor, ...]
    excitation: Tensor
    angle: Tensor
    hanging: Tensor


class Vocoder(nn.Module):
    """See the module's text."""

    def __init__(self, channels: int = 160, blocks: int = 4) -> None:
        super().__init__()
        self.enter = CausalConv(FEATURES, channels, 3)
        self.blocks = nn.ModuleList(ConvNextBlock(channels) for _ in range(blocks))
        self.head = nn.Linear(channels, 3 * BINS)
        nn.init.normal_(self.head.weight, std=1e-3)
        nn.init.zeros_(self.head.bias)

    def initial_state(self, batch: int, device: torch.device) -> VocoderState:
        """Silence was before."""
        convolutions = [self.enter, *(block.conv for block in self.blocks)]
        return VocoderState(
            memories=tuple(conv.initial_memory(batch, device) for conv in convolutions),  # type: ignore[operator, union-attr]
            excitation=torch.zeros(batch, 2, TAIL, device=device),
            angle=torch.zeros(batch, device=device),
            hanging=torch.zeros(batch, TAIL, device=device),
        )

    def forward(
        self, features_BFX: Tensor, noise_BFH: Tensor, state: VocoderState
    ) -> tuple[Tensor, VocoderState]:
        """Features of F frames and HOP samples of noise for each -> samples [B, F * HOP], the state after them."""
        hidden, *memories = self.enter(features_BFX.transpose(1, 2), state.memories[0])
        for block, memory in zip(self.blocks, state.memories[1:], strict=True):
            hidden, memory = block(hidden, memory)
            memories.append(memory)
        tone, turn, rough = self.head(hidden.transpose(1, 2)).float().chunk(3, dim=-1)
        base = 0.5 * (bins_of(log_power(features_BFX)) - math.log(WINDOW_POWER))
        share = periodicity(features_BFX).float()[..., None]
        gain_tone = torch.exp(base + 0.5 * torch.log(share + LEAST_SHARE) + tone)
        gain_noise = torch.exp(base + 0.5 * torch.log(1 - share + LEAST_SHARE) + rough)
        pulses, angle = pulse_train(fundamental(features_BFX).detach().float(), state.angle)
        fresh = torch.stack([pulses, noise_BFH.flatten(1)], dim=1)
        excitation = torch.cat([state.excitation, fresh], dim=-1)
        bins = torch.fft.rfft(excitation.unfold(-1, WINDOW, HOP) * window().to(tone.device))
        shaped = gain_tone * torch.polar(torch.ones_like(turn), turn) * bins[:, 0] + gain_noise * bins[:, 1]
        windows = torch.fft.irfft(shaped, WINDOW) * (window().to(tone.device) / OVERLAP)
        samples, hanging = overlap_add(windows, state.hanging)
        return samples, VocoderState(tuple(memories), excitation[..., -TAIL:], angle, hanging)


def pulse_train(hertz_BF: Tensor, angle_B: Tensor) -> tuple[Tensor, Tensor]:
    """All harmonics below the limit with equal strength [B, F * HOP], of unit power, and the angle after them.

    The sum of cosines in closed form (Dirichlet's kernel): cos(k a) for k = 1..K is
    (sin((K + 1/2) a) / sin(a / 2) - 1) / 2.
    """
    cycles = hertz_BF.repeat_interleave(HOP, dim=1) / RATE
    angle = (angle_B[:, None].double() + torch.cumsum(cycles.double(), dim=1)).remainder(1.0)
    count = torch.floor(0.49 / cycles.clamp(min=1e-6)).double()
    half = math.pi * angle
    below = torch.sin(half)
    kernel = torch.where(below.abs() > 1e-6, torch.sin((2 * count + 1) * half) / below, 2 * count + 1)
    train = (kernel - 1) / 2 / torch.sqrt(count.clamp(min=1) / 2)
    return train.float(), angle[:, -1].float()
