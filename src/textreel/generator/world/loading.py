"""The generator `world` from its folder: how it moves is in its own file, its drawings and places in folders beside."""

from pathlib import Path

from textreel import checkpoint
from textreel.generator.world.generator import WorldGenerator, WorldGeneratorConfig
from textreel.generator.world.motions import Motions
from textreel.generator.world.places import PlaceGenerator, PlacesConfig
from textreel.generator.world.subjects import load_subjects
from textreel.language import WordVectors


def load_world(folder: Path, saved: checkpoint.Checkpoint) -> WorldGenerator:
    """The generator of a folder, of which the own file is read already.

    Raises:
        CheckpointError: a part is missing, broken, or holds something else.
    """
    config = checkpoint.read_config(WorldGeneratorConfig, saved.metadata, folder)
    subjects = load_subjects(folder)
    painted = checkpoint.load(folder / "places", kind="places")
    places = checkpoint.read_config(PlacesConfig, painted.metadata, folder / "places")
    return WorldGenerator(
        config,
        subjects=subjects,
        motions=checkpoint.build(lambda: Motions(config.motions), saved.tensors, source=folder),
        places=checkpoint.build(
            lambda: PlaceGenerator(places, subjects.code), painted.tensors, source=folder / "places"
        ),
        vectors=WordVectors.load_default(),
    )
