"""What an instruction may ask of lengths, of what passes between shots, and of the shots themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textreel.errors import UsageError
from textreel.limits import SECONDS_RANGE
from textreel.storyboard.editing.text_requests import Asked
from textreel.storyboard.editing.work import CUT, Take, Work
from textreel.storyboard.lengths import SHORTEST_SHOT_SECONDS
from textreel.storyboard.plan import plan
from textreel.storyboard.transitions import TRANSITIONS, Transition

LIVE_RULE = (
    "A running shot goes on until the next direction and stands alone, so that {words!r} cannot be "
    "done to it; direct what is seen, or the camera."
)


def refuse_live(work: Work, asked: Asked) -> None:
    """Refuse what only a film with a beginning and an end can have.

    Raises:
        UsageError: the film is a running shot.
    """
    if work.live:
        raise UsageError(LIVE_RULE.format(words=asked.words.text))


@dataclass(frozen=True, kw_only=True)
class Length(Asked):
    """How long: ``seconds`` outright, ``factor`` times as long, or ``more`` seconds than now."""

    seconds: float | None = None
    factor: float = 1.0
    more: float = 0.0

    def apply(self, work: Work) -> None:
        refuse_live(work, self)
        takes = work.chosen(self.shots, self.words)
        whole = sum(take.shot.seconds for take in takes)
        for take in takes:
            now = take.shot.seconds
            if self.seconds is not None:
                new = self.seconds if self.shots is not None else self.seconds * now / whole
            else:
                new = now * self.factor + (self.more if self.shots is not None else self.more * now / whole)
            self._stretch(work, take, new)

    def _stretch(self, work: Work, take: Take, seconds: float) -> None:
        """Another length, with the camera's ways stretched along."""
        if not SHORTEST_SHOT_SECONDS - 1e-9 <= seconds <= SECONDS_RANGE[1]:
            raise UsageError(
                f"A shot lasts {SHORTEST_SHOT_SECONDS:g} to {SECONDS_RANGE[1]:g} s; {self.words.text!r} would make "
                f"shot {take.shot.index + 1} last {seconds:.3g} s."
            )
        scale = seconds / take.shot.seconds
        moves = tuple(
            replace(move, start_seconds=move.start_seconds * scale, seconds=move.seconds * scale)
            for move in take.shot.moves
        )
        before = take.shot.seconds
        take.shot = replace(take.shot, seconds=seconds, moves=(), timing=None)
        take.put(moves=moves)
        if abs(before - seconds) > 1e-9:
            work.record(take, "length", f"{before:g} s", f"{seconds:g} s", self.words)


@dataclass(frozen=True, kw_only=True)
class Passage(Asked):
    """How shots pass into one another, how the film opens or how it ends.

    ``at`` is "between", "opening" or "closing"; ``old`` is the kind that it comes instead of ("" for any).
    ``kind`` None takes away what is there; ``shots`` are the shots at whose end it is.
    """

    kind: str | None
    seconds: float = 0.0
    at: str = "between"
    old: str = ""

    def apply(self, work: Work) -> None:
        if self.at == "between":
            self._between(work)
            return
        refuse_live(work, self)
        passage = None if self.kind is None else Transition(kind=self.kind, seconds=self.seconds)
        take = work.takes[0 if self.at == "opening" else -1]
        before = work.opening if self.at == "opening" else work.closing
        if self.kind is None and before is None:
            raise UsageError(
                f"The film has no transition at its {'start' if self.at == 'opening' else 'end'} that "
                f"{self.words.text!r} "
                f"could take away."
            )
        if self.at == "opening":
            work.opening = passage
        else:
            work.closing = passage
        work.record(
            take, "transition", before.kind if before else "", passage.kind if passage else "", self.words
        )

    def _between(self, work: Work) -> None:
        refuse_live(work, self)
        if self.kind == "cut" and self.old == "fade" and self._without_edges(work):
            return
        if len(work.takes) < 2:
            raise UsageError(
                f"A film of one shot has nothing between shots that {self.words.text!r} could change; add a shot first."
            )
        chosen = work.chosen(self.shots, self.words)
        kind = self.kind or "cut"
        new = CUT if kind == "cut" else Transition(kind=kind, seconds=self.seconds or TRANSITIONS[kind])
        fitting = [
            index
            for index, take in enumerate(work.takes[:-1])
            if take in chosen and work.passages[index].kind.startswith(self.old)
        ]
        if not fitting:
            raise UsageError(
                f"The film has no {self.old or 'transition'} between these shots that {self.words.text!r} could change."
            )
        for index in fitting:
            before = work.passages[index]
            work.passages[index] = new
            if before.kind != new.kind or before.seconds != new.seconds:
                work.record(work.takes[index], "transition", before.kind, new.kind, self.words)

    def _without_edges(self, work: Work) -> bool:
        """Take the fades away at the start and the end; tells whether they are the only ones."""
        edges = [
            at
            for at, passage in (("opening", work.opening), ("closing", work.closing))
            if passage is not None and passage.kind.startswith("fade")
        ]
        for at in edges:
            replace(self, kind=None, at=at).apply(work)
        return bool(edges) and not any(passage.kind.startswith("fade") for passage in work.passages)


@dataclass(frozen=True, kw_only=True)
class Dropping(Asked):
    """Shots that go."""

    def apply(self, work: Work) -> None:
        refuse_live(work, self)
        takes = work.chosen(self.shots, self.words)
        if len(takes) >= len(work.takes):
            raise UsageError(
                f"A film has at least one shot, and {self.words.text!r} would leave none; keep one of them."
            )
        for take in takes:
            work.record(take, "shot", take.shot.text, "", self.words)
            work.drop(take)


@dataclass(frozen=True, kw_only=True)
class Insertion(Asked):
    """New shots, as a prompt for the planner: before (``after`` False) or after the shot of ``shots``."""

    prompt: str
    after: bool = True

    def apply(self, work: Work) -> None:
        refuse_live(work, self)
        anchor = work.chosen(self.shots or (-1,), self.words)[0]
        index = work.takes.index(anchor) + self.after
        board = plan(self.prompt)
        for place, shot in enumerate(board.shots):
            moves = tuple(replace(move, words=None, aim=None) for move in shot.moves)
            new = replace(shot, moves=moves, transition=None, carried=(), timing=None)
            take = work.insert(index + place, new)
            if shot.transition is not None and place < len(board.shots) - 1:
                work.passages[index + place] = replace(shot.transition, words=None)
            work.record(take, "shot", "", shot.text, self.words)


@dataclass(frozen=True, kw_only=True)
class Exchange(Asked):
    """Two shots that change places; with ``onward``, the first of them goes to the place of the second."""

    onward: bool = False

    def apply(self, work: Work) -> None:
        refuse_live(work, self)
        first, second = work.chosen(self.shots, self.words)
        one, other = work.takes.index(first), work.takes.index(second)
        if self.onward:
            work.takes.remove(first)
            work.takes.insert(other, first)
        else:
            work.takes[one], work.takes[other] = second, first
        for take in (first,) if self.onward else (first, second):
            number = take.shot.index + 1
            work.record(take, "shot", f"shot {number}", f"shot {work.takes.index(take) + 1}", self.words)
