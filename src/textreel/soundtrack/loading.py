"""A sound model from the folder of its checkpoint."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from textreel import checkpoint
from textreel.errors import CheckpointError
from textreel.nn.text_encoder import TextEncoderConfig
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
    generator = SoundGenerator(read_config(saved.metadata["config"], folder))
    checkpoint.restore(generator, saved.tensors, source=folder)
    return generator.requires_grad_(False).eval()


def read_config(values: dict[str, Any], source: str | Path) -> SoundGeneratorConfig:
    """A configuration from JSON values; unknown options are refused."""
    unknown = sorted(set(values) - {part.name for part in fields(SoundGeneratorConfig)})
    if unknown:
        raise CheckpointError(
            f"The model in '{source}' has an option {unknown[0]!r} that this version does not know."
        )
    text = TextEncoderConfig(**values["text"])
    return SoundGeneratorConfig(**{**values, "text": text, "dilations": tuple(values["dilations"])})
