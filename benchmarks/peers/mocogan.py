"""MoCoGAN: Decomposing Motion and Content for Video Generation (Tulyakov et al., CVPR 2018), with text.

**From the paper and its authors' published settings.** A content code of 50 numbers is drawn once a clip; a one-layer
GRU turns noise of every frame into motion codes of 10 numbers, its first state drawn too; a DCGAN generator paints each
frame from both. An image judge looks at one frame of each clip, a video judge of 3-D convolutions (4 in time, stride 1;
4 x 4, stride 2) at all 16. Both players are scored by cross-entropy, the generator's in the non-saturating form. Of a
clip's category the video judge has a head: on real clips it learns to tell the category, and the generator is rewarded
for clips in which it tells the one that was asked for (InfoGAN, weight 1). The category goes into the GRU, beside the
noise (the paper), and into the frame generator, beside both codes (their code). Adam 2e-4, betas 0.5 and 0.999, weight
decay 1e-5, batches of 32. Judges look through Gaussian noise of deviation 0.1.

**Text.** The condition is the mean word vector of the caption instead of a one-hot category: the captions that are
asked for at the end contain pairs that were held out, and a category that never came up in training means nothing. The
head foretells this vector, by squared error: InfoGAN's term for continuous codes, scaled to the size of the game's
terms (the mean over its numbers), as that paper advises.

**Chosen here.** Half of the published width, which makes four times as many steps in the same time; both players
learn from the same generated clips, which saves two of three passes; noise at the judges' input only, not at every
layer. Windows of fewer than 16 frames keep their length through the video judge.
"""

from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from peers.captions import Words
from peers.layers import (
    LEAK,
    START,
    as_clips,
    channels_of,
    frame_features,
    frame_generator,
    pictures,
    volumes,
)
from peers.system import Clips, Setting, System, as_fake, as_real

CONTENT, MOTION = 50, 10
NOISE = 0.1
FULL_LENGTH = 16  # frames from which on the video judge convolves time without padding
CATEGORY_WEIGHT = 1.0


class MocoganGenerator(nn.Module):
    """Conditions [B, D] -> clips of any length."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        condition = setting.word_dimensions
        self.recurrent = nn.GRUCell(MOTION + condition, MOTION)
        self.paint = frame_generator(CONTENT + condition + MOTION, setting.side, setting.width)

    def forward(self, condition_BD: Tensor, frames: int) -> Tensor:
        batch, device = len(condition_BD), condition_BD.device
        content = torch.randn(batch, CONTENT).to(device)
        motion = self.motion(condition_BD, frames)
        still = torch.cat([content, condition_BD], dim=-1)[:, None].expand(-1, frames, -1)
        codes = torch.cat([still, motion], dim=-1).flatten(0, 1)[..., None, None]
        painted = self.paint(codes.contiguous(memory_format=torch.channels_last))
        return as_clips(painted, frames)

    def motion(self, condition_BD: Tensor, frames: int) -> Tensor:
        """Motion codes [B, T, MOTION], each from those before and noise of its own."""
        batch, device = len(condition_BD), condition_BD.device
        first, *noise = torch.randn(frames + 1, batch, MOTION).to(device)
        codes, state = [], first
        with torch.autocast(device.type, enabled=False):
            for drawn in noise:
                state = self.recurrent(torch.cat([drawn, condition_BD], dim=-1), state)
                codes.append(state)
        return torch.stack(codes, dim=1)


class ImageJudge(nn.Module):
    """Pictures [N, 3, H, W] -> logits [N]."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.features = frame_features(setting.side, setting.width)
        self.last = nn.Conv2d(channels_of(setting.side, setting.width)[0], 1, START)

    def forward(self, pictures_NCHW: Tensor) -> Tensor:
        logits: Tensor = self.last(self.features(pictures_NCHW)).flatten()
        return logits


class VideoJudge(nn.Module):
    """Clips [B, T, 3, H, W] -> logits [B], and the condition [B, D] that it believes they show."""

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        long = setting.frames >= FULL_LENGTH
        kernel, padding = (4, 0) if long else (3, 1)
        parts: list[nn.Module] = []
        before, length = 3, setting.frames
        for number, after in enumerate(reversed(channels_of(setting.side, setting.width))):
            parts.append(
                nn.Conv3d(before, after, (kernel, 4, 4), (1, 2, 2), (padding, 1, 1), bias=not number)
            )
            parts += [nn.BatchNorm3d(after)] if number else []
            parts.append(nn.LeakyReLU(LEAK, inplace=True))
            before, length = after, length + 2 * padding - kernel + 1
        self.features = nn.Sequential(*parts)
        self.last = nn.Conv3d(before, 1 + setting.word_dimensions, (length, START, START))

    def forward(self, frames_BTCHW: Tensor) -> tuple[Tensor, Tensor]:
        answers = self.last(self.features(volumes(frames_BTCHW))).flatten(1)
        return answers[:, 0], answers[:, 1:]


class Mocogan(System):
    """See the module's text."""

    name: ClassVar[str] = "mocogan"
    weight_decay: ClassVar[float] = 1e-5
    judges: nn.ModuleDict

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.generator = MocoganGenerator(setting)
        self.judges = nn.ModuleDict({"image": ImageJudge(setting), "video": VideoJudge(setting)})

    def paint(self, words: Words, frames: int) -> Tensor:
        clips: Tensor = self.generator(words.mean, frames)
        return clips

    def judges_loss(self, clips: Clips, fake_BTCHW: Tensor) -> Tensor:
        image = as_real(self.image(clips.frames)) + as_fake(self.image(fake_BTCHW))
        (real, told), (fake, _) = self.video(clips.frames), self.video(fake_BTCHW)
        video = as_real(real) + as_fake(fake)
        return image + video + CATEGORY_WEIGHT * category_loss(told, clips.words.mean)

    def generator_loss(self, clips: Clips, fake_BTCHW: Tensor) -> Tensor:
        logits, told = self.video(fake_BTCHW)
        game = as_real(self.image(fake_BTCHW)) + as_real(logits)
        return game + CATEGORY_WEIGHT * category_loss(told, clips.words.mean)

    def image(self, frames_BTCHW: Tensor) -> Tensor:
        """Logits [B] of one frame of each clip, drawn."""
        batch, count = frames_BTCHW.shape[:2]
        chosen = frames_BTCHW[torch.arange(batch), torch.randint(count, (batch,))]
        logits: Tensor = self.judges["image"](pictures(blurred(chosen)[:, None]))
        return logits

    def video(self, frames_BTCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Logits [B] and what the condition is believed to be [B, D]."""
        answer: tuple[Tensor, Tensor] = self.judges["video"](blurred(frames_BTCHW))
        return answer


def blurred(frames: Tensor) -> Tensor:
    """Frames through noise."""
    return frames + NOISE * torch.randn_like(frames)


def category_loss(told_BD: Tensor, condition_BD: Tensor) -> Tensor:
    """The mean squared error of the head, up to constants the log-likelihood of a normal distribution around it."""
    return F.mse_loss(told_BD.float(), condition_BD)
