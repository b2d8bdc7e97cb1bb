"""Learning from clips alone: the distances by hand, and a run on a tiny folder from beginning to end."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import textreel
from textreel.corpora.clips.build import build
from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.folder import scan
from textreel.errors import UsageError
from textreel.generator import ClipsGeneratorConfig, TextEncoderConfig
from textreel.nn.gaussian import Gaussian, divergence
from textreel.training.configuration import AdversarialConfig, TrainingConfig, override
from textreel.training.objectives.clips import moving_weights, pixel_distance
from textreel.training.recipes.own import own
from textreel.training.run import prepare, start


def test_the_divergence_is_nothing_between_equals_and_else_by_hand() -> None:
    one = Gaussian(torch.zeros(1, 2), torch.zeros(1, 2))
    assert divergence(one, one).item() == 0
    wide = Gaussian(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, float(np.log(4))]]))
    by_hand = 0.5 * 1.0 + 0.5 * (4 - 1 - np.log(4))
    assert divergence(wide, one).item() == pytest.approx(by_hand, rel=1e-5)


@pytest.mark.parametrize("distance", ["absolute", "squared"])
def test_what_moves_counts_more(distance: str) -> None:
    true = torch.zeros(1, 2, 3, 2, 2)
    true[0, 0, :, 0, 0] = 1.0  # half away from the mean frame in both frames
    weights = moving_weights(true, 4.0)
    made = true.clone()
    made[0, 0, :, 0, 0] -= 0.5
    moving = pixel_distance(made, true, weights, distance)
    made = true.clone()
    made[0, 0, :, 1, 1] -= 0.5
    assert moving.item() == pytest.approx(3 * pixel_distance(made, true, weights, distance).item())


def tiny(shards: Path) -> TrainingConfig:
    config = own(shards)
    text = TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2)
    generator = ClipsGeneratorConfig(
        fps=config.generator.fps, size=32, hidden=16, condition=32, channels=(16, 16, 16, 16), text=text
    )
    game = AdversarialConfig(judges=("frame", "motion"), start_step=1, ramp_steps=1, penalty_every=2)
    return replace(config, generator=generator, adversarial=game, steps=4, batch=4, checkpoint_every=2)


def test_the_recipe_fits_the_clips(shards: Path) -> None:
    config = own(shards)
    assert config.side == 32 and config.window.frames == 10 and config.corpus.folder == str(shards)
    assert TrainingConfig.from_dict(config.to_dict()) == config


def test_a_run_on_own_clips_makes_films_and_is_resumed_bit_for_bit(shards: Path, tmp_path: Path) -> None:
    config = tiny(shards)
    whole = start(config, tmp_path / "whole")
    whole.run()
    parts = start(config, tmp_path / "parts")
    parts.run(stop=lambda: parts.step == 2)
    resumed = start(config, tmp_path / "parts", resume=True)
    resumed.run()
    for name, network in whole.networks.items():
        expected, got = network.state_dict(), resumed.networks[name].state_dict()
        assert all(torch.equal(expected[key], got[key]) for key in expected), name
    assert (tmp_path / "whole" / "model").is_dir()
    film = textreel.load(tmp_path / "whole").generate("a square goes down", seconds=0.5)
    assert film.frames.shape[1:] == (32, 32, 3) and film.fps == config.generator.fps


def test_changed_clips_are_told_when_a_run_is_resumed(squares: Path, shards: Path, tmp_path: Path) -> None:
    start(replace(tiny(shards), steps=1), tmp_path / "run").run()
    moved = tmp_path / "moved"
    shutil.copytree(shards, moved)
    same = prepare("own", tmp_path / "run", {}, resume=True, shards=moved)
    assert same.notes == () and same.config.corpus.folder == str(moved)
    shutil.copytree(squares, tmp_path / "clips")
    (tmp_path / "clips" / "0.png").unlink()
    build(scan(tmp_path / "clips"), moved, ClipFormat(size=32, fps=12))
    others = prepare("own", tmp_path / "run", {}, resume=True, shards=moved)
    assert len(others.notes) == 1 and "clips have changed" in others.notes[0]


def test_the_game_is_played_with_imagined_clips(shards: Path, tmp_path: Path) -> None:
    trainer = start(override(tiny(shards), {"adversarial.start_step": 0}), tmp_path)
    numbers = trainer.advance()
    assert numbers["loss/discriminator"] > 0 and numbers["divergence/motion"] >= 0


def test_recipes_of_own_clips_ask_for_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--corpus SHARDS"):
        prepare("own", tmp_path / "run", {})
    with pytest.raises(UsageError, match="leave out --corpus"):
        prepare("scenes-tiny", tmp_path / "run", {}, shards=tmp_path)
