"""Actions: is the asked action recognised in a film, and do films of different seeds show different people?"""

import statistics
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.corpora.clips.corpus import ClipsCorpus
from textreel.corpora.protocol import Window
from textreel.errors import EvaluationError
from textreel.evaluation import efficientnet
from textreel.evaluation.action_judge import FRAMES, judge_of, missing
from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Figure, Result, share_figure
from textreel.evaluation.metric import Metric
from textreel.evaluation.shapes import captions, window_of

JUDGED = Window(frames=FRAMES, shown=tuple(range(FRAMES)), longest_start_seconds=0.0)
LOOKED_AT = (0, 8, 16)  # frames by which people are compared


def measure(bench: Bench) -> Result:
    """See the module's text; the ceiling is that of judges who never saw the person they judge."""
    corpus = bench.clips
    bench.progress("the judge of actions", 0, 1)
    judge = judge_of(corpus)
    labels = [judge.labels[number % len(judge.labels)] for number in range(bench.films)]
    texts = captions(corpus, labels, bench.seed)
    seeds = range(bench.seed, bench.seed + bench.films)
    films = torch.cat([*bench.films_of(texts, seeds, "films", window=JUDGED, side=corpus.size)])
    told = judge.judge(films)
    frozen = judge.judge(films[:, :1].expand_as(films))
    figures = [
        recognised("recognised", labels, told, judge.ceiling),
        *(
            recognised(f"recognised/{text}", [label] * len(part), part, None)
            for label, text, part in by_label(corpus, labels, told)
        ),
        recognised("recognised, frozen", labels, frozen, None),
        *diversity(corpus, films, labels, bench.seed),
    ]
    return Result(
        metric="actions",
        figures=tuple(figures),
        method=f"{bench.films} films of {FRAMES} frames, noise seeds from {bench.seed}, all actions in turn; real: "
        f"{judge.windows} real windows, each person's told by a judge that was trained on the others; chance: each "
        "film against the other captions; diversity: distance between films of an action over that between its clips.",
    )


def by_label(
    corpus: ClipsCorpus, labels: Sequence[str], told: Sequence[str]
) -> list[tuple[str, str, list[str]]]:
    """For each label its first caption, and what was told of the films that were to show it."""
    known = {sample.label: sample.captions[0] for sample in corpus.samples}
    return [
        (label, known[label], [answer for asked, answer in zip(labels, told, strict=True) if asked == label])
        for label in sorted(set(labels))
    ]


def recognised(name: str, labels: Sequence[str], told: Sequence[str], real: float | None) -> Figure:
    """The share told right; its chance level is each film's answer against all other captions."""
    right = sum(asked == answer for asked, answer in zip(labels, told, strict=True))
    others = [
        asked == answer
        for index, asked in enumerate(labels)
        for film, answer in enumerate(told)
        if film != index
    ]
    several = len(set(labels)) > 1 and others
    return share_figure(
        name, right, len(labels), chance=statistics.fmean(others) if several else None, real=real
    )


def describing() -> Mapping[str, Callable[[Tensor], Tensor]]:
    """Ways to describe frames [N, 3, H, W] by rows [N, D]; the network only where it is installed."""
    ways: dict[str, Callable[[Tensor], Tensor]] = {
        "8x8 pixels": lambda frames: F.adaptive_avg_pool2d(frames, 8).flatten(1)
    }
    return ways | ({"EfficientNet-Lite0": efficientnet.describe} if efficientnet.is_installed() else {})


def diversity(corpus: ClipsCorpus, films: Tensor, labels: Sequence[str], seed: int) -> list[Figure]:
    """How different films of one action are, over how different real clips of it are: 1 is as different."""
    generator = np.random.default_rng([seed, 1])
    real_labels = [sample.label for sample in corpus.samples]
    real = torch.stack([window_of(corpus, number, JUDGED, generator) for number in range(len(real_labels))])
    figures = []
    for name, describe in describing().items():
        made, true = (
            mean_distance(rows_of(clips, describe), of)
            for clips, of in ((films, labels), (real, real_labels))
        )
        figures.append(
            Figure(name=f"diversity, {name}", value=made / true, unit="ratio", n=len(labels), real=1.0)
        )
    return figures


def rows_of(clips_BTCHW: Tensor, describe: Callable[[Tensor], Tensor]) -> Tensor:
    """The mean description of the frames by which people are compared [B, D]."""
    frames = clips_BTCHW[:, list(LOOKED_AT)]
    return describe(frames.flatten(0, 1)).unflatten(0, frames.shape[:2]).mean(dim=1)


def mean_distance(rows_ND: Tensor, labels: Sequence[str]) -> float:
    """The mean pairwise distance of rows of one label, over the labels that have two."""
    groups = [
        rows_ND[[index for index, one in enumerate(labels) if one == label]] for label in sorted(set(labels))
    ]
    distances = [float(F.pdist(group.float()).mean()) for group in groups if len(group) > 1]
    if not distances:
        raise EvaluationError(
            f"Diversity compares films of one action, and there is one film of each of {len(groups)}: measure more "
            "with --films."
        )
    return statistics.fmean(distances)


def lacks(bench: Bench) -> str | None:
    """What the given clips lack."""
    return missing(bench.clips)


METRIC = Metric(
    name="actions",
    summary="share of films whose action is recognised, and how different the people in them are",
    measure=measure,
    needs_clips=True,
    lacks=lacks,
)
