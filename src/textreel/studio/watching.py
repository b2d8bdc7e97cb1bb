"""Long work, done one after another, watched while it is done, and stopped when nobody watches any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Any, TypeVar

from textreel.errors import Cancelled, UsageError
from textreel.pipeline.reel import Cancel, Progress

LOOK_SECONDS = 0.2
CLOSED = "The studio is being closed: start it again, and ask once more."

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Step:
    """How far the work is: 0 of 0 before it has begun to count.

    Attributes:
        done, total: parts of the work.
        waiting: how many other works come first.
    """

    done: int = 0
    total: int = 0
    waiting: int = 0


class WorkQueue:
    """One thread that does one work after another, in the order in which they came.

    Args:
        most: how many works may wait while another is done.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._works: list[Future[Any]] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1)

    def watch(self, work: Callable[[Progress, Cancel], Result]) -> Generator[Step, None, Result]:
        """Do the work in its turn and give its steps, some a second; the result is what the generator returns.

        When the generator is closed (the page was left, the client is gone, cancel was pressed), the work is told to
        stop; it does so after a few frames, and is not waited for, since the server goes on meanwhile.

        Raises:
            UsageError: as many works as may wait do so already.
            Cancelled: the queue was closed.
            Whatever the work raises.
        """
        left = threading.Event()
        latest = Step()

        def progress(done: int, total: int) -> None:
            nonlocal latest
            latest = Step(done=done, total=total)

        def cancel() -> bool:
            return left.is_set() or self._closed.is_set()

        future = self._take(lambda: work(progress, cancel))
        try:
            while True:
                try:
                    return future.result(timeout=LOOK_SECONDS)
                except NotYet:
                    if future.done():
                        raise
                yield Step(waiting=waiting) if (waiting := self._before(future)) else latest
        except CancelledError as error:
            raise Cancelled(CLOSED) from error
        finally:
            left.set()
            future.cancel()

    def __len__(self) -> int:
        """How many works there are: one that is done, and those that wait."""
        return len(self._works)

    def close(self) -> None:
        """End what is done after a few frames, and give up what waits."""
        with self._lock:
            self._closed.set()
            self._thread.shutdown(wait=False, cancel_futures=True)

    def _take(self, work: Callable[[], Result]) -> Future[Result]:
        with self._lock:
            if self._closed.is_set():
                raise Cancelled(CLOSED)
            if len(self._works) > self._most:
                raise UsageError(
                    f"{self._most} others wait already, and the studio lets no more wait: try again in a minute."
                )
            future = self._thread.submit(work)
            self._works.append(future)
        future.add_done_callback(self._works.remove)
        return future

    def _before(self, future: Future[Any]) -> int:
        works = list(self._works)
        return works.index(future) if future in works else 0
