"""Diversity: how different the films of one prompt are under different seeds, against real clips of one caption."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Figure, Result
from textreel.evaluation.judge import Judge
from textreel.evaluation.metric import Metric

SEEDS_PER_PROMPT = 8
SHUFFLED = (3, 6, 1, 4, 7, 0, 5, 2)

FEATURES: Mapping[str, Callable[[Judge, Tensor], Tensor]] = {
    "judge features": lambda judge, frames: judge.features(frames),
    "8x8 pixels": lambda judge, frames: F.adaptive_avg_pool3d(
        frames.transpose(1, 2), (frames.shape[1], 8, 8)
    ).flatten(1),
}
"""Clips [B, T, 3, H, W] -> features [B, D], by name."""

CONTROLS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "": lambda frames: frames,
    ", frozen": lambda frames: frames[:, :1].expand_as(frames),
    ", shuffled": lambda frames: frames[:, list(SHUFFLED)],
}
"""What is done to the frames first: nothing, and the controls that show how much of a distance is motion."""


def measure(bench: Bench) -> Result:
    """See the module's text: the ratio of both mean distances, 1 is as diverse as the real clips."""
    count = max(1, bench.films // SEEDS_PER_PROMPT)
    prompts = [prompt for prompt in bench.prompts("seen", count) for _ in range(SEEDS_PER_PROMPT)]
    seeds = [bench.seed + index for _ in range(count) for index in range(SEEDS_PER_PROMPT)]
    films = bench.films_of([prompt.text for prompt in prompts], seeds, "films of one prompt")
    clips = bench.real_clips_of([prompt.spec for prompt in prompts], "real clips of one caption")
    made, real = described(bench.judge, films), described(bench.judge, clips)
    return Result(
        metric="diversity",
        figures=tuple(ratio_figure(name, made[name], real[name]) for name in made),
        method=f"{count} prompts x {SEEDS_PER_PROMPT} seeds from {bench.seed}: mean pairwise distance of the films of "
        "a prompt over that of real clips of its caption; frozen and shuffled frames are controls.",
    )


@torch.inference_mode()
def described(judge: Judge, clips: Iterable[Tensor]) -> dict[str, Tensor]:
    """Features [clips, D] by name of feature and control."""
    rows: dict[str, list[Tensor]] = {}
    for frames in clips:
        for feature, describe in FEATURES.items():
            for control, change in CONTROLS.items():
                rows.setdefault(feature + control, []).append(describe(judge, change(frames)))
    return {name: torch.cat(parts) for name, parts in rows.items()}


def ratio_figure(name: str, made_ND: Tensor, real_ND: Tensor) -> Figure:
    """The ratio of the mean distances within groups of SEEDS_PER_PROMPT rows."""
    made, real = (group_distances(rows, SEEDS_PER_PROMPT) for rows in (made_ND, real_ND))
    value = statistics.fmean(made) / max(statistics.fmean(real), 1e-12)
    return Figure(name=name, value=value, unit="ratio", n=len(made), real=1.0)


def group_distances(rows_ND: Tensor, size: int) -> Sequence[float]:
    """The mean pairwise Euclidean distance within each group of `size` neighbouring rows."""
    return [float(F.pdist(group.float()).mean()) for group in rows_ND.split(size)]


METRIC = Metric(
    name="diversity",
    summary="mean distance between films of one prompt, over that between real clips of one caption",
    measure=measure,
    corpora=("scenes",),
)
