"""Who may ask the studio: pages that it served itself, under names that it is known by, in requests of limited size.

A page of somebody else could send requests to a studio on this machine, or call the studio by a name of its own (DNS
rebinding) and read the answers. Both show in the headers that a browser sends and a page cannot change.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_BYTES = 1_000_000
"""What a request may hold that is no file; a storyboard of a hundred long shots has half of it."""


class Access:
    """Refuses requests that no page of the studio and no program of its user would send.

    Args:
        app: what answers the others.
        host: the address that the studio listens at.
        names: names that it is also known by, of a proxy for example.
        upload: the path that takes files, and their limit in bytes.
    """

    def __init__(self, app: ASGIApp, *, host: str, names: Collection[str], upload: tuple[str, int]) -> None:
        self._app, self._upload = app, upload
        self._alone = is_loopback(host)
        self._trusted = {name.lower() for name in names}
        own = () if self._alone else (socket.gethostname(), socket.getfqdn())
        self._names = self._trusted | {name.lower() for name in (host, *own)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        answer: ASGIApp = self._app
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            refusal = self._refusal(headers.get("host", ""), headers.get("origin"))
            path, most = self._upload
            receive = limited(receive, most if scope["path"].startswith(path) else REQUEST_BYTES)
            answer = PlainTextResponse(refusal, 403) if refusal else self._app
        await answer(scope, receive, send)

    def _refusal(self, host: str, origin: str | None) -> str:
        """Why a request is refused, or nothing."""
        name = name_of(f"//{host}")
        if not self._is_own(name):
            return f"This studio is not known as '{name}': start it with --allow-host {name} if it should be."
        if origin is None or origin.partition("//")[2] == host or name_of(origin) in self._trusted:
            return ""
        return f"Pages of '{origin}' may not use this studio: start it with --allow-host NAME if they should."

    def _is_own(self, name: str) -> bool:
        """Whether a name is one of the studio's; an address cannot be rebound, since no DNS gives it."""
        if name in self._names or is_loopback(name):
            return True
        return not self._alone and is_address(name)


def limited(receive: Receive, most: int) -> Receive:
    """The same request, which ends with an answer of 413 where it is longer than it may be."""
    left = most

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"A request holds at most {most:,} bytes: send less.")
        return message

    return counted


def name_of(address: str) -> str:
    """The host that an address names, in lower case; nothing where it names none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_address(name: str) -> bool:
    """Whether a host is named by its number."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """Whether a host is this machine, seen from itself."""
    return name == "localhost" or (is_address(name) and ipaddress.ip_address(name).is_loopback)
