"""The options of a judge's training, and its recipes."""

from bisect import bisect_right
from dataclasses import dataclass, field

from textreel.evaluation.bench import PLACES_SEED, PLACES_VARIATIONS
from textreel.evaluation.judge import JudgeShape
from textreel.training.configuration import CorpusConfig, require


@dataclass(frozen=True, kw_only=True)
class JudgeConfig:
    """The options of a judge's training."""

    shape: JudgeShape = field(default_factory=JudgeShape)
    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    validation: CorpusConfig = field(
        default_factory=lambda: CorpusConfig(seed=PLACES_SEED, variations=PLACES_VARIATIONS)
    )
    seed: int = 0
    steps: int = 9800
    batch: int = 32
    glance_steps: int = 1500  # the first of the steps: single pictures of a subject, close up
    glance_batch: int = 192
    course_steps: int = 1000  # after these: ways of subjects and cameras, nothing painted
    course_batch: int = 256
    alone_steps: int = 500  # near the end: whole clips with little help, at a fifth of the learning rate
    review_steps: int = 5000  # the last of the steps: what moves, from ways that it has found itself and kept
    review_clips: int = 19200  # whose ways it keeps for that, and those of their mirror images
    review_batch: int = 256
    late_share: float = 0.5  # of the ways and clips that are learned to be read, late in a film
    going_share: float = 0.3  # of these, with subjects that all go one way
    meeting_share: float = 0.2  # and with two who come towards each other
    learning_rate: float = 2e-3
    final_learning_rate: float = 2e-5  # reached at the last step along half a cosine
    warmup_steps: int = 100
    unseen_share: float = 0.3  # of clips that hold a combination kept out of the generator's training
    spelling_out: float = 0.5  # how often an attribute that a scene leaves open is given a value all the same
    blurred_share: float = 0.3  # of clips that are seen a little out of focus
    helped_share: float = 0.7  # of clips whose subjects are shown to the judge, not to be found by it
    helped_share_alone: float = 0.2  # the same in the last steps
    precision: str = "auto"  # as in TrainingConfig
    validation_clips: int = 512
    validate_every: int = 400
    checkpoint_every: int = 200

    def __post_init__(self) -> None:
        shortest = self.glance_steps + self.course_steps + self.alone_steps + self.review_steps
        require(self.steps >= max(1, shortest), "steps", f"at least {max(1, shortest)}", self.steps)
        require(self.batch >= 2, "batch", "at least 2", self.batch)
        require(self.validation_clips >= 1, "validation_clips", "at least 1", self.validation_clips)

    @property
    def lesson_starts(self) -> tuple[int, ...]:
        """The steps at which glances, courses, whole clips, whole clips alone and the review begin."""
        return (
            0,
            self.glance_steps,
            self.glance_steps + self.course_steps,
            self.steps - self.review_steps - self.alone_steps,
            self.steps - self.review_steps,
        )

    def lesson_at(self, step: int) -> int:
        """The number of the lesson that a step belongs to."""
        return bisect_right(self.lesson_starts, step) - 1


def judge() -> JudgeConfig:
    """`textreel train judge --out runs/judge`: 1.1 hours for four lessons, and then the review."""
    return JudgeConfig()


def judge_tiny() -> JudgeConfig:
    """A judge of toy size on packaged subjects, for tests; seconds."""
    toy = CorpusConfig(variations=1, subjects=("lion", "cat"))
    return JudgeConfig(
        shape=JudgeShape(
            side=32,
            channels=(16, 16, 16, 16),
            glimpse=16,
            glimpse_channels=(16, 16, 16, 16),
            queries=2,
            features=32,
        ),
        corpus=toy,
        validation=toy,
        steps=5,
        batch=4,
        glance_steps=1,
        glance_batch=4,
        course_steps=1,
        course_batch=4,
        alone_steps=1,
        review_steps=1,
        review_clips=4,
        review_batch=4,
        warmup_steps=1,
        validation_clips=4,
        validate_every=2,
        checkpoint_every=2,
    )
