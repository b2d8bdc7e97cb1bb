"""The course of a drawing's codes in time: what a subject of the model `world` looks like, moment by moment.

Each drawing has a learned map, and, if it moves, a few learned modes: maps that are added to it, more where more moves.
A ConvLSTM walks along the modes. At every step it reads where the clocks are, the code where the drawing is, and the
words of the subject.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.nn.attention import WordAttention
from textreel.nn.conv_lstm import ConvLSTMCell, ConvLSTMState

HARMONICS = (1, 2, 4)


@dataclass(frozen=True, kw_only=True)
class CoursesConfig:
    """Sizes of the courses.

    Attributes:
        drawings: the art that is known, by the names that the inventory gives it.
        ranks: how many modes each drawing has: maps that are added to its own; 0 for one that stands still.
        side, code: of a code map, which is [code, side, side].
        phases: of a loop, at which the weight of each mode is learned.
        word, noise: lengths of a word's vector and of the noise.
        hidden, context: features of the ConvLSTM, and of what it hears.
    """

    drawings: tuple[str, ...]
    ranks: tuple[int, ...]
    side: int = 16
    code: int = 8
    phases: int = 24
    word: int = 100
    noise: int = 64
    hidden: int = 16
    context: int = 8


class Loops(NamedTuple):
    """Drawings and how they move: maps [N, C, H, W], modes [N, K, C, H, W] and their weights [N, K, P]."""

    maps: Tensor
    modes: Tensor
    weights: Tensor


class CourseState(NamedTuple):
    """Where courses are; it is the same for a whole film but for the ConvLSTM's state.

    Attributes:
        loops: what is walked.
        words: keys and values of the words, each [N, heads, L, D / heads].
        mask: where there is a word, [N, L].
        noise: what it contributes to the context, [N, context].
        memory: the ConvLSTM's state.
    """

    loops: Loops
    words: tuple[Tensor, Tensor]
    mask: Tensor
    noise: Tensor
    memory: ConvLSTMState


class Courses(nn.Module):
    """codes, attention, state = courses(state, clocks), from a state that :meth:`begin` makes."""

    places: Tensor

    def __init__(self, config: CoursesConfig) -> None:
        super().__init__()
        self.config = config
        shape = config.code, config.side, config.side
        self.maps = nn.Parameter(torch.zeros(len(config.drawings), *shape))
        self.modes = nn.Parameter(torch.zeros(sum(config.ranks), *shape))
        self.weights = nn.Parameter(torch.zeros(sum(config.ranks), config.phases))
        self.register_buffer("places", places_of(config.ranks), persistent=False)
        self.rows = {name: row for row, name in enumerate(config.drawings)}
        self.most = self.places.shape[1]
        clocks = 4 * len(HARMONICS)
        self.attention = WordAttention(clocks + config.hidden, config.word)
        self.hear = nn.Linear(config.word + clocks, config.context)
        self.chance = nn.Linear(config.noise, config.context, bias=False)
        self.cell = ConvLSTMCell(2 * config.code + config.context, config.hidden)
        self.walk = nn.Conv2d(config.hidden, self.most + config.code, 1)
        for parameter in self.walk.parameters():  # the modes alone at first
            nn.init.zeros_(parameter)

    def loops(self, drawings_N: Tensor) -> Loops:
        """The loops of drawings, by their rows; one that stands still has modes of zeros."""
        places = self.places[drawings_N]
        there = (places >= 0).float()
        return Loops(
            self.maps[drawings_N],
            self.modes[places] * there[..., None, None, None],
            self.weights[places] * there[..., None],
        )

    def begin(self, loops: Loops, words_NLD: Tensor, mask_NL: Tensor, noise_NZ: Tensor) -> CourseState:
        """The state before the first moment.

        Args:
            loops: of N subjects, from :meth:`loops` or :func:`principal_loop`.
            words_NLD: vectors of the words in each subject's slot.
            mask_NL: True where there is a word; each subject has one at least.
            noise_NZ: standard Gaussian.
        """
        config = self.config
        count = len(loops.maps)
        expected = {
            "words": (words_NLD, (count, mask_NL.shape[-1], config.word)),
            "noise": (noise_NZ, (count, config.noise)),
        }
        for name, (tensor, shape) in expected.items():
            if tensor.shape != shape:
                raise ValueError(f"{name} must be {list(shape)}, got {list(tensor.shape)}")
        memory = self.cell.initial_state(count, config.side, config.side, noise_NZ.device)
        words = self.attention.project_words(words_NLD)
        return CourseState(loops, words, mask_NL, self.chance(noise_NZ), memory)

    def forward(self, state: CourseState, clocks_NT2: Tensor) -> tuple[Tensor, Tensor, CourseState]:
        """Walk on.

        Args:
            state: of N subjects.
            clocks_NT2: the phases of loop and path at each moment, in cycles.

        Returns:
            Codes [N, T, C, H, W], the attention to each word [N, T, L], and the state after the last moment.
        """
        if clocks_NT2.dim() != 3 or clocks_NT2.shape[0] != len(state.mask) or clocks_NT2.shape[2] != 2:
            raise ValueError(f"clocks must be [{len(state.mask)}, T, 2], got {list(clocks_NT2.shape)}")
        loops, memory = state.loops, state.memory
        count = self.config.phases  # between two phases codes are ghosts of both: the nearer one is shown
        phases_NT = ((clocks_NT2[..., 0] * count).floor() + 0.5) / count
        weights_NTK = weights_at(loops.weights, phases_NT)
        flat = loops.modes.flatten(2)
        ahead_NTK = weights_at(loops.weights, phases_NT + 0.5 / count) - weights_NTK
        offsets, ways = (
            torch.bmm(parts, flat).unflatten(2, loops.maps.shape[1:]) for parts in (weights_NTK, ahead_NTK)
        )
        ticks = clock_features(clocks_NT2)
        codes, heard = list[Tensor](), list[Tensor]()
        for moment in range(clocks_NT2.shape[1]):
            query = torch.cat([ticks[:, moment], memory.hidden.mean(dim=(2, 3))], dim=1)
            context, attention = self.attention(query[:, None], state.words, state.mask)
            context = self.hear(torch.cat([context[:, 0], ticks[:, moment]], dim=1)) + state.noise
            around = context[:, :, None, None].expand(-1, -1, *offsets.shape[-2:])
            inputs = torch.cat([loops.maps + offsets[:, moment], 4 * ways[:, moment], around], dim=1)
            hidden, memory = self.cell(inputs, memory)
            more, rest = self.walk(hidden).split([self.most, self.config.code], dim=1)
            swing = (weights_NTK[:, moment, :, None, None] * more)[:, :, None] * loops.modes
            codes.append(loops.maps + offsets[:, moment] + swing.sum(dim=1) + rest)
            heard.append(attention[:, 0])
        return torch.stack(codes, dim=1), torch.stack(heard, dim=1), state._replace(memory=memory)


def places_of(ranks: Sequence[int]) -> Tensor:
    """Where the modes of each drawing lie in one table, [drawings, most modes of one]; -1 for those it lacks."""
    ends = torch.tensor([0, *ranks], device="cpu").cumsum(0)
    steps = torch.arange(max([1, *ranks]), device="cpu")
    places = ends[:-1, None] + steps
    return torch.where(places < ends[1:, None], places, -1)


def weights_at(weights_NKP: Tensor, phases_NT: Tensor) -> Tensor:
    """The weights of modes [N, T, K] at phases in cycles, between the learned ones: they lie at (i + 1/2) / P."""
    count = weights_NKP.shape[2]
    places = phases_NT.remainder(1) * count - 0.5
    before = places.floor()
    share = (places - before)[..., None]
    rows = [
        (before.long() + step).remainder(count)[:, None].expand(-1, weights_NKP.shape[1], -1)
        for step in (0, 1)
    ]
    low, high = (weights_NKP.gather(2, row).transpose(1, 2) for row in rows)
    return low + share * (high - low)


def clock_features(clocks_NT2: Tensor) -> Tensor:
    """Waves of the clocks, [N, T, 4 * harmonics]."""
    angles = 2 * math.pi * torch.cat([clocks_NT2 * harmonic for harmonic in HARMONICS], dim=-1)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def principal_loop(codes_PCHW: Tensor, modes: int, phases: int) -> tuple[Tensor, Tensor, Tensor]:
    """A loop's mean, and its principal modes with their weights: what a course begins with, and a cast's loop.

    Args:
        codes_PCHW: at equal distances over the loop, one at least.
        modes: how many are wanted; those that the loop does not have are zeros.
        phases: at which the weights are wanted.

    Returns:
        [C, H, W], [modes, C, H, W] with a root mean square weight of 1, and [modes, phases].
    """
    mean = codes_PCHW.mean(dim=0)
    flat = (codes_PCHW - mean).flatten(1)
    found = min(modes, len(flat) - 1)
    left, sizes, right = torch.linalg.svd(flat, full_matrices=False)
    scale = len(flat) ** 0.5
    kept = F.pad(right[:found] * sizes[:found, None] / scale, (0, 0, 0, modes - found))
    weights = F.pad(left[:, :found].T * scale, (0, 0, 0, modes - found))
    moments = (torch.arange(phases) + 0.5) / phases
    return mean, kept.view(modes, *mean.shape), weights_at(weights[None], moments[None])[0].T
