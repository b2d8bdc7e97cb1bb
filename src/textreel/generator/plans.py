"""What the layered generator decides once a shot, and what each next frame depends on."""

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.nn.compositing import POSE
from textreel.nn.conv_lstm import ConvLSTMState
from textreel.nn.noise import Noise
from textreel.nn.text_encoder import TextEncoding

ROUND_FIELDS = (("x_cos", "x_sin"), ("roll_cos", "roll_sin"))
BOUNDED_FIELDS = {"facing": -1.0, "opacity": 0.0, "shadow": 0.0}  # and their least value; 1 is the greatest


@dataclass(frozen=True)
class ScenePlan:
    """What is decided once a shot, for B clips with S subject slots each.

    contexts [B, 2 + S, D] what the words say of place, weather and slots; meanings [B, S, D'] the same of the
    slots, normalised, with the beliefs; looks [B, S, N] noise that decides looks; canvas_condition,
    weather_condition [B, D]; slot_condition [B, S, D]; presence [B, S] logit that the slot holds a subject;
    tint [B, S, 4]; light [B, 3];
    weather_velocity [B, 2]; start [B, S, 4] cos and sin of the path and loop phases at time 0;
    rates [B, S, 2] cycles a second of path and loop; anew [B, S] whether the path ends elsewhere than it begins;
    attention [B, L] of the place and the weather to the words.
    """

    contexts: Tensor
    meanings: Tensor
    looks: Tensor
    canvas_condition: Tensor
    weather_condition: Tensor
    slot_condition: Tensor
    presence: Tensor
    tint: Tensor
    light: Tensor
    weather_velocity: Tensor
    start: Tensor
    rates: Tensor
    anew: Tensor
    attention: Tensor

    def start_phases(self) -> Tensor:
        """Path and loop phases at time 0 in cycles [B, S, 2]."""
        cos, sin = self.start[..., 0::2], self.start[..., 1::2]
        return torch.remainder(torch.atan2(sin, cos) / (2 * math.pi), 1.0)

    def present(self) -> Tensor:
        """Which slots hold a subject [B, S]; the first one always does."""
        present = self.presence > 0
        return torch.cat([torch.ones_like(present[:, :1]), present[:, 1:]], dim=1)


@dataclass(frozen=True)
class GeneratorState:
    """Everything the next frame depends on; nothing is remembered by the generator itself."""

    encoding: TextEncoding
    noise: Noise
    plan: ScenePlan
    canvas: Tensor
    weather: Tensor | None
    recurrent: ConvLSTMState
    phases: Tensor  # [B, S, 2] path and loop phase in cycles, kept in [0, 1)
    weather_offset: Tensor  # [B, 2] screen heights, kept in [0, 1)
    shift: Tensor | None = None  # [B, S, 10] what is left of a changed motion's way to its own poses


@dataclass(frozen=True)
class SubjectRows:
    """N subjects: what the words say of them [N, D], the noise that decides their looks [N, any], words and noise
    together [N, D]; keys and values of their words, mask."""

    meaning: Tensor
    look: Tensor
    condition: Tensor
    words: tuple[Tensor, Tensor]
    mask: Tensor

    def repeat(self, times: int) -> "SubjectRows":
        """Every subject so often in a row: one for each of its frames. The words are not repeated."""
        return SubjectRows(
            meaning=self.meaning.repeat_interleave(times, dim=0),
            look=self.look.repeat_interleave(times, dim=0),
            condition=self.condition.repeat_interleave(times, dim=0),
            words=self.words,
            mask=self.mask,
        )


@dataclass(frozen=True)
class Steps:
    """What N subjects of B clips do in T frames, and how far the weather has moved by then.

    rows [N] into the flattened [B, S]; clocks [N, T, K]; hidden [N, T, C, 4, 4]; context [N, T, D] of the words;
    poses [N, T, 10]; scroll [B, T, 2]; attention [B, T, L].
    """

    rows: Tensor
    subjects: SubjectRows
    clocks: Tensor
    hidden: Tensor
    context: Tensor
    poses: Tensor
    scroll: Tensor
    attention: Tensor

    def during(self, frames: slice) -> "Steps":
        """Some of these frames."""
        in_time = {
            name: getattr(self, name)[:, frames]
            for name in ("clocks", "hidden", "context", "poses", "scroll", "attention")
        }
        return replace(self, **in_time)


def within_bounds(poses: Tensor) -> Tensor:
    """Poses [..., 10] with unit vectors where cosine and sine of an angle stand, and shares between their bounds."""
    parts = list(poses.unbind(dim=-1))
    for fields in ROUND_FIELDS:
        places = [POSE[name] for name in fields]
        unit = F.normalize(poses[..., places], dim=-1)
        parts[places[0]], parts[places[1]] = unit.unbind(dim=-1)
    for name, least in BOUNDED_FIELDS.items():
        parts[POSE[name]] = parts[POSE[name]].clamp(least, 1.0)
    return torch.stack(parts, dim=-1)
