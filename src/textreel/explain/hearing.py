"""From words to sounds: what is heard of a shot, laid on the words that caused it."""

from textreel.language.tokens import split
from textreel.soundtrack import CueSheet


def heard_words(text: str, sheet: CueSheet) -> dict[int, tuple[str, ...]]:
    """The kinds of sound that each word of a shot's text caused, by the word's place among the words.

    What is heard without being said (the bed of a place) belongs to no word.
    """
    heard: dict[int, tuple[str, ...]] = {}
    for at, token in enumerate(token for token in split(text) if token.is_word):
        kinds = tuple(
            cue.kind
            for cue in sheet.cues
            if cue.words is not None and cue.words.start <= token.start and token.end <= cue.words.end
        )
        if kinds:
            heard[at] = kinds
    return heard
