"""A model that is ready to make films."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import Any

import numpy as np

import textreel
from textreel.arguments import film_size, of_type, size_name, whole_number
from textreel.errors import Cancelled, CheckpointError, UsageError
from textreel.generator import Generator, load_generator
from textreel.language import WordVectors
from textreel.language.reader import read_shot
from textreel.limits import MAX_FILM_BYTES, MAX_SEED
from textreel.models import DEFAULT_MODEL, ModelCard, film_card
from textreel.nn.processor import one_thread
from textreel.pipeline.film import Film
from textreel.pipeline.hearing import (
    Joiner,
    SoundModel,
    course_of,
    events_of,
    load_sound,
    whole_sound,
)
from textreel.pipeline.painting import GROUP_FRAMES, Easel
from textreel.pipeline.planning import Drafts, drafts_of, planned
from textreel.pipeline.reading import WordReader
from textreel.pipeline.stream import Stream
from textreel.render import frame_count
from textreel.soundtrack import CueSheet, cue_sheet
from textreel.storyboard import Note, Storyboard
from textreel.types import MAX_READ_WORDS, Event, TextSpan

TOO_MANY_WORDS = (
    f"a model reads {MAX_READ_WORDS} words of a shot: of shot {{shot}} the last {{count}}, from '{{first}}' on, were "
    "left out; shorten it, or make several shots of it"
)
NO_TRACKING = "this model does not know where its subjects are: the camera stays"
NO_MORPH = "this model knows no middle of two shots: a dissolve is shown instead of a morph"

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]


@dataclass(frozen=True, kw_only=True, eq=False)
class Reel:
    """A model that is ready to make films; have one with :func:`load`."""

    generator: Generator[Any] = field(repr=False)
    vectors: WordVectors = field(repr=False)
    card: ModelCard = field(repr=False)
    sound: SoundModel | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.card.name

    @property
    def fps(self) -> float:
        """Frames a second."""
        return float(self.generator.config.fps)

    @one_thread()
    def generate(
        self,
        prompt: str | Storyboard,
        seed: int = 0,
        seconds: float | None = None,
        size: int | str | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
        edits: Sequence[str] = (),
        sound: bool = True,
        aspect: str | None = None,
    ) -> Film:
        """Make a film; the same arguments give the same frames, byte for byte, on the same machine.

        Args:
            prompt: what the film shows, in English: a sentence, a paragraph of several shots, or a storyboard.
            seed: 0 or more; chooses among the films that the prompt describes.
            seconds: 0.1 to 600 for the whole film, rounded to whole frames; None for as long as the prompt says,
                or 2 s a shot where it does not. A storyboard has its own length.
            size: height and width in pixels, even, 32 to 720, or text such as "640x360", up to 1280 wide; None for
                the model's own.
            progress: called with (frames made, frames in all) after every few frames.
            cancel: asked every few frames; the work ends when it answers true.
            edits: instructions that change the film one after another, see :meth:`Film.edit`.
            sound: whether it is heard too, where a sound model is at hand.
            aspect: width to height, such as "16:9", "1:1" or "9:16"; None for square, or what `size` says.

        Raises:
            UsageError: an argument is outside of these ranges, or the prompt or an edit cannot be read.
            Cancelled: ``cancel`` answered true.
        """
        for name, called in (("progress", progress), ("cancel", cancel)):
            of_type(name, called, (Callable, NoneType), "a function or None")  # type: ignore[arg-type]
        easel = self._easel(seed, size, sound=sound, aspect=aspect)
        drafts = drafts_of(prompt, seconds, edits)
        storyboard = self._with_notes(drafts.last)
        total = frame_count(storyboard, self.fps)
        _check_memory(total, easel.size)
        readings = [self._reader.read(shot.text) for shot in storyboard.shots]
        ends = list(itertools.accumulate((len(reading.words) for reading in readings), initial=0))
        frames = np.empty((total, *easel.size, 3), dtype=np.uint8)
        attention = np.zeros((total, ends[-1]), dtype=np.float32)
        painted = easel.project(storyboard, texts=drafts.texts())
        join, pieces = Joiner(), []
        for done, (picture, reads, heard) in enumerate(painted, start=1):
            frames[done - 1] = picture
            if heard is not None:
                pieces.append(join(heard))
            for take, read in reads:
                attention[done - 1, ends[take.shot.index] + np.array(take.reading.positions, dtype=int)] += (
                    read
                )
            if not done % GROUP_FRAMES or done == total:
                _report(done, total, progress, cancel)
        sheets = self._sheets(storyboard, easel)
        heard_words = frozenset().union(*(sheet.heard_words for sheet, _ in sheets))
        unshown = self.words_without_effect(storyboard)
        return Film(
            frames=frames,
            fps=self.fps,
            prompt=drafts.first.prompt,
            seed=easel.seed,
            storyboard=storyboard,
            attention=attention,
            words=tuple(itertools.chain(*(reading.words for reading in readings))),
            words_without_effect=tuple(word for word in unshown if word.lower() not in heard_words),
            left_out=(
                *self._reader.left_out(
                    storyboard, [read_shot(shot.text).scene for shot in storyboard.shots], heard_words
                ),
                *itertools.chain(
                    *(self.generator.left_out(easel.state(shot.text)[1]) for shot in storyboard.shots)
                ),
            ),
            recipe=self._recipe(drafts, easel.seed, easel.size),
            draft=drafts.first if drafts.edits else None,
            edited=drafts.edited,
            audio=whole_sound(pieces, sheets) if pieces else None,
            sounds=tuple(sheet for sheet, _ in sheets),
            reel=self,
        )

    def _sheets(self, board: Storyboard, easel: Easel) -> list[tuple[CueSheet, float]]:
        """What is heard in each shot, and its seconds; nothing without sound."""
        model, found = easel.sound, []
        for shot in board.shots if model is not None else ():
            reading, state = easel.state(shot.text)
            course = course_of(self.generator, state, 1)
            present = [True] if course is None else [bool(each) for each in course.present]
            assert model is not None
            scenery = self.generator.scenery(state, reading, present)
            found.append((cue_sheet(shot.text, scenery, model.lexicon), shot.seconds))
        return found

    def stream(
        self,
        prompt: str | Storyboard,
        seed: int = 0,
        size: int | str | None = None,
        sound: bool = True,
        aspect: str | None = None,
    ) -> Stream:
        """Frames without end, uint8 [height, width, 3], each made when it is asked for; see :class:`Stream`.

        The film goes through the shots of the prompt and stays in the last one, which is never faded out.

        Raises:
            UsageError: as :meth:`generate`, before the first frame.
        """
        easel = self._easel(seed, size, sound=sound, aspect=aspect)
        board = planned(prompt, None)
        shots = (*board.shots[:-1], replace(board.shots[-1], transition=None))
        return Stream(easel, replace(board, shots=shots))

    @one_thread()
    def events(self, prompt: str, seed: int = 0) -> tuple[Event, ...]:
        """The steps, impacts and calls of the film that :meth:`generate` would make of one shot, without painting it.

        They are read from where the generator puts its subjects in every frame; none, where it does not know.

        Raises:
            UsageError: as :meth:`generate`, or the prompt has several shots.
        """
        easel, board = self._easel(seed, None, sound=False), planned(prompt, None)
        if len(board.shots) > 1:
            raise UsageError(f"Events are told of a film of one shot; this one has {len(board.shots)}.")
        reading, state = easel.state(board.shots[0].text)
        return events_of(self.generator, reading, state, frame_count(board, self.fps), self.fps)

    def words_without_effect(self, storyboard: Storyboard) -> tuple[str, ...]:
        """The words that this model cannot show.

        A word counts as without effect if it has no vector, or if no word of the model's ``vocabulary`` (the words
        it was trained with) is similar to it: cosine below the model's ``known_similarity``. The words of camera
        moves and cuts are the storyboard's own; what it could not do stands in ``storyboard.notes``.
        """
        return self._reader.without_effect(shot.text for shot in storyboard.shots)

    @cached_property
    def _reader(self) -> WordReader:
        scenes = "scenes" in self.generator.abilities
        return WordReader(vectors=self.vectors, card=self.card, scenes=scenes)

    def _easel(self, seed: int, size: int | str | None, *, sound: bool, aspect: str | None = None) -> Easel:
        """What a film of this seed and size is painted with."""
        pixels = film_size(self.generator.config.size if size is None else size, aspect)
        seed = whole_number("seed", seed, 0, MAX_SEED)
        heard = self.sound if sound else None
        return Easel(generator=self.generator, reader=self._reader, seed=seed, size=pixels, sound=heard)

    def _with_notes(self, board: Storyboard) -> Storyboard:
        """The storyboard, with notes on morphs and trackings that this model cannot show, and on words cut off."""
        lacking: list[tuple[TextSpan | None, str]] = []
        for shot in board.shots:
            if cut := self._reader.read(shot.text).cut:
                lacking.append(
                    (None, TOO_MANY_WORDS.format(shot=shot.index + 1, count=len(cut), first=cut[0]))
                )
            if (
                shot.transition
                and shot.transition.kind == "morph"
                and "morph" not in self.generator.abilities
            ):
                lacking.append((shot.transition.words, NO_MORPH))
            for move in shot.moves:
                if move.kind == "tracking" and "poses" not in self.generator.abilities:
                    lacking.append((move.words, NO_TRACKING))
        nothing = TextSpan(text="", start=0, end=0)
        notes = (Note(words=words or nothing, reason=reason) for words, reason in lacking)
        return replace(board, notes=(*board.notes, *(note for note in notes if note not in board.notes)))

    def _recipe(self, drafts: Drafts, seed: int, size: tuple[int, int]) -> dict[str, Any]:
        recipe = {
            "prompt": drafts.first.prompt,
            "seed": seed,
            "seconds": drafts.last.seconds,
            "size": size_name(size),
            "model": self.name,
            "model_hash": self.card.weights_hash,
            "version": textreel.__version__,
        }
        if drafts.edits:
            recipe |= {"edits": list(drafts.edits), "draft": drafts.first.to_dict()}
        return recipe


def load(name_or_folder: str | Path = DEFAULT_MODEL, sound: str | None = None) -> Reel:
    """Make a model ready: a shipped one by its name, or one of your own by its folder.

    `sound` names a sound model in the same way; None takes the shipped one, where there is one.

    Raises:
        UsageError: there is no such model.
        CheckpointError: its files are broken or do not fit this version.
    """
    for name in (name_or_folder, sound or ""):
        of_type("model", name, (str, PathLike), "a name or a folder")
    card = film_card(name_or_folder)
    generator = load_generator(card.folder)
    vectors = WordVectors.load_default()
    needed = card.metadata.get("vectors_fingerprint", vectors.fingerprint)
    if needed != vectors.fingerprint:
        raise CheckpointError(
            f"The model '{card.name}' was trained with other word vectors than this textreel ships."
        )
    return Reel(generator=generator, vectors=vectors, card=card, sound=load_sound(sound, vectors))


def _check_memory(frames: int, size: tuple[int, int]) -> None:
    if frames * size[0] * size[1] * 3 > MAX_FILM_BYTES:
        raise UsageError(
            f"A film of {frames} frames of {size[1]}x{size[0]} pixels would take more than 1 GiB: make it smaller "
            "or shorter."
        )


def _report(done: int, total: int, progress: Progress | None, cancel: Cancel | None) -> None:
    if progress is not None:
        progress(done, total)
    if cancel is not None and cancel():
        raise Cancelled(f"Stopped after {done} of {total} frames, as asked.")
