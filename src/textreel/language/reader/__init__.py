"""The reader: a prompt becomes shots, each shot a :class:`textreel.scene.Scene`, and each word is accounted for.

:mod:`structure` takes the form of a prompt away (shot lists, labels, time codes, JSON); :mod:`tagger` labels the
words of a shot; :mod:`assembly` makes a scene of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from textreel.language.reader.assembly import FilmWords, SceneReading, assemble
from textreel.language.reader.labels import LABELS
from textreel.language.reader.structure import ShotText, language_of, shot_within, shots_of
from textreel.language.reader.tagger import TaggedSpan, Tagger, default_tagger
from textreel.language.tokens import split
from textreel.types import TextSpan

__all__ = [
    "LABELS", "FilmWords", "PromptReading", "SceneReading", "ShotReading", "ShotText", "TaggedSpan", "Tagger",
    "default_tagger", "language_of", "read_prompt", "read_shot", "shots_of",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ShotReading:
    """What one shot of a prompt means, and how long it lasts where the prompt says so."""

    reading: SceneReading
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class PromptReading:
    """What a whole prompt means: its shots, with spans into the prompt, and the language that it is in."""

    shots: tuple[ShotReading, ...]
    language: str


def read_prompt(prompt: str) -> PromptReading:
    """Read a whole prompt. What is in another language than English is left out, and the language named."""
    language = language_of(prompt)
    shots = tuple(
        ShotReading(reading=_read(shot, prompt, language), seconds=shot.seconds) for shot in shots_of(prompt)
    )
    return PromptReading(shots=shots, language=language)


def read_shot(text: str) -> SceneReading:
    """Read the text of one shot in English; any text, also an empty one."""
    return _read(shot_within(text, 0, len(text)), text)


def _read(shot: ShotText, source: str, language: str = "English") -> SceneReading:
    """Label the words of a shot; what its form says outright comes before what the tagger thinks."""
    if language != "English":
        return assemble(shot.text, [], source, f"it is {language}, and English alone is read")
    said = shot.spans
    guessed = [
        span
        for span in default_tagger().spans(shot.text)
        if not any(span.start < each.end and each.start < span.end for each in said)
    ]
    reading = assemble(shot.text, sorted([*guessed, *said], key=lambda span: span.start), source)
    return replace(reading, film_words=(*form_of(shot, source), *reading.film_words))


def form_of(shot: ShotText, source: str) -> tuple[FilmWords, ...]:
    """Return the words of a shot's stretch of the prompt that only give it its form: labels, numbers, keys."""
    found = []
    for token in split(source[shot.start : shot.end]):
        start, end = shot.start + token.start, shot.start + token.end
        labelled = any(span.start < end and start < span.end for span in shot.spans)
        if token.is_word and not labelled and shot.text[start:end] != token.text:
            found.append(FilmWords(kind="form", words=TextSpan(text=token.text, start=start, end=end)))
    return tuple(found)
