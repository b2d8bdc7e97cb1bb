"""What is said and stays true from shot to shot: parts of a text, and the scene that they make up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from textreel.language.kinds import kind_of
from textreel.language.tokens import Span
from textreel.storyboard.cutting import rebuilt
from textreel.storyboard.grammar import Role
from textreel.types import TextSpan

EDGES = " ,;.!?:-–—()[]"
DETERMINERS = (
    "a ",
    "an ",
    "the ",
    "one ",
    "another ",
    "some ",
    "this ",
    "that ",
    "its ",
    "the same ",
    "these ",
)
POSSESSIVES = ("his ", "her ", "their ", "my ", "our ")
PERSON_WORDS = frozenset(["man", "woman", "boy", "girl", "child", "king", "queen", "knight", "captain"])


@dataclass(frozen=True, kw_only=True)
class Note:
    """Words that had no effect or another one than they say, and why."""

    words: TextSpan
    reason: str


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Words of an earlier shot that a shot's text repeats: what they say, where they stand in the prompt, whose."""

    role: Role
    words: TextSpan
    shot: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """Words that stay true for later shots: as said (``text``), where in the prompt, and by which shot."""

    role: Role
    text: str
    words: TextSpan
    shot: int
    head: str
    plural: bool = False
    clause: bool = False

    @property
    def definite(self) -> str:
        """A subject as something known: "a red ball" -> "the red ball"."""
        lowered = self.text[:1].lower() + self.text[1:]
        if lowered.startswith(POSSESSIVES) or (self.text[:1].isupper() and kind_of(self.head) is None):
            return self.text
        for determiner in sorted(DETERMINERS, key=len, reverse=True):
            lowered = lowered.removeprefix(determiner)
        return f"the {lowered}".replace(" and a ", " and the ").replace(" and an ", " and the ")

    @property
    def is_person(self) -> bool:
        """Whether "he" or "she" can mean it."""
        return kind_of(self.head) == "person" or self.head in PERSON_WORDS

    def carried(self) -> Carried:
        """The trace of these words in a later shot."""
        return Carried(role=self.role, words=self.words, shot=self.shot)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What is true at the end of a shot, for the next one to carry on; ``known`` are all subjects so far."""

    subject: Part | None = None
    predicate: Part | None = None
    place: Part | None = None
    time: Part | None = None
    weather: Part | None = None
    known: tuple[Part, ...] = ()


NOTHING = Scene()
"""Before the first shot."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The words that the prompt has for one shot: ``places`` of its ``tokens`` that are left for the text.

    ``cut_to`` tells a shot after words for a transition, ``fresh`` one that begins somewhere else (after a fade,
    say), ``labelled`` one with a number, ``turning`` one that something turned into, and ``turned`` what that was.
    ``after_then`` tells that the words may begin with a verb.
    """

    index: int
    prompt: str = field(repr=False)
    tokens: Sequence[Span] = field(repr=False)
    places: Sequence[int]
    cut_to: bool = False
    fresh: bool = False
    labelled: bool = False
    turning: bool = False
    after_then: bool = False
    turned: str = ""

    def words(self, start: int, end: int) -> TextSpan:
        """The span of the prompt from one kept word to another."""
        first, last = self.tokens[self.places[start]].start, self.tokens[self.places[end - 1]].end
        return TextSpan(text=self.prompt[first:last], start=first, end=last)

    def text(self, instead: Mapping[int, str] | None = None) -> str:
        """The kept words; ``instead`` has other words for some places, nothing for places to leave out."""
        instead = instead or {}
        places = [place for place in self.places if instead.get(place, " ")]
        return rebuilt(self.prompt, self.tokens, places, instead).strip(EDGES)

    def part(self, role: Role, start: int, end: int, head: str, *, plural: bool = False) -> Part:
        """Kept words as a part."""
        text = rebuilt(self.prompt, self.tokens, self.places[start:end]).strip(EDGES)
        return Part(
            role=role, text=text, words=self.words(start, end), shot=self.index, head=head, plural=plural
        )


@dataclass(frozen=True, kw_only=True)
class Told:
    """A shot's text, what of it came from earlier shots, and what is true after it."""

    text: str
    carried: tuple[Carried, ...]
    scene: Scene
