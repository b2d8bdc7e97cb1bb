"""What a caption may hold, and what makes one worth a second look."""

import functools

from textreel.corpora.clips.findings import Finding
from textreel.errors import PromptError
from textreel.language import WordVectors, check_prompt, is_stop_word, tokenize
from textreel.language.tokens import is_latin, shorten
from textreel.types import MAX_READ_WORDS

EMPTY_VALUES = frozenset(("nan", "none", "null", "n/a", "<na>"))  # what tables write where nothing is known
LEAST_TAGS, MOST_TAG_WORDS = 4, 2.0  # parts between commas, and words a part in the mean
KNOWN_SHARE = 0.5
SENTENCE_WORDS = 5
ENGLISH = "used as it is; word vectors and prompts are English, so a translation will be learned better"
SENTENCES = "used as it is; a sentence that says what the clip shows will be learned better"


def caption_findings(caption: str, file: str, line: int | None) -> list[Finding]:
    """What is wrong with a caption; an error means that it cannot be used."""
    letters = [character for character in caption if character.isalpha()]
    if letters and sum(map(is_latin, letters)) < len(letters) / 2:
        what = f"the caption {shorten(caption)} is not in Latin script"
        return [_warning(file, line, what)]
    try:
        check_prompt(caption)
        what = f"the caption {shorten(caption)} is a table's word for nothing" if _is_nothing(caption) else ""
    except PromptError as error:
        what = _fault(caption, str(error))
    if what:
        return [
            Finding(
                severity="error",
                file=file,
                line=line,
                what=what,
                remedy="skipped; write what the clip shows, in a sentence",
            )
        ]
    count = len(tokenize(caption))
    if count > MAX_READ_WORDS:
        what = f"the caption {shorten(caption)} has {count} words"
        return [_warning(file, line, what, f"used; text encoders read the first {MAX_READ_WORDS} of them")]
    if is_tags(caption):
        return [_warning(file, line, f"the caption {shorten(caption)} is a list of tags", SENTENCES)]
    if not looks_english(caption):
        return [_warning(file, line, f"the caption {shorten(caption)} holds few or no English words")]
    return []


def looks_english(caption: str) -> bool:
    """A guess: more than half of the words are known; a longer sentence has a stop word or no unknown word."""
    words = [word for word in tokenize(caption) if word.isalpha()]
    known = sum(word in _vectors() for word in words)
    if known <= KNOWN_SHARE * len(words):
        return False
    return len(words) < SENTENCE_WORDS or known == len(words) or any(map(is_stop_word, words))


def is_tags(caption: str) -> bool:
    """Whether a caption is words between commas and no sentence."""
    parts = [tokenize(part) for part in caption.split(",")]
    return len(parts) >= LEAST_TAGS and sum(map(len, parts)) <= MOST_TAG_WORDS * len(parts)


def _is_nothing(caption: str) -> bool:
    return caption.strip().lower() in EMPTY_VALUES


def _fault(caption: str, reason: str) -> str:
    if not caption.strip():
        return "the caption is empty"
    if not any(map(str.isalpha, caption)):
        return f"the caption {shorten(caption)} holds no words"
    return f"the caption {shorten(caption)} is too long: {reason}"


def _warning(file: str, line: int | None, what: str, remedy: str = ENGLISH) -> Finding:
    return Finding(
        severity="warning",
        file=file,
        line=line,
        what=what,
        remedy=remedy,
    )


@functools.cache
def _vectors() -> WordVectors:
    return WordVectors.load_default()
