"""The planner against a small server that speaks the chat protocol, also badly, slowly or not at all."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from textreel import cli
from textreel.errors import PlannerError, UsageError
from textreel.storyboard.planner import CAMERA, SCHEMA, Planner, storyboard_of

pytest.importorskip("openai")

WISH = "a bedtime story about a brave fox, two scenes"
SHOTS = [
    {
        "text": "a brave fox walks in the forest at night",
        "seconds": 2.5,
        "camera": "zoom in",
        "transition": "dissolve",
    },
    {"text": "the brave fox sleeps under a tree", "seconds": 2, "camera": None, "transition": "cut"},
]
GOOD = json.dumps({"shots": SHOTS})


class Endpoint(ThreadingHTTPServer):
    """Gives prepared answers in turn: the text of a message, a status, raw bytes, or None for silence."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Any] = []
        self.asked: list[dict[str, Any]] = []
        self.released = threading.Event()

    def planner(self, *answers: Any, seconds: float = 20.0) -> Planner:
        self.answers = list(answers)
        return Planner(url=f"http://127.0.0.1:{self.server_port}/v1", model="tiny", seconds=seconds)


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = self.server.answers.pop(0)
        if answer is None:
            self.server.released.wait(20)
            return
        status = answer if isinstance(answer, int) else 200
        message = {"role": "assistant", "content": answer}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [
            {"index": 0, "finish_reason": "stop", "message": message}]}  # fmt: skip
        raw = answer if isinstance(answer, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_wish_becomes_a_storyboard(endpoint: Endpoint) -> None:
    board = endpoint.planner(GOOD).plan(WISH)
    assert [shot.text for shot in board.shots] == [shot["text"] for shot in SHOTS]
    assert board.prompt == WISH and board.seconds == 4.5
    move, transition = board.shots[0].moves[0], board.shots[0].transition
    assert (move.kind, move.direction) == ("zoom", "in") and transition and transition.kind == "dissolve"
    asked = endpoint.asked[0]
    assert asked["response_format"]["json_schema"]["schema"] == SCHEMA and asked["model"] == "tiny"


def test_what_is_wrong_is_sent_back_once(endpoint: Endpoint) -> None:
    wrong = json.dumps({"shots": [{"text": "a fox", "seconds": -1}]})
    assert len(endpoint.planner(wrong, GOOD).plan(WISH).shots) == 2
    assert "seconds" in endpoint.asked[1]["messages"][-1]["content"]
    with pytest.raises(PlannerError, match=r"answered no storyboard: .*JSON"):
        endpoint.planner("Once upon a time", "there was a fox").plan(WISH)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [(500, "status 500"), (b"<html>hello</html>", "chat protocol|no storyboard"), (b"[]", "chat protocol"),
     (b'{"choices": []}', "chat protocol"), (None, "within 0.2 s")],
)  # fmt: skip
def test_a_bad_endpoint_is_one_sentence(endpoint: Endpoint, answer: Any, sentence: str) -> None:
    with pytest.raises(PlannerError, match=sentence):
        endpoint.planner(answer, answer, seconds=0.2 if answer is None else 20).plan(WISH)


def test_nobody_there_is_one_sentence() -> None:
    with pytest.raises(PlannerError, match="cannot be reached"):
        Planner(url="http://127.0.0.1:9/v1", model="tiny", seconds=20).plan(WISH)


@pytest.mark.parametrize(
    "answer",
    ["", "[]", '{"shots": []}', '{"shots": [1]}', '{"shots": [{"text": "", "seconds": 1}]}',
     '{"shots": [{"text": "a fox", "seconds": 1, "camera": "fly"}]}',
     '{"shots": [{"text": "a fox", "seconds": 1, "mood": "sad"}]}',
     '{"shots": [{"text": "a fox", "seconds": 1, "camera": ["zoom in"]}]}'],
)  # fmt: skip
def test_answers_are_validated(answer: str) -> None:
    with pytest.raises(UsageError):
        storyboard_of(answer, WISH)


def test_each_camera_can_be_filmed() -> None:
    for camera in CAMERA:
        shot = {"text": "a fox runs", "seconds": 2, "camera": camera, "transition": None}
        assert storyboard_of(json.dumps({"shots": [shot]}), WISH).shots[0].moves


def test_the_command_falls_back_and_says_so(endpoint: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    told = ["storyboard", "a fox runs", "--yaml", "--planner", endpoint.planner(GOOD).url]
    assert cli.run([*told, "--planner-model", "tiny"]) == 0
    assert "brave fox sleeps" in capsys.readouterr().out
    endpoint.planner(500)
    assert cli.run([*told, "--planner-model", "tiny"]) == 0
    said = capsys.readouterr()
    assert "a fox runs" in said.out and "status 500" in said.err and "built-in reader" in said.err
    assert cli.run(told) == 2
    assert "--planner-model" in capsys.readouterr().err
