"""The sound of takes: what the generator shows, heard frame by frame; and whole films brought to one loudness."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from textreel.errors import CheckpointError
from textreel.generator import Generator, word_tensors
from textreel.language import WordVectors
from textreel.models import ModelCard, find, read_card, shipped
from textreel.nn.spectra import RATE
from textreel.pipeline.reading import Reading
from textreel.soundtrack import (
    LOOK_FRAMES,
    LOUDNESS_DECIBELS,
    Course,
    CueSheet,
    EventReader,
    Lexicon,
    Sight,
    SoundGenerator,
    Soundscape,
    cue_sheet,
    load_sound_generator,
    normalised,
    seen_from,
)
from textreel.soundtrack.scape import level_decibels
from textreel.types import Event

Samples = NDArray[np.float32]

SOUND_MODEL = "sounds"
DECLICK_SECONDS = 0.006
END_SECONDS = 0.01
PLACE_ALONE_DECIBELS = -10.0  # a film in which only its place is heard stands so much lower


@dataclass(frozen=True, kw_only=True, eq=False)
class SoundModel:
    """A generator of sound that is ready, and what reads its words."""

    generator: SoundGenerator = field(repr=False)
    vectors: WordVectors = field(repr=False)
    card: ModelCard | None = field(default=None, repr=False)

    @cached_property
    def lexicon(self) -> Lexicon:
        """Words to kinds of sound."""
        return Lexicon(self.vectors)

    def read(self, captions: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Captions as the generator of sound reads them."""
        return word_tensors(captions, self.vectors)


def load_sound(name_or_folder: str | None, vectors: WordVectors) -> SoundModel | None:
    """A sound model by name or folder; the shipped one where None is given, and none where none is shipped.

    Raises:
        UsageError: there is no such model.
        CheckpointError: it is broken, makes no sound, or was trained with other word vectors.
    """
    if name_or_folder is None and SOUND_MODEL not in shipped():
        return None
    card = read_card(find(name_or_folder or SOUND_MODEL))
    if card.metadata.get("vectors_fingerprint", vectors.fingerprint) != vectors.fingerprint:
        raise CheckpointError(
            f"The model '{card.name}' was trained with other word vectors than this textreel ships."
        )
    return SoundModel(generator=load_sound_generator(card.folder), vectors=vectors, card=card)


class Ears:
    """Hears one take: its sound for the frames that come next, one piece a frame.

    Args:
        model, generator: what makes the sound and what paints the picture.
        seed, fps: of the film.
        began: the frame of the film in which the take is first seen.
    """

    def __init__(
        self, model: SoundModel, generator: Generator[Any], *, seed: int, fps: float, began: int
    ) -> None:
        self.model, self.generator, self.seed, self.fps, self.frame = model, generator, seed, fps, began
        self.text: str | None = None
        self.scape: Soundscape | None = None
        self.before: Soundscape | None = None
        self.events = EventReader()

    def hear(self, state: Any, reading: Reading, text: str, views_TX: NDArray[np.float64]) -> list[Samples]:
        """The sound of the next T frames, float32 [samples, 2] each; `state` is the painter's before them."""
        count = len(views_TX)
        course = course_of(self.generator, state, count)
        if text != self.text:
            self.change(state, reading, text, course)
        sight = Sight(frames=count)
        if course is not None:
            events, self.events = self.events.read(course, self.fps)
            sight = Sight(
                frames=count, events=events, standing=seen_from(course, views_TX, self.generator.world_width)
            )
        assert self.scape is not None
        sound = self.scape.advance(sight)
        if self.before is not None:  # what was said before goes out while the new comes in
            share = np.linspace(0, 1, len(sound), dtype=np.float32)[:, None]
            old = self.before.advance(sight)
            sound = (np.sqrt(share) * sound + np.sqrt(1 - share) * old).astype(np.float32)
            self.before = None
        self.frame += count
        edges = [self.scape.sample_at(frame) for frame in range(self.frame - count, self.frame + 1)]
        return [
            sound[first - edges[0] : end - edges[0]] for first, end in zip(edges, edges[1:], strict=False)
        ]

    def change(self, state: Any, reading: Reading, text: str, course: Course | None) -> None:
        """Hear other words from now on."""
        present = course.present if course is not None else np.array([True])
        scenery = self.generator.scenery(state, reading, [bool(each) for each in present])
        sheet = cue_sheet(text, scenery, self.model.lexicon)
        self.before, self.text = self.scape, text
        self.scape = Soundscape(
            self.model.generator, self.model.read, sheet, seed=self.seed, fps=self.fps, began=self.frame
        )
        self.events = EventReader(motions=scenery.motions, heights=self.events.heights)


def course_of(generator: Generator[Any], state: Any, frames: int) -> Course | None:
    """Where the subjects of a shot will be in the next frames, if the generator knows."""
    if "poses" not in generator.abilities:
        return None
    with torch.inference_mode():
        poses = generator.whereabouts(state, frames + LOOK_FRAMES)
        clocks = generator.clocks(state, frames + LOOK_FRAMES)
    assert poses is not None
    placed = poses[0].double().numpy()
    return Course(
        poses=placed,
        present=np.abs(placed).sum(axis=(0, 2)) > 0,
        clocks=None if clocks is None else clocks[0].double().numpy(),
    )


def events_of(
    generator: Generator[Any], reading: Reading, state: Any, frames: int, fps: float
) -> tuple[Event, ...]:
    """The picture's own events in the next frames; none where the generator does not know where its subjects are."""
    course = course_of(generator, state, frames)
    if course is None:
        return ()
    scenery = generator.scenery(state, reading, [bool(each) for each in course.present])
    return EventReader(motions=scenery.motions).read(course, fps)[0]


def gains(kind: str, share: float) -> tuple[float, float]:
    """How much of the shot before and of the one after is heard when a transition has come so far.

    Pictures that lie over each other sound together with even power; through a plain colour one fades out, then the
    other in; a cut cuts.
    """
    if kind == "cut":
        return (1.0, 0.0) if share < 0.5 else (0.0, 1.0)
    if kind.startswith("fade-through"):
        return max(0.0, 1 - 2 * share), max(0.0, 2 * share - 1)
    return math.cos(share * math.pi / 2), math.sin(share * math.pi / 2)


def swelled(sound: Samples | None, start: float, end: float) -> Samples | float:
    """A piece whose loudness goes straight from one factor to another; nothing adds nothing."""
    if sound is None:
        return 0.0
    return sound * np.linspace(start, end, len(sound), dtype=np.float32)[:, None]


class Joiner:
    """Puts pieces after each other without a click: a step between two of them is worn off within milliseconds."""

    def __init__(self) -> None:
        self.last: Samples | None = None

    def __call__(self, piece: Samples) -> Samples:
        """The next piece."""
        joined = piece.copy()
        if self.last is not None and len(piece):
            count = min(round(DECLICK_SECONDS * RATE), len(piece))
            joined[:count] += (self.last - piece[0]) * np.linspace(1, 0, count, dtype=np.float32)[:, None]
        if len(joined):
            self.last = joined[-1].copy()
        return joined


def whole_sound(pieces: Sequence[Samples], sheets: Sequence[tuple[CueSheet, float]]) -> Samples:
    """The sound of a film from its pieces, at its loudness; `sheets`: what is heard in each shot, and its seconds."""
    sound = np.concatenate(pieces) if pieces else np.zeros((0, 2), dtype=np.float32)
    count = min(round(END_SECONDS * RATE), len(sound))
    if count:
        sound[len(sound) - count :] *= np.linspace(1, 0, count, dtype=np.float32)[:, None]
    seconds = sum(length for _, length in sheets) or 1.0
    said = sum(level_decibels(sheet.directions) * length for sheet, length in sheets) / seconds
    alone = all(cue.role == "bed" for sheet, _ in sheets for cue in sheet.cues)
    return normalised(sound, LOUDNESS_DECIBELS + said + PLACE_ALONE_DECIBELS * alone)
