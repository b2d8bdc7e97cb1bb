"""A generator from the folder of its checkpoint."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from textreel import checkpoint
from textreel.errors import CheckpointError
from textreel.generator.base import Generator
from textreel.generator.clips import ClipsGenerator, ClipsGeneratorConfig
from textreel.generator.layered import LayeredGenerator, LayeredGeneratorConfig
from textreel.generator.plain import PlainGenerator, PlainGeneratorConfig
from textreel.generator.things import ThingsGenerator, ThingsGeneratorConfig
from textreel.nn.processor import fast_bfloat16, processor

GENERATORS: dict[str, tuple[Callable[[Any], Generator[Any]], type]] = {
    "layered": (LayeredGenerator, LayeredGeneratorConfig),
    "clips": (ClipsGenerator, ClipsGeneratorConfig),
    "things": (ThingsGenerator, ThingsGeneratorConfig),
    "plain": (PlainGenerator, PlainGeneratorConfig),
}


def load_generator(folder: str | Path) -> Generator[Any]:
    """The generator in a folder, ready to make films.

    Raises:
        CheckpointError: the files are missing, broken, or of a kind that this version does not know.
    """
    saved = checkpoint.load(folder, kind="generator")
    kind = saved.metadata.get("generator")
    if kind not in GENERATORS:
        raise CheckpointError(
            f"The model in '{folder}' has a generator of the kind {kind!r}; this version knows {', '.join(GENERATORS)}."
        )
    network, config = GENERATORS[kind]
    generator = network(read_config(config, saved.metadata["config"], folder))
    checkpoint.restore(generator, saved.tensors, source=folder)
    return generator.for_inference(fast_bfloat16=fast_bfloat16(), layout=processor().layout)


def read_config(kind: type, values: dict[str, Any], source: str | Path) -> Any:
    """A configuration from JSON values; unknown options are refused."""
    known = {part.name for part in fields(kind)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise CheckpointError(
            f"The model in '{source}' has an option {unknown[0]!r} that this version does not know."
        )
    hints = get_type_hints(kind)
    converted = {}
    for name, value in values.items():
        if is_dataclass(hints[name]):
            value = read_config(hints[name], value, source)
        elif isinstance(value, dict):
            value = {key: tuple(values) for key, values in value.items()}
        converted[name] = tuple(value) if isinstance(value, list) else value
    return kind(**converted)
