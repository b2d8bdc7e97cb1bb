"""Whom a pronoun or "the lion" means: a subject of an earlier shot, put in its place."""

from __future__ import annotations

from dataclasses import replace

from textreel.storyboard.grammar import PERSONAL_PRONOUNS, Reading
from textreel.storyboard.parts import Carried, Draft, Part, Scene
from textreel.storyboard.scenes import same

OWNERS = {"its": "it", "his": "he", "her": "she", "their": "they"}


def resolved(
    draft: Draft,
    reading: Reading,
    scene: Scene,
    subject: Part,
    instead: dict[int, str],
    carried: list[Carried],
) -> Part:
    """The subject that is meant: what a pronoun stands for, or the known one that "the lion" names."""
    phrase = reading.first("subject")
    assert phrase is not None
    meant = None
    if phrase.head in PERSONAL_PRONOUNS | {"this", "these"}:
        meant = antecedent(phrase.head, scene)
    else:
        words = [reading.tokens[place].word for place in range(phrase.start, phrase.end)]
        if (
            words[0] in ("the", "that", "this")
            and (len(words) == 2 or words[1:2] == ["same"])
            and "of" not in words
        ):
            meant = next((part for part in reversed(scene.known) if part.head == phrase.head), None)
    if meant is None:
        first = reading.tokens[phrase.start]
        if first.tag == "PRP$" and (owner := antecedent(OWNERS.get(first.word, ""), scene)) is not None:
            capital = first.span.text[:1].isupper()
            named = owner.definite + ("'" if owner.plural else "'s")
            instead[draft.places[phrase.start]] = named[:1].upper() + named[1:] if capital else named
            carried.append(owner.carried())
        return subject
    for place in range(phrase.start, phrase.end):
        instead[draft.places[place]] = ""
    named = meant.definite
    if subject.text.lower().startswith("the same"):
        named = named.replace("the ", "the same ", 1)
    capital = draft.tokens[draft.places[phrase.start]].text[:1].isupper()
    instead[draft.places[phrase.start]] = named[:1].upper() + named[1:] if capital else named
    carried.append(meant.carried())
    return meant


def antecedent(pronoun: str, scene: Scene) -> Part | None:
    """What a pronoun stands for: the last main subject that it fits, else the last main subject."""
    known = list(reversed(scene.known))
    if scene.subject is not None and scene.subject in known:
        known.remove(scene.subject)
    candidates = [*([scene.subject] if scene.subject else []), *known]
    if pronoun in ("he", "she", "him", "her"):
        fitting = [_person(part) for part in candidates if _person(part).is_person]
    elif pronoun in ("they", "them", "these"):
        fitting = [part for part in candidates if part.plural] or _both(candidates)
    else:
        fitting = [part for part in candidates if not part.is_person and not part.plural]
    return next(iter([*fitting, *candidates]), None)


def _person(part: Part) -> Part:
    """The person of "a shepherd and his dog"."""
    first, both, _ = part.text.partition(" and ")
    if not both:
        return part
    words = replace(part.words, text=first, end=part.words.start + len(first))
    return replace(part, text=first, words=words, head=first.split()[-1].lower(), plural=False)


def _both(candidates: list[Part]) -> list[Part]:
    """The last two subjects as one, for "they"."""
    others = [part for part in candidates[1:] if part.head != candidates[0].head]
    if not others:
        return []
    return [replace(candidates[0], text=f"{others[0].definite} and {candidates[0].definite}", plural=True)]


def resolve_objects(
    draft: Draft,
    reading: Reading,
    scene: Scene,
    subject: Part | None,
    instead: dict[int, str],
    carried: list[Carried],
) -> None:
    """Replace "it", "him" and "them" where they mean something of an earlier shot other than the subject."""
    own = reading.first("subject")
    nouns = [
        phrase
        for phrase in reading.phrases
        if phrase.role in ("object", "subject", "place")
        and phrase is not own
        and phrase.head not in PERSONAL_PRONOUNS
    ]
    others = replace(
        scene, subject=None, known=tuple(part for part in scene.known if not same(part, subject))
    )
    circumstances = (*reading.all("weather"), *reading.all("time"))
    impersonal = {place for phrase in circumstances for place in range(phrase.start, phrase.end)}
    for place, token in enumerate(reading.tokens):
        if token.word not in ("it", "him", "her", "them") or token.tag != "PRP" or place in impersonal:
            continue
        if (own is not None and place < own.end) or any(noun.start < place for noun in nouns):
            continue
        if (meant := antecedent(token.word, others)) is not None:
            instead[draft.places[place]] = meant.definite
            carried.append(meant.carried())
