"""Why the discriminators believed a film: where they look, and what they find least real, by their gradients."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from textreel import checkpoint
from textreel.discriminators import Discriminator, DiscriminatorConfig, DiscriminatorPanel, Showing
from textreel.explain.explanation import Belief, Map
from textreel.explain.painters import LayeredPainter, View
from textreel.explain.shots import FilmedShot
from textreel.explain.words import MAP_SIDE
from textreel.generator import Generator
from textreel.models import DISCRIMINATORS, WEIGHTS, discriminators_of
from textreel.nn.text_encoder import TextEncoder

PANEL = "panel.judges."
SHOWN = (0, 5, 10, 15)
"""The frames that discriminators are shown in training."""
BLUR = 9  # pixels over which details are wiped away


@dataclass(frozen=True, kw_only=True, eq=False)
class Discriminators:
    """The discriminators of a training run and their own reading of the words."""

    text_encoder: TextEncoder = field(repr=False)
    judges: Mapping[str, Discriminator]

    @classmethod
    def load(cls, folder: Path, generator: Generator[Any]) -> "Discriminators | None":
        """Those of a model; None where there are none.

        Raises:
            CheckpointError: they are broken.
            MissingExtraError: the model is a shipped one, and the package with its discriminators is missing.
        """
        home = discriminators_of(folder)
        if not (home / WEIGHTS).is_file():
            return None
        tensors = checkpoint.load(home, kind=DISCRIMINATORS).tensors
        names = tuple(
            dict.fromkeys(name[len(PANEL) :].split(".")[0] for name in tensors if name.startswith(PANEL))
        )
        text_encoder = TextEncoder(generator.config.text)
        panel = DiscriminatorPanel(DiscriminatorConfig(sentence=generator.config.text.features), names)
        both = torch.nn.ModuleDict({"text_encoder": text_encoder, "panel": panel})
        checkpoint.restore(both, tensors, source=home)
        both.requires_grad_(False).eval()
        return cls(text_encoder=text_encoder, judges=dict(panel.judges.items()))  # type: ignore[arg-type]


def ask(discriminators: Discriminators, shot: FilmedShot) -> tuple[Belief, ...]:
    """What each discriminator thinks of the first frames of a shot."""
    last = len(shot.view.camera) - 1
    view = View(
        camera=shot.view.camera, shown=tuple(min(frame, last) for frame in SHOWN), side=shot.view.side
    )
    frames = shot.pictures(view=view)[None]
    sprites = None
    if isinstance(shot.painter, LayeredPainter):
        with torch.no_grad():
            layers, _ = shot.painter.layers(shot.state, view)
        sprites = premultiplied(layers.sprites[:, 0, 0])
    sentence = discriminators.text_encoder(shot.reading.vectors, shot.reading.mask).sentence
    showing = Showing(frames, sprites)
    seen = shot.painter.seen(shot.state, view)[0]
    return tuple(
        located(believe(name, judge, showing, sentence), shot.painter.parts, seen)
        for name, judge in discriminators.judges.items()
        if name != "sprite" or sprites is not None
    )


def believe(name: str, judge: Discriminator, showing: Showing, sentence_BD: Tensor) -> Belief:
    """One discriminator's answer, and its slope at every pixel.

    It looks where its answer hangs most on the pixels. What it finds least real are the details without which its
    answer would rise most, to the first order: each pixel's slope times the way to its surroundings' mean.
    """
    asked = showing.map(lambda part: part.detach().clone().requires_grad_(True))
    logit = judge(asked, sentence_BD).sum()
    shown = asked.sprites if name == "sprite" else asked.frames
    assert shown is not None
    (slope,) = torch.autograd.grad(logit, [shown])
    values = shown.detach()
    slopes, pictures = (part[:, :, :3] if part.dim() == 5 else part[:, None, :3] for part in (slope, values))
    slopes, pictures = slopes[0], pictures[0]
    smooth = F.avg_pool2d(F.pad(pictures, [BLUR // 2] * 4, mode="replicate"), BLUR, stride=1)
    colours = pictures.clamp(0, 1) if name == "sprite" else (pictures.clamp(-1, 1) + 1) / 2
    return Belief(
        judge=name,
        logit=float(logit.detach()),
        looks=scaled(slopes.abs().sum(dim=1)),
        doubts=scaled((slopes * (smooth - pictures)).sum(dim=1), only_positive=True),
        pictures=(colours * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy(),
    )


def located(belief: Belief, parts: tuple[str, ...], seen_PTHW: Tensor) -> Belief:
    """The belief with the part of the picture that is doubted most in the mean; sprites have no parts."""
    if belief.judge == "sprite":
        return belief
    side = belief.doubts.shape[-1]
    seen = F.adaptive_avg_pool2d(seen_PTHW.float(), (side, side)).numpy()
    means = (seen * belief.doubts).sum(axis=(1, 2, 3)) / np.maximum(seen.sum(axis=(1, 2, 3)), 1.0)
    return replace(belief, least_real=parts[int(means.argmax())])


def premultiplied(sprites_NCHW: Tensor) -> Tensor:
    """Colour in [-1, 1] and alpha -> premultiplied colour in [0, 1] and alpha, as discriminators are shown them."""
    alpha = sprites_NCHW[:, 3:].clamp(0, 1)
    return torch.cat([(sprites_NCHW[:, :3] + 1) / 2 * alpha, alpha], dim=1)


def scaled(values_THW: Tensor, *, only_positive: bool = False) -> Map:
    """Maps of MAP_SIDE or less from 0 to 1, smoothed by their pooling."""
    side = min(MAP_SIDE, values_THW.shape[-1])
    pooled = F.adaptive_avg_pool2d(values_THW[None].float(), (side, side))[0]
    pooled = pooled.clamp(min=0) if only_positive else pooled
    return np.asarray((pooled / pooled.amax().clamp(min=1e-12)).numpy(), dtype=np.float32)
