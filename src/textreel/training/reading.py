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

IGNORED = -100


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
    """A slot's attribute; what the pair does together is told by the first slot alone."""
    return attributes.get(name if slot == 0 else f"second_{name}")


def index_of(classes: tuple[str, ...], value: str | None) -> int:
    return classes.index(value) if value in classes else IGNORED
