"""What is learned from any corpus that composes its clips: to read what captions ask for."""

import numpy as np
from lightning_fabric import Fabric
from torch import Tensor

from textreel.corpora.protocol import ComposedCorpus
from textreel.training.chance import ClipChance
from textreel.training.configuration import TrainingConfig
from textreel.training.objectives.base import Lesson, Moment, Objective
from textreel.training.processes import share_of
from textreel.training.reading import DisturbedWords, reading_loss

READERS = 1_000_000  # keeps the chance of captions that are only read apart from that of clips


class ComposedObjective(Objective):
    """A generator that learns from captions whose attributes are known."""

    corpus: ComposedCorpus

    def __init__(
        self, config: TrainingConfig, corpus: ComposedCorpus, words: DisturbedWords, fabric: Fabric
    ) -> None:
        super().__init__(config, corpus, words, fabric)

    def lessons(self) -> tuple[Lesson, ...]:
        return (self.reading_lesson(),)

    def reading_lesson(self) -> Lesson:
        """Learn to read before learning to paint: captions alone, their attributes as the answer.

        Every process reads the same captions.
        """
        return Lesson(
            name="reading",
            steps=self.config.reading_steps,
            clips=self.config.reading_batch,
            parameters=list(self.generator.parameters()),
            loss=self.read_captions,
        )

    def read_captions(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The loss of one step of reading."""
        config = self.config
        chance = np.random.default_rng([config.seed, step, READERS])
        captions, said = self.corpus.readings(chance, config.reading_batch, "train")
        chances = ClipChance.of(config.seed, step, range(READERS, READERS + config.reading_batch))
        encoding = self.generator.encode(*self.words(captions, chances, config.reading_disturbance))
        contexts, _ = self.generator.read(encoding)
        loss, right, asked = reading_loss(
            self.generator.reader, self.generator.config.classes, contexts, said
        )
        return loss, {"reading/right": right / max(1, asked)}

    def reading_loss(self, moment: Moment, contexts: Tensor) -> Tensor:
        """What the contexts must go on to hold while painting; see textreel.training.reading."""
        classes, said = self.generator.config.classes, moment.batch.said
        loss, right, asked = reading_loss(self.generator.reader, classes, contexts, said)
        moment.numbers["reading/right"] = share_of(self.fabric, asked) * right / max(1, asked)
        value: Tensor = self.config.layers.reading * loss
        return value
