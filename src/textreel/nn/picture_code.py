"""A code for pictures: an encoder and a decoder between a picture of 128 x 128 and a map of 16 x 16 x 8 numbers.

Both are local and know no size: blocks of a depthwise and two pointwise convolutions (Liu et al. 2022, ConvNeXt)
without a normalisation, at an eighth and a quarter of the picture's side, so that decoding a sprite takes a few
milliseconds. Pixels are folded into channels and back (Shi et al. 2016).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FOLD = 4  # pixels of the picture along each side of a cell of the fine map
STRIDE = 8  # the same of the code


@dataclass(frozen=True, kw_only=True)
class PictureCodeConfig:
    channels: int = 4  # premultiplied red, green, blue, and alpha
    code: int = 8  # numbers in each cell of the code
    coarse: int = 128  # features at an eighth of the side
    fine: int = 64  # features at a quarter of the side
    encoder_blocks: tuple[int, int] = (2, 3)  # fine, coarse
    decoder_blocks: tuple[int, int] = (3, 2)  # coarse, fine
    bound: float = 3.0  # every number of a code lies between -bound and bound


class ResidualBlock(nn.Module):
    """A depthwise 5x5 convolution and two pointwise ones, added to what came in; it begins as the identity."""

    def __init__(self, channels: int, *, expansion: int = 2) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 5, padding=2, groups=channels)
        self.widen = nn.Conv2d(channels, expansion * channels, 1)
        self.narrow = nn.Conv2d(expansion * channels, channels, 1)
        for parameter in self.narrow.parameters():
            nn.init.zeros_(parameter)

    def forward(self, features_BCHW: Tensor) -> Tensor:
        widened = F.relu(self.widen(self.depthwise(features_BCHW)))
        return features_BCHW + self.narrow(widened)


def blocks(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*[ResidualBlock(channels) for _ in range(count)])


class PictureCode(nn.Module):
    """codes = encode(pictures); pictures = decode(codes).

    Pictures are [B, channels, H, W] in [0, 1], colour premultiplied by alpha, H and W multiples of 8; codes are
    [B, code, H / 8, W / 8].
    """

    def __init__(self, config: PictureCodeConfig) -> None:
        super().__init__()
        self.config = config
        folded, fine, coarse = config.channels * FOLD**2, config.fine, config.coarse
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(FOLD),
            nn.Conv2d(folded, fine, 3, padding=1),
            blocks(fine, config.encoder_blocks[0]),
            nn.Conv2d(fine, coarse, 2, stride=2),
            blocks(coarse, config.encoder_blocks[1]),
            nn.Conv2d(coarse, config.code, 3, padding=1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(config.code, coarse, 3, padding=1),
            blocks(coarse, config.decoder_blocks[0]),
            nn.Conv2d(coarse, 4 * fine, 1),
            nn.PixelShuffle(2),
            blocks(fine, config.decoder_blocks[1]),
            nn.Conv2d(fine, folded, 3, padding=1),
            nn.PixelShuffle(FOLD),
        )

    @property
    def last_weight(self) -> Tensor:
        """The weight of the decoder's last convolution."""
        last = self.decoder[-2]
        assert isinstance(last, nn.Conv2d)
        return last.weight

    def encode(self, pictures_BCHW: Tensor) -> Tensor:
        """The codes of pictures, each number within the bound."""
        require_multiple(pictures_BCHW, self.config.channels)
        bound = self.config.bound
        return bound * torch.tanh(self.encoder(pictures_BCHW) / bound)

    def decode(self, codes_BCHW: Tensor) -> Tensor:
        """The pictures of codes."""
        if codes_BCHW.dim() != 4 or codes_BCHW.shape[1] != self.config.code:
            raise ValueError(
                f"codes must be [B, {self.config.code}, H / 8, W / 8], got {list(codes_BCHW.shape)}"
            )
        return torch.sigmoid(self.decoder(codes_BCHW))

    def forward(self, pictures_BCHW: Tensor) -> Tensor:
        """Pictures from their own codes."""
        return self.decode(self.encode(pictures_BCHW))


def require_multiple(pictures_BCHW: Tensor, channels: int) -> None:
    """See that pictures can be encoded."""
    shape = list(pictures_BCHW.shape)
    if len(shape) != 4 or shape[1] != channels or shape[2] % STRIDE or shape[3] % STRIDE:
        raise ValueError(
            f"pictures must be [B, {channels}, H, W] with sides that are multiples of 8, got {shape}"
        )
