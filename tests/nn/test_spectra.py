"""Frames of sound: complete without looking ahead, bands that hold the power, pitches that are heard."""

import math

import pytest
import torch

from textreel.nn.causal import CausalConv, ConvNextBlock, GatedBlock
from textreel.nn.pitch import LOWEST_HZ, pitch
from textreel.nn.spectra import (
    BANDS,
    HOP,
    RATE,
    WINDOW,
    bins_of,
    frames,
    log_mel,
    mel_filters,
    mel_frequencies,
    overlap_add,
    window,
)


def tone(frequency: float, seconds: float = 0.5) -> torch.Tensor:
    return 0.3 * torch.sin(2 * math.pi * frequency * torch.arange(int(seconds * RATE)) / RATE)[None]


def test_windowed_frames_add_up_to_the_sound_in_any_pieces() -> None:
    sound = torch.randn(2, 40 * HOP, generator=torch.Generator().manual_seed(0))
    windows = frames(sound) * window() ** 2 / 1.5
    tail = torch.zeros(2, WINDOW - HOP)
    parts = []
    for piece in windows.split((7, 1, 32), dim=1):
        samples, tail = overlap_add(piece, tail)
        parts.append(samples)
    torch.testing.assert_close(torch.cat(parts, dim=1)[:, WINDOW:], sound[:, WINDOW:], atol=1e-5, rtol=1e-4)


def test_a_band_is_the_mean_power_of_its_bins() -> None:
    torch.testing.assert_close(mel_filters().sum(dim=1), torch.ones(BANDS))
    flat = bins_of(torch.full((1, 1, BANDS), 2.5))
    torch.testing.assert_close(flat, torch.full_like(flat, 2.5))


@pytest.mark.parametrize("frequency", [220.0, 1000.0, 5000.0])
def test_a_tone_is_loudest_in_its_band(frequency: float) -> None:
    band = int(log_mel(tone(frequency))[0, 20].argmax())
    edges = mel_frequencies()
    assert edges[band] - RATE / WINDOW <= frequency <= edges[band + 2] + RATE / WINDOW


@pytest.mark.parametrize("frequency", [80.0, 220.0, 440.0, 1000.0])
def test_the_pitch_of_a_tone_is_found(frequency: float) -> None:
    octaves, periodic = pitch(tone(frequency) + 0.5 * tone(2 * frequency))
    assert LOWEST_HZ * 2 ** octaves[0, 40].item() == pytest.approx(frequency, rel=0.04)
    assert periodic[0, 40] > 0.9


def test_noise_and_silence_have_no_pitch() -> None:
    noise = torch.randn(1, RATE // 2, generator=torch.Generator().manual_seed(0))
    assert pitch(noise)[1].mean() < 0.2
    assert pitch(torch.zeros(1, RATE // 2))[1].max() == 0


class TestCausalLayers:
    def test_a_convolution_in_pieces_is_the_convolution(self) -> None:
        torch.manual_seed(0)
        conv = CausalConv(3, 5, 3, dilation=4)
        inputs = torch.randn(2, 3, 30)
        whole, _ = conv(inputs, conv.initial_memory(2, inputs.device))
        memory, parts = conv.initial_memory(2, inputs.device), []
        for piece in inputs.split((1, 11, 18), dim=-1):
            part, memory = conv(piece, memory)
            parts.append(part)
        torch.testing.assert_close(torch.cat(parts, dim=-1), whole)

    @pytest.mark.parametrize("kind", ["gated", "convnext"])
    def test_what_comes_later_changes_nothing_before(self, kind: str) -> None:
        torch.manual_seed(0)
        block = GatedBlock(4, 6, 2) if kind == "gated" else ConvNextBlock(4)
        memory = block.conv.initial_memory(1, torch.device("cpu"))
        inputs = torch.randn(1, 4, 20)
        other = inputs.clone()
        other[..., 12:] = 0
        extra = (torch.randn(1, 6),) if kind == "gated" else ()
        first, second = (block(each, *extra, memory)[0] for each in (inputs, other))
        torch.testing.assert_close(first[..., :12], second[..., :12])
        assert not torch.allclose(first[..., 12:], second[..., 12:])
