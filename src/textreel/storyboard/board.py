"""The storyboard: shots in order, each with its words, its time and what the camera does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from textreel.documents import Document, convert, read_yaml
from textreel.errors import UsageError
from textreel.limits import MAX_CHARACTERS, MAX_MOVES, MAX_SHOTS, SECONDS_RANGE
from textreel.storyboard.documents import FORMAT, StoryboardDocument, dump, transition_of
from textreel.storyboard.moves import MOVES
from textreel.storyboard.parts import Carried, Note
from textreel.storyboard.subjects import is_named, not_there, subjects_of
from textreel.storyboard.transitions import Transition
from textreel.types import (
    EASINGS,
    VIEW_X,
    VIEW_Y,
    CameraKeyframe,
    CameraLayer,
    CameraPath,
    CameraShake,
    Easing,
    TextSpan,
)


@dataclass(frozen=True, kw_only=True)
class CameraMove:
    """One move of the camera within a shot.

    ``kind`` is a name of :data:`textreel.storyboard.moves.MOVES`; ``amount`` counts that kind's unit; times
    are seconds from the start of the shot; ``words`` are what caused the move, None where nothing was said, and
    ``aim`` what it is aimed at ("on the lion"). ``subject`` is a word of the shot's text: whom a tracking camera
    follows; None is the main subject.
    """

    kind: str
    direction: str | None = None
    amount: float = 0.0
    start_seconds: float = 0.0
    seconds: float = 2.0
    easing: Easing = "smooth"
    subject: str | None = None
    aim: TextSpan | None = None
    words: TextSpan | None = None

    def __post_init__(self) -> None:
        if self.easing not in EASINGS:
            raise UsageError(f"A camera's easing is one of {', '.join(EASINGS)}; got {self.easing!r}.")
        if self.kind not in MOVES:
            raise UsageError(f"A camera move is one of {', '.join(MOVES)}; got {self.kind!r}.")
        kind = MOVES[self.kind]
        allowed = sorted(set(kind.directions.values()))
        if (self.direction not in allowed) if allowed else (self.direction is not None):
            raise UsageError(
                f"A {self.kind} goes {' or '.join(allowed) or 'nowhere'}; got {self.direction!r}."
            )
        if self.subject is not None and kind.axis != "subject":
            raise UsageError(
                f"Only a tracking camera has a subject; a {self.kind} was given {self.subject!r}: leave it out."
            )
        least, most = kind.amounts
        if not least <= self.amount <= most:
            raise UsageError(f"A {self.kind} is of {least:g} to {most:g} {kind.unit}; got {self.amount:g}.")
        if not (
            self.start_seconds >= 0 and self.seconds > 0 and math.isfinite(self.start_seconds + self.seconds)
        ):
            raise UsageError(
                f"A {self.kind} starts at 0 s or later and takes some time; got {self.start_seconds:g} s "
                f"for {self.seconds:g} s."
            )

    def path(self) -> CameraPath:
        """What this move alone does, from the default view."""
        return MOVES[self.kind].path(self)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One stretch of film without a cut.

    ``text`` are the words for the generator: a sentence that stands by itself, without the words for camera and
    time. ``start_seconds`` counts from the start of the film. ``transition`` is how the shot passes into the next
    one, or, for the last shot, how the film ends (None: by a cut). ``carried`` are the words of earlier shots that
    the text repeats, ``timing`` the words that set its length.
    """

    index: int
    text: str
    start_seconds: float
    seconds: float
    moves: tuple[CameraMove, ...] = ()
    transition: Transition | None = None
    carried: tuple[Carried, ...] = ()
    timing: TextSpan | None = None

    def __post_init__(self) -> None:
        if not (
            self.start_seconds >= 0 and self.seconds > 0 and math.isfinite(self.start_seconds + self.seconds)
        ):
            raise UsageError(
                f"Shot {self.index} must start at 0 s or later and last some time; got "
                f"{self.start_seconds:g} s for {self.seconds:g} s."
            )
        if len(self.text) > MAX_CHARACTERS or len(self.moves) > MAX_MOVES:
            raise UsageError(
                f"A shot has at most {MAX_CHARACTERS:,} characters and {MAX_MOVES} moves; shot {self.index} has "
                f"{len(self.text):,} and {len(self.moves)}."
            )
        if not any(map(str.isalnum, self.text)):
            raise UsageError(f"Shot {self.index} must say what is seen; its text is {self.text!r}.")
        for move in self.moves:
            if move.subject is not None and not is_named(move.subject, self.text):
                raise not_there(move.subject, f"the shot {self.text!r}", subjects_of(self.text))
            if move.start_seconds + move.seconds > self.seconds + 1e-6:
                raise UsageError(
                    f"Shot {self.index} lasts {self.seconds:g} s, and its {move.kind} would end at "
                    f"{move.start_seconds + move.seconds:g} s; make the shot longer or the move shorter."
                )

    @property
    def camera(self) -> CameraPath:
        """The path of the camera; times count from the start of the shot.

        What is shown stays about the middle of the place: the way along x and y is centred, and the widest
        zoom is 1, so that the camera does not look past the edges. Whom it follows is not part of the path.
        """
        path = CameraPath(
            layers=tuple(self._endless(layer) for move in self.moves for layer in move.path().layers)
        )
        if path.glides.is_static:
            return path
        seen = path.glides.views(np.linspace(0.0, self.seconds, 65)).astype(np.float64)
        least = seen.min(axis=0)
        middle = (least + seen.max(axis=0)) / 2
        centred = CameraKeyframe(
            seconds=0.0,
            x=2 * VIEW_X - middle[0],
            y=2 * VIEW_Y - middle[1],
            zoom=1.0 / least[2],
            dolly=1.0 / least[4],
        )
        return path + CameraPath.through(centred)

    def _endless(self, layer: CameraLayer) -> CameraLayer:
        """A shake that lasts to the end of the shot goes on where a stream lets the shot go on."""
        if (
            isinstance(layer, CameraShake)
            and layer.start_seconds + (layer.seconds or 0.0) >= self.seconds - 1e-6
        ):
            return replace(layer, seconds=None)
        return layer


@dataclass(frozen=True, kw_only=True)
class Storyboard:
    """A prompt as shots in order, and the words that had no effect.

    ``opening`` is how the film begins (a fade from black), None where it just begins.
    """

    prompt: str
    shots: tuple[Shot, ...]
    notes: tuple[Note, ...] = field(default=())
    opening: Transition | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.shots) <= MAX_SHOTS:
            raise UsageError(f"A storyboard has 1 to {MAX_SHOTS} shots; got {len(self.shots)}.")
        time = 0.0
        for index, shot in enumerate(self.shots):
            if shot.index != index or abs(shot.start_seconds - time) > 1e-6:
                raise UsageError(
                    f"Shot {index} must be numbered {index} and start at {time:g} s, after the one before."
                )
            time += shot.seconds
        if time > SECONDS_RANGE[1] + 1e-6:
            raise UsageError(
                f"A film lasts at most {SECONDS_RANGE[1]:g} seconds; these shots last {time:g}. Make them shorter."
            )
        self._check_transitions()

    def _check_transitions(self) -> None:
        for shot in self.shots:
            before = self.opening if shot.index == 0 else self.shots[shot.index - 1].transition
            taken = (before.seconds if before else 0.0) * (1.0 if shot.index == 0 else 0.5)
            after = shot.transition.seconds if shot.transition else 0.0
            taken += after * (1.0 if shot.index == len(self.shots) - 1 else 0.5)
            if taken > shot.seconds + 1e-6:
                raise UsageError(
                    f"Shot {shot.index} lasts {shot.seconds:g} s, and its transitions would take {taken:g} s of it; "
                    "make the shot longer or the transitions shorter."
                )

    @property
    def seconds(self) -> float:
        """How long the film lasts."""
        return sum(shot.seconds for shot in self.shots)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON; :meth:`from_dict` gives the same storyboard back."""
        document = asdict(self)
        for shot in document["shots"]:
            for move in shot["moves"]:
                move["unit"] = MOVES[move["kind"]].unit
        return {"format": FORMAT, "seconds": self.seconds, **_listed(document)}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Storyboard:
        """The storyboard that :meth:`to_dict` gave.

        Raises:
            UsageError: a key is unknown or missing, or a value is impossible; the message names its place.
        """
        return cls.from_document(Document(content=document))

    def to_yaml(self, comments: Sequence[str] = ()) -> str:
        """A text that a person may edit; :meth:`from_yaml` gives the same storyboard back.

        ``comments`` are put above the shots, one for each.
        """
        return dump(self.to_dict(), comments)

    @classmethod
    def from_yaml(cls, text: str | bytes, source: str = "") -> Storyboard:
        """The storyboard of a YAML text, as :meth:`to_yaml` or a person wrote it (see docs/storyboard.md).

        ``source`` is what messages call the text. What may be left out of a move: its direction, amount and easing
        (the usual ones), its start (that of the shot) and its seconds (to the shot's end). A transition may be its
        kind alone.

        Raises:
            UsageError: a key is unknown or missing, or a value impossible; the message begins with the line.
        """
        return cls.from_document(read_yaml(text, source=source))

    @classmethod
    def from_document(cls, document: Document) -> Storyboard:
        """The storyboard of a document that was read.

        Raises:
            UsageError: it breaks the schema or describes what cannot be filmed; the message names the place.
        """
        written = convert(document, StoryboardDocument)
        shots, time = [], 0.0
        for index, shot in enumerate(written.shots):
            moves = []
            for number, move in enumerate(shot.moves):
                with document.at("shots", index, "moves", number):
                    moves.append(CameraMove(**move.whole(shot.seconds)))
            with document.at("shots", index, "transition"):
                transition = transition_of(shot.transition)
            said = {
                "text": shot.text,
                "seconds": shot.seconds,
                "carried": shot.carried,
                "timing": shot.timing,
            }
            counted = {
                "index": index if shot.index is None else shot.index,
                "start_seconds": time if shot.start_seconds is None else shot.start_seconds,
            }
            with document.at("shots", index):
                shots.append(Shot(**said, **counted, moves=tuple(moves), transition=transition))  # type: ignore[arg-type]
            time += shot.seconds
        with document.at("opening"):
            opening = transition_of(written.opening)
        with document.at():
            return cls(prompt=written.prompt, shots=tuple(shots), notes=written.notes, opening=opening)


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(entry) for key, entry in value.items()}
    return [_listed(entry) for entry in value] if isinstance(value, tuple | list) else value
