"""What a run may use of this machine: cores, and memory that is free."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from textreel.nn.processor import usable_cores

CONTROL_GROUP = Path("/sys/fs/cgroup")
LIMITS = (  # of a container, in the second and the first version of control groups
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
)


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Cores that this process computes on, bytes that are free for it, and whether it computes on a CUDA device.

    With a CUDA device the bytes are the device's.
    """

    cores: int
    free_bytes: int
    cuda: bool = False

    @classmethod
    def here(cls) -> "Machine":
        """This machine, now; what this process holds already counts as free for it."""
        cuda = torch.cuda.is_available()
        return cls(
            cores=min(usable_cores(), torch.get_num_threads()),
            free_bytes=free_on_device() if cuda else free_in_memory(),
            cuda=cuda,
        )


def held_bytes() -> int:
    """Resident memory of this process."""
    return int(psutil.Process().memory_info().rss)


def free_in_memory() -> int:
    """What this process could hold: the system's free memory, or what its container leaves where that is less."""
    return int(min(psutil.virtual_memory().available, left_in_container())) + held_bytes()


def free_on_device() -> int:
    """The same of the CUDA device."""
    free, _ = torch.cuda.mem_get_info()
    return int(free) + torch.cuda.memory_reserved()


def left_in_container() -> float:
    """Bytes up to the limit of the container that this process runs in; without one, no end of them."""
    for limit, used in LIMITS:
        with suppress(OSError, ValueError):  # there is no such file, or it says "max"
            return max(0, int((CONTROL_GROUP / limit).read_text()) - int((CONTROL_GROUP / used).read_text()))
    return float("inf")
