"""How this machine computes fastest, measured once and kept; and films on several cores, each operation on one.

An operation that OpenMP divides among threads is rounded as it was divided, and its threads wait for each other. So
films divide nothing: every operation takes one thread, and cores are used by whole pieces of work that do not need
each other (some frames, the sound beside them). How many cores there are changes no bit, and a busy core delays only
its own piece.
"""

import functools
import hashlib
import json
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs
import torch
import torch.nn.functional as F

from textreel.documents import read_json_file

# Times as fast: nearer than that, a second measurement might choose otherwise, and films would change.
CLEARLY = 1.25
CHANNELS, SIDE, IMAGES = 96, 32, 4  # of the convolution that is measured: the widest of the shipped painters'
REPEATS = 6
SETTINGS = ("ATEN_", "DNNL_", "MKL_", "ONEDNN_")  # of the environment: they choose kernels
THREADS = torch.get_num_threads()  # that torch was given: films use no more cores


@dataclass(frozen=True, kw_only=True)
class Processor:
    """What was measured of the shipped painters' kind of convolution on one core, all in GFLOP/s.

    Attributes:
        float32, bfloat16: channels last.
        planar: float32, channels first.
    """

    float32: float
    bfloat16: float
    planar: float

    @property
    def fast_bfloat16(self) -> bool:
        """Whether bfloat16 is clearly faster than float32."""
        return self.bfloat16 > CLEARLY * self.float32

    @property
    def layout(self) -> torch.memory_format:
        """Channels last, unless channels first are clearly faster."""
        planar = self.planar > CLEARLY * max(self.float32, self.bfloat16)
        return torch.contiguous_format if planar else torch.channels_last


@functools.cache
def processor() -> Processor:
    """This machine: from the cache, or measured in a fraction of a second."""
    what = described()
    path = Path(platformdirs.user_cache_dir("textreel"), "processor", f"{fingerprint(what)}.json")
    with suppress(ValueError, TypeError, KeyError, AttributeError):  # none there, or a broken one
        kept = read_json_file(path)
        if kept["machine"] == what:
            return Processor(**{name: float(value) for name, value in kept["measured"].items()})
    measured = measure()
    with suppress(OSError):  # a cache that cannot be written costs a measurement each time, no more
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps({"machine": what, "measured": asdict(measured)}), encoding="utf-8")
        os.replace(aside, path)
    return measured


def described() -> dict[str, str]:
    """Everything that a measurement depends on: another of these is measured anew."""
    settings = {name: value for name, value in sorted(os.environ.items()) if name.startswith(SETTINGS)}
    return {
        "processor": processor_name(),
        "units": torch.backends.cpu.get_cpu_capability(),
        "torch": torch.__version__,
        **settings,
    }


def fingerprint(what: dict[str, str]) -> str:
    """A short name for a description."""
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def processor_name() -> str:
    """The model of the processor, as far as the system tells."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def measure() -> Processor:
    """Time one convolution in each way; the ways take turns and the best time of each counts, whoever else is busy."""
    with one_thread(), torch.inference_mode():
        ways = {
            "float32": convolution(torch.float32, torch.channels_last),
            "bfloat16": convolution(torch.bfloat16, torch.channels_last),
            "planar": convolution(torch.float32, torch.contiguous_format),
        }
        rounds = [{name: seconds(work) for name, work in ways.items()} for _ in range(REPEATS)]
    operations = 2 * IMAGES * SIDE**2 * 9 * CHANNELS**2
    return Processor(**{name: 1e-9 * operations / min(each[name] for each in rounds) for name in ways})


def convolution(kind: torch.dtype, layout: torch.memory_format) -> Callable[[], object]:
    """A convolution that is ready to be run."""
    picture = torch.ones(IMAGES, CHANNELS, SIDE, SIDE, dtype=kind).to(memory_format=layout)
    weight = torch.ones(CHANNELS, CHANNELS, 3, 3, dtype=kind).to(memory_format=layout)
    work = functools.partial(F.conv2d, picture, weight, padding=1)
    work()
    return work


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fast_bfloat16() -> bool:
    """Whether this machine computes clearly faster in bfloat16 than in float32."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    return processor().fast_bfloat16


_here = threading.local()  # `cores`: how many this thread may use for pieces, while its operations take one


@contextmanager
def one_thread(cores: int | None = None) -> Iterator[None]:
    """Run each operation of this thread on one core, and :func:`at_once` on so many; None for all that are given."""
    threads, outer = torch.get_num_threads(), getattr(_here, "cores", 1)
    _here.cores = min(THREADS, usable_cores()) if cores is None else cores
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        _here.cores = outer


def at_once(*pieces: Callable[[], Any]) -> list[Any]:
    """Do pieces of work that do not need each other, on several cores where that helps, and give their results.

    Whatever the cores, each piece is computed alike. What no other core has begun, the caller does itself: so pieces
    may be made of pieces, and nobody waits for a core that is busy elsewhere.
    """
    cores = getattr(_here, "cores", 1)
    if len(pieces) < 2 or cores == 1:
        return [piece() for piece in pieces]
    modes = torch.is_inference_mode_enabled(), torch.is_grad_enabled()

    def elsewhere(piece: Callable[[], Any]) -> Any:
        with torch.inference_mode(modes[0]), torch.set_grad_enabled(modes[1]):
            return piece()

    begun = [(piece, helpers(cores - 1).submit(elsewhere, piece)) for piece in pieces[1:]]
    try:
        results = [pieces[0]()]
        results += [piece() if there.cancel() else there.result() for piece, there in reversed(begun)][::-1]
    finally:  # nobody goes on with what has failed
        wait(there for _, there in begun if not there.cancel())
    return results


@functools.cache
def helpers(count: int) -> ThreadPoolExecutor:
    """So many threads beside the caller's, whose operations take one core each."""
    return ThreadPoolExecutor(
        count, thread_name_prefix="textreel", initializer=torch.set_num_threads, initargs=(1,)
    )


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=helpers.cache_clear)  # threads do not live on in a child
