"""What kind of thing a common noun names: WordNet supersenses in plain words.

The table follows the first WordNet sense of each noun (Fellbaum 1998); the overrides beside it say where a
film needs another one: a savanna is a location, prey an animal.
"""

from functools import cache
from pathlib import Path

from textreel.errors import AssetError
from textreel.language.lemmas import lemma_candidates

TABLES = tuple(Path(__file__).parent / "data" / name for name in ("kinds.txt", "kinds-overrides.txt"))


@cache
def noun_kinds() -> dict[str, str]:
    """Return the kind of each common noun; a compound's words are joined by "_" ("polar_bear")."""
    try:
        lines = [line for table in TABLES for line in table.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise AssetError(
            f"A noun table that textreel ships is missing ({error}); install textreel again."
        ) from error
    return {noun: kind for kind, nouns in (line.split("\t") for line in lines) for noun in nouns.split()}


def is_common_noun(word: str) -> bool:
    """Tell whether a lower-case word is a noun of the table."""
    return word in noun_kinds()


def kind_of(noun: str) -> str | None:
    """Return the kind of a noun or compound ("fire engines", in any case), or None for want of one."""
    kinds = noun_kinds()
    *heads, last = noun.lower().split()
    forms = ("_".join([*heads, form]) for form in [last, *lemma_candidates(last)])
    return next((kinds[form] for form in forms if form in kinds), None)
