"""Small English grammar: verb forms, articles, capitals, and text in which marks say what means what.

A mark is ⟦attribute:value:slot|words⟧ and "a~" stands for a or an until the next word is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["simple", "progressive", "participle"]
_DOUBLING = frozenset({"run", "spin", "swim", "drop", "trot", "bob", "sit", "pan", "stop", "hop"})
_MARK = re.compile(r"⟦([a-z]+):([^:|]*):(\d)\|([^⟧]*)⟧")
_ARTICLE = re.compile(r"\b([Aa])~ ((?:⟦[^|]*\|)?)(\w+)")
_CONSONANT_SOUND = re.compile(r"uni|ufo|eu|one\b")


@dataclass(frozen=True, kw_only=True)
class Span:
    """Characters `start` to `end` of a caption say this value of this attribute, of the subject in `slot`."""

    start: int
    end: int
    attribute: str
    value: str
    slot: int


def third_person(verb: str) -> str:
    """`gallop` -> `gallops`."""
    if verb.endswith(("s", "x", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def present_participle(verb: str) -> str:
    """`gallop` -> `galloping`, `run` -> `running`."""
    if verb in _DOUBLING:
        return verb + verb[-1] + "ing"
    return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"


def past_participle(verb: str) -> str:
    """`pursue` -> `pursued`; regular verbs only."""
    return verb + ("d" if verb.endswith("e") else "ed")


def read_marks(marked: str) -> tuple[str, tuple[Span, ...]]:
    """Settle the articles, take the marks out of the text and say where they stood."""
    marked = _ARTICLE.sub(lambda found: f"{found[1]}{_article_end(found[3])} {found[2]}{found[3]}", marked)
    text, spans, done = "", [], 0
    for found in _MARK.finditer(marked):
        text += marked[done : found.start()]
        attribute, value, slot, words = found.groups()
        spans.append(
            Span(
                start=len(text), end=len(text) + len(words), attribute=attribute, value=value, slot=int(slot)
            )
        )
        text += words
        done = found.end()
    return text + marked[done:], tuple(spans)


def _article_end(word: str) -> str:
    return "n" if word[0] in "aeiou" and not _CONSONANT_SOUND.match(word) else ""


def capitalised(marked: str) -> str:
    """Every sentence with a capital, whether or not it begins inside a mark."""
    return re.sub(r"(^|\. )((?:⟦[^|]*\|)?)(\w)", lambda found: found[1] + found[2] + found[3].upper(), marked)


def conjugate(phrase: str, form: Form, plural: bool = False) -> tuple[str, str]:
    """The auxiliary (or nothing) and the rest of a verb phrase: "go up" -> ("is ", "going up")."""
    verb, *rest = phrase.split(" ", 1)
    if form == "simple":
        return "", " ".join([verb if plural else third_person(verb), *rest])
    auxiliary = {"participle": "", "progressive": "are " if plural else "is "}[form]
    return auxiliary, " ".join([present_participle(verb), *rest])
