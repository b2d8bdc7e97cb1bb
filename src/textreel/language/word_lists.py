"""Shipped lists of words."""

from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the words of a shipped list."""
    return frozenset((DATA / name).read_text(encoding="utf-8").split())


def is_stop_word(word: str) -> bool:
    """Tell whether a lower-case word is on the classic English stop list of NLTK."""
    return not word_list("stop-words.txt").isdisjoint({word, word.strip("'")})
