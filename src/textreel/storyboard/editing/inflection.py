"""The few forms of English words that an edit needs: articles, plurals and the present tense."""

from __future__ import annotations

import re

from textreel.language.kinds import is_common_noun
from textreel.language.lemmas import IRREGULAR, lemma_candidates
from textreel.storyboard.grammar import tagger
from textreel.storyboard.word_kinds import MORE_VERBS

_PLURALS = {
    "man": "men", "woman": "women", "child": "children", "foot": "feet", "goose": "geese", "mouse": "mice",
    "ox": "oxen", "tooth": "teeth", "wolf": "wolves", "leaf": "leaves", "calf": "calves", "hoof": "hooves",
    "sheep": "sheep", "fish": "fish", "deer": "deer", "aircraft": "aircraft", "person": "people", "knife": "knives",
}  # fmt: skip
_DOUBLING = frozenset(
    [
        "run",
        "spin",
        "swim",
        "drop",
        "trot",
        "bob",
        "sit",
        "pan",
        "stop",
        "hop",
        "skip",
        "dig",
        "nod",
        "flap",
        "jog",
        "flit",
        "zip",
        "get",
    ]
)
_ODD_VERBS = {"be": ("is", "are"), "have": ("has", "have"), "do": ("does", "do"), "go": ("goes", "go")}
_CONSONANT_SOUND = re.compile(r"uni(?!n)|ufo|eu|one\b|use|usual")
_VOWEL_SOUND = re.compile(r"hour|honest|heir")
COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}


def article(word: str) -> str:
    """A or an, as the next word sounds."""
    lowered = word.lower()
    vowel = lowered[:1] in "aeiou" and not _CONSONANT_SOUND.match(lowered)
    return "an" if vowel or _VOWEL_SOUND.match(lowered) else "a"


def plural(noun: str) -> str:
    """``wolf`` -> ``wolves``; what is plural already stays."""
    if noun in _PLURALS.values() or (is_plural(noun) and noun not in _PLURALS):
        return noun
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else noun + "s"


def singular(noun: str) -> str:
    """``wolves`` -> ``wolf``; what is no known plural stays."""
    known = next((one for one, many in _PLURALS.items() if many == noun), None)
    if known is not None:
        return known
    if noun.endswith("ss") or not noun.endswith("s"):
        return IRREGULAR.get(noun, noun) if is_common_noun(IRREGULAR.get(noun, "")) else noun
    candidates = [base for base in lemma_candidates(noun) if plural(base) == noun] if len(noun) > 3 else []
    return next(
        (base for base in candidates if is_common_noun(base)), noun if is_common_noun(noun) else noun[:-1]
    )


def is_plural(noun: str) -> bool:
    """Whether a noun is the plural of a known one."""
    if noun in _PLURALS.values():
        return noun not in _PLURALS
    return noun.endswith("s") and not noun.endswith("ss") and any(
        is_common_noun(base) for base in lemma_candidates(noun) if noun in (base + "s", base + "es", base[:-1] + "ies")
    )  # fmt: skip


def verb_base(word: str) -> str | None:
    """The base form of a verb that films know, in any present form; None for another word."""
    for base, forms in _ODD_VERBS.items():
        if word in (base, *forms):
            return base
    if (known := tagger().film_verb(word)) is not None:
        return str(known)
    return next((base for base in (word, *lemma_candidates(word)) if base in MORE_VERBS), None)


def third_person(base: str) -> str:
    """``gallop`` -> ``gallops``."""
    if base in _ODD_VERBS:
        return _ODD_VERBS[base][0]
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2:-1] not in "aeiou" else base + "s"


def progressive(base: str) -> str:
    """``run`` -> ``running``."""
    if base in _DOUBLING:
        return f"{base}{base[-1]}ing"
    if base.endswith("ie"):
        return base[:-2] + "ying"
    return (base[:-1] if base.endswith("e") and not base.endswith(("ee", "be")) else base) + "ing"


def present(base: str, *, many: bool) -> str:
    """The verb of one or of several."""
    if base in _ODD_VERBS:
        return _ODD_VERBS[base][many]
    return base if many else third_person(base)


def number_word(count: int) -> str:
    """``2`` -> ``two``."""
    return next((word for word, value in COUNTS.items() if value == count), str(count))
