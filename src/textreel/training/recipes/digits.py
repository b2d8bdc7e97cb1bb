"""Bouncing digits: one or two in a clip, with what their corpus knows of its clips or from video and text alone."""

from dataclasses import replace

from textreel.corpora.protocol import Window
from textreel.generator.things import ThingsGeneratorConfig
from textreel.nn.text_encoder import TextEncoderConfig
from textreel.training.configuration import AdversarialConfig, CodesConfig, CorpusConfig, TrainingConfig

FRAMES = 16


def digits() -> TrainingConfig:
    """`textreel train digits --out runs/digits`: one or two digits, with what the corpus knows of where they are.

    1,500 steps took 32 minutes on one core. The shipped model had 2,010 in three runs (MODEL_CARD.md): of pairs of
    digit and motion held out of training 98 % of single digits are right, and 92 % of films of two.
    """
    return TrainingConfig(
        recipe="digits",
        generator=ThingsGeneratorConfig(
            fps=10, size=64, text=TextEncoderConfig(features=96, prototypes=256, layers=1), things=2
        ),
        corpus=CorpusConfig(name="digits", digits=(1, 2)),
        adversarial=AdversarialConfig(judges=("frame", "motion"), start_step=1440, ramp_steps=20),
        codes=CodesConfig(
            distance="squared",
            content_weight=0.008,
            motion_weight=0.004,
            warmup_steps=300,
            sharp_steps=300,
            led_steps=500,
            painted_every=4,
        ),
        window=Window(frames=FRAMES, shown=tuple(range(FRAMES)), longest_start_seconds=0.0),
        side=64,
        batch=32,
        steps=1500,
        final_learning_rate=3e-5,
        reading_steps=0,
        place_steps=0,
        subject_steps=0,
        pose_steps=0,
        word_disturbance=0.1,
    )


def digits_alone() -> TrainingConfig:
    """`textreel train digits-alone --out runs/digits-alone`: the same from video and text alone.

    Where the digits are, how many, and which of them a word means is found by itself. In 36 minutes on one core it came
    to step 972; of pairs of digit and motion held out of training 99.0 % of single digits are right then, and 80.5 % of
    films of two (n = 200 each).
    """
    config = digits()
    codes = replace(
        config.codes,
        annotations=False,
        unseen_steps=120,
        single_steps=300,
        led_steps=400,
        motion_weight=0.01,
    )
    adversarial = replace(config.adversarial, start_step=980)
    return replace(config, recipe="digits-alone", codes=codes, adversarial=adversarial, steps=1000)
