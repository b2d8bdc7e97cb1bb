"""Reading: the generator's contexts must hold what the caption says, before anything has to be painted from them.

Where a corpus annotates its clips, the generator's attribute heads are trained on captions and the attributes they
ask for (an auxiliary classifier, Odena et al. 2017, but on the text side). Captions cost next to nothing, so a run
begins with steps of reading alone.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.generator.beliefs import AttributeClasses, AttributeReader
from textreel.generator.words import word_tensors
from textreel.language import WordVectors
from textreel.training.chance import ClipChance

IGNORED = -100
SECOND = "second_"
CROWD = 20_000  # the commonest words, towards which others are moved


class DisturbedWords:
    """Word vectors of captions, some moved towards other words: what lies near a known word shall mean the same."""

    def __init__(self, vectors: WordVectors, *, longest: int, share: float, device: torch.device) -> None:
        """`longest`: words of a caption that are read; `share`: of the words that are moved."""
        known = torch.from_numpy(vectors.matrix)
        self.vectors, self.longest, self.share, self.device = vectors, longest, share, device
        self.crowd = known[:CROWD] - known.mean(dim=0)

    def __call__(self, captions: Sequence[str], chance: ClipChance, distance: float) -> tuple[Tensor, Tensor]:
        """Vectors [B, L, D], moved by up to `distance` of their length, and mask [B, L]."""
        vectors, mask = word_tensors(captions, self.vectors, self.longest)
        length = mask.shape[1]
        strangers = self.crowd[chance.integers(len(self.crowd), self.longest)[:, :length]]
        moved = chance.uniform(self.longest, 1)[:, :length] < self.share
        amount = distance * chance.uniform(self.longest, 1)[:, :length] * moved
        scale = vectors.norm(dim=-1, keepdim=True) / strangers.norm(dim=-1, keepdim=True).clamp(min=1e-6)
        return (vectors + amount * strangers * scale).to(self.device), mask.to(self.device)


def reading_loss(
    reader: AttributeReader,
    classes: AttributeClasses,
    contexts_BQD: Tensor,
    attributes: Sequence[dict[str, str]],
) -> tuple[Tensor, int, int]:
    """The summed cross-entropies of all attributes, how many answers are right, and how many were asked for."""
    device = contexts_BQD.device
    answers: list[tuple[Tensor, Tensor]] = []
    for name, logits in reader.scene(contexts_BQD).items():
        values = (classes.place | classes.weather)[name]
        truth = [index_of(values, row.get(name)) for row in attributes]
        answers.append((logits, torch.tensor(truth, device=device)))
    for name, logits in reader.subjects(contexts_BQD).items():
        for slot in range(logits.shape[1]):
            truth = [index_of(classes.slots[name], of_slot(row, name, slot)) for row in attributes]
            answers.append((logits[:, slot], torch.tensor(truth, device=device)))
    if not answers:
        return contexts_BQD.new_zeros(()), 0, 0
    losses = [
        F.cross_entropy(logits.float(), truth, ignore_index=IGNORED, reduction="sum") / len(attributes)
        for logits, truth in answers
    ]
    right = sum(int((logits.argmax(dim=-1) == truth).sum()) for logits, truth in answers)
    asked = sum(int((truth != IGNORED).sum()) for _, truth in answers)
    return torch.stack(losses).sum(), right, asked


def of_slot(attributes: dict[str, str], name: str, slot: int) -> str | None:
    """A slot's attribute; what a pair does it does together, unless the second has its own."""
    if slot == 0:
        return attributes.get(name)
    if not any(key.startswith(SECOND) for key in attributes):
        return None
    return attributes.get(SECOND + name, attributes.get(name))


def index_of(classes: tuple[str, ...], value: str | None) -> int:
    return classes.index(value) if value in classes else IGNORED
