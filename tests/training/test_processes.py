"""Several processes train like one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from textreel.training.configuration import TrainingConfig
from textreel.training.processes import make_fabric
from textreel.training.run import start

ROOT = Path(__file__).parents[2]
OPTIONS = {"batch": 4, "steps": 3, "precision": "32-true", "adversarial.penalty_every": 1}
OPTIONS |= {"adversarial.start_step": 1, "adversarial.ramp_steps": 1}


def numbers_of(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "statistics.jsonl").read_text().splitlines()]


def test_two_processes_give_the_losses_of_one_with_the_double_batch(
    cache: Path, tiny: Callable[..., TrainingConfig], tmp_path: Path
) -> None:
    options: list[Any] = []
    for name, value in OPTIONS.items():
        options += ["--set", f"{name}={value}"]
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command += ["-m", "textreel.cli", "train", "scenes-tiny", "--out", str(tmp_path / "two"), *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / "two/model")]
    start(tiny(**{name.replace(".", "__"): value for name, value in OPTIONS.items()}), tmp_path / "one").run()
    one, two = numbers_of(tmp_path / "one"), numbers_of(tmp_path / "two")
    assert len(one) == len(two) == 3 and "penalty" in one[-1]
    for alone, together in zip(one, two, strict=True):
        for name in alone.keys() - {"seconds", "clips_per_second"}:
            assert together[name] == pytest.approx(alone[name], rel=1e-3, abs=1e-4), name


def test_one_process_needs_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    fabric = make_fabric("32-true")
    assert fabric.world_size == 1 and fabric.is_global_zero
