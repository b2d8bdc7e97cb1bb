"""Work that is watched, and that ends when it no longer is."""

import threading
import time
from collections.abc import Generator, Iterator

import pytest

from textreel.errors import Cancelled, UsageError
from textreel.pipeline.reel import Cancel, Progress
from textreel.studio.watching import Step, WorkQueue

PATIENCE_SECONDS = 30.0


def test_steps_come_and_then_the_result() -> None:
    go_on = threading.Event()

    def work(progress: Progress, cancel: Cancel) -> str:
        progress(1, 2)
        assert go_on.wait(PATIENCE_SECONDS)
        return "film"

    steps = WorkQueue(1).watch(work)
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

    steps = WorkQueue(1).watch(work)
    next(steps)
    assert not stopped.is_set()
    steps.close()
    assert stopped.wait(PATIENCE_SECONDS)


def test_errors_come_through() -> None:
    def work(progress: Progress, cancel: Cancel) -> None:
        raise UsageError("no such thing")

    with pytest.raises(UsageError, match="no such thing"):
        list(WorkQueue(1).watch(work))


class Gate:
    """Work that begins, and ends when it is let through or told to stop."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()

    def __call__(self, progress: Progress, cancel: Cancel) -> str:
        self.begun.set()
        while not self.open.wait(0.01):
            if cancel():
                raise Cancelled("stopped")
        return "film"


def test_works_wait_for_their_turn_and_no_more_of_them_than_may() -> None:
    queue = WorkQueue(2)
    gates = [Gate() for _ in range(3)]
    works = [queue.watch(gate) for gate in gates]
    assert [next(work).waiting for work in works] == [0, 1, 2]
    with pytest.raises(UsageError, match="2 others wait already"):
        next(queue.watch(Gate()))
    assert gates[0].begun.is_set() and not gates[1].begun.is_set()
    works[1].close()  # whoever leaves makes room
    gates[0].open.set()
    assert result_of(works[0]) == "film"
    gates[2].open.set()
    assert result_of(works[2]) == "film"
    assert not gates[1].begun.is_set()


def test_a_queue_that_is_closed_ends_all_works() -> None:
    queue = WorkQueue(2)
    gates = [Gate() for _ in range(2)]
    works = [queue.watch(gate) for gate in gates]
    for work in works:
        next(work)
    queue.close()
    for work in works:
        with pytest.raises(Cancelled):
            result_of(work)
    with pytest.raises(Cancelled, match="being closed"):
        next(queue.watch(Gate()))
    assert not gates[1].begun.is_set()


def result_of(steps: Generator[Step, None, str]) -> str:
    """What the work gives in the end."""
    result = ""

    def through() -> Iterator[Step]:
        nonlocal result
        result = yield from steps

    list(through())
    return result
