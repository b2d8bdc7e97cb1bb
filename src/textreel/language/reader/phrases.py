"""Phrases in a text: the values of a table whose words stand in it, whatever the form of its verbs and nouns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from textreel.language.finding import AUXILIARIES, Found, find_activity, find_concept, find_setting
from textreel.language.lemmas import lemma_candidates
from textreel.language.tokens import normal_form, split, tokenize
from textreel.world import catalogues, inventory
from textreel.world.words import Slot, senses_of

PhraseKey = tuple[str, ...]

HOLDING = ("hold", "carry", "grip", "clutch", "grab", "lift")
LEAST_COMPANY = 2  # words
LONGEST_NAME = 5  # words
LEADING = ("while", "as", "when", "at", "under")
AFAR = ("background", "distance", "far away")


class PhraseTable:
    """Finds the longest phrases of a table in a text.

    Args:
        entries: phrases and what they stand for; of equal phrases the first counts.
        inflected: whether other forms of their words count as well ("chasing" for "chase").
    """

    def __init__(self, entries: Iterable[tuple[str, PhraseKey]], *, inflected: bool = False) -> None:
        self.inflected = inflected
        self.by_first: dict[str, list[tuple[PhraseKey, PhraseKey]]] = {}
        for phrase, value in entries:
            words = tuple(tokenize(phrase))
            if words:
                self.by_first.setdefault(words[0], []).append((words, value))
        for found in self.by_first.values():
            found.sort(key=lambda entry: -len(entry[0]))

    def find(self, text: str) -> list[PhraseKey]:
        """Return what the phrases of a text stand for, in order."""
        forms = [word_forms(word) if self.inflected else (word,) for word in tokenize(text)]
        found, at = [], 0
        while at < len(forms):
            match = next(self._matches(forms, at), None)
            if match is not None:
                found.append(match[1])
            at += len(match[0]) if match else 1
        return found

    def _matches(self, forms: list[tuple[str, ...]], at: int) -> Iterator[tuple[PhraseKey, PhraseKey]]:
        entries = [entry for form in forms[at] for entry in self.by_first.get(form, ())]
        for words, value in sorted(entries, key=lambda entry: -len(entry[0])):
            if at + len(words) <= len(forms) and all(
                word in forms[at + step] for step, word in enumerate(words)
            ):
                yield words, value


@cache
def word_forms(word: str) -> tuple[str, ...]:
    """Return a word and the base forms that it may have."""
    return (word, *lemma_candidates(word))


def _named(table: Mapping[str, catalogues.LookValue], *key: str) -> Iterator[tuple[str, PhraseKey]]:
    for name, value in table.items():
        yield from ((phrase, (*key, name)) for phrase in (name, *value.words))


@cache
def looks() -> PhraseTable:
    """Words of looks; a value is the kind and the look."""
    return PhraseTable(entry for kind, table in catalogues.looks().items() for entry in _named(table, kind))


@cache
def circumstances() -> PhraseTable:
    """Words of time, weather, season and style; a value is the slot and the name."""
    entries = [entry for slot, table in catalogues.circumstances().items() for entry in _named(table, slot)]
    shorter = [(phrase.split(" ", 1)[1], value) for phrase, value in entries if phrase.split()[0] in LEADING]
    return PhraseTable([*entries, *shorter])


@cache
def relations() -> PhraseTable:
    """Words of relations; a value is the name."""
    kinds = catalogues.relations().items()
    known = [(phrase, (name,)) for name, kind in kinds for phrase in (*kind.words, name.replace("_", " "))]
    more = [*((phrase, ("holds",)) for phrase in HOLDING), *((phrase, ("behind",)) for phrase in AFAR)]
    return PhraseTable([*known, *more], inflected=True)


def concept_of(words: str, around: Sequence[str] = ()) -> Found | None:
    """Find a concept by the company of its words, but hardly against its very name: a bus is no data bus."""
    return _unless_named(find_concept(words, around), words, around, _concept_names())


def place_of(words: str, around: Sequence[str] = ()) -> Found | None:
    """Find a place; see :func:`concept_of`."""
    return _unless_named(find_setting(words, around), words, around, _place_names())


def activity_of(words: str, around: Sequence[str] = ()) -> Found | None:
    """Find an activity; a lone verb that is a name of one is that, whatever the company."""
    verbs = [word for word in tokenize(words) if word not in AUXILIARIES]
    names = _activity_names() if len(verbs) == 1 else {}
    return next(
        (names[form] for verb in verbs for form in word_forms(verb) if form in names), None
    ) or find_activity(words, around)


def known_part(words: str, slot: Slot, name: str) -> int:
    """Return where the words begin that stand for ``name``: 0, or after those that are in no compound with them.

    Of "qwrtz dog" the dog alone is known, and a "red apple" is an apple that looks red; "guinea pig" and "tabby cat"
    are known as they are.
    """
    tokens = split(words)[-LONGEST_NAME:]
    find = concept_of if slot == "concept" else place_of
    for at, token in enumerate(tokens[:-1]):
        rest = find(words[tokens[at + 1].start :])
        is_same = rest is not None and rest.name == name
        phrase = [normal_form(each.text) for each in tokens[at:]]
        known = any(senses_of(" ".join([*phrase[:-1], form]), slot) for form in word_forms(phrase[-1]))
        if not is_same or (known and not looks().find(token.text)):
            return token.start
    return tokens[-1].start if tokens else 0


def is_plural(noun: str) -> bool:
    """Tell whether a noun is the plural of something known, and not a name by itself ("scissors")."""
    *heads, last = tokenize(noun) or [""]
    if " ".join([*heads, last]) in _concept_names() or last in _concept_names():
        return False
    bases = lemma_candidates(last)
    return any(senses_of(form, "concept") for base in bases for form in (base, " ".join([*heads, base])))


def _unless_named(
    found: Found | None, words: str, around: Sequence[str], names: Mapping[str, Found]
) -> Found | None:
    """Return what has just that name, unless enough company speaks for another thing of that name."""
    *heads, last = tokenize(words) or [""]
    forms = (" ".join([*heads, form]) for form in word_forms(last))
    named = next((names[form] for form in forms if form in names), None)
    if named is None or (found and (found.match == "exact" or found.match == named.match)):
        return found
    is_other_name = found is not None and found.match == "synonym"
    return found if is_other_name and len(around) >= LEAST_COMPANY else named


@cache
def _concept_names() -> dict[str, Found]:
    return _by_name((name, concept.other_names) for name, concept in inventory.concepts().items())


@cache
def _place_names() -> dict[str, Found]:
    return _by_name((name, setting.words) for name, setting in catalogues.settings().items())


@cache
def _activity_names() -> dict[str, Found]:
    return _by_name((name, activity.words) for name, activity in catalogues.activities().items())


def _by_name(entries: Iterable[tuple[str, Iterable[str]]]) -> dict[str, Found]:
    made: dict[str, Found] = {}
    for name, others in entries:
        made[" ".join(tokenize(name))] = Found(name=name, match="exact", score=1.0)
        for other in others:
            made.setdefault(" ".join(tokenize(other)), Found(name=name, match="synonym", score=1.0))
    return made
