"""The stage of places learns what a sky does to a map, and goes on where it was."""

from pathlib import Path

import numpy as np
import pytest
import torch

from textreel.corpora.world.paintings import Painting, Paintings
from textreel.nn.picture_code import PictureCode, PictureCodeConfig
from textreel.training.stages import load_stage, save_stage
from textreel.training.stages import places as room
from textreel.training.stages.places import EncodedPaintings, PlacesStage, PlacesStageConfig

OPTIONS = PlacesStageConfig(steps=30, batch=4, decoded=1, part=4, warmup_steps=1, learning_rate=1e-2)
SKIES = (("day", "clear"), ("night", "clear"))


def stage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> PlacesStage:
    """Two places of three layouts by day and, darker, by night."""
    monkeypatch.setenv("TEXTREEL_CACHE", str(folder))
    monkeypatch.setattr(room, "AIR_STEPS", 1)
    (folder / "world").mkdir(exist_ok=True)
    rows, pictures = [], []
    for time, weather in SKIES:
        for layout in range(3):
            for number, place in enumerate(("beach", "kitchen")):
                rows.append(Painting(place=place, layout=layout, time=time, weather=weather, season="summer"))
                waves = np.sin(np.arange(64) * (1 + layout) / 5 + 3 * number)
                picture = np.broadcast_to(128 + 120 * waves[None, :, None], (32, 64, 3))
                pictures.append(picture / (3 if time == "night" else 1))
    torch.manual_seed(0)
    code = PictureCode(PictureCodeConfig(coarse=16, fine=8))
    encoded = EncodedPaintings(Paintings(tuple(rows), np.stack(pictures).astype(np.uint8)), code)
    return PlacesStage(OPTIONS, encoded, code)


def test_it_begins_with_what_is_usual_and_learns_the_sky(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stage(tmp_path, monkeypatch)
    losses = [made.train_step(step)["loss/places"] for step in range(OPTIONS.steps)]
    assert np.mean(losses[-5:]) < 0.85 * np.mean(losses[:3])
    assert set(made.review(tmp_path / "sheet.png")) == {"psnr/seen", "psnr/unseen"}
    assert (tmp_path / "sheet.png").is_file()


def test_a_resumed_run_goes_on_as_if_it_had_not_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stage(tmp_path, monkeypatch)
    made.train_step(0)
    save_stage(made, tmp_path / "run", 1, 1.0)
    wanted = made.train_step(1)
    again = stage(tmp_path, monkeypatch)
    assert load_stage(again, tmp_path / "run")[0] == 1
    assert again.train_step(1) == pytest.approx(wanted, rel=1e-3)
