"""FD-EffNet-Lite0: how far the films as a whole are from the real clips as a whole, in what a network sees of them.

The Fréchet distance of pooled EfficientNet-Lite0 features over frames (what things look like), and over the
differences of these features between neighbouring frames (how they move). It is not the FVD or FID of other papers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.digits.assets import fetched_file, load_digits
from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.corpora.protocol import Corpus, Window
from textreel.evaluation import efficientnet
from textreel.evaluation.bench import AT_ONCE, Bench, as_shown
from textreel.evaluation.figures import Figure, Result
from textreel.evaluation.metric import Metric

FRAMES = 8  # of each clip, at equal distance within two seconds
SECONDS = 2
SHUFFLED = (3, 6, 1, 4, 7, 0, 5, 2)
CONTROLS: Mapping[str, Callable[[Tensor], Tensor]] = {
    ", real clips frozen": lambda rows: rows[:, :1].expand_as(rows),
    ", real clips shuffled": lambda rows: rows[:, list(SHUFFLED)],
}
"""What is done to the order of the frames of real clips: a distance of motion must tell that."""
ASPECTS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "frames": lambda rows: rows.flatten(0, 1),
    "motion": lambda rows: rows.diff(dim=1).flatten(0, 1),
}
"""Features of clips [N, FRAMES, D] -> what is compared [M, D]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """Mean [D] and covariance [D, D] of features."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def of(cls, rows_ND: Tensor) -> "Spread":
        rows = rows_ND.double().numpy()
        return cls(mean=rows.mean(axis=0), covariance=np.cov(rows, rowvar=False))


def measure(bench: Bench) -> Result:
    """See the module's text: films against real clips, with other real clips, frozen and shuffled ones beside them."""
    corpus, split = real_corpus(bench)
    window = Window(
        frames=SECONDS * corpus.fps,
        shown=tuple(int(frame) for frame in np.linspace(0, SECONDS * corpus.fps - 1, FRAMES)),
        longest_start_seconds=0.0,
    )
    side = film_side(bench)
    texts, real = real_features(corpus, split, window, side, bench, 1)
    _, other = real_features(corpus, split, window, side, bench, 2)
    seeds = range(bench.seed, bench.seed + bench.films)
    films = bench.films_of(texts, seeds, "films", window=window, side=side)
    made = torch.cat([features_of(some) for some in films])
    figures = []
    for aspect, taken in ASPECTS.items():
        known = Spread.of(taken(real))
        floor = frechet_distance(Spread.of(taken(other)), known)
        figures.append(distance_figure(aspect, frechet_distance(Spread.of(taken(made)), known), made, floor))
        for control, change in CONTROLS.items():
            value = frechet_distance(Spread.of(taken(change(other))), known)
            figures.append(distance_figure(aspect + control, value, other, floor))
    return Result(
        metric="frechet",
        figures=tuple(figures),
        method=f"FD-EffNet-Lite0 of {bench.films} films, noise seeds from {bench.seed}, and as many real clips of the "
        f"same captions ({split}); {FRAMES} frames of the first {SECONDS} s; real: other real clips against the same. "
        "Small numbers of films make every distance larger: compare only those of as many.",
    )


def real_corpus(bench: Bench) -> tuple[Corpus, str]:
    """What the model was trained on, and the split to compare with.

    Raises:
        UsageError: it was somebody's own clips, and their shards were not given.
    """
    if bench.corpus_name == DigitsCorpus.name:
        images = load_digits(packaged=not fetched_file().is_file())
        counts = bench.model.card.metadata.get("digits", [1, 2])
        return DigitsCorpus(digits=counts, images=images), "seen"
    if bench.corpus_name in ("", "scenes") and bench.given_clips is None:
        return bench.corpus, "seen"
    return bench.clips, "train"


def film_side(bench: Bench) -> int:
    """The model's own height and width in pixels; 64 where it does not say."""
    size = bench.model.card.metadata.get("config", {}).get("size", 64)
    return int(size)


def real_features(
    corpus: Corpus, split: str, window: Window, side: int, bench: Bench, draw: int
) -> tuple[list[str], Tensor]:
    """Captions and the features [N, FRAMES, D] of as many real clips as films are made."""
    generator = np.random.default_rng([bench.seed, draw])
    texts: list[str] = []
    rows = []
    while len(texts) < bench.films:
        some = generator.spawn(min(AT_ONCE, bench.films - len(texts)))
        batch = corpus.batch(some, window=window, split=split, side=side)
        texts += batch.captions
        rows.append(features_of(as_shown(batch.frames)))
        bench.progress("real clips", len(texts), bench.films)
    return texts, torch.cat(rows)


def features_of(frames_BTCHW: Tensor) -> Tensor:
    """Features of every frame [B, T, D]."""
    return efficientnet.describe(frames_BTCHW.flatten(0, 1)).unflatten(0, frames_BTCHW.shape[:2])


def frechet_distance(one: Spread, other: Spread) -> float:
    """The Fréchet distance of two normal distributions (Dowson and Landau 1982)."""
    values, vectors = np.linalg.eigh(one.covariance)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    shared = np.linalg.eigvalsh(root @ other.covariance @ root).clip(min=0)
    apart = float(np.square(one.mean - other.mean).sum())
    return apart + float(np.trace(one.covariance) + np.trace(other.covariance) - 2 * np.sqrt(shared).sum())


def distance_figure(name: str, value: float, rows: Tensor, floor: float) -> Figure:
    """A distance with that of other real clips beside it."""
    return Figure(name=name, value=value, unit="", n=len(rows), real=floor)


def lacks(bench: Bench) -> str | None:
    """EfficientNet-Lite0, or the person's own clips, where they are missing."""
    if not efficientnet.is_installed():
        return f"The metric frechet looks with EfficientNet-Lite0, which is not installed: {efficientnet.INSTALL}."
    if bench.corpus_name not in ("", "scenes", DigitsCorpus.name) and bench.given_clips is None:
        return "The metric frechet needs the real clips: give their shards with --corpus SHARDS."
    return None


METRIC = Metric(
    name="frechet",
    summary="Fréchet distance of EfficientNet-Lite0 features to real clips, of frames and of motion",
    measure=measure,
    lacks=lacks,
)
