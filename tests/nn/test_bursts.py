"""Clicks in a steady sound are found where they are; a hiss has hardly any."""

import torch

from textreel.nn.bursts import bursts
from textreel.nn.spectra import HOP

FRAMES = 344


def hiss(sounds: int = 1) -> torch.Tensor:
    return 0.02 * torch.randn(sounds, FRAMES * HOP, generator=torch.Generator().manual_seed(0))


def test_clicks_are_found_where_they_are() -> None:
    sound, places = hiss(), (40, 100, 171, 290)
    for place in places:
        sound[0, place * HOP : place * HOP + 200] += torch.linspace(1, 0, 200) * (-1) ** torch.arange(200)
    found = bursts(sound, torch.ones(1, FRAMES))[0].nonzero().squeeze(1).tolist()
    # The window of a frame reaches three hops ahead.
    assert all(any(-4 <= frame - place <= 1 for frame in found) for place in places)
    assert len(found) <= len(places) + 2


def test_a_hiss_and_silence_have_hardly_any() -> None:
    for sound in (hiss(8), 0 * hiss(8)):
        found = bursts(sound, torch.ones(8, FRAMES))
        assert (found > 0).sum(dim=1).float().mean() < 2 and found.isfinite().all()


def test_a_beginning_is_no_burst() -> None:
    level = (torch.arange(FRAMES) >= 150).float()[None]
    sound = hiss() * level.repeat_interleave(HOP, dim=1)
    assert not bursts(sound, level)[0, :165].any()
