"""Convolutional LSTM cell (Shi et al. 2015, https://arxiv.org/abs/1506.04214) with explicit state."""

from typing import NamedTuple

import torch
from torch import Tensor, nn


class ConvLSTMState(NamedTuple):
    """Hidden and cell maps, both float32 [B, C, H, W]."""

    hidden: Tensor
    cell: Tensor


class ConvLSTMCell(nn.Module):
    """One step of a convolutional LSTM: `hidden, state = cell(inputs, state)`.

    The gates are normalised over their channels, so that the state stays bounded over films far longer than
    the training windows; the forget gate starts open (bias 1); the state is float32 whatever the precision.
    """

    def __init__(self, input_channels: int, hidden_channels: int, kernel_size: int = 3) -> None:
        super().__init__()
        self.hidden_channels = hidden_channels
        self.gates = nn.Conv2d(
            input_channels + hidden_channels, 4 * hidden_channels, kernel_size, padding=kernel_size // 2
        )
        self.normalise = nn.GroupNorm(4, 4 * hidden_channels)
        with torch.no_grad():
            self.normalise.bias[hidden_channels : 2 * hidden_channels] = 1.0

    def initial_state(self, batch: int, height: int, width: int, device: torch.device) -> ConvLSTMState:
        """A state of zeros."""
        zeros = torch.zeros(batch, self.hidden_channels, height, width, device=device)
        return ConvLSTMState(zeros, zeros)

    def forward(self, inputs_BCHW: Tensor, state: ConvLSTMState) -> tuple[Tensor, ConvLSTMState]:
        gates = self.gates(torch.cat([inputs_BCHW, state.hidden.to(inputs_BCHW.dtype)], dim=1))
        gates = self.normalise(gates.float())
        entry, forget, output, candidate = gates.chunk(4, dim=1)
        cell = torch.sigmoid(forget) * state.cell + torch.sigmoid(entry) * torch.tanh(candidate)
        hidden = torch.sigmoid(output) * torch.tanh(cell)
        return hidden, ConvLSTMState(hidden, cell)
