"""Transitions: do films of two shots pass from one to the other when and as the storyboard says?

Everything is arithmetic. Both shots are filmed alone as well, with the same seed and for as long as they are to be
seen; frame by frame the film is held against these two.
"""

import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from textreel.corpora.scenes.captions import caption
from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Figure, Result, interval_figure, share_figure
from textreel.evaluation.metric import Metric
from textreel.storyboard import Storyboard, plan

Frames = NDArray[np.float32]
"""Frames [T, H, W, 3] in 0..255."""

FPS = 24.0
FIRST_SECONDS = ("for a second", "for 1.5 seconds", "for two seconds", "for 1.25 seconds")
WORDINGS: Mapping[str, str] = MappingProxyType(
    {
        "cut": "{} {}. Cut to {}.",
        "dissolve": "{} {}. Dissolve to {}.",
        "fade-through-black": "{} {}. Fade through black to {}.",
        "fade-through-white": "{} {}. Fade through white to {}.",
        "wipe-left": "{} {}. Wipe left to {}.",
        "wipe-right": "{} {}. Wipe right to {}.",
        "wipe-up": "{} {}. Wipe up to {}.",
        "wipe-down": "{} {}. Wipe down to {}.",
        "iris": "{} {}. Iris to {}.",
        "morph": "{} {}. It morphs into {}.",
    }
)
"""The words of a film of two shots: the first, how long it lasts, and the second."""
VISIBLE = 24.0  # levels of 0..255, all channels together, by which a pixel of the two shots must differ to tell them


class StoryboardModel(Protocol):
    """A model that films storyboards as well as prompts."""

    def generate(self, prompt: Storyboard, seed: int = 0, *, sound: bool = True) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A film of two shots, and both alone as they are to be seen in it.

    Attributes:
        kind: the transition that was asked for.
        frames: the film.
        before, after: what each frame would be if only that shot were seen; not a number where it is not.
        cut: the frame with which the second shot begins by the storyboard.
        length: frames that the transition takes.
    """

    kind: str
    frames: Frames
    before: Frames
    after: Frames
    cut: int
    length: int

    @property
    def first(self) -> int:
        """The first frame of the transition."""
        return self.cut - self.length // 2

    @property
    def shares(self) -> NDArray[np.float64]:
        """How much of the second shot each frame of the transition should show, [length]."""
        return np.arange(self.length) / max(1, self.length - 1)

    def during(self, frames: Frames) -> Frames:
        """The frames of the transition."""
        return frames[self.first : self.first + self.length]


def measure(bench: Bench) -> Result:
    """See the module's text; the kinds take turns."""
    passed = []
    for index in range(bench.films):
        bench.progress("films of two shots", index, bench.films)
        passed.append(filmed(bench, index))
    bench.progress("films of two shots", bench.films, bench.films)
    return Result(
        metric="transitions",
        figures=tuple(figures(passed)),
        method=f"{bench.films} films of two shots, noise seeds {bench.seed} to {bench.seed + bench.films - 1}, prompts "
        f"from seed {bench.seed}, kinds in turn; each shot is filmed alone with the same seed; differences are root "
        "mean squares in levels of 0 to 255; chance: against the moments of the other films, for blends a plain cut "
        "instead, for ends the other shot.",
    )


def filmed(bench: Bench, index: int) -> Passed:
    """The film of one pair of scenes, and both its shots alone."""
    kind, seed = tuple(WORDINGS)[index % len(WORDINGS)], bench.seed + index
    board = plan(two_shots(bench, index, kind))
    frames = np.asarray(bench.model.generate(board.prompt, seed=seed, sound=False).frames, dtype=np.float32)
    return passed_of(cast(StoryboardModel, bench.model), board, frames, kind, seed)


def two_shots(bench: Bench, index: int, kind: str) -> str:
    """A prompt of two scenes, without words for the camera, that the storyboard reads as two shots."""
    generator = np.random.default_rng([bench.seed, *b"transitions", index])
    while True:
        specs = [replace(bench.corpus.spec(generator, "seen"), camera=None, weather=None) for _ in range(2)]
        said = [caption(spec, generator, "short").text.rstrip(".") for spec in specs]
        text = WORDINGS[kind].format(said[0], FIRST_SECONDS[index % len(FIRST_SECONDS)], said[1])
        if len(plan(text).shots) == 2:
            return text


def passed_of(model: StoryboardModel, board: Storyboard, frames: Frames, kind: str, seed: int) -> Passed:
    """The film beside its shots alone, lined up by the storyboard."""
    first, second = board.shots[0], board.shots[1]
    cut = round(second.start_seconds * FPS)
    length = round(first.transition.seconds * FPS) if first.transition else 0
    begins, ends = cut - length // 2, cut - length // 2 + length
    spans = ((0, ends if length else cut), (begins if length else cut, len(frames)))
    alone = []
    for shot, (start, end) in zip((first, second), spans, strict=True):
        only = replace(shot, index=0, start_seconds=0.0, seconds=(end - start) / FPS, transition=None)
        picture = model.generate(replace(board, shots=(only,), opening=None), seed=seed, sound=False).frames
        lined_up = np.full_like(frames, np.nan)
        lined_up[start:end] = picture[: end - start]
        alone.append(lined_up)
    return Passed(kind=kind, frames=frames, before=alone[0], after=alone[1], cut=cut, length=length)


def figures(passed: Sequence[Passed]) -> list[Figure]:
    """All that can be said of the kinds that were filmed."""
    by_kind = {kind: [each for each in passed if each.kind == kind] for kind in WORDINGS}
    groups = {"dissolve": by_kind["dissolve"], "morph": by_kind["morph"]}
    groups["others"] = [each for each in passed if each.kind not in ("cut", *groups)]
    timed = [each for each in passed if each.kind in MIDDLES]
    made = [cut_figure(by_kind["cut"])] if by_kind["cut"] else []
    made += [middle_figure(timed)] if timed else []
    made += [figure for name, group in groups.items() if group for figure in end_figures(name, group)]
    made += [blend_figure(by_kind["dissolve"])] if by_kind["dissolve"] else []
    return made + (morph_figures(by_kind["morph"]) if by_kind["morph"] else [])


def cut_figure(passed: Sequence[Passed]) -> Figure:
    """The share of cuts that fall on the frame of the storyboard."""
    seen = [cut_frame(each.frames) for each in passed]
    right = sum(frame == each.cut for frame, each in zip(seen, passed, strict=True))
    others = [frame == each.cut for frame, each in across(seen, passed)]
    return share_figure("cut/on the frame", right, len(passed), chance=mean_or_none(others))


def cut_frame(frames: Frames) -> int:
    """The frame that differs most from the one before."""
    return 1 + int(np.argmax(steps(frames)))


def steps(frames: Frames) -> NDArray[np.float64]:
    """Root mean square differences of neighbouring frames, [T - 1]."""
    return np.array([distance(later, earlier) for earlier, later in itertools.pairwise(frames)])


def distance(first: Frames, second: Frames) -> float:
    """The root mean square difference in levels."""
    return float(np.sqrt(np.mean(np.square(first - second, dtype=np.float64))))


def middle_of_blend(passed: Passed) -> float:
    """Where a dissolve is half way, in frames from the cut: by its share of the second shot, least squares."""
    before, after, shown = (passed.during(part) for part in (passed.before, passed.after, passed.frames))
    change = after - before
    shares = (change * (shown - before)).sum(axis=(1, 2, 3)) / np.square(change).sum(axis=(1, 2, 3)).clip(
        1e-6
    )
    return halfway(shares) + passed.first - moment(passed)


def middle_of_wipe(passed: Passed) -> float:
    """Where half of the picture is of the second shot, in frames from the cut: by pixels that tell the two."""
    before, after, shown = (passed.during(part) for part in (passed.before, passed.after, passed.frames))
    telling = np.abs(after - before).sum(axis=-1) > VISIBLE
    second = np.abs(shown - after).sum(axis=-1) < np.abs(shown - before).sum(axis=-1)
    shares = (second & telling).sum(axis=(1, 2)) / telling.sum(axis=(1, 2)).clip(1)
    return halfway(shares) + passed.first - moment(passed)


def middle_of_fade(passed: Passed) -> float:
    """The middle of where the picture goes plain, in frames from the cut: by the contrast that is left of it."""
    whole = np.stack([np.nan_to_num(part).std(axis=(1, 2, 3)) for part in (passed.before, passed.after)])
    shown = passed.during(passed.frames).std(axis=(1, 2, 3))
    plain = (1 - shown / passed.during(whole.max(axis=0)).clip(1e-6)).clip(0)
    middle = float((plain * np.arange(passed.length)).sum() / max(plain.sum(), 1e-6))
    return middle + passed.first - moment(passed)


def moment(passed: Passed) -> float:
    """The moment of the cut, on a clock that tells 0 in the middle of the first frame."""
    return passed.cut - 0.5


def halfway(shares: NDArray[np.floating]) -> float:
    """Where a rising row of shares passes one half, between its places; its end if it never does."""
    over = int(np.argmax(shares >= 0.5)) if (shares >= 0.5).any() else len(shares) - 1
    if over == 0 or shares[over] <= shares[over - 1]:
        return float(over)
    return over - 1 + float((0.5 - shares[over - 1]) / (shares[over] - shares[over - 1]))


MIDDLES: Mapping[str, Callable[[Passed], float]] = MappingProxyType(
    {"dissolve": middle_of_blend}
    | dict.fromkeys(("wipe-left", "wipe-right", "wipe-up", "wipe-down"), middle_of_wipe)
    | dict.fromkeys(("fade-through-black", "fade-through-white"), middle_of_fade)
)
"""How far the middle of a transition lies from the moment of the cut, in frames, by its kind."""


def middle_figure(passed: Sequence[Passed]) -> Figure:
    """How far the middles of fades, dissolves and wipes are from the moments of the storyboard."""
    late = [MIDDLES[each.kind](each) for each in passed]
    moments = [moment(each) + by for each, by in zip(passed, late, strict=True)]
    others = [abs(seen - moment(each)) for seen, each in across(moments, passed)]
    chance = statistics.median(others) if others else None
    return interval_figure(
        "fades, dissolves, wipes/off the middle", [abs(by) for by in late], "frames", chance=chance
    )


def end_figures(name: str, passed: Sequence[Passed]) -> list[Figure]:
    """How far the first and the last frame of a transition are from the two shots alone; exact ones are counted."""
    gaps, others, exact = [], [], 0
    for each in passed:
        shown, before, after = (each.during(part) for part in (each.frames, each.before, each.after))
        ends = distance(shown[0], before[0]), distance(shown[-1], after[-1])
        gaps.append(max(ends))
        others.append(min(distance(shown[0], after[0]), distance(shown[-1], before[-1])))
        exact += max(ends) == 0
    chance = statistics.median(others)
    return [
        share_figure(f"{name}/ends exactly the two shots", exact, len(passed)),
        interval_figure(f"{name}/ends from the two shots", gaps, "levels", chance=chance),
    ]


def blend_figure(passed: Sequence[Passed]) -> Figure:
    """The mean squared error of dissolves against the ideal blend of both shots filmed alone."""
    errors = [blend_error(each, each.shares) for each in passed]
    chance = statistics.median(blend_error(each, np.round(each.shares)) for each in passed)
    return interval_figure("dissolve/squared error of the blend", errors, "levels²", chance=chance)


def blend_error(passed: Passed, shares: NDArray[np.float64]) -> float:
    """The mean squared difference of a transition from a blend with these shares of the second shot."""
    before, after, shown = (passed.during(part) for part in (passed.before, passed.after, passed.frames))
    ideal = before + shares[:, None, None, None] * (after - before)
    return float(np.mean(np.square(shown - ideal)))


def morph_figures(passed: Sequence[Passed]) -> list[Figure]:
    """Whether a morph goes little by little, and how far it is from a plain dissolve."""
    changes = [largest_step(each) for each in passed]
    even = statistics.median(1 / max(1, each.length - 1) for each in passed)
    from_blend = [float(np.sqrt(blend_error(each, each.shares))) for each in passed]
    return [
        replace(
            interval_figure("morph/largest step over the whole change", changes, "ratio", chance=1.0),
            real=even,
        ),
        interval_figure("morph/from a plain dissolve", from_blend, "levels"),
    ]


def largest_step(passed: Passed) -> float:
    """The largest step between neighbouring frames over the difference of the first and the last; a cut has 1."""
    shown = passed.during(passed.frames)
    return float(steps(shown).max()) / max(distance(shown[0], shown[-1]), 1e-6)


def across(seen: Sequence[float], passed: Sequence[Passed]) -> list[tuple[float, Passed]]:
    """What was seen in each film, with each of the other films."""
    return [(value, each) for at, value in enumerate(seen) for by, each in enumerate(passed) if at != by]


def mean_or_none(values: Sequence[bool]) -> float | None:
    """The share that is true; None of nothing."""
    return statistics.fmean(values) if values else None


METRIC = Metric(
    name="transitions",
    summary="whether cuts, fades, dissolves, wipes and morphs fall where the storyboard says, and show both shots",
    measure=measure,
    corpora=("scenes",),
)
