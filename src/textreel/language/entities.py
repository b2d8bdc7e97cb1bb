"""Entities of a prompt: what its common nouns name (WordNet) and whom or where its proper names (spaCy)."""

from dataclasses import dataclass

from textreel.language.kinds import kind_of, noun_kinds
from textreel.language.lemmas import lemma_candidates
from textreel.language.tagging import NamedSpan, TaggedToken

VISIBLE_KINDS = {
    "animal", "body part", "event", "food", "group", "location", "object", "person", "phenomenon", "plant",
    "substance", "time",
}  # fmt: skip
NAMED_KINDS = {
    "PERSON": "person", "NORP": "group", "FAC": "location", "ORG": "organisation", "GPE": "location",
    "LOC": "location", "PRODUCT": "object", "EVENT": "event", "WORK_OF_ART": "work of art",
    "LAW": "work of art",
    "LANGUAGE": "language", "DATE": "time", "TIME": "time", "PERCENT": "quantity", "MONEY": "quantity",
    "QUANTITY": "quantity", "ORDINAL": "quantity", "CARDINAL": "quantity",
}  # fmt: skip
LOWER_CASE_LABELS = {"DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "CARDINAL"}
PLACE_PREPOSITIONS = {"in", "near", "at", "over", "above", "across", "through", "around", "past", "towards"}
LONGEST_COMPOUND = 3


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Something that a prompt names: its text, its kind, and the characters ``start`` to ``end`` of it."""

    text: str
    kind: str
    start: int
    end: int


def find_entities(text: str, tokens: list[TaggedToken], named: list[NamedSpan]) -> list[Entity]:
    """Return the entities in order, none overlapping: names first, then compounds, then single nouns."""
    taken: set[int] = set()
    found: list[tuple[int, int, str]] = []
    candidates = [*named_entities(tokens, named), *noun_entities(tokens)]
    for start, end, kind in candidates:
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            found.append((start, end, kind))
    return [
        Entity(text=text[first.start : last.end], kind=kind, start=first.start, end=last.end)
        for start, end, kind in sorted(found)
        for first, last in [(tokens[start].span, tokens[end - 1].span)]
    ]


def named_entities(tokens: list[TaggedToken], named: list[NamedSpan]) -> list[tuple[int, int, str]]:
    """Return token ranges and kinds of those statistical entities that hold: names, times, quantities."""
    found = []
    for span in named:
        start, kind = span.start, NAMED_KINDS.get(span.label)
        while start < span.end - 1 and tokens[start].part_of_speech == "determiner":
            start += 1
        inside = tokens[start : span.end]
        capital = any(
            token.part_of_speech == "proper noun" and token.reading[0].isupper() for token in inside
        )
        if kind is None or not (capital or span.label in LOWER_CASE_LABELS):
            continue
        if span.label == "PERSON" and start and tokens[start - 1].word in PLACE_PREPOSITIONS:
            kind = "location"
        found.append((start, span.end, kind))
    return found


def noun_entities(tokens: list[TaggedToken]) -> list[tuple[int, int, str]]:
    """Return token ranges and kinds of the visible common nouns, compounds (fire engine) first."""
    found = []
    for length in range(LONGEST_COMPOUND, 0, -1):
        for start in range(len(tokens) - length + 1):
            phrase = tokens[start : start + length]
            kind = phrase_kind(phrase)
            if kind in VISIBLE_KINDS:
                found.append((start, start + length, kind))
    return found


def phrase_kind(phrase: list[TaggedToken]) -> str | None:
    """Return the kind of a noun, or of a compound that ends in one."""
    last = phrase[-1]
    if last.part_of_speech not in {"noun", "proper noun"} and last.word != "underwater":
        return None
    if last.part_of_speech == "proper noun" and not known_compound(phrase) and not last.reading.isupper():
        return None
    words = [token.word for token in phrase]
    return kind_of(" ".join([*words[:-1], last.lemma.lower()])) or kind_of(" ".join(words))


def known_compound(phrase: list[TaggedToken]) -> bool:
    """Tell whether a phrase of several words is in the noun table."""
    return len(phrase) > 1 and any(
        "_".join([*(token.word for token in phrase[:-1]), form]) in noun_kinds()
        for form in [phrase[-1].word, *lemma_candidates(phrase[-1].word)]
    )
