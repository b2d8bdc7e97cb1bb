"""The code for pictures: its shapes, its bounds, and that it is local and knows no size."""

import pytest
import torch

from textreel.nn.picture_code import PictureCode, PictureCodeConfig

TINY = PictureCodeConfig(coarse=8, fine=8, encoder_blocks=(1, 1), decoder_blocks=(1, 1))


@pytest.fixture(scope="module")
def code() -> PictureCode:
    torch.manual_seed(0)
    network = PictureCode(TINY).eval()
    for parameter in network.parameters():  # blocks begin as the identity: here they shall do something
        torch.nn.init.normal_(parameter, std=0.2)
    return network.requires_grad_(False)


@pytest.mark.parametrize(("height", "width"), [(128, 128), (64, 64), (16, 40)])
def test_an_eighth_of_each_side_and_back(code: PictureCode, height: int, width: int) -> None:
    pictures = torch.rand(2, 4, height, width)
    codes = code.encode(pictures)
    assert codes.shape == (2, 8, height // 8, width // 8)
    assert codes.abs().max() <= TINY.bound
    decoded = code.decode(codes)
    assert decoded.shape == pictures.shape and decoded.min() >= 0 and decoded.max() <= 1


def test_the_decoder_is_local(code: PictureCode) -> None:
    codes = torch.zeros(1, 8, 16, 16)
    changed = codes.clone()
    changed[..., 0, 0] = 3.0
    difference = (code.decode(changed) - code.decode(codes)).abs().amax(dim=1)[0]
    assert difference[:8, :8].max() > 1e-4
    assert difference[64:, 64:].max() == 0


def test_pictures_are_coded_one_by_one(code: PictureCode) -> None:
    pictures = torch.rand(3, 4, 32, 32)
    together = code(pictures)
    apart = torch.cat([code(picture[None]) for picture in pictures])
    assert torch.allclose(together, apart, atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 3, 32, 32), (1, 4, 30, 32), (4, 32, 32)])
def test_what_is_no_picture_is_refused(code: PictureCode, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="multiples of 8"):
        code.encode(torch.zeros(shape))


def test_what_is_no_code_is_refused(code: PictureCode) -> None:
    with pytest.raises(ValueError, match="codes must be"):
        code.decode(torch.zeros(1, 4, 16, 16))
