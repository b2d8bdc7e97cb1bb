"""From a film to its explanation: every shot painted again with one thing changed at a time."""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from textreel.documents import read_json_file
from textreel.errors import Cancelled, UsageError
from textreel.evaluation.judge import Judge
from textreel.explain.believing import Discriminators, ask
from textreel.explain.constellation import constellation
from textreel.explain.counterfactuals import find_counterfactuals
from textreel.explain.directions import explained_directions
from textreel.explain.explanation import (
    METHODS,
    Belief,
    Counterfactual,
    Direction,
    Explanation,
    ShotExplanation,
    WordCause,
)
from textreel.explain.hearing import heard_words
from textreel.explain.judging import answers_of, beliefs_about, judges
from textreel.explain.shots import FilmedShot, filmed_shots
from textreel.explain.words import (
    Attribution,
    by_attention,
    by_gradients,
    by_leaving_out,
    part_sums,
    pooled,
    seen_parts,
)
from textreel.extras import require
from textreel.language import analyze
from textreel.models import ModelCard
from textreel.pipeline import Film, Reel

SECTIONS = ("words", "gradients", "noise", "counterfactuals", "discriminators")
TRUST_FILE = "explanation.json"
"""Beside a model's weights: what `textreel evaluate MODEL --metrics explanation -o FILE` measured of it."""
LEVELS = 255

Progress = Callable[[str, int, int | None], None]
Cancel = Callable[[], bool]


def explain_film(
    film: Film,
    include: Collection[str] = SECTIONS,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Explanation:
    """Why a film looks as it does; see :class:`Explanation`.

    Args:
        film: one that knows its model, as `generate` and `edit` give it.
        include: sections of SECTIONS; "words" (attention and leaving out) is always done.
        progress: called with what is being done, how much of it is done, and how much there is.
        cancel: asked between the steps; the work ends when it answers true.

    Raises:
        UsageError: a section is unknown, or the film does not know its model.
        MissingExtraError: more than "words" is asked for, and the extra `explain` is not installed.
        Cancelled: `cancel` answered true.
        CheckpointError: discriminators lie beside the model, but are broken.
    """
    unknown = sorted(set(include) - set(SECTIONS))
    if unknown:
        raise UsageError(
            f"A section of an explanation is one of {', '.join(SECTIONS)}; got {unknown[0]!r}: leave it out."
        )
    if set(include) != {"words"}:
        require("explain")
    shots = filmed_shots(film)
    assert film.reel is not None
    work = Work(film, shots, set(include), progress, cancel)
    explained = tuple(work.explained(shot) for shot in shots)
    card = film.reel.card
    return Explanation(
        prompt=film.prompt,
        seed=film.seed,
        model=card.name,
        weights_hash=card.weights_hash,
        fps=film.fps,
        film=film.frames,
        shots=explained,
        storyboard=film.storyboard,
        analysis=analyze(film.prompt, film.reel.vectors),
        constellation=constellation(film.words, film.reel.vectors),
        attention=film.attention,
        attended=film.words,
        trust=trust_in(card),
        missing=tuple(work.missing),
    )


class Work:
    """The steps of an explanation, what they need, and what could not be done."""

    def __init__(
        self,
        film: Film,
        shots: list[FilmedShot],
        include: set[str],
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> None:
        assert film.reel is not None
        self.include, self.progress, self.cancel = include, progress, cancel
        self.missing: list[str] = []
        self.sounds = film.sounds
        self.done, self.total = 0, sum(len(shot.words) + len(include - {"words"}) for shot in shots)
        self.judge = self.find_judge(film.reel.card, shots[0])
        self.discriminators = self.find_discriminators(film.reel)

    def find_judge(self, card: ModelCard, shot: FilmedShot) -> Judge | None:
        """The judge, where it is needed and knows films of this model."""
        if not self.include & {"noise", "counterfactuals"}:
            return None
        if judges(str(card.metadata.get("corpus", "")), shot.pictures()):
            return Judge.load()
        self.missing.append(
            "names of noise directions and counterfactuals: the judge knows films of the scenes corpus, of eight "
            "frames or more"
        )
        return None

    def find_discriminators(self, reel: Reel) -> Discriminators | None:
        """The discriminators beside the model, where they are asked for."""
        if "discriminators" not in self.include:
            return None
        found = Discriminators.load(Path(reel.card.folder), reel.generator)
        if found is None:
            self.missing.append(
                "why the discriminators believed it: a training keeps them beside its model once they have played, and "
                "beside this one there are none"
            )
        return found

    def step(self, what: str) -> None:
        """One step is done."""
        self.done += 1
        if self.progress is not None:
            self.progress(what, min(self.done, self.total), self.total)
        if self.cancel is not None and self.cancel():
            raise Cancelled("Stopped while explaining, as asked.")

    def explained(self, shot: FilmedShot) -> ShotExplanation:
        """One shot."""
        seen, pictures = seen_parts(shot), shot.pictures()
        found, without = self.attributions(shot, seen)
        now = beliefs_about(self.judge, [pictures])[0] if self.judge is not None else {}
        sums = part_sums(found["gradients"], shot.painter.parts, seen) if "gradients" in found else {}
        there = {name: part for name, part in zip(shot.painter.parts, seen, strict=True) if part.any()}
        apart = shot.painter.apart(shot.state, shot.view)
        return ShotExplanation(
            index=shot.shot.index,
            text=shot.shot.text,
            frames=shot.frames,
            pictures=as_bytes(pictures),
            parts={name: pooled(part[None])[0] for name, part in there.items()},
            layers={name: as_bytes(part[None])[0] for name, part in apart.items()},
            camera=shot.view.shown_camera[0].numpy(),
            words=with_sounds(word_causes(shot, found, without, pictures, list(there)), self.heard(shot)),
            answers=answers_of(now) if now else {},
            completeness=sums,
            counterfactuals=self.counterfactuals(shot, now, without),
            directions=self.directions(shot, seen),
            beliefs=self.beliefs(shot),
            repaint=lambda kept: repainted(shot, kept),
        )

    def heard(self, shot: FilmedShot) -> dict[int, tuple[str, ...]]:
        """The sounds that the words of a shot caused; none in a film without sound."""
        index = shot.shot.index
        return heard_words(shot.shot.text, self.sounds[index]) if index < len(self.sounds) else {}

    def attributions(
        self, shot: FilmedShot, seen_PTHW: Tensor
    ) -> tuple[dict[str, Attribution], list[Tensor]]:
        """What the words caused, by method, and the films without each word."""
        left_out, without = by_leaving_out(shot, seen_PTHW, lambda: self.step("Leaving words out"))
        found = {"leaving out": left_out, "attention": by_attention(shot, seen_PTHW)}
        if "gradients" in self.include:
            self.step("Integrating gradients")
            found["gradients"] = by_gradients(shot, seen_PTHW)
        return found, without

    def counterfactuals(
        self, shot: FilmedShot, now: dict[str, Tensor], without: list[Tensor]
    ) -> tuple[Counterfactual, ...]:
        if "counterfactuals" not in self.include or self.judge is None:
            return ()
        self.step("Looking for counterfactuals")
        return find_counterfactuals(shot, self.judge, now, without)

    def directions(self, shot: FilmedShot, seen_PTHW: Tensor) -> tuple[Direction, ...]:
        if "noise" not in self.include:
            return ()
        self.step("Following the noise")
        return explained_directions(shot, self.judge, seen_PTHW)

    def beliefs(self, shot: FilmedShot) -> tuple[Belief, ...]:
        if self.discriminators is None:
            return ()
        self.step("Asking the discriminators")
        return ask(self.discriminators, shot)


def word_causes(
    shot: FilmedShot,
    found: dict[str, Attribution],
    without: list[Tensor],
    pictures: Tensor,
    there: list[str],
) -> tuple[WordCause, ...]:
    """All words of a shot in order, those that the generator cannot read among them."""
    place = {position: at for at, position in enumerate(shot.reading.positions)}
    parts = [(index, name) for index, name in enumerate(shot.painter.parts) if name in there]
    methods = [method for method in METHODS if method in found]
    causes = []
    for position, text in enumerate(shot.reading.words):
        if position not in place:
            causes.append(WordCause(text=text, known=False))
            continue
        at = place[position]
        change = (without[at] - pictures).abs().mean(dim=(1, 2, 3)).amax() / 2 * LEVELS
        causes.append(
            WordCause(
                text=text,
                maps={method: found[method].maps[at] for method in methods},
                shares={method: float(found[method].shares[at]) for method in methods},
                by_part={
                    method: {name: float(found[method].by_part[at, index]) for index, name in parts}
                    for method in methods
                },
                change=float(change),
            )
        )
    return tuple(causes)


def with_sounds(words: tuple[WordCause, ...], heard: dict[int, tuple[str, ...]]) -> tuple[WordCause, ...]:
    """The words of a shot with what is heard of each."""
    total = sum(map(len, heard.values()))
    if not total:
        return words
    kinds = [heard.get(at, ()) for at in range(len(words))]
    return tuple(
        replace(word, sounds=each, sound_share=len(each) / total)
        for word, each in zip(words, kinds, strict=True)
    )


def repainted(shot: FilmedShot, kept: Collection[int]) -> NDArray[np.uint8]:
    """The explained frames, reading only some of a shot's words; those without a vector have no effect."""
    place = {position: at for at, position in enumerate(shot.reading.positions)}
    return as_bytes(shot.pictures(shot.reading_only([place[each] for each in kept if each in place])))


def as_bytes(pictures_TCHW: Tensor) -> NDArray[np.uint8]:
    """Colour in [-1, 1], and alpha in [0, 1] where there is any -> uint8 [T, H, W, channels]."""
    colour = (pictures_TCHW[:, :3].clamp(-1, 1) + 1) / 2
    whole = torch.cat([colour, pictures_TCHW[:, 3:].clamp(0, 1)], dim=1)
    return (whole.float() * LEVELS).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()


def trust_in(card: ModelCard) -> tuple[dict[str, Any], ...]:
    """The figures that were measured of explanations of these very weights; none where nobody has."""
    file = Path(card.folder) / TRUST_FILE
    if not file.is_file():
        return ()
    try:
        report = read_json_file(file)
        if report["weights_hash"] != card.weights_hash:
            return ()
        results = [result for result in report["results"] if result["metric"] == "explanation"]
        return tuple(dict(figure) for result in results for figure in result["figures"])
    except (ValueError, KeyError, TypeError):
        return ()
