"""Convolutions over time that never look ahead, their memory in the caller's hands: a sound can be had in pieces."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class CausalConv(nn.Module):
    """1-D convolution of [B, C, F] that sees the present and the past: `outputs, memory = conv(inputs, memory)`."""

    def __init__(self, inputs: int, outputs: int, size: int, *, dilation: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.inputs, self.reach = inputs, (size - 1) * dilation
        self.conv = nn.Conv1d(inputs, outputs, size, dilation=dilation, groups=groups)

    def initial_memory(self, batch: int, device: torch.device) -> Tensor:
        """Nothing was heard before [B, C, reach]."""
        return torch.zeros(batch, self.inputs, self.reach, device=device)

    def forward(self, inputs_BCF: Tensor, memory_BCR: Tensor) -> tuple[Tensor, Tensor]:
        seen = torch.cat([memory_BCR.to(inputs_BCF.dtype), inputs_BCF], dim=-1)
        kept = seen[..., seen.shape[-1] - self.reach :]
        return self.conv(seen), kept


class GatedBlock(nn.Module):
    """A dilated causal convolution with a gate, a condition and a way around (van den Oord et al. 2016, WaveNet)."""

    def __init__(self, channels: int, condition: int, dilation: int) -> None:
        super().__init__()
        self.conv = CausalConv(channels, 2 * channels, 3, dilation=dilation)
        self.condition = nn.Linear(condition, 2 * channels)
        self.out = nn.Conv1d(channels, channels, 1)

    def forward(
        self, inputs_BCF: Tensor, condition_BD: Tensor, memory: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Answers what goes on to the next block, what is added to the result, and the memory."""
        drive, memory = self.conv(inputs_BCF, memory)
        signal, gate = (drive + self.condition(condition_BD)[..., None]).chunk(2, dim=1)
        found = self.out(torch.tanh(signal) * torch.sigmoid(gate))
        return (inputs_BCF + found) * 0.5**0.5, found, memory


class ConvNextBlock(nn.Module):
    """A depthwise causal convolution, then a perceptron in every frame (Siuzdak 2024, Vocos)."""

    def __init__(self, channels: int, size: int = 7) -> None:
        super().__init__()
        self.conv = CausalConv(channels, channels, size, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.wide, self.narrow = nn.Linear(channels, 2 * channels), nn.Linear(2 * channels, channels)
        self.share = nn.Parameter(torch.full((channels,), 0.1))

    def forward(self, inputs_BCF: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        found, memory = self.conv(inputs_BCF, memory)
        found = self.norm(found.transpose(1, 2))
        found = self.share * self.narrow(F.gelu(self.wide(found)))
        return inputs_BCF + found.transpose(1, 2), memory
