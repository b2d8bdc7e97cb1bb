"""How a generator learns from clips of which only the video and the text are known (VAE-GAN, Larsen et al. 2016).

An encoder reads real clips and answers their codes; the generator paints the clips again from them, and its prior
learns to foretell the motion codes from those before (SVG-LP, Denton & Fergus 2018). In the game the judges see
clips painted again and clips of the prior alike, half and half.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from lightning_fabric import Fabric
from torch import Tensor, nn

from textreel.corpora.protocol import Batch, Corpus
from textreel.discriminators import Showing
from textreel.generator.clips import ClipsGenerator, ClipsGeneratorConfig, ClipsState
from textreel.nn.blocks import halving_convs
from textreel.nn.gaussian import Gaussian, divergence
from textreel.nn.text_encoder import TextEncoding
from textreel.training.configuration import TrainingConfig
from textreel.training.objectives.base import Moment, Objective, Painted
from textreel.training.reading import DisturbedWords


@dataclass(frozen=True, kw_only=True)
class Codes:
    """What the encoder thinks of B clips of T frames: content [B, ...] and motion [B, T, ...]."""

    content: Gaussian
    motion: Gaussian


class ClipsEncoder(nn.Module):
    """Clips [B, T, 3, H, W] in [-1, 1] and sentences [B, D] -> their codes; used in training only."""

    def __init__(self, config: ClipsGeneratorConfig, channels: tuple[int, ...] = (32, 64, 96, 128)) -> None:
        super().__init__()
        self.frames = halving_convs(6, channels)
        size = config.condition
        self.flat = nn.Linear(channels[-1] * 16, size)
        self.content = nn.Linear(size + config.text.features, 2 * config.content)
        self.course = nn.GRU(size + config.text.features, size, batch_first=True)
        self.motion = nn.Linear(2 * size, 2 * config.motion)

    def forward(self, frames_BTCHW: Tensor, sentence_BD: Tensor) -> Codes:
        count = frames_BTCHW.shape[1]
        still = frames_BTCHW.mean(dim=1, keepdim=True)
        seen = torch.cat([frames_BTCHW, frames_BTCHW - still], dim=2).flatten(0, 1)
        maps = self.frames(seen.contiguous(memory_format=torch.channels_last))
        features = F.leaky_relu(self.flat(F.adaptive_avg_pool2d(maps, 4).flatten(1)), 0.2)
        features = features.unflatten(0, (-1, count)).float()
        sentence = sentence_BD.float()
        content = self.content(torch.cat([features.mean(dim=1), sentence], dim=-1))
        told = torch.cat([features, sentence[:, None].expand(-1, count, -1)], dim=-1)
        course, _ = self.course(told)
        motion = self.motion(torch.cat([course, features], dim=-1))
        return Codes(content=Gaussian.of(content), motion=Gaussian.of(motion))


class ClipsObjective(Objective):
    """See the module's text."""

    generator: ClipsGenerator

    def __init__(self, config: TrainingConfig, corpus: Corpus, words: DisturbedWords, fabric: Fabric) -> None:
        super().__init__(config, corpus, words, fabric)
        assert isinstance(config.generator, ClipsGeneratorConfig)
        self.generator = ClipsGenerator(config.generator).to(fabric.device)
        self.encoder = ClipsEncoder(config.generator).to(fabric.device)
        self.encoder.frames.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def companions(self) -> Mapping[str, nn.Module]:
        return {"encoder": self.encoder}

    def real_showing(self, batch: Batch) -> Showing:
        return Showing(batch.frames[:, self.painted_frames(0, batch)])

    def painted_frames(self, step: int, batch: Batch) -> slice:
        """The frames that are painted in a step, always as many; from step to step others, so that all are learned."""
        every = min(self.config.codes.painted_every, batch.frames.shape[1])
        return slice(step % every, batch.frames.shape[1] // every * every, every)

    def paint(self, moment: Moment) -> Painted:
        """Paint the batch's clips again from their codes; with a game, half of them from the prior instead."""
        generator, options, batch = self.generator, self.config.codes, moment.batch
        encoding = generator.encode(*moment.words)
        contexts, _ = generator.read(encoding)
        codes = self.encoder(batch.frames, encoding.sentence)
        noise = moment.chance.normal_like(codes.content.mean)
        content = codes.content.sample(noise)
        state = generator.begin(encoding, contexts, content)
        hidden, motion_divergence = self.follow(state, codes.motion, moment)
        # The recurrent pass costs little, the decoder nearly everything.
        shown = self.painted_frames(moment.step, batch)
        frames, _ = generator.paint(hidden[:, shown], state)
        warm = options.warmth(moment.step)
        prior = codes.content.standard()
        losses = {
            "frames": self.config.layers.frames * self.distance(frames, batch.frames, shown),
            "content": warm * options.content_weight * divergence(codes.content, prior).mean(),
            "motion": warm * options.motion_weight * motion_divergence,
        }
        moment.numbers |= {
            "divergence/content": divergence(codes.content, prior).mean().item(),
            "divergence/motion": motion_divergence.item(),
        }
        if moment.game:
            frames = self.with_imagined(frames, moment, encoding, contexts)
        return Painted(Showing(frames), losses)

    def distance(self, made: Tensor, true: Tensor, shown: slice) -> Tensor:
        """The mean distance of the frames that were painted of clips from the clips, by the options."""
        options = self.config.codes
        weights = moving_weights(true, options.moving_weight)[:, shown]
        return pixel_distance(made, true[:, shown], weights, options.distance)

    def follow(self, state: ClipsState, motion: Gaussian, moment: Moment) -> tuple[Tensor, Tensor]:
        """Carry clips through the motions that the encoder saw: hidden maps [B, T, ...], divergence of the prior."""
        hiddens, divergences = [], []
        noise = moment.chance.normal_like(motion.mean)
        for frame in range(motion.mean.shape[1]):
            seen = Gaussian(motion.mean[:, frame], motion.log_variance[:, frame])
            divergences.append(divergence(seen, self.generator.expect(state)).mean())
            hidden, _, state = self.generator.move(state, seen.sample(noise[:, frame]))
            hiddens.append(hidden)
        return torch.stack(hiddens, dim=1), torch.stack(divergences).mean()

    def with_imagined(
        self, frames: Tensor, moment: Moment, encoding: TextEncoding, contexts: Tensor
    ) -> Tensor:
        """The same frames, every second clip's replaced by what the prior makes of its words."""
        rows = torch.arange(0, len(frames), 2, device=frames.device)
        config = self.generator.config
        noise = moment.chance.normal_like(frames.new_zeros(len(frames), config.content))[rows]
        every = self.config.codes.painted_every
        count = (frames.shape[1] - 1) * every + 1
        steps = moment.chance.normal_like(frames.new_zeros(len(frames), count, config.motion))[rows]
        state = self.generator.begin(encoding[rows], contexts[rows], noise)
        hidden, _, _ = self.generator.sample(state, steps)
        imagined, _ = self.generator.paint(hidden[:, ::every], state)
        return frames.index_copy(0, rows, imagined.to(frames.dtype))


def moving_weights(frames_BTCHW: Tensor, moving_weight: float) -> Tensor:
    """How much pixels count [B, T, 1, H, W]: those that differ from the clip's mean frame more."""
    moving = (frames_BTCHW - frames_BTCHW.mean(dim=1, keepdim=True)).abs().mean(dim=2, keepdim=True)
    return 1 + moving_weight * moving


def pixel_distance(made: Tensor, true: Tensor, weights: Tensor | float, kind: str) -> Tensor:
    """The mean weighted distance of pixels; `kind` is one of configuration.DISTANCES."""
    difference = made - true
    distance = difference.square() if kind == "squared" else difference.abs()
    return (weights * distance).mean()
