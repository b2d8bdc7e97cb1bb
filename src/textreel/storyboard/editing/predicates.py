"""Changing what a subject does: its verb, how fast, and which way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textreel.language.kinds import kind_of
from textreel.storyboard.editing.circumstances import refitted
from textreel.storyboard.editing.inflection import present, progressive, verb_base
from textreel.storyboard.editing.nouns import Rewritten, Thing, matching
from textreel.storyboard.editing.sentence import Noun, Sentence, sentence
from textreel.storyboard.grammar import Phrase
from textreel.storyboard.word_kinds import TRAVELLING, words

SLOW, FAST = words("edit-slow"), words("edit-fast")
RESTING = words("edit-resting")
RELATIONS = words("edit-relations")
OPPOSITES = {"left": "right", "right": "left", "leftwards": "rightwards", "rightwards": "leftwards"}
OPPOSITES |= {"up": "down", "down": "up", "upwards": "downwards", "downwards": "upwards"}
OPPOSITES |= {
    "forwards": "backwards",
    "backwards": "forwards",
    "clockwise": "anticlockwise",
    "anticlockwise": "clockwise",
}
_HEADING = re.compile(r"\b(?:(?:to|towards?) the )?(?:left|right)(?:wards)?\b(?! side)", re.IGNORECASE)
_FROM_TO = re.compile(r"\bfrom (?:the )?(left|right) to (?:the )?(left|right)\b", re.IGNORECASE)


def with_motion(text: str, thing: Thing, predicate: Sequence[str]) -> Rewritten | None:
    """The text in which a thing does something else; the predicate begins with a verb in its base form.

    The way, the pace and the place stay where the new motion has room for them.
    """
    read = sentence(text)
    read = sentence(_unheaded(text, predicate))
    if predicate[0] == "stop" and predicate[1:2] and predicate[1].endswith("ing"):
        predicate = ("stop", *predicate[2:])
    noun = next((each for each in matching(read, thing) if each.role in ("subject", "place")), None)
    noun = noun or next(iter(matching(read, thing)), None)
    if noun is None:
        return None
    verb = read.verb_of(noun)
    many = read.is_many(noun) or _all_subjects(read, noun) is not None
    if verb is None:
        shown = " ".join([progressive(predicate[0]), *predicate[1:]])
        said = shown if read.is_shown(noun) else " ".join(_inflected(predicate, many=many))
        together = _all_subjects(read, noun)
        end = together.end if together is not None else noun.end
        return Rewritten(text=read.changed((end, end, said)), what="motion", before="", after=said)
    end = _predicate_end(read, verb)
    said = in_form(read, verb, predicate, many=many)
    kept = _kept(read, verb, end, predicate)
    before = read.said(verb.start, end)
    new = read.changed((verb.start, end, " ".join([said, *kept])))
    return Rewritten(text=refitted(new, predicate[0]), what="motion", before=before, after=said)


def _unheaded(text: str, predicate: Sequence[str]) -> str:
    """The text without the way that it says, where the new motion has its own or goes nowhere."""
    own = _HEADING.search(" ".join(predicate)) is not None
    if predicate[0] in TRAVELLING and not own:
        return text
    for pattern in (_FROM_TO, _HEADING):
        found = pattern.search(text)
        if found is not None and sentence(text).reading.verb is not None:
            return f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}".strip()
    return text


def _all_subjects(read: Sentence, noun: Noun) -> Phrase | None:
    """The subject that a noun is only a part of: "a cat and a dog"."""
    subject = read.reading.first("subject")
    if subject is None or not subject.start <= noun.start < subject.end:
        return None
    return subject if "and" in read.words[subject.start : subject.end] else None


def _inflected(predicate: Sequence[str], *, many: bool) -> list[str]:
    """A predicate in the present; a second verb behind "and" as well."""
    joined = [0, *(place + 1 for place, word in enumerate(predicate) if word == "and")]
    return (
        [
            present(base, many=many) if place in joined and (base := verb_base(word)) else word
            for place, word in enumerate(predicate)
        ]
        if verb_base(predicate[0])
        else [present(predicate[0], many=many), *predicate[1:]]
    )


def in_form(read: Sentence, verb: Phrase, predicate: Sequence[str], *, many: bool) -> str:
    """The new predicate in the form of the old one: "is walking" -> "is running"."""
    tags = [read.tokens[place].tag for place in range(verb.start, verb.end)]
    first = read.words[verb.start]
    running = progressive(verb_base(predicate[0]) or predicate[0])
    if "VBG" in tags and first in ("is", "are", "'s"):
        return " ".join([present("be", many=many), running, *predicate[1:]])
    done_to = tags[0] == "VBN" and read.words[verb.end : verb.end + 1] == ["by"]  # "a cat chased by a dog"
    if tags[0] == "VBG" or done_to:
        return " ".join([running, *predicate[1:]])
    return " ".join(_inflected(predicate, many=many))


def _predicate_end(read: Sentence, verb: Phrase) -> int:
    """Where the verb ends with its objects, ways and adverbs: at a place, a time, a weather or another clause."""
    end = verb.start + 1
    stops = {phrase.start for phrase in read.reading.phrases if phrase.role in ("place", "time", "weather")}
    last = read.clause_end(verb.start)
    while end < last and end not in stops:
        end += 1
    joined = any(phrase.start < end and phrase.start > verb.start for phrase in read.reading.all("motion"))
    return end if joined or end <= last else last


def _kept(read: Sentence, verb: Phrase, end: int, predicate: Sequence[str]) -> list[str]:
    """What of the old predicate is still true: way and pace of who goes on, the object of a relation."""
    old = read.said(verb.start, end)
    head = verb_base(predicate[0]) or predicate[0]
    kept = []
    if head in RELATIONS and len(predicate) == 1:
        kept += [
            read.said(phrase.start, phrase.end)
            for phrase in read.reading.all("object")
            if verb.start < phrase.start < end and kind_of(phrase.head) != "action"
        ]
    paced = SLOW | FAST | {"faster", "slower"}
    if head in TRAVELLING and not paced & set(predicate):
        kept += [word for word in old.lower().split() if word in paced]
    heading = _FROM_TO.search(old) or _HEADING.search(old)
    if head in TRAVELLING and heading is not None and not _HEADING.search(" ".join(predicate)):
        kept.append(heading[0])
    return kept


def with_pace(text: str, thing: Thing, pace: str) -> Rewritten | None:
    """The text in which a thing moves "fast" or "slowly"."""
    read = sentence(text)
    noun = next((each for each in matching(read, thing) if read.verb_of(each)), None)
    verb = read.verb_of(noun) if noun is not None else None
    if verb is None:
        return None
    end = read.clause_end(verb.start)
    paced = [place for place in range(verb.start, end) if read.words[place] in SLOW | FAST]
    if paced:
        first = paced[0] - (read.words[paced[0] - 1] == "very")
        new = f"very {pace}" if read.words[paced[0]] == pace else pace
        text = read.changed((first, paced[-1] + 1, new))
        return Rewritten(text=text, what="motion", before=read.said(first, paced[-1] + 1), after=new)
    verbs = [place for place in range(verb.start, verb.end) if read.tokens[place].tag.startswith("V")]
    behind = (verbs or [verb.start])[-1] + 1
    objects = [phrase for phrase in read.reading.all("object") if phrase.start == behind]
    behind = objects[0].end if objects else behind
    while behind < verb.end and read.tokens[behind].tag == "RP":
        behind += 1
    return Rewritten(text=read.changed((behind, behind, pace)), what="motion", before="", after=pace)


def with_heading(text: str, thing: Thing, heading: str) -> Rewritten | None:
    """The text in which a thing goes "to the left", say; "" is the other way."""
    read = sentence(text)
    noun = next((each for each in matching(read, thing) if read.verb_of(each)), None)
    verb = read.verb_of(noun) if noun is not None else None
    if verb is None:
        return None
    both, found = _FROM_TO.search(text), _HEADING.search(text)
    if both is not None:
        new = heading or f"from {both[2]} to {both[1]}"
        return _headed(text, both, new)
    if found is not None:
        new = heading or re.sub(
            r"left|right", lambda way: OPPOSITES[way[0].lower()], found[0], flags=re.IGNORECASE
        )
        return _headed(text, found, new)
    turned = next(
        (place for place in range(verb.start, len(read.words)) if read.words[place] in OPPOSITES), None
    )
    if turned is not None and not heading:
        new = OPPOSITES[read.words[turned]]
        return Rewritten(
            text=read.changed((turned, turned + 1, new)), what="motion", before=read.words[turned], after=new
        )
    objects = [phrase.end for phrase in read.reading.all("object") if phrase.start == verb.end]
    behind = max([verb.end, *objects])
    new = heading or "to the left"
    return Rewritten(text=read.changed((behind, behind, new)), what="motion", before="", after=new)


def _headed(text: str, found: re.Match[str], new: str) -> Rewritten | None:
    if found[0].lower() == new.lower():
        return Rewritten(text=text, what="motion", before=found[0], after=new)
    return Rewritten(
        text=text[: found.start()] + new + text[found.end() :], what="motion", before=found[0], after=new
    )
