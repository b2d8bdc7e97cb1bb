"""What the words of a shot are about, for carrying over and for a person to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textreel.language.tokens import Span, split
from textreel.storyboard.clauses import SUNS, PhraseReader
from textreel.storyboard.grammar import Phrase, Reading, Role, tagger
from textreel.storyboard.word_kinds import COLOURS
from textreel.types import TextSpan

if TYPE_CHECKING:
    from textreel.language.tagging import TaggedToken


@dataclass(frozen=True, kw_only=True)
class Element:
    """Something that a shot's text says: its role, and its words as a span of that text."""

    role: Role
    words: TextSpan


def read(tokens: Sequence[Span], *, after_then: bool = False) -> Reading:
    """Read tokens of a shot; after "then" they may begin with a verb."""
    before = [Span(text="then", start=-5, end=-1)] if after_then else []
    return PhraseReader(_tagged([*before, *tokens])[len(before) :]).reading()


def read_shot(tokens: Sequence[Span]) -> Reading:
    """Read all words of a shot: where nobody else is in it, the sun that rises is its subject, and no time."""
    tagged = _tagged(tokens)
    reading = PhraseReader(tagged).reading()
    suns = any(phrase.role == "time" and phrase.head in SUNS for phrase in reading.phrases)
    alone = reading.first("subject", "object") is None
    return PhraseReader(tagged, sun_acts=True).reading() if suns and alone else reading


def _tagged(spans: Sequence[Span]) -> list[TaggedToken]:
    tagged, _ = tagger().tag(list(spans), [token.text for token in spans])
    return cast("list[TaggedToken]", tagged)


def describe(text: str) -> tuple[Element, ...]:
    """The elements of a shot's text in order: subjects, their looks and motion, place, time and weather.

    They describe the text for a person; what is shown is read from the text by the generator itself.
    """
    tokens = split(text)
    reading = read_shot(tokens)
    found: list[tuple[Role, int, int]] = []
    for phrase in reading.phrases:
        found.append((phrase.role, phrase.start, phrase.end))
        if phrase.role in ("subject", "object"):
            found += [("look", start, end) for start, end in _looks(reading.tokens, phrase)]
    return tuple(
        Element(
            role="subject" if role == "object" else role,
            words=TextSpan(
                text=text[tokens[start].start : tokens[end - 1].end],
                start=tokens[start].start,
                end=tokens[end - 1].end,
            ),
        )
        for role, start, end in found
        if role != "other"
    )


def _looks(tokens: Sequence[TaggedToken], phrase: Phrase) -> list[tuple[int, int]]:
    """Runs of adjectives and numbers in a noun phrase."""
    runs: list[tuple[int, int]] = []
    for place in range(phrase.start, phrase.end):
        if tokens[place].tag in ("JJ", "JJR", "JJS", "CD", "VBG", "VBN") or tokens[place].word in COLOURS:
            if runs and runs[-1][1] == place:
                runs[-1] = (runs[-1][0], place + 1)
            else:
                runs.append((place, place + 1))
    return runs
