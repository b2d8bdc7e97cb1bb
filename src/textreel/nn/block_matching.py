"""Block matching: by how much each block of a picture has moved, without a parameter to learn."""

import torch
import torch.nn.functional as F
from torch import Tensor

SHARPNESS = 200.0  # of the softmax over mean absolute differences of pictures in [-1, 1]


@torch.no_grad()
def block_motion(before_NHW: Tensor, after_NHW: Tensor, *, reach: int, blocks: int) -> Tensor:
    """How likely each shift of each block is, [N, (2 * reach + 1) ** 2, blocks, blocks], in rows of y, then x.

    The picture before is moved by every shift of up to `reach` pixels and compared with the one after; the
    mean absolute differences in each block become a distribution over the shifts. Beyond its edge a picture
    repeats its last pixel.
    """
    height, width = before_NHW.shape[-2:]
    padded = F.pad(before_NHW[:, None], (reach,) * 4, mode="replicate")[:, 0]
    differences = [
        (padded[:, reach - down :][:, :height, reach - across :][:, :, :width] - after_NHW).abs()
        for down in range(-reach, reach + 1)
        for across in range(-reach, reach + 1)
    ]
    costs = F.adaptive_avg_pool2d(torch.stack(differences, dim=1), blocks)
    return torch.softmax(-SHARPNESS * costs, dim=1)
