"""Words: from a prompt to tokens, parts of speech, entities and word vectors.

Importing this room costs little. :func:`analyze` and :class:`TextAnalysis` bring in spaCy, which takes a
second, when they are first asked for.
"""

import importlib
from typing import TYPE_CHECKING

from textreel.language.kinds import kind_of
from textreel.language.tokens import check_prompt, tokenize
from textreel.language.vectors import Resolution, VectorSource, WordVectors
from textreel.language.word_lists import is_stop_word

if TYPE_CHECKING:
    from textreel.language.analysis import Entity, TextAnalysis, Token, analyze

__all__ = [
    "Entity",
    "Resolution",
    "TextAnalysis",
    "Token",
    "VectorSource",
    "WordVectors",
    "analyze",
    "check_prompt",
    "is_stop_word",
    "kind_of",
    "tokenize",
]


def __getattr__(name: str) -> object:
    if name in {"Entity", "TextAnalysis", "Token", "analyze"}:
        return getattr(importlib.import_module("textreel.language.analysis"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
