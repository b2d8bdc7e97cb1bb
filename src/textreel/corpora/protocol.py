"""What a corpus gives to those who train and judge: batches of captioned clips, with annotations where it has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from textreel.nn.compositing import SceneLayers
from textreel.nn.noise import Noise
from textreel.nn.records import map_tensors


@dataclass(frozen=True, kw_only=True)
class Annotations:
    """What a corpus that composes its clips knows about them. W frames in the window, T of them shown.

    layers: the layers of the shown frames (sprites before tinting)
    poses [B, W, S, 10]: pose codes of the whole window; present [B, S] bool: slots that hold a subject
    phases [B, W, S, 2]: path and loop phases in cycles; start_phases [B, S, 2] the same at time 0
    rates [B, S, 2]: cycles a second of path and loop; weather_velocity [B, 2]: screen heights a second
    """

    layers: SceneLayers
    poses: Tensor
    present: Tensor
    phases: Tensor
    start_phases: Tensor
    rates: Tensor
    weather_velocity: Tensor


@dataclass(frozen=True, kw_only=True)
class Batch:
    """B captioned clips.

    frames [B, T, 3, H, W] in [-1, 1], T frames at equal distance out of a window of W frames at the corpus's fps;
    shown: their indices in the window; camera [B, T, 4]; scroll [B, T, 2] how far the weather has moved;
    wrong_captions: for each clip a caption that is wrong for it, in one attribute where the corpus knows them;
    noise: what the corpus drew the clip from, where it composed it; attributes: for each clip what it shows, by
    name of attribute, where that is known; said: what its words ask for, defaults included, where they leave a
    direction open as `unsaid`; start_seconds [B]: when the windows begin, where films know what time it is.
    """

    captions: tuple[str, ...]
    wrong_captions: tuple[str, ...]
    frames: Tensor
    shown: tuple[int, ...]
    camera: Tensor
    scroll: Tensor
    noise: Noise | None = None
    attributes: tuple[dict[str, str], ...] = ()
    said: tuple[dict[str, str], ...] = ()
    start_seconds: Tensor | None = None
    annotations: Annotations | None = None

    def __len__(self) -> int:
        return len(self.captions)

    def to(self, device: torch.device | str) -> "Batch":
        """The same clips on another device."""
        return map_tensors(self, lambda tensor: tensor.to(device))


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which frames of a clip are wanted: `frames` consecutive ones, of which those at `shown` are pictured."""

    frames: int = 16
    shown: tuple[int, ...] = (0, 5, 10, 15)
    longest_start_seconds: float = 60.0  # films are long: some windows begin this late
    least_start_seconds: float = 0.0  # none begins earlier

    def __post_init__(self) -> None:
        if not self.shown or min(self.shown) < 0 or max(self.shown) >= self.frames:
            raise ValueError(f"shown must lie within the window's {self.frames} frames, got {self.shown}")


class Corpus(Protocol):
    """Captioned clips without end, drawn by a seeded generator: the same generator state gives the same batch."""

    name: str
    fps: int

    def batch(
        self, generators: Sequence[np.random.Generator], *, window: Window, split: str, side: int
    ) -> Batch:
        """One clip of `side` x `side` pixels from a split for each generator, whatever stands beside it."""
        ...

    def captions(self, generator: np.random.Generator, count: int, split: str) -> Sequence[str]:
        """Captions alone, without painting anything."""
        ...


class ComposedCorpus(Corpus, Protocol):
    """A corpus that composes its clips of layers that it knows, so that reading and painting can be learned apart."""

    def readings(
        self, generator: np.random.Generator, count: int, split: str
    ) -> tuple[Sequence[str], Sequence[dict[str, str]]]:
        """Captions and what they ask for (see Batch.said), without painting anything."""
        ...

    def annotated(
        self, generator: np.random.Generator, count: int, *, window: Window, split: str
    ) -> tuple[Sequence[str], Noise, Annotations]:
        """Captions, noise and annotations of clips that are not composed."""
        ...

    def places(
        self, generator: np.random.Generator, count: int, split: str
    ) -> tuple[Sequence[str], Noise, Tensor]:
        """Captions, the noise of their places, and the canvases of these places alone."""
        ...
