"""Taking camera words out of a sentence so that what is left still reads well."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from textreel.language.tokens import Span, normal_form
from textreel.storyboard.camera_words import ANYBODY, DETERMINERS, PASSAGES, TARGETS
from textreel.storyboard.phrases import Phrase
from textreel.storyboard.word_kinds import words

JOINERS = words("cut-joiners")
"""Words before a camera clause that only bind it to the rest."""
LOOSE = words("cut-loose")
"""Joiners that go only with a clause that is a noun: "in a handheld shot"."""
FOLLOWERS = words("cut-followers")
"""Words and marks that go with a camera clause at the head of a sentence."""
PRONOUNS = words("cut-pronouns")
ENDINGS = frozenset(".!?")


def cut(text: str, tokens: Sequence[Span], phrases: Sequence[Phrase]) -> str:
    """The text without its camera phrases and the words that bound them."""
    rest = rebuilt(text, tokens, kept([normal_form(token.text) for token in tokens], phrases))
    return rest[:1].upper() + rest[1:] if text[:1].isupper() else rest


def kept(words: Sequence[str], phrases: Sequence[Phrase], said: Collection[int] = ()) -> list[int]:
    """The places of the words that are left without camera phrases, and without the places in ``said``."""
    gone = set(said)
    for phrase in phrases:
        gone.update(range(phrase.start, phrase.end))
    aims = {place for phrase in phrases for place in range(phrase.end, phrase.aim_end)}
    elsewhere = {words[place] for place in range(len(words)) if place not in gone and place not in aims}
    for phrase in phrases:
        gone.update(_idle_aim(words, phrase, elsewhere))
    for phrase in phrases:
        _loosen(words, gone, phrase)
    _tidy(words, gone)
    return [place for place in range(len(words)) if place not in gone]


def rebuilt(
    text: str, tokens: Sequence[Span], places: Sequence[int], instead: Mapping[int, str] | None = None
) -> str:
    """The words at some places, spaced as in the text; ``instead`` has other words for some of them."""
    pieces: list[str] = []
    last = -1
    for place in places:
        token = tokens[place]
        word = token.text if instead is None else instead.get(place, token.text)
        if pieces and last == place - 1:
            pieces.append(text[tokens[last].end : token.start])
        elif pieces and word and (token.is_word or word != token.text):
            pieces.append(" ")
        pieces.append(word)
        last = place
    return "".join(pieces)


def _idle_aim(words: Sequence[str], phrase: Phrase, elsewhere: set[str]) -> range:
    """The words of an aim that need not stay: all of it if it is named elsewhere, else only its "on"."""
    if phrase.aim is None:
        return range(0)
    aim = words[phrase.end : phrase.aim_end]
    anybody = phrase.kind == "tracking" and aim[-1] in ANYBODY
    if anybody or aim[-1] in elsewhere or any(word in PRONOUNS for word in aim):
        return range(phrase.end, phrase.aim_end)
    heads = phrase.start == 0 or words[phrase.start - 1] in ENDINGS
    return range(phrase.end, phrase.end + (1 if aim[0] in TARGETS or (heads and aim[0] in PASSAGES) else 0))


def _loosen(words: Sequence[str], gone: set[int], phrase: Phrase) -> None:
    """Take away the joiners before a phrase and, at the head of a sentence, those after it."""
    place, comma = phrase.start - 1, False
    while place >= 0 and place not in gone and _binds(words, place, phrase):
        comma = comma or words[place] == ","
        gone.add(place)
        place -= 1
    while place >= 0 and place in gone:
        place -= 1
    head = place < 0 or words[place] in ENDINGS
    after = phrase.end
    while after in gone:
        after += 1
    while after < len(words) and (words[after] in FOLLOWERS if head else comma and words[after] == ","):
        gone.add(after)
        after += 1
        while after in gone:
            after += 1


def _binds(words: Sequence[str], place: int, phrase: Phrase) -> bool:
    word = words[place]
    if word in ("it", "we"):
        return words[phrase.start] not in DETERMINERS
    return word in JOINERS and (phrase.by_noun or word not in LOOSE)


def _tidy(words: Sequence[str], gone: set[int]) -> None:
    """Drop punctuation that has nothing before it."""
    before = "."
    for place, word in enumerate(words):
        if place in gone:
            continue
        mark = not any(map(str.isalnum, word))
        if mark and (before in ENDINGS or (before in (",", ";") and word in (",", ";", *ENDINGS))):
            gone.add(place)
        else:
            before = word
    kept = [place for place in range(len(words)) if place not in gone]
    for first, second in zip(kept, kept[1:], strict=False):
        if (words[first], words[second]) in (("(", ")"), ("[", "]")):
            gone.update((first, second))
    kept = [place for place in kept if place not in gone]
    while kept and words[kept[-1]] in (",", ";", "and", "while", "as", "then", "with"):
        gone.add(kept.pop())
