"""What an instruction may ask of the words of shots: looks, kinds, numbers, places, times, weather and motion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from textreel.errors import UsageError
from textreel.storyboard.editing.circumstances import Circumstance, with_circumstance, without_circumstance
from textreel.storyboard.editing.inflection import verb_base
from textreel.storyboard.editing.looks import quality
from textreel.storyboard.editing.nouns import (
    Rewritten,
    Thing,
    matching,
    with_kind,
    with_look,
    with_number,
    without_look,
)
from textreel.storyboard.editing.predicates import with_heading, with_motion, with_pace
from textreel.storyboard.editing.presence import with_noun, without_noun
from textreel.storyboard.editing.sentence import sentence
from textreel.storyboard.editing.work import Work
from textreel.storyboard.grammar import Role
from textreel.types import TextSpan


class Request(Protocol):
    """One thing that an instruction asks for, in which words and for which shots (None: all that it fits)."""

    @property
    def words(self) -> TextSpan: ...

    @property
    def shots(self) -> tuple[int, ...] | None: ...

    def apply(self, work: Work) -> None:
        """Do it.

        Raises:
            UsageError: it cannot be done to this film.
        """


def _placed(text: str, new: Circumstance, *, instead: bool) -> list[Rewritten]:
    return [with_circumstance(text, new, instead=instead)]


def listed(done: Rewritten | None) -> list[Rewritten]:
    """A change as the list of changes that it is."""
    return [] if done is None else [done]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What every request has."""

    words: TextSpan
    shots: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Look(Asked):
    """Other looks of a thing; ``gone`` are looks that it is to have no more."""

    thing: Thing
    looks: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def apply(self, work: Work) -> None:
        self._check()
        takes = work.chosen(self.shots, self.words)
        thing = work.meant(self.thing, takes)
        if not any(matching(sentence(take.shot.text), thing) for take in takes):
            raise work.missing(thing, takes)
        named = replace(thing, looks=tuple(look for look in thing.looks if look not in self.looks))
        target = thing.head
        for look in self.gone:
            if not work.rewrite(self.words, takes, partial(without_look, thing=named, look=look), target):
                work.note(
                    self.words,
                    f"nothing is said of the {look} of the {thing.head}"
                    if look in ("colour", "size")
                    else f"the {thing.head} is not said to be {look}",
                )
        for look in self.looks:
            work.rewrite(self.words, takes, partial(with_look, thing=named, look=look), target)
        work.mentioned = Thing(head=thing.head, name=thing.name)

    def _check(self) -> None:
        """Refuse two colours, or two sizes, of one thing."""
        for what in ("colour", "size"):
            same = [
                look
                for look in self.looks
                if quality(look) == what or (what == "size" and look in ("bigger", "smaller"))
            ]
            if len(set(same)) > 1:
                raise UsageError(
                    f"A subject has one {what} at a time, and {self.words.text!r} asks for {' and '.join(same)}; "
                    "choose one."
                )


@dataclass(frozen=True, kw_only=True)
class Kind(Asked):
    """Another thing in the place of one; ``turning`` tells that it turns into it before our eyes."""

    old: Thing
    new: Thing
    turning: bool = False

    def apply(self, work: Work) -> None:
        takes = work.chosen(self.shots, self.words)
        old = work.meant(self.old, takes)
        new = replace(self.new, head=old.head, name=old.name) if self.new.head == "one" else self.new
        if new.head == old.head and new.looks and new.count is None:
            Look(words=self.words, shots=self.shots, thing=old, looks=new.looks).apply(work)
            return
        if not work.rewrite(self.words, takes, lambda text: with_kind(text, old, new), old.head):
            raise work.missing(old, takes)
        work.mentioned = Thing(head=new.head, name=new.name)


@dataclass(frozen=True, kw_only=True)
class Number(Asked):
    """How many of a thing there are; None is one more."""

    thing: Thing
    count: int | None

    def apply(self, work: Work) -> None:
        takes = work.chosen(self.shots, self.words)
        thing = replace(work.meant(self.thing, takes), looks=())
        if not work.rewrite(
            self.words, takes, lambda text: listed(with_number(text, thing, self.count)), thing.head
        ):
            raise work.missing(thing, takes)
        for look in self.thing.looks:
            work.rewrite(self.words, takes, partial(with_look, thing=thing, look=look), thing.head)


@dataclass(frozen=True, kw_only=True)
class Removal(Asked):
    """A thing that is to be seen no more; ``leaving`` is how it goes, where that is said."""

    thing: Thing
    leaving: tuple[str, ...] = ()

    def apply(self, work: Work) -> None:
        takes = work.chosen(self.shots, self.words)
        thing = work.meant(self.thing, takes)
        named = [take for take in takes if matching(sentence(take.shot.text), thing)]
        if not named:
            raise work.missing(thing, takes)
        if not work.rewrite(self.words, named, lambda text: listed(without_noun(text, thing)), thing.head):
            base = verb_base(self.leaving[0]) if self.leaving else None
            if base is not None and base != "be":
                Motion(
                    words=self.words, shots=self.shots, thing=thing, predicate=(base, *self.leaving[1:])
                ).apply(work)
                return
            raise UsageError(
                f"A shot shows somebody or something, and without {thing.definite} nothing would be left of "
                f"{named[0].shot.text!r}; name what comes instead, or remove the shot."
            )


@dataclass(frozen=True, kw_only=True)
class Addition(Asked):
    """Somebody more: a noun phrase, and what they do or where they are ("chases it", "behind the lion")."""

    thing: Thing
    said: str
    doing: str = ""

    def apply(self, work: Work) -> None:
        takes = work.chosen(self.shots, self.words)
        work.rewrite(
            self.words, takes, lambda text: [with_noun(text, self.said, self.doing)], self.thing.head
        )
        work.mentioned = Thing(head=self.thing.head, name=self.thing.name)


@dataclass(frozen=True, kw_only=True)
class Setting(Asked):
    """Places, times and weathers; ``thing`` is who is brought there, where somebody is named."""

    circumstances: tuple[Circumstance, ...]
    instead: bool = False
    thing: Thing | None = None

    def apply(self, work: Work) -> None:
        self._check()
        takes = work.chosen(self.shots, self.words)
        if self.thing is not None and not self.thing.is_pronoun:
            named = [take for take in takes if matching(sentence(take.shot.text), self.thing)]
            if not named:
                raise work.missing(self.thing, takes)
            takes = named
        for new in self.circumstances:
            if new.change == "ends" and new.role == "weather":
                Clearing(words=self.words, shots=self.shots, role="weather", head=new.head).apply(work)
            else:
                work.rewrite(
                    self.words,
                    takes,
                    partial(_placed, new=new, instead=self.instead),
                )

    def _check(self) -> None:
        """Refuse two times at once."""
        times = [each.text for each in self.circumstances if each.role == "time"]
        hours = [
            text for text in times if text.split()[-1] not in ("winter", "spring", "summer", "autumn", "fall")
        ]
        if len(hours) > 1:
            raise UsageError(
                f"A shot is at one time, and {self.words.text!r} asks for {' and '.join(hours)}; choose one."
            )


@dataclass(frozen=True, kw_only=True)
class Clearing(Asked):
    """A place, time or weather that is to be no more; ``head`` is its word, "" for whichever there is."""

    role: Role
    head: str = ""

    def apply(self, work: Work) -> None:
        takes = work.chosen(self.shots, self.words)
        if not work.rewrite(
            self.words, takes, lambda text: listed(without_circumstance(text, self.role, self.head))
        ):
            raise UsageError(
                f"There is no {self.head or self.role} in this film that could go, as {self.words.text!r} asks."
            )


@dataclass(frozen=True, kw_only=True)
class Motion(Asked):
    """What a thing does: a predicate with its verb in the base form, and where and when it does so."""

    thing: Thing
    predicate: tuple[str, ...]
    circumstances: tuple[Circumstance, ...] = ()

    def apply(self, work: Work) -> None:
        takes = work.chosen(self.shots, self.words)
        thing = work.meant(self.thing, takes)
        if not work.rewrite(
            self.words, takes, lambda text: listed(with_motion(text, thing, self.predicate)), thing.head
        ):
            raise work.missing(thing, takes)
        if self.circumstances:
            Setting(words=self.words, shots=self.shots, circumstances=self.circumstances, thing=thing).apply(
                work
            )
        work.mentioned = Thing(head=thing.head, name=thing.name)


@dataclass(frozen=True, kw_only=True)
class Pace(Asked):
    """How fast a thing moves: "fast" or "slowly"."""

    thing: Thing
    pace: str

    def apply(self, work: Work) -> None:
        _move(work, self, self.thing, lambda text, thing: listed(with_pace(text, thing, self.pace)))


@dataclass(frozen=True, kw_only=True)
class Heading(Asked):
    """Which way a thing goes; "" is the other way."""

    thing: Thing
    heading: str = ""

    def apply(self, work: Work) -> None:
        if not self.heading and not any(
            way in text.split() for text in work.texts for way in ("left", "right")
        ):
            work.note(self.words, "the film does not say which way it goes; to the left was taken")
        _move(work, self, self.thing, lambda text, thing: listed(with_heading(text, thing, self.heading)))


class _Moving(Protocol):
    def __call__(self, text: str, thing: Thing) -> list[Rewritten]: ...


def _move(work: Work, request: Asked, said: Thing, moving: _Moving) -> None:
    """Change how a thing moves in the shots where it does."""
    takes = work.chosen(request.shots, request.words)
    thing = work.meant(said, takes)
    if not any(matching(sentence(take.shot.text), thing) for take in takes):
        raise work.missing(thing, takes)
    if not work.rewrite(request.words, takes, lambda text: moving(text, thing), thing.head):
        raise UsageError(
            f"Nothing moves that {request.words.text!r} could be said of; say first what {thing.definite} does."
        )
