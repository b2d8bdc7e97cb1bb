"""./scripts/test ends when it is told to, with everything that it started."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
ENDLESS = """
import pathlib, subprocess, sys

def test_endless():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pathlib.Path("child").write_text(f"{child.pid}\\n")
    try:
        child.wait()
    finally:
        child.kill()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository of one test that never ends."""
    for name in ("scripts/test", "conftest.py"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, target)
    (tmp_path / "scripts" / "setup").write_text(f"root={shlex.quote(str(tmp_path))}\nvenv=$root/venv\n")
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    (tmp_path / "test_endless.py").write_text(ENDLESS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def within(seconds: float, done: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.02)
    return done()


@pytest.mark.skipif(os.name != "posix", reason="the scripts are for a POSIX shell")
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_what_it_started(place: Path, told: signal.Signals) -> None:
    script = subprocess.Popen(
        ["sh", place / "scripts" / "test", "-p", "no:cacheprovider"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    started = place / "child"
    assert within(100, lambda: started.exists() and started.read_text().endswith("\n"))
    child = int(started.read_text())
    script.send_signal(told)
    script.communicate(timeout=100)
    assert script.returncode == (130 if told is signal.SIGINT else 143)
    assert within(100, lambda: not psutil.pid_exists(child)), "the test's own child has ended too"
