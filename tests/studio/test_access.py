"""Who may ask the studio, and by which names."""

from collections.abc import Sequence

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from textreel.studio.access import REQUEST_BYTES, Access

UPLOAD = ("/upload", 2 * REQUEST_BYTES)


def client(host: str = "127.0.0.1", names: Sequence[str] = ()) -> TestClient:
    async def length(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    app = Starlette(routes=[Route("/{path}", length, methods=["GET", "POST"])])
    app.add_middleware(Access, host=host, names=names, upload=UPLOAD)
    return TestClient(app)


@pytest.mark.parametrize(
    ("host", "names", "asked", "origin", "status"),
    [
        ("127.0.0.1", (), "127.0.0.1:7860", None, 200),
        ("127.0.0.1", (), "localhost:7860", "http://localhost:7860", 200),
        ("127.0.0.1", (), "[::1]:7860", None, 200),
        ("127.0.0.1", (), "evil.example:7860", None, 403),
        ("127.0.0.1", (), "localhost.evil.example", None, 403),
        ("127.0.0.1", (), "192.168.0.7:7860", None, 403),
        ("127.0.0.1", (), "[", None, 403),
        ("127.0.0.1", (), "localhost:7860", "http://evil.example", 403),
        ("127.0.0.1", (), "localhost:7860", "http://localhost:3000", 403),
        ("127.0.0.1", (), "localhost:7860", "null", 403),
        ("0.0.0.0", (), "192.168.0.7:7860", "http://192.168.0.7:7860", 200),
        ("0.0.0.0", (), "evil.example", None, 403),
        ("0.0.0.0", (), "192.168.0.7:7860", "http://evil.example", 403),
        ("127.0.0.1", ("films.example",), "films.example", "https://films.example", 200),
        ("127.0.0.1", ("films.example",), "localhost:7860", "https://films.example", 200),
        ("127.0.0.1", ("films.example",), "evil.example", "https://films.example", 403),
    ],
)
def test_only_its_own_pages_under_its_own_names(
    host: str, names: Sequence[str], asked: str, origin: str | None, status: int
) -> None:
    headers = {"Host": asked} | ({"Origin": origin} if origin else {})
    answer = client(host, names).get("/page", headers=headers)
    assert answer.status_code == status
    assert status == 200 or "--allow-host" in answer.text


@pytest.mark.parametrize(("path", "most"), [("/call", REQUEST_BYTES), UPLOAD])
def test_a_request_is_of_limited_size(path: str, most: int) -> None:
    ask = client()
    local = {"Host": "localhost"}
    assert ask.post(path, content=b"x" * most, headers=local).text == str(most)
    for content in (b"x" * (most + 1), iter([b"x" * most, b"x"])):  # said beforehand, or in chunks
        assert ask.post(path, content=content, headers=local).status_code == 413
