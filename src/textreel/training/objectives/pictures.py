"""Distances between pictures."""

import torch
import torch.nn.functional as F
from torch import Tensor


def picture_distance(made_BCHW: Tensor, true_BCHW: Tensor) -> Tensor:
    """Mean absolute difference, averaged over the pictures at full size and made 2, 4, 8 and 16 times smaller.

    Every size counts alike, so what is large and plain is learned first. (Differences of neighbouring pixels as a
    further term were tried: on textured ground their signs are noise, and they drowned everything else.)
    """
    differences = [(made_BCHW - true_BCHW).abs().mean()]
    for factor in (factor for factor in (2, 4, 8, 16) if factor <= min(made_BCHW.shape[-2:])):
        made, true = (F.avg_pool2d(picture, factor) for picture in (made_BCHW, true_BCHW))
        differences.append((made - true).abs().mean())
    return torch.stack(differences).mean()
