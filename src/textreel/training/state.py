"""The state of a run on disk: everything that the next step depends on, and the model that others use.

Everything random about step n is drawn from (seed, n), so the step's number is the state of every generator and of
the data cursor.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from textreel import checkpoint
from textreel.errors import CheckpointError, TrainingError
from textreel.models import WEIGHTS, find
from textreel.training.configuration import Config, TrainingConfig, differences, read_dataclass
from textreel.training.phases import Phase

STATE_KIND = "training-state"
MODEL_KIND = "generator"
FREE_OPTIONS = frozenset(
    (
        "steps",
        "cooldown_steps",
        "checkpoint_every",
        "checkpoint_seconds",
        "review_every",
        "sheet_every",
        "sheet_seconds",
        "corpus.folder",
    )
)
"""What a resumed run may change: how long it is, when it saves and draws, and where its clips lie."""


def has_state(folder: Path) -> bool:
    """Whether a run in this folder can be resumed from a checkpoint."""
    return (folder / "state" / WEIGHTS).is_file()


def save_state(
    folder: Path,
    networks: Mapping[str, nn.Module],
    phases: Sequence[Phase],
    config: TrainingConfig,
    facts: Mapping[str, float | str],
) -> None:
    """Networks by name, both optimisers and how far the run is into RUN/state, all or nothing."""
    tensors = state_tensors(networks, {phase.name: phase.optimiser for phase in phases})
    checkpoint.save(folder / "state", tensors, {"config": config.to_dict(), **facts}, kind=STATE_KIND)


@contextmanager
def model_is_saved(folder: Path, step: int, steps: int) -> Iterator[None]:
    """Wrap what is written after the model of a step: a failure says that the model is there.

    Raises:
        TrainingError: what is written within cannot be.
    """
    try:
        yield
    except CheckpointError as error:
        raise TrainingError(
            f"{error} The model of step {step} of {steps} is saved in '{folder / 'model'}'. --resume goes on from the "
            "state that was saved before, if there is one: make room first."
        ) from error


def load_state(
    folder: Path, networks: Mapping[str, nn.Module], phases: Sequence[Phase], config: TrainingConfig
) -> dict[str, Any]:
    """Put everything back as it was and return the facts that were saved with it.

    Raises:
        CheckpointError: the state is missing or broken.
        TrainingError: it belongs to a run with other options, or is further than the last step.
    """
    saved = checkpoint.load(folder / "state", kind=STATE_KIND)
    require_same_options(saved.metadata, config, folder)
    optimisers = {phase.name: phase.optimiser for phase in phases}
    restore_state(saved.tensors, networks, optimisers, source=folder / "state")
    return dict(saved.metadata)


def state_tensors(
    networks: Mapping[str, nn.Module], optimisers: Mapping[str, torch.optim.Optimizer]
) -> dict[str, Tensor]:
    """Everything that a step changes, by name."""
    tensors: dict[str, Tensor] = {}
    for name, network in networks.items():
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
    for name, optimiser in optimisers.items():
        for index, moments in optimiser.state_dict()["state"].items():
            tensors |= {
                f"optimiser.{name}.{index}.{part}": torch.as_tensor(value) for part, value in moments.items()
            }
    return tensors


def restore_state(
    tensors: Mapping[str, Tensor],
    networks: Mapping[str, nn.Module],
    optimisers: Mapping[str, torch.optim.Optimizer],
    *,
    source: Path,
) -> None:
    """Put back what :func:`state_tensors` gave.

    Raises:
        CheckpointError: a network has another form.
    """
    for name, network in networks.items():
        checkpoint.restore(network, part_of(tensors, f"{name}."), source=source)
    for name, optimiser in optimisers.items():
        restore_optimiser(optimiser, part_of(tensors, f"optimiser.{name}."))


def require_same_options(saved: Mapping[str, Any], config: Config, folder: Path) -> None:
    """Hold the options of a resumed run against those that its state was saved with.

    Raises:
        TrainingError: options differ that may not, or fewer steps are asked for than were done.
    """
    given = asdict(config)  # type: ignore[call-overload]
    before = asdict(read_dataclass(type(config), saved["config"]))  # type: ignore[call-overload]
    other = {name: pair for name, pair in differences(before, given).items() if name not in FREE_OPTIONS}
    if other:
        named = ", ".join(f"{name} was {was!r} and is {now!r}" for name, (was, now) in sorted(other.items()))
        raise TrainingError(
            f"The run in '{folder}' was made with other options: {named}. Leave these out to resume it, or start "
            f"a new run with --from '{folder}'."
        )
    if given["steps"] < saved["step"]:
        raise TrainingError(
            f"The run in '{folder}' has done {saved['step']} steps, and {given['steps']} are asked for: give more "
            "--steps, or start a new run."
        )


def restore_optimiser(optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Moments by `index.part`, laid out in memory as their parameters are: another layout could round otherwise."""
    parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        index, part = key.split(".", 1)
        parameter = parameters[int(index)]
        if value.shape == parameter.shape:
            value = torch.empty_like(parameter, requires_grad=False).copy_(value)
        moments.setdefault(int(index), {})[part] = value
    optimiser.load_state_dict(optimiser.state_dict() | {"state": moments})


def begin_with(source: str | Path, generator: nn.Module, others: Mapping[str, nn.Module]) -> None:
    """Take the weights of a run or a model: the generator's, and of a run those of the networks beside it by name.

    Raises:
        UsageError: there is neither a run nor a model of that name.
        CheckpointError: its networks have another form than these.
    """
    folder = Path(source)
    if has_state(folder):
        tensors = checkpoint.load(folder / "state", kind=STATE_KIND).tensors
        checkpoint.restore(generator, part_of(tensors, "average."), source=folder)
        for name, network in others.items():
            checkpoint.restore(network, part_of(tensors, f"{name}."), source=folder)
    else:
        checkpoint.restore(generator, checkpoint.load(find(source), kind=MODEL_KIND).tensors, source=source)


def part_of(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin with a prefix, without it."""
    return {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def write_text(path: Path, text: str) -> None:
    """Write a small file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.saving")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, path)
