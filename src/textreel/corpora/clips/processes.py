"""Work in several processes, results in order."""

import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from textreel.errors import CorpusError

Job = TypeVar("Job")
Result = TypeVar("Result")

AHEAD = 4  # jobs given out for each process: results wait in memory


def ordered(
    function: Callable[[Job], Result], jobs: Iterable[Job], *, workers: int
) -> Generator[Result, None, None]:
    """`map` over so many processes, never far ahead of who takes the results; one worker is this process itself.

    Raises:
        CorpusError: a process was ended from outside.
    """
    if workers == 1:
        yield from map(function, jobs)
        return
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin) as executor:
        try:
            yield from _in_order(executor, function, iter(jobs), workers * AHEAD)
        except BrokenProcessPool as error:
            raise CorpusError(
                "A process that decodes clips was ended from outside, often for want of memory: give the same "
                "command again with fewer --workers."
            ) from error
        except (KeyboardInterrupt, GeneratorExit):
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()  # what it works on may take minutes, and is done anew next time
            raise


def _in_order(
    executor: ProcessPoolExecutor, function: Callable[[Job], Result], jobs: Iterator[Job], ahead: int
) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque(
        executor.submit(function, job) for job in itertools.islice(jobs, ahead)
    )
    while waiting:
        result = waiting.popleft().result()
        waiting.extend(executor.submit(function, job) for job in itertools.islice(jobs, 1))
        yield result


def _begin() -> None:
    """In each process: Ctrl-C is the parent's affair, and when the parent is gone there is nothing left to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
