"""Runs of toy size."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
def shards(squares: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The squares as a corpus."""
    out = tmp_path_factory.mktemp("shards") / "squares"
    build(scan(squares), out, ClipFormat(size=32, fps=12))
    return out
