"""Shapes: does a moving shape keep its colour, and does it move as asked? Plain arithmetic, no judge.

Average content distance as MoCoGAN (Tulyakov et al. 2018) measured it: the mean pairwise distance of the mean colours
of the shape in the frames of a film. A frozen film has none, and does not move as asked.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.corpora.clips.corpus import ClipsCorpus
from textreel.corpora.protocol import Window
from textreel.evaluation.bench import AT_ONCE, Bench
from textreel.evaluation.figures import Figure, Result, share_figure
from textreel.evaluation.metric import Metric

JUDGED = Window(frames=24, shown=tuple(range(24)), longest_start_seconds=0.0)
WAYS: Mapping[str, tuple[int, int]] = {"0": (1, -1), "1": (0, -1)}
"""By label the axis (0 across, 1 down) and the direction on it: the first folder moves up, the second left."""
INK = 0.15  # brightness above which a pixel belongs to the shape
LEAST_PIXELS = 8
LEAST_WAY = 6.0 / 64  # of the picture's side, from the first frame to the last
CONSTANT = 0.8  # of all its travel on the axis goes the asked way
CONTROLS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "": lambda frames: frames,
    ", frozen": lambda frames: frames[:, :1].expand_as(frames),
}


def measure(bench: Bench) -> Result:
    """See the module's text: films and the same films frozen, with real clips of the same captions beside them."""
    corpus = bench.clips
    labels = [tuple(WAYS)[number % len(WAYS)] for number in range(bench.films)]
    texts = captions(corpus, labels, bench.seed)
    seeds = range(bench.seed, bench.seed + bench.films)
    films = torch.cat([*bench.films_of(texts, seeds, "films", window=JUDGED, side=corpus.size)])
    real = torch.cat([*real_clips(corpus, labels, bench)])
    figures = [figure for control in CONTROLS for figure in figures_of(control, films, real, labels)]
    return Result(
        metric="shapes",
        figures=tuple(figures),
        method=f"{bench.films} films of {len(JUDGED.shown)} frames, noise seeds from {bench.seed}, both motions in "
        "turn; average content distance on the scale 0-255 over frames that show a shape; real: clips held out of "
        "training, where there are some; chance: each film against the other motion.",
    )


def captions(corpus: ClipsCorpus, labels: Sequence[str], seed: int) -> list[str]:
    """One of the wordings that the corpus has for each label, drawn."""
    generator = np.random.default_rng([seed, 2])
    known = {sample.label: sample.captions for sample in corpus.samples}
    return [known[label][int(generator.integers(len(known[label])))] for label in labels]


def real_clips(corpus: ClipsCorpus, labels: Sequence[str], bench: Bench) -> Iterable[Tensor]:
    """Clips [B, T, 3, side, side] of given labels, a few at a time, of those held out where there are some."""
    generator = np.random.default_rng([bench.seed, 1])
    numbers = corpus.clips("held-out" if corpus.held_out else "train")
    of_label = {
        label: [int(one) for one in numbers if corpus.samples[one].label == label] for label in set(labels)
    }
    wanted = iter(labels)
    for done in range(0, len(labels), AT_ONCE):
        rows = [
            of_label[label][int(generator.integers(len(of_label[label])))]
            for label in islice(wanted, AT_ONCE)
        ]
        yield torch.stack([window_of(corpus, row, JUDGED, generator) for row in rows])
        bench.progress("real clips", done + len(rows), len(labels))


def window_of(corpus: ClipsCorpus, number: int, window: Window, generator: np.random.Generator) -> Tensor:
    """Frames [T, 3, side, side] in [-1, 1] of a clip, from a drawn start on; the last one stands where it is short."""
    frames = corpus.frames(number)
    start = int(generator.integers(max(1, len(frames) - window.frames + 1)))
    shown = frames[np.minimum(start + np.array(window.shown), len(frames) - 1)]
    return torch.from_numpy(shown).permute(0, 3, 1, 2).float() / 127.5 - 1


def figures_of(control: str, films: Tensor, real: Tensor, labels: Sequence[str]) -> list[Figure]:
    """Content distance and motion of films after a control, and of real clips after the same one."""
    change = CONTROLS[control]
    made, true = content_distances(change(films)), content_distances(change(real))
    right, opposite = (right_ways(change(films), labels, other=other) for other in (False, True))
    ceiling = right_ways(change(real), labels, other=False)
    return [
        mean_figure(f"average content distance{control}", made, true),
        share_figure(
            f"moves as asked{control}",
            sum(right),
            len(right),
            chance=statistics.fmean(opposite),
            real=statistics.fmean(ceiling),
        ),
    ]


def mean_figure(name: str, made: Sequence[float], real: Sequence[float]) -> Figure:
    """A mean over films with its 95 % interval; not a number where there was nothing to see in any."""
    if not made:
        return Figure(name=name, value=math.nan, unit="", n=0)
    mean, deviation = statistics.fmean(made), statistics.stdev(made) if len(made) > 1 else 0.0
    half = 1.959964 * deviation / math.sqrt(len(made))
    known = statistics.fmean(real) if real else None
    return Figure(name=name, value=mean, unit="", n=len(made), low=mean - half, high=mean + half, real=known)


def content_distances(frames_BTCHW: Tensor) -> list[float]:
    """The mean pairwise distance of the shape's mean colours (0-255) over the frames of each clip that shows one."""
    colours = (frames_BTCHW + 1) * 127.5
    mask = shape_mask(frames_BTCHW)
    sizes = mask.sum(dim=(3, 4))
    means = (colours * mask).sum(dim=(3, 4)) / sizes.clamp(min=1)
    seen = sizes[..., 0] >= LEAST_PIXELS
    return [
        float(F.pdist(mean[there]).mean())
        for mean, there in zip(means, seen, strict=True)
        if int(there.sum()) > 1
    ]


def right_ways(frames_BTCHW: Tensor, labels: Sequence[str], *, other: bool) -> list[bool]:
    """Whether each clip moves as its label says; or, of `other`, as the next label says."""
    names = list(WAYS)
    asked = [names[(names.index(label) + other) % len(names)] for label in labels]
    return [moves(track, *WAYS[label]) for track, label in zip(centroids(frames_BTCHW), asked, strict=True)]


def moves(track_T2: Tensor, axis: int, sign: int) -> bool:
    """Whether a track of x and y, in shares of the side, goes far enough that way and hardly ever back."""
    steps = sign * track_T2[:, axis].diff()
    forth, back = float(steps.clamp(min=0).sum()), float((-steps).clamp(min=0).sum())
    return len(steps) > 0 and forth - back >= LEAST_WAY and forth >= CONSTANT * (forth + back)


def centroids(frames_BTCHW: Tensor) -> list[Tensor]:
    """For each clip the x and y of the shape [frames that show it, 2], in shares of the side."""
    mask = shape_mask(frames_BTCHW)[:, :, 0].float()
    places = (torch.arange(mask.shape[-1]) + 0.5) / mask.shape[-1]
    sizes = mask.sum(dim=(2, 3)).clamp(min=1)
    x, y = (mask.sum(dim=2) @ places) / sizes, (mask.sum(dim=3) @ places) / sizes
    seen = mask.sum(dim=(2, 3)) >= LEAST_PIXELS
    return [track[there] for track, there in zip(torch.stack([x, y], dim=-1), seen, strict=True)]


def shape_mask(frames_BTCHW: Tensor) -> Tensor:
    """Where the shape is on its black ground, bool [B, T, 1, H, W]."""
    return (frames_BTCHW.amax(dim=2, keepdim=True) + 1) / 2 > INK


METRIC = Metric(
    name="shapes",
    summary="average content distance of moving shapes, and the share that moves as asked",
    measure=measure,
    corpora=("shapes",),
    needs_clips=True,
)
