"""The generator of sound: words, noise and the picture's controls -> samples, in pieces of any length.

Words say the kind, noise what the words leave open; the controls say in every frame how much of a steady sound there
is, where events begin and how fast their source goes. What repeats has a clock of its own, and what crackles or drips
has bursts: words and noise decide how fast it beats and how often they come. Dilated causal convolutions imagine the
features of the sound, the vocoder makes it heard. The state is explicit: a film of any length takes the memory of a
moment.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import torch
from msgspec import Meta
from torch import Tensor, nn

from textreel.limits import Layers, Width
from textreel.nn.blocks import condition_mlp, mlp
from textreel.nn.causal import CausalConv, GatedBlock
from textreel.nn.rhythm import FASTEST_HZ, SLOWEST_HZ, Rhythm, cycles
from textreel.nn.spectra import HOP, LEAST_LEVEL, RATE
from textreel.nn.text_encoder import TextEncoder, TextEncoderConfig, TextEncoding
from textreel.soundtrack.features import FEATURES
from textreel.soundtrack.vocoder import Vocoder, VocoderState

CONTROLS = 3
MOMENTS = 24  # how finely the time since an event is told
FIRST_MOMENT_SECONDS, LAST_MOMENT_SECONDS = 0.006, 3.0
LONG_AGO = 1e3
BEAT_HARMONICS = (1, 2, 3, 4, 6)
MOST_BURSTS = 40.0  # a second


@dataclass(frozen=True, kw_only=True)
class SoundGeneratorConfig:
    kind: str = "sound"
    text: TextEncoderConfig = field(
        default_factory=lambda: TextEncoderConfig(features=64, prototypes=384, layers=1)
    )
    condition: Width = 160
    content: Width = 24  # numbers of noise that stay for the whole sound
    chance: Width = 8  # numbers of noise in every frame
    channels: Width = 160
    dilations: Annotated[tuple[Width, ...], Meta(max_length=64)] = (1, 2, 4, 8, 16, 32)
    vocoder_channels: Width = 160
    vocoder_blocks: Layers = 4


@dataclass(frozen=True)
class SoundState:
    """Everything the next sample depends on.

    condition [B, D]; rhythm: how it beats, its phase that of the next frame; burst_rate [B] bursts a second and
    burst_strength [B] of them in the mean; since [B] seconds since the last event;
    strength [B] of it; memories of the convolutions; vocoder; chance: the state of each sound's random generator.
    """

    condition: Tensor
    rhythm: Rhythm
    burst_rate: Tensor
    burst_strength: Tensor
    since: Tensor
    strength: Tensor
    memories: tuple[Tensor, ...]
    vocoder: VocoderState
    chance: tuple[Tensor, ...] = ()


class SoundGenerator(nn.Module):
    """See the module's text."""

    def __init__(self, config: SoundGeneratorConfig) -> None:
        super().__init__()
        self.config = config
        self.text_encoder = TextEncoder(config.text)
        self.condition = condition_mlp(config.text.features + config.content, config.condition)
        self.beat = nn.Linear(config.condition, 2)
        self.burst = nn.Linear(config.condition, 2)
        entries = CONTROLS + MOMENTS + 1 + 2 * len(BEAT_HARMONICS) + 1 + 1 + config.chance
        self.enter = nn.Conv1d(entries, config.channels, 1)
        self.blocks = nn.ModuleList(
            GatedBlock(config.channels, config.condition, dilation) for dilation in config.dilations
        )
        self.leave = mlp(config.channels + config.condition, config.channels, FEATURES)
        self.vocoder = Vocoder(config.vocoder_channels, config.vocoder_blocks)

    def encode(self, word_vectors_BLD: Tensor, mask_BL: Tensor) -> TextEncoding:
        """Word vectors [B, L, word_dimensions] and mask [B, L] -> features of the words and of the sentence."""
        encoding: TextEncoding = self.text_encoder(word_vectors_BLD, mask_BL)
        return encoding

    def reading_parameters(self) -> list[nn.Parameter]:
        """Everything that reads."""
        return list(self.text_encoder.parameters())

    def compile_decoders(self) -> None:
        """Compile what costs most in training."""
        self.vocoder.compile()

    def begin(self, encoding: TextEncoding, content_BZ: Tensor) -> SoundState:
        """Stand before the first sample of sounds that are told so, with this content."""
        batch, device = len(content_BZ), content_BZ.device
        condition = self.condition(
            torch.cat([encoding.sentence, content_BZ.to(encoding.sentence.dtype)], dim=-1)
        )
        rate, strength = self.burst(condition).float().unbind(dim=-1)
        return SoundState(
            condition=condition,
            rhythm=self.beating(condition),
            burst_rate=MOST_BURSTS * torch.sigmoid(rate - 2),
            burst_strength=torch.sigmoid(strength),
            since=torch.full((batch,), LONG_AGO, device=device),
            strength=torch.zeros(batch, device=device),
            memories=tuple(conv.initial_memory(batch, device) for conv in self.convolutions()),
            vocoder=self.vocoder.initial_state(batch, device),
        )

    def beating(self, condition_BD: Tensor) -> Rhythm:
        """How sounds beat by their words and noise; all of them begin at the start of their beat."""
        rate, strength = self.beat(condition_BD).float().unbind(dim=-1)
        octaves = math.log2(FASTEST_HZ / SLOWEST_HZ)
        hertz = SLOWEST_HZ * 2 ** (octaves * torch.sigmoid(rate))
        return Rhythm(hertz, torch.sigmoid(strength), torch.zeros_like(hertz))

    def initial_state(self, encoding: TextEncoding, seeds: Sequence[int], spread: float = 1.0) -> SoundState:
        """The same with everything random from one seed a sound.

        With less `spread` than 1 sounds keep nearer to what their words usually mean, and are less various
        (truncation, Brock et al. 2019, BigGAN).
        """
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        content = torch.stack([torch.randn(self.config.content, generator=each) for each in generators])
        state = self.begin(encoding, spread * content.to(encoding.sentence.device))
        phase = torch.stack([torch.rand((), generator=each) for each in generators])
        rhythm = state.rhythm._replace(phase=phase.to(state.since.device))
        return replace(state, rhythm=rhythm, chance=tuple(each.get_state() for each in generators))

    def convolutions(self) -> list[CausalConv]:
        """Every convolution that remembers, in the order of the memories."""
        return [block.conv for block in self.blocks]  # type: ignore[misc]

    def bursting(self, chance_BF2: Tensor, state: SoundState) -> Tensor:
        """Bursts [B, F] at random moments (a Poisson process) and of random strength, from standard normal numbers."""
        when, strong = torch.special.ndtr(chance_BF2).clamp(1e-6, 1 - 1e-6).unbind(dim=-1)
        strength = (-torch.log(strong) * state.burst_strength[:, None]).clamp(max=1.0)
        return torch.where(when < state.burst_rate[:, None] * HOP / RATE, strength, 0.0)

    def imagine(
        self, controls_BFC: Tensor, bursts_BF: Tensor, chance_BFN: Tensor, state: SoundState
    ) -> tuple[Tensor, dict[str, Any]]:
        """The features of the next F frames [B, F, FEATURES], and what of the state changes."""
        since, strength = after_events(controls_BFC[..., 1], state.since, state.strength)
        bursts_BF = torch.where(controls_BFC[..., 0] > LEAST_LEVEL, bursts_BF, 0.0)
        beat = cycles(state.rhythm.rate, controls_BFC[..., 2], state.rhythm.phase)
        told = torch.cat(
            [
                controls_BFC,
                moments(since),
                strength[..., None],
                beats(beat, state.rhythm.strength),
                bursts_BF[..., None],
                chance_BFN,
            ],
            dim=-1,
        )
        hidden = self.enter(told.transpose(1, 2))
        total, memories = hidden * 0, []
        for block, memory in zip(self.blocks, state.memories, strict=True):
            hidden, found, memory = block(hidden, state.condition, memory)
            total = total + found
            memories.append(memory)
        count = controls_BFC.shape[1]
        condition = state.condition[:, None].expand(-1, count, -1)
        features = self.leave(torch.cat([total.transpose(1, 2), condition], dim=-1)).float()
        step = cycles(state.rhythm.rate, controls_BFC[:, -1:, 2].expand(-1, 2), beat[:, -1])[:, -1]
        return features, {
            "rhythm": state.rhythm._replace(phase=torch.remainder(step, 1.0)),
            "since": since[:, -1],
            "strength": strength[:, -1],
            "memories": tuple(memories),
        }

    def sound(
        self, features_BFX: Tensor, noise_BFH: Tensor, state: SoundState
    ) -> tuple[Tensor, VocoderState]:
        """Samples [B, F * HOP] of features, and the vocoder's state after them."""
        samples, vocoder = self.vocoder(features_BFX, noise_BFH, state.vocoder)
        return samples, vocoder

    @torch.no_grad()
    def advance(self, state: SoundState, controls_BFC: Tensor) -> tuple[Tensor, SoundState]:
        """The next F frames: samples [B, F * HOP] and the state after them."""
        sizes = (2, self.config.chance, HOP)
        drawn, chance = draw(state.chance, controls_BFC.shape[1], sum(sizes))
        sudden, every, noise = drawn.to(controls_BFC.device).split(sizes, dim=-1)
        features, changed = self.imagine(controls_BFC, self.bursting(sudden, state), every, state)
        samples, vocoder = self.sound(features, noise, state)
        return samples, replace(state, vocoder=vocoder, chance=chance, **changed)


def after_events(event_BF: Tensor, since_B: Tensor, strength_B: Tensor) -> tuple[Tensor, Tensor]:
    """Seconds since the last event [B, F] and its strength [B, F]; an event's own frame is at 0 s."""
    count = event_BF.shape[1]
    index = torch.arange(count, device=event_BF.device).expand_as(event_BF)
    begun = event_BF > 0
    last = torch.where(begun, index, torch.full_like(index, -1)).cummax(dim=1).values
    frames = (index - last).float() * HOP / RATE
    before = since_B[:, None] + (index + 1).float() * HOP / RATE
    held = event_BF.gather(1, last.clamp(min=0))
    return torch.where(last >= 0, frames, before), torch.where(last >= 0, held, strength_B[:, None])


def moments(since_BF: Tensor) -> Tensor:
    """The time since an event told by bumps over its logarithm [B, F, MOMENTS]; all are flat where it is long ago."""
    low, high = FIRST_MOMENT_SECONDS, LAST_MOMENT_SECONDS
    centres = torch.linspace(0, 1, MOMENTS, device=since_BF.device)
    way = torch.log((since_BF + low) / low) / torch.log(torch.tensor((high + low) / low))
    return torch.exp(-0.5 * ((way[..., None] - centres) * MOMENTS).square())


def beats(cycles_BF: Tensor, strength_B: Tensor) -> Tensor:
    """The place in the beat told by its harmonics, as strong as the beat is, and how strong that is [B, F, 11]."""
    angle = (2 * math.pi * cycles_BF[..., None] * cycles_BF.new_tensor(BEAT_HARMONICS)).float()
    strength = strength_B[:, None, None].expand(-1, cycles_BF.shape[1], -1)
    return torch.cat([strength * torch.cos(angle), strength * torch.sin(angle), strength], dim=-1)


def draw(states: tuple[Tensor, ...], frames: int, size: int) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Standard normal numbers [B, frames, size], each sound's from its own generator, and the states after."""
    drawn, after = [], []
    for state in states:
        generator = torch.Generator()
        generator.set_state(state)
        drawn.append(torch.stack([torch.randn(size, generator=generator) for _ in range(frames)]))
        after.append(generator.get_state())
    return torch.stack(drawn), tuple(after)
