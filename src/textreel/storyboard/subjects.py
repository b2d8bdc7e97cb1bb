"""Whom a camera follows: by a word of the shot's text."""

from __future__ import annotations

from collections.abc import Sequence

from textreel.errors import UsageError
from textreel.language.lemmas import lemma_candidates
from textreel.language.tokens import normal_form, split
from textreel.storyboard.camera_words import ANYBODY
from textreel.storyboard.reading import read_shot


def subject_named(words: Sequence[str]) -> str | None:
    """The word that counts in a noun phrase ("the white lion" -> "lion"); None where it only points to somebody.

    >>> subject_named(["the", "white", "lion"])
    'lion'
    """
    named = [word for word in words if any(map(str.isalpha, word))]
    return None if not named or named[-1] in ANYBODY else named[-1]


def aimed_at(aim: str, text: str) -> str | None:
    """The subject of a text that a camera is aimed at; None where it is a thing of the place, or nothing.

    >>> aimed_at("the white lion", "a white lion runs on the beach")
    'lion'
    >>> aimed_at("its face", "a white lion runs on the beach")
    'lion'
    >>> aimed_at("the beach", "a white lion runs on the beach")
    """
    words, subjects = [normal_form(token.text) for token in split(aim)], subjects_of(text)
    if not ANYBODY.isdisjoint(words):
        return subjects[0] if subjects else None
    named = subject_named(words)
    return next((subject for subject in subjects if named and forms(named) & forms(subject)), None)


def is_named(subject: str, text: str) -> bool:
    """Whether a text has the word for a subject, in singular or plural."""
    said = {form for token in split(text) for form in forms(normal_form(token.text))}
    words = subject.split()
    return bool(words) and not said.isdisjoint(forms(words[-1].lower()))


def forms(word: str) -> set[str]:
    """A word and what may be its base forms."""
    return {word, *lemma_candidates(word)}


def subjects_of(text: str) -> list[str]:
    """The subjects and objects that a text names, each once, in order; pronouns name nobody."""
    found = (phrase.head for phrase in read_shot(split(text)).phrases if phrase.role in ("subject", "object"))
    return list(dict.fromkeys(head for head in found if head not in ANYBODY))


def not_there(name: str, where: str, subjects: Sequence[str]) -> UsageError:
    """That somebody is not where a camera or an edit looks for them."""
    listed = f"its subjects are {', '.join(subjects)}" if subjects else "it has no subjects"
    return UsageError(f"There is no {name} in {where}: {listed}.")


def followed_on(subject: str | None, text: str, before: str, after: str) -> str | None:
    """Whom a camera follows in a text that was changed from some words to others: who took the place, or the first."""
    if subject is None or is_named(subject, text):
        return subject
    heir = subject_named([normal_form(token.text) for token in split(after)])
    return heir if heir and is_named(subject, before) and is_named(heir, text) else None
