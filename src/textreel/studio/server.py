"""The server: the page, the films and streams that it shows, and nothing else of the machine."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType
from typing import TypeVar

import gradio
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from gradio.route_utils import FnIndexInferError
from starlette.concurrency import run_in_threadpool

from textreel.errors import TextreelError, UsageError
from textreel.studio.access import REQUEST_BYTES, Access
from textreel.studio.channels import Channel
from textreel.studio.page import build, look
from textreel.studio.studio import Studio

LOCAL = "127.0.0.1"
BOUNDARY = "frame"
GRACE_SECONDS = 1
ALONE = "sandbox allow-scripts"
"""An explanation is a page of its own: it runs its script, but belongs to no place that it could ask things of."""

Found = TypeVar("Found")


def make_app(studio: Studio, host: str = LOCAL) -> FastAPI:
    """The whole application, as it is served at an address."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(studio.close)

    gradio.set_static_paths(
        [studio.history.folder]
    )  # films are sent from where they lie, and not copied first
    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    upload = studio.config.upload_megabytes * 1_000_000 + REQUEST_BYTES
    app.add_middleware(Access, host=host, names=studio.config.names, upload=("/gradio_api/upload", upload))
    add_films(app, studio)
    add_streams(app, studio)
    return gradio.mount_gradio_app(
        app,
        build(studio),
        path="/",
        max_file_size=f"{studio.config.upload_megabytes}mb",
        footer_links=["api"],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        app_kwargs={"exception_handlers": {KeyError: unknown, FnIndexInferError: unknown}},
        **look(),
    )


async def unknown(request: Request, error: Exception) -> Response:
    """The answer to a program that asks Gradio for a function or a session which there is not."""
    sentence = f"There is no such endpoint or session ({error}): docs/studio.md lists the endpoints."
    return JSONResponse({"detail": sentence}, 404)


class Server(uvicorn.Server):
    """Ends what is painted as soon as somebody asks it to stop, so that nothing is waited for."""

    def __init__(self, config: uvicorn.Config, studio: Studio) -> None:
        super().__init__(config)
        self._studio = studio

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C, or a request to end."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # pages that are cut off are no failure
        self._studio.stop_works()
        super().handle_exit(sig, frame)


def serve(
    studio: Studio, *, host: str = LOCAL, port: int = 7860, ready: Callable[[], None] = lambda: None
) -> None:
    """Serve the studio until it is interrupted; `ready` is called when the page can be asked for.

    Raises:
        UsageError: nothing can be served there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(
            f"Nothing can be served at {host}:{port} ({error.strerror}): give another --port, or stop what is there."
        ) from error
    with listening:
        config = uvicorn.Config(
            make_app(studio, host), log_level="warning", timeout_graceful_shutdown=GRACE_SECONDS
        )
        ready()
        Server(config, studio).run(sockets=[listening])


def add_films(app: FastAPI, studio: Studio) -> None:
    """Films, the pictures that stand for them, their explanations, and contact sheets, each by its name."""

    @app.get("/films/{name}")
    def film(name: str) -> Response:
        return FileResponse(found(lambda: studio.history.entry(name).file), media_type="video/mp4")

    @app.get("/films/{name}/poster")
    def poster(name: str) -> Response:
        return Response(found(lambda: studio.history.poster(name)), media_type="image/jpeg")

    @app.get("/films/{name}/explanation")
    def explanation(name: str) -> Response:
        report = found(lambda: studio.history.report(name))
        return FileResponse(report, media_type="text/html", headers={"Content-Security-Policy": ALONE})

    @app.get("/runs/{name}/sheet")
    def sheet(name: str) -> Response:
        file = found(lambda: studio.trainings.state(name).sheet)
        if file is None:
            raise HTTPException(404, "There is no contact sheet yet.")
        return FileResponse(file, media_type="image/png")


def add_streams(app: FastAPI, studio: Studio) -> None:
    """Live streams as JPEG pictures one after another (multipart/x-mixed-replace), as browsers take them.

    With ?sound=1 the sound of each frame follows it (audio/L16), which only scripts understand.
    """

    @app.get("/live/{token}")
    async def live(token: str, sound: bool = False) -> Response:
        channel = found(lambda: studio.channels.channel(token))
        kind = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
        return StreamingResponse(
            parts(channel, sound=sound), media_type=kind, headers={"Cache-Control": "no-store"}
        )


def found(look_up: Callable[[], Found]) -> Found:
    """What is looked up, or the answer that there is none.

    Raises:
        HTTPException: 404, with the sentence.
    """
    try:
        return look_up()
    except TextreelError as error:
        raise HTTPException(404, str(error)) from error


async def parts(channel: Channel, *, sound: bool) -> AsyncIterator[bytes]:
    """The frames of a channel, each when it is due, and after each its sound where that is wanted and there is any."""
    moments = channel.moments()
    while (moment := await run_in_threadpool(next, moments, None)) is not None:
        yield part("image/jpeg", moment.picture)
        if sound and moment.sound is not None:
            yield part(f"audio/L16; rate={channel.sample_rate}; channels=2", moment.sound)
        await asyncio.sleep(moment.wait_seconds)


def part(kind: str, content: bytes) -> bytes:
    """One part of a multipart answer."""
    head = f"--{BOUNDARY}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content + b"\r\n"
