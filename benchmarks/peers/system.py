"""What a system is: a generator and judges, which in turn make a loss of their own smaller."""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch.nn.functional as F
from torch import Tensor, nn

from peers.captions import Words
from textreel.corpora.protocol import Window
from textreel.types import DEFAULT_SECONDS


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the corpus asks of a system, and how wide its networks are.

    side: height and width in pixels; frames: of the windows that textreel trains on; fps: frames a second of films;
    word_dimensions: numbers in a word vector; width: channels of the largest maps.
    """

    side: int = 64
    frames: int = 16
    fps: int = 12
    word_dimensions: int = 100
    width: int = 32

    @property
    def film_frames(self) -> int:
        """The frames of a film, which lasts as long as textreel's do unless asked otherwise."""
        return round(DEFAULT_SECONDS * self.fps)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Clips:
    """A step's material: frames [B, T, 3, H, W] in [-1, 1], the words of their captions, and of wrong ones."""

    frames: Tensor
    words: Words
    wrong: Words


class System(nn.Module, ABC):
    """A generator and judges. Logits are high for real; whoever's turn it is makes the loss smaller.

    Noise is drawn from torch's own generator, which the caller seeds.
    """

    name: ClassVar[str]
    batch: ClassVar[int] = 32
    weight_decay: ClassVar[float] = 0.0
    generator: nn.Module
    judges: nn.Module

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting

    def window(self) -> Window:
        """Which frames of a clip it learns from."""
        frames = self.setting.frames
        return Window(frames=frames, shown=tuple(range(frames)), longest_start_seconds=0.0)

    @abstractmethod
    def paint(self, words: Words, frames: int) -> Tensor:
        """Clips [B, T, 3, H, W] in [-1, 1] of so many frames, from noise."""

    @abstractmethod
    def judges_loss(self, clips: Clips, fake_BTCHW: Tensor) -> Tensor:
        """What the judges make smaller; `fake` was painted from the words of the clips."""

    @abstractmethod
    def generator_loss(self, clips: Clips, fake_BTCHW: Tensor) -> Tensor:
        """What the generator makes smaller."""


def as_real(logits: Tensor) -> Tensor:
    """-E[log D(x)], D = sigmoid(logit): small where the judge calls all of it real."""
    return F.softplus(-logits.float()).mean()


def as_fake(logits: Tensor) -> Tensor:
    """-E[log(1 - D(x))]: small where the judge calls all of it fake."""
    return F.softplus(logits.float()).mean()
