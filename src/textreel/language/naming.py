"""A file's name from what the file is about."""

from textreel.language.tokens import tokenize

WORDS = 6
CHARACTERS = 60


def stem_of(text: str) -> str:
    """The first words of a text as a file's name without its ending, ``film`` where there are none.

    >>> stem_of("A lion's walk, at dawn!")
    'a-lion-s-walk-at-dawn'
    """
    words = ("".join(filter(str.isalnum, word)) for word in tokenize(text)[:WORDS])
    return "-".join(words).strip("-")[:CHARACTERS] or "film"
