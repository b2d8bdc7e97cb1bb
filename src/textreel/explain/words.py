"""From words to pixels, in three ways: by attention, by leaving the word out, by integrated gradients.

Every way answers with maps [L, T, H, W]: how much of a pixel a word caused, and how much of each part [L, P].
Dimensions in names: L words, P parts, T frames.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from textreel.explain.painters import View
from textreel.explain.shots import FilmedShot
from textreel.extras import extra
from textreel.nn.noise import Noise
from textreel.nn.records import map_tensors

GRADIENT_STAGES, GRADIENT_STEPS = 5, 4
SOUNDINGS = 129
GRADIENT_FRAMES = 2
GRADIENT_SIDE = 64  # pixels
LEAST_SEEN = 0.002  # the share of the picture below which a part counts as not there
MAP_SIDE = 32

Maps = NDArray[np.float32]
Told = Callable[[], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Attribution:
    """What the words of a shot caused, by one method.

    maps float32 [L, T, h, w], by their means over a part float32 [L, P]: the same unit throughout, which is the
    share of what is read (attention), the mean change of a pixel from 0 to 1 (leaving out), or the share of the
    way from a film of no words to this one (gradients; a word may stand in the way: then it is negative).
    """

    maps: Maps
    by_part: NDArray[np.float32]

    @property
    def shares(self) -> NDArray[np.float32]:
        """What each word has of the picture, of all that the words have [L]; negative causes count as none."""
        caused = self.maps.clip(0).sum(axis=(1, 2, 3))
        return np.asarray(caused / max(float(caused.sum()), 1e-12), dtype=np.float32)


@torch.no_grad()
def seen_parts(shot: FilmedShot) -> Tensor:
    """How much each pixel shows of each part [P, T, H, W]; sums to 1.

    Parts that are hardly there show nothing: their pixels count to the first part, which is behind the others.
    """
    seen: Tensor = shot.painter.seen(shot.state, shot.view)[0]
    there = seen.mean(dim=(1, 2, 3)) > LEAST_SEEN
    shown = seen * there[:, None, None, None]
    shown[0] += seen.sum(dim=0) - shown.sum(dim=0)
    return shown


def by_attention(shot: FilmedShot, seen_PTHW: Tensor) -> Attribution:
    """Each pixel has read what the parts that it shows have read."""
    read_PTL = shot.painter.attention(shot.state, shot.view)[0]
    return Attribution(
        maps=pooled(torch.einsum("ptl,pthw->lthw", read_PTL, seen_PTHW)),
        by_part=(read_PTL.mean(dim=1).T * (seen_PTHW.amax(dim=(1, 2, 3)) > 0)).numpy(),
    )


def by_leaving_out(
    shot: FilmedShot, seen_PTHW: Tensor, told: Told = lambda: None
) -> tuple[Attribution, list[Tensor]]:
    """How much what is seen changes when the word is left out, and the films without each word [L][T, 3, H, W].

    Each part is held against what would stand in its place, where it is seen: what would be new elsewhere is nothing
    that this film shows.
    """
    pictures = shot.pictures()
    films, changes = [], []
    for at in range(len(shot.words)):
        state = shot.without(at)
        films.append(shot.pictures(state))
        with torch.no_grad():
            exchanged_PTCHW = shot.painter.exchanged(shot.state, state, shot.view)[0]
        change_PTHW = (exchanged_PTCHW - pictures).abs().mean(dim=2) / 2
        changes.append((change_PTHW * seen_PTHW).sum(dim=0))
        told()
    changes_LTHW = torch.stack(changes) if changes else pictures.new_zeros(0, *seen_PTHW.shape[1:])
    return Attribution(maps=pooled(changes_LTHW), by_part=part_means(changes_LTHW, seen_PTHW)), films


def by_gradients(shot: FilmedShot, seen_PTHW: Tensor, told: Told = lambda: None) -> Attribution:
    """Integrated gradients (Sundararajan et al. 2017), from words without meaning to the words as they are.

    What is explained of each part is how far its pixels have come from the film of no words to this one: their
    difference, projected on the whole difference. Over all words that adds up to 1. A part's answer is laid on its
    pixels by their share in that projection.
    """
    generator, mask = shot.generator, shot.reading.mask
    view = replace(shot.view, side=min(shot.view.side, GRADIENT_SIDE))
    seen_PTHW = F.adaptive_avg_pool2d(seen_PTHW, (view.side, view.side))
    with torch.no_grad():
        embedded = generator.text_encoder.embedding(shot.reading.vectors)
        meaningless = generator.text_encoder.explain_each_other(torch.zeros_like(embedded), mask)
        empty = shot.painter.settled(shot.painter.begin(meaningless, shot.easel.noise()), shot.state)
        start = shot.pictures(empty, view)
        far = shot.pictures(view=view) - start
        weights_PTHW = far.square().sum(dim=1) * seen_PTHW
    picked = list(range(far.shape[0]))[1 :: max(1, far.shape[0] // GRADIENT_FRAMES)][:GRADIENT_FRAMES] or [0]
    way = Way(shot, view.only(picked), start[picked], far[picked], seen_PTHW[:, picked])
    there = [part for part in range(len(seen_PTHW)) if weights_PTHW[part, picked].sum() > 0]
    stages = stages_of(shot, embedded)
    answers_LP = torch.zeros(embedded.shape[1], len(seen_PTHW))
    for part in there:
        answers_LP[:, part] = along(way, embedded, stages, part)
        told()
    shares = weights_PTHW / weights_PTHW.sum().clamp(min=1e-12)
    words = len(shot.words)
    maps = pooled(torch.einsum("lp,pthw->lthw", answers_LP[:words], shares))
    return Attribution(maps=maps * shares[0, 0].numel() / maps[0, 0].size, by_part=answers_LP[:words].numpy())


@torch.no_grad()
def stages_of(shot: FilmedShot, embedded_BLD: Tensor) -> list[float]:
    """Shares of the way from no words to these, from 0 to 1, between which as much of the reading changes each time.

    What a generator believes turns over within a small share of the straight way; even steps would pass that over.
    """
    generator, shares = shot.generator, torch.linspace(0, 1, SOUNDINGS)
    mask = shot.reading.mask.expand(SOUNDINGS, -1)
    encoding = generator.text_encoder.explain_each_other(shares[:, None, None] * embedded_BLD, mask)
    contexts, _ = generator.read(encoding)
    told = [*generator.reader.scene(contexts).values(), *generator.reader.subjects(contexts).values()]
    normal = F.layer_norm(contexts, contexts.shape[-1:]) / contexts.shape[-1] ** 0.5
    read = torch.cat([normal.flatten(1), *(logits.softmax(dim=-1).flatten(1) for logits in told)], dim=1)
    way = F.pad((read[1:] - read[:-1]).norm(dim=1) + 1e-4, (1, 0)).cumsum(dim=0)
    ends = np.interp(np.linspace(0, float(way[-1]), GRADIENT_STAGES + 1), way.numpy(), shares.numpy())
    return [0.0, *(float(end) for end in ends[1:-1]), 1.0]


def along(way: "Way", embedded_BLD: Tensor, stages: Sequence[float], part: int) -> Tensor:
    """The integrated gradients of one part for each word [L], stage by stage."""
    with extra("explain"):
        from captum.attr import IntegratedGradients
    total = torch.zeros(embedded_BLD.shape[1])
    for start, end in itertools.pairwise(stages):
        gradients = IntegratedGradients(way).attribute(
            end * embedded_BLD, start * embedded_BLD, target=part, n_steps=GRADIENT_STEPS
        )
        total += gradients[0].sum(dim=-1).float()
    return total


class Way:
    """How far each part has come from a film of no words to this one [B, P], for embedded words [B, L, D]."""

    def __init__(
        self, shot: FilmedShot, view: View, start_TCHW: Tensor, far_TCHW: Tensor, seen_PTHW: Tensor
    ) -> None:
        self.shot, self.view, self.start, self.far = shot, view, start_TCHW, far_TCHW
        self.seen = seen_PTHW[:, :, None].expand(-1, -1, 3, -1, -1)
        self.whole = (far_TCHW.square() * self.seen).sum(dim=(1, 2, 3, 4)).clamp(min=1e-12)

    def noise(self, batch: int) -> Noise:
        """The shot's own noise, so many times."""
        return map_tensors(self.shot.easel.noise(), lambda part: part.expand(batch, *part.shape[1:]))

    def __call__(self, embedded_BLD: Tensor) -> Tensor:
        shot, batch = self.shot, len(embedded_BLD)
        mask = shot.reading.mask.expand(batch, -1)
        encoding = shot.generator.text_encoder.explain_each_other(embedded_BLD, mask)
        state = shot.painter.begin(encoding, self.noise(batch))
        painted = shot.painter.paint(shot.painter.settled(state, shot.state), self.view)
        along = (painted - self.start) * self.far
        return torch.einsum("btchw,ptchw->bp", along, self.seen) / self.whole


def part_sums(gradients: Attribution, parts: tuple[str, ...], seen_PTHW: Tensor) -> dict[str, float]:
    """What integrated gradients come to over all words, for each part that is there; 1 is exact."""
    sums = gradients.by_part.sum(axis=0)
    return {name: float(sums[at]) for at, name in enumerate(parts) if seen_PTHW[at].any()}


def pooled(values_LTHW: Tensor) -> Maps:
    """Maps at MAP_SIDE x MAP_SIDE or less, by averaging."""
    side = min(MAP_SIDE, values_LTHW.shape[-1])
    return F.adaptive_avg_pool2d(values_LTHW.float(), (side, side)).numpy()


def part_means(values_LTHW: Tensor, seen_PTHW: Tensor) -> NDArray[np.float32]:
    """The mean of each map over each part [L, P]; 0 over parts that are not there."""
    sums = torch.einsum("lthw,pthw->lp", values_LTHW, seen_PTHW)
    return np.asarray((sums / seen_PTHW.sum(dim=(1, 2, 3)).clamp(min=1e-6)).numpy(), dtype=np.float32)
