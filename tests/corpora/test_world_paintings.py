"""Paintings are made once and found again; what weathers put into the air repeats itself."""

from pathlib import Path

import numpy as np
import pytest

from textreel.corpora.world import paintings as room
from textreel.corpora.world.paintings import Painting, paintings, planned
from textreel.corpora.world.places import looks
from textreel.corpora.world.weather import FALLING, weather_texture

ROWS = tuple(
    Painting(place=place, layout=0, time="day", weather="clear", season="summer")
    for place in ("beach", "kitchen")
)


def test_every_layout_is_painted_in_the_usual_sky() -> None:
    usual = [row for row in planned() if (row.time, row.weather, row.season) == ("day", "clear", "summer")]
    assert {(row.place, row.layout) for row in usual} == {
        (place, layout) for place in looks() for layout in range(room.LAYOUTS)
    }


def test_an_interrupted_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTREEL_CACHE", str(tmp_path))
    (tmp_path / "world").mkdir()
    monkeypatch.setattr(room, "cut_outs", lambda: lambda name: None)
    painted: list[str] = []

    def quick(place: str, *sky: str, **others: object) -> tuple[np.ndarray, tuple[str, ...]]:
        painted.append(place)
        return np.full((room.HEIGHT, room.WIDTH, 3), len(painted), np.uint8), ()

    monkeypatch.setattr(room, "paint_place", quick)
    assert [int(picture[0, 0, 0]) for picture in paintings(wanted=ROWS).pixels] == [1, 2]
    paintings(wanted=ROWS)
    assert painted == ["beach", "kitchen"]
    paintings(wanted=ROWS[::-1])
    assert painted == ["beach", "kitchen", "kitchen", "beach"]


@pytest.mark.parametrize("weather", FALLING)
def test_what_is_in_the_air_repeats(weather: str) -> None:
    alpha = weather_texture(weather, np.random.default_rng(0))[..., 3].astype(float)
    for axis in (0, 1):
        seam = np.abs(alpha.take(0, axis) - alpha.take(-1, axis)).mean()
        assert seam <= 2 * np.abs(np.diff(alpha, axis=axis)).mean() + 1
    assert 0 < alpha.mean() < 200
