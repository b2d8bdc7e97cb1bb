"""The shipped `sounds` model, and a tiny one for tests."""

from dataclasses import replace
from pathlib import Path

from textreel.nn.text_encoder import TextEncoderConfig
from textreel.soundtrack import SoundGeneratorConfig
from textreel.training.configuration import AdversarialConfig, CorpusConfig, SoundsConfig, TrainingConfig


def sounds() -> TrainingConfig:
    """`textreel train sounds --out runs/sounds`: every kind of the corpus `sounds`."""
    return TrainingConfig(
        recipe="sounds",
        generator=SoundGeneratorConfig(),
        corpus=CorpusConfig(name="sounds"),
        adversarial=AdversarialConfig(
            judges=("spectrogram", "waveform"),
            weight=0.05,
            start_step=300,
            ramp_steps=300,
            r1_gamma=0.1,
            r2_gamma=0.1,
        ),
        sounds=SoundsConfig(vocoder_steps=500, imagining_steps=4000),
        steps=2500,
        batch=12,
        learning_rate=1e-3,
        final_learning_rate=1e-4,
        reading_steps=0,
        disturbed_words=0.3,
        word_disturbance=0.4,
        sheet_every=500,
    )


def own_sounds(source: Path) -> TrainingConfig:
    """`textreel train own-sounds --corpus SHARDS --out runs/heard`: from recordings, or from the sound of own clips.

    SHARDS is what `textreel corpus build` makes, or a folder with sound files in folders named after what is heard.
    """
    return replace(
        sounds(),
        recipe="own-sounds",
        corpus=CorpusConfig(name="own-sounds", folder=str(source)),
        sounds=SoundsConfig(vocoder_steps=200, imagining_steps=1500),
        adversarial=replace(sounds().adversarial, start_step=100, ramp_steps=200),
        steps=2000,
    )


def sounds_tiny() -> TrainingConfig:
    """`textreel train sounds-tiny --out runs/sounds-tiny`: a network of toy size on kinds that need no recording."""
    return replace(
        sounds(),
        recipe="sounds-tiny",
        corpus=CorpusConfig(name="sounds", kinds=("rain", "ball")),
        generator=SoundGeneratorConfig(
            text=TextEncoderConfig(features=16, prototypes=32, layers=1, heads=2),
            condition=16,
            channels=16,
            dilations=(1, 4),
            vocoder_channels=16,
            vocoder_blocks=1,
        ),
        sounds=SoundsConfig(vocoder_steps=2, imagining_steps=2, lesson_batch=2),
        steps=4,
        batch=2,
        checkpoint_every=2,
        sheet_every=100,
    )
