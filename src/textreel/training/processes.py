"""Where a run computes: the device, the precision, and the processes that share its batches."""

import os
import shutil
from collections.abc import Iterable
from typing import Literal, cast

import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments import TorchElasticEnvironment
from torch import Tensor, nn

from textreel.errors import TrainingError
from textreel.nn.processor import fast_bfloat16


def make_fabric(precision: str) -> Fabric:
    """One process, or the many that torchrun started on one machine or several; CUDA where there is one.

    `auto` precision is bf16-mixed where the processor multiplies bfloat16 fast, else 32-true.
    """
    if precision == "auto":
        precision = "bf16-mixed" if fast_bfloat16() else "32-true"
    if not TorchElasticEnvironment.detect():
        fabric = Fabric(devices=1, precision=precision)  # type: ignore[arg-type]
    else:
        world, here = int(os.environ["WORLD_SIZE"]), int(os.environ["LOCAL_WORLD_SIZE"])
        cuda = torch.cuda.device_count() >= here
        fabric = Fabric(
            accelerator="cuda" if cuda else "cpu",
            strategy="ddp",
            devices=here,
            num_nodes=world // here,
            precision=precision,  # type: ignore[arg-type]
        )
    fabric.launch()
    return fabric


def require_compiler(device: torch.device) -> None:
    """torch.compile writes C++ for processors.

    Raises:
        TrainingError: there is no compiler.
    """
    if device.type == "cpu" and shutil.which(os.environ.get("CXX", "g++")) is None:
        raise TrainingError(
            "The option compile needs a C++ compiler and this machine has none: install g++ (or name one in the "
            "variable CXX), or train without, a third slower, with --set compile=false."
        )


def reduce(fabric: Fabric, values: Tensor, operation: Literal["mean", "sum"]) -> Tensor:
    """The mean or the sum of a tensor over the processes."""
    return cast(Tensor, fabric.all_reduce(values.to(fabric.device), reduce_op=operation))


def mean_of_numbers(fabric: Fabric, numbers: dict[str, float]) -> dict[str, float]:
    """The mean of each number over the processes."""
    if fabric.world_size == 1:
        return numbers
    means = reduce(fabric, torch.tensor(list(numbers.values()), dtype=torch.float64), "mean")
    return dict(zip(numbers, means.tolist(), strict=True))


def average_gradients(fabric: Fabric, parameters: Iterable[nn.Parameter]) -> None:
    """Mean over the processes, in one message: two processes train like one with the double batch."""
    if fabric.world_size == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = reduce(fabric, torch.cat([gradient.flatten() for gradient in gradients]), "mean")
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view(gradient.shape))


def gather(fabric: Fabric, values_BX: Tensor) -> Tensor:
    """The rows of all processes, in the order of the whole batch."""
    if fabric.world_size == 1:
        return values_BX
    whole = values_BX.new_zeros(fabric.world_size, *values_BX.shape)
    whole[fabric.global_rank] = values_BX
    return reduce(fabric, whole, "sum").flatten(0, 1)


def share_of(fabric: Fabric, count: int) -> float:
    """This process's count over the mean count of the processes.

    A loss that is a mean over `count` things is multiplied by it, so that the mean over the processes is the mean over
    the things of the whole batch.
    """
    if fabric.world_size == 1:
        return 1.0
    return count / reduce(fabric, torch.tensor(float(count)), "mean").item()


def any_of(fabric: Fabric, asked: bool) -> bool:
    """Whether any process answers true: all of them stop at the same step."""
    if fabric.world_size == 1:
        return asked
    return reduce(fabric, torch.tensor(float(asked)), "sum").item() > 0
