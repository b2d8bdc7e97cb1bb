"""What the judge sees in pictures of a shot, where it can judge films of this model."""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.corpora.scenes.attributes import RELATIONS
from textreel.evaluation.judge import HEADS, JUDGED, SECOND, Judge, applies

CORPUS = "scenes"
"""The corpus whose films the judge knows."""


def judges(corpus: str, pictures_TCHW: Tensor) -> bool:
    """Whether films of a model of this corpus can be judged; one that does not say its corpus is taken at its word."""
    return corpus in ("", CORPUS) and len(pictures_TCHW) == len(JUDGED.shown)


@torch.no_grad()
def beliefs_about(judge: Judge, pictures: Sequence[Tensor]) -> list[dict[str, Tensor]]:
    """The judge's probabilities [classes] by attribute, for films [T, 3, H, W] one by one."""
    found = []
    for frames in pictures:
        sized = F.interpolate(frames, (judge.shape.side, judge.shape.side), mode="area")
        logits = judge(sized[None])
        found.append({head: values[0].softmax(dim=0) for head, values in logits.items()})
    return found


def answers_of(beliefs: Mapping[str, Tensor]) -> dict[str, str]:
    """What is believed most, by attribute, of those that apply."""
    best = {head: HEADS[head][int(shares.argmax())] for head, shares in beliefs.items()}
    together = best["motion"] in RELATIONS
    return {
        head: value
        for head, value in best.items()
        if (together or not head.startswith(SECOND)) and applies(head, best)
    }


def responses(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> dict[str, float]:
    """How much belief moves from some values of an attribute to others, 0..1 (total variation), by attribute."""
    told = answers_of(before).keys() & answers_of(after).keys()
    return {head: float((after[head] - before[head]).abs().sum() / 2) for head in HEADS if head in told}
