"""Bouncing digits with the annotations of their corpus; see recipes/own.py for learning from clips alone."""

from dataclasses import replace

from textreel.corpora.digits.handwriting import COMPONENTS
from textreel.corpora.digits.protocol import CLASSES
from textreel.corpora.protocol import Window
from textreel.generator.beliefs import AttributeClasses
from textreel.generator.layered import LayeredGeneratorConfig
from textreel.nn.text_encoder import TextEncoderConfig
from textreel.training.configuration import AdversarialConfig, CorpusConfig, LayerWeights, TrainingConfig


def digits() -> TrainingConfig:
    """`textreel train digits --out runs/digits`: one digit, with annotations."""
    return TrainingConfig(
        recipe="digits",
        generator=LayeredGeneratorConfig(
            fps=10,
            size=64,
            text=TextEncoderConfig(features=96, prototypes=256),
            classes=AttributeClasses(slots=dict(CLASSES)),
            look_entries=COMPONENTS,
            canvas_channels=(32, 32, 32, 32),
            sprite_channels=(128, 128, 96, 64),
            weather_channels=(32, 32),
        ),
        corpus=CorpusConfig(name="digits", digits=(1,)),
        adversarial=AdversarialConfig(start_step=500, ramp_steps=200),
        layers=LayerWeights(canvas=1.0),
        window=Window(longest_start_seconds=0.0),
        side=64,
        batch=32,
        steps=1500,
        reading_steps=300,
        place_steps=50,
        subject_steps=2500,
        subject_batch=32,
        pose_steps=1000,
        pose_batch=64,
        reading_disturbance=0.1,
        word_disturbance=0.1,
        compile=True,
    )


def two_digits() -> TrainingConfig:
    """`textreel train digits-two --out runs/digits-two`: one or two digits, with annotations."""
    return replace(digits(), recipe="digits-two", corpus=CorpusConfig(name="digits", digits=(1, 2)))
