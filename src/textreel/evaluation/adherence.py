"""Adherence: does a film show what its prompt says? Judged for each attribute alone and for all together."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence

from torch import Tensor

from textreel.evaluation.bench import Bench, Prompt
from textreel.evaluation.figures import Figure, Result, share_figure
from textreel.evaluation.judge import HEADS, SECOND, SYMMETRIC, Judge
from textreel.evaluation.metric import Metric

SPLITS: Mapping[str, str] = {
    "seen": "combinations seen in training",
    "unseen": "combinations held out of training",
    "synonym": "one word that no training caption says",
}
ALL = "all"
Judgement = Mapping[str, str]
"""An answer, asked for or given, by attribute."""


def measure(bench: Bench) -> Result:
    """See the module's text; the shares of each split, its chance level and the judge's own ceiling."""
    figures: list[Figure] = []
    for split in SPLITS:
        prompts = bench.prompts(split, bench.films)
        seeds = range(bench.seed, bench.seed + bench.films)
        films = bench.films_of([prompt.text for prompt in prompts], seeds, f"{split}: films")
        clips = bench.real_clips_of([prompt.spec for prompt in prompts], f"{split}: real clips")
        found, real = judged(bench.judge, films), judged(bench.judge, clips)
        figures += compared(split, [prompt.asked for prompt in prompts], found, real)
        if split == "synonym":
            figures.append(held_out_figure(prompts, found, real))
    last = bench.seed + bench.films - 1
    return Result(
        metric="adherence",
        figures=tuple(figures),
        method=f"{bench.films} films a split, noise seeds {bench.seed} to {last}, prompts from seed {bench.seed}; "
        "what is said of the subjects, the place and the camera is judged, speed is not; of two that meet or pass "
        "either may be the first; "
        "chance: each film's answers against the other prompts; real: composed clips of the same scenes.",
    )


def judged(judge: Judge, clips: Iterable[Tensor]) -> list[Judgement]:
    """The judge's answers for clips that come a few at a time."""
    return [answer for some in clips for answer in judge.judge(some)]


def compared(
    split: str, asked: Sequence[Judgement], found: Sequence[Judgement], real: Sequence[Judgement]
) -> list[Figure]:
    """Shares that are right, of all attributes together and of each; attributes nobody asked for are left out."""
    figures = []
    for attribute in (ALL, *HEADS):
        right, n = count_right(asked, found, attribute)
        if n:
            ceiling, _ = count_right(asked, real, attribute)
            chance = chance_level(asked, found, attribute)
            figures.append(share_figure(f"{split}/{attribute}", right, n, chance=chance, real=ceiling / n))
    return figures


def count_right(asked: Sequence[Judgement], found: Sequence[Judgement], attribute: str) -> tuple[int, int]:
    """How many are right, and how many were asked; "all" is right if everything asked for is."""
    verdicts = [
        is_right(question, answer, attribute)
        for question, answer in zip(asked, found, strict=True)
        if attribute in (ALL, *question)
    ]
    return sum(verdicts), len(verdicts)


def is_right(question: Judgement, answer: Judgement, attribute: str) -> bool:
    answer = in_order_asked(question, answer)
    if attribute == ALL:
        return all(answer.get(name) == value for name, value in question.items())
    return answer.get(attribute) == question[attribute]


def in_order_asked(question: Judgement, answer: Judgement) -> Judgement:
    """The answer with its subjects swapped where that fits better: a film does not tell who meets or passes whom."""
    seconds = [name for name in answer if name.startswith(SECOND)]
    if question.get("motion") not in SYMMETRIC or not seconds:
        return answer
    firsts = [name.removeprefix(SECOND) for name in seconds]
    swapped = {new: answer[old] for new, old in zip(seconds + firsts, firsts + seconds, strict=True)}
    return max(answer, {**answer, **swapped}, key=lambda each: agreement(question, each))


def agreement(question: Judgement, answer: Judgement) -> int:
    return sum(answer.get(name) == value for name, value in question.items())


def chance_level(asked: Sequence[Judgement], found: Sequence[Judgement], attribute: str) -> float:
    """The share that would be right if every film were held against all the prompts but its own."""
    verdicts = [
        is_right(question, answer, attribute)
        for index, question in enumerate(asked)
        if attribute in (ALL, *question)
        for other, answer in enumerate(found)
        if other != index
    ]
    return sum(verdicts) / len(verdicts) if verdicts else math.nan


def held_out_figure(
    prompts: Sequence[Prompt], found: Sequence[Judgement], real: Sequence[Judgement]
) -> Figure:
    """How often that is right which the held-out word says, where it is something that is judged."""
    asked = [synonym_of(prompt) for prompt in prompts]
    chosen = [index for index, question in enumerate(asked) if question]
    asked, found, real = ([values[index] for index in chosen] for values in (asked, found, real))
    right, n = count_right(asked, found, ALL)
    ceiling, _ = count_right(asked, real, ALL)
    chance = chance_level(asked, found, ALL)
    return share_figure("synonym/held-out word", right, n, chance=chance, real=ceiling / n if n else None)


def synonym_of(prompt: Prompt) -> Judgement:
    """What the held-out word says, by the judge's head; empty if that is not judged."""
    if prompt.held_out is None:
        return {}
    head = "motion" if prompt.held_out.attribute == "relation" else prompt.held_out.attribute
    said = (name for name in (head, SECOND + head) if prompt.asked.get(name) == prompt.held_out.value)
    return dict.fromkeys(itertools.islice(said, 1), prompt.held_out.value)


METRIC = Metric(
    name="adherence",
    summary="share of films that show what their prompt says, by a judge trained on real clips only",
    measure=measure,
    corpora=("scenes",),
)
