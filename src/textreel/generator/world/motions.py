"""How the subjects of a scene move: words, roles and noise become poses at any moment.

A transformer (Vaswani et al. 2017) over the six slots decides once a shot where everybody is and at which rates their
clocks run; a small network then answers a pose for each phase of the clocks. What is held, worn or ridden is placed
from the pose of what carries it. Learned from the performances of corpora/world.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from textreel.generator.world.phrases import phrase_vector
from textreel.language import WordVectors
from textreel.nn.blocks import mlp
from textreel.nn.compositing import POSE
from textreel.scene import Scene
from textreel.world import concepts, drawings
from textreel.world.casting import FIRST_OF_SLOT, MAX_ROLES, Role, plain_art
from textreel.world.performing import WORLD_WIDTH

HARMONICS = (1, 2, 3, 4, 6, 8, 12, 16)
DIRECTIONS = ("left", "right", "up", "down", "towards", "away")
PACES = ("slow", "fast")
EXTENTS = ("whole", "bust", "head", "part", "scene")
MEDIA = ("ground", "water", "air", "wall", "hand", "sky")
FACES = ("left", "right", "front")
NUMBERS = 18
OF_SCENE, OF_SLOT = FIRST_OF_SLOT, 6  # entries of the noise
POSE_NUMBERS, TOLD = 10, 11
STILL_RATE = 0.004  # cycles a second below which a path stands still
TURN = 2 * math.pi


@dataclass(frozen=True, kw_only=True)
class MotionsConfig:
    """Names that the network knows, in the order of its inputs, and its sizes.

    Attributes:
        motions, kinds, places: of activities, of concepts, and where a role is by another.
        word, width, layers, heads: length of a word's vector, and of the transformer.
    """

    motions: tuple[str, ...]
    kinds: tuple[str, ...]
    places: tuple[str, ...]
    word: int = 100
    width: int = 192
    layers: int = 3
    heads: int = 6

    @property
    def inputs(self) -> int:
        """Numbers that describe a slot."""
        names = (self.motions, self.kinds, self.places, DIRECTIONS, PACES, EXTENTS, MEDIA, FACES)
        words = 3 * self.word
        noise = 4 * (OF_SCENE + OF_SLOT)
        return words + noise + NUMBERS + 2 * MAX_ROLES + sum(len(each) for each in names)


class Parts(NamedTuple):
    """What scenes consist of, as the network reads it: inputs [B, S, F], the slot that carries each [B, S] (its own
    number where none does), and which are there [B, S]."""

    inputs: Tensor
    carriers: Tensor
    there: Tensor


class Plan(NamedTuple):
    """What is decided once a shot: codes [B, S, D], carriers and who is there [B, S], phases at 0 s and their rates in
    cycles a second [B, S, 2]: of the path, and of the loop."""

    codes: Tensor
    carriers: Tensor
    there: Tensor
    start: Tensor
    rates: Tensor


class Motions(nn.Module):
    """plan = motions.plan(parts); poses = motions(plan, phases)."""

    def __init__(self, config: MotionsConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.enter = nn.Linear(config.inputs, width)
        self.carried = nn.Linear(config.inputs, width, bias=False)
        layer = nn.TransformerEncoderLayer(
            width, config.heads, 2 * width, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, config.layers, enable_nested_tensor=False)
        self.clocks = nn.Linear(width, 6)
        waves = 2 * len(HARMONICS) * 3
        self.lift = nn.Linear(waves, width)
        self.gate = nn.Linear(width, width)
        self.pose = mlp(2 * width + waves, width, TOLD, layers=3)

    def plan(self, parts: Parts) -> Plan:
        """Decide where everybody is and how fast."""
        carrier = parts.inputs.gather(1, parts.carriers[..., None].expand_as(parts.inputs))
        read = F.gelu(self.enter(parts.inputs) + self.carried(carrier))
        empty = ~parts.there
        empty = empty & ~empty.all(
            dim=1, keepdim=True
        )  # a scene without a subject attends to nothing that counts
        codes = self.layers(read, src_key_padding_mask=empty)
        told = self.clocks(codes).float()
        rates = torch.stack([told[..., 0], torch.exp(told[..., 1].clamp(-5, 3))], dim=-1)
        start = torch.atan2(told[..., 3::2], told[..., 2::2]) / TURN
        path = torch.where(rates[..., 0].abs() < STILL_RATE, 0.0, rates[..., 0])
        return Plan(
            codes, parts.carriers, parts.there, start.remainder(1), torch.stack([path, rates[..., 1]], -1)
        )

    def forward(self, plan: Plan, phases_BTS2: Tensor) -> Tensor:
        """Poses [B, T, S, 10] at phases of path and loop, in cycles; see nn/compositing.POSE_FIELDS."""
        _batch, frames, _slots = phases_BTS2.shape[:3]
        each = plan.carriers[:, None].expand(-1, frames, -1)
        of_carrier = phases_BTS2[..., 1].gather(2, each)
        angles = TURN * torch.cat([phases_BTS2, of_carrier[..., None]], dim=-1)
        angles = (angles[..., None] * angles.new_tensor(HARMONICS)).flatten(3)
        waves = torch.cat([angles.cos(), angles.sin()], dim=-1)
        codes = plan.codes[:, None].expand(-1, frames, -1, -1)
        told = self.pose(
            torch.cat([codes, self.lift(waves) * self.gate(plan.codes)[:, None], waves], dim=-1)
        ).float()
        return placed(told, plan.carriers)


def placed(told_BTSP: Tensor, carriers_BS: Tensor) -> Tensor:
    """Poses out of what the network says: of the world for who stands for itself, else from the carrier's pose."""
    x = torch.atan2(told_BTSP[..., 1], 1 + told_BTSP[..., 0])
    others = torch.stack(
        [
            0.6 + told_BTSP[..., 2],
            told_BTSP[..., 3] - 0.9,
            told_BTSP[..., 4],
            torch.atan2(told_BTSP[..., 5], 1 + told_BTSP[..., 10]),
            0.5 + told_BTSP[..., 6],
            0.9 + told_BTSP[..., 7],
            0.5 + told_BTSP[..., 8],
        ],
        dim=-1,
    )
    y, size, facing, roll, opacity, ground, shadow = others.unbind(dim=-1)
    own = torch.arange(carriers_BS.shape[1], device=carriers_BS.device)
    unit = TURN / WORLD_WIDTH
    flip = told_BTSP[..., 9]
    place_x, place_y, place_size, done = x, y, size, carriers_BS == own
    for _ in range(3):  # a hat on a rider on a horse
        at = carriers_BS[:, None].expand_as(x)
        ready = done.gather(1, carriers_BS) & ~done
        side = place_size.gather(2, at)
        scale = side.clamp(-4, 1.5).exp()
        across = (flip + facing.gather(2, at).clamp(-1, 1) * told_BTSP[..., 1]) * scale * unit
        new_x = place_x.gather(2, at) + across
        new_y = place_y.gather(2, at) + told_BTSP[..., 2] * scale
        here = ready[:, None]
        place_x = torch.where(here, new_x, place_x)
        place_y = torch.where(here, new_y, place_y)
        place_size = torch.where(here, side + told_BTSP[..., 3], place_size)
        done = done | ready
    return torch.stack(
        [
            place_x.cos(),
            place_x.sin(),
            place_y,
            place_size,
            facing.clamp(-1, 1),
            roll.cos(),
            roll.sin(),
            opacity.clamp(0, 1),
            ground,
            shadow.clamp(0, 1),
        ],
        dim=-1,
    )


def parts_of(
    config: MotionsConfig,
    scenes: Sequence[Scene],
    casts: Sequence[Sequence[Role]],
    noise_BN: NDArray[np.float64],
    aspects: Sequence[float],
    vectors: WordVectors,
) -> Parts:
    """Scenes with their roles, as the network reads them."""
    rows = np.zeros((len(scenes), MAX_ROLES, config.inputs), dtype=np.float32)
    carriers = np.tile(np.arange(MAX_ROLES), (len(scenes), 1))
    for clip, (scene, roles) in enumerate(zip(scenes, casts, strict=True)):
        place = phrase_vector(scene.place.name if scene.place else "", vectors)
        for slot, role in enumerate(roles):
            row = described(config, scene, roles, slot, place, vectors)
            entries = (FIRST_OF_SLOT + OF_SLOT * slot + np.arange(OF_SLOT)) % noise_BN.shape[1]
            draws = np.concatenate([noise_BN[clip, :OF_SCENE], noise_BN[clip, entries]])
            rows[clip, slot] = np.concatenate([row, [aspects[clip]], deciding(draws)])
            carriers[clip, slot] = slot if role.of is None else role.of
    there = np.array([[slot < len(roles) for slot in range(MAX_ROLES)] for roles in casts])
    return Parts(torch.from_numpy(rows), torch.from_numpy(carriers), torch.from_numpy(there))


def described(
    config: MotionsConfig,
    scene: Scene,
    roles: Sequence[Role],
    slot: int,
    place: NDArray[np.float32],
    vectors: WordVectors,
) -> NDArray[np.float32]:
    """One slot in numbers."""
    role = roles[slot]
    subject, concept = scene.subjects[role.subject], concepts()[role.concept]
    drawing = drawings().get(plain_art(role.art))
    box, seconds = ((0.05, 0.05, 0.95, 0.95), 0.0) if drawing is None else (drawing.box, drawing.seconds)
    numbers = [
        1.0,
        math.log(max(role.metres, 1e-3)),
        role.copy / MAX_ROLES,
        role.size,
        *role.put,
        role.layer,
        *box,
        math.log(seconds) if seconds else 1.0,
        float(seconds > 0),
        float(role.of is None),
        subject.count / MAX_ROLES,
        float(subject.action is not None),
    ]
    choices = (
        (config.motions, role.motion),
        (config.kinds, concept.kind),
        (config.places, role.at),
        (DIRECTIONS, subject.direction),
        (PACES, subject.pace),
        (EXTENTS, concept.extent),
        (MEDIA, concept.medium),
        (FACES, concept.faces),
        (tuple(range(MAX_ROLES)), slot),
        (tuple(range(MAX_ROLES)), slot if role.of is None else role.of),
    )
    known = [[float(name == value) for name in names] for names, value in choices]
    action = phrase_vector(subject.action.name if subject.action else "", vectors)
    words = [phrase_vector(role.concept, vectors), action, place]
    return np.concatenate([*words, *known, numbers]).astype(np.float32)


def deciding(draws_N: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaussian draws, their signs, and their quantiles as angles."""
    angles = TURN * np.array([0.5 + 0.5 * math.erf(draw / math.sqrt(2)) for draw in draws_N])
    return np.concatenate([draws_N, np.tanh(8 * draws_N), np.cos(angles), np.sin(angles)])


def difference(poses: Tensor, wanted: Tensor, there_BS: Tensor) -> Tensor:
    """How far poses [B, T, S, 10] are from wanted ones: as it is seen, in heights of the view, on average."""
    scale = poses.new_ones(POSE_NUMBERS)
    for name, weight in WEIGHTS.items():
        scale[POSE[name]] = weight
    gap = F.smooth_l1_loss(poses * scale, wanted * scale, beta=0.02, reduction="none").sum(dim=-1)
    shown = there_BS[:, None] * (0.05 + wanted[..., POSE["opacity"]])
    return (gap * shown).sum() / shown.sum().clamp(min=1e-6)


WEIGHTS = {
    "x_cos": WORLD_WIDTH / TURN,
    "x_sin": WORLD_WIDTH / TURN,
    "log_scale": 0.4,
    "facing": 0.2,
    "roll_cos": 0.3,
    "roll_sin": 0.3,
    "opacity": 0.3,
    "shadow": 0.15,
}
