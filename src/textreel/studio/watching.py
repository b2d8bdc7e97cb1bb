"""Long work that is watched while it is done, and stopped when nobody watches any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import TypeVar

from textreel.pipeline.reel import Cancel, Progress

LOOK_SECONDS = 0.2

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far the work is: 0 of 0 before it has begun to count."""

    done: int = 0
    total: int = 0


def watched(work: Callable[[Progress, Cancel], Result]) -> Generator[Step, None, Result]:
    """Do the work in a thread and give its steps, some a second; the result is what the generator returns.

    When the generator is closed (the page was left, the client is gone, cancel was pressed), the work is told to
    stop; it does so after a few frames, and is not waited for, since the server goes on meanwhile.

    Raises:
        Whatever the work raises.
    """
    left = threading.Event()
    latest = Step()

    def progress(done: int, total: int) -> None:
        nonlocal latest
        latest = Step(done=done, total=total)

    thread = ThreadPoolExecutor(max_workers=1)
    future = thread.submit(work, progress, left.is_set)
    thread.shutdown(wait=False)
    try:
        while True:
            try:
                return future.result(timeout=LOOK_SECONDS)
            except NotYet:
                if future.done():
                    raise
            yield latest
    finally:
        left.set()
