"""Mixing: place, distance, loudness, limits; in pieces the same."""

import math

import numpy as np
import pytest

from textreel.nn.spectra import RATE
from textreel.soundtrack.mixing import (
    CEILING,
    LOUDNESS_DECIBELS,
    Air,
    Echo,
    LowPass,
    distance_decibels,
    doppler,
    limited,
    loudness,
    normalised,
    ramp,
    softly_limited,
    stereo,
)


def tone(seconds: float = 3.0, frequency: float = 997.0, amplitude: float = 1.0) -> np.ndarray:
    wave = amplitude * np.sin(2 * math.pi * frequency * np.arange(int(seconds * RATE)) / RATE)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def test_loudness_is_that_of_the_standard() -> None:
    """BS.1770: a sine of 997 Hz at full scale in one channel is -3.01, in two 0.0."""
    assert loudness(tone()) == pytest.approx(0.0, abs=0.1)
    one = tone()
    one[:, 1] = 0
    assert loudness(one) == pytest.approx(-3.01, abs=0.1)
    assert loudness(tone(amplitude=0.1)) == pytest.approx(-20.0, abs=0.1)
    assert loudness(np.zeros((RATE, 2), dtype=np.float32)) == -math.inf


@pytest.mark.parametrize("amplitude", [0.05, 0.3, 3.0])
def test_films_are_brought_to_one_loudness_without_clipping(amplitude: float) -> None:
    made = normalised(tone(amplitude=amplitude))
    assert loudness(made) == pytest.approx(LOUDNESS_DECIBELS, abs=0.2)
    assert np.abs(made).max() <= CEILING


def test_silence_stays_silence() -> None:
    assert not normalised(np.zeros((RATE, 2), dtype=np.float32)).any()


def test_a_peak_is_dipped_smoothly() -> None:
    sound = tone(0.5, 200.0, 0.3)
    sound[5000:5010] *= 20
    made = limited(sound)
    assert np.abs(made).max() <= CEILING
    np.testing.assert_allclose(made[:4500], sound[:4500], atol=1e-6)
    soft = softly_limited(sound)
    assert np.abs(soft).max() <= CEILING and np.allclose(soft[:4500], sound[:4500], atol=1e-6)


def test_a_sound_is_where_its_source_is() -> None:
    mono = np.ones(10, dtype=np.float32)
    left, middle, right = (stereo(mono, np.full(10, across))[0] for across in (-1.0, 0.0, 1.0))
    assert left[0] > left[1] and right[1] > right[0] and middle[0] == pytest.approx(middle[1])
    for each in (left, middle, right):
        assert np.square(each).sum() == pytest.approx(2.0, rel=1e-5)


def test_far_is_quieter_than_near_and_beyond_the_edge_quieter_still() -> None:
    far, usual, near = distance_decibels(np.array([0.1, 0.42, 1.0]), np.zeros(3))
    assert far < -6 and usual == pytest.approx(0) and near > 3
    assert distance_decibels(np.array([0.42]), np.array([1.5]))[0] == pytest.approx(-4)


def test_values_go_straight_from_frame_to_frame() -> None:
    values = ramp(np.array([1.0, 3.0]), 0.0, 8)
    np.testing.assert_allclose(values, [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0])


@pytest.mark.parametrize("effect", [lambda: LowPass(1800.0), Echo], ids=["distance", "echo"])
def test_effects_remember_across_pieces(effect: type) -> None:
    sound = np.random.default_rng(0).standard_normal((5000, 2)).astype(np.float32)
    whole = effect()(sound)
    again = effect()
    parts = [again(part) for part in np.split(sound, [1, 919, 3000])]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-4)


def test_a_cave_answers_after_the_sound() -> None:
    click = np.zeros((RATE, 2), dtype=np.float32)
    click[0] = 1.0
    made = Echo()(click)
    assert np.abs(made[2000:8000]).max() > 0.05 and np.abs(made[-2000:]).max() < np.abs(made[2000:8000]).max()


class TestAir:
    def test_the_usual_distance_takes_nothing(self) -> None:
        sound = tone(0.2, 8000.0)[:, 0]
        np.testing.assert_allclose(Air()(sound, np.ones(5)), sound, atol=1e-5)

    def test_the_farther_the_duller(self) -> None:
        def left(frequency: float, away: float) -> float:
            sound = tone(0.5, frequency)[:, 0]
            heard = Air()(sound, np.full(12, away))[len(sound) // 2 :]
            return float(np.abs(heard).max())

        assert left(4000.0, 2.0) > left(4000.0, 4.0) > left(4000.0, 8.0)
        assert left(150.0, 8.0) > 0.98

    def test_in_pieces_it_is_the_same(self) -> None:
        sound, away = tone(0.5, 3000.0)[: RATE // 2, 0], np.linspace(1, 6, 12)
        size = len(sound) // 12 * 12
        sound, air = sound[:size], Air()
        pieces = [air(part, far) for part, far in zip(np.split(sound, 4), np.split(away, 4), strict=True)]
        np.testing.assert_allclose(np.concatenate(pieces), Air()(sound, away), atol=1e-6)


def test_who_comes_sounds_higher() -> None:
    """A source that comes at a tenth of the speed of sound is heard at 1 / (1 - 0.1) of its frequency."""
    assert doppler(np.array(-34.3)) == pytest.approx(1 / 0.9)
    assert doppler(np.array(34.3)) == pytest.approx(1 / 1.1)
