"""Convolution blocks: padding that wraps, modulation that a condition steers."""

import pytest
import torch

from textreel.nn.blocks import ModulatedConv, pad_periodic, pad_periodic_x, pixel_norm, upsample


def test_padding_continues_the_picture() -> None:
    picture = torch.arange(12.0).view(1, 1, 3, 4)
    wide, both = pad_periodic_x(picture)[0, 0], pad_periodic(picture)[0, 0]
    assert wide.shape == both.shape == (5, 6)
    for padded in (wide, both):
        assert torch.equal(padded[1:-1, 1:-1], picture[0, 0])
        assert torch.equal(padded[1:-1, 0], picture[0, 0, :, -1])
        assert torch.equal(padded[1:-1, -1], picture[0, 0, :, 0])
    assert torch.equal(wide[0], wide[1]) and torch.equal(wide[-1], wide[-2])
    assert torch.equal(both[0], both[-2]) and torch.equal(both[-1], both[1])


@pytest.mark.parametrize(("padding", "axes"), [("periodic-x", (3,)), ("periodic", (2, 3))])
def test_convolutions_of_shifted_pictures_are_shifted_convolutions(
    padding: str, axes: tuple[int, ...]
) -> None:
    torch.manual_seed(0)
    block = ModulatedConv(2, 3, 4, padding=padding)
    picture, condition = torch.randn(1, 2, 6, 8), torch.randn(1, 4)
    for axis in axes:
        moved = block(picture.roll(3, dims=axis), condition)
        torch.testing.assert_close(moved, block(picture, condition).roll(3, dims=axis))


def test_the_condition_steers_each_clip_by_itself() -> None:
    torch.manual_seed(0)
    block = ModulatedConv(2, 3, 4)
    picture = torch.randn(1, 2, 6, 6).expand(2, -1, -1, -1)
    made = block(picture, torch.randn(2, 4))
    assert made.shape == (2, 3, 6, 6)
    assert not torch.allclose(made[0], made[1])


def test_pixel_norm_leaves_unit_power() -> None:
    power = pixel_norm(5 * torch.randn(2, 8, 3, 3)).square().mean(dim=1)
    torch.testing.assert_close(power, torch.ones_like(power), atol=1e-3, rtol=0)


def test_upsampling_repeats_pixels() -> None:
    assert torch.equal(upsample(torch.tensor([[[[1.0, 2.0]]]]))[0, 0], torch.tensor([[1.0, 1, 2, 2]] * 2))
