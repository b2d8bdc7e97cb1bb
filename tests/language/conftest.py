"""The shipped word vectors, loaded once."""

import pytest

from textreel.language import WordVectors


@pytest.fixture(scope="session")
def vectors() -> WordVectors:
    return WordVectors.load_default()
