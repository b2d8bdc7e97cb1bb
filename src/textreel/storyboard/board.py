"""The storyboard: shots in order, each with its words, its time and what the camera does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np

from textreel.errors import UsageError
from textreel.storyboard.moves import MOVES
from textreel.types import (
    VIEW_X,
    VIEW_Y,
    CameraKeyframe,
    CameraLayer,
    CameraPath,
    CameraShake,
    Easing,
    KeyframedMove,
    TextSpan,
)

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class CameraMove:
    """One move of the camera within a shot.

    ``kind`` is a name of :data:`textreel.storyboard.moves.MOVES`; ``amount`` counts that kind's unit; times
    are seconds from the start of the shot; ``words`` are what caused the move, None where nothing was said.
    """

    kind: str
    direction: str | None = None
    amount: float = 0.0
    start_seconds: float = 0.0
    seconds: float = 2.0
    easing: Easing = "smooth"
    words: TextSpan | None = None

    def __post_init__(self) -> None:
        if self.kind not in MOVES:
            raise UsageError(f"A camera move is one of {', '.join(MOVES)}; got {self.kind!r}.")
        kind = MOVES[self.kind]
        allowed = sorted(set(kind.directions.values()))
        if (self.direction not in allowed) if allowed else (self.direction is not None):
            raise UsageError(
                f"A {self.kind} goes {' or '.join(allowed) or 'nowhere'}; got {self.direction!r}."
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
class Note:
    """Words that had no effect or another one than they say, and why."""

    words: TextSpan
    reason: str


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One stretch of film without a cut.

    ``text`` are the words for the generator, without those for the camera; ``start_seconds`` counts from the
    start of the film.
    """

    index: int
    text: str
    start_seconds: float
    seconds: float
    moves: tuple[CameraMove, ...] = ()

    def __post_init__(self) -> None:
        if not (
            self.start_seconds >= 0 and self.seconds > 0 and math.isfinite(self.start_seconds + self.seconds)
        ):
            raise UsageError(
                f"Shot {self.index} must start at 0 s or later and last some time; got "
                f"{self.start_seconds:g} s for {self.seconds:g} s."
            )
        for move in self.moves:
            if move.start_seconds + move.seconds > self.seconds + 1e-6:
                raise UsageError(
                    f"Shot {self.index} lasts {self.seconds:g} s, and its {move.kind} would end at "
                    f"{move.start_seconds + move.seconds:g} s; make the shot longer or the move shorter."
                )

    @property
    def camera(self) -> CameraPath:
        """The path of the camera; times count from the start of the shot.

        What is shown stays about the middle of the place: the way along x and y is centred, and the widest
        zoom is 1, so that the camera does not look past the edges.
        """
        path = CameraPath(
            layers=tuple(self._endless(layer) for move in self.moves for layer in move.path().layers)
        )
        glides = CameraPath(layers=tuple(layer for layer in path.layers if isinstance(layer, KeyframedMove)))
        if glides.is_static:
            return path
        seen = glides.at(np.linspace(0.0, self.seconds, 65)).astype(np.float64)
        middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
        centred = CameraKeyframe(
            seconds=0.0, x=2 * VIEW_X - middle[0], y=2 * VIEW_Y - middle[1], zoom=1.0 / seen[:, 2].min()
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
    """A prompt as shots in order, and the words that had no effect."""

    prompt: str
    shots: tuple[Shot, ...]
    notes: tuple[Note, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.shots:
            raise UsageError("A storyboard has at least one shot.")
        time = 0.0
        for index, shot in enumerate(self.shots):
            if shot.index != index or abs(shot.start_seconds - time) > 1e-6:
                raise UsageError(
                    f"Shot {index} must be numbered {index} and start at {time:g} s, after the one before."
                )
            time += shot.seconds

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
            UsageError: a key is unknown or missing, or a value is impossible.
        """
        if document.get("format") != FORMAT:
            raise UsageError(f"A storyboard has the format {FORMAT}; given was {document.get('format')!r}.")
        known = {key: value for key, value in document.items() if key not in ("format", "seconds")}
        shots = tuple(_shot(shot) for shot in known.get("shots", ()))
        notes = tuple(
            _built(Note, {**note, "words": _span(note.get("words"))}) for note in known.get("notes", ())
        )
        board: Storyboard = _built(cls, {**known, "shots": shots, "notes": notes})
        return board


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(entry) for key, entry in value.items()}
    return [_listed(entry) for entry in value] if isinstance(value, tuple | list) else value


def _shot(document: Mapping[str, Any]) -> Shot:
    moves = []
    for move in document.get("moves", ()):
        values = {key: value for key, value in move.items() if key != "unit"}
        moves.append(_built(CameraMove, {**values, "words": _span(move.get("words"))}))
    shot: Shot = _built(Shot, {**document, "moves": tuple(moves)})
    return shot


def _span(document: Mapping[str, Any] | None) -> TextSpan | None:
    return None if document is None else _built(TextSpan, document)


def _built(kind: type, document: Mapping[str, Any]) -> Any:
    names = [entry.name for entry in fields(kind)]
    unknown = sorted(set(document) - set(names))
    if unknown:
        raise UsageError(f"A {kind.__name__} has {', '.join(names)}; {', '.join(unknown)} is none of them.")
    try:
        return kind(**document)
    except TypeError as error:
        raise UsageError(
            f"A {kind.__name__} needs {', '.join(names)}; given were {sorted(document)}."
        ) from error
