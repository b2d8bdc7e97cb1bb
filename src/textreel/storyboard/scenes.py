"""From the phrases of a shot to what it says, and to what is true after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textreel.storyboard.grammar import PERSONAL_PRONOUNS, Phrase, Reading
from textreel.storyboard.parts import Draft, Part, Scene
from textreel.storyboard.word_kinds import AT_TIMES, SEASONS, SINKING, STARTING, TIME_NOUNS, WEATHER_NOUNS


def said_by(draft: Draft, reading: Reading) -> Scene:
    """What the words of a shot say by themselves."""
    subject, verb = reading.first("subject"), reading.verb
    main = None if subject is None else _part(draft, reading, subject)
    circumstances = {
        role: _joined(draft, reading, reading.all(role), verb) for role in ("place", "time", "weather")
    }
    predicate = None if verb is None else _predicate(draft, reading, verb)
    known = (main,) if main is not None and main.head not in PERSONAL_PRONOUNS else ()
    return Scene(subject=main, predicate=predicate, **circumstances, known=known)


def _part(draft: Draft, reading: Reading, phrase: Phrase) -> Part:
    plural = reading.tokens[phrase.end - 1].tag in ("NNS", "NNPS") or any(
        reading.tokens[place].word in ("and", "two", "three", "they")
        for place in range(phrase.start, phrase.end)
    )
    return draft.part(phrase.role, phrase.start, phrase.end, phrase.head, plural=plural)


def _joined(draft: Draft, reading: Reading, phrases: Sequence[Phrase], verb: Phrase | None) -> Part | None:
    """The circumstances of one role as one part: those that stand together, the last ones where there are several."""
    useful = [phrase for phrase in phrases if reading.tokens[phrase.end - 1].word not in PERSONAL_PRONOUNS]
    if verb is not None and any(phrase.start > verb.start for phrase in useful):
        useful = [phrase for phrase in useful if phrase.start > verb.start]
    if not useful:
        return None
    first = useful[-1]
    for phrase in reversed(useful[:-1]):
        if phrase.end != first.start:
            break
        first = phrase
    part = draft.part(useful[-1].role, first.start, useful[-1].end, useful[-1].head)
    words = reading.tokens[first.start : useful[-1].end]
    changes = any(phrase.change for phrase in useful)
    return replace(
        part, clause=changes or any(token.tag.startswith("V") or token.tag == "MD" for token in words)
    )


def _predicate(draft: Draft, reading: Reading, verb: Phrase) -> Part | None:
    """The verb with its objects and adverbs, without place, time and weather; as far as the words stand together."""
    end = verb.end
    stops = {phrase.start for phrase in reading.phrases if phrase.role in ("place", "time", "weather")}
    while (
        end < len(reading.tokens)
        and reading.clauses[end] == verb.clause
        and end not in stops
        and (reading.tokens[end].span.is_word or reading.tokens[end].word == "-")
    ):
        end += 1
    while end > verb.end and reading.tokens[end - 1].word in ("and", "while", "as", "but"):
        end -= 1
    return draft.part("motion", verb.start, end, verb.head)


def after(before: Scene, now: Scene, kept: Iterable[Part] = ()) -> Scene:
    """What is true after a shot: what it said and what it kept."""
    carried = {part.role: part for part in kept if part.role in ("place", "time", "weather")}
    subject = now.subject or before.subject
    time = now.time or carried.get("time")
    known = [part for part in before.known if not (subject and part == subject)]
    if subject is not None and subject.head not in PERSONAL_PRONOUNS:
        known.append(subject)
    return Scene(
        subject=subject,
        predicate=now.predicate,
        place=now.place or carried.get("place"),
        time=settled(time if time is None or time.clause or time.head in TIME_NOUNS else None),
        weather=settled(now.weather or carried.get("weather")),
        known=tuple(known),
    )


def settled(part: Part | None) -> Part | None:
    """A change as the state that it leads to: "it starts to rain" -> "in the rain", "the sun sets" -> "at sunset"."""
    if part is None or not part.clause:
        return part
    words = set(part.text.lower().split())
    state = ""
    if part.head in ("sun", "moon"):
        state = "at night" if part.head == "moon" else "at sunset" if words & SINKING else "at sunrise"
    elif part.role == "time" and not words & {"is", "was"}:
        state = (
            f"at {part.head}" if part.head in AT_TIMES else f"in {part.head}" if part.head in SEASONS else ""
        )
    elif part.role == "weather" and words & STARTING:
        state = f"in the {part.head}" if part.head in WEATHER_NOUNS else ""
    return replace(part, text=state, clause=False) if state else part


def same(first: Part | None, second: Part | None) -> bool:
    return first is not None and second is not None and first.head == second.head
