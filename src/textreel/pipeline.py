"""The whole flow: prompt -> storyboard -> text encoding -> frames -> film.

Dimensions in names: B clips (one here), T frames, L words, C channels, H height, W width.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

import textreel
from textreel import media
from textreel.errors import Cancelled, CheckpointError, UsageError
from textreel.generator import Generator, load_generator, word_tensors
from textreel.language import WordVectors, check_prompt, is_stop_word, tokenize
from textreel.models import ModelCard, find, read_card
from textreel.nn.noise import draw_noise
from textreel.render import Moment, Stretch, blend, moments, stretches
from textreel.storyboard import Shot, Storyboard, plan

DEFAULT_MODEL = "scenes"
SECONDS_RANGE = (0.1, 600.0)
SIZE_RANGE = (32, 512)
MAXIMUM_BYTES = 2**30
MAXIMUM_SEED = 2**63 - 1
FRAMES_AT_ONCE = 12
KNOWN_SIMILARITY = 0.5

Painter = Iterator[tuple[NDArray[np.uint8], NDArray[np.float32]]]
Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True, kw_only=True, eq=False)
class Film:
    """A finished film and how it came about.

    Attributes:
        frames: uint8 [frames, height, width, 3].
        fps: frames a second.
        prompt, seed: what it was made from.
        storyboard: its shots, each with its words and timing.
        attention: float32 [frames, words], how much each word was read for each frame; 0 for the words of other shots.
        words: the words of all shots in order.
        words_without_effect: words that the model cannot show; the film was made all the same.
        recipe: the arguments that make the same film again, and the model and version that made this one.
    """

    frames: NDArray[np.uint8] = field(repr=False)
    fps: float
    prompt: str
    seed: int
    storyboard: Storyboard = field(repr=False)
    attention: NDArray[np.float32] = field(repr=False)
    words: tuple[str, ...]
    words_without_effect: tuple[str, ...]
    recipe: dict[str, Any] = field(repr=False)

    @property
    def seconds(self) -> float:
        """How long the film lasts."""
        return len(self.frames) / self.fps

    @property
    def metadata(self) -> dict[str, Any]:
        """What its file carries: the recipe and what came of it."""
        return {
            **self.recipe,
            "fps": self.fps,
            "frames": len(self.frames),
            "words_without_effect": list(self.words_without_effect),
            "storyboard": self.storyboard.to_dict(),
        }

    def save(self, path: str | Path) -> Path:
        """Write the film as .mp4, .webm, .gif, .webp or a folder of .png, with its metadata inside and beside it.

        A file of that name is replaced. Raises what :func:`textreel.media.write` raises.
        """
        return media.write(self.frames, path, fps=self.fps, metadata=self.metadata)


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """The words of one shot: all of them, the positions of those that have vectors, and what the generator reads."""

    words: list[str]
    positions: list[int]
    vectors: Tensor
    mask: Tensor


@dataclass(frozen=True, kw_only=True, eq=False)
class Reel:
    """A model that is ready to make films; have one with :func:`load`."""

    generator: Generator = field(repr=False)
    vectors: WordVectors = field(repr=False)
    card: ModelCard = field(repr=False)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.card.name

    @property
    def fps(self) -> float:
        """Frames a second."""
        return float(self.generator.config.fps)

    def generate(
        self,
        prompt: str | Storyboard,
        seed: int = 0,
        seconds: float | None = None,
        size: int | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Film:
        """Make a film; the same arguments give the same frames, byte for byte, on the same machine.

        Args:
            prompt: what the film shows, in English: a sentence, a paragraph of several shots, or a storyboard.
            seed: 0 or more; chooses among the films that the prompt describes.
            seconds: 0.1 to 600 for the whole film, rounded to whole frames; None for as long as the prompt says,
                or 2 s a shot where it does not. A storyboard has its own length.
            size: height and width in pixels, even, 32 to 512; None for the model's own.
            progress: called with (frames made, frames in all) after every few frames.
            cancel: asked every few frames; the work ends when it answers true.

        Raises:
            UsageError: an argument is outside of these ranges, or the prompt cannot be read.
            Cancelled: ``cancel`` answered true.
        """
        size = self._checked(seed, seconds, size)
        storyboard = planned(prompt, seconds)
        shown = list(moments(storyboard, self.fps))
        _check_memory(len(shown), size)
        readings = [self._read(shot.text) for shot in storyboard.shots]
        words = tuple(itertools.chain(*(reading.words for reading in readings)))
        frames = np.empty((len(shown), size, size, 3), dtype=np.uint8)
        attention = np.zeros((len(shown), len(words)), dtype=np.float32)
        painted = self._film(storyboard, readings, iter(shown), seed, size, FRAMES_AT_ONCE)
        for done, (frame, read) in enumerate(painted, start=1):
            frames[done - 1], attention[done - 1] = frame, read
            if not done % FRAMES_AT_ONCE or done == len(shown):
                _report(done, len(shown), progress, cancel)
        return Film(
            frames=frames,
            fps=self.fps,
            prompt=storyboard.prompt,
            seed=seed,
            storyboard=storyboard,
            attention=attention,
            words=words,
            words_without_effect=self.words_without_effect(storyboard),
            recipe=self._recipe(storyboard, seed, size),
        )

    def stream(
        self, prompt: str | Storyboard, seed: int = 0, size: int | None = None
    ) -> Iterator[NDArray[np.uint8]]:
        """Frames without end, uint8 [height, width, 3], each made when it is asked for.

        The film goes through the shots of the prompt and stays in the last one, which is never faded out.

        Raises:
            UsageError: as :meth:`generate`, before the first frame.
        """
        size = self._checked(seed, None, size)
        board = planned(prompt, None)
        shots = (*board.shots[:-1], replace(board.shots[-1], transition=None))
        return self._stream(replace(board, shots=shots), seed, size)

    def words_without_effect(self, storyboard: Storyboard) -> tuple[str, ...]:
        """The words that this model cannot show.

        A word counts as without effect if it has no vector, or if no word of the model's ``vocabulary`` (the words
        it was trained with) is similar to it: cosine below the model's ``known_similarity``. The words of camera
        moves and cuts are the storyboard's own; what it could not do stands in ``storyboard.notes``.
        """
        without: dict[str, None] = {}
        for reading in (self._read(shot.text) for shot in storyboard.shots):
            for position, word in enumerate(reading.words):
                if not (position in reading.positions and self._is_known(word)):
                    without[word] = None
        return tuple(without)

    def _read(self, text: str) -> Reading:
        words = tokenize(text)
        vectors_BLD, mask_BL = word_tensors([text], self.vectors)
        positions = [at for at, word in enumerate(words) if self.vectors.lookup(word)[1] != "none"]
        return Reading(
            words=words, positions=positions[: vectors_BLD.shape[1]], vectors=vectors_BLD, mask=mask_BL
        )

    def _is_known(self, word: str) -> bool:
        """Whether the model was trained with a word, or with one like it; words such as "the" ask for nothing."""
        vector, source = self.vectors.lookup(word)
        if source == "none":
            return False
        vocabulary = self._vocabulary
        if not len(vocabulary) or is_stop_word(word) or word in self.card.metadata["vocabulary"]:
            return True
        direction = vector - self._centre
        likeness = vocabulary @ direction / max(float(np.linalg.norm(direction)), 1e-12)
        return bool(likeness.max() >= self.card.metadata.get("known_similarity", KNOWN_SIMILARITY))

    @cached_property
    def _vocabulary(self) -> NDArray[np.float32]:
        """Unit vectors of the words that the model was trained with, from the middle of all words; no stop words."""
        words = [word for word in self.card.metadata.get("vocabulary", ()) if not is_stop_word(word)]
        rows = self.vectors.stack(words) - self._centre
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)

    @cached_property
    def _centre(self) -> NDArray[np.float32]:
        return self.vectors.matrix.mean(axis=0)

    def _checked(self, seed: int, seconds: float | None, size: int | None) -> int:
        size = int(self.generator.config.size) if size is None else size
        if not SIZE_RANGE[0] <= size <= SIZE_RANGE[1] or size % 2:
            raise UsageError(
                f"The size is an even number of pixels from {SIZE_RANGE[0]} to {SIZE_RANGE[1]}, got {size}."
            )
        if seconds is not None:
            check_length(seconds)
        if not 0 <= seed <= MAXIMUM_SEED:
            raise UsageError(f"The seed is a whole number from 0 to {MAXIMUM_SEED}, got {seed}.")
        return size

    def _recipe(self, storyboard: Storyboard, seed: int, size: int) -> dict[str, Any]:
        return {
            "prompt": storyboard.prompt,
            "seed": seed,
            "seconds": storyboard.seconds,
            "size": size,
            "model": self.name,
            "model_hash": self.card.weights_hash,
            "version": textreel.__version__,
        }

    def _stream(self, storyboard: Storyboard, seed: int, size: int) -> Iterator[NDArray[np.uint8]]:
        readings = [self._read(shot.text) for shot in storyboard.shots]
        last = len(storyboard.shots) - 1
        shown = itertools.chain(
            moments(storyboard, self.fps), itertools.repeat(Moment(before=last, after=last))
        )
        for frame, _ in self._film(storyboard, readings, shown, seed, size, 1):
            yield frame

    def _film(
        self,
        storyboard: Storyboard,
        readings: Sequence[Reading],
        shown: Iterator[Moment],
        seed: int,
        size: int,
        at_once: int,
    ) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.float32]]]:
        """The frames of these moments, uint8 [H, W, 3], and how much each word of all shots was read for them [L].

        A shot is painted from the frame on in which it is first seen, and forgotten after the last.
        """
        seen = stretches(storyboard, self.fps)
        ends = list(itertools.accumulate((len(reading.words) for reading in readings), initial=0))
        painters: dict[int, Painter] = {}
        for moment in shown:
            wanted = {shot for shot in (moment.before, moment.after) if shot is not None}
            painters = {shot: painter for shot, painter in painters.items() if shot in wanted}
            for shot in wanted - painters.keys():
                painters[shot] = self._paint(
                    storyboard.shots[shot], seen[shot], readings[shot], seed, size, at_once
                )
            painted = {shot: next(painters[shot]) for shot in sorted(wanted)}
            read = np.zeros(ends[-1], dtype=np.float32)
            pictures: list[NDArray[np.uint8] | None] = []
            for side, share in ((moment.before, 1 - moment.share), (moment.after, moment.share)):
                pictures.append(None if side is None else painted[side][0])
                if side is not None:
                    read[ends[side] + np.array(readings[side].positions, dtype=int)] += (
                        share * painted[side][1]
                    )
            before, after = pictures
            yield blend(moment.kind, before, after, moment.share), read

    def _paint(
        self, shot: Shot, seen: Stretch, reading: Reading, seed: int, size: int, at_once: int
    ) -> Painter:
        """One shot without end, ``at_once`` frames at a time: uint8 [H, W, 3] and the attention to its words [L]."""
        with torch.inference_mode():
            encoding = self.generator.encode(reading.vectors, reading.mask)
            noise = draw_noise(1, torch.Generator().manual_seed(seed))
            state = self.generator.initial_state(encoding, noise)
        words = len(reading.positions)
        left = seen.end - seen.first  # a shot that is painted in larger pieces ends with a smaller one
        for start in itertools.count(seen.first - seen.start, at_once):
            count = min(at_once, left) if left > 0 else at_once
            left -= count
            camera = torch.from_numpy(shot.camera.at(np.arange(start, start + count) / self.fps))[None]
            with torch.inference_mode():
                frames_BTCHW, attention_BTL, state = self.generator.advance(state, camera, (size, size))
            yield from zip(
                _to_uint8(frames_BTCHW[0]), attention_BTL[0, :, :words].float().numpy(), strict=True
            )


def planned(prompt: str | Storyboard, seconds: float | None) -> Storyboard:
    """The storyboard of a prompt.

    Raises:
        UsageError: a storyboard is given with another length, or lasts too long, or the prompt cannot be read.
    """
    if isinstance(prompt, str):
        board = plan(check_prompt(prompt), seconds)
    else:
        board = prompt
        if seconds is not None and abs(seconds - board.seconds) > 1e-6:
            raise UsageError(
                f"This storyboard lasts {board.seconds:g} s: leave out the seconds, or change its shots."
            )
    check_length(board.seconds)
    return board


def check_length(seconds: float) -> None:
    """Refuse films that are too short or too long."""
    if not (math.isfinite(seconds) and SECONDS_RANGE[0] <= seconds <= SECONDS_RANGE[1]):
        raise UsageError(
            f"A film lasts {SECONDS_RANGE[0]:g} to {SECONDS_RANGE[1]:g} seconds, got {seconds:g}."
        )


def load(name_or_folder: str | Path = DEFAULT_MODEL) -> Reel:
    """Make a model ready: a shipped one by its name, or one of your own by its folder.

    Raises:
        UsageError: there is no such model.
        CheckpointError: its files are broken or do not fit this version.
    """
    card = read_card(find(name_or_folder))
    generator = load_generator(card.folder)
    vectors = WordVectors.load_default()
    needed = card.metadata.get("vectors_fingerprint", vectors.fingerprint)
    if needed != vectors.fingerprint:
        raise CheckpointError(
            f"The model '{card.name}' was trained with other word vectors than this textreel ships."
        )
    return Reel(generator=generator, vectors=vectors, card=card)


def _check_memory(frames: int, size: int) -> None:
    if frames * size * size * 3 > MAXIMUM_BYTES:
        raise UsageError(
            f"A film of {frames} frames of {size}x{size} pixels would take more than 1 GiB: make it smaller or shorter."
        )


def _report(done: int, total: int, progress: Progress | None, cancel: Cancel | None) -> None:
    if progress is not None:
        progress(done, total)
    if cancel is not None and cancel():
        raise Cancelled(f"Stopped after {done} of {total} frames, as asked.")


def _to_uint8(frames_TCHW: Tensor) -> NDArray[np.uint8]:
    scaled = ((frames_TCHW.float() + 1) * 127.5).round().clamp(0, 255)
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
