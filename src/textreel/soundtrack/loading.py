"""A sound model from the folder of its checkpoint."""

from pathlib import Path

from textreel import checkpoint
from textreel.errors import CheckpointError
from textreel.soundtrack.generator import SoundGenerator, SoundGeneratorConfig


def load_sound_generator(folder: str | Path) -> SoundGenerator:
    """The generator of sound in a folder, ready to be heard.

    Raises:
        CheckpointError: the files are missing or broken, or hold another kind of generator.
    """
    saved = checkpoint.load(folder, kind="generator")
    if saved.metadata.get("generator") != "sound":
        raise CheckpointError(
            f"The model in '{folder}' makes no sound: name one that `textreel train sounds` made."
        )
    options = checkpoint.read_config(SoundGeneratorConfig, saved.metadata, folder)
    generator = checkpoint.build(lambda: SoundGenerator(options), saved.tensors, source=folder)
    return generator.requires_grad_(False).eval()
