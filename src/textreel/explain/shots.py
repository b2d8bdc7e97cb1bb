"""The shots of a film, ready to be painted again with one thing changed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from textreel.arguments import film_size
from textreel.errors import UsageError
from textreel.evaluation.judge import JUDGED
from textreel.explain.painters import Painter, View, painter_of
from textreel.generator import SentenceGenerator
from textreel.nn.noise import Noise
from textreel.pipeline.film import Film
from textreel.pipeline.painting import Easel, Take, as_camera
from textreel.pipeline.planning import drafts_of
from textreel.pipeline.reading import Reading, WordReader
from textreel.render import stretches
from textreel.storyboard import Shot


@dataclass(frozen=True, kw_only=True, eq=False)
class FilmedShot:
    """One shot of a film.

    Attributes:
        easel, painter: what it was painted with, and how.
        shot: its words and its camera.
        reading: what the generator reads of its words.
        state: before its first frame.
        view: the frames that are painted again, counted from the first one in which the shot is seen.
        frames: the same ones, counted from the start of the film.
    """

    easel: Easel = field(repr=False)
    painter: Painter[Any] = field(repr=False)
    shot: Shot
    reading: Reading = field(repr=False)
    state: Any = field(repr=False)
    view: View = field(repr=False)
    frames: tuple[int, ...]

    @property
    def generator(self) -> SentenceGenerator[Any]:
        """What painted it."""
        assert isinstance(self.easel.generator, SentenceGenerator)
        return self.easel.generator

    @property
    def words(self) -> list[str]:
        """The words that the generator reads; others have no vector and cannot have an effect."""
        return [self.reading.words[position] for position in self.reading.positions]

    @torch.no_grad()
    def pictures(self, state: Any = None, view: View | None = None) -> Tensor:
        """Frames [T, 3, H, W] in [-1, 1] of this shot, or of a changed state."""
        painted = self.painter.paint(self.state if state is None else state, view or self.view)
        return painted[0].clamp(-1, 1)

    @torch.no_grad()
    def reading_only(self, kept: Collection[int]) -> Any:
        """The state in which only some words are read, each where it stood; what they say as before is kept.

        Without a single word it reads one that means nothing.
        """
        vectors, mask = self.reading.vectors, torch.zeros_like(self.reading.mask)
        mask[:, list(kept)] = True
        if not kept:
            vectors, mask[:, 0] = torch.zeros_like(vectors), True
        encoding = self.generator.encode(vectors, mask)
        return self.generator.initial_state(encoding, self.easel.noise(), like=self.state)

    def without(self, at: int) -> Any:
        """The state in which one word is left out."""
        return self.reading_only([each for each in range(len(self.words)) if each != at])

    @torch.no_grad()
    def reworded(self, text: str) -> Any:
        """The state of another text; what both say alike is kept."""
        return self.easel.state(text, self.state)[1]

    @torch.no_grad()
    def with_noise(self, noise: Noise) -> Any:
        """The state of the same words and other noise."""
        encoding = self.generator.encode(self.reading.vectors, self.reading.mask)
        return self.painter.begin(encoding, noise)


def filmed_shots(film: Film) -> list[FilmedShot]:
    """The shots of a film in order; of one that another turns into, the other is taken from its beginning.

    Raises:
        UsageError: the film does not know the model that made it.
    """
    if film.reel is None:
        raise UsageError("This film does not know the model that made it, so it cannot be explained.")
    generator = film.reel.generator
    if not isinstance(generator, SentenceGenerator):
        raise UsageError(
            f"The model '{film.reel.name}' cannot be explained yet: films of the model scenes can."
        )
    reader = WordReader(vectors=film.reel.vectors, card=film.reel.card)
    easel = Easel(generator=generator, reader=reader, seed=film.seed, size=film_size(generator.config.size))
    texts = drafts_of(film.draft or film.storyboard, None, film.edits).texts()
    found: list[FilmedShot] = []
    for shot, stretch in zip(film.storyboard.shots, stretches(film.storyboard, film.fps), strict=True):
        before = film.storyboard.shots[shot.index - 1].transition if shot.index else None
        turned = before is not None and before.kind == "morph" and "morph" in generator.abilities
        like = found[-1].state if turned else None
        take = Take(easel, shot, texts=texts[shot.index], frame=stretch.first - stretch.start, like=like)
        first, end = stretch.first, min(stretch.end, len(film.frames))
        shown = spread(end - first)
        found.append(
            FilmedShot(
                easel=easel,
                painter=painter_of(generator),
                shot=shot,
                reading=take.reading,
                state=take.state,
                view=View(camera=as_camera(take.look(end - first))[0], shown=shown, side=easel.size[0]),
                frames=tuple(first + frame for frame in shown),
            )
        )
    return found


def spread(frames: int) -> tuple[int, ...]:
    """The frames that are explained of so many: those that the judge looks at, spread over all of them."""
    wanted = np.array(JUDGED.shown) * (frames - 1) / (JUDGED.frames - 1)
    return tuple(dict.fromkeys(int(frame) for frame in wanted.round()))
