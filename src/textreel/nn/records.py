"""Dataclasses that hold tensors: move them between devices, or put clips together, without naming every field."""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import torch
from torch import Tensor

Record = TypeVar("Record")


def map_tensors(record: Record, change: Callable[[Tensor], Tensor]) -> Record:
    """The same record with every tensor changed, those of records within it too."""

    def changed(value: Any) -> Any:
        if isinstance(value, Tensor):
            return change(value)
        return map_tensors(value, change) if is_dataclass(value) else value

    return replace(record, **{part.name: changed(getattr(record, part.name)) for part in fields(record)})  # type: ignore


def concatenate(records: Sequence[Record]) -> Record:
    """Every tensor concatenated along its first dimension; what is no tensor is the first record's."""

    def joined(values: list[Any]) -> Any:
        if isinstance(values[0], Tensor):
            return torch.cat(values)
        return concatenate(values) if is_dataclass(values[0]) else values[0]

    first = records[0]
    return replace(
        first,  # type: ignore
        **{part.name: joined([getattr(record, part.name) for record in records]) for part in fields(first)},  # type: ignore
    )
