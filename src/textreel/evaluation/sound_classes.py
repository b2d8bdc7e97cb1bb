"""Is a generated sound recognised as what was asked for, by a judge that never heard what it was learned from?

The judge learns from ESC-10 (Piczak 2015), of which no recording is in the corpus `sounds`; it is trained on folds 1 to
4 when it is needed, a minute or two, and its own share on fold 5 stands beside. Kinds that ESC-10 does not hold are not
measured so.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from textreel.corpora.sounds.captions import usual
from textreel.corpora.sounds.corpus import empty_controls
from textreel.corpora.sounds.kinds import BY_NAME
from textreel.corpora.sounds.own import OwnSounds, folder_of_sounds
from textreel.corpora.sounds.protocol import CLIP_SECONDS
from textreel.errors import EvaluationError
from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Figure, Result, share_figure
from textreel.evaluation.metric import Metric
from textreel.evaluation.sound_judge import SoundJudge, named, train_sound_judge
from textreel.nn.spectra import HOP, RATE
from textreel.soundtrack import SoundGenerator

OF_ESC10: Mapping[str, str] = MappingProxyType(
    {
        "dog": "dog bark",
        "rain": "rain",
        "waves": "sea waves",
        "clock": "clock tick",
        "helicopter": "helicopter",
        "rooster": "rooster",
        "fire": "fire crackling",
    }
)
"""Our kinds and the classes of ESC-10."""
FOLD_HELD_OUT = "5"
EVENT_SECONDS = {"clock": 0.5}
USUAL_EVENT_SECONDS = 1.0


def measure(bench: Bench) -> Result:
    """Sounds of every kind that the judge knows, made from noise alone."""
    model = sound_model_of(bench)
    assert bench.given_clips is not None
    recordings = folder_of_sounds(bench.given_clips, (FOLD_HELD_OUT,))
    judge = judge_of(recordings, bench)
    ceiling = share_named(judge, recordings, "held-out", tuple(OF_ESC10.values()))
    each = max(2, bench.films // len(OF_ESC10))
    answers = {kind: answers_of(model, judge, kind, each, bench.seed) for kind in OF_ESC10}
    right = {kind: sum(answer == OF_ESC10[kind] for answer in found) for kind, found in answers.items()}
    total = each * len(OF_ESC10)
    figures: list[Figure] = [
        share_figure("recognised", sum(right.values()), total, chance=shuffled(answers), real=ceiling),
        *(share_figure(kind, count, each) for kind, count in right.items()),
    ]
    return Result(
        metric=METRIC.name,
        figures=tuple(figures),
        method=f"{CLIP_SECONDS:.0f} s of each of {len(OF_ESC10)} kinds, {each} seeds from {bench.seed}; judge: log-mel "
        "network trained on folds 1 to 4 of ESC-10, tried on fold 5 (real); chance: the answers against other kinds.",
    )


class SoundModel(Protocol):
    """A generator of sound, and what reads its words; `textreel.Reel.sound` is one."""

    generator: SoundGenerator

    def read(self, captions: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]: ...


def sound_model_of(bench: Bench) -> SoundModel:
    """The sound model of the model on the bench.

    Raises:
        EvaluationError: it has none.
    """
    model: SoundModel | None = getattr(bench.model, "sound", None)
    if model is None:
        raise EvaluationError(
            "This model makes no sound: train one with `textreel train sounds`, or leave this out."
        )
    return model


def judge_of(recordings: OwnSounds, bench: Bench) -> SoundJudge:
    """A judge trained on the recordings that are not held out."""
    items = recordings.items["train"]
    return train_sound_judge(
        [item.samples for item in items],
        [item.captions[0] for item in items],
        report=lambda done, total: bench.progress("training the judge of sounds", done, total),
    )


def share_named(judge: SoundJudge, recordings: OwnSounds, split: str, classes: Sequence[str]) -> float:
    """The share of real recordings of these classes that a judge names right."""
    items = [item for item in recordings.items[split] if item.captions[0] in classes]
    return sum(named(judge, item.samples) == item.captions[0] for item in items) / max(1, len(items))


def answers_of(model: SoundModel, judge: SoundJudge, kind: str, count: int, seed: int) -> list[str]:
    """What the judge hears in so many sounds of a kind."""
    captions, manner = [usual(BY_NAME[kind])] * count, BY_NAME[kind].manner
    controls = [
        played(manner, np.random.default_rng([seed, at]), EVENT_SECONDS.get(kind)) for at in range(count)
    ]
    return [named(judge, sound) for sound in heard_sounds(model, captions, controls, seed)]


def heard_sounds(
    model: SoundModel, captions: Sequence[str], controls: Sequence[NDArray[np.float32]], seed: int
) -> NDArray[np.float32]:
    """Sounds of captions and controls, from noise [sounds, samples]."""
    with torch.inference_mode():
        encoding = model.generator.encode(*model.read(captions))
        state = model.generator.initial_state(encoding, range(seed, seed + len(captions)))
        made, _ = model.generator.advance(state, torch.from_numpy(np.stack(controls)))
    return np.asarray(made.numpy())


def played(
    manner: str, random: np.random.Generator, every_seconds: float | None = None
) -> NDArray[np.float32]:
    """Controls of a usual sound: a steady one all the time, events now and then."""
    controls = empty_controls()
    controls[:, 0] = 1.0
    if manner == "event":
        time, gap = random.uniform(0.05, 0.4), every_seconds or USUAL_EVENT_SECONDS
        while time < CLIP_SECONDS - 0.3:
            controls[int(time * RATE / HOP), 1] = random.uniform(0.7, 1.0)
            time += gap * (1.0 if every_seconds else random.uniform(0.8, 1.4))
    return controls


def shuffled(answers: Mapping[str, list[str]]) -> float:
    """The share of answers that would be right for another kind: each kind's against the next one's."""
    kinds = list(answers)
    pairs = [
        (answer, OF_ESC10[other])
        for kind, other in zip(kinds, kinds[1:] + kinds[:1], strict=True)
        for answer in answers[kind]
    ]
    return sum(answer == wanted for answer, wanted in pairs) / max(1, len(pairs))


def lacks(bench: Bench) -> str | None:
    """Why it cannot be measured."""
    if getattr(bench.model, "sound", None) is None:
        return (
            "The metric sound_class needs a model that makes sound: train one with `textreel train sounds`."
        )
    if bench.given_clips is None or not any(Path(bench.given_clips).glob("*/*.ogg")):
        return "The metric sound_class needs ESC-10: give its folder with --corpus FOLDER."
    return None


METRIC = Metric(
    name="sound_class",
    summary="the share of generated sounds that a judge of other recordings recognises",
    measure=measure,
    lacks=lacks,
)
