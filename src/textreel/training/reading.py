"""Reading: the generator's contexts must hold what the caption says, before anything has to be painted from them.

Where a corpus annotates its clips, linear heads predict the attributes from the contexts that the painters read
(an auxiliary classifier, Odena et al. 2017, but on the text side). Captions cost next to nothing, so a run begins
with steps of reading alone.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.corpora.scenes.attributes import CLASSES, RELATIONS
from textreel.corpora.scenes.subjects import SUBJECTS

IGNORED = -100
UNSAID = "unsaid"
SUBJECT_NAMES = tuple(subject.name for subject in SUBJECTS)
PLACE_CLASSES: dict[str, tuple[str, ...]] = {"setting": CLASSES["setting"], "time": CLASSES["time"]}
WEATHER_CLASSES: dict[str, tuple[str, ...]] = {"weather": CLASSES["weather"]}
SLOT_CLASSES: dict[str, tuple[str, ...]] = {
    "subject": SUBJECT_NAMES,
    "colour": CLASSES["colour"],
    "size": CLASSES["size"],
    "motion": (*CLASSES["motion"], *RELATIONS),
    "direction": (*CLASSES["direction"], UNSAID),
    "speed": CLASSES["speed"],
}


class AttributeReader(nn.Module):
    """Linear heads over the contexts of the place, the weather and the subject slots."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.place, self.weather, self.slots = (
            nn.ModuleDict({name: nn.Linear(features, len(values)) for name, values in classes.items()})
            for classes in (PLACE_CLASSES, WEATHER_CLASSES, SLOT_CLASSES)
        )

    def forward(self, contexts_BQD: Tensor, attributes: Sequence[dict[str, str]]) -> tuple[Tensor, int, int]:
        """The summed cross-entropies of all heads, how many answers are right, and how many were asked for.

        `contexts_BQD` are the contexts of place, weather and slots in this order.
        """
        answers: list[tuple[Tensor, Tensor]] = []
        for heads, context, classes in (
            (self.place, contexts_BQD[:, 0], PLACE_CLASSES),
            (self.weather, contexts_BQD[:, 1], WEATHER_CLASSES),
        ):
            for name, head in heads.items():
                truth = [index_of(classes[name], row[name]) for row in attributes]
                answers.append((head(context), torch.tensor(truth, device=context.device)))
        for slot in range(contexts_BQD.shape[1] - 2):
            for name, head in self.slots.items():
                truth = [index_of(SLOT_CLASSES[name], of_slot(row, name, slot)) for row in attributes]
                answers.append(
                    (head(contexts_BQD[:, 2 + slot]), torch.tensor(truth, device=contexts_BQD.device))
                )
        losses = [
            F.cross_entropy(logits.float(), truth, ignore_index=IGNORED, reduction="sum") / len(attributes)
            for logits, truth in answers
        ]
        right = sum(int((logits.argmax(dim=-1) == truth).sum()) for logits, truth in answers)
        asked = sum(int((truth != IGNORED).sum()) for _, truth in answers)
        return torch.stack(losses).sum(), right, asked


def of_slot(attributes: dict[str, str], name: str, slot: int) -> str | None:
    """A slot's attribute; what the pair does together is told by the first slot alone."""
    if slot == 0:
        return attributes.get(name)
    return attributes.get(f"second_{name}")


def index_of(classes: tuple[str, ...], value: str | None) -> int:
    return classes.index(value) if value in classes else IGNORED
