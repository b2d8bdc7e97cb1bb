"""What the generator takes the words to mean: a distribution over the values of each attribute it was taught.

Linear heads over the contexts of the place, the weather and the subject slots. The painters read the beliefs beside
the contexts, so that a subject is told apart as sharply as the words tell it; a synonym shares its belief among the
values that it may mean.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

BELIEF_GAIN = 4.0  # brings certain beliefs to the scale of normalised contexts


@dataclass(frozen=True, kw_only=True)
class AttributeClasses:
    """The values of each attribute by name, for the place, the weather and each subject."""

    place: dict[str, tuple[str, ...]] = field(default_factory=dict)
    weather: dict[str, tuple[str, ...]] = field(default_factory=dict)
    slots: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def scene_size(self) -> int:
        """Numbers in the beliefs about place and weather together."""
        return sum(len(values) for values in (*self.place.values(), *self.weather.values()))

    @property
    def slot_size(self) -> int:
        """Numbers in the beliefs about one subject."""
        return sum(len(values) for values in self.slots.values())


class AttributeReader(nn.Module):
    """Contexts [B, 2 + S, D] of place, weather and S slots in this order -> logits of every attribute."""

    def __init__(self, features: int, classes: AttributeClasses) -> None:
        super().__init__()
        self.place, self.weather, self.slots = (
            nn.ModuleDict({name: nn.Linear(features, len(values)) for name, values in part.items()})
            for part in (classes.place, classes.weather, classes.slots)
        )

    def scene(self, contexts_BQD: Tensor) -> dict[str, Tensor]:
        """Logits [B, values] of the attributes of place and weather, by name."""
        place = {name: head(contexts_BQD[:, 0]) for name, head in self.place.items()}
        return place | {name: head(contexts_BQD[:, 1]) for name, head in self.weather.items()}

    def subjects(self, contexts_BQD: Tensor) -> dict[str, Tensor]:
        """Logits [B, S, values] of the attributes of the subjects, by name."""
        return {name: head(contexts_BQD[:, 2:]) for name, head in self.slots.items()}


def beliefs(logits: dict[str, Tensor], like: Tensor) -> Tensor:
    """All distributions in one vector [..., numbers]; empty where nothing was taught."""
    shares = [BELIEF_GAIN * values.float().softmax(dim=-1) for values in logits.values()]
    return torch.cat(shares, dim=-1) if shares else like.new_zeros(*like.shape[:-1], 0)
