"""Models from a person's own captioned clips, of which the video and the text are all that is known."""

from dataclasses import replace
from pathlib import Path

from textreel.corpora.clips.index import Index
from textreel.corpora.protocol import Window
from textreel.generator.clips import ClipsGeneratorConfig
from textreel.generator.text_encoder import TextEncoderConfig
from textreel.training.configuration import AdversarialConfig, CodesConfig, CorpusConfig, TrainingConfig

SIZES = (32, 64, 128)
EPOCHS = 60
FEWEST_STEPS, MOST_STEPS = 2000, 20_000
PIXELS_A_STEP = 24 * 64 * 64 * 16
LEAST_BATCH, GREATEST_BATCH = 4, 32


def own(shards: Path) -> TrainingConfig:
    """`textreel train own --corpus SHARDS --out runs/own`

    The size of the pictures is the largest of 32, 64 and 128 that the clips have; a step holds as many clips as have
    the pixels of 24 windows of 16 frames of 64x64; the clips are gone through sixty times, in 2,000 steps at least.
    Neither its time nor its scores have been measured yet.
    """
    index = Index.load(shards)
    side = max((size for size in SIZES if size <= index.format.size), default=SIZES[0])
    shortest = min(sample.frames for sample in index.samples)
    frames = 16 if shortest >= 16 else max(4, shortest)
    batch = min(GREATEST_BATCH, max(LEAST_BATCH, PIXELS_A_STEP // (side * side * frames)))
    steps = min(MOST_STEPS, max(FEWEST_STEPS, EPOCHS * len(index.samples) // batch))
    return TrainingConfig(
        recipe="own",
        generator=ClipsGeneratorConfig(
            fps=index.format.fps, size=side, text=TextEncoderConfig(features=96, prototypes=512)
        ),
        corpus=CorpusConfig(name="clips", folder=str(shards)),
        adversarial=AdversarialConfig(
            judges=("frame", "motion"), start_step=steps // 4, ramp_steps=steps // 8
        ),
        codes=CodesConfig(),
        window=Window(frames=frames, shown=tuple(range(frames)), longest_start_seconds=0.0),
        side=side,
        batch=batch,
        steps=steps,
        reading_steps=0,
        place_steps=0,
        subject_steps=0,
        word_disturbance=0.2,
    )


def shapes(shards: Path) -> TrainingConfig:
    """`textreel train shapes --corpus runs/corpora/shapes --out runs/shapes`: one shape moves up or to the left."""
    return named("shapes", own(shards))


def actions(shards: Path) -> TrainingConfig:
    """`textreel train actions --corpus runs/corpora/actions --out runs/actions`: nine people, four actions."""
    return named("actions", own(shards))


def named(recipe: str, config: TrainingConfig) -> TrainingConfig:
    """The same options under another recipe's name."""
    return replace(config, recipe=recipe)


RECIPES_OF_CLIPS = {"own": own, "shapes": shapes, "actions": actions}
"""Recipes that begin with a folder of shards, by name."""
