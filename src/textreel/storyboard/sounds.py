"""What the words of a shot say of its sound: verbs that are heard, how loud, how far, silence, echo.

Nothing here knows which sounds there are: that is the soundtrack's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from textreel.language.lemmas import lemma_candidates
from textreel.language.tokens import Span, split
from textreel.types import TextSpan

SOUND_VERBS = frozenset(
    (Path(__file__).parent / "data" / "sound-verbs.txt").read_text(encoding="utf-8").split()
)
"""Verbs of which the doing is heard; base forms."""

LEVELS: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("loud", "loudly", "deafening", "noisy", "noisily", "booming", "thunderous"), 6.0),
        **dict.fromkeys(
            ("quiet", "quietly", "soft", "softly", "faint", "faintly", "muffled", "hushed"), -9.0
        ),
    }
)
"""Decibels that a word adds."""

FAR = frozenset(("distant", "distance", "faraway", "far", "afar", "remote"))
NEAR = frozenset(("near", "nearby", "close"))
COMING = frozenset(("approaching", "approaches", "approach", "nearing", "nears", "closer", "nearer"))
GOING = frozenset(("receding", "recedes", "recede", "departing", "departs", "away", "farther", "further"))
SILENT = frozenset(("silent", "silently", "silence", "soundless", "soundlessly", "noiseless", "mute"))
ECHOING = frozenset(
    (
        "echo",
        "echoes",
        "echoing",
        "cave",
        "cavern",
        "canyon",
        "gorge",
        "tunnel",
        "cathedral",
        "grotto",
        "hall",
    )
)


@dataclass(frozen=True, kw_only=True)
class SoundWord:
    """A word that says something of the sound: its base form, and where it stands in the shot's text."""

    base: str
    words: TextSpan


@dataclass(frozen=True, kw_only=True)
class SoundDirections:
    """What a shot's words say of its sound.

    Attributes:
        verbs: verbs that are heard.
        level_decibels: how much louder than usual, with the words that say so.
        distant, near, coming, going, silent, echo: the words that ask for it, or None.
    """

    verbs: tuple[SoundWord, ...] = ()
    level_decibels: float = 0.0
    level_words: TextSpan | None = None
    distant: TextSpan | None = None
    near: TextSpan | None = None
    coming: TextSpan | None = None
    going: TextSpan | None = None
    silent: TextSpan | None = None
    echo: TextSpan | None = None


def sound_directions(text: str) -> SoundDirections:
    """Read what the words of a shot say of its sound."""
    spans = [span for span in split(text) if span.is_word]
    words = [span.text.lower() for span in spans]
    level = next(((LEVELS[word], at) for at, word in enumerate(words) if word in LEVELS), None)
    return SoundDirections(
        verbs=tuple(verbs_of(spans, words)),
        level_decibels=level[0] if level else 0.0,
        level_words=place(spans[level[1]]) if level else None,
        distant=first(spans, words, FAR),
        near=first(spans, words, NEAR),
        coming=first(spans, words, COMING),
        going=first(spans, words, GOING),
        silent=first(spans, words, SILENT) or without_sound(spans, words),
        echo=first(spans, words, ECHOING),
    )


def verbs_of(spans: list[Span], words: list[str]) -> list[SoundWord]:
    """The verbs of sound; a noun that is spelled like one ("a crow", "the ring") stands behind an article."""
    found = []
    for at, word in enumerate(words):
        base = next((each for each in (word, *lemma_candidates(word)) if each in SOUND_VERBS), None)
        named = at > 0 and words[at - 1] in ("a", "an", "the", "one", "two", "of", "black")
        if base is not None and not (named and word in (base, f"{base}s")):
            found.append(SoundWord(base=base, words=place(spans[at])))
    return found


def without_sound(spans: list[Span], words: list[str]) -> TextSpan | None:
    """ "without sound", "without a sound", "no sound"."""
    for at, word in enumerate(words):
        if word in ("sound", "sounds", "noise") and {"without", "no"} & set(words[max(0, at - 2) : at]):
            return place(spans[at])
    return None


def first(spans: list[Span], words: list[str], wanted: frozenset[str]) -> TextSpan | None:
    """Where the first of these words stands."""
    return next((place(span) for span, word in zip(spans, words, strict=True) if word in wanted), None)


def place(span: Span) -> TextSpan:
    """A token as a stretch of the text."""
    return TextSpan(text=span.text, start=span.start, end=span.end)
