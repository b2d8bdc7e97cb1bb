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
from textreel.generator.world.loading import load_world
from textreel.nn.processor import fast_bfloat16, processor

Load = Callable[[Path, checkpoint.Checkpoint], Generator[Any]]


def in_one_file(network: Callable[[Any], Generator[Any]], config: type) -> Load:
    """A kind whose weights are all in one file."""

    def load(folder: Path, saved: checkpoint.Checkpoint) -> Generator[Any]:
        options: Any = checkpoint.read_config(config, saved.metadata, folder)
        return checkpoint.build(lambda: network(options), saved.tensors, source=folder)

    return load


GENERATORS: dict[str, Load] = {
    "world": load_world,
    "layered": in_one_file(LayeredGenerator, LayeredGeneratorConfig),
    "clips": in_one_file(ClipsGenerator, ClipsGeneratorConfig),
    "things": in_one_file(ThingsGenerator, ThingsGeneratorConfig),
    "plain": in_one_file(PlainGenerator, PlainGeneratorConfig),
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
    generator = GENERATORS[kind](Path(folder), saved)
    return generator.for_inference(fast_bfloat16=fast_bfloat16(), layout=processor().layout)
