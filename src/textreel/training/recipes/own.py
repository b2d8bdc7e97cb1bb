"""Models from a person's own captioned clips, of which the video and the text are all that is known."""

import itertools
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from textreel.corpora.clips.index import Index
from textreel.corpora.protocol import Window
from textreel.generator.clips import ClipsGeneratorConfig
from textreel.generator.things import ThingsGeneratorConfig
from textreel.language import tokenize
from textreel.nn.text_encoder import TextEncoderConfig
from textreel.training.configuration import (
    AdversarialConfig,
    CodesConfig,
    CorpusConfig,
    LayerWeights,
    TrainingConfig,
)
from textreel.training.forecast import Fact
from textreel.training.machine import Machine

SIZES = (32, 64, 128)
WINDOW_FRAMES, LEAST_FRAMES = 16, 8
SHORT_SHARE = 0.1  # of the clips may be shorter than the window
EPOCHS = 60
MOST_STEPS, LEAST_STEPS = 20_000, 500
FEWEST_STEPS, STEPS_A_WINDOW = 2000, 20  # the first unless there are fewer than a hundred windows
PIXELS_A_STEP = 24 * 64 * 64 * 16  # on the two cores that this was tried on
USUAL_CORES = 2
BATCHES = (32, 24, 16, 12, 8, 6, 4)
BASE_BYTES, BYTES_A_PIXEL = (
    700e6,
    2100.0,
)  # measured in bf16: of a run without clips, of a pixel of its windows
SIDED = ("left", "right", "clockwise", "east", "west", "write", "writing", "letter", "text", "word", "sign")
WORDINGS = 200  # are compared with each other
MEMORY_SHARE = 0.7  # of the free memory is used at most


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """The sizes of a run, and why each is what it is."""

    side: int
    frames: int
    batch: int
    steps: int
    why_side: str
    why_frames: str
    why_batch: str
    why_steps: str


def sizes(index: Index, machine: Machine) -> Sizes:
    """Sizes that fit a corpus and a machine.

    The side is the largest of 32, 64 and 128 that the clips have. A window has 16 frames, or as many as nine in ten
    clips have. A step holds as many clips as have the pixels of 24 windows of 16 frames of 64x64 on two cores or
    more, on one core half of them, and fewer still where memory is short. All windows of the clips are gone through
    sixty times, in 2,000 steps at least; where they are fewer than a hundred, in fewer steps.
    """
    side, why_side = side_of(index)
    frames, why_frames = frames_of(index)
    batch, why_batch = batch_of(side * side * frames, machine)
    steps, why_steps = steps_of(index, frames, batch)
    return Sizes(
        side=side,
        frames=frames,
        batch=batch,
        steps=steps,
        why_side=why_side,
        why_frames=why_frames,
        why_batch=why_batch,
        why_steps=why_steps,
    )


def side_of(index: Index) -> tuple[int, str]:
    """The pictures' height and width, and why."""
    known = ", ".join(map(str, SIZES))
    side = max((size for size in SIZES if size <= index.format.size), default=SIZES[0])
    if side > index.format.size:
        return side, f"the smallest of {known}, and the clips are built at {index.format.size}"
    return side, f"the largest of {known} that the clips have, which are built at {index.format.size}"


def frames_of(index: Index) -> tuple[int, str]:
    """The window's frames, and why."""
    lengths = [sample.frames for sample in index.samples]
    common = int(np.quantile(lengths, SHORT_SHARE, method="lower"))
    if common >= WINDOW_FRAMES:
        return (
            WINDOW_FRAMES,
            f"{WINDOW_FRAMES / index.format.fps:.1f} s of a clip are looked at, each time others",
        )
    return max(LEAST_FRAMES, common), "nine in ten clips have as many"


def batch_of(pixels: int, machine: Machine) -> tuple[int, str]:
    """The clips of a step whose windows have so many pixels each, and why."""
    cores = 1.0 if machine.cuda else min(1.0, machine.cores / USUAL_CORES)
    quick = fitting(PIXELS_A_STEP * cores / pixels)
    roomy = fitting((machine.free_bytes * MEMORY_SHARE - BASE_BYTES) / (BYTES_A_PIXEL * pixels))
    if roomy < quick:
        return roomy, "more would fill the memory"
    if cores < 1:
        return quick, "one core takes long enough for these"
    return quick, "so many make even steps, and more would take longer"


def fitting(count: float) -> int:
    """The largest of the usual batches that is no larger; at least the smallest."""
    return next((batch for batch in BATCHES if batch <= count), BATCHES[-1])


def steps_of(index: Index, frames: int, batch: int) -> tuple[int, str]:
    """How many steps of so many windows of so many frames, and why."""
    windows = sum(max(1, sample.frames // frames) for sample in index.samples)
    fewest = min(FEWEST_STEPS, max(LEAST_STEPS, STEPS_A_WINDOW * windows))
    wanted = EPOCHS * windows // batch
    if wanted > MOST_STEPS:
        return MOST_STEPS, "clips enough for the longest run"
    if wanted >= fewest:
        return wanted, f"all there is to see is seen {EPOCHS} times"
    few = "; more would learn these few clips by heart" if fewest < FEWEST_STEPS else ""
    return fewest, f"all there is to see is seen {fewest * batch // windows:,} times{few}"


def own(shards: Path, machine: Machine | None = None) -> TrainingConfig:
    """`textreel train own --corpus SHARDS --out runs/own`: sizes are chosen by :func:`sizes`.

    `textreel train own --corpus SHARDS --estimate` says how long that takes. It learns in the proportions in which
    :func:`actions` was measured.

    Args:
        shards: what `textreel corpus build` made.
        machine: to fit the sizes to; None for this one.
    """
    index = Index.load(shards)
    chosen = sizes(index, machine or Machine.here())
    return TrainingConfig(
        recipe="own",
        generator=ClipsGeneratorConfig(
            fps=index.format.fps,
            size=chosen.side,
            text=TextEncoderConfig(features=96, prototypes=512),
            channels=(128, 96, 64, 64),
        ),
        corpus=CorpusConfig(name="clips", folder=str(shards), mirror=looks_the_same_mirrored(index)),
        adversarial=AdversarialConfig(
            judges=("frame", "motion"),
            weight=0.2,
            start_step=chosen.steps * 5 // 8,
            ramp_steps=chosen.steps // 8,
            mismatch_weight=AdversarialConfig.mismatch_weight if says_different_things(index) else 0.0,
        ),
        # Motion that costs something from the first step on is never learned: the mean of all motions comes first.
        codes=CodesConfig(
            content_weight=0.01,
            motion_weight=0.02,
            hold_steps=chosen.steps * 3 // 16,
            warmup_steps=chosen.steps * 3 // 8,
            painted_every=max(1, chosen.frames // 4),
        ),
        window=Window(frames=chosen.frames, shown=tuple(range(chosen.frames)), longest_start_seconds=0.0),
        side=chosen.side,
        batch=chosen.batch,
        steps=chosen.steps,
        final_learning_rate=5e-5,
        reading_steps=0,
        place_steps=0,
        subject_steps=0,
        pose_steps=0,
        word_disturbance=0.2,
    )


def says_different_things(index: Index) -> bool:
    """Whether a caption of one clip can be wrong for another; where none can, judges must not learn from wrong ones."""
    wordings = list({sample.captions: set(sample.captions) for sample in index.samples}.values())
    return any(one.isdisjoint(other) for one, other in itertools.combinations(wordings[:WORDINGS], 2))


def looks_the_same_mirrored(index: Index) -> bool:
    """Whether no caption names a side, so that it stays true of a clip in a mirror."""
    words = {word for sample in index.samples for caption in sample.captions for word in tokenize(caption)}
    return not any(side in word for word in words for side in SIDED)


def shapes(shards: Path, machine: Machine | None = None) -> TrainingConfig:
    """`textreel train shapes --corpus runs/corpora/shapes --out runs/shapes`: one shape moves up or to the left.

    What moves there moves as a whole before a plain ground: the generator of things. Twelve minutes on one core; of 256
    films all move as asked, average content distance 0.38 (real clips: 99.6 % and 0.31). On the last
    sheet colours and sizes differ as real ones do; circles come out as squares with round corners.
    """
    config = own(shards, machine)
    assert isinstance(config.generator, ClipsGeneratorConfig)
    return replace(
        config,
        recipe="shapes",
        generator=ThingsGeneratorConfig(
            fps=config.generator.fps,
            size=config.side,
            text=config.generator.text,
            reach=0.375,
            whole_pixels=True,
        ),
        # A shape is a hundredth of the picture: at the usual weight its colour says less than its divergence costs.
        layers=LayerWeights(frames=100.0, poses=16.0),
        adversarial=replace(config.adversarial, weight=0.05, start_step=680, ramp_steps=10),
        codes=CodesConfig(
            distance="squared",
            content_weight=0.003,
            motion_weight=0.02,
            warmup_steps=350,
            unseen_steps=100,
            led_steps=300,
            painted_every=3,
        ),
        window=Window(frames=24, shown=tuple(range(24)), longest_start_seconds=0.0),
        batch=24,
        steps=700,
        final_learning_rate=3e-5,
        word_disturbance=0.1,
    )


def actions(shards: Path, machine: Machine | None = None) -> TrainingConfig:
    """`textreel train actions --corpus runs/corpora/actions --out runs/actions`: nine people, four actions.

    52 minutes on one core. Of 128 films the asked action is recognised in 90.6 % (waving one hand in 62 %, the others
    in all; of real clips, by judges that never saw the person, in 100 %), and films of one action differ from each
    other as much as real ones: 1.05 by EfficientNet-Lite0, 0.79 by 8x8 pixels.
    """
    config = own(shards, machine)
    return replace(
        config,
        recipe="actions",
        codes=replace(config.codes, hold_steps=300, warmup_steps=600),
        adversarial=replace(config.adversarial, start_step=1000, ramp_steps=200),
        batch=16,
        steps=1600,
    )


def reasons(index: Index, machine: Machine, config: TrainingConfig) -> dict[str, str]:
    """Why the sizes of a run are what they are, by name; a size that was asked for needs no other reason."""
    chosen = sizes(index, machine)
    given = {
        "pictures": (config.side == chosen.side, chosen.why_side),
        "window": (config.window.frames == chosen.frames, chosen.why_frames),
        "batch": (config.batch == chosen.batch, chosen.why_batch),
        "steps": (config.steps == chosen.steps, chosen.why_steps),
    }
    return {name: why if ours else "as asked" for name, (ours, why) in given.items()}


def clips_fact(index: Index, learned: int, held_out: int) -> Fact:
    """How many clips there are to learn from."""
    counts = index.counts
    words = f"{counts['captions']} captions, {counts['words']} words"
    apart = f"{held_out} more are held out" if held_out else "none is held out"
    return Fact(name="clips", value=f"{learned} to learn from", why=f"{apart}; {words}")


RECIPES_OF_CLIPS = {"own": own, "shapes": shapes, "actions": actions}
"""Recipes that begin with a folder of shards, by name."""
