"""A tiny corpus from packaged art, in a cache of its own; and runs of toy size."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from textreel.corpora.scenes.assets import CACHE_VARIABLE
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.language import WordVectors
from textreel.training import trainer
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


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def corpus(shared_cache: Path) -> ScenesCorpus:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(shared_cache))
        return ScenesCorpus(variations=1, subjects=("lion", "cat"))


@pytest.fixture
def cache(shared_cache: Path, corpus: ScenesCorpus, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment names the cache that holds the tiny corpus already."""
    monkeypatch.setenv(CACHE_VARIABLE, str(shared_cache))
    return shared_cache


@pytest.fixture(scope="session")
def vectors() -> WordVectors:
    return WordVectors.load_default()


@pytest.fixture
def few_captions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "CAPTIONS_READ", 100)
    monkeypatch.setattr(trainer, "CROWD", 1000)


@pytest.fixture
def make_trainer(
    corpus: ScenesCorpus, vectors: WordVectors, few_captions: None, tiny: MakeConfig
) -> Callable[..., Trainer]:
    def make(folder: Path, **changes: Any) -> Trainer:
        return Trainer(tiny(**changes), corpus, vectors, folder)

    return make
