"""The studio as it is served: its HTTP API, its streams, and what it refuses."""

import json
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from gradio_client import Client
from gradio_client.exceptions import AppError

from textreel import media
from textreel.errors import Cancelled
from textreel.storyboard import Storyboard
from textreel.studio import Studio, StudioConfig, api
from textreel.studio.server import Server

PROMPT = "a lion walks across the savanna"
PATIENCE_SECONDS = 120.0

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",  # of Gradio's own server and client, which share this process
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore:.*no_silent_downcasting.*",
    "ignore:The copy keyword is deprecated",
)


@pytest.fixture(scope="module")
def client(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    program = Client(
        address,
        verbose=False,
        download_files=tmp_path_factory.mktemp("downloads"),
        httpx_kwargs={"timeout": PATIENCE_SECONDS},
    )
    yield program
    program.close()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_endpoints_are_those_of_the_documentation(client: Client) -> None:
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    documented = (Path(__file__).parents[2] / "docs" / "studio.md").read_text(encoding="utf-8")
    painting = {"/make", "/film", "/edit", "/undo", "/explain"}
    assert set(endpoints) == painting | {"/storyboard", "/read", "/films", "/models"}
    assert all(f"`{name}`" in documented for name in endpoints)


def test_another_program_makes_edits_and_undoes(client: Client, studio: Studio) -> None:
    made = client.predict(PROMPT, seed=7, seconds=0.5, api_name="/make")
    assert media.probe(made["file"]).frames == 12
    assert (made["prompt"], made["seed"], made["edits"]) == (PROMPT, 7, [])
    changed = client.predict(made["name"], "at night instead", api_name="/edit")
    assert changed["edits"] == ["at night instead"] and changed["name"] != made["name"]
    assert Path(changed["file"]).read_bytes() != Path(made["file"]).read_bytes()
    before = client.predict(changed["name"], api_name="/undo")
    assert before["edits"] == []
    frames = [list(media.read(studio.history.entry(each["name"]).file)) for each in (made, before)]
    assert all((one == other).all() for one, other in zip(*frames, strict=True))
    listed = client.predict(api_name="/films")
    assert {made["name"], changed["name"], before["name"]} <= {each["name"] for each in listed}


def test_a_film_is_explained_and_its_page_is_kept_beside_it(
    client: Client, studio: Studio, address: str
) -> None:
    made = client.predict(PROMPT, seconds=0.5, api_name="/make")
    assert status_of(f"{address}films/{made['name']}/explanation") == 404
    explained = client.predict(made["name"], quick=True, api_name="/explain")
    page = Path(explained["file"]).read_text(encoding="utf-8")
    assert explained["name"] == made["name"] and "savanna" in page
    with urllib.request.urlopen(f"{address}films/{made['name']}/explanation") as answer:
        assert answer.headers["Content-Security-Policy"] == "sandbox allow-scripts"
        assert answer.read().decode() == page
    studio.history.remove(made["name"])
    assert not list(studio.history.folder.glob(f"{made['name']}*"))


def test_two_at_once_get_each_their_own(client: Client) -> None:
    jobs = [client.submit(PROMPT, seed=seed, seconds=0.25, api_name="/make") for seed in (1, 2)]
    made = [job.result(timeout=PATIENCE_SECONDS) for job in jobs]
    assert [film["seed"] for film in made] == [1, 2]
    assert Path(made[0]["file"]).read_bytes() != Path(made[1]["file"]).read_bytes()


def test_a_storyboard_is_read_and_filmed(client: Client) -> None:
    board = client.predict("A lion walks. Cut to a zebra.", 1.0, api_name="/storyboard")
    assert len(Storyboard.from_dict(board).shots) == 2
    film = client.predict(board, api_name="/film")
    assert media.probe(film["file"]).frames == 24
    assert client.predict(api_name="/models") == ["toy"]


@pytest.mark.parametrize(
    ("given", "name", "message"),
    [
        (("lion " * 2000,), "/make", "A prompt has at most 400 words"),
        (("",), "/make", "The prompt is empty"),
        ((PROMPT, -1), "/make", "The seed is a whole number"),
        ((PROMPT, 0, 1.0, 33), "/make", "The size is an even number"),
        ((PROMPT, 0, 1.0, 32, "/etc"), "/make", "There is no model named '/etc'"),
        ((PROMPT, "seven"), "/make", "The seed is a whole number, got 'seven'"),
        (("../../etc/passwd", "at night"), "/edit", "There is no film named"),
        (("/etc/passwd",), "/undo", "There is no film named"),
        ((None,), "/make", "The prompt is a text, got None"),
        ((PROMPT, None), "/make", "The seed is a whole number, got None"),
        (("a.mp4", None), "/edit", "The instruction is a text, got None"),
        ((5,), "/storyboard", "The prompt is a text, got 5"),
        ((None,), "/film", "A storyboard is a document as /storyboard gives it"),
        (({"format": 2, "shots": [{"text": ["a lion"], "seconds": 1}]},), "/film", "text"),
        (("../passwd",), "/explain", "There is no film named"),
        (({"format": 2, "shots": "all"},), "/film", "A storyboard is a document as /storyboard gives it"),
    ],
)
def test_what_cannot_be_is_told_and_the_server_goes_on(
    client: Client, given: tuple[object, ...], name: str, message: str
) -> None:
    with pytest.raises(AppError) as told:
        client.predict(*given, api_name=name)
    assert message in str(told.value) and "Traceback" not in str(told.value)
    assert client.predict(api_name="/models") == ["toy"]


def asked(url: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """What the studio answers."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_half_a_character_is_refused_and_shuts_nothing(address: str, studio: Studio) -> None:
    films = len(studio.history.entries())
    body = b'{"data": ["a lion \\ud800", 1, 0.5, 64, null]}'
    _, answer = asked(address + "gradio_api/call/make", body)
    event = json.loads(answer)["event_id"]
    status, told = asked(f"{address}gradio_api/call/make/{event}")
    assert status == 200 and "half a character" in told
    assert len(studio.history.entries()) == films


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
@pytest.mark.parametrize("path", ["", "gradio_api/info", "films/none.mp4", "gradio_api/call/models"])
def test_pages_of_others_and_names_of_others_are_refused(
    address: str, path: str, headers: dict[str, str]
) -> None:
    status, told = asked(address + path, b"{}" if "call" in path else None, **headers)
    assert status == 403 and "--allow-host" in told


def test_a_request_that_is_too_long_is_refused(address: str) -> None:
    body = json.dumps({"data": ["a lion " + "very " * 300_000 + "walks"]}).encode()
    assert asked(address + "gradio_api/call/make", body)[0] == 413


def test_a_request_to_stop_ends_what_is_painted(studio: Studio, tmp_path: Path) -> None:
    other = Studio(StudioConfig(folder=tmp_path, model="toy"), studio.models)
    begun = threading.Event()

    def endless(progress: object, cancel: Callable[[], bool]) -> None:
        begun.set()
        while not cancel():
            time.sleep(0.01)
        raise Cancelled("stopped")

    work = other.painting.watch(endless)
    next(work)
    assert begun.wait(PATIENCE_SECONDS) and other.is_working
    Server(uvicorn.Config(lambda: None), other).handle_exit(signal.SIGINT, None)
    with pytest.raises(Cancelled):
        list(work)
    wait_until(lambda: not other.is_working)


def test_what_gradio_does_not_know_is_no_failure(address: str) -> None:
    for index in (-1, 9999):
        body = json.dumps({"data": [], "fn_index": index, "session_hash": "me"}).encode()
        status, told = asked(address + "gradio_api/queue/join", body)
        assert status == 404 and "docs/studio.md lists the endpoints" in told
    assert asked(address + "gradio_api/call/nonsense", b'{"data": []}')[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "films/none.mp4", "films/..%2F..%2Fetc%2Fpasswd", "films/%2Fetc%2Fpasswd/poster",
        "films/..%2Fx/explanation", "runs/..%2Fx/sheet",
        "live/none", "gradio_api/file=/etc/passwd", "gradio_api/file=../../../../etc/passwd",
    ],
)  # fmt: skip
def test_nothing_else_of_the_machine_is_served(address: str, path: str) -> None:
    assert status_of(address + path) in (403, 404)


def test_a_film_and_its_picture_are_served(client: Client, address: str) -> None:
    facts = client.predict(PROMPT, seconds=0.25, api_name="/make")
    assert status_of(f"{address}films/{facts['name']}") == 200
    assert status_of(f"{address}films/{facts['name']}/poster") == 200
    part = urllib.request.Request(f"{address}films/{facts['name']}", headers={"Range": "bytes=0-99"})
    with urllib.request.urlopen(part, timeout=PATIENCE_SECONDS) as answer:
        assert (answer.status, len(answer.read())) == (206, 100), "browsers seek by ranges"


def test_a_large_upload_is_refused_and_leaves_nothing(address: str, studio: Studio) -> None:
    before = sorted(studio.history.folder.iterdir())
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="big.mp4"\r\n\r\n'
    body = head + b"\0" * 3_000_000 + b"\r\n--x--\r\n"
    request = urllib.request.Request(
        address + "gradio_api/upload", body, {"Content-Type": "multipart/form-data; boundary=x"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
    assert refused.value.code == 413
    assert sorted(studio.history.folder.iterdir()) == before


def ask(address: str, seconds: float) -> str:
    """Ask for a film and return the event; nothing is read of it."""
    body = json.dumps({"data": [PROMPT, 0, seconds, None, None]}).encode()
    status, answer = asked(address + "gradio_api/call/make", body)
    assert status == 200
    return str(json.loads(answer)["event_id"])


def test_a_film_that_nobody_reads_is_given_up(address: str, studio: Studio) -> None:
    films = len(studio.history.entries())
    told = threading.Event()

    def endless(self: object, *given: object, cancel: Callable[[], bool], **named: object) -> object:
        while not cancel():
            time.sleep(0.01)
        told.set()
        raise Cancelled("stopped")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "UNREAD", 2)
        patch.setattr(type(studio.models.reel("toy")), "generate", endless)
        event = ask(address, 0.5)
        assert told.wait(PATIENCE_SECONDS)
    assert "Nobody has read" in asked(f"{address}gradio_api/call/make/{event}")[1]
    assert len(studio.history.entries()) == films


def test_films_that_wait_shut_nothing_else(address: str, client: Client, studio: Studio) -> None:
    """As many as may wait: another one is refused with a sentence, and lists are answered meanwhile."""
    begun, go_on = threading.Event(), threading.Event()
    reel = studio.models.reel("toy")
    generate = type(reel).generate

    def held(self: object, *given: object, **named: object) -> object:
        begun.set()
        assert go_on.wait(PATIENCE_SECONDS)
        return generate(reel, *given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(reel), "generate", held)
        jobs = [
            client.submit(PROMPT, seconds=0.25, api_name="/make") for _ in range(1 + studio.config.waiting)
        ]
        assert begun.wait(PATIENCE_SECONDS)
        wait_until(lambda: len(studio.painting) == len(jobs))
        with pytest.raises(AppError, match="others wait already"):
            client.predict(PROMPT, api_name="/make")
        assert client.predict(api_name="/models") == ["toy"]
        assert isinstance(client.predict(api_name="/films"), list)
        go_on.set()
        assert len({job.result(timeout=PATIENCE_SECONDS)["name"] for job in jobs}) == len(jobs)


def test_a_client_that_goes_stops_its_film(address: str, studio: Studio) -> None:
    painted: list[int] = []
    reel = studio.models.reel("toy")
    generate = type(reel).generate
    asked = threading.Event()

    def slow(self: object, *given: object, progress: Callable[[int, int], None], cancel: Callable[[], bool],
             **named: object) -> object:  # fmt: skip
        def count(done: int, total: int) -> None:
            painted.append(done)
            asked.set()
            time.sleep(0.3)

        return generate(reel, *given, progress=count, cancel=cancel, **named)

    films = len(studio.history.entries())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(reel), "generate", slow)
        event = ask(address, 60.0)
        with urllib.request.urlopen(f"{address}gradio_api/call/make/{event}", timeout=PATIENCE_SECONDS):
            assert asked.wait(PATIENCE_SECONDS)
        wait_until(lambda: quiet(painted))
    assert painted[-1] < 60 * 24
    assert len(studio.history.entries()) == films
    assert not list(studio.history.folder.glob(".*"))


def quiet(painted: list[int]) -> bool:
    """Whether nothing was painted for a second."""
    before = len(painted)
    time.sleep(1.0)
    return len(painted) == before


def test_a_live_stream_is_pictures_one_after_another(address: str, studio: Studio) -> None:
    token = studio.stream(PROMPT)
    with urllib.request.urlopen(f"{address}live/{token}", timeout=PATIENCE_SECONDS) as answer:
        assert answer.headers["Content-Type"].startswith("multipart/x-mixed-replace")
        pictures = [picture(answer) for _ in range(3)]
        studio.channels.channel(token).direct("at night")
        later = [picture(answer) for _ in range(30)]
    assert pictures[0].startswith(b"\xff\xd8")
    assert later[-1] != pictures[-1]
    studio.channels.close(token)
    wait_until(lambda: status_of(f"{address}live/{token}") == 404)


def picture(answer: object) -> bytes:
    """The next part of a stream."""
    lines = iter(answer.readline, b"\r\n")  # type: ignore[attr-defined]
    head = {name.lower(): value for name, _, value in (line.decode().partition(":") for line in lines)}
    content = answer.read(int(head["content-length"]))  # type: ignore[attr-defined]
    assert answer.readline() == b"\r\n"  # type: ignore[attr-defined]
    return bytes(content)


def test_the_page_asks_for_nothing_from_elsewhere(address: str) -> None:
    with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:
        page = answer.read().decode()
    assert "fonts.googleapis" not in page and "cdn." not in page
    config = json.loads(page.split("window.gradio_config = ", 1)[1].split(";</script>", 1)[0])
    assert config["analytics_enabled"] is False


def test_a_prompt_is_read_and_its_choices_are_filmed(client: Client) -> None:
    told = client.predict("a cat walks on the beach at night, 4k", api_name="/read")
    words = {word["text"]: word for word in told["words"]}
    assert words["cat"]["slot"] == "subject" and words["4k"]["slot"] == "left out" and words["4k"]["reason"]
    assert words["beach"]["slot"] == "place"
    night = next(word for word in told["words"] if word["slot"] == "time")
    choice = {"start": night["start"], "end": night["end"], "value": "dawn"}
    told = client.predict("a cat walks on the beach at night, 4k", [choice], api_name="/read")
    assert "at dawn" in told["storyboard"]["shots"][0]["text"]
    with pytest.raises(AppError, match="choices"):
        client.predict("a cat", [{"start": 0}], api_name="/read")
