"""Runs of toy size."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from textreel.corpora.clips.build import build
from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.folder import scan
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.language import WordVectors
from textreel.training import reading, trainer
from textreel.training.configuration import TrainingConfig, override
from textreel.training.recipes import RECIPES
from textreel.training.trainer import Trainer

PLAYING_FROM_STEP_1 = {
    "adversarial.start_step": 1,
    "adversarial.ramp_steps": 1,
    "adversarial.penalty_every": 2,
}


MakeConfig = Callable[..., TrainingConfig]


@pytest.fixture(scope="session")
def tiny() -> MakeConfig:
    """The tiny recipe with the game on from its second step; a dot in an option's path is two underscores."""

    def make(**changes: Any) -> TrainingConfig:
        named = {name.replace("__", "."): value for name, value in changes.items()}
        return override(RECIPES["scenes-tiny"](), PLAYING_FROM_STEP_1 | named)

    return make


@pytest.fixture
def few_captions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "CAPTIONS_READ", 100)
    monkeypatch.setattr(reading, "CROWD", 1000)


@pytest.fixture
def make_trainer(
    corpus: ScenesCorpus, vectors: WordVectors, few_captions: None, tiny: MakeConfig
) -> Callable[..., Trainer]:
    def make(folder: Path, **changes: Any) -> Trainer:
        return Trainer(tiny(**changes), corpus, vectors, folder)

    return make


@pytest.fixture(scope="session")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight strips of a square that goes right or down."""
    folder = tmp_path_factory.mktemp("squares")
    for number in range(8):
        strip = np.full((32, 32 * 10, 3), 40, dtype=np.uint8)
        for frame in range(10):
            x, y = (2 * frame, 8) if number % 2 else (8, 2 * frame)
            strip[y : y + 8, 32 * frame + x : 32 * frame + x + 8] = (250, 20 * number, 60)
        Image.fromarray(strip).save(folder / f"{number}.png")
        words = "goes to the right" if number % 2 else "goes down"
        (folder / f"{number}.txt").write_text(f"a square {words}")
    out = tmp_path_factory.mktemp("shards") / "squares"
    build(scan(folder), out, ClipFormat(size=32, fps=12))
    return out
