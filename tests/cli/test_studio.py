"""``textreel studio``: what it says before it serves, and what it refuses."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from textreel import cli, studio


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_serves_on_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: dict[str, Any] = {}

    def serve(workplace: studio.Studio, *, host: str, port: int, ready: Callable[[], None]) -> None:
        served.update(host=host, port=port, folder=workplace.history.folder)
        ready()

    monkeypatch.setattr(studio, "serve", serve)
    assert cli.run(["studio", "--no-browser", "--folder", "mine"]) == 0
    assert (served["host"], served["port"]) == ("127.0.0.1", 7860)
    assert served["folder"] == Path("mine/films").resolve() and served["folder"].is_dir()
    assert capsys.readouterr().out.startswith("http://localhost:7860/ (films in mine/films")


def test_an_unknown_model_is_refused_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys, textreel.cli as c; print(c.run(['studio', '--model', 'sounds']),"
        " {'torch', 'gradio'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "2 set()\n"
    assert "There is no model named 'sounds': choose from world, digits, scenes" in done.stderr


def test_what_cannot_be_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments, sentence in (
            (["--model", "nonsense"], "There is no model named 'nonsense'"),
            (["--folder", "file"], "The studio's folder 'file' cannot be made"),
            (["--port", port], f"Nothing can be served at 127.0.0.1:{port}"),
        ):
            assert cli.run(["studio", "--no-browser", *arguments]) == 2, arguments
            told = capsys.readouterr()
            assert sentence in told.err and "Traceback" not in told.err
