"""The bench on which metrics lay a model: prompts, its films from the prior, real clips of the same scenes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.clips.corpus import ClipsCorpus
from textreel.corpora.protocol import Window
from textreel.corpora.scenes.captions import HeldOut, Synonyms, caption
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.corpora.scenes.pool import PlacePool
from textreel.corpora.scenes.spec import SceneSpec
from textreel.corpora.scenes.sprites import available_names
from textreel.corpora.scenes.subjects import SUBJECTS
from textreel.errors import EvaluationError, UsageError
from textreel.evaluation.judge import HEADS, JUDGED, SECOND, Judge
from textreel.models import ModelCard

PLACES_SEED, PLACES_VARIATIONS = 1, 2
"""The painted places of real clips in evaluation, which neither generator nor judge has seen."""
AT_ONCE = 8
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def quiet(what: str, done: int, total: int) -> None:
    """Tells nobody."""


class Model(Protocol):
    """What is measured: `textreel.Reel` and whatever can do the same; its noise is drawn from the prior."""

    @property
    def name(self) -> str: ...

    @property
    def card(self) -> ModelCard: ...

    def generate(self, prompt: str, seed: int = 0, *, sound: bool = True) -> Any: ...

    def stream(self, prompt: str, seed: int = 0, *, sound: bool = True) -> Iterator[NDArray[np.uint8]]: ...


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A scene in words, and the synonym in it that no training caption says, where there is one."""

    spec: SceneSpec
    text: str
    held_out: HeldOut | None = None

    @property
    def asked(self) -> dict[str, str]:
        """What the words say of the subjects and the scene, by the judge's heads."""
        said = {
            (SECOND if mention.slot else "")
            + ("motion" if mention.attribute == "relation" else mention.attribute): mention.value
            for mention in self.spec.mentions()
        }
        return {head: said[head] for head in HEADS if head in said}


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A model on the bench, with the tools to measure it; a tool is made when a metric first needs it.

    Attributes:
        model: what is measured.
        films: how many films a metric makes of each kind; it may need fewer.
        seed: where the seeds of prompts and noise begin.
        progress: told about the work.
        given_judge, given_corpus: tools to use instead of the shipped judge and the whole corpus.
        given_clips: the shards of the person's own clips, for models of these.
    """

    model: Model
    films: int
    seed: int = 0
    progress: Progress = quiet
    given_judge: Judge | None = None
    given_corpus: ScenesCorpus | None = None
    given_clips: Path | None = None

    @property
    def corpus_name(self) -> str:
        """The corpus that the model was trained on; empty where it does not say."""
        return str(self.model.card.metadata.get("corpus", ""))

    @cached_property
    def clips(self) -> ClipsCorpus:
        """The person's own clips.

        Raises:
            UsageError: they were not given.
            CorpusError: the folder holds no whole corpus.
        """
        if self.given_clips is None:
            raise UsageError("The real clips are needed: give their shards with --corpus SHARDS.")
        return ClipsCorpus(self.given_clips)

    @cached_property
    def judge(self) -> Judge:
        """The shipped judge, or the one that was given."""
        return self.given_judge or Judge.load()

    @cached_property
    def corpus(self) -> ScenesCorpus:
        """All subjects in places that nobody was trained on, or the corpus that was given.

        Raises:
            EvaluationError: the corpus was not fetched.
        """
        return self.given_corpus or whole_corpus(self.progress)

    def prompts(self, split: str, count: int) -> list[Prompt]:
        """Scenes of a split in words; the same seed gives the same ones."""
        generator = np.random.default_rng([self.seed, *split.encode()])
        wording: Synonyms = "held-out" if split == "synonym" else "training"
        found = []
        for _ in range(count):
            spec = self.corpus.spec(generator, split)
            said = caption(spec, generator, synonyms=wording)
            found.append(Prompt(spec=spec, text=said.text, held_out=said.held_out))
        return found

    def films_of(
        self,
        texts: Sequence[str],
        seeds: Sequence[int],
        what: str,
        *,
        window: Window = JUDGED,
        side: int | None = None,
    ) -> Iterator[Tensor]:
        """Frames [B, T, 3, side, side] of the films that a person gets, a few films at a time.

        They are those that the judge looks at, at its size, unless others are asked for.
        """
        made: list[Tensor] = []
        for index, (text, seed) in enumerate(zip(texts, seeds, strict=True), start=1):
            made.append(judged_frames(self.model, text, seed, side or self.judge.shape.side, window))
            self.progress(what, index, len(texts))
            if len(made) == AT_ONCE or index == len(texts):
                yield torch.stack(made)
                made = []

    def real_clips_of(
        self, specs: Sequence[SceneSpec], what: str, window: Window = JUDGED
    ) -> Iterator[Tensor]:
        """The judged frames [B, T, 3, side, side] of composed clips of the same scenes."""
        generator = np.random.default_rng([self.seed, 1])
        for start in range(0, len(specs), AT_ONCE):
            self.progress(what, start, len(specs))
            some = specs[start : start + AT_ONCE]
            texts = ("",) * len(some)
            side = self.judge.shape.side
            yield as_shown(
                self.corpus.compose(some, texts, texts, generator.spawn(len(some)), window, side).frames
            )
        self.progress(what, len(specs), len(specs))


def whole_corpus(progress: Progress) -> ScenesCorpus:
    """All subjects of the corpus; the places are painted first if they are not in the cache."""
    here = len(available_names())
    if here < len(SUBJECTS):
        raise EvaluationError(
            f"Prompts are drawn from all {len(SUBJECTS)} subjects of the corpus, and {here} are on this machine: "
            "run `textreel corpus fetch scenes` first."
        )
    PlacePool.open(
        seed=PLACES_SEED,
        variations=PLACES_VARIATIONS,
        progress=lambda done, total: progress("painting places", done, total),
    )
    return ScenesCorpus(seed=PLACES_SEED, variations=PLACES_VARIATIONS)


def judged_frames(model: Model, text: str, seed: int, side: int, window: Window = JUDGED) -> Tensor:
    """Frames [T, 3, side, side] in [-1, 1] of the film that a person gets for this text and seed.

    Raises:
        EvaluationError: the film is shorter than what is to be looked at.
    """
    film = model.generate(text, seed=seed, sound=False).frames
    if len(film) <= max(window.shown):
        raise EvaluationError(
            f"The first {max(window.shown) + 1} frames of a film are looked at, and films of {model.name} have "
            f"{len(film)}: this metric is for models of another corpus."
        )
    frames = torch.from_numpy(film[list(window.shown)]).permute(0, 3, 1, 2).float() / 127.5 - 1
    return frames if frames.shape[-1] == side else F.interpolate(frames, (side, side), mode="area")


def as_shown(frames: Tensor) -> Tensor:
    """Frames in [-1, 1] in the 256 steps that a film has."""
    return ((frames.float() + 1) * 127.5).round().clamp(0, 255) / 127.5 - 1
