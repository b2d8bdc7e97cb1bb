"""The judge of the world: which of COCO's things are seen in a frame and where, in which colours, in which place.

It knows nothing of the generator: EfficientNet-Lite0's features of a frame, in 9 x 9 cells, and one linear layer for
each question, learned on composed pictures (``textreel train world --stage judge``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from textreel import checkpoint
from textreel.corpora.world.recolour import to_lab
from textreel.evaluation import efficientnet
from textreel.models import judge_folder
from textreel.world import looks

SIDE, CELLS = 288, 9
JUDGE = "world-judge"
SEEN = 0.5  # the chance from which on a thing counts as seen
COLOURED = 0.25  # share of a thing's pixels that must have the colour asked for
THINGS = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant",
    "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard",
    "ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli",
    "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet",
    "tv", "laptop", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator",
    "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
"""COCO's 80 things (Lin et al. 2014), a mouse of a computer left out: the inventory's mouse is an animal."""


@dataclass(frozen=True, kw_only=True)
class WorldJudgeConfig:
    """What is told apart: cell classes are nothing, the things, and any other thing."""

    things: tuple[str, ...] = THINGS
    places: tuple[str, ...] = ()


class WorldJudge(nn.Module):
    """Linear layers on features that were standardised: of cells for things, of the whole frame for the place."""

    mean: Tensor
    scale: Tensor

    def __init__(self, config: WorldJudgeConfig) -> None:
        super().__init__()
        self.config = config
        self.things = nn.Conv2d(efficientnet.FEATURES, len(config.things) + 2, 1)
        self.places = nn.Linear(efficientnet.FEATURES, len(config.places))
        self.register_buffer("mean", torch.zeros(efficientnet.FEATURES))
        self.register_buffer("scale", torch.ones(efficientnet.FEATURES))

    def forward(self, features_NCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of cells [N, 1 + things + 1, 9, 9] and of places [N, places]."""
        standard = (features_NCHW - self.mean[:, None, None]) / self.scale[:, None, None]
        return self.things(standard), self.places(standard.mean(dim=(2, 3)))

    @torch.inference_mode()
    def look(self, frames_NCHW: Tensor) -> "Look":
        """Look at frames in [-1, 1]."""
        cells, places = self(features_of(frames_NCHW))
        return Look(
            config=self.config,
            frames=frames_NCHW,
            chances=cells.softmax(dim=1)[:, 1:-1],
            places=places.softmax(dim=-1),
        )


@torch.inference_mode()
def features_of(frames_NCHW: Tensor) -> Tensor:
    """EfficientNet-Lite0's features of frames in [-1, 1], float32 [N, 1280, 9, 9]."""
    pixels = F.interpolate(
        frames_NCHW.float(), (SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False
    )
    prepared = ((pixels + 1) * 127.5 - 127) / 128
    return torch.cat([efficientnet.load().extract_features(part) for part in prepared.split(8)])


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """What the judge sees in N frames of one film.

    Attributes:
        config: what it tells apart.
        frames: at which it looked, [N, 3, H, W] in [-1, 1].
        chances: of each thing in each cell, [N, things, 9, 9].
        places: the chance of each place, [N, places].
    """

    config: WorldJudgeConfig
    frames: Tensor
    chances: Tensor
    places: Tensor

    def map_of(self, thing: str) -> Tensor:
        """Where a thing is seen, [N, 9, 9]."""
        return self.chances[:, self.config.things.index(thing)]

    def sees(self, thing: str) -> bool:
        """Whether a thing is seen in half of the frames."""
        return bool((self.map_of(thing).amax(dim=(1, 2)) > SEEN).float().mean() >= 0.5)

    def middle_of(self, thing: str) -> tuple[float, float]:
        """Where a thing is, right and down, from 0 to 1: the middle of its cells over all frames."""
        weights = self.map_of(thing).clamp(min=0.1) - 0.1
        rows = (torch.arange(CELLS) + 0.5) / CELLS
        total = weights.sum().clamp(min=1e-9)
        return float((weights.sum(dim=(0, 1)) * rows).sum() / total), float(
            (weights.sum(dim=(0, 2)) * rows).sum() / total
        )

    def place(self) -> str:
        """The likeliest place."""
        return self.config.places[int(self.places.mean(dim=0).argmax())]

    def colours_of(self, thing: str) -> dict[str, float]:
        """The shares of the colours of the inventory among the pixels where a thing is surely seen."""
        weights = F.interpolate(self.map_of(thing)[:, None], self.frames.shape[-2:], mode="bilinear")[:, 0]
        pixels = (self.frames.permute(0, 2, 3, 1)[weights > SEEN].numpy() + 1) / 2
        if not len(pixels):
            return {}
        names, table = self._palette
        nearest = np.square(as_perceived(pixels)[:, None] - table[None]).sum(axis=-1).argmin(axis=1)
        shares = np.bincount(nearest, minlength=len(names)) / len(nearest)
        return dict(zip(names, shares.tolist(), strict=True))

    def has_colour(self, thing: str, colour: str) -> bool:
        """Whether a thing is seen in a colour."""
        return self.sees(thing) and self.colours_of(thing).get(colour, 0.0) >= COLOURED

    @cached_property
    def _palette(self) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        colours = {name: value.rgb for name, value in looks()["colour"].items() if value.rgb}
        rgb = np.array([[int(text[at : at + 2], 16) / 255 for at in (0, 2, 4)] for text in colours.values()])
        return tuple(colours), as_perceived(rgb)


def as_perceived(rgb: NDArray[np.floating]) -> NDArray[np.float32]:
    """Colours [..., 3] in [0, 1] as CIE Lab, lightness at half its weight: shading says little."""
    return to_lab(rgb) * np.array([0.5, 1.0, 1.0], np.float32)


def load_world_judge(folder: Path | None = None) -> WorldJudge:
    """The judge that ships, or another.

    Raises:
        MissingExtraError: the extra evaluate is not installed.
        CheckpointError: its file is missing or broken.
    """
    place = judge_folder(JUDGE) if folder is None else folder
    saved = checkpoint.load(place, kind=JUDGE)
    options = checkpoint.read_config(WorldJudgeConfig, saved.metadata, place)
    judge = checkpoint.build(lambda: WorldJudge(options), saved.tensors, source=place)
    return judge.eval().requires_grad_(False)


def frames_of(film_frames: NDArray[np.uint8], count: int = 4) -> Tensor:
    """Some frames of a film, evenly over it: uint8 [T, H, W, 3] -> [count, 3, H, W] in [-1, 1]."""
    places: Sequence[int] = (
        np.linspace(0, len(film_frames) - 1, min(count, len(film_frames))).round().astype(int).tolist()
    )
    return torch.from_numpy(film_frames[list(places)]).permute(0, 3, 1, 2).float() / 127.5 - 1
