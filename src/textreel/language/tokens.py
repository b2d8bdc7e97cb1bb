"""Text into tokens: one set of rules for training, inference and analysis, so that all see the same words.

The rules follow the Penn Treebank, as the English models of spaCy expect: clitics ("'s", "n't"), hyphens and
punctuation are tokens of their own. A caption takes some microseconds.
"""

import re
import unicodedata
from dataclasses import dataclass

from textreel.documents import shortened
from textreel.errors import PromptError
from textreel.limits import MAX_CHARACTERS, MAX_WORDS

PATTERN = re.compile(
    r"""
      (?:[^\W\d_]\.){2,}                        # a.m., U.S.
    | (?:Mr|Mrs|Ms|Dr|St)\.                     # titles
    | [^\W_]+(?=n['’]t\b) | n['’]t\b            # do|n't
    | ['’](?:s|re|ve|ll|d|m)\b                  # lion|'s
    | \d+(?=[ap]\.?m\b)                         # 5|pm
    | \d+(?:[.,:]\d+)+                          # 3.5, 10:30
    | [^\W_]+                                   # words and numbers
    | \.{2,} | --+ | [^\w\s] | _                # punctuation
    """,
    re.VERBOSE | re.IGNORECASE,
)
NORMAL_FORMS = {"n't": "not", "ca": "can", "wo": "will", "0": "zero"}


@dataclass(frozen=True, kw_only=True)
class Span:
    """A token as it stands in the text: ``text[start:end]``."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """True for words and numbers, false for punctuation and symbols."""
        return any(map(str.isalnum, self.text))


def split(text: str) -> list[Span]:
    """Split a text into tokens, punctuation included, in order."""
    return [Span(text=match[0], start=match.start(), end=match.end()) for match in PATTERN.finditer(text)]


def normal_form(token: str) -> str:
    """Return the form under which a token is looked up: lower case, straight apostrophe, whole word."""
    lowered = token.lower().replace("’", "'")
    return NORMAL_FORMS.get(lowered, lowered)


def tokenize(text: str) -> list[str]:
    """Return the words of a text in order: lower case, without punctuation. An empty text has none."""
    return [
        normal_form(token) for token in PATTERN.findall(text) if token[-1].isalnum() or token[0].isalnum()
    ]


def check_prompt(prompt: str) -> str:
    """Return the prompt in composed Unicode (NFC), with single spaces and no control characters.

    Raises:
        PromptError: it is empty, holds no words or half a character (a lone surrogate), is written in another
            script than the Latin one, or is longer than 400 words or 4,000 characters.
    """
    if not isinstance(prompt, str):
        raise PromptError(f"A prompt is a text in English, got {shortened(prompt)}.")
    if len(prompt) > 2 * MAX_CHARACTERS:
        raise _too_long(f"{len(prompt):,} characters")
    broken = next((character for character in prompt if unicodedata.category(character) == "Cs"), None)
    if broken is not None:
        raise PromptError(f"The prompt holds {broken!a}, which is half a character: give it as UTF-8 text.")
    text = "".join(" " if unicodedata.category(character) == "Cc" else character for character in prompt)
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if not text:
        raise PromptError(
            'The prompt is empty; describe the film in a sentence, such as "a lion runs on a beach".'
        )
    if len(text) > MAX_CHARACTERS or (count := len(tokenize(text))) > MAX_WORDS:
        length = f"{len(text):,} characters" if len(text) > MAX_CHARACTERS else f"{count:,} words"
        raise _too_long(length)
    letters = [character for character in text if character.isalpha()]
    if not letters:
        raise PromptError(
            f"The prompt {shorten(text)} holds no words; describe the film in an English sentence."
        )
    if sum(map(is_latin, letters)) < len(letters) / 2:
        raise PromptError(f"The prompt {shorten(text)} is not in Latin script; describe the film in English.")
    return text


def _too_long(length: str) -> PromptError:
    return PromptError(
        f"A prompt has at most {MAX_WORDS} words and {MAX_CHARACTERS:,} characters, this one has "
        f"{length}; shorten it, or make several films."
    )


def is_latin(letter: str) -> bool:
    """Tell whether a letter belongs to the Latin script."""
    return unicodedata.name(letter, "").startswith(("LATIN", "FULLWIDTH LATIN"))


def shorten(text: str, width: int = 40) -> str:
    """Quote a text, cut to ``width`` characters."""
    return f'"{text}"' if len(text) <= width else f'"{text[: width - 1]}…"'
