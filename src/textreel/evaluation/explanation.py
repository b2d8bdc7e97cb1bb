"""Explanations held against what is known: does a word's map lie on the thing that the word names?

The pointing game (Zhang et al. 2018): the brightest place of a word's map must fall on its thing, whose mask the
film's own layers give. Deletion and insertion (Petsiuk et al. 2018, here of words): words are taken away in the order
of what they are said to have caused, or put in, and the picture must change, or come back, sooner than in a random
order. With shuffled weights all of that must be gone (Adebayo et al. 2018).
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from textreel.corpora.scenes.captions import caption
from textreel.evaluation.bench import Bench, Model
from textreel.evaluation.figures import Figure, Result, interval_figure, share_figure
from textreel.evaluation.metric import Metric
from textreel.language import is_stop_word
from textreel.language.tokens import normal_form, split

METHODS = ("leaving out", "attention")
CURVES_EVERY, SHUFFLED_EVERY = 4, 2  # of how many films one goes through what takes long
STEPS = 6  # of a curve
EDGE = 0.5  # a thing's mask is where it is seen at least half as much as where it is seen most
TOLERANCE = np.ones((1, 3, 3), dtype=np.bool_)
"""A miss by one cell of a map, 4 pixels of 128, is none; Zhang et al. allow 15 pixels."""
SLOT_WORDS = ("subject", "colour", "size")
WAY_WORDS = ("motion", "direction", "speed")
Place = tuple[int, int, int]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A word of a caption (the so-manieth of its kind) and the parts of the picture that it names."""

    text: str
    count: int
    kind: str
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Pointed:
    """Where a word's map is brightest, and the mask of what it names [T, h, w]."""

    film: int
    kind: str
    place: Place
    mask: Mask

    @property
    def is_right(self) -> bool:
        """Whether the place lies on the thing."""
        return bool(self.mask[self.place])


def measure(bench: Bench) -> Result:
    """See the module's text."""
    pointed: dict[str, list[Pointed]] = {}
    curves: dict[str, list[tuple[float, float]]] = {}
    idle = asked = 0
    shuffled = with_shuffled_weights(bench.model, bench.seed)
    for film, (text, named) in enumerate(captions(bench)):
        bench.progress("explaining films", film, bench.films)
        shot = bench.model.generate(text, bench.seed + film).explain(include=("words",)).shots[0]
        words = words_named(shot, named)
        asked += len(words)
        idle += sum(not word.has_effect for _, word in words)
        for method in METHODS:
            pointed.setdefault(method, []).extend(points(shot.parts, words, method, film))
        if film % SHUFFLED_EVERY == 0:
            random = shuffled.generate(text, bench.seed + film).explain(include=("words",)).shots[0]
            for method in METHODS:
                lost = points(shot.parts, words_named(random, named), method, film)
                pointed.setdefault(f"{method}, shuffled weights", []).extend(lost)
        if film % CURVES_EVERY == 0:
            part = ("subject 1", "place")[film // CURVES_EVERY % 2]
            for name, areas in curves_of(shot, part, bench.seed + film).items():
                curves.setdefault(name, []).append(areas)
    bench.progress("explaining films", bench.films, bench.films)
    figures = [figure for method in pointed for figure in pointing_figures(method, pointed[method])]
    figures.append(share_figure("words that can be left out unseen", idle, asked))
    figures += [area_figure(name, areas) for name, areas in curves.items()]
    return Result(metric="explanation", figures=tuple(figures), method=method_of(bench))


def method_of(bench: Bench) -> str:
    return (
        f"{bench.films} films of one subject or two, prompts and noise from seed {bench.seed}. Pointing: share of "
        "words whose brightest place, of all frames, falls on what they name: on the subject (its kind, colour, "
        "size, motion), on the place between the subjects (setting, time of day) or on the weather; masks are the "
        "film's own layers, one cell of 32 wider; "
        "words whose absence nobody sees do not count for leaving out. Chance: the places of other "
        f"films. Shuffled weights: every tensor's numbers in random order, one film of {SHUFFLED_EVERY}. Deletion and "
        f"insertion: likeness of the subject, or of the place, while words go or come, mean of the curve; one film of "
        f"{CURVES_EVERY}; chance: a random order."
    )


def captions(bench: Bench) -> Iterator[tuple[str, list[Named]]]:
    """Captions of scenes, without any word of the camera, and which of their words name what."""
    generator = np.random.default_rng([bench.seed, *b"explanation"])
    for _ in range(bench.films):
        spec = replace(bench.corpus.spec(generator, "seen"), camera=None)
        said = caption(spec, generator)
        yield said.text, list(named_in(said.text, said.spans))


def named_in(text: str, spans: Sequence[Any]) -> Iterator[Named]:
    """The content words of a caption that name something to be seen."""
    counts: dict[str, int] = {}
    for token in split(text):
        word = normal_form(token.text)
        counts[word] = counts.get(word, 0) + 1
        for span in spans:
            parts = parts_named(span.attribute, span.value, span.slot)
            if span.start <= token.start and token.end <= span.end and parts and not is_stop_word(word):
                yield Named(text=word, count=counts[word], kind=span.attribute, parts=parts)


def parts_named(attribute: str, value: str, slot: int) -> tuple[str, ...]:
    """The parts of the picture that a value is said of; none where it is said of nothing to be seen."""
    if attribute in SLOT_WORDS:
        return (f"subject {slot + 1}",)
    if attribute in WAY_WORDS:
        return ("subject 1",)
    if attribute == "relation":
        return ("subject 1", "subject 2")
    if attribute in ("setting", "time"):
        return ("place",)
    return ("weather",) if attribute == "weather" and value != "clear" else ()


def words_named(shot: Any, named: Sequence[Named]) -> list[tuple[Named, Any]]:
    """The words of an explained shot that name something, as the caption counts them."""
    counts: dict[str, int] = {}
    found = {}
    for word in shot.words:
        counts[word.text] = counts.get(word.text, 0) + 1
        found[word.text, counts[word.text]] = word
    pairs = ((each, found.get((each.text, each.count))) for each in named)
    return [(each, word) for each, word in pairs if word is not None and word.known]


def points(
    parts: Mapping[str, NDArray[np.float32]], words: Sequence[tuple[Named, Any]], method: str, film: int
) -> list[Pointed]:
    """Where the words' maps are brightest; things that the film does not show cannot be pointed at."""
    found = []
    for named, word in words:
        masks = [parts[part] >= EDGE * parts[part].max() for part in named.parts if part in parts]
        if masks and word.maps[method].max() > 0 and (word.has_effect or method != METHODS[0]):
            brightest = np.unravel_index(int(word.maps[method].argmax()), word.maps[method].shape)
            place: Any = tuple(int(index) for index in brightest)
            mask = binary_dilation(np.logical_or.reduce(masks), TOLERANCE)
            found.append(Pointed(film=film, kind=named.kind, place=place, mask=mask))
    return found


def pointing_figures(method: str, pointed: Sequence[Pointed]) -> list[Figure]:
    """The share that is right, of all words and of each kind."""
    figures = []
    for kind in ("", *sorted({each.kind for each in pointed})):
        some = [each for each in pointed if kind in ("", each.kind)]
        chance = [
            bool(each.mask[other.place])
            for each in some
            for other in some
            if other.film != each.film and other.kind == each.kind and each.mask.shape == other.mask.shape
        ]
        figures.append(
            share_figure(
                f"pointing/{method}" + (f"/{kind}" if kind else ""),
                sum(each.is_right for each in some),
                len(some),
                chance=sum(chance) / len(chance) if chance else None,
            )
        )
    return figures


def curves_of(shot: Any, part: str, seed: int) -> dict[str, tuple[float, float]]:
    """Areas under the curves of deletion and insertion by each method, each with that of a random order."""
    if part not in shot.parts:
        return {}
    words = [at for at, word in enumerate(shot.words) if word.known]
    orders = {
        method: sorted(words, key=lambda at: -shot.words[at].by_part[method][part]) for method in METHODS
    }
    chance = [int(at) for at in np.random.default_rng(seed).permutation(words)]
    random = areas(shot, part, chance)
    found = {method: areas(shot, part, order) for method, order in orders.items()}
    return {
        f"{kind}/{method}": (found[method][index], random[index])
        for index, kind in enumerate(("deletion", "insertion"))
        for method in METHODS
    }


def areas(shot: Any, part: str, order: Sequence[int]) -> tuple[float, float]:
    """Mean likeness of a part to how it was, 0..1, while words go in this order, and while they come."""
    seen = shot.parts[part].repeat(shot.pictures.shape[1] // shot.parts[part].shape[1], axis=1)
    seen = seen.repeat(shot.pictures.shape[2] // shot.parts[part].shape[2], axis=2)

    def distance(kept: Sequence[int]) -> float:
        change = np.abs(shot.repaint(kept).astype(np.float32) - shot.pictures).mean(axis=-1)
        return float((change * seen).sum() / seen.sum())

    whole = max(distance(()), 1e-6)
    ends = np.unique(np.linspace(0, len(order), STEPS + 1).round().astype(int))[1:-1]
    gone = [1 - min(distance(order[end:]) / whole, 1.0) for end in ends]
    come = [1 - min(distance(order[:end]) / whole, 1.0) for end in ends]
    return float(np.mean(gone)), float(np.mean(come))


def area_figure(name: str, pairs: Sequence[tuple[float, float]]) -> Figure:
    """The median area; chance: the mean one of random orders."""
    return interval_figure(
        name, [own for own, _ in pairs], "", chance=float(np.mean([other for _, other in pairs]))
    )


def with_shuffled_weights(model: Model, seed: int) -> Any:
    """The same model with the numbers of every weight tensor in random order."""
    generator = copy.deepcopy(model.generator)  # type: ignore[attr-defined]
    chance = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weights in generator.parameters():
            order = torch.randperm(weights.numel(), generator=chance)
            weights.copy_(weights.flatten()[order].reshape(weights.shape))
    return replace(model, generator=generator)  # type: ignore[type-var]


def lacks(bench: Bench) -> str | None:
    """Whether films of this model come in parts that are known."""
    kind = bench.model.card.metadata.get("generator", "layered")
    return (
        None
        if kind == "layered"
        else "The metric explanation needs a generator of known layers: leave it out."
    )


METRIC = Metric(
    name="explanation",
    summary="whether explanations point at what the words name, and are lost with the weights",
    measure=measure,
    corpora=("scenes",),
    lacks=lacks,
)
