"""The text-to-video GAN of tutorials: DCGAN (Radford et al. 2016) on single frames.

**As tutorials have it.** Each frame is painted from noise of its own (100 numbers) and the text; the discriminator
looks at single frames and is told no text; cross-entropy, Adam 2e-4, betas 0.5 and 0.999. A film is so many frames of
one text, one after the other.

**Chosen here.** Tutorials embed whole prompts by number; the mean word vector stands in, since prompts that were
held out have no number. Half of DCGAN's width, as for the other systems here. A step looks at four frames of each of 32
clips, DCGAN's batch of 128 pictures.
"""

from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from peers.captions import Words
from peers.layers import (
    START,
    as_clips,
    channels_of,
    dcgan_weights,
    frame_features,
    frame_generator,
    pictures,
)
from peers.system import Clips, Setting, System, as_fake, as_real
from textreel.corpora.protocol import Window

NOISE = 100
SHOWN = 4  # frames of a clip in a step


class FrameGenerator(nn.Module):
    """Conditions [B, D] -> frames that know nothing of each other."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.paint = frame_generator(NOISE + setting.word_dimensions, setting.side, setting.width)

    def forward(self, condition_BD: Tensor, frames: int) -> Tensor:
        noise = torch.randn(len(condition_BD), frames, NOISE).to(condition_BD.device)
        codes = torch.cat([noise, condition_BD[:, None].expand(-1, frames, -1)], dim=-1)
        flat = codes.flatten(0, 1)[..., None, None].contiguous(memory_format=torch.channels_last)
        painted: Tensor = self.paint(flat)
        return as_clips(painted, frames)


class PerFrame(System):
    """See the module's text."""

    name: ClassVar[str] = "per-frame"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.generator = FrameGenerator(setting)
        widest = channels_of(setting.side, setting.width)[0]
        self.judges = nn.Sequential(
            frame_features(setting.side, setting.width), nn.Conv2d(widest, 1, START), nn.Flatten(0)
        )
        dcgan_weights(self)

    def window(self) -> Window:
        frames = self.setting.frames
        shown = np.linspace(0, frames - 1, min(SHOWN, frames)).round()
        return Window(frames=frames, shown=tuple(int(frame) for frame in shown), longest_start_seconds=0.0)

    def paint(self, words: Words, frames: int) -> Tensor:
        clips: Tensor = self.generator(words.mean, frames)
        return clips

    def judges_loss(self, clips: Clips, fake_BTCHW: Tensor) -> Tensor:
        return as_real(self.judges(pictures(clips.frames))) + as_fake(self.judges(pictures(fake_BTCHW)))

    def generator_loss(self, clips: Clips, fake_BTCHW: Tensor) -> Tensor:
        return as_real(self.judges(pictures(fake_BTCHW)))
