"""What else a word of a prompt could be shown as, and the words that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from textreel.language.known import Knowledge
from textreel.language.lemmas import lemma_candidates
from textreel.language.reader.phrases import is_plural
from textreel.language.reader.slots import SlotSpan
from textreel.language.tokens import tokenize
from textreel.language.vectors import WordVectors
from textreel.scene import Direction, Named, Pace, Place, Scene, Subject
from textreel.types import TextSpan
from textreel.world import activities, circumstances, concepts, looks, settings
from textreel.world.words import Slot, senses_of

MOST = 10
MOST_COUNTED = 6
PARTS: Mapping[str, Slot] = {"subject": "concept", "place": "setting", "action": "activity"}
WAYS: Mapping[str, str] = {
    "left": "to the left", "right": "to the right", "up": "upwards", "down": "downwards",
    "towards": "towards the viewer", "away": "away from the viewer", "slow": "slowly", "fast": "quickly",
}  # fmt: skip
TIMES: Mapping[str, str] = {"day": "in daylight", "dawn": "at dawn", "dusk": "at dusk", "night": "at night"}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody wants to see instead for a stretch of a prompt."""

    start: int
    end: int
    value: str


def alternatives(span: SlotSpan, knowledge: Knowledge | None = None) -> tuple[str, ...]:
    """Return what could be shown instead, the likeliest first; none for words that direct the film.

    Things, places and activities: other meanings of the words, then what is of the same kind and near in meaning.

    Args:
        span: the words and what became of them.
        knowledge: of the model; what it cannot show is no alternative. None: it can show all.
    """
    if not span.value:
        return ()
    if span.slot in circumstances():
        found = tuple(circumstances()[span.slot])
    elif span.slot == "look":
        found = next((tuple(values) for values in looks().values() if span.value in values), ())
    elif span.slot in PARTS:
        found = _near(span.value, PARTS[span.slot], span.words.text)
    else:
        ways = {"direction": get_args(Direction), "pace": get_args(Pace)}
        counts = tuple(str(count) for count in range(1, MOST_COUNTED + 1))
        found = counts if span.slot == "count" else ways.get(span.slot, ())
    others = [name for name in found if name != span.value and _is_shown(name, span.slot, knowledge)]
    if span.slot == "subject":  # a cat, and not a black cat as well
        heads = {name.split()[-1]: name for name in reversed([span.value, *others])}
        others = [name for name in others if heads[name.split()[-1]] == name]
    return tuple(others[:MOST])


def wording(span: SlotSpan, value: str) -> str:
    """Return the words that ask for a value in place of a span's own."""
    words = span.words.text
    if span.slot == "subject" and value in concepts():
        return concepts()[value].plural if is_plural(words) else value
    if span.slot == "action":
        verb, *rest = value.split()
        return " ".join([_inflected(verb, tokenize(words)[-1] if tokenize(words) else ""), *rest])
    if span.slot == "time" and len(tokenize(words)) > 1:
        return TIMES.get(value, value)
    return WAYS.get(value, value)


def with_choices(prompt: str, spans: Sequence[SlotSpan], choices: Sequence[Choice], text: str) -> str:
    """Return a shot's text that says what was chosen, where it holds the words that the choices are for.

    Args:
        prompt: the words that a person has written; they stay as they are.
        spans: of the prompt.
        choices: a value for some of the spans; others are passed over.
        text: of a shot of the prompt.
    """
    chosen = {(choice.start, choice.end): choice.value for choice in choices}
    for span in spans:
        value = chosen.get((span.words.start, span.words.end))
        if value is not None and value in (span.value, *alternatives(span)):
            alike = [each for each in spans if each.value and each.words.text == span.words.text]
            at = _find(text, span.words.text)
            while at >= 0:
                said = wording(span, value)
                text = text[:at] + said + text[at + len(span.words.text) :]
                at = _find(text, span.words.text, at + len(said)) if len(alike) == 1 else -1
    return text


def _find(text: str, words: str, start: int = 0) -> int:
    """Return where whole words stand in a text, in any case; -1 where they do not."""
    at, lowered, sought = start - 1, text.lower(), words.lower()
    while (at := lowered.find(sought, at + 1)) >= 0:
        end = at + len(sought)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return at
    return -1


def _near(name: str, part: Slot, words: str) -> tuple[str, ...]:
    bases = {form for word in tokenize(words) for form in (word, *lemma_candidates(word))}
    meant = {sense.name: None for base in sorted(bases) for sense in senses_of(base, part) if sense.name}
    names, directions = _directions(part)
    if name not in names:
        return tuple(meant)
    likeness = directions @ directions[names.index(name)]
    if part == "concept":
        likeness = likeness + np.array([concepts()[each].kind == concepts()[name].kind for each in names])
    if part == "activity":  # what needs no object first
        likeness = likeness + np.array([" " not in each for each in names])
    best = [names[row] for row in np.argsort(-likeness, kind="stable")]
    return tuple(dict.fromkeys([*meant, *best]))


@cache
def _directions(part: Slot) -> tuple[list[str], NDArray[np.float32]]:
    """The names of a part of the inventory that can be shown, and their directions in the space of words."""
    names = {
        "concept": [name for name, concept in concepts().items() if concept.art],
        "setting": list(settings()),
        "activity": list(activities()),
    }[part]
    vectors = WordVectors.load_default()
    rows = np.stack([vectors.stack(tokenize(name)).mean(axis=0) for name in names])
    return names, rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def _is_shown(name: str, slot: str, knowledge: Knowledge | None) -> bool:
    """Tell whether a model can show a thing, a place or an activity; it is asked with a scene of that alone."""
    if knowledge is None or slot not in PARTS:
        return True
    words = TextSpan(text=name, start=0, end=len(name))
    if slot == "place":
        scene = Scene(place=Place(name=name, words=words))
    elif slot == "subject":
        scene = Scene(subjects=(Subject(concept=name, words=words),))
    else:
        scene = Scene(subjects=(Subject(concept="person", action=Named(name=name, words=words)),))
    return not any(each.words == words for each in knowledge.lacks(scene))


def _inflected(verb: str, like: str) -> str:
    """Return a verb in the form of another: "run" like "walking" is "running", like "walks" it is "runs"."""
    ends = verb[-3:]
    if like.endswith("ing"):
        if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
            return verb[:-1] + "ing"
        doubled = len(verb) < 5 and ends[-1:] not in "wxy" and ends[-1:] not in "aeiou"
        is_closed = doubled and ends[-2:-1] in "aeiou" and ends[-3:-2] not in "aeiou"
        return verb + (verb[-1] if is_closed else "") + "ing"
    if like.endswith("s") and not like.endswith("ss"):
        if verb.endswith(("s", "sh", "ch", "x", "o", "z")):
            return verb + "es"
        return verb[:-1] + "ies" if verb.endswith("y") and ends[-2] not in "aeiou" else verb + "s"
    return verb
