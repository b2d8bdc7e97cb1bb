"""Block matching finds shifts that are known."""

import pytest
import torch

from textreel.nn.block_matching import block_motion, shifts_within


@pytest.mark.parametrize(("down", "across"), [(0, 0), (2, -1), (-2, 3)])
def test_a_shifted_picture_is_found_in_every_inner_block(down: int, across: int) -> None:
    picture = torch.rand(1, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    shifted = torch.roll(picture, (down, across), dims=(1, 2))
    likely = block_motion(picture, shifted, reach=(2, 3), blocks=4)
    assert likely.shape == (1, shifts_within((2, 3)), 4, 4)
    torch.testing.assert_close(likely.sum(dim=1), torch.ones(1, 4, 4))
    assert (likely.argmax(dim=1)[0, 1:3, 1:3] == (down + 2) * 7 + across + 3).all()
