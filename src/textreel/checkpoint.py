"""A model's or a run's numbers on disk: safetensors + JSON, written aside and renamed, never unpickled.

A checkpoint is a folder with ``<stem>.safetensors`` and ``<stem>.json``. The metadata lies in the header of the
safetensors file, so that weights and metadata change together in one rename; the JSON beside it is the copy
that people read, and may lag behind when a machine stops between the two renames.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from textreel.documents import MODEL_LIMITS, Document, convert, read_json
from textreel.errors import CheckpointError

FORMAT = "textreel"
VERSION = 1
DEFAULT_STEM = "model"
Module = TypeVar("Module", bound=nn.Module)
Config = TypeVar("Config")


@dataclass(frozen=True, kw_only=True, eq=False)
class Checkpoint:
    """What a checkpoint holds.

    Attributes:
        tensors: by name; what was stored as float16 comes back as float32.
        metadata: the JSON object that was saved with them.
        kind: what the numbers are, such as ``generator`` or ``training``.
        weights_hash: SHA-256 over the stored tensors, in hexadecimal; the metadata does not change it.
    """

    tensors: dict[str, Tensor] = field(repr=False)
    metadata: dict[str, Any]
    kind: str
    weights_hash: str


def save(
    path: str | Path,
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, Any],
    *,
    kind: str,
    half: bool = False,
) -> str:
    """Save tensors and metadata, all or nothing, and return the weights' hash.

    Args:
        path: a folder (made where it is missing), or a file that ends in .safetensors.
        tensors: by name, on any device.
        metadata: anything that JSON can hold.
        kind: what the numbers are; ``load`` asks for it again.
        half: store floating-point tensors as float16, at half the size; they load as float32.

    Raises:
        CheckpointError: the place cannot be written, or a number does not fit into float16.
    """
    weights_file = _weights_file(Path(path))
    stored = {name: _stored(name, tensor, half) for name, tensor in tensors.items()}
    digest = weights_hash(stored)
    header = {
        "format": FORMAT,
        "version": str(VERSION),
        "kind": kind,
        "half": json.dumps(half),
        "weights_hash": digest,
        "metadata": json.dumps(dict(metadata)),
    }
    readable = {**metadata, "format": FORMAT, "version": VERSION, "kind": kind, "weights_hash": digest}
    try:
        weights_file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=weights_file.parent, prefix=".saving-") as room:
            aside = Path(room) / weights_file.name
            save_file(stored, aside, metadata=header)
            aside_json = aside.with_suffix(".json")
            aside_json.write_text(json.dumps(readable, indent=2) + "\n", encoding="utf-8")
            shutil.copymode(aside_json, aside)  # safetensors makes files that only their owner may read
            _move_into_place(aside, weights_file)
            _move_into_place(aside_json, weights_file.with_suffix(".json"))
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"The checkpoint '{path}' could not be written: {error}.") from error
    return digest


def load(path: str | Path, *, kind: str | None = None, device: str | torch.device = "cpu") -> Checkpoint:
    """Load a checkpoint and prove that it is whole.

    Args:
        path: the folder or the .safetensors file that ``save`` was given.
        kind: refuse any other kind of checkpoint.
        device: where the tensors shall lie.

    Raises:
        CheckpointError: nothing is there, or it is truncated, changed, foreign, newer than this version of
            textreel, or of another kind. The message says which.
    """
    weights_file = _weights_file(Path(path))
    if not os.path.isfile(weights_file):
        raise CheckpointError(f"No checkpoint at '{path}': '{weights_file.name}' is not there.")
    header, stored = _read(weights_file, device)
    _check_header(header, weights_file, kind)
    source = f"The metadata of the checkpoint '{weights_file}'"
    document = read_json(header["metadata"], source=source, limits=MODEL_LIMITS, error=CheckpointError)
    metadata = convert(document, dict[str, Any])
    digest = weights_hash(stored)
    if digest != header.get("weights_hash"):
        raise CheckpointError(
            f"The checkpoint '{weights_file}' is damaged: its weights are not those that were saved."
        )
    if header.get("half") == "true":
        stored = {name: _widened(tensor) for name, tensor in stored.items()}
    return Checkpoint(tensors=stored, metadata=metadata, kind=header["kind"], weights_hash=digest)


def build(make: Callable[[], Module], tensors: Mapping[str, Tensor], *, source: str | Path) -> Module:
    """Build a network with these weights; one that they do not fit is refused before it takes any memory.

    Raises:
        CheckpointError: its options are impossible, or the weights are not its own, not numbers, or not finite.
    """
    try:
        with torch.device("meta"):
            _check_fit(make(), tensors, source)
        module = make()
    except (RuntimeError, TypeError, ValueError, ArithmeticError, LookupError, AssertionError) as error:
        reason = " ".join(str(error).split())
        raise CheckpointError(
            f"The options of the model '{source}' describe no network: {reason}."
        ) from error
    wrong = next((name for name, tensor in tensors.items() if not torch.isfinite(tensor).all()), None)
    if wrong is not None:
        raise CheckpointError(f"The model '{source}' is broken: '{wrong}' holds numbers that are not finite.")
    module.load_state_dict(dict(tensors))
    return module


def restore(module: nn.Module, tensors: Mapping[str, Tensor], *, source: str | Path) -> None:
    """Put tensors into a module, every one of them and no other.

    Raises:
        CheckpointError: a tensor is missing, left over or of another shape or type; ``source`` is named in the message.
    """
    _check_fit(module, tensors, source)
    module.load_state_dict(dict(tensors))


def _check_fit(module: nn.Module, tensors: Mapping[str, Tensor], source: str | Path) -> None:
    expected = module.state_dict()
    missing, extra = sorted(expected.keys() - tensors.keys()), sorted(tensors.keys() - expected.keys())
    if missing or extra:
        example = f"'{missing[0]}' is missing" if missing else f"'{extra[0]}' has no place in it"
        raise CheckpointError(
            f"The checkpoint '{source}' does not fit this network: {example} "
            f"({len(missing)} missing, {len(extra)} left over)."
        )
    for name, tensor in tensors.items():
        found, needed = ((each.dtype, [*each.shape]) for each in (tensor, expected[name]))
        if found != needed:
            raise CheckpointError(
                f"The checkpoint '{source}' does not fit this network: '{name}' is {found[0]} {found[1]}, "
                f"and {needed[0]} {needed[1]} is needed."
            )


def read_config(kind: type[Config], metadata: Mapping[str, Any], source: str | Path) -> Config:
    """The options of a network as its model's metadata hold them; unknown ones are refused.

    Raises:
        CheckpointError: there are none, or one is unknown or has a value that it cannot have.
    """
    document = Document(
        content=metadata.get("config"), source=f"The options of the model '{source}'", error=CheckpointError
    )
    return convert(document, kind)


def weights_hash(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over names, types, shapes and bytes, in the order of the names."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(flat.view(torch.uint8).numpy().data if flat.numel() else b"")
    return digest.hexdigest()


def _weights_file(path: Path) -> Path:
    return path if path.suffix == ".safetensors" else path / f"{DEFAULT_STEM}.safetensors"


def _stored(name: str, tensor: Tensor, half: bool) -> Tensor:
    tensor = tensor.detach().cpu()
    if not (half and tensor.is_floating_point()):
        return tensor.clone(memory_format=torch.contiguous_format)
    narrow = tensor.to(torch.float16).clone(memory_format=torch.contiguous_format)
    if torch.isinf(narrow).any() and not torch.isinf(tensor).any():
        raise CheckpointError(f"'{name}' holds a number too large for float16: save it without half.")
    return narrow


def _widened(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype == torch.float16 else tensor


def _read(file: Path, device: str | torch.device) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        with safe_open(file, framework="pt", device=str(device)) as opened:
            return opened.metadata() or {}, {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(
            f"The checkpoint '{file}' is truncated or not a safetensors file ({error}): fetch or save it again."
        ) from error


def _check_header(header: Mapping[str, str], file: Path, kind: str | None) -> None:
    if header.get("format") != FORMAT or not header.keys() >= {"version", "kind", "metadata"}:
        raise CheckpointError(f"'{file}' is a safetensors file, but textreel did not write it.")
    if header["version"] != str(VERSION):
        raise CheckpointError(
            f"The checkpoint '{file}' has format version {header['version']}, and this textreel "
            f"reads version {VERSION}: "
            "use the textreel that wrote it, or save it again."
        )
    if kind is not None and header["kind"] != kind:
        raise CheckpointError(f"'{file}' holds a {header['kind']}, and a {kind} is needed here.")


def _move_into_place(aside: Path, target: Path) -> None:
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(aside, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
