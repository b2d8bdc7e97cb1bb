"""Drawings in other colours: the colour is there, its shades and what is not meant stay."""

import numpy as np
import pytest

from textreel.corpora.world.recolour import dominant, from_lab, lab_of, recolour, skin_mask, to_lab
from textreel.corpora.world.sprites import Pixels

RED, DARK_RED, BLACK, YELLOW = (220, 40, 40), (160, 20, 20), (20, 20, 22), (255, 200, 60)


def thing() -> Pixels:
    """A red body, darker below, with a black wheel, on nothing."""
    picture = np.zeros((1, 32, 32, 4), np.uint8)
    picture[:, 4:16, 4:28] = (*RED, 255)
    picture[:, 16:22, 4:28] = (*DARK_RED, 255)
    picture[:, 22:30, 6:14] = (*BLACK, 255)
    return picture


def colour_at(picture: Pixels, row: int, column: int) -> list[int]:
    return picture[0, row, column].tolist()


@pytest.mark.parametrize("rgb", ["2f6fd6", "f5f5f2", "232327", "f5d020"])
def test_the_body_takes_the_colour_and_keeps_its_shade(rgb: str) -> None:
    picture = recolour(thing(), dominant(thing()), rgb)
    light, shade = (to_lab(np.array(colour_at(picture, row, 10)[:3], np.float32) / 255) for row in (8, 18))
    assert np.linalg.norm(light - lab_of(rgb)) < 12
    assert shade[0] < light[0]
    assert colour_at(picture, 26, 10) == [*BLACK, 255] and colour_at(picture, 0, 0) == [0, 0, 0, 0]


def test_a_rainbow_has_another_colour_at_each_height() -> None:
    picture = recolour(thing(), dominant(thing()), "")
    assert len({tuple(colour_at(picture, row, 10)) for row in range(5, 15)}) > 2


def test_what_is_too_small_or_not_there_stays() -> None:
    picture = thing()
    speck = np.zeros((1, 32, 32), np.float32)
    speck[0, 8, 8] = 1
    assert np.array_equal(recolour(picture, speck, "2f6fd6"), picture)
    nothing = np.zeros_like(picture)
    assert not dominant(nothing).any() and not recolour(nothing, dominant(nothing), "2f6fd6").any()


def test_skin_is_where_tones_differ_and_clothes_are_not_skin() -> None:
    picture = thing()
    picture[:, 4:10, 4:28] = (*YELLOW, 255)
    toned = picture.copy()
    toned[:, 4:10, 4:28] = (120, 70, 50, 255)
    skin = skin_mask(picture, toned)
    assert skin[0, 7, 10] and not skin[0, 13, 10]
    again = recolour(picture, dominant(picture, skin), "2f6fd6")
    assert colour_at(again, 7, 10) == [*YELLOW, 255] and colour_at(again, 13, 10) != [*RED, 255]


def test_trousers_are_below_and_shirts_above() -> None:
    picture = thing()
    picture[:, 16:30, 4:28] = (60, 160, 60, 255)
    lower, upper = (dominant(picture, None, part)[0] for part in ("trousers", "shirt"))
    assert lower[20, 10] > 0.5 > lower[8, 10] and upper[8, 10] > 0.5 > upper[20, 10]


def test_lab_goes_there_and_back() -> None:
    colours = np.random.default_rng(0).random((50, 3)).astype(np.float32)
    assert np.allclose(from_lab(to_lab(colours)), colours, atol=0.01)
