"""Places as pictures: each paints, wraps around, and follows its words and its noise."""

from functools import cache

import numpy as np
import pytest

pytest.importorskip("skia", reason="places are painted with the extra world-corpus")

from textreel.corpora.world.places import NOISE_NUMBERS, TIMES, WEATHERS, looks, paint_place
from textreel.corpora.world.places.landmarks import DRAWN
from textreel.errors import CorpusError
from textreel.world import concepts, settings

PIXELS = 32


@cache
def painted(name: str, *words: str, seed: int = 0, pixels: int = PIXELS) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(NOISE_NUMBERS)
    return paint_place(name, *words, noise=noise, props=lambda _: None, pixels=pixels)[0]


@pytest.mark.parametrize("name", looks())
def test_each_place_is_filled_and_wraps_around(name: str) -> None:
    picture = painted(name, "day", "clear", "summer").astype(int)
    assert picture.shape == (round(1.25 * PIXELS), 3 * PIXELS, 3)
    assert (picture.sum(axis=2) > 0).mean() > 0.99, "no part is left black"
    seam = np.abs(picture[:, 0] - picture[:, -1]).mean()
    steps = np.abs(np.diff(picture, axis=1)).mean(axis=(0, 2))
    assert seam <= np.quantile(steps, 0.98) + 8, "the right edge goes on at the left one"


def test_every_setting_of_the_inventory_is_painted_and_every_prop_is_a_concept() -> None:
    assert set(looks()) == set(settings())
    named = [
        given["of"]
        for layers in looks().values()
        for layer, given in layers
        if layer.__name__ in ("row", "prop")
    ]
    props = {name for names in named for name in ([names] if isinstance(names, str) else names)}
    drawn = {name for name in props if name.partition(":")[0] in {*DRAWN, "tree", "bush"}}
    assert props - drawn <= set(concepts())


def test_the_same_noise_gives_the_same_place_and_other_noise_another() -> None:
    assert np.array_equal(painted("valley"), painted("valley"))
    assert np.abs(painted("valley").astype(int) - painted("valley", seed=1)).mean() > 2


def test_a_night_is_darker_than_a_day_out_of_doors_and_lamps_are_lit_within() -> None:
    assert painted("meadow", "night").mean() < 0.6 * painted("meadow", "day").mean()
    assert painted("kitchen", "night").mean() > 0.75 * painted("kitchen", "day").mean()


@pytest.mark.parametrize("weather", WEATHERS)
@pytest.mark.parametrize("time", TIMES)
def test_every_hour_and_weather_is_a_picture_of_its_own(time: str, weather: str) -> None:
    pictures = [painted("village", time, other).astype(int) for other in WEATHERS]
    mine = pictures[WEATHERS.index(weather)]
    apart = [np.abs(mine - other).mean() for other in pictures]
    assert sum(distance < 0.5 for distance in apart) == 1, "it is like none but itself"


def test_winter_whitens_a_meadow_and_autumn_turns_its_leaves() -> None:
    summer, winter, autumn = (
        painted("park", "day", "clear", season).astype(float) for season in ("summer", "winter", "autumn")
    )
    below = slice(-10, None)
    assert winter[below].mean() > summer[below].mean() + 30
    red_over_green = [picture[..., 0].mean() - picture[..., 1].mean() for picture in (summer, autumn)]
    assert red_over_green[1] > red_over_green[0] + 5


def test_what_has_no_cut_out_is_told() -> None:
    noise = np.zeros(NOISE_NUMBERS)
    assert "refrigerator" in paint_place("kitchen", noise=noise, props=lambda _: None, pixels=16)[1]


@pytest.mark.parametrize(
    "words",
    [("atlantis",), ("meadow", "noon"), ("meadow", "day", "hail"), ("meadow", "day", "rain", "carnival")],
)
def test_unknown_words_are_refused_with_those_that_are_known(words: tuple[str, ...]) -> None:
    with pytest.raises(CorpusError, match="is one of"):
        painted(*words)
