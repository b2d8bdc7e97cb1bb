"""The generator of sound: in any pieces the same, decided by its seed, never ahead of what it is told."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from textreel import checkpoint
from textreel.errors import CheckpointError
from textreel.nn.spectra import BANDS, HOP, RATE, log_mel
from textreel.nn.text_encoder import TextEncoderConfig, TextEncoding
from textreel.soundtrack import SoundGenerator, SoundGeneratorConfig, load_sound_generator
from textreel.soundtrack.features import MEL_MEAN, MEL_SCALE, OCTAVES, analyse, fundamental, periodicity
from textreel.soundtrack.generator import after_events, moments
from textreel.soundtrack.vocoder import Vocoder, pulse_train

TINY = SoundGeneratorConfig(
    text=TextEncoderConfig(features=16, prototypes=8, layers=1, heads=2),
    condition=16,
    channels=16,
    dilations=(1, 4),
    vocoder_channels=16,
    vocoder_blocks=1,
)


@pytest.fixture(scope="module")
def generator() -> SoundGenerator:
    torch.manual_seed(0)
    return SoundGenerator(TINY).requires_grad_(False).eval()


def encoding(generator: SoundGenerator, sounds: int = 2) -> TextEncoding:
    words = torch.randn(1, 3, 100, generator=torch.Generator().manual_seed(1)).expand(sounds, -1, -1)
    return generator.encode(words, torch.ones(sounds, 3, dtype=torch.bool))


def controls(sounds: int = 2, count: int = 30) -> torch.Tensor:
    told = torch.zeros(sounds, count, 3)
    told[..., 0], told[:, 4, 1] = 1.0, 0.8
    return told


def test_a_sound_in_pieces_is_the_sound(generator: SoundGenerator) -> None:
    start = generator.initial_state(encoding(generator), [5, 6])
    whole, _ = generator.advance(start, controls())
    state, parts = start, []
    for piece in controls().split((1, 9, 20), dim=1):
        part, state = generator.advance(state, piece)
        parts.append(part)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole, atol=1e-4, rtol=1e-3)
    assert whole.shape == (2, 30 * HOP)


def test_a_beat_goes_on_where_it_stood(generator: SoundGenerator) -> None:
    start = generator.initial_state(encoding(generator), [5, 6])
    told = controls()
    told[..., 2] = 0.5  # its usual speed
    _, state = generator.advance(start, told)
    apart = (state.rhythm.phase - start.rhythm.phase - start.rhythm.rate * 30 * HOP / RATE + 0.5) % 1 - 0.5
    assert apart.abs().max() < 1e-4
    assert start.rhythm.phase[0] != start.rhythm.phase[1], "two sounds do not beat together"


def test_bursts_come_as_often_as_is_said(generator: SoundGenerator) -> None:
    state = generator.initial_state(encoding(generator), [5, 6])
    state = replace(state, burst_rate=torch.tensor([20.0, 0.0]), burst_strength=torch.tensor([0.3, 0.3]))
    drawn = torch.randn(2, 20_000, 2, generator=torch.Generator().manual_seed(0))
    bursts = generator.bursting(drawn, state)
    rate = (bursts > 0).float().mean(dim=1) * RATE / HOP
    assert rate[0] == pytest.approx(20, rel=0.1) and rate[1] == 0
    assert bursts[bursts > 0].mean() == pytest.approx(0.3, rel=0.15) and bursts.max() <= 1


def test_where_there_is_no_sound_nothing_bursts(generator: SoundGenerator) -> None:
    state = generator.initial_state(encoding(generator), [5, 6])
    told, chance = controls(), torch.zeros(2, 30, TINY.chance)
    none, every = torch.zeros(2, 30), torch.ones(2, 30)
    assert not torch.equal(*(generator.imagine(told, each, chance, state)[0] for each in (none, every)))
    told[..., 0] = 0
    assert torch.equal(*(generator.imagine(told, each, chance, state)[0] for each in (none, every)))


def test_the_seed_decides(generator: SoundGenerator) -> None:
    def made(*seeds: int) -> torch.Tensor:
        return generator.advance(generator.initial_state(encoding(generator), seeds), controls())[0]

    assert torch.equal(made(5, 6), made(5, 6))
    assert not torch.allclose(made(5, 6)[0], made(5, 6)[1]) and not torch.allclose(made(5, 6), made(7, 6))


def test_nothing_is_heard_of_what_is_told_later(generator: SoundGenerator) -> None:
    state = generator.initial_state(encoding(generator), [5, 6])
    other = controls()
    other[:, 20:, 1] = 1.0
    first, second = generator.advance(state, controls())[0], generator.advance(state, other)[0]
    torch.testing.assert_close(first[:, : 20 * HOP], second[:, : 20 * HOP], atol=1e-6, rtol=0)
    assert not torch.allclose(first[:, 20 * HOP :], second[:, 20 * HOP :])


def test_the_time_since_an_event_is_told() -> None:
    event = torch.zeros(1, 6)
    event[0, 2] = 0.7
    since, strength = after_events(event, torch.tensor([9.0]), torch.tensor([0.1]))
    hop = HOP / RATE
    torch.testing.assert_close(since, torch.tensor([[9 + hop, 9 + 2 * hop, 0, hop, 2 * hop, 3 * hop]]))
    torch.testing.assert_close(strength, torch.tensor([[0.1, 0.1, 0.7, 0.7, 0.7, 0.7]]))
    assert moments(torch.tensor([[1e3]])).max() < 1e-3 and moments(since).max() > 0.9


class TestVocoder:
    def features(self, level: float, share: float, hertz: float) -> torch.Tensor:
        told = torch.zeros(1, 60, BANDS + 2)
        told[..., :BANDS] = (level - MEL_MEAN) / MEL_SCALE
        told[..., BANDS] = np.log2(hertz / 55.0) / OCTAVES
        told[..., BANDS + 1] = share
        return told

    def heard(self, features: torch.Tensor) -> torch.Tensor:
        torch.manual_seed(0)
        vocoder = Vocoder(16, 1).requires_grad_(False)
        noise = torch.randn(1, 60, HOP, generator=torch.Generator().manual_seed(2))
        return vocoder(features, noise, vocoder.initial_state(1, torch.device("cpu")))[0]

    @pytest.mark.parametrize("level", [-4.0, 0.0])
    def test_untaught_it_has_the_power_that_the_bands_say(self, level: float) -> None:
        bands = log_mel(self.heard(self.features(level, 0.0, 100.0)))[0, 10:50]
        assert bands.exp().mean().log().item() == pytest.approx(level, abs=0.5)

    @pytest.mark.parametrize("hertz", [120.0, 400.0])
    def test_untaught_it_has_the_pitch_that_is_asked_for(self, hertz: float) -> None:
        found = analyse(self.heard(self.features(0.0, 1.0, hertz)))[:, 20:40]
        assert fundamental(found).median().item() == pytest.approx(hertz, rel=0.05)
        assert periodicity(found).mean() > 0.8

    def test_a_pulse_train_has_unit_power_and_no_seam(self) -> None:
        hertz = torch.full((1, 50), 150.0)
        whole, _ = pulse_train(hertz, torch.zeros(1))
        first, angle = pulse_train(hertz[:, :20], torch.zeros(1))
        second, _ = pulse_train(hertz[:, 20:], angle)
        torch.testing.assert_close(torch.cat([first, second], dim=1), whole, atol=1e-3, rtol=1e-3)
        assert whole.square().mean().item() == pytest.approx(1.0, rel=0.1)


def test_a_model_comes_back_from_its_folder(generator: SoundGenerator, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    facts = {"generator": "sound", "config": asdict(TINY)}
    checkpoint.save(folder, generator.state_dict(), facts, kind="generator", half=True)
    again = load_sound_generator(folder)
    assert again.config == TINY
    checkpoint.save(folder, generator.state_dict(), {"generator": "layered", "config": {}}, kind="generator")
    with pytest.raises(CheckpointError, match="makes no sound"):
        load_sound_generator(folder)


def test_the_full_model_is_small_enough_to_ship() -> None:
    numbers = sum(parameter.numel() for parameter in SoundGenerator(SoundGeneratorConfig()).parameters())
    assert 2 * numbers < 12e6


def test_with_less_spread_sounds_are_nearer_to_each_other(generator: SoundGenerator) -> None:
    def apart(spread: float) -> torch.Tensor:
        conditions = generator.initial_state(encoding(generator), [5, 6], spread).condition
        return (conditions[0] - conditions[1]).norm()

    alike, near, far = apart(0.0), apart(0.5), apart(1.0)
    assert alike < 1e-5 < near < far, "but for rounding"
