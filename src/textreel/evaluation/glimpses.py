"""Looking closely: where subjects are in a clip, and what a picture of one alone tells.

Dimensions in names: B clips, T judged frames, C channels, H height, W width.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class Track:
    """Where a subject is in B clips of T frames.

    places [B, T, 2]: x and y of its centre in the view, 0..1 from left and top; sizes [B, T]: logarithm of its
    height over the view's; visible [B, T]: a logit that it is to be seen at all.
    """

    places: Tensor
    sizes: Tensor
    visible: Tensor

    def where(self, known_B: Tensor, other: "Track") -> "Track":
        """This track in some of the clips, and the other one elsewhere."""
        known = known_B[:, None]
        return Track(
            places=torch.where(known[..., None], self.places, other.places),
            sizes=torch.where(known, self.sizes, other.sizes),
            visible=torch.where(known, self.visible, other.visible),
        )


@dataclass(frozen=True, kw_only=True)
class Glances:
    """What single glimpses of the main subject show, B clips of T frames.

    answers: logits [B, T, classes] by head; offsets [B, T, 3]: how far it is from where was looked, right and
    down, in heights of what was looked at, and the logarithm of how much larger it is; postures [B, T, 4]: cosine
    and sine of its roll, which way it faces, and its opacity.
    """

    answers: dict[str, Tensor]
    offsets: Tensor
    postures: Tensor


def mended(looked: Track, glances: Glances) -> Track:
    """Where the subject is by what was seen of it."""
    shifts, larger = glances.offsets[..., :2], glances.offsets[..., 2]
    return Track(
        places=looked.places + shifts * looked.sizes.clamp(-3, 1).exp()[..., None],
        sizes=looked.sizes + larger,
        visible=looked.visible,
    )


def way(main: Track, looked: Track, glances: Glances) -> Tensor:
    """Where the main subject is in each frame, mended by what was seen there, and its posture [B, T * 8]."""
    exact = mended(looked, glances)
    numbers = [2 * exact.places - 1, exact.sizes[..., None], glances.postures]
    seen = torch.sigmoid(main.visible)[..., None]
    return torch.cat([torch.cat(numbers, dim=-1).clamp(-3, 3), seen], dim=-1).flatten(1)


def way_of_second(second: Track) -> Tensor:
    """Where the second subject is in each frame, as far as there is one [B, T * 4]."""
    seen = torch.sigmoid(second.visible)[..., None]
    numbers = torch.cat([2 * second.places - 1, second.sizes[..., None]], dim=-1).clamp(-3, 3)
    return torch.cat([numbers * seen, seen], dim=-1).flatten(1)


class Glimpse(nn.Module):
    """Frames [B, T, 3, H, W] and where to look -> what is seen there [B, T, features], none negative."""

    ROOM = 1.15  # height of what is cut out, in heights of the subject

    def __init__(self, side: int, channels: tuple[int, int, int, int], features: int) -> None:
        """`side`: height and width in pixels of what is cut out."""
        super().__init__()
        self.side = side
        first, second, third, last = channels
        self.network = nn.Sequential(
            ConvBlock(3, first, stride=2),
            ConvBlock(first, second, stride=2),
            ConvBlock(second, third, stride=2),
            ConvBlock(third, last),
            nn.Flatten(),
            nn.Linear(last * (side // 8) ** 2, features),
        )

    def forward(self, frames_BTCHW: Tensor, track: Track) -> Tensor:
        return self.see(self.cut_out(frames_BTCHW, track).unflatten(0, frames_BTCHW.shape[:2]))

    def see(self, squares_BTCHW: Tensor) -> Tensor:
        """What is seen in squares [B, T, 3, glimpse, glimpse] that have been cut out."""
        squares = squares_BTCHW.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        return F.relu(self.network(squares)).unflatten(0, squares_BTCHW.shape[:2])

    def cut_out(self, frames_BTCHW: Tensor, track: Track) -> Tensor:
        """Squares of one size around the subjects [B * T, 3, glimpse, glimpse]; grey beyond the frame."""
        centres = track.places.detach().flatten(0, 1) * 2 - 1
        extents = track.sizes.detach().flatten().exp().clamp(0.05, 2.0) * self.ROOM
        steps = torch.linspace(-1, 1, self.side, device=extents.device)
        down, across = torch.meshgrid(steps, steps, indexing="ij")
        grid = torch.stack([across, down], dim=-1)[None] * extents[:, None, None, None]
        frames = frames_BTCHW.flatten(0, 1)
        return F.grid_sample(frames, grid + centres[:, None, None], mode="bilinear", align_corners=False)


class ConvBlock(nn.Module):
    """Convolution (4x4 where it halves the map, else 3x3), batch normalisation, leaky rectifier."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 4 if stride == 2 else 3, stride, 1, bias=False)
        self.normalisation = nn.BatchNorm2d(outputs)

    def forward(self, inputs_BCHW: Tensor) -> Tensor:
        return F.leaky_relu(self.normalisation(self.convolution(inputs_BCHW)), 0.1)
