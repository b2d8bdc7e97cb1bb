"""What an instruction may ask of the camera: other moves, more of them, none, or the same ones otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from textreel.errors import UsageError
from textreel.language.tokens import Span
from textreel.storyboard.board import CameraMove, Note
from textreel.storyboard.camera import camera_moves, usual_seconds
from textreel.storyboard.editing.inflection import singular
from textreel.storyboard.editing.nouns import PRONOUNS, Thing, matching
from textreel.storyboard.editing.sentence import sentence
from textreel.storyboard.editing.text_requests import Asked
from textreel.storyboard.editing.work import Take, Work
from textreel.storyboard.moves import MOVES
from textreel.storyboard.phrases import Phrase
from textreel.types import TextSpan

Mode = Literal["replace", "together", "then"]
ENDLESS = frozenset({"static", "handheld", "tracking"})
"""Moves that a running shot goes on with until the next direction."""
BESIDE_FOLLOWING = frozenset({"zoom", "roll", "shake"})
"""Axes of moves during which a camera follows on."""


def told(moves: Sequence[CameraMove]) -> str:
    """Moves in words: "pan left, zoom in"."""
    return ", ".join(" ".join(part for part in (move.kind, move.direction) if part) for move in moves)


@dataclass(frozen=True, kw_only=True)
class Camera(Asked):
    """Camera phrases as the planner reads them, instead of the moves that are there, with them, or after them."""

    text: str = field(repr=False)
    tokens: tuple[Span, ...] = field(repr=False)
    said: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    mode: Mode = "replace"

    def apply(self, work: Work) -> None:
        takes = self._aimed(work, work.chosen(self.shots, self.words))
        for take in takes:
            before = take.shot.moves
            seconds = usual_seconds(self.said, self.phrases) if work.live else take.shot.seconds
            if work.live:
                take.shot = replace(take.shot, seconds=max(take.shot.seconds, seconds), moves=())
            mode: Mode = "together" if take.key in work.camera_said and self.mode == "replace" else self.mode
            moves = self._joined(work, take, before, seconds, "replace" if work.live else mode)
            take.put(moves=moves)
            work.camera_said.add(take.key)
            if told(before) != told(moves) or before != moves:
                work.record(take, "camera", told(before), told(moves), self.words)

    def _aimed(self, work: Work, takes: list[Take]) -> list[Take]:
        """The shots that show what the camera is aimed at."""
        for phrase in self.phrases:
            aim = [word for word in self.said[phrase.end : phrase.aim_end] if word.isalpha()]
            if (
                not aim
                or aim[-1] in PRONOUNS
                or phrase.aim in ("across", "along", "around", "over", "past", "through")
            ):
                continue
            thing = Thing(head=singular(aim[-1]), name=aim[-1])
            named = [take for take in takes if matching(sentence(take.shot.text), thing)]
            if not named:
                raise work.missing(thing, takes)
            takes = named
        return takes

    def _moves(self, work: Work, seconds: float) -> tuple[CameraMove, ...]:
        notes: list[Note] = []
        moves = camera_moves(self.text, self.tokens, self.said, self.phrases, seconds, notes)
        work.notes += [note for note in notes if note not in work.notes]
        return tuple(
            replace(move, words=None, aim=_in_prompt(move.aim, work.before.prompt)) for move in moves
        )

    def _joined(
        self, work: Work, take: Take, before: tuple[CameraMove, ...], seconds: float, mode: Mode
    ) -> tuple[CameraMove, ...]:
        """The new moves with those that stay."""
        if mode == "then" and before:
            steps = len({move.start_seconds for move in before})
            share = steps / (steps + 1)
            earlier = [
                replace(move, start_seconds=move.start_seconds * share, seconds=move.seconds * share)
                for move in before
            ]
            later = self._moves(work, seconds * (1 - share))
            return (
                *earlier,
                *(replace(move, start_seconds=move.start_seconds + seconds * share) for move in later),
            )
        moves = self._moves(work, seconds)
        if work.live:
            new = tuple(_endless(move, take.shot.seconds, moves) for move in moves)
            return (*_followed_on(before, new, take.shot.seconds), *new)
        if mode == "together":
            kept = [cut for move in before if (cut := _beside(move, moves)) is not None]
            return tuple(sorted([*kept, *moves], key=lambda move: move.start_seconds))
        return moves


def _endless(move: CameraMove, seconds: float, moves: Sequence[CameraMove]) -> CameraMove:
    """A rest, a shake or a following that comes last goes on to the end of the shot."""
    last = move.start_seconds >= max(other.start_seconds for other in moves)
    return (
        replace(move, seconds=max(move.seconds, seconds - move.start_seconds))
        if last and move.kind in ENDLESS
        else move
    )


def _followed_on(
    before: Sequence[CameraMove], new: Sequence[CameraMove], seconds: float
) -> tuple[CameraMove, ...]:
    """Whom the camera of a running shot follows already, beside moves that leave its place alone."""
    ends = max((move.start_seconds + move.seconds for move in before), default=0.0)
    lasting = [
        move for move in before if move.kind == "tracking" and move.start_seconds + move.seconds >= ends
    ]
    if not all(MOVES[move.kind].axis in BESIDE_FOLLOWING for move in new):
        return ()
    return tuple(replace(move, start_seconds=0.0, seconds=seconds) for move in lasting[-1:])


def _beside(move: CameraMove, new: Sequence[CameraMove]) -> CameraMove | None:
    """What is left of a move beside new ones: what would go against them ends when they begin."""
    against = [
        other
        for other in new
        if "none" in (MOVES[move.kind].axis, MOVES[other.kind].axis)
        or MOVES[move.kind].axis == MOVES[other.kind].axis
    ]
    if not against:
        return move
    start = min(other.start_seconds for other in against)
    if start <= move.start_seconds + 1e-6:
        return None
    return replace(move, seconds=min(move.seconds, start - move.start_seconds))


def _in_prompt(aim: TextSpan | None, prompt: str) -> TextSpan | None:
    """Where the prompt names what the camera is aimed at; None where it does not."""
    if aim is None:
        return None
    start = prompt.lower().find(aim.text.lower())
    if start < 0:
        last = aim.text.split()[-1]
        start = prompt.lower().find(last.lower())
        return (
            None
            if start < 0
            else TextSpan(text=prompt[start : start + len(last)], start=start, end=start + len(last))
        )
    end = start + len(aim.text)
    return TextSpan(text=prompt[start:end], start=start, end=end)


@dataclass(frozen=True, kw_only=True)
class Adjustment(Asked):
    """The moves of a kind, otherwise: ``strength`` times as much, or the other way. A kind of "" is any."""

    kind: str = ""
    direction: str | None = None
    strength: float = 1.0
    reverse: bool = False
    otherwise: Camera | None = None

    def apply(self, work: Work) -> None:
        takes = work.chosen(self.shots, self.words)
        fitting = [take for take in takes if any(self._fits(move) for move in take.shot.moves)]
        if not fitting and self.otherwise is not None:
            self.otherwise.apply(work)
            return
        if not fitting:
            raise UsageError(
                f"The camera has no {self.kind or 'move'} in this film that {self.words.text!r} could change."
            )
        for take in fitting:
            before = take.shot.moves
            moves = tuple(self._adjusted(move) if self._fits(move) else move for move in before)
            take.put(moves=moves)
            work.camera_said.add(take.key)
            if moves != before:
                work.record(take, "camera", told(before), told(moves), self.words)

    def _fits(self, move: CameraMove) -> bool:
        kind = self.kind in ("", move.kind) and MOVES[move.kind].axis not in ("none", "subject")
        return kind and (self.direction is None or self.direction == move.direction)

    def _adjusted(self, move: CameraMove) -> CameraMove:
        kind = MOVES[move.kind]
        amount = move.amount**self.strength if kind.axis == "zoom" else move.amount * self.strength
        least, most = kind.amounts
        ways = [way for way in dict.fromkeys(kind.directions.values()) if way != move.direction]
        direction = ways[0] if self.reverse and ways else move.direction
        return replace(move, amount=min(max(amount, least), most), direction=direction, words=None)


@dataclass(frozen=True, kw_only=True)
class Unmoving(Asked):
    """No move of a kind any more."""

    kind: str

    def apply(self, work: Work) -> None:
        takes = work.chosen(self.shots, self.words)
        fitting = [take for take in takes if any(move.kind == self.kind for move in take.shot.moves)]
        if not fitting:
            raise UsageError(
                f"The camera has no {self.kind} in this film that {self.words.text!r} could take away."
            )
        for take in fitting:
            before = take.shot.moves
            take.put(moves=tuple(move for move in before if move.kind != self.kind))
            work.record(take, "camera", told(before), told(take.shot.moves), self.words)
