"""The shipped code for pictures."""

import torch

from textreel.generator.picture_code import load_picture_code


def disc(colour: tuple[float, float, float], side: int = 128) -> torch.Tensor:
    """A disc, premultiplied, [1, 4, side, side]."""
    places = torch.linspace(-1, 1, side)
    alpha = (40 * (0.7 - (places[:, None] ** 2 + places[None] ** 2).sqrt())).clamp(0, 1)
    return torch.cat([*(part * alpha[None] for part in colour), alpha[None]])[None]


def test_what_no_training_saw_comes_back() -> None:
    code = load_picture_code()
    for colour in ((0.9, 0.2, 0.1), (0.1, 0.5, 0.3), (0.95, 0.95, 0.98)):
        picture = disc(colour)
        again = code(picture)
        assert (again - picture).square().mean() < 2e-3
        inside = again[0, :3, 48:80, 48:80].mean(dim=(1, 2))
        assert torch.allclose(inside, torch.tensor(colour), atol=0.06)
        assert again[0, 3, :8, :8].max() < 0.05


def test_what_lies_between_two_codes_lies_between_two_pictures() -> None:
    code = load_picture_code()
    red, blue = (code.encode(disc(colour)) for colour in ((0.9, 0.1, 0.1), (0.1, 0.1, 0.9)))
    assert red.shape == (1, 8, 16, 16)
    shares = [code.decode(red.lerp(blue, share))[0, 0, 64, 64].item() for share in (0.0, 0.5, 1.0)]
    assert shares == sorted(shares, reverse=True) and shares[0] - shares[2] > 0.5


def test_noise_on_a_code_changes_a_picture_little() -> None:
    code, picture = load_picture_code(), disc((0.2, 0.6, 0.3))
    codes = code.encode(picture)
    noise = 0.1 * torch.randn(codes.shape, generator=torch.Generator().manual_seed(0))
    assert (code.decode(codes + noise) - code.decode(codes)).abs().mean() < 0.02
