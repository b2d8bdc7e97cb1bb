"""A storyboard while it is edited: its shots, what passes between them, and what has changed so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from textreel.errors import UsageError
from textreel.storyboard.board import Note, Shot, Storyboard
from textreel.storyboard.editing.changes import Change
from textreel.storyboard.editing.nouns import Rewritten, Thing, heads, matching
from textreel.storyboard.editing.sentence import sentence
from textreel.storyboard.subjects import followed_on, not_there
from textreel.storyboard.transitions import Transition
from textreel.types import TextSpan

CUT = Transition(kind="cut")
ORDINAL_WORDS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
Rewriting = Callable[[str], Sequence[Rewritten]]


@dataclass(kw_only=True)
class Take:
    """A shot in the making; ``key`` stays the same when shots come and go (its index before, or a new number)."""

    key: int
    shot: Shot

    def put(self, **values: object) -> None:
        """Give the shot other values, checked only when all is done."""
        self.shot = replace(self.shot, **values)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A change by the key of its shot; ``target`` tells whose."""

    key: int
    target: str
    change: Change


class Work:
    """The shots of a film with what has been changed; ``live`` is a running shot, which has no end."""

    def __init__(self, board: Storyboard, *, live: bool = False) -> None:
        self.live = live
        self.before = board
        self.takes = [Take(key=shot.index, shot=shot) for shot in board.shots]
        self.passages = [shot.transition or CUT for shot in board.shots[:-1]]
        self.closing, self.opening = board.shots[-1].transition, board.opening
        self.notes: list[Note] = []
        self.mentioned: Thing | None = None
        self.camera_said: set[int] = set()
        self.entries: list[_Entry] = []
        self._original = list(self.takes)

    @property
    def texts(self) -> list[str]:
        """The texts of all shots."""
        return [take.shot.text for take in self.takes]

    def chosen(self, ordinals: Sequence[int] | None, words: TextSpan) -> list[Take]:
        """The shots with some numbers (from 1; -1 is the last) as the film was before; all where none is said.

        Raises:
            UsageError: there is no such shot.
        """
        if ordinals is None:
            return list(self.takes)
        count = len(self._original)
        for ordinal in ordinals:
            if not 0 < (ordinal if ordinal > 0 else -ordinal) <= count:
                shots = "one shot" if count == 1 else f"{count} shots"
                raise UsageError(
                    f"There is no {ORDINAL_WORDS[abs(ordinal) - 1]} shot in this film, which has {shots}; asked was "
                    f"{words.text!r}."
                )
        asked = [self._original[ordinal - 1 if ordinal > 0 else count + ordinal] for ordinal in ordinals]
        return [take for take in asked if take in self.takes]

    def meant(self, thing: Thing, takes: Sequence[Take]) -> Thing:
        """What a pronoun stands for: what the instruction named last, or the main subject of the first shot."""
        if not thing.is_pronoun:
            return thing
        if self.mentioned is not None and any(
            matching(sentence(take.shot.text), self.mentioned) for take in takes
        ):
            return self.mentioned
        for take in takes:
            noun = sentence(take.shot.text).subject()
            if noun is not None:
                return Thing(head=noun.head, name=noun.head)
        return thing

    def rewrite(self, words: TextSpan, takes: Iterable[Take], rewriting: Rewriting, target: str = "") -> bool:
        """Change the texts of some shots; tells whether any of them had what was to be changed."""
        fitted = False
        for take in takes:
            for done in rewriting(take.shot.text):
                fitted = True
                self._say(take, done, words)
                if done.before != done.after:
                    self.record(take, done.what, done.before, done.after, words, target)
        return fitted

    def _say(self, take: Take, done: Rewritten, words: TextSpan) -> None:
        """Give a shot another text; its camera follows on whom it followed, or who took the place."""
        moves = []
        for move in take.shot.moves:
            subject = followed_on(move.subject, done.text, done.before, done.after)
            if subject is None and move.subject is not None:
                self.note(words, f"the {move.subject} is gone; the camera follows the main subject")
            moves.append(replace(move, subject=subject))
        take.put(text=done.text, moves=tuple(moves))

    def record(
        self, take: Take, what: str, before: str, after: str, words: TextSpan, target: str = ""
    ) -> None:
        """Remember a change.

        Raises:
            UsageError: other words of the same instruction changed the same thing to something else.
        """
        for entry in self.entries:
            known = entry.change
            same = (entry.key, entry.target, known.what) == (take.key, target, what) and what != "shot"
            if (
                same
                and known.words != words
                and known.after != after
                and what not in ("camera", "subject", "transition")
            ):
                raise UsageError(
                    f"One {what} can be asked for at once, and here are two: {known.words.text!r} and {words.text!r}; "
                    "leave one out."
                )
        change = Change(shot=take.shot.index, what=what, before=before, after=after, words=words)
        self.entries.append(_Entry(key=take.key, target=target, change=change))

    def missing(self, thing: Thing, takes: Sequence[Take]) -> UsageError:
        """That something is not in the film, or not in the shots that are meant."""
        known, name = heads(self.texts), thing.name or thing.head
        if thing.head in known and len(takes) < len(self.takes):
            where = " and ".join(f"shot {take.shot.index + 1}" for take in takes) or "that shot"
            return UsageError(
                f"There is no {name} in {where}: it is elsewhere in the film, whose subjects are {', '.join(known)}."
            )
        return not_there(name, "this film", known)

    def note(self, words: TextSpan, reason: str) -> None:
        """Remember words without effect."""
        self.notes.append(Note(words=words, reason=reason))

    def drop(self, take: Take) -> None:
        """Take a shot out, with the passage into it (of the first one: out of it)."""
        index = self.takes.index(take)
        if self.passages:
            del self.passages[max(0, index - 1)]
        self.takes.remove(take)

    def insert(self, index: int, shot: Shot) -> Take:
        """Put a new shot in, cut on both sides."""
        taken = [take.key for take in (*self.takes, *self._original)]
        take = Take(key=max(taken) + 1, shot=shot)
        if self.takes:
            self.passages.insert(min(index, len(self.passages)), CUT)
        self.takes.insert(index, take)
        return take

    def board(self) -> Storyboard:
        """The storyboard as it is now."""
        index_of = {take.key: index for index, take in enumerate(self.takes)}
        self._fit_passages()
        shots, start = [], 0.0
        for index, take in enumerate(self.takes):
            last = index == len(self.takes) - 1
            passage = self.closing if last else self.passages[index]
            said = sentence(take.shot.text).words
            carried = tuple(
                replace(part, shot=index_of[part.shot])
                for part in take.shot.carried
                if index_of.get(part.shot, index) < index and part.words.text.split()[-1].lower() in said
            )
            shots.append(
                replace(take.shot, index=index, start_seconds=start, transition=passage, carried=carried)
            )
            start += take.shot.seconds
        return Storyboard(
            prompt=self.before.prompt, shots=tuple(shots), notes=self.before.notes, opening=self.opening
        )

    def _fit_passages(self) -> None:
        """Shorten the passages that have no room any more."""
        lengths = [take.shot.seconds for take in self.takes]
        for index, passage in enumerate(self.passages):
            room = min(lengths[index], lengths[index + 1])
            if passage.seconds > room:
                self.passages[index] = replace(passage, seconds=room)
        if self.opening is not None and self.opening.seconds > lengths[0] / 2:
            self.opening = replace(self.opening, seconds=lengths[0] / 2)
        if self.closing is not None and self.closing.seconds > lengths[-1] / 2:
            self.closing = replace(self.closing, seconds=lengths[-1] / 2)

    def changes(self) -> tuple[Change, ...]:
        """What changed, by the numbers that the shots have now."""
        index_of = {take.key: index for index, take in enumerate(self.takes)}
        return tuple(
            replace(entry.change, shot=index_of.get(entry.key, entry.change.shot)) for entry in self.entries
        )
