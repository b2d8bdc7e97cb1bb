"""The judge of patches."""

import torch

from textreel.discriminators.patches import PatchDiscriminator


def test_one_logit_for_each_patch_that_sees_only_its_surroundings() -> None:
    torch.manual_seed(0)
    judge = PatchDiscriminator(widths=(8, 8, 8)).requires_grad_(False)
    pictures = torch.rand(2, 4, 128, 128)
    logits = judge(pictures)
    assert logits.shape == (2, 8, 8)
    changed = pictures.clone()
    changed[:, :, :16, :16] = 0
    difference = (judge(changed) - logits).abs()
    assert difference[:, 0, 0].min() > 0
    assert difference[:, 4:, 4:].max() == 0
