"""Stages: parts of a model that are trained one after another, each a run of its own.

A stage says what a step is; :func:`run_stage` owns time: it saves, reviews, stops and resumes. Everything random about
step n is drawn from (seed, n), so a resumed stage equals the uninterrupted one bit for bit.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from textreel import checkpoint
from textreel.models import find
from textreel.training.configuration import require
from textreel.training.state import has_state, part_of, require_same_options, restore_state, state_tensors
from textreel.training.statistics import Alarms, statistics
from textreel.training.trainer import StepReport

STATE_KIND = "stage-state"


@dataclass(frozen=True, kw_only=True)
class StageConfig:
    """What all stages can be told."""

    stage: str
    steps: int
    batch: int
    seed: int = 0
    learning_rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.99)
    warmup_steps: int = 100
    cooldown_steps: int = 0  # the last steps, half of all at most, in which the rate falls to nothing
    gradient_norm: float = 1.0
    ema_decay: float = 0.999
    checkpoint_seconds: float = 300.0
    review_every: int = 500

    def __post_init__(self) -> None:
        require(self.steps >= 1, "steps", "at least 1", self.steps)
        require(self.batch >= 1, "batch", "at least 1", self.batch)
        require(0 <= self.ema_decay < 1, "ema_decay", "in [0, 1)", self.ema_decay)
        require(self.review_every >= 1, "review_every", "at least 1", self.review_every)

    def rate(self, step: int) -> float:
        """The learning rate of a step: it rises, stands, and falls in the last steps."""
        left = (self.steps - step) / max(1, min(self.cooldown_steps, self.steps // 2))
        return self.learning_rate * min(1.0, (step + 1) / max(1, self.warmup_steps), left)


class Stage(ABC):
    """One part of a model in training.

    Attributes:
        config: every option.
        networks, optimisers: all that a step changes, by name; `average` is what others use.
        learns: the name of the network of which that is the average.
    """

    kind: ClassVar[str]
    learns: ClassVar[str]
    config: StageConfig
    networks: dict[str, nn.Module]
    optimisers: dict[str, torch.optim.Optimizer]

    @abstractmethod
    def train_step(self, step: int) -> dict[str, float]:
        """Learn once, and say the step's numbers."""

    @abstractmethod
    def review(self, sheet: Path) -> dict[str, float]:
        """Measure the average on what is kept for it, and draw a sheet."""

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What the model says about itself."""

    def update(self, name: str, network: nn.Module, loss: Tensor, step: int) -> dict[str, float]:
        """Backward, and one step of an optimiser."""
        optimiser = self.optimisers[name]
        for group in optimiser.param_groups:
            group["lr"] = self.config.rate(step) * group.get("share", 1.0)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), self.config.gradient_norm)
        optimiser.step()
        return {f"loss/{name}": loss.item(), f"gradient/{name}": norm.item()}

    @torch.no_grad()
    def follow(self, average: nn.Module, network: nn.Module, step: int) -> None:
        """Move an exponential average towards a network; fast in the first steps."""
        decay = min(self.config.ema_decay, (1 + step) / (10 + step))
        for mean, value in zip(average.parameters(), network.parameters(), strict=True):
            mean.lerp_(value, 1 - decay)


def run_stage(
    stage: Stage,
    folder: Path,
    *,
    resume: bool = False,
    report: Callable[[StepReport], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> int:
    """Train a stage to its end or until `stop()`, and return how many steps are done.

    FOLDER/state is what a resumed run goes on from, FOLDER/model the averaged network, FOLDER/sheets what it draws.

    Raises:
        TrainingError: a number is not finite, or the run was made with other options.
    """
    config = stage.config
    step, seconds = load_stage(stage, folder) if resume and has_state(folder) else (0, 0.0)
    saved_at, alarms = time.monotonic(), Alarms()
    with statistics(folder, step, wanted=True) as write:
        while step < config.steps and not (stop is not None and stop()):
            began = time.perf_counter()
            numbers = stage.train_step(step)
            step += 1
            elapsed = time.perf_counter() - began
            seconds += elapsed
            numbers |= {"seconds": elapsed, "clips_per_second": config.batch / elapsed}
            warnings = tuple(alarms.check(step - 1, numbers))
            sheet = None
            if step % config.review_every == 0 or step == config.steps:
                sheet = folder / "sheets" / f"{step:06d}.png"
                numbers |= stage.review(sheet)
            write(step - 1, numbers | {f"warning/{i}": text for i, text in enumerate(warnings)})
            if time.monotonic() - saved_at >= config.checkpoint_seconds:
                save_stage(stage, folder, step, seconds)
                saved_at = time.monotonic()
            if report is not None:
                report(StepReport(step, config.steps, numbers, warnings, sheet))
        save_stage(stage, folder, step, seconds)
    return step


def save_stage(stage: Stage, folder: Path, step: int, seconds: float) -> None:
    """FOLDER/state and FOLDER/model, each whole or not there."""
    tensors = state_tensors(stage.networks, stage.optimisers)
    facts = {"config": asdict(stage.config), "step": step, "seconds": seconds}
    checkpoint.save(folder / "state", tensors, facts, kind=STATE_KIND)
    told = {**stage.facts(), "recipe": asdict(stage.config), "steps": step, "hours": round(seconds / 3600, 3)}
    average = stage.networks["average"].state_dict()
    checkpoint.save(folder / "model", average, told, kind=stage.kind, half=True)


def load_stage(stage: Stage, folder: Path) -> tuple[int, float]:
    """Put everything back as it was; the steps that are done, and their seconds.

    Raises:
        TrainingError: the run was made with other options.
        CheckpointError: the state is broken.
    """
    saved = checkpoint.load(folder / "state", kind=STATE_KIND)
    require_same_options(saved.metadata, stage.config, folder)
    restore_state(saved.tensors, stage.networks, stage.optimisers, source=folder / "state")
    return int(saved.metadata["step"]), float(saved.metadata["seconds"])


def begin_stage_with(stage: Stage, source: Path) -> None:
    """Begin with the weights of another run or model: its average for what learns, and what else it has by name.

    Raises:
        UsageError: there is neither.
        CheckpointError: its networks have another form.
    """
    tensors = checkpoint.load(source / "state", kind=STATE_KIND).tensors if has_state(source) else {}
    average = part_of(tensors, "average.") or checkpoint.load(find(source), kind=stage.kind).tensors
    for name, network in stage.networks.items():
        found = average if name in ("average", stage.learns) else part_of(tensors, f"{name}.")
        if found:
            checkpoint.restore(network, found, source=source)
