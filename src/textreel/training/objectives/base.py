"""What a kind of generator has to learn: its lessons before the game, and what it is told about every batch."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch.nn.functional as F
from lightning_fabric import Fabric
from torch import Tensor, nn

from textreel.corpora.protocol import Batch, Corpus
from textreel.discriminators import Showing
from textreel.generator import SentenceGenerator
from textreel.language import WordVectors
from textreel.training.chance import ClipChance
from textreel.training.configuration import TrainingConfig
from textreel.training.contact_sheet import save_contact_sheet
from textreel.training.reading import DisturbedWords


@dataclass(frozen=True)
class Painted:
    """What the generator made of a batch: what the judges see, and its own losses by name (weighted)."""

    showing: Showing
    losses: dict[str, Tensor]


@dataclass
class Moment:
    """One step's material, passed from phase to phase; this process's part of the batch.

    words, wrong_words: word vectors [B, L, D] and mask [B, L] of the right and the wrong captions
    real: the clips as the judges see them; painted: what the generator made of them in its turn
    game: weight of the adversarial term at this step; numbers: what the step tells about itself
    """

    step: int
    batch: Batch
    words: tuple[Tensor, Tensor]
    wrong_words: tuple[Tensor, Tensor]
    real: Showing
    chance: ClipChance
    game: float
    painted: Painted | None = None
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """Something learned before the first step of the game, so many steps of it.

    loss(step) answers the scalar to make smaller and numbers to report; clips is how many a step sees.
    """

    name: str
    steps: int
    clips: int
    parameters: Sequence[nn.Parameter]
    loss: Callable[[int], tuple[Tensor, dict[str, float]]]


class Objective(ABC):
    """One kind of generator in training."""

    generator: SentenceGenerator[Any]

    def __init__(self, config: TrainingConfig, corpus: Corpus, words: DisturbedWords, fabric: Fabric) -> None:
        self.config, self.corpus, self.words, self.fabric = config, corpus, words, fabric

    @abstractmethod
    def paint(self, moment: Moment) -> Painted:
        """Make the batch's clips from their words and noise, and compare."""

    def real_showing(self, batch: Batch) -> Showing:
        """The batch's own clips as the judges see them."""
        return Showing(batch.frames)

    def compared(self, painted: Painted, batch: Batch) -> tuple[Tensor, Tensor]:
        """Small views of what was made and of what is real [B, ...], in which clips differ from each other."""
        return small_view(painted.showing.frames), small_view(batch.frames)

    def draw_sheet(self, generator: SentenceGenerator[Any], vectors: WordVectors, path: Path) -> None:
        """Show what the generator makes beside what is real."""
        save_contact_sheet(generator, self.corpus, vectors, self.config, path)

    def companions(self) -> Mapping[str, nn.Module]:
        """Networks by name that learn with the generator and are not part of it."""
        return {}

    def lessons(self) -> tuple[Lesson, ...]:
        """What is learned before the first step, in this order; nothing where it was switched off."""
        return ()

    def parameter_groups(self) -> list[dict[str, Any]]:
        """The parts that read have learned already and move slowly, so that they keep what they know of synonyms."""
        reading = self.generator.reading_parameters()
        known = {id(parameter) for parameter in reading}
        painting = [parameter for parameter in self.generator.parameters() if id(parameter) not in known]
        painting += [parameter for part in self.companions().values() for parameter in part.parameters()]
        share = self.config.reading_share if self.config.reading_steps else 1.0
        return [{"params": reading, "share": share}, {"params": painting, "share": 1.0}]


def small_view(frames_BTCHW: Tensor) -> Tensor:
    """The first frame of each clip, eight times smaller."""
    return F.avg_pool2d(frames_BTCHW.detach()[:, 0].float(), 8)
