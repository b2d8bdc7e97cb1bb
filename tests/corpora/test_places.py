"""The painter of places: contracts, determinism, the seam, and that every word changes the picture."""

import itertools

import numpy as np
import pytest

from textreel.corpora.scenes.places import (
    SETTINGS,
    TIMES,
    WEATHERS,
    PainterNoise,
    PlaceError,
    light_for,
    paint,
)


@pytest.fixture(scope="module")
def noise() -> PainterNoise:
    return PainterNoise.draw(np.random.default_rng(5))


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_place_keeps_its_contract_and_is_deterministic(setting: str, noise: PainterNoise) -> None:
    for time, weather in zip(TIMES, WEATHERS, strict=True):
        place, again = paint(setting, time, weather, noise), paint(setting, time, weather, noise)
        assert (place.canvas.shape, place.canvas.dtype) == ((3, 160, 256), np.float32)
        assert np.all(np.abs(place.canvas) <= 1.0)
        assert (place.weather_texture.shape, place.weather_texture.dtype) == ((4, 128, 128), np.float32)
        alpha = place.weather_texture[3]
        assert np.all((alpha >= 0.0) & (alpha <= 1.0))
        assert (alpha.max() > 0.2) == (weather != "clear")
        assert place.ground_y - place.ground_depth > 16 / 128
        assert place.ground_y + place.ground_depth < 144 / 128
        assert 0.0 <= place.shadow <= 1.0
        assert np.array_equal(place.light, light_for(setting, time, weather))
        assert np.array_equal(place.canvas, again.canvas)
        assert np.array_equal(place.weather_texture, again.weather_texture)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_left_edge_continues_the_right_edge(setting: str, noise: PainterNoise) -> None:
    canvas = paint(setting, "day", "clear", noise).canvas
    steps = np.abs(np.diff(canvas, axis=2, append=canvas[:, :, :1])).mean(axis=(0, 1))
    assert steps[-1] <= np.quantile(steps, 0.99) + 0.02
    texture = paint(setting, "day", "rain", noise).weather_texture[3]
    for axis in (0, 1):
        rows = np.moveaxis(texture, axis, 0)
        assert np.abs(rows[0] - rows[-1]).mean() < 3.0 * np.abs(np.diff(rows, axis=0)).mean() + 0.01


@pytest.mark.parametrize("setting", SETTINGS)
def test_noise_acts_locally(setting: str, noise: PainterNoise) -> None:
    """Another value in one terrain cell leaves the far side of the world as it was."""
    terrain = noise.terrain.copy()
    terrain[:, :, 12] += 1.5
    other = PainterNoise(vector=noise.vector, terrain=terrain, grain=noise.grain, weather=noise.weather)
    change = np.abs(
        paint(setting, "day", "clear", other).canvas - paint(setting, "day", "clear", noise).canvas
    )
    assert change[:, :, 150:250].mean() > 0.01
    assert change[:, :, 16:120].max() < 1e-5


def test_every_word_changes_the_picture(noise: PainterNoise) -> None:
    def distance(first: tuple[str, str, str], second: tuple[str, str, str]) -> float:
        return float(np.abs(paint(*first, noise).canvas - paint(*second, noise).canvas).mean())

    for first, second in itertools.combinations(SETTINGS, 2):
        assert distance((first, "day", "clear"), (second, "day", "clear")) > 0.06, (first, second)
    for first, second in itertools.combinations(TIMES, 2):
        for setting in ("beach", "underwater", "sky"):
            assert distance((setting, first, "clear"), (setting, second, "clear")) > 0.1, (first, second)
    for first, second in itertools.combinations(WEATHERS, 2):
        assert distance(("meadow", "day", first), ("meadow", "day", second)) > 0.06, (first, second)


def test_space_has_no_time_of_day(noise: PainterNoise) -> None:
    assert np.array_equal(
        paint("space", "day", "clear", noise).canvas, paint("space", "night", "clear", noise).canvas
    )


def test_unknown_words_and_wrong_noise_are_refused(noise: PainterNoise) -> None:
    with pytest.raises(PlaceError, match="swamp"):
        paint("swamp", "day", "clear", noise)
    with pytest.raises(PlaceError, match="noon"):
        paint("beach", "noon", "clear", noise)
    with pytest.raises(PlaceError, match=r"\(4, 10, 16\)"):
        PainterNoise(vector=noise.vector, terrain=noise.grain, grain=noise.grain, weather=noise.weather)
