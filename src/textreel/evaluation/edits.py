"""Edits: is what was asked changed in an edited film, and does the rest stay?

A film is made, edited by one instruction (`film.edit`), and both are judged. An instruction that is refused counts as
one that changed nothing.
"""

import itertools
import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.corpora.scenes.attributes import SAYABLE, manner
from textreel.corpora.scenes.captions import caption
from textreel.corpora.scenes.corpus import said_attributes
from textreel.corpora.scenes.spec import Mention, SceneSpec, SpecError, SubjectSpec
from textreel.corpora.scenes.subjects import BY_NAME
from textreel.corpora.scenes.wording import MOTION_VERBS, PLACES
from textreel.errors import TextreelError
from textreel.evaluation.adherence import Judgement, is_right
from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Figure, Result, interval_figure, share_figure
from textreel.evaluation.glimpses import mended
from textreel.evaluation.judge import HEADS, JUDGED, Judge, applies
from textreel.evaluation.metric import Metric

ATTRIBUTES = ("colour", "size", "subject", "motion", "setting", "time", "weather", "number")
OF_THE_SUBJECT = frozenset({"colour", "size", "subject", "motion"})
PLACE_HEADS = ("setting", "time", "weather")
WORDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "colour": ("make the {noun} {new}", "the {noun} should be {new}"),
        "size": ("make the {noun} {new}", "the {noun} should be {new}"),
        "subject": ("the {new} instead of the {noun}", "swap the {noun} for the {new}"),
        "motion": ("make the {noun} {new}", "let the {noun} {new}"),
        "setting": ("{new} instead",),
        "time": ("{new} instead",),
        "weather": ("{new}",),
        "add": ("add a {new} that follows it",),
        "remove": ("without the {new}", "remove the {new}"),
    }
)
"""How an edit is said; the number is edited by adding a subject or removing one."""
SAID: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "time": {"day": "by day", "sunset": "at sunset", "night": "at night", "dawn": "at dawn"},
        "weather": {
            "clear": "clear weather",
            "rain": "let it rain",
            "snow": "let it snow",
            "fog": "in thick fog instead",
        },
    }
)
HIGH_ENOUGH_DECIBELS = 30.0
HIGHEST_DECIBELS = 60.0
HALF_WIDTH, ABOVE, BELOW = (
    0.75,
    0.65,
    1.0,
)  # of what is left out around a subject, in its heights, with its shadow


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One edit of one film.

    Attributes:
        attribute: what is to change.
        text: the prompt of the film.
        instruction: the words of the edit.
        edited: the scene that it asks for.
        changed: the new answer, by the judge's head.
        kept: the answers that should stay.
    """

    attribute: str
    text: str
    instruction: str
    edited: SceneSpec
    changed: Judgement
    kept: Judgement


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A film before and after an edit, [1, T, 3, H, W] in [-1, 1]; `refused` where the words were not understood."""

    before: Tensor
    after: Tensor
    refused: bool


def measure(bench: Bench) -> Result:
    """See the module's text; the attributes take turns."""
    asked = edits(bench)
    before, after, decibels, others = [], [], [], []
    last: Pair | None = None
    refused = 0
    for index, edit in enumerate(asked):
        bench.progress("films and their edits", index, len(asked))
        pair = edited_pair(bench, edit, bench.seed + index)
        refused += pair.refused
        before.append(answers(bench.judge, pair.before))
        after.append(answers(bench.judge, pair.after))
        if edit.attribute in OF_THE_SUBJECT:
            outside = ~subject_mask(bench.judge, pair.before, pair.after)
            decibels.append(peak_signal_to_noise(pair.before, pair.after, outside))
            if last is not None:
                others.append(peak_signal_to_noise(pair.before, last.after, outside))
        last = pair
    clips = bench.real_clips_of([edit.edited for edit in asked], "real clips of the edited scenes")
    real = [answers(bench.judge, clip[None]) for some in clips for clip in some]
    made = [share_figure("refused", refused, len(asked))]
    made += changed_figures(asked, before, after, real) + kept_figures(asked, before, after, real)
    return Result(
        metric="edits",
        figures=tuple(made + outside_figures(decibels, others)),
        method=f"{len(asked)} films, each edited once, noise seeds {bench.seed} to {bench.seed + len(asked) - 1}, "
        f"prompts from seed {bench.seed}, attributes in turn; chance: of changes the film before, of what stays and of "
        "the noise the film of another prompt; real: composed clips of the edited scene.",
    )


def edits(bench: Bench) -> list[Edit]:
    """Edits of every attribute in turn, of scenes in which they make sense."""
    generator = np.random.default_rng([bench.seed, *b"edits"])
    made = []
    for attribute in itertools.islice(itertools.cycle(ATTRIBUTES), bench.films):
        possible = (
            edit for _ in itertools.count() for edit in one_edit(bench, generator, attribute) if edit.kept
        )
        made.append(next(possible))
    return made


def one_edit(bench: Bench, generator: np.random.Generator, attribute: str) -> Iterator[Edit]:
    """An edit of a new scene; none where the scene does not allow it."""
    spec = replace(bench.corpus.spec(generator, "seen"), camera=None)
    with suppress(SpecError):
        if attribute == "number":
            yield number_edit(bench, generator, spec)
        elif len(spec.subjects) == 1:
            yield attribute_edit(bench, generator, spec, attribute)


def attribute_edit(bench: Bench, generator: np.random.Generator, spec: SceneSpec, attribute: str) -> Edit:
    """One thing said differently.

    Raises:
        SpecError: the scene does not allow it.
    """
    if attribute in ("subject", "motion"):
        spec = replace(spec, direction=None, speed=None, setting=spec.place)
    now = said_attributes(spec)[attribute]
    values = alike(bench, now) if attribute == "subject" else SAYABLE[attribute]
    value = pick(generator, [each for each in values if each != now])
    edited = spec.saying(Mention(attribute=attribute, value=value))
    gone = {attribute, "direction"} if attribute == "motion" else {attribute}
    return worded(
        generator, spec, edited, attribute, words_for(spec, attribute, value), {attribute: value}, gone
    )


def number_edit(bench: Bench, generator: np.random.Generator, spec: SceneSpec) -> Edit:
    """A second subject that is added, or removed where there are two.

    Raises:
        SpecError: the scene does not allow it.
    """
    gone = set(HEADS) - set(PLACE_HEADS)
    alone = replace(
        spec,
        subjects=spec.subjects[:1],
        relation=None,
        motion=None,
        direction=None,
        speed=None,
        setting=spec.place,
    )
    if len(spec.subjects) == 2:
        spec = replace(spec, setting=spec.place)
        return worded(generator, spec, alone, "remove", "", {"number": "1"}, gone)
    name = pick(
        generator, [each for each in alike(bench, spec.subjects[0].name) if each != spec.subjects[0].name]
    )
    both = replace(alone, subjects=(SubjectSpec(name=name), *spec.subjects), relation="follow")
    return worded(generator, alone, both, "add", name, {"number": "2"}, gone)


def worded(
    generator: np.random.Generator,
    spec: SceneSpec,
    edited: SceneSpec,
    wording: str,
    new: str,
    changed: Judgement,
    gone: set[str],
) -> Edit:
    """An edit in words, by the nouns that the prompt itself uses."""
    said = caption(spec, generator)
    nouns = {
        span.slot: said.text[span.start : span.end] for span in said.spans if span.attribute == "subject"
    }
    words = {"noun": nouns[0], "new": new or nouns.get(1, "")}
    shown = said_attributes(spec)
    kept = {
        head: shown[head]
        for head in HEADS
        if head in shown and head not in gone and applies(head, shown) and shown[head] != "unsaid"
    }
    return Edit(
        attribute="number" if wording in ("add", "remove") else wording,
        text=said.text,
        instruction=pick(generator, WORDINGS[wording]).format(**words),
        edited=edited,
        changed=changed,
        kept=kept,
    )


def alike(bench: Bench, name: str) -> list[str]:
    """The subjects at hand that live as this one does."""
    kind, medium = BY_NAME[name].kind, BY_NAME[name].medium
    return [
        each for each in bench.corpus.subjects if (BY_NAME[each].kind, BY_NAME[each].medium) == (kind, medium)
    ]


def words_for(spec: SceneSpec, attribute: str, value: str) -> str:
    """How an instruction says the new value."""
    if attribute == "motion":
        return MOTION_VERBS[value][manner(BY_NAME[spec.subjects[0].name])][0]
    if attribute == "setting":
        return " ".join([*PLACES[value][0].at[:1], PLACES[value][0].name])
    return SAID[attribute][value] if attribute in SAID else value


def pick(generator: np.random.Generator, options: Sequence[str]) -> str:
    """One of them.

    Raises:
        SpecError: there are none.
    """
    if not options:
        raise SpecError("There is nothing else to be said here.")
    return options[int(generator.integers(len(options)))]


def edited_pair(bench: Bench, edit: Edit, seed: int) -> Pair:
    """The film and what it is after the edit."""
    film = bench.model.generate(edit.text, seed=seed)
    try:
        edited, refused = film.edit(edit.instruction), False
    except TextreelError:
        edited, refused = film, True
    side = bench.judge.shape.side
    return Pair(before=judged_of(film, side), after=judged_of(edited, side), refused=refused)


def judged_of(film: Any, side: int) -> Tensor:
    """The frames of a film that the judge looks at, [1, T, 3, side, side]; the last one again where it is shorter."""
    shown = np.minimum(JUDGED.shown, len(film.frames) - 1)
    frames = torch.from_numpy(film.frames[shown]).permute(0, 3, 1, 2).float() / 127.5 - 1
    return (frames if frames.shape[-1] == side else F.interpolate(frames, (side, side), mode="area"))[None]


@torch.inference_mode()
def answers(judge: Judge, frames_1TCHW: Tensor) -> dict[str, str]:
    """What the judge reads off a clip, and the number of subjects that it sees for most of it."""
    visible = judge.look(frames_1TCHW).found.visible[0]
    number = 1 + int((visible[:, 1:] > 0).float().mean() > 0.5)
    return {**judge.judge(frames_1TCHW)[0], "number": str(number)}


@torch.inference_mode()
def subject_mask(judge: Judge, before_1TCHW: Tensor, after_1TCHW: Tensor) -> Tensor:
    """Where subjects are in either film, with their shadows, bool [T, H, W]."""
    times, _, height, width = before_1TCHW.shape[1:]
    rows = ((torch.arange(height) + 0.5) / height)[:, None]
    columns = ((torch.arange(width) + 0.5) / width)[None]
    mask = torch.zeros(times, height, width, dtype=torch.bool)
    for frames in (before_1TCHW, after_1TCHW):
        look = judge.look(frames)
        track = mended(*look.glimpses[-1])
        sizes = track.sizes.clamp(-3, 1).exp()[0, :, :, None, None]
        across = (columns - track.places[0, :, :, 0, None, None]).abs() / sizes
        down = (rows - track.places[0, :, :, 1, None, None]) / sizes
        seen = look.found.visible[0, :, :, None, None] > 0
        mask |= (seen & (across < HALF_WIDTH) & (down > -ABOVE) & (down < BELOW)).any(dim=1)
    return mask


def peak_signal_to_noise(first_1TCHW: Tensor, second_1TCHW: Tensor, where_THW: Tensor) -> float:
    """Decibels by the mean squared difference where it is asked for; HIGHEST_DECIBELS at most, also of nothing."""
    squares = ((first_1TCHW - second_1TCHW) / 2).square().mean(dim=2)[0]
    error = float(squares[where_THW].mean()) if where_THW.any() else 0.0
    return min(HIGHEST_DECIBELS, -10 * math.log10(max(error, 1e-12)))


def changed_figures(
    asked: Sequence[Edit], before: Sequence[Judgement], after: Sequence[Judgement], real: Sequence[Judgement]
) -> list[Figure]:
    """The shares of edits after which the new value is judged right, altogether and by attribute."""
    made = []
    for name in ("all", *ATTRIBUTES):
        chosen = [at for at, edit in enumerate(asked) if name in ("all", edit.attribute)]
        if chosen:
            right, unedited, ceiling = (
                sum(is_right(asked[at].changed, found[at], "all") for at in chosen)
                for found in (after, before, real)
            )
            shares = {"chance": unedited / len(chosen), "real": ceiling / len(chosen)}
            made.append(share_figure(f"changed/{name}", right, len(chosen), **shares))
    return made


def kept_figures(
    asked: Sequence[Edit], before: Sequence[Judgement], after: Sequence[Judgement], real: Sequence[Judgement]
) -> list[Figure]:
    """The shares of other attributes that are right after an edit: of all, and of those right before it."""
    others = [*after[1:], *after[:1]]
    groups: dict[str, Callable[[int, str], bool]] = {
        "each": lambda at, head: True,
        "each that was right": lambda at, head: right_in(asked[at], before[at], head),
    }
    made = []
    for name, counts in groups.items():
        chosen = [(at, head) for at, edit in enumerate(asked) for head in edit.kept if counts(at, head)]
        verdicts = [
            [right_in(asked[at], found[at], head) for at, head in chosen] for found in (after, others, real)
        ]
        chance, ceiling = (statistics.fmean(each) if each else None for each in verdicts[1:])
        right = sum(verdicts[0])
        made.append(share_figure(f"kept/{name}", right, len(chosen), chance=chance, real=ceiling))
    whole = [
        [right_in(edit, answer, head) for head in edit.kept if right_in(edit, first, head)]
        for edit, first, answer in zip(asked, before, after, strict=True)
    ]
    return [*made, share_figure("kept/all that was right, together", sum(map(all, whole)), len(whole))]


def right_in(edit: Edit, answer: Judgement, head: str) -> bool:
    """Whether an answer has what should stay."""
    return answer.get(head) == edit.kept[head]


def outside_figures(decibels: Sequence[float], others: Sequence[float]) -> list[Figure]:
    """How like the picture stays outside of the subject, where only the subject was edited."""
    chance = statistics.median(others) if others else None
    high = [sum(value >= HIGH_ENOUGH_DECIBELS for value in values) for values in (decibels, others)]
    by_chance = high[1] / len(others) if others else None
    return [
        interval_figure("outside the subject/PSNR", decibels, "dB", chance=chance),
        share_figure(
            f"outside the subject/{HIGH_ENOUGH_DECIBELS:.0f} dB or more",
            high[0],
            len(decibels),
            chance=by_chance,
        ),
    ]


def cannot_edit(bench: Bench) -> str | None:
    """Why films of the model cannot be edited; None if they can."""
    if hasattr(bench.model.generate("a lion", seed=bench.seed), "edit"):
        return None
    return (
        f"The metric edits is for models whose films can be edited, and those of {bench.model.name} cannot."
    )


METRIC = Metric(
    name="edits",
    summary="share of edits after which what was asked is changed, and the rest as it was",
    measure=measure,
    corpora=("scenes",),
    lacks=cannot_edit,
)
