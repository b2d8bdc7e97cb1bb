"""A studio with a toy model, and the same studio served on this machine."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from textreel.errors import UsageError
from textreel.language.known import Knowledge, knowledge_of
from textreel.pipeline import Film, Reel
from textreel.studio import LOCAL, Studio, StudioConfig, make_app
from textreel.studio.models import Models

PROMPT = "a lion walks across the savanna"


class ToyModels(Models):
    """The toy alone."""

    def __init__(self, toy: Reel) -> None:
        self.toy = toy

    def names(self) -> list[str]:
        return ["toy"]

    def reel(self, name: str) -> Reel:
        if name != "toy":
            raise UsageError(f"There is no model named {name!r}: choose from toy.")
        return self.toy

    def knowledge(self, name: str) -> Knowledge:
        return knowledge_of(self.toy.card.metadata, self.toy.vectors)


@pytest.fixture(scope="session")
def film(toy: Reel) -> Film:
    return toy.generate(PROMPT, seconds=0.5)


@pytest.fixture(scope="module")
def studio(toy: Reel, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    config = StudioConfig(
        folder=tmp_path_factory.mktemp("studio"), model="toy", streams=2, waiting=4, upload_megabytes=1
    )
    return Studio(config, ToyModels(toy))


@pytest.fixture(scope="module")
def address(studio: Studio) -> Iterator[str]:
    """Where the studio is served."""
    config = uvicorn.Config(
        make_app(studio), host=LOCAL, port=0, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive()
    yield f"http://{LOCAL}:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join(20)
    gc.collect()  # what Gradio leaves open is told of here, and not in the tests that follow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "films"
    place.mkdir()
    return place
