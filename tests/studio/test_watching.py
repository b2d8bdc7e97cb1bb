"""Work that is watched, and that ends when it no longer is."""

import threading
import time
from collections.abc import Generator, Iterator

import pytest

from textreel.errors import UsageError
from textreel.pipeline.reel import Cancel, Progress
from textreel.studio.watching import Step, watched

PATIENCE_SECONDS = 30.0


def test_steps_come_and_then_the_result() -> None:
    go_on = threading.Event()

    def work(progress: Progress, cancel: Cancel) -> str:
        progress(1, 2)
        assert go_on.wait(PATIENCE_SECONDS)
        return "film"

    steps = watched(work)
    seen = [next(steps)]
    while seen[-1] == Step():
        seen.append(next(steps))
    assert seen[-1] == Step(done=1, total=2)
    go_on.set()
    assert result_of(steps) == "film"


def test_closing_stops_the_work() -> None:
    stopped = threading.Event()

    def work(progress: Progress, cancel: Cancel) -> None:
        while not cancel():
            time.sleep(0.01)
        stopped.set()

    steps = watched(work)
    next(steps)
    assert not stopped.is_set()
    steps.close()
    assert stopped.wait(PATIENCE_SECONDS)


def test_errors_come_through() -> None:
    def work(progress: Progress, cancel: Cancel) -> None:
        raise UsageError("no such thing")

    with pytest.raises(UsageError, match="no such thing"):
        list(watched(work))


def result_of(steps: Generator[Step, None, str]) -> str:
    """What the work gives in the end."""
    result = ""

    def through() -> Iterator[Step]:
        nonlocal result
        result = yield from steps

    list(through())
    return result
