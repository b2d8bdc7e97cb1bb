"""The generator for clips whose layers nobody knows: words and codes -> a still background, a foreground that moves.

The content code stands for the whole clip, a motion code for every frame (MoCoGAN, Tulyakov et al. 2018). Motion
codes come from a recurrent prior that has learned how they follow each other and what the words make of them
(SVG-LP, Denton & Fergus 2018). A convolutional LSTM carries the foreground, which lies with its own opacity over a
background that is painted once (VGAN, Vondrick et al. 2016).
"""

import hashlib
from dataclasses import dataclass, field, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.generator.base import SentenceGenerator
from textreel.generator.beliefs import AttributeClasses
from textreel.generator.decoders import FrameDecoder
from textreel.limits import Fps, Pixels, Width
from textreel.nn.attention import WordAttention
from textreel.nn.blocks import condition_mlp
from textreel.nn.conv_lstm import ConvLSTMCell, ConvLSTMState
from textreel.nn.gaussian import Gaussian
from textreel.nn.noise import VECTOR_SIZE, Noise
from textreel.nn.text_encoder import TextEncoderConfig, TextEncoding

CELLS = 8  # height and width of the recurrent maps
INPUTS = 64


@dataclass(frozen=True, kw_only=True)
class ClipsGeneratorConfig:
    kind: str = "clips"
    text: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    classes: AttributeClasses = field(default_factory=AttributeClasses)
    fps: Fps = 12
    size: Pixels = 64  # height and width of a film in pixels, unless asked otherwise; 16 times a power of 2
    hidden: Width = 96  # channels of the ConvLSTM's 8 x 8 state
    condition: Width = 192
    content: Width = 32  # numbers in the content code, VECTOR_SIZE at most
    motion: Width = 16  # numbers in each frame's motion code
    background: bool = True  # whether there is a still background
    channels: tuple[Width, Width, Width, Width] = (128, 128, 96, 64)


@dataclass(frozen=True)
class ClipsState:
    """What is decided once a shot, and everything the next frame depends on.

    condition [B, D] of words and content; background [B, 3, size, size] or None; recurrent: the foreground's;
    prior [B, H]: what the motion codes have been; chance: the state of each clip's random generator.
    """

    encoding: TextEncoding
    condition: Tensor
    background: Tensor | None
    recurrent: ConvLSTMState
    prior: Tensor
    chance: tuple[Tensor, ...]


class ClipsGenerator(SentenceGenerator[ClipsState]):
    """See the module's text."""

    config: ClipsGeneratorConfig

    def __init__(self, config: ClipsGeneratorConfig) -> None:
        super().__init__(config.text, config.classes)
        self.config = config
        features, condition = config.text.features, config.condition
        enlargement = config.size // CELLS
        self.condition = condition_mlp(2 * features + config.content, condition)
        self.prior_cell = nn.GRUCell(config.motion + condition, condition)
        self.prior_code = nn.Linear(2 * condition, 2 * config.motion)
        self.frame_attention = WordAttention(config.hidden + condition, features)
        self.drive = nn.Linear(features + condition + config.motion, INPUTS)
        self.lift = nn.Linear(condition + config.motion, 16 * CELLS * CELLS)
        self.place = nn.Parameter(torch.randn(1, INPUTS, CELLS, CELLS) * 0.1)
        self.recurrent = ConvLSTMCell(INPUTS + 16, config.hidden)
        self.foreground = FrameDecoder(config.hidden, condition, config.channels, enlargement, outputs=4)
        if config.background:
            self.start = nn.Linear(condition, config.hidden * CELLS * CELLS)
            self.background = FrameDecoder(config.hidden, condition, config.channels, enlargement)

    def compile_decoders(self) -> None:
        for decoder in self.decoders():
            decoder.compile(dynamic=True)

    def decoders(self) -> tuple[nn.Module, ...]:
        return (self.foreground, self.background) if self.config.background else (self.foreground,)

    @torch.no_grad()
    def initial_state(
        self, encoding: TextEncoding, noise: Noise, like: ClipsState | None = None
    ) -> ClipsState:
        """As the base class says; of `like`, motion and chance go on under the new words."""
        contexts, _ = self.read(encoding)
        content = noise.vector[:, : self.config.content]
        chance = tuple(torch.Generator().manual_seed(seed_of(vector)).get_state() for vector in noise.vector)
        fresh = self.begin(encoding, contexts, content, chance)
        if like is None:
            return fresh
        return replace(fresh, recurrent=like.recurrent, prior=like.prior, chance=like.chance)

    def begin(
        self, encoding: TextEncoding, contexts: Tensor, content: Tensor, chance: tuple[Tensor, ...] = ()
    ) -> ClipsState:
        """Paint the background of these words and content codes [B, content], and stand before the first frame."""
        read = F.layer_norm(contexts[:, 0], contexts.shape[-1:])
        condition = self.condition(torch.cat([encoding.sentence, read, content], dim=-1))
        background = None
        if self.config.background:
            start = self.start(condition).unflatten(1, (-1, CELLS, CELLS))
            background = self.background(start, condition)
        return ClipsState(
            encoding=encoding,
            condition=condition,
            background=background,
            recurrent=self.recurrent.initial_state(len(condition), CELLS, CELLS, condition.device),
            prior=torch.zeros_like(condition, dtype=torch.float32),
            chance=chance,
        )

    def expect(self, state: ClipsState) -> Gaussian:
        """What the next frame's motion code may be."""
        return Gaussian.of(self.prior_code(torch.cat([state.prior, state.condition.float()], dim=-1)))

    def move(self, state: ClipsState, code_BM: Tensor) -> tuple[Tensor, Tensor, ClipsState]:
        """One frame's motion: hidden map [B, C, 8, 8], attention [B, L], the state after it."""
        words = self.frame_attention.project_words(state.encoding.features)
        query = torch.cat([state.recurrent.hidden.mean(dim=(2, 3)), state.condition], dim=-1)[:, None]
        context, weights = self.frame_attention(query, words, state.encoding.mask)
        moved = torch.cat([state.condition, code_BM.to(state.condition.dtype)], dim=-1)
        drive = self.drive(torch.cat([context[:, 0], moved], dim=-1))[:, :, None, None]
        lifted = self.lift(moved).unflatten(1, (-1, CELLS, CELLS))
        inputs = torch.cat([drive + self.place.to(drive.dtype), lifted], dim=1)
        hidden, recurrent = self.recurrent(inputs, state.recurrent)
        prior = self.prior_cell(torch.cat([code_BM, state.condition.float()], dim=-1), state.prior)
        return hidden, weights[:, 0], replace(state, recurrent=recurrent, prior=prior.float())

    def paint(self, hidden_BTCHW: Tensor, state: ClipsState) -> tuple[Tensor, Tensor]:
        """Frames [B, T, 3, size, size] of hidden maps, and the foreground's opacity [B, T, 1, size, size]."""
        frames = hidden_BTCHW.shape[1]
        each = state.condition.repeat_interleave(frames, dim=0)
        painted = self.foreground(hidden_BTCHW.flatten(0, 1), each).unflatten(0, (-1, frames))
        colour, opacity = painted[:, :, :3], (painted[:, :, 3:] + 1) / 2
        if state.background is None:
            return colour, torch.ones_like(opacity)
        return torch.lerp(state.background[:, None].expand_as(colour), colour, opacity), opacity

    def sample(self, state: ClipsState, noise_BTM: Tensor) -> tuple[Tensor, Tensor, ClipsState]:
        """Let the prior move the clip for T frames: hidden [B, T, C, 8, 8], attention [B, T, L], the state after."""
        hiddens, attentions = [], []
        for noise in noise_BTM.unbind(dim=1):
            hidden, attention, state = self.move(state, self.expect(state).sample(noise))
            hiddens.append(hidden)
            attentions.append(attention)
        return torch.stack(hiddens, dim=1), torch.stack(attentions, dim=1), state

    @torch.no_grad()
    def advance(
        self, state: ClipsState, camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, ClipsState]:
        """As the base class says; clips bring their own camera, so that the path given is not followed."""
        noise, chance = draw(state.chance, camera_BTC.shape[1], self.config.motion)
        hidden, attention, after = self.sample(state, noise.to(camera_BTC.device))
        frames, _ = self.paint(hidden, state)
        if size != (self.config.size, self.config.size):
            flat = F.interpolate(frames.flatten(0, 1), size, mode="bilinear", antialias=True)
            frames = flat.unflatten(0, frames.shape[:2])
        return frames, attention, replace(after, chance=chance)


def seed_of(vector: Tensor) -> int:
    """The noise of a clip decides all of its chance."""
    assert len(vector) == VECTOR_SIZE
    return int.from_bytes(hashlib.sha256(vector.cpu().numpy().tobytes()).digest()[:8], "big") >> 1


def draw(states: tuple[Tensor, ...], frames: int, size: int) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Standard normal numbers [B, frames, size], each clip's from its own generator, and the states after it."""
    drawn, after = [], []
    for state in states:
        generator = torch.Generator()
        generator.set_state(state)
        drawn.append(torch.stack([torch.randn(size, generator=generator) for _ in range(frames)]))
        after.append(generator.get_state())
    return torch.stack(drawn), tuple(after)
