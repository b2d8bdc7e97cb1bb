"""Counterfactuals: the smallest change of words that changes what a judge sees.

One word is left out or replaced. The generator's own reading tells at once, for thousands of such changes, which of
its beliefs would turn over; the likeliest of these are painted, and only what the judge confirms is reported.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from textreel.evaluation.judge import HEADS, Judge
from textreel.explain.explanation import Counterfactual
from textreel.explain.judging import answers_of, beliefs_about
from textreel.explain.shots import FilmedShot
from textreel.language import is_stop_word

TRIES = 3  # paintings for each attribute
CLOSEST = 80  # words tried in the place of each word
AT_ONCE = 256
LEFT_OUT_SIMILARITY = 0.0
"""A word that is left out has nothing in common with its place: replacing it by a like word is less of a change."""


@dataclass(frozen=True, kw_only=True)
class WordChange:
    """One word of a shot replaced, or left out where `instead` is empty; similarity is a cosine."""

    at: int
    instead: str
    similarity: float


def find_counterfactuals(
    shot: FilmedShot, judge: Judge, now: Mapping[str, Tensor], left_out: Sequence[Tensor]
) -> tuple[Counterfactual, ...]:
    """For each attribute that the judge sees, the change of the most similar word that turns it over.

    Args:
        shot: whose words are changed.
        judge: who confirms.
        now: the judge's probabilities for the shot as it is.
        left_out: the shown frames without each word [L][T, 3, H, W].
    """
    answers, turned = answers_of(now), believed_changes(shot)
    found = []
    for attribute in answers:
        tries = sorted(turned.get(attribute, ()), key=lambda change: -change.similarity)[:TRIES]
        for change in tries:
            pictures = left_out[change.at] if not change.instead else painted(shot, change)
            after = beliefs_about(judge, [pictures])[0]
            told = answers_of(after).get(attribute, answers[attribute])
            if told != answers[attribute]:
                found.append(
                    Counterfactual(
                        attribute=attribute,
                        before=answers[attribute],
                        after=told,
                        word=shot.words[change.at],
                        instead=change.instead,
                        similarity=change.similarity,
                        confidence=float(after[attribute][HEADS[attribute].index(told)]),
                        picture=middle(pictures),
                    )
                )
                break
    return tuple(found)


@torch.no_grad()
def believed_changes(shot: FilmedShot) -> dict[str, list[WordChange]]:
    """The changes of one word that turn over what the generator believes, by attribute as the judge names it."""
    generator, vectors, mask = shot.generator, shot.reading.vectors, shot.reading.mask
    changes = list(word_changes(shot))
    before = believed(generator.read(generator.encode(vectors, mask))[0], shot)
    turned: dict[str, list[WordChange]] = {}
    for start in range(0, len(changes), AT_ONCE):
        some = changes[start : start + AT_ONCE]
        rows, masks = vectors.repeat(len(some), 1, 1), mask.repeat(len(some), 1)
        for row, change in enumerate(some):
            if change.instead:
                rows[row, change.at] = torch.from_numpy(shot.easel.reader.vectors.lookup(change.instead)[0])
            else:
                masks[row, change.at] = False
        now = believed(generator.read(generator.encode(rows, masks))[0], shot)
        for attribute, values in now.items():
            for row in (values != before[attribute]).nonzero().flatten().tolist():
                turned.setdefault(attribute, []).append(some[row])
    return turned


def believed(contexts: Tensor, shot: FilmedShot) -> dict[str, Tensor]:
    """The most believed value [B] of each attribute, by the judge's names."""
    reader = shot.generator.reader
    scene = {name: logits.argmax(dim=-1) for name, logits in reader.scene(contexts).items()}
    subjects = {name: logits.argmax(dim=-1) for name, logits in reader.subjects(contexts).items()}
    first = {name: values[:, 0] for name, values in subjects.items()}
    second = {f"second_{name}": values[:, 1] for name, values in subjects.items()}
    return scene | first | second


def word_changes(shot: FilmedShot) -> Iterator[WordChange]:
    """Every content word left out, and replaced by each of the words most like it that the model was trained with."""
    vectors, card = shot.easel.reader.vectors, shot.easel.reader.card
    known = [word for word in card.metadata.get("vocabulary", ()) if not is_stop_word(word)]
    table = unit(vectors.stack(known)) if known else np.zeros((0, vectors.dimensions))
    for at, word in enumerate(shot.words):
        if is_stop_word(word):
            continue
        if len(shot.words) > 1:
            yield WordChange(at=at, instead="", similarity=LEFT_OUT_SIMILARITY)
        likeness = table @ unit(vectors.stack([word]))[0]
        for row in np.argsort(-likeness)[:CLOSEST]:
            if known[row] != word:
                yield WordChange(at=at, instead=known[row], similarity=float(likeness[row]))


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows brought to length 1."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def painted(shot: FilmedShot, change: WordChange) -> Tensor:
    """The shown frames [T, 3, H, W] with one word replaced."""
    words = list(shot.words)
    words[change.at] = change.instead
    return shot.pictures(shot.reworded(" ".join(words)))


def middle(pictures_TCHW: Tensor) -> np.ndarray:
    """The middle frame, uint8 [H, W, 3]."""
    picture = (pictures_TCHW[len(pictures_TCHW) // 2].clamp(-1, 1) + 1) * 127.5
    return picture.round().to(torch.uint8).permute(1, 2, 0).numpy()
