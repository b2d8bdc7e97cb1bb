"""A tiny corpus from packaged art, in a cache of its own."""

from pathlib import Path

import pytest

from textreel.corpora.scenes.assets import CACHE_VARIABLE
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.language import WordVectors


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
