"""Endurance: is a stream after thousands of frames still the film of its prompt, alive and in its colours?"""

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.scenes.captions import caption
from textreel.corpora.scenes.corpus import FPS
from textreel.evaluation.adherence import ALL, Judgement, chance_level, count_right, judged
from textreel.evaluation.bench import Bench, Prompt
from textreel.evaluation.figures import Figure, Result, interval_figure, share_figure
from textreel.evaluation.judge import HEADS, JUDGED, Judge
from textreel.evaluation.metric import Metric

LATE = 5_000
"""The frame from which a stream is looked at again."""
FIRST_FRAMES, LATE_FRAMES = "first frames", "late frames"
WINDOWS = {
    FIRST_FRAMES: JUDGED,
    LATE_FRAMES: replace(JUDGED, least_start_seconds=LATE / FPS, longest_start_seconds=LATE / FPS),
}
FILMS_A_STREAM = 10  # a stream takes as long as a hundred films
FROZEN = 0.1  # of the motion at the start


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """The frames [T, H, W, 3] at the start of a stream and late in it."""

    early: NDArray[np.uint8]
    late: NDArray[np.uint8]


def measure(bench: Bench) -> Result:
    """See the module's text; fewer streams than films, since each takes a minute or so."""
    count = max(2, bench.films // FILMS_A_STREAM)
    prompts = still_prompts(bench, count)
    streams = []
    for index, prompt in enumerate(prompts):
        bench.progress(f"streams of {LATE + JUDGED.frames:,} frames", index, count)
        streams.append(streamed(bench, prompt.text, bench.seed + index))
    bench.progress(f"streams of {LATE + JUDGED.frames:,} frames", count, count)
    specs = [prompt.spec for prompt in prompts]
    real = {
        when: judged(bench.judge, bench.real_clips_of(specs, f"real clips, {when}", window))
        for when, window in WINDOWS.items()
    }
    made = adherence_figures(bench.judge, [prompt.asked for prompt in prompts], streams, real)
    return Result(
        metric="endurance",
        figures=tuple(made + motion_figures(streams) + colour_figures(streams)),
        method=f"{count} streams, noise seeds {bench.seed} to {bench.seed + count - 1}, prompts from seed {bench.seed} "
        f"without words for the camera; frames 0 to {JUDGED.frames - 1} and {LATE:,} to {LATE + JUDGED.frames - 1:,}; "
        "the place is the median of its frames; chance: the late frames of another stream; real: the same frames of "
        "composed clips, in which nobody hastens back who has left the view, and no camera goes along with anybody.",
    )


def still_prompts(bench: Bench, count: int) -> list[Prompt]:
    """Scenes of which nothing is said of the camera, whose move would be over."""
    generator = np.random.default_rng([bench.seed, *b"endurance"])
    specs = [replace(prompt.spec, camera=None) for prompt in bench.prompts("seen", count)]
    return [Prompt(spec=spec, text=caption(spec, generator).text) for spec in specs]


def streamed(bench: Bench, text: str, seed: int) -> Stretches:
    """Both stretches of one stream; what lies between is made and let go."""
    frames = bench.model.stream(text, seed=seed, sound=False)
    early = np.stack(list(itertools.islice(frames, JUDGED.frames)))
    between = LATE - JUDGED.frames
    late = np.stack(list(itertools.islice(frames, between, between + JUDGED.frames)))
    return Stretches(early=early, late=late)


def adherence_figures(
    judge: Judge,
    asked: Sequence[Judgement],
    streams: Sequence[Stretches],
    real: Mapping[str, Sequence[Judgement]],
) -> list[Figure]:
    """The shares that are judged right at the start and late, for everything that was said and each attribute."""
    made = []
    early = judged(judge, (looked_at(each.early, judge.shape.side) for each in streams))
    late = judged(judge, (looked_at(each.late, judge.shape.side) for each in streams))
    for attribute in (ALL, *HEADS):
        for when, found in ((FIRST_FRAMES, early), (LATE_FRAMES, late)):
            ceiling, n = count_right(asked, real[when], attribute)
            if n:
                right, _ = count_right(asked, found, attribute)
                chance = chance_level(asked, found, attribute)
                made.append(share_figure(f"{attribute}/{when}", right, n, chance=chance, real=ceiling / n))
    return [*made, each_figure(FIRST_FRAMES, asked, early), each_figure(LATE_FRAMES, asked, late)]


def each_figure(when: str, asked: Sequence[Judgement], found: Sequence[Judgement]) -> Figure:
    """The share of all attributes of all streams that is right."""
    counts = [count_right(asked, found, head) for head in HEADS]
    return share_figure(
        f"each attribute/{when}", sum(right for right, _ in counts), sum(n for _, n in counts)
    )


def looked_at(frames_THWC: NDArray[np.uint8], side: int) -> Tensor:
    """The frames that the judge looks at, [1, T, 3, side, side] in [-1, 1]."""
    shown = torch.from_numpy(frames_THWC[list(JUDGED.shown)]).permute(0, 3, 1, 2).float() / 127.5 - 1
    return (shown if shown.shape[-1] == side else F.interpolate(shown, (side, side), mode="area"))[None]


def motion_figures(streams: Sequence[Stretches]) -> list[Figure]:
    """How much neighbouring frames differ late, over the same at the start, and how many streams froze."""
    ratios = [motion(each.late) / max(motion(each.early), 1e-6) for each in streams]
    frozen = sum(ratio < FROZEN for ratio in ratios)
    return [
        interval_figure("motion, late over first", ratios, "ratio"),
        share_figure("frozen", frozen, len(streams)),
    ]


def motion(frames_THWC: NDArray[np.uint8]) -> float:
    """The mean absolute difference of neighbouring frames in levels."""
    return float(np.abs(np.diff(frames_THWC.astype(np.int16), axis=0)).mean())


def colour_figures(streams: Sequence[Stretches]) -> list[Figure]:
    """How far the mean and the deviation of the place's colours have gone, in levels; the furthest channel counts."""
    early, late = (
        [colours(part) for part in parts] for parts in zip(*((s.early, s.late) for s in streams), strict=True)
    )
    made = []
    for index, name in enumerate(("mean", "deviation")):
        gone = [float(np.abs(after - before)[index].max()) for before, after in zip(early, late, strict=True)]
        other = [
            float(np.abs(late[by] - early[at])[index].max())
            for at in range(len(streams))
            for by in range(len(streams))
            if at != by
        ]
        chance = statistics.median(other)
        made.append(interval_figure(f"{name} of the place's colour", gone, "levels", chance=chance))
    return made


def colours(frames_THWC: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean and deviation of the place by channel, [2, 3]; the place is what most frames show."""
    place = np.median(frames_THWC, axis=0)
    return np.stack([place.mean(axis=(0, 1)), place.std(axis=(0, 1))])


METRIC = Metric(
    name="endurance",
    summary="whether a stream still shows its prompt after 5,000 frames, moves, and keeps its colours",
    measure=measure,
    corpora=("scenes",),
)
