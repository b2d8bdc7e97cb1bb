"""A finished film: saved, edited by words, compared with another."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import textreel
from textreel import media
from textreel.arguments import size_name
from textreel.errors import UsageError
from textreel.nn.spectra import RATE
from textreel.scene import LeftOut, as_document
from textreel.soundtrack import CueSheet, Silence
from textreel.storyboard import Edited, Storyboard
from textreel.types import AudioTrack

if TYPE_CHECKING:
    from textreel import Explanation
    from textreel.pipeline.reel import Cancel, Progress, Reel

GAP_PIXELS = 4
GAP_GREY = 255


@dataclass(frozen=True, kw_only=True, eq=False)
class Film:
    """A finished film and how it came about.

    Attributes:
        frames: uint8 [frames, height, width, 3].
        fps: frames a second.
        prompt, seed: what it was made from.
        storyboard: its shots, each with its words and timing, after all edits.
        attention: float32 [frames, words], how much each word was read for each frame; 0 for the words of other shots.
        words: the words of all shots in order.
        words_without_effect: words that the model cannot show, and that are not heard either; the film was made all
            the same.
        left_out: stretches of words that nothing is shown for, each with its reason: not understood, or understood and
            nothing that this model can show.
        recipe: the arguments that make the same film again, and the model and version that made this one.
        draft: the storyboard before any edit; None where there was no edit.
        edited: what each edit changed, in order.
        audio: its sound, float32 [samples, channels] in [-1, 1], as long as its pictures; None without sound.
        sample_rate: samples a second.
        sounds: for each shot what is heard, with the words that caused it, and what is silent; empty without sound.
        reel: the model that made it, which an edit needs.
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
    draft: Storyboard | None = field(default=None, repr=False)
    edited: tuple[Edited, ...] = field(default=(), repr=False)
    audio: NDArray[np.float32] | None = field(default=None, repr=False)
    sample_rate: int = RATE
    sounds: tuple[CueSheet, ...] = field(default=(), repr=False)
    left_out: tuple[LeftOut, ...] = field(default=(), repr=False)
    reel: Reel | None = field(default=None, repr=False)

    @property
    def seconds(self) -> float:
        """How long the film lasts."""
        return len(self.frames) / self.fps

    @property
    def edits(self) -> tuple[str, ...]:
        """The instructions that it was edited by, in order."""
        return tuple(self.recipe.get("edits", ()))

    @property
    def metadata(self) -> dict[str, Any]:
        """What its file carries: the recipe and what came of it."""
        return {
            **self.recipe,
            "fps": self.fps,
            "frames": len(self.frames),
            "words_without_effect": list(self.words_without_effect),
            "left_out": as_document(self.left_out),
            "storyboard": self.storyboard.to_dict(),
            **({} if self.audio is None else {"sounds": [sound_facts(sheet) for sheet in self.sounds]}),
        }

    def save(self, path: str | Path, *, overwrite: bool = True) -> Path:
        """Write the film as .mp4 or .webm with its sound, .wav (the sound alone), .gif, .webp or a folder of .png.

        Its metadata lies inside and beside it. A file of that name is replaced, unless `overwrite` is false: then
        the film is called lion-2.mp4, lion-3.mp4, ... Raises what :func:`textreel.media.write` raises.

        Returns:
            Where it is.
        """
        return media.write(
            self.frames,
            path,
            fps=self.fps,
            metadata=self.metadata,
            sound=self.track,
            overwrite=overwrite,
        )

    @property
    def track(self) -> AudioTrack | None:
        """The sound as one value."""
        return None if self.audio is None else AudioTrack(samples=self.audio, sample_rate=self.sample_rate)

    @property
    def silences(self) -> tuple[Silence, ...]:
        """What is seen and not heard, and why."""
        return tuple(silence for sheet in self.sounds for silence in sheet.silences)

    def edit(
        self, *instructions: str, progress: Progress | None = None, cancel: Cancel | None = None
    ) -> Film:
        """The film with something changed ("make the lion white", "at night instead"), and the rest as it was.

        The noise is the same, and what the words say as before is taken over as it was painted.

        Raises:
            UsageError: an instruction cannot be read or done; this film stays as it is.
            Cancelled: ``cancel`` answered true.
        """
        if not instructions:
            raise UsageError(
                'An edit says in words what to change, such as film.edit("make the lion white").'
            )
        return self._again((*self.edits, *instructions), progress, cancel)

    def undo(self, progress: Progress | None = None, cancel: Cancel | None = None) -> Film:
        """The film before its last edit, painted again.

        Raises:
            UsageError: it was not edited.
        """
        if not self.edits:
            raise UsageError("This film was not edited: there is nothing to undo.")
        return self._again(self.edits[:-1], progress, cancel)

    def explain(self, **options: Any) -> Explanation:
        """Why this film looks as it does; options and errors are those of :func:`textreel.explain_film`."""
        return textreel.explain_film(self, **options)

    @cached_property
    def original(self) -> Film:
        """The film before all edits, painted again; itself where there was none."""
        return self._again(()) if self.edits else self

    def _again(
        self, edits: tuple[str, ...], progress: Progress | None = None, cancel: Cancel | None = None
    ) -> Film:
        if self.reel is None:
            raise UsageError("This film does not know the model that made it, so it cannot be edited.")
        return self.reel.generate(
            self.draft or self.storyboard,
            seed=self.seed,
            size=size_name(self.frames.shape[1:3]),
            edits=edits,
            progress=progress,
            cancel=cancel,
            sound=self.audio is not None,
        )


def sound_facts(sheet: CueSheet) -> dict[str, Any]:
    """What is heard in a shot and what is not, as JSON can hold it."""
    return {
        "heard": [
            {"kind": cue.kind, "role": cue.role, "words": cue.words.text if cue.words else ""}
            for cue in sheet.cues
        ],
        "silent": [{"words": silence.words.text, "reason": silence.reason} for silence in sheet.silences],
    }


def compare(before: Film, after: Film) -> NDArray[np.uint8]:
    """Two films side by side with a thin gap between, uint8 [frames, height, width, 3].

    The shorter one stands still at its end.

    Raises:
        UsageError: their heights or their frames a second differ.
    """
    if before.frames.shape[1] != after.frames.shape[1] or before.fps != after.fps:
        sizes = [
            f"{film.frames.shape[1]} pixels high at {film.fps:g} frames a second" for film in (before, after)
        ]
        raise UsageError(
            f"Films side by side are of one height and one speed; these are {' and '.join(sizes)}."
        )
    length = max(len(before.frames), len(after.frames))
    first, second = (
        film.frames[np.minimum(np.arange(length), len(film.frames) - 1)] for film in (before, after)
    )
    gap = np.full((length, first.shape[1], GAP_PIXELS, 3), GAP_GREY, dtype=np.uint8)
    return np.concatenate([first, gap, second], axis=2)
