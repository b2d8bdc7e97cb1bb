"""The plain generator: words and noise -> a convolutional LSTM -> whole frames from a decoder, no layers known.

What MoCoGAN, TGAN and their kin do, with the same reading of the words as the layered generator and the same
recurrent core. It is there to be measured beside it: what the layers are worth is a figure.
"""

import math
from dataclasses import dataclass, field, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.generator.base import SentenceGenerator
from textreel.generator.beliefs import AttributeClasses, beliefs
from textreel.generator.decoders import FrameDecoder
from textreel.limits import Fps, Pixels, Width
from textreel.nn.attention import WordAttention
from textreel.nn.blocks import condition_mlp
from textreel.nn.compositing import STATIC_CAMERA
from textreel.nn.conv_lstm import ConvLSTMCell, ConvLSTMState
from textreel.nn.noise import DECIDING_FEATURES, TERRAIN_SHAPE, VECTOR_SIZE, Noise, deciding_features
from textreel.nn.text_encoder import TextEncoderConfig, TextEncoding

CELLS = 8  # height and width of the recurrent maps
PERIODS_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # of the waves that tell the time
LONGEST_PERIOD_SECONDS = PERIODS_SECONDS[-1]
INPUTS = 64


@dataclass(frozen=True, kw_only=True)
class PlainGeneratorConfig:
    kind: str = "plain"
    text: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    classes: AttributeClasses = field(default_factory=AttributeClasses)
    fps: Fps = 24
    size: Pixels = 128  # height and width of a film in pixels, unless asked otherwise; 16 times a power of 2
    hidden: Width = 96  # channels of the ConvLSTM's 8 x 8 state
    condition: Width = 256
    channels: tuple[Width, Width, Width, Width] = (192, 160, 128, 64)


@dataclass(frozen=True)
class PlainState:
    """What is decided once a shot, the recurrent state, and the time in [0, LONGEST_PERIOD_SECONDS) [B]."""

    encoding: TextEncoding
    condition: Tensor
    layout: Tensor
    recurrent: ConvLSTMState
    seconds: Tensor


class PlainGenerator(SentenceGenerator[PlainState]):
    """See the module's text."""

    config: PlainGeneratorConfig

    def __init__(self, config: PlainGeneratorConfig) -> None:
        super().__init__(config.text, config.classes)
        self.config = config
        features, condition = config.text.features, config.condition
        believed = config.classes.scene_size + 2 * config.classes.slot_size
        self.condition = condition_mlp(5 * features + believed + VECTOR_SIZE + DECIDING_FEATURES, condition)
        self.frame_attention = WordAttention(config.hidden + condition, features)
        self.drive = nn.Linear(features + condition + 2 * len(PERIODS_SECONDS) + len(STATIC_CAMERA), INPUTS)
        self.place = nn.Parameter(torch.randn(1, INPUTS, CELLS, CELLS) * 0.1)
        self.layout = nn.Conv2d(TERRAIN_SHAPE[0], INPUTS, 1)
        self.recurrent = ConvLSTMCell(INPUTS, config.hidden)
        self.decoder = FrameDecoder(config.hidden, condition, config.channels, config.size // CELLS)

    def compile_decoders(self) -> None:
        self.decoder.compile()

    def decoders(self) -> tuple[nn.Module, ...]:
        return (self.decoder,)

    @torch.no_grad()
    def initial_state(
        self, encoding: TextEncoding, noise: Noise, like: PlainState | None = None
    ) -> PlainState:
        """As the base class says; of `like`, the recurrent state and the time go on under the new words."""
        contexts, _ = self.read(encoding)
        fresh = self.begin(encoding, contexts, noise, torch.zeros(len(noise), device=contexts.device))
        return fresh if like is None else replace(fresh, recurrent=like.recurrent, seconds=like.seconds)

    def begin(self, encoding: TextEncoding, contexts: Tensor, noise: Noise, seconds_B: Tensor) -> PlainState:
        """Stand before the frame that is so many seconds into the shot, with nothing remembered."""
        meanings = F.layer_norm(contexts, contexts.shape[-1:]).flatten(1)
        scene = beliefs(self.reader.scene(contexts), contexts[:, 0])
        slots = beliefs(self.reader.subjects(contexts), contexts[:, 2:]).flatten(1)
        chance = [0.5 * noise.vector, deciding_features(noise.vector)]
        condition = self.condition(torch.cat([encoding.sentence, meanings, scene, slots, *chance], dim=-1))
        return PlainState(
            encoding=encoding,
            condition=condition,
            layout=self.layout(F.adaptive_avg_pool2d(noise.terrain, CELLS)),
            recurrent=self.recurrent.initial_state(len(noise), CELLS, CELLS, contexts.device),
            seconds=seconds_B,
        )

    def unroll(self, state: PlainState, camera_BTC: Tensor) -> tuple[Tensor, Tensor, PlainState]:
        """Carry the clips through T frames: hidden maps [B, T, C, 8, 8], attention [B, T, L], the state after them."""
        words = self.frame_attention.project_words(state.encoding.features)
        recurrent, hiddens, attentions = state.recurrent, [], []
        moved = camera_BTC[..., : len(STATIC_CAMERA)] - camera_BTC.new_tensor(STATIC_CAMERA)
        for index, camera_B4 in enumerate(moved.unbind(dim=1)):
            query = torch.cat([recurrent.hidden.mean(dim=(2, 3)), state.condition], dim=-1)[:, None]
            context, weights = self.frame_attention(query, words, state.encoding.mask)
            time = time_features(state.seconds + index / self.config.fps)
            drive = self.drive(torch.cat([context[:, 0], state.condition, time, camera_B4], dim=-1))
            inputs = drive[:, :, None, None] + (self.place + state.layout).to(drive.dtype)
            hidden, recurrent = self.recurrent(inputs, recurrent)
            hiddens.append(hidden)
            attentions.append(weights[:, 0])
        seconds = torch.remainder(
            state.seconds + camera_BTC.shape[1] / self.config.fps, LONGEST_PERIOD_SECONDS
        )
        after = replace(state, recurrent=recurrent, seconds=seconds)
        return torch.stack(hiddens, dim=1), torch.stack(attentions, dim=1), after

    def paint(self, hidden_BTCHW: Tensor, condition_BD: Tensor) -> Tensor:
        """Frames [B, T, 3, size, size] of hidden maps."""
        each = condition_BD.repeat_interleave(hidden_BTCHW.shape[1], dim=0)
        return self.decoder(hidden_BTCHW.flatten(0, 1), each).unflatten(0, hidden_BTCHW.shape[:2])

    @torch.no_grad()
    def advance(
        self, state: PlainState, camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, PlainState]:
        hidden, attention, after = self.unroll(state, camera_BTC)
        frames = self.paint(hidden, state.condition)
        if size != (self.config.size, self.config.size):
            flat = F.interpolate(frames.flatten(0, 1), size, mode="bilinear", antialias=True)
            frames = flat.unflatten(0, frames.shape[:2])
        return frames, attention, after


def time_features(seconds_B: Tensor) -> Tensor:
    """Cosines and sines of the time [B, 2 * periods]."""
    angles = 2 * math.pi * seconds_B[:, None] / seconds_B.new_tensor(PERIODS_SECONDS)
    return torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)
