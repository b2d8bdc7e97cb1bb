"""Block matching: by how much each block of a picture has moved, without a parameter to learn."""

import torch
import torch.nn.functional as F
from torch import Tensor

SHARPNESS = 200.0  # of the softmax over mean absolute differences of pictures in [-1, 1]


def shifts_within(reach: tuple[int, int]) -> int:
    """How many shifts of whole pixels there are within a reach, down and across."""
    down, across = reach
    return (2 * down + 1) * (2 * across + 1)


@torch.no_grad()
def block_motion(before_NHW: Tensor, after_NHW: Tensor, *, reach: tuple[int, int], blocks: int) -> Tensor:
    """How likely each shift of each block is, [N, shifts_within(reach), blocks, blocks], in rows of y, then x.

    The picture before is moved by every shift of up to `reach` pixels, down and across, and compared with the one
    after; the mean absolute differences in each block become a distribution over the shifts. Beyond its edge a
    picture repeats its last pixel.
    """
    height, width = before_NHW.shape[-2:]
    furthest_down, furthest_across = reach
    edges = (furthest_across, furthest_across, furthest_down, furthest_down)
    padded = F.pad(before_NHW[:, None], edges, mode="replicate")[:, 0]
    differences = [
        (padded[:, furthest_down - down :, furthest_across - across :][:, :height, :width] - after_NHW).abs()
        for down in range(-furthest_down, furthest_down + 1)
        for across in range(-furthest_across, furthest_across + 1)
    ]
    costs = F.adaptive_avg_pool2d(torch.stack(differences, dim=1), blocks)
    return torch.softmax(-SHARPNESS * costs, dim=1)
