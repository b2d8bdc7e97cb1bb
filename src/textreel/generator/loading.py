"""A generator from the folder of its checkpoint."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

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
    if not isinstance(kind, str) or kind not in GENERATORS:
        raise CheckpointError(
            f"The model in '{folder}' has a generator of the kind {kind!r}; this version knows {', '.join(GENERATORS)}."
        )
    network, config = GENERATORS[kind]
    options: Any = checkpoint.read_config(config, saved.metadata, folder)
    generator = checkpoint.build(lambda: network(options), saved.tensors, source=folder)
    return generator.for_inference(fast_bfloat16=fast_bfloat16(), layout=processor().layout)
