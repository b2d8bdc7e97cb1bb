"""Dataclasses that hold tensors: change all of them without naming every field."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from torch import Tensor

Record = TypeVar("Record")


def map_tensors(record: Record, change: Callable[[Tensor], Tensor]) -> Record:
    """The same record with every tensor changed, those of records within it too."""

    def changed(value: Any) -> Any:
        if isinstance(value, Tensor):
            return change(value)
        return map_tensors(value, change) if is_dataclass(value) else value

    return replace(record, **{part.name: changed(getattr(record, part.name)) for part in fields(record)})  # type: ignore
