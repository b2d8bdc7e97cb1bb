"""What an explanation is: data that stands by itself, to be drawn, searched or saved.

Dimensions in names: L words, T explained frames, h and w height and width of a map.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textreel.errors import UsageError
from textreel.language import TextAnalysis
from textreel.storyboard import Storyboard

METHODS = ("leaving out", "attention", "gradients")
LEAST_CHANGE = 0.5
"""Levels of 0 to 255 in the most changed frame, below which nobody sees that a word is left out."""

Map = NDArray[np.float32]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, eq=False)
class WordCause:
    """What one word of a shot caused.

    Attributes:
        text: the word as it is read.
        known: whether it has a vector, and so can have an effect at all.
        maps: float32 [T, h, w] by method: how much of each place it caused, in that method's unit.
        shares: by method, its share of the picture among all words of the shot; they add up to 1.
        by_part: by method and part of the picture ("subject 1", "place", ...), in the method's unit.
        change: mean change of the most changed frame when it is left out, in levels of 0 to 255.
        sounds: the kinds of sound that it caused, in a film with sound.
        sound_share: how many of the sounds that the words of the shot caused; None where these caused none.
    """

    text: str
    known: bool = True
    maps: Mapping[str, Map] = field(default_factory=dict, repr=False)
    shares: Mapping[str, float] = field(default_factory=dict)
    by_part: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    change: float = 0.0
    sounds: tuple[str, ...] = ()
    sound_share: float | None = None

    @property
    def has_effect(self) -> bool:
        """Whether a person would see, or hear, that it is left out."""
        return self.change >= LEAST_CHANGE or bool(self.sounds)


@dataclass(frozen=True, kw_only=True, eq=False)
class Counterfactual:
    """The smallest change of words that was found to change what the judge sees.

    `word` is replaced by `instead` (left out, where that is empty); then `attribute` is judged to be `after` instead
    of `before`. `similarity` is the cosine of the two words' vectors, `picture` the middle frame of the
    other film, `confidence` how sure the judge is of its new answer.
    """

    attribute: str
    before: str
    after: str
    word: str
    instead: str
    similarity: float
    confidence: float
    picture: Picture = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Direction:
    """A direction of the noise, and the film a way back and a way ahead along it.

    Attributes:
        name: proposed by what the judge sees change, or by the part of the picture that changes most.
        method: "closed form" (SeFa) or "principal component" (GANSpace).
        acts_on: the part of the generator that it was found in.
        vector: float32 [64], of length 1, in the noise vector.
        explains: share of that part's variation that it holds.
        strip: uint8 [steps, H, W, 3], from two deviations back to two ahead.
        responses: by attribute, how much of the judge's belief moves from one end to the other, 0..1.
    """

    name: str
    method: str
    acts_on: str
    vector: NDArray[np.float32] = field(repr=False)
    explains: float
    strip: NDArray[np.uint8] = field(repr=False)
    responses: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Belief:
    """What one discriminator thinks of a shot: its logit (real is high), where it looks, what it finds least real.

    `looks` and `doubts` float32 [T, h, w], each 0..1: how strongly its answer hangs on a place, and how much more
    real it would find the shot without the details there. Both lie on `pictures` [T, H, W, 3].
    """

    judge: str
    logit: float
    looks: Map = field(repr=False)
    doubts: Map = field(repr=False)
    pictures: NDArray[np.uint8] = field(repr=False)
    least_real: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class ShotExplanation:
    """One shot, explained at some of its frames.

    Attributes:
        index, text: the shot of the storyboard.
        frames: which frames of the film are explained.
        pictures: uint8 [T, H, W, 3] of these, as they were painted again.
        parts: float32 [T, h, w] by part: how much of each place shows it; they add up to 1.
        layers: pictures of the layers apart, by part; [H, W, 3] or with alpha [H, W, 4].
        camera: [T, 4 or 5] x, y, zoom, roll (and dolly) at the explained frames.
        words: all words of the shot in order, what each caused.
        answers: what the judge sees in the shot, by attribute; empty where there is no judge for this model.
        completeness: of the integrated gradients: what their sum over the words comes to, by part; 1 is exact.
        counterfactuals, directions, beliefs: see these.
        repaint: paints the explained frames again, uint8 [T, H, W, 3], reading only the words at these indices.
    """

    index: int
    text: str
    frames: tuple[int, ...]
    pictures: NDArray[np.uint8] = field(repr=False)
    parts: Mapping[str, Map] = field(repr=False)
    layers: Mapping[str, Picture] = field(repr=False)
    camera: NDArray[np.float32] = field(repr=False)
    words: tuple[WordCause, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    completeness: Mapping[str, float] = field(default_factory=dict)
    counterfactuals: tuple[Counterfactual, ...] = ()
    directions: tuple[Direction, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    repaint: Callable[[Collection[int]], NDArray[np.uint8]] | None = field(default=None, repr=False)

    @property
    def without_effect(self) -> tuple[str, ...]:
        """The words that can be left out without anyone seeing it."""
        return tuple(word.text for word in self.words if not word.has_effect)

    def words_at(
        self, x: float, y: float, frame: int, method: str = METHODS[0]
    ) -> list[tuple[WordCause, float]]:
        """The words that caused a place of a frame, the strongest first, with their shares of it.

        Args:
            x, y: the place, 0..1 from the left and from the top.
            frame: of the film; the nearest explained one is taken.
            method: one of METHODS that was asked for.

        Raises:
            UsageError: the place is outside of the picture, or the method was not asked for.
        """
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise UsageError(
                f"A place in a picture is 0 to 1 from the left and the top; got {x:g} and {y:g}."
            )
        known = [word for word in self.words if method in word.maps]
        if not known:
            raise UsageError(
                f"This explanation has no maps by {method!r}; the methods are {', '.join(METHODS)}."
            )
        at = int(np.abs(np.array(self.frames) - frame).argmin())
        height, width = known[0].maps[method].shape[1:]
        row, column = min(int(y * height), height - 1), min(int(x * width), width - 1)
        caused = [max(float(word.maps[method][at, row, column]), 0.0) for word in known]
        total = sum(caused) or 1.0
        found = [(word, value / total) for word, value in zip(known, caused, strict=True) if value > 0]
        return sorted(found, key=lambda pair: -pair[1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Explanation:
    """Why a film looks as it does.

    Attributes:
        prompt, seed, model, weights_hash: what was explained.
        fps: frames a second.
        film: uint8 [frames, H, W, 3].
        shots: explained one by one.
        storyboard: its shots, with the words behind every decision.
        analysis: of the prompt's words.
        constellation: words of the prompt and words like them, with two coordinates each, from their vectors.
        attention: float32 [frames, words], how much each word was read for each frame; attended: these words.
        trust: measured figures that tell how far such explanations of this model hold, by name; empty where nobody
            has measured them.
        missing: what could not be explained, and why.
    """

    prompt: str
    seed: int
    model: str
    weights_hash: str
    fps: float
    film: NDArray[np.uint8] = field(repr=False)
    shots: tuple[ShotExplanation, ...]
    storyboard: Storyboard = field(repr=False)
    analysis: TextAnalysis = field(repr=False)
    constellation: Mapping[str, tuple[float, float]] = field(repr=False)
    attention: NDArray[np.float32] = field(repr=False)
    attended: tuple[str, ...]
    trust: tuple[Mapping[str, Any], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def words_without_effect(self) -> tuple[str, ...]:
        """The words of all shots that can be left out without anyone seeing it, each once."""
        return tuple(dict.fromkeys(word for shot in self.shots for word in shot.without_effect))
