"""The digits corpus: bouncing MNIST, corrected (see protocol.py), with the layers that its clips could be made of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy.special import ndtr
from torch import Tensor

from textreel.corpora.digits.assets import load_digits
from textreel.corpora.digits.captions import REWORDED_SHARE, say
from textreel.corpora.digits.handwriting import COMPONENTS
from textreel.corpora.digits.images import DigitImages
from textreel.corpora.digits.protocol import (
    DIGIT_SIDE,
    MOTIONS,
    PERIOD,
    RANGE,
    SIDE,
    Mover,
    attributes,
    combinations,
    positions,
)
from textreel.corpora.protocol import Annotations, Batch, Window
from textreel.errors import UsageError
from textreel.nn.compositing import POSE, POSE_FIELDS, SLOTS, STATIC_CAMERA, SceneLayers
from textreel.nn.noise import GRAIN_SHAPE, TERRAIN_SHAPE, VECTOR_SIZE, WEATHER_SHAPE, Noise

FPS = 10  # there and back take one second
SPLITS = ("train", "seen", "unseen")
CANVAS_SHAPE = (3, 160, 256)
WEATHER_SIDE = 128
SPRITE_SIDE = 64
START, ACROSS, IDLE, HANDWRITING = 0, 2, 4, 8
"""First entries of the noise vector that decide, for one slot after the other, the phase of the path at time 0, the
coordinate that stays, the phase of an idle clock, and the handwriting (COMPONENTS entries a slot)."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """One clip before it is painted: who moves, their images (ink [28, 28] each), and its noise."""

    movers: tuple[Mover, ...]
    images: tuple[NDArray[np.uint8], ...]
    vector: NDArray[np.float32]
    grids: NDArray[np.float32]

    def path_start(self, slot: int) -> float:
        """The phase of a mover's path at time 0, in cycles."""
        return float(ndtr(self.vector[START + slot]))

    def corners(self, slot: int, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
        """Left and upper edge of a digit in pixels at some times [T, 2]."""
        along = positions(np.remainder(self.path_start(slot) + seconds * FPS / PERIOD, 1.0))
        across = np.full_like(along, RANGE * ndtr(self.vector[ACROSS + slot]))
        pair = (along, across) if self.movers[slot].motion == MOTIONS[0] else (across, along)
        return np.rint(np.stack(pair, axis=1)).astype(np.int64)


class DigitsCorpus:
    """See the module's text; follows corpora.protocol.ComposedCorpus.

    **Splits.** ``train`` and ``seen`` show the combinations of digits and motions that are trained on, ``unseen``
    those held out; digits of ``seen`` and ``unseen`` are written by the hands of MNIST's 10,000 test images, and
    are spoken of in the protocol's own words only.

    **Layers.** A black canvas; each digit is a white sprite whose alpha is its ink; nothing has a colour, a shadow
    or weather. Composed of these layers a clip is not quite the protocol's, whose digits are laid over each other
    by maximum and not softened; `Batch.frames` are the protocol's own.

    **Clocks.** The path phase is 0 where the digit touches the left or upper wall and 0.5 at the other one. The
    loop phase is that of an idle clock that runs as fast and shows in nothing.

    **Noise.** Entries of the vector say where each digit starts, how far off it stays, and how it is written
    (`START`, `ACROSS`, `IDLE`, `HANDWRITING`): the clip follows from them but for the handwriting's finer detail.

    Args:
        digits: how many digits a clip has: (1,), (2,), or (1, 2) for both equally often. Of both, clips of two are
            trained on only if none of their movers alone is held out.
        images: instead of all of MNIST.
        reworded_share: of the captions to train on, how many are not in the protocol's own words.

    Raises:
        AssetError: MNIST was not fetched.
        UsageError: a clip cannot have so many digits.
    """

    name = "digits"
    fps = FPS

    def __init__(
        self,
        *,
        digits: Sequence[int] = (1,),
        images: DigitImages | None = None,
        reworded_share: float = REWORDED_SHARE,
    ) -> None:
        self.counts = tuple(dict.fromkeys(digits))
        if not self.counts or not set(self.counts) <= {1, 2}:
            raise UsageError(f"Clips have 1 or 2 digits, or both kinds are mixed; given was {tuple(digits)}.")
        self.images = images or load_digits()
        self.reworded_share = reworded_share
        self._combinations = {
            (count, split): combinations(count, split, pure=len(self.counts) > 1)
            for count in self.counts
            for split in SPLITS
        }

    def captions(self, generator: np.random.Generator, count: int, split: str = "train") -> list[str]:
        return self.readings(generator, count, split)[0]

    def readings(
        self, generator: np.random.Generator, count: int, split: str = "train"
    ) -> tuple[list[str], list[dict[str, str]]]:
        """Captions and what they ask for, by attribute (see protocol.attributes)."""
        drawn = [self.movers(generator, split) for _ in range(count)]
        return [self.say(movers, generator, split) for movers in drawn], [
            attributes(movers) for movers in drawn
        ]

    def annotated(
        self, generator: np.random.Generator, count: int, *, window: Window, split: str = "train"
    ) -> tuple[list[str], Noise, Annotations]:
        """Captions, noise and annotations of clips that are not composed."""
        texts, clips = self.staged(generator, count, split)
        return texts, noise_of(clips), annotate(clips, window)

    def places(
        self, generator: np.random.Generator, count: int, split: str = "train"
    ) -> tuple[list[str], Noise, Tensor]:
        """Captions, noise, and black canvases [count, 3, 160, 256]."""
        texts, clips = self.staged(generator, count, split)
        return texts, noise_of(clips), torch.full((count, *CANVAS_SHAPE), -1.0)

    def staged(self, generator: np.random.Generator, count: int, split: str) -> tuple[list[str], list[Clip]]:
        """Captions and clips, drawn from one generator."""
        drawn = [self.movers(generator, split) for _ in range(count)]
        texts = [self.say(movers, generator, split) for movers in drawn]
        return texts, [self.stage(movers, generator, split) for movers in drawn]

    def movers(self, generator: np.random.Generator, split: str = "train") -> tuple[Mover, ...]:
        """One combination of a split; all are equally likely."""
        if split not in SPLITS:
            raise UsageError(f"Digits are split into {', '.join(SPLITS)}; asked for was {split!r}.")
        count = self.counts[int(generator.integers(len(self.counts)))]
        every = self._combinations[count, split]
        return every[int(generator.integers(len(every)))]

    def say(self, movers: tuple[Mover, ...], generator: np.random.Generator, split: str) -> str:
        """A caption of a combination."""
        return say(movers, generator, reworded_share=self.reworded_share if split == "train" else 0.0)

    def batch(
        self,
        generators: Sequence[np.random.Generator],
        *,
        window: Window,
        split: str = "train",
        side: int = SIDE,
    ) -> Batch:
        """One clip for each generator, from time 0; see protocol.Corpus. Other sides than 64 are scaled."""
        drawn = [(self.movers(generator, split), generator) for generator in generators]
        wrong = tuple(self.say(wrong_of(movers, chance), chance, split) for movers, chance in drawn)
        texts = tuple(self.say(movers, chance, split) for movers, chance in drawn)
        clips = [self.stage(movers, chance, split) for movers, chance in drawn]
        return batch_of(clips, texts, wrong, window, side)

    def compose(
        self,
        movers: Sequence[tuple[Mover, ...]],
        generators: Sequence[np.random.Generator],
        window: Window,
        split: str,
    ) -> Tensor:
        """Clips [B, T, 3, 64, 64] of given combinations, each with what its own generator draws."""
        drawn = zip(movers, generators, strict=True)
        return frames_of([self.stage(some, generator, split) for some, generator in drawn], window)

    def stage(self, movers: tuple[Mover, ...], generator: np.random.Generator, split: str) -> Clip:
        """Draw what the words leave open."""
        written = self.images.training if split == "train" else self.images.evaluation
        vector = generator.standard_normal(VECTOR_SIZE, dtype=np.float32)
        grids = generator.standard_normal(
            sum(math.prod(shape) for shape in (TERRAIN_SHAPE, GRAIN_SHAPE, WEATHER_SHAPE)), dtype=np.float32
        )
        images = []
        for slot, mover in enumerate(movers):
            every = written.of(int(mover.digit))
            row = int(every[generator.integers(len(every))])
            images.append(written.images[row])
            first = HANDWRITING + slot * COMPONENTS
            vector[first : first + COMPONENTS] = written.codes[row]
        return Clip(movers=movers, images=tuple(images), vector=vector, grids=grids)


def batch_of(
    clips: Sequence[Clip], texts: tuple[str, ...], wrong: tuple[str, ...], window: Window, side: int
) -> Batch:
    """The batch of staged clips."""
    said = tuple(attributes(clip.movers) for clip in clips)
    frames = frames_of(clips, window)
    return Batch(
        captions=texts,
        wrong_captions=wrong,
        frames=frames if side == SIDE else scaled(frames, side),
        shown=window.shown,
        camera=torch.tensor(STATIC_CAMERA).expand(len(clips), len(window.shown), 4).clone(),
        scroll=torch.zeros(len(clips), len(window.shown), 2),
        noise=noise_of(clips),
        attributes=said,
        said=said,
        start_seconds=torch.zeros(len(clips)),
        annotations=annotate(clips, window),
    )


def frames_of(clips: Sequence[Clip], window: Window) -> Tensor:
    """The protocol's own frames [B, T, 3, 64, 64] in [-1, 1]: digits laid over each other by maximum."""
    pixels = np.zeros((len(clips), len(window.shown), SIDE, SIDE), dtype=np.uint8)
    seconds = np.asarray(window.shown) / FPS
    for number, clip in enumerate(clips):
        for slot, image in enumerate(clip.images):
            for frame, (left, top) in zip(pixels[number], clip.corners(slot, seconds), strict=True):
                part = frame[top : top + DIGIT_SIDE, left : left + DIGIT_SIDE]
                np.maximum(part, image, out=part)
    return (torch.from_numpy(pixels).float() / 127.5 - 1)[:, :, None].repeat(1, 1, 3, 1, 1)


def annotate(clips: Sequence[Clip], window: Window) -> Annotations:
    """The layers that come nearest to the clips, their poses and clocks."""
    seconds = np.arange(window.frames) / FPS
    pose = torch.from_numpy(np.stack([poses(clip, seconds) for clip in clips]))
    starts = np.zeros((len(clips), SLOTS, 2))
    for number, clip in enumerate(clips):
        for slot in range(len(clip.movers)):
            starts[number, slot] = clip.path_start(slot), ndtr(clip.vector[IDLE + slot])
    rate = FPS / PERIOD
    phases = np.remainder(starts[:, None] + rate * seconds[None, :, None, None], 1.0)
    layers = SceneLayers(
        canvas=torch.full((1, *CANVAS_SHAPE), -1.0).expand(len(clips), -1, -1, -1),
        sprites=sprites(clips).expand(-1, len(window.shown), -1, -1, -1, -1),
        poses=pose[:, list(window.shown)],
        tint=torch.zeros(len(clips), SLOTS, 4),
        light=torch.ones(len(clips), 3),
        weather=torch.zeros(1, 4, WEATHER_SIDE, WEATHER_SIDE).expand(len(clips), -1, -1, -1),
    )
    return Annotations(
        layers=layers,
        poses=pose,
        present=torch.tensor([[slot < len(clip.movers) for slot in range(SLOTS)] for clip in clips]),
        phases=torch.from_numpy(phases.astype(np.float32)),
        start_phases=torch.from_numpy(starts.astype(np.float32)),
        rates=torch.full((len(clips), SLOTS, 2), rate),
        weather_velocity=torch.zeros(len(clips), 2),
    )


def sprites(clips: Sequence[Clip]) -> Tensor:
    """White digits with their ink as alpha [B, 1, S, 4, 64, 64]: they look the same in all frames."""
    ink = np.zeros((len(clips), SLOTS, DIGIT_SIDE, DIGIT_SIDE), dtype=np.uint8)
    for number, clip in enumerate(clips):
        ink[number, : len(clip.images)] = clip.images
    size = (SPRITE_SIDE, SPRITE_SIDE)
    alpha = F.interpolate(torch.from_numpy(ink).float() / 255, size, mode="bicubic", align_corners=False)
    white = torch.ones(len(clips), 1, SLOTS, 4, *size)
    white[:, 0, :, 3] = alpha.clamp(0, 1)
    return white


def poses(clip: Clip, seconds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Pose codes of both slots at some times [T, S, 10]; an absent one is invisible."""
    codes = np.zeros((len(seconds), SLOTS, len(POSE_FIELDS)), dtype=np.float32)
    for slot in range(len(clip.movers)):
        centres = (clip.corners(slot, seconds) + DIGIT_SIDE / 2 - SIDE / 2) / SIDE
        x, y = centres[:, 0] + STATIC_CAMERA[0], centres[:, 1] + STATIC_CAMERA[1]
        code: dict[str, NDArray[np.float64] | float] = {
            "x_cos": np.cos(math.pi * x),
            "x_sin": np.sin(math.pi * x),
            "y": y,
            "ground_y": 0.9,
        }
        code |= {"log_scale": math.log(DIGIT_SIDE / SIDE), "facing": 1.0, "roll_cos": 1.0, "opacity": 1.0}
        for name, values in code.items():
            codes[:, slot, POSE[name]] = values
    return codes


def wrong_of(movers: tuple[Mover, ...], generator: np.random.Generator) -> tuple[Mover, ...]:
    """The same combination with one attribute of one mover changed."""
    slot = int(generator.integers(len(movers)))
    return (*movers[:slot], movers[slot].wrong(generator), *movers[slot + 1 :])


def noise_of(clips: Sequence[Clip]) -> Noise:
    """The noise that clips follow from."""
    parts, first = {}, 0
    grids = torch.from_numpy(np.stack([clip.grids for clip in clips]))
    for name, shape in {"terrain": TERRAIN_SHAPE, "grain": GRAIN_SHAPE, "weather": WEATHER_SHAPE}.items():
        size = math.prod(shape)
        parts[name] = grids[:, first : first + size].reshape(len(clips), *shape)
        first += size
    return Noise(vector=torch.from_numpy(np.stack([clip.vector for clip in clips])), **parts)


def scaled(frames: Tensor, side: int) -> Tensor:
    """Frames [B, T, 3, H, W] at another height and width."""
    flat = F.interpolate(
        frames.flatten(0, 1), (side, side), mode="bilinear", antialias=True, align_corners=False
    )
    return flat.unflatten(0, frames.shape[:2])
