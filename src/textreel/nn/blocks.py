"""Blocks of which generators and discriminators are built: convolutions, and perceptrons for conditions."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def pad_periodic_x(inputs_BCHW: Tensor) -> Tensor:
    """One pixel on each side: the picture continues itself to the left and right, its rows repeat above and below."""
    wide = torch.cat([inputs_BCHW[..., -1:], inputs_BCHW, inputs_BCHW[..., :1]], dim=-1)
    return torch.cat([wide[..., :1, :], wide, wide[..., -1:, :]], dim=-2)


def pad_periodic(inputs_BCHW: Tensor) -> Tensor:
    """One pixel on each side of a picture that is periodic in both axes."""
    wide = torch.cat([inputs_BCHW[..., -1:], inputs_BCHW, inputs_BCHW[..., :1]], dim=-1)
    return torch.cat([wide[..., -1:, :], wide, wide[..., :1, :]], dim=-2)


PADDINGS = {"periodic-x": pad_periodic_x, "periodic": pad_periodic}


def pixel_norm(inputs_BCHW: Tensor) -> Tensor:
    """Divide each pixel by the root mean square of its channels (Karras et al. 2018, Progressive GAN)."""
    power = inputs_BCHW.square().mean(dim=1, keepdim=True, dtype=torch.float32)
    return inputs_BCHW * torch.rsqrt(power + 1e-6).to(inputs_BCHW.dtype)


class ModulatedConv(nn.Module):
    """3x3 convolution, pixel norm, then a scale and a shift read from a condition (FiLM, Perez et al. 2018)."""

    def __init__(self, inputs: int, outputs: int, condition: int, *, padding: str = "zeros") -> None:
        super().__init__()
        self.pad = PADDINGS.get(padding)
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=0 if self.pad else 1)
        self.modulation = nn.Linear(condition, 2 * outputs)
        nn.init.normal_(self.modulation.weight, std=0.5 * condition**-0.5)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, inputs_BCHW: Tensor, condition_BD: Tensor) -> Tensor:
        padded = self.pad(inputs_BCHW) if self.pad else inputs_BCHW
        features = pixel_norm(self.conv(padded))
        scale, shift = self.modulation(condition_BD).to(features.dtype)[:, :, None, None].chunk(2, dim=1)
        return F.leaky_relu(torch.addcmul(shift, features, 1 + scale), 0.2)


def upsample(inputs_BCHW: Tensor) -> Tensor:
    """Twice the height and width, nearest neighbour."""
    return F.interpolate(inputs_BCHW, scale_factor=2, mode="nearest")


def place_code(channels: int, height: int, width: int, *, periodic_x: bool = False) -> nn.Parameter:
    """A learned map that tells a decoder where it paints, [1, channels, height, width].

    It begins as waves of all lengths down to four pixels: unit-scale codes of the place, which a convolution can
    read at once, where small random numbers would have to grow first.
    """
    down = torch.rand(channels, 1, 1) * height / 4
    across = torch.randint(-(width // 4), width // 4 + 1, (channels, 1, 1)).float()
    if not periodic_x:
        across = across * torch.rand(channels, 1, 1)
    rows = (torch.arange(height) / height)[None, :, None]
    columns = (torch.arange(width) / width)[None, None, :]
    shift = torch.rand(channels, 1, 1)
    return nn.Parameter(torch.sin(2 * math.pi * (down * rows + across * columns + shift))[None])


def mlp(inputs: int, hidden: int, outputs: int, *, layers: int = 2) -> nn.Sequential:
    """Linear layers with leaky rectifiers between them, initialised to keep the scale (He et al. 2015)."""
    sizes = [inputs, *[hidden] * (layers - 1), outputs]
    stack: list[nn.Module] = []
    for before, after in zip(sizes, sizes[1:], strict=False):
        linear = nn.Linear(before, after)
        nn.init.kaiming_normal_(linear.weight, a=0.2)
        nn.init.zeros_(linear.bias)
        stack += [linear, nn.LeakyReLU(0.2)]
    return nn.Sequential(*stack[:-1])


def halving_convs(inputs: int, channels: Sequence[int]) -> nn.Sequential:
    """Convolutions [N, inputs, H, W] -> [N, C, h, w], each of which halves height and width."""
    stack: list[nn.Module] = []
    for before, after in pairwise((inputs, *channels)):
        stack += [nn.Conv2d(before, after, 4, 2, 1), nn.GroupNorm(8, after), nn.LeakyReLU(0.2)]
    return nn.Sequential(*stack)


def condition_mlp(inputs: int, size: int) -> nn.Sequential:
    """What decoders are conditioned on: always of unit scale, so that their modulation is never faint."""
    return nn.Sequential(*mlp(inputs, size, size), nn.LayerNorm(size))
