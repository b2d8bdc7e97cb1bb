"""Looking closely: where subjects are in a clip, and what a picture of one alone tells.

Dimensions in names: B clips, T judged frames, S subjects, C channels, H height, W width.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class Track:
    """Where subjects are in B clips of T frames.

    places [B, T, S, 2]: x and y of their centres in the view, 0..1 from left and top; sizes [B, T, S]: logarithm of
    their heights over the view's; visible [B, T, S]: a logit that they are to be seen at all.
    """

    places: Tensor
    sizes: Tensor
    visible: Tensor

    def where(self, known_B: Tensor, other: "Track") -> "Track":
        """This track in some of the clips, and the other one elsewhere."""
        known = known_B[:, None, None]
        return Track(
            places=torch.where(known[..., None], self.places, other.places),
            sizes=torch.where(known, self.sizes, other.sizes),
            visible=torch.where(known, self.visible, other.visible),
        )


@dataclass(frozen=True, kw_only=True)
class Glances:
    """What single glimpses of subjects show.

    answers: logits [B, T, S, classes] by head; offsets [B, T, S, 3]: how far a subject is from where was looked,
    right and down, in heights of what was looked at, and the logarithm of how much larger it is; postures
    [B, T, S, 4]: cosine and sine of its roll, which way it faces, and its opacity.
    """

    answers: dict[str, Tensor]
    offsets: Tensor
    postures: Tensor


def mended(looked: Track, glances: Glances) -> Track:
    """Where the subjects are by what was seen of them."""
    shifts, larger = glances.offsets[..., :2], glances.offsets[..., 2]
    return Track(
        places=looked.places + shifts * looked.sizes.clamp(-3, 1).exp()[..., None],
        sizes=looked.sizes + larger,
        visible=looked.visible,
    )


class Glimpse(nn.Module):
    """Frames [B, T, 3, H, W] and where to look -> what is seen there [B, T, S, features], none negative."""

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
        """What is seen at a track [B, T, S, features]."""
        return self.see(self.cut_out(frames_BTCHW, track))

    def see(self, squares_BTSCHW: Tensor) -> Tensor:
        """What is seen in squares [B, T, S, 3, glimpse, glimpse] that have been cut out."""
        squares = squares_BTSCHW.flatten(0, 2).contiguous(memory_format=torch.channels_last)
        return F.relu(self.network(squares)).unflatten(0, squares_BTSCHW.shape[:3])

    def cut_out(self, frames_BTCHW: Tensor, track: Track) -> Tensor:
        """Squares of one size around the subjects [B, T, S, 3, glimpse, glimpse]; grey beyond the frame."""
        batch, times, subjects = track.sizes.shape
        centres = track.places.detach().flatten(0, 1) * 2 - 1
        extents = track.sizes.detach().flatten(0, 1).exp().clamp(0.05, 2.0) * self.ROOM
        steps = torch.linspace(-1, 1, self.side, device=extents.device)
        down, across = torch.meshgrid(steps, steps, indexing="ij")
        square = torch.stack([across, down], dim=-1)
        grid = (
            square * extents[..., None, None, None] + centres[:, :, None, None]
        )  # [B * T, S, side, side, 2]
        frames = frames_BTCHW.flatten(0, 1)
        seen = F.grid_sample(frames, grid.flatten(1, 2), mode="bilinear", align_corners=False)
        return seen.unflatten(2, (subjects, self.side)).movedim(2, 1).unflatten(0, (batch, times))


class ConvBlock(nn.Module):
    """Convolution (4x4 where it halves the map, else 3x3), batch normalisation, leaky rectifier."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 4 if stride == 2 else 3, stride, 1, bias=False)
        self.normalisation = nn.BatchNorm2d(outputs)

    def forward(self, inputs_BCHW: Tensor) -> Tensor:
        return F.leaky_relu(self.normalisation(self.convolution(inputs_BCHW)), 0.1)
