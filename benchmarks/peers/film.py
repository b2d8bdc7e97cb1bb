"""A trained system as a model that `textreel.evaluation` measures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from peers.captions import CaptionReader
from peers.layers import channels_last
from peers.system import Setting, System
from peers.systems import SYSTEMS
from textreel import checkpoint
from textreel.language import WordVectors
from textreel.models import ModelCard, read_card
from textreel.nn.processor import fast_bfloat16

KIND = "peer"


@dataclass(frozen=True)
class PeerFilm:
    """frames uint8 [T, H, W, 3], shown so many a second."""

    frames: NDArray[np.uint8]
    fps: float


@dataclass(frozen=True, kw_only=True, eq=False)
class PeerModel:
    """Follows textreel.evaluation.Model."""

    system: System
    reader: CaptionReader
    card: ModelCard

    @property
    def name(self) -> str:
        return self.card.name

    @torch.inference_mode()
    def generate(self, prompt: str, seed: int = 0, sound: bool = True) -> PeerFilm:
        """A film of two seconds without sound; the same words and seed give the same frames on the same machine."""
        setting = self.system.setting
        with torch.random.fork_rng(), torch.autocast("cpu", torch.bfloat16, enabled=fast_bfloat16()):
            torch.manual_seed(seed)
            frames = self.system.paint(self.reader([prompt]), setting.film_frames)[0]
        pixels = ((frames + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
        return PeerFilm(pixels.permute(0, 2, 3, 1).contiguous().numpy(), setting.fps)

    def stream(self, prompt: str, seed: int = 0, sound: bool = True) -> Iterator[NDArray[np.uint8]]:
        """The frames of a film, one by one."""
        return iter(self.generate(prompt, seed).frames)


def save_model(folder: Path, system: System, reader: CaptionReader, facts: Mapping[str, Any]) -> None:
    """What it takes to make films, with `facts` for those who measure them."""
    tensors = nn.ModuleDict({"generator": system.generator, "reader": reader}).state_dict()
    about = {**facts, "system": system.name, "setting": system.setting.to_dict()}
    checkpoint.save(folder, tensors, about, kind=KIND)


def load_model(folder: Path) -> PeerModel:
    """The model that :func:`save_model` wrote, ready to make films.

    Raises:
        CheckpointError: it is missing or broken.
    """
    saved = checkpoint.load(folder, kind=KIND)
    system = SYSTEMS[saved.metadata["system"]](Setting(**saved.metadata["setting"]))
    reader = CaptionReader(WordVectors.load_default())
    parts = nn.ModuleDict({"generator": system.generator, "reader": reader})
    checkpoint.restore(parts, saved.tensors, source=folder)
    channels_last(system)
    return PeerModel(system=system.requires_grad_(False).eval(), reader=reader, card=read_card(folder))
