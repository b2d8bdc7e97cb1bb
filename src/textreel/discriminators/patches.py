"""Judges patches of pictures: are edges and eyes as sharp as drawn ones? It reads no words."""

import torch
from torch import Tensor, nn


class PatchDiscriminator(nn.Module):
    """logits [B, H / 16, W / 16] = judge(pictures [B, C, H, W] in [0, 1]); PatchGAN (Isola et al. 2017)."""

    def __init__(self, channels: int = 4, widths: tuple[int, int, int] = (32, 64, 128)) -> None:
        super().__init__()
        first, second, third = widths
        self.stack = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(4 * channels, first, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(first, second, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(second, third, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(third, third, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(third, 1, 4, stride=2, padding=1),
        )

    def forward(self, pictures_BCHW: Tensor) -> Tensor:
        centred = (2 * pictures_BCHW - 1).contiguous(memory_format=torch.channels_last)
        return self.stack(centred)[:, 0]
