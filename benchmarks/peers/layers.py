"""The blocks of DCGAN (Radford et al. 2016), in two dimensions and, as VGAN and MoCoGAN extend them, in three."""

import torch
from torch import Tensor, nn

START = 4  # height and width of the smallest map
LEAK = 0.2


def doublings(side: int) -> int:
    """How often a map of START x START must double to have `side`, which is START times a power of 2."""
    count = (side // START).bit_length() - 1
    assert side == START * 2**count, f"side must be {START} times a power of 2, got {side}"
    return count


def channels_of(side: int, width: int) -> list[int]:
    """The channels of maps from START x START on, one entry a doubling: 8, 4, 2, 1 times the width at 64 pixels."""
    return [width * 2**step for step in reversed(range(doublings(side)))]


def frame_generator(inputs: int, side: int, width: int) -> nn.Sequential:
    """DCGAN's generator: codes [N, inputs, 1, 1] -> pictures [N, 3, side, side] in [-1, 1]."""
    before, *others = channels_of(side, width)
    parts: list[nn.Module] = [
        nn.ConvTranspose2d(inputs, before, START, bias=False),
        nn.BatchNorm2d(before),
        nn.ReLU(inplace=True),
    ]
    for after in others:
        parts += [
            nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
        ]
        before = after
    return nn.Sequential(*parts, nn.ConvTranspose2d(before, 3, 4, 2, 1), nn.Tanh())


def frame_features(side: int, width: int) -> nn.Sequential:
    """DCGAN's discriminator without its last layer: pictures [N, 3, side, side] -> maps [N, C, START, START]."""
    before, *others = reversed(channels_of(side, width))
    parts: list[nn.Module] = [nn.Conv2d(3, before, 4, 2, 1), nn.LeakyReLU(LEAK, inplace=True)]
    for after in others:
        parts += [
            nn.Conv2d(before, after, 4, 2, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.LeakyReLU(LEAK, inplace=True),
        ]
        before = after
    return nn.Sequential(*parts)


def dcgan_weights(network: nn.Module) -> None:
    """Draw weights as DCGAN does: convolutions N(0, 0.02), scales of normalisations N(1, 0.02)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Conv3d | nn.ConvTranspose2d | nn.ConvTranspose3d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d | nn.BatchNorm3d):
            nn.init.normal_(module.weight, 1.0, 0.02)


def channels_last(network: nn.Module) -> None:
    """Lay the weights of convolutions out channels last, which is what processors are fast with."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        elif isinstance(module, nn.Conv3d | nn.ConvTranspose3d):
            module.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]


def pictures(frames_BTCHW: Tensor) -> Tensor:
    """The frames of clips one by one [B * T, C, H, W], channels last."""
    return frames_BTCHW.flatten(0, 1).contiguous(memory_format=torch.channels_last)


def as_clips(pictures_NCHW: Tensor, frames: int) -> Tensor:
    """The clips [B, T, C, H, W] of pictures that stand one after the other, float32."""
    count, *size = pictures_NCHW.shape
    return pictures_NCHW.float().reshape(count // frames, frames, *size)


def volumes(frames_BTCHW: Tensor) -> Tensor:
    """Clips as 3-D convolutions take them [B, C, T, H, W], channels last."""
    return frames_BTCHW.transpose(1, 2).contiguous(memory_format=torch.channels_last_3d)
