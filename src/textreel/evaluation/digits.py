"""Digits: are the digits and the motions of a film those of its caption? On combinations held out of training, too.

Films of one digit (Sync-DRAW's single bouncing MNIST, SBMG, in the corrected protocol v2), and films of two (TBMG), of
which all four attributes must be right.
"""

import statistics
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from textreel.corpora.digits.assets import fetched_file, load_digits
from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.corpora.digits.protocol import SIDE, Mover, caption, combinations
from textreel.corpora.protocol import Window
from textreel.evaluation.bench import AT_ONCE, Bench
from textreel.evaluation.digit_reader import DigitReader
from textreel.evaluation.digit_tracks import track_one, track_two
from textreel.evaluation.figures import Figure, Result, share_figure
from textreel.evaluation.metric import Metric

JUDGED = Window(frames=16, shown=tuple(range(16)), longest_start_seconds=0.0)
KINDS = {1: "one digit", 2: "two digits"}
SPLITS = {"unseen": "held out", "seen": "seen"}
Answer = tuple[Mover, ...]


def measure(bench: Bench) -> Result:
    """See the module's text; each share with its interval, its chance level and the ceiling on real clips."""
    reader = DigitReader.load()
    images = load_digits(packaged=not fetched_file().is_file())
    figures: list[Figure] = []
    for count in bench.model.card.metadata.get("digits", list(KINDS)):
        corpus = DigitsCorpus(digits=(count,), images=images)
        for split in SPLITS:
            asked = prompts(count, split, bench.films, bench.seed)
            name = f"{KINDS[count]}, {SPLITS[split]}"
            seeds = range(bench.seed, bench.seed + len(asked))
            texts = [caption(movers) for movers in asked]
            films = bench.films_of(texts, seeds, f"{name}: films", window=JUDGED, side=SIDE)
            found = [answer for some in films for answer in judged(reader, some, count)]
            clips = real_clips(corpus, asked, split, bench)
            real = [answer for some in clips for answer in judged(reader, some, count)]
            figures += compared(name, asked, found, real)
    hands = "all of MNIST's test images" if images.whole else "the few test images of the package"
    return Result(
        metric="digits",
        figures=tuple(figures),
        method=f"{bench.films} films of each kind, noise seeds from {bench.seed}, combinations in an order drawn from "
        f"seed {bench.seed}, in the protocol's own words; digits are read by a network trained on MNIST, motion is the "
        "track of the centroid, of two digits the paths that fit; chance: each film against the other captions; real: "
        f"clips of the same combinations in the handwriting of {hands}.",
    )


def prompts(count: int, split: str, films: int, seed: int) -> list[Answer]:
    """So many combinations of a split in a drawn order; each once before any comes again."""
    every = combinations(count, split)
    order = np.random.default_rng([seed, count, *split.encode()]).permutation(len(every))
    return [every[order[number % len(every)]] for number in range(films)]


def real_clips(corpus: DigitsCorpus, asked: Sequence[Answer], split: str, bench: Bench) -> Iterable[Tensor]:
    """Clips of the same combinations, [B, T, 3, 64, 64], a few at a time."""
    generator = np.random.default_rng([bench.seed, 1])
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        yield corpus.compose(some, generator.spawn(len(some)), JUDGED, split)
        bench.progress(f"{split}: real clips", start + len(some), len(asked))


def judged(reader: DigitReader, frames_BTCHW: Tensor, count: int) -> list[Answer]:
    """Which digits clips show and how they move; a motion may be "none"."""
    answers = []
    for ink in ((frames_BTCHW.mean(dim=2) + 1) / 2).clamp(0, 1).numpy():
        tracks = (track_one(ink),) if count == 1 else track_two(ink)
        digits = reader.read(torch.from_numpy(np.stack([track.image for track in tracks]))).argmax(dim=1)
        answers.append(
            tuple(
                Mover(digit=str(int(digit)), motion=track.motion)
                for digit, track in zip(digits, tracks, strict=True)
            )
        )
    return answers


def compared(
    name: str, asked: Sequence[Answer], found: Sequence[Answer], real: Sequence[Answer]
) -> list[Figure]:
    """Shares that are right, of everything together, of the digits alone and of the motions alone."""
    figures = []
    for what in ("all", "digits", "motions"):
        right = sum(is_right(question, answer, what) for question, answer in zip(asked, found, strict=True))
        ceiling = statistics.fmean(
            is_right(question, answer, what) for question, answer in zip(asked, real, strict=True)
        )
        chance = chance_level(asked, found, what)
        figures.append(share_figure(f"{name}/{what}", right, len(asked), chance=chance, real=ceiling))
    return figures


def is_right(question: Answer, answer: Answer, what: str) -> bool:
    """Whether an answer names the same movers, digits or motions, in whatever order."""
    return parts(question, what) == parts(answer, what)


def parts(movers: Answer, what: str) -> list[str]:
    """What is compared of movers."""
    taken = {
        "all": [mover.digit + mover.motion for mover in movers],
        "digits": [mover.digit for mover in movers],
        "motions": [mover.motion for mover in movers],
    }
    return sorted(taken[what])


def chance_level(asked: Sequence[Answer], found: Sequence[Answer], what: str) -> float:
    """The share that would be right if every film were held against all the captions but its own."""
    return statistics.fmean(
        is_right(question, answer, what)
        for index, question in enumerate(asked)
        for other, answer in enumerate(found)
        if other != index
    )


METRIC = Metric(
    name="digits",
    summary="share of films whose digits and motions are right, on combinations held out of training and on seen ones",
    measure=measure,
    corpora=("digits",),
)
