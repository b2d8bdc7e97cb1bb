"""One clause of an instruction, and the noun phrases, looks and verbs that may stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from textreel.language.kinds import kind_of
from textreel.language.tokens import Span
from textreel.storyboard.editing.circumstances import Circumstance, circumstances
from textreel.storyboard.editing.inflection import COUNTS, is_plural, singular, third_person, verb_base
from textreel.storyboard.editing.looks import grouped, quality
from textreel.storyboard.editing.nouns import PRONOUNS, Thing
from textreel.storyboard.editing.sentence import ALL_SIZES, DETERMINERS, sentence
from textreel.storyboard.word_kinds import MORE_COLOURS, words
from textreel.types import TextSpan

NOT_NAMES = words("edit-not-names")
SETTING_WORDS = words("edit-places")
COMPARATIVES = {
    "bigger": "bigger", "larger": "bigger", "taller": "bigger", "smaller": "smaller", "tinier": "smaller",
    "older": "old", "younger": "young", "darker": "dark", "lighter": "light", "brighter": "bright",
    "thinner": "thin", "fatter": "fat",
}  # fmt: skip
_NOT_DOING = frozenset({"camera", "while", "as", "then", "make", "shot", "film"})
"""Words that are of no predicate."""
_BETWEEN_LOOKS = frozenset(
    {",", "and", "be", "but", "both", "all", "completely", "entirely", "totally", "in"}
    | {"much", "a", "bit", "little", "lot", "even", "very"}
)
"""Words beside looks that say nothing of their own."""
IT = Thing(head="it")
"""The main subject, where nobody is named."""
COLOUR_WORDS = ("colour", "color")


NAME = r"(?P<thing>[\w -]+?)"
"""Where a pattern has somebody."""
LONGEST_NAME = 6


def named(*templates: str) -> tuple[re.Pattern[str], ...]:
    """Patterns in which NAME is a noun phrase of one word, of two, and so on: all ways to divide a clause."""
    names = [rf"(?P<thing>[\w-]+(?: [\w-]+){{{count}}})" for count in range(LONGEST_NAME)]
    return tuple(re.compile(template.replace("NAME", name)) for template in templates for name in names)


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Words of an instruction that ask for one thing.

    Attributes:
        text: the instruction.
        tokens: the tokens of the clause.
        words: their lower-case forms.
        shots: the numbers of the shots that it is said of, None where nothing is said.
        instead: whether it says "instead".
        leads: the words taken off its front ("then", "also").
        heads: what the film shows.
        live: whether it is said to a running shot.
    """

    text: str = field(repr=False)
    tokens: tuple[Span, ...] = field(repr=False)
    words: tuple[str, ...]
    shots: tuple[int, ...] | None = None
    instead: bool = False
    leads: tuple[str, ...] = ()
    heads: frozenset[str] = frozenset()
    live: bool = False

    @property
    def said(self) -> str:
        """The words with single spaces between."""
        return " ".join(self.words)

    @property
    def span(self) -> TextSpan:
        """Where it stands in the instruction."""
        start, end = self.tokens[0].start, self.tokens[-1].end
        return TextSpan(text=self.text[start:end], start=start, end=end)

    def matched(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of the whole clause."""
        return pattern.fullmatch(self.said)


def thing(said: str) -> Thing | None:
    """A noun phrase as a thing: "the small cat", "it", "two sailing boats"; None for anything else.

    >>> found = thing("a golden lion")
    >>> found and (found.head, found.looks)
    ('lion', ('golden',))
    """
    return _thing(said)


@lru_cache(maxsize=512)
def _thing(said: str) -> Thing | None:
    rest = said.replace(" - ", "-").split()
    if len(rest) == 1 and rest[0] in PRONOUNS:
        return Thing(head=rest[0])
    determiner, count = "", None
    while rest and (
        rest[0] in DETERMINERS
        or rest[0] in COUNTS
        or rest[0].isdigit()
        or rest[0] in ("only", "all", "every", "each", "both", "second")
    ):
        word, *rest = rest
        if word in COUNTS or word.isdigit():
            count = COUNTS.get(word) or int(word)
        elif word in DETERMINERS:
            determiner = word
    if not rest and said.endswith(" one"):
        return Thing(head="one", name="one", determiner=determiner)
    if (
        not rest
        or len(rest) > 5
        or any(not word.replace("-", "").isalpha() or word in NOT_NAMES for word in rest)
    ):
        return None
    if rest[-1] in ("one", "ones") and len(rest) > 1:
        return Thing(head="one", name="one", determiner=determiner, looks=grouped(rest[:-1]))
    return _named(rest, determiner, count)


def _named(rest: list[str], determiner: str, count: int | None) -> Thing | None:
    last = rest[-1]
    if last in MORE_COLOURS | ALL_SIZES or last in COMPARATIVES or last in COLOUR_WORDS:
        return None
    read = sentence(f"the {' '.join(rest)}")
    noun = next((noun for noun in read.nouns if noun.end == len(read.words)), None)
    before = kind_of(rest[-2]) if len(rest) > 1 else None
    if (
        before in ("animal", "person")
        and kind_of(" ".join(rest[-2:])) is None
        and verb_base(last) is not None
    ):
        return None  # "the lion run"
    known = kind_of(last) is not None
    if not known and (noun is None or not determiner):
        return None
    found = noun is not None and noun.start == 0
    name = len(rest) - len(read.said(noun.name, noun.end).split()) if noun and found else len(rest) - 1
    while (
        name > 0
        and rest[name - 1] not in MORE_COLOURS | ALL_SIZES
        and kind_of(" ".join(rest[name - 1 :])) is not None
        and " " in " ".join(rest[name - 1 :])
    ):
        name -= 1
    many = (count or 1) > 1 or (is_plural(last) and determiner not in ("a", "an"))
    called = " ".join([*rest[name:-1], last if many else singular(last)])
    looks = grouped(rest[:name])
    return Thing(head=singular(last), name=called, determiner=determiner, count=count, looks=looks, many=many)


def looks(said: str, *, any_word: bool = False) -> tuple[str, ...] | None:
    """Adjectives of look, joined by commas and "and"; None for anything else.

    With ``any_word``, words that are neither colours nor sizes count where they can be said of something.
    """
    found: list[str] = []
    for look in grouped(said.replace(" - ", "-").split()):
        if look in _BETWEEN_LOOKS:
            continue
        if look in COMPARATIVES:
            found.append(COMPARATIVES[look])
        elif quality(look) != "subject" or (any_word and _is_adjective(look)):
            found.append(look)
        else:
            return None
    return tuple(found) or None


@lru_cache(maxsize=512)
def _is_adjective(word: str) -> bool:
    """Whether a word can be said of something as its look."""
    if not word.isalpha() or word in NOT_NAMES or verb_base(word) == word:
        return False
    tags = [token.tag for token in sentence(f"the {word} lion is very {word}").tokens]
    return len(tags) > 5 and tags[1] in ("JJ", "VBN", "VBG") and tags[-1] in ("JJ", "VBN", "VBG")


def predicate(
    said: Sequence[str], *, finite: bool = False
) -> tuple[tuple[str, ...], tuple[Circumstance, ...]] | None:
    """A verb with what belongs to it, in its base form, and the place, time and weather behind it."""
    said = [word for word in said if word not in ("just", "simply", "only")]
    if not said or len(said) > 12:
        return None
    base = verb_base(said[0])
    if base is None or (not finite and base != said[0]):
        return None
    if finite and said[0] == base:
        return None
    doing = _begun([base, *said[1:]])
    if (
        re.search(r"\b(?:to|towards?|into|from|at) the camera\b", " ".join(doing))
        and "camera" not in doing[:2]
    ):
        return tuple(doing), ()
    base = doing[0]
    for start in range(1, len(doing)):
        if doing[start] in (",", "and") and verb_base(" ".join(doing[start + 1 : start + 2])) is None:
            return None
    read = sentence(" ".join(["the lion", third_person(base), *doing[1:]]))
    starts = [
        phrase.start - 2
        for phrase in read.reading.phrases
        if phrase.role in ("place", "time", "weather") and phrase.start > 2
    ]
    for start in starts:
        place = start - (doing[start - 1] in ("as", "while", "when"))
        if (found := circumstances(doing[place:])) is not None:
            return None if _NOT_DOING & set(doing[:place]) else (tuple(doing[:place]), tuple(found))
    return None if _NOT_DOING & set(doing) else (tuple(doing), ())


def _begun(doing: list[str]) -> list[str]:
    """What is done without that it begins: "start to run", "start running" -> "run"."""
    if doing[0] in ("start", "begin") and len(doing) > 1:
        rest = doing[2:] if doing[1] == "to" else doing[1:]
        base = verb_base(rest[0]) if rest else None
        if base is not None and (doing[1] == "to" or rest[0].endswith("ing")):
            return [base, *rest[1:]]
    return doing


def is_known(clause: Clause, whom: Thing, *, there: bool = False) -> bool:
    """Whether words that could be a verb as well are meant as somebody (who is ``there`` already)."""
    return whom.is_pronoun or whom.head in clause.heads or (bool(whom.determiner) and not there)
