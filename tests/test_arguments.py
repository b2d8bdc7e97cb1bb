"""Public functions refuse arguments of another type in one sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import textreel
from textreel.arguments import film_size, size_name
from textreel.errors import UsageError
from textreel.pipeline import Reel
from textreel.pipeline.recipes import read_recipe
from textreel.storyboard import direct, edit, plan

NO_TEXTS: list[Any] = [5, None, b"a lion", ["a lion"], {}, 1.5, object(), "a lion \ud800", "a" * 100_000]


@pytest.mark.parametrize("wrong", NO_TEXTS, ids=lambda wrong: repr(wrong)[:20])
def test_what_is_no_prompt_is_refused(wrong: Any, toy: Reel) -> None:
    board = plan("a lion runs")
    for ask in (
        toy.generate,
        toy.stream,
        toy.events,
        textreel.plan,
        textreel.analyze,
        lambda words: edit(board, words),
        lambda words: direct(board.shots[0], words),
        lambda words: toy.generate("a lion", edits=[words]),
    ):
        with pytest.raises(UsageError):
            ask(wrong)


@pytest.mark.parametrize(
    "arguments",
    [{"seed": wrong} for wrong in (-1, 2**63, 1.5, "1", True, None, [1], 10**5000)]
    + [{"size": wrong} for wrong in (0, -64, 31, 33, 721, 64.0, "64", True, 2**64)]
    + [{"seconds": wrong} for wrong in (0, -1, "2", True, float("nan"), float("inf"), 601, [2], 1e308)]
    + [{"edits": wrong} for wrong in ("make it red", 5, [5], None, ["make it red"] * 101)]
    + [{"progress": 5}, {"cancel": "yes"}],
    ids=lambda arguments: "-".join(arguments),
)
def test_arguments_out_of_range_are_refused(arguments: dict[str, Any], toy: Reel) -> None:
    with pytest.raises(UsageError):
        toy.generate("a lion runs", **arguments)


def test_numbers_of_numpy_are_numbers(toy: Reel) -> None:
    film = toy.generate(
        "a lion runs", seed=np.int64(3), size=np.int32(32), seconds=np.float32(0.25), sound=False
    )
    assert (type(film.seed), film.frames.shape[1]) == (int, 32)


@pytest.mark.parametrize("wrong", [5, None, b"scenes", ["scenes"], "a\0b", "x" * 5000])
def test_what_is_no_model_is_refused(wrong: Any) -> None:
    with pytest.raises(UsageError):
        textreel.load(wrong)


@pytest.mark.parametrize("wrong", [5, None, b"film.mp4", "a\0b.mp4", "x" * 5000 + ".mp4", ".mp4"])
def test_what_is_no_place_for_a_film_is_refused(wrong: Any, toy: Reel, tmp_path: Path) -> None:
    film = toy.generate("a lion runs", seconds=0.1, size=32, sound=False)
    with pytest.raises(textreel.TextreelError):
        film.save(wrong)
    for file in (wrong, tmp_path):
        with pytest.raises(textreel.TextreelError):
            read_recipe(file)


@pytest.mark.parametrize(
    ("size", "aspect", "wanted"),
    [
        (256, None, (256, 256)),
        (256, "16:9", (256, 456)),
        (256, "9:16", (256, 144)),
        ("640x360", None, (360, 640)),
    ],
)
def test_a_size_is_a_height_or_both_sides(
    size: int | str, aspect: str | None, wanted: tuple[int, int]
) -> None:
    assert film_size(size, aspect) == wanted
    assert film_size(size_name(wanted)) == wanted


@pytest.mark.parametrize(
    ("size", "aspect", "message"),
    [
        (722, None, "even number of pixels from 32 to 720"),
        ("640x361", None, "height is an even number"),
        ("2000x360", None, "width is an even number of pixels from 32 to 1280"),
        ("wide", None, "640x360"),
        (256, "16/9", 'such as "16:9"'),
        (256, "9:1", "at most 2.5:1"),
        ("640x360", "16:9", "not both"),
    ],
)
def test_a_size_that_no_film_has_is_refused(size: int | str, aspect: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        film_size(size, aspect)
