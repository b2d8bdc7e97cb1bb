"""How things move: what the ways of subjects and camera through a clip amount to.

Dimensions in names: B clips, T judged frames, S subjects, F numbers a frame, D features.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.evaluation.glimpses import Glances, Track, mended

WAY = 8  # numbers that tell where one subject is in a frame, and its posture
DRIFT = 3  # numbers that tell how the camera has moved since the frame before


def ways(looked: Track, glances: Glances) -> Tensor:
    """Where subjects are, mended by what was seen of them, and their posture [B, T, S, WAY]; 0 where unseen."""
    exact = mended(looked, glances)
    numbers = torch.cat([2 * exact.places - 1, exact.sizes[..., None], glances.postures], dim=-1).clamp(-3, 3)
    seen = torch.sigmoid(looked.visible)[..., None]
    return torch.cat([numbers * seen, seen], dim=-1)


class Course(nn.Module):
    """Ways [B, T, S, WAY] and the camera's drift [B, T - 1, DRIFT] -> features [B, D], none negative.

    Residual convolutions over time, pooled by mean, maximum and deviation (a hop is a hop at whatever moment),
    beside the bare numbers. On these a multi-layer perceptron alone takes one walk in four for jumps.
    """

    def __init__(self, frames: int, subjects: int, width: int, features: int) -> None:
        super().__init__()
        numbers = subjects * WAY + DRIFT
        self.enter = nn.Linear(2 * numbers, width)
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(3)])
        self.convolutions = nn.ModuleList([nn.Conv1d(width, width, 3, padding=1) for _ in range(3)])
        self.leave = nn.Sequential(
            nn.Linear(3 * width + frames * numbers, 2 * features),
            nn.ReLU(),
            nn.Linear(2 * features, features),
            nn.ReLU(),
        )

    def forward(self, ways_BTSF: Tensor, drift_BTF: Tensor) -> Tensor:
        numbers = torch.cat([ways_BTSF.flatten(2), F.pad(10 * drift_BTF, (0, 0, 1, 0))], dim=-1)
        changes = F.pad(numbers[:, 1:] - numbers[:, :-1], (0, 0, 1, 0))
        hidden = self.enter(torch.cat([numbers, 4 * changes], dim=-1))
        for norm, convolution in zip(self.norms, self.convolutions, strict=True):
            hidden = hidden + F.relu(convolution(norm(hidden).mT).mT)
        pooled = [hidden.mean(dim=1), hidden.amax(dim=1), hidden.std(dim=1), numbers.flatten(1)]
        features: Tensor = self.leave(torch.cat(pooled, dim=-1))
        return features
