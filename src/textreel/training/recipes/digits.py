"""Bouncing digits: one or two in a clip, with what their corpus knows of its clips or from video and text alone."""

from dataclasses import replace

from textreel.corpora.protocol import Window
from textreel.generator.things import ThingsGeneratorConfig
from textreel.nn.text_encoder import TextEncoderConfig
from textreel.training.configuration import AdversarialConfig, CodesConfig, CorpusConfig, TrainingConfig

FRAMES = 16


def digits() -> TrainingConfig:
    """`textreel train digits --out runs/digits`: the shipped `digits` model, with annotations."""
    return TrainingConfig(
        recipe="digits",
        generator=ThingsGeneratorConfig(
            fps=10, size=64, text=TextEncoderConfig(features=96, prototypes=256, layers=1), things=2
        ),
        corpus=CorpusConfig(name="digits", digits=(1, 2)),
        adversarial=AdversarialConfig(judges=("frame", "motion"), start_step=900, ramp_steps=200),
        codes=CodesConfig(
            distance="squared",
            content_weight=0.008,
            motion_weight=0.001,
            warmup_steps=300,
            led_steps=500,
            painted_every=4,
        ),
        window=Window(frames=FRAMES, shown=tuple(range(FRAMES)), longest_start_seconds=0.0),
        side=64,
        batch=32,
        steps=1200,
        reading_steps=0,
        place_steps=0,
        subject_steps=0,
        pose_steps=0,
        word_disturbance=0.1,
    )


def digits_alone() -> TrainingConfig:
    """`textreel train digits-alone --out runs/digits-alone`: the same from video and text alone."""
    config = digits()
    return replace(config, recipe="digits-alone", codes=replace(config.codes, annotations=False))
