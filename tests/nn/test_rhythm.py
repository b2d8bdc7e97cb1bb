"""What beats is found with its rate and its place in the beat; noise has no rhythm."""

import pytest
import torch
from torch import Tensor

from textreel.nn.rhythm import cycles, pace, rhythm
from textreel.nn.spectra import HOP, RATE

FRAMES = 344
EVEN = torch.full((1, FRAMES), 0.5)


def beating(hertz: float, phase: float, motion_1F: Tensor) -> Tensor:
    """Two seconds of noise that swells in the middle of every beat."""
    where = cycles(torch.tensor([hertz]), motion_1F, torch.tensor([phase]))[0].repeat_interleave(HOP)
    swell = 0.02 + torch.exp(-((where % 1 - 0.5) ** 2) / 0.01)
    noise = torch.randn(len(swell), generator=torch.Generator().manual_seed(0))
    return (0.1 * swell * noise).float()[None]


@pytest.mark.parametrize("hertz", [1.3, 4.0, 12.0])
@pytest.mark.parametrize("motion", ["even", "faster"])
def test_rate_and_phase_are_found(hertz: float, motion: str) -> None:
    told = EVEN if motion == "even" else torch.linspace(0.1, 0.9, FRAMES)[None]
    found = rhythm(beating(hertz, 0.3, told), torch.ones(1, FRAMES), told)
    assert found.strength == 1 and abs(found.rate / hertz - 1) < 0.02
    assert abs((found.phase - 0.3 + 0.5) % 1 - 0.5) < 0.15


def test_what_fades_in_still_beats() -> None:
    level = torch.linspace(-0.5, 1, FRAMES).clamp(min=0)[None]
    sound = beating(5.0, 0.0, EVEN) * level.repeat_interleave(HOP, dim=1)
    found = rhythm(sound, level, EVEN)
    assert found.strength == 1 and abs(found.rate / 5.0 - 1) < 0.02


def test_noise_and_silence_have_no_rhythm() -> None:
    noise = 0.1 * torch.randn(4, FRAMES * HOP, generator=torch.Generator().manual_seed(1))
    for sound in (noise, 0 * noise, noise * torch.linspace(0, 1, FRAMES * HOP)):
        found = rhythm(sound, torch.ones(4, FRAMES), EVEN.expand(4, -1))
        assert (found.strength < 0.1).all() and all(part.isfinite().all() for part in found)


def test_a_fast_source_beats_faster() -> None:
    slow, fast = (
        cycles(torch.ones(1), torch.full((1, FRAMES), speed), torch.zeros(1)) for speed in (0.1, 0.9)
    )
    assert fast[0, -1] / slow[0, -1] == pytest.approx(
        float(pace(torch.tensor(0.9)) / pace(torch.tensor(0.1)))
    )
    assert slow[0, 1] == pytest.approx(float(pace(torch.tensor(0.1))) * HOP / RATE)
