"""One more in a shot, or one less."""

from __future__ import annotations

from textreel.language.kinds import kind_of
from textreel.storyboard.camera_words import PRONOUNS
from textreel.storyboard.editing.inflection import present, verb_base
from textreel.storyboard.editing.nouns import Rewritten, Thing, coordinated, matching
from textreel.storyboard.editing.sentence import Noun, Sentence, sentence

CHASING = {
    "chase": "run", "pursue": "run", "hunt": "run", "race": "run", "follow": "walk", "trail": "walk", "tail": "walk",
    "pass": "walk", "meet": "walk",
}  # fmt: skip
"""What somebody still does when there is nobody any more to do it to."""


def without_noun(text: str, thing: Thing) -> Rewritten | None:
    """The text without a thing and the words that bind it; None where it is not there or nothing would be left."""
    read = sentence(text)
    noun = next(iter(matching(read, thing)), None)
    if noun is None:
        return None
    before = read.said(noun.start, noun.end)
    if noun.role == "subject":
        new = _without_subject(read, noun)
    elif noun.role == "object":
        new = _without_object(read, noun)
    else:
        new = read.changed((_bound_from(read, noun), noun.end, ""))
    return (
        None
        if new is None or not any(map(str.isalnum, new))
        else Rewritten(
            text=new,
            what="place" if noun.role == "place" and kind_of(noun.head) == "location" else "subject",
            before=before,
            after="",
        )
    )


def _bound_from(read: Sentence, noun: Noun) -> int:
    """Where the words begin that bind a noun to the rest: prepositions, "and", "next to"."""
    first = noun.start
    while first > 0 and (
        read.tokens[first - 1].tag in ("IN", "TO", "CC", "RP")
        or read.words[first - 1] in ("next", "close", ",")
    ):
        first -= 1
    return first


def _without_subject(read: Sentence, noun: Noun) -> str | None:
    if coordinated(read, noun):
        follows = read.words[noun.start - 1 : noun.start] == ["and"]
        gone = (noun.start - 1, noun.end) if follows else (noun.start, noun.end + 1)
        others = [other for other in read.nouns if other.role == "subject" and other != noun]
        single = len(others) == 1 and not read.is_many(others[0])
        anchor = others[0] if others else noun
        return read.changed((*gone, ""), *(read.agreeing(anchor, many=False) if single else []))
    alone = _left_alone(read, noun)
    if alone is not None:
        return alone
    clauses = read.reading.clauses
    own = [place for place in range(len(clauses)) if clauses[place] == clauses[noun.start]]
    rest = [
        other
        for other in read.nouns
        if other.role in ("subject", "object") and clauses[other.start] != clauses[noun.start]
    ]
    if not rest:
        return None
    first, last = own[0], own[-1] + 1
    kept = _setting_behind(read, noun, first, last)
    while first > 0 and (read.words[first - 1] in ("and", "while", "as", ",", "but")):
        first -= 1
    if first == 0:
        while last < len(read.words) and read.words[last] in ("and", "while", "as", ",", "but"):
            last += 1
    return read.changed((first, last, kept))


def _left_alone(read: Sentence, noun: Noun) -> str | None:
    """Without who chases, the one who was chased runs; without who "is chased by" somebody, that one does."""
    verb = read.verb_of(noun)
    behind = [] if verb is None else [other for other in read.nouns if other.start >= verb.end]
    if verb is None or not behind or verb.head not in CHASING:
        return None
    other, between = behind[0], read.words[verb.end : behind[0].start]
    passive = between == ["by"]
    if between and not passive:
        return None
    said = present(CHASING[verb.head], many=read.is_many(other))
    if passive and verb.end - verb.start == 1:  # "a camel tailed by a dolphin": a noun phrase stays one
        return read.changed((noun.start, other.start, ""))
    return read.changed((noun.start, other.start, ""), (other.end, other.end, said))


def _setting_behind(read: Sentence, noun: Noun, first: int, last: int) -> str:
    """Place, time and weather at the end of a clause that goes: they were those of all clauses."""
    phrases = [
        phrase
        for phrase in read.reading.phrases
        if phrase.role in ("place", "time", "weather") and first <= phrase.start and phrase.end <= last
    ]
    if last < len(read.words) or not phrases:
        return ""
    start = phrases[-1].start
    for phrase in reversed(phrases[:-1]):
        if phrase.end != start:
            break
        start = phrase.start
    return read.said(start, last)


def _without_object(read: Sentence, noun: Noun) -> str:
    """Without the object the verb goes as well; who chased now runs."""
    clause = read.reading.clauses[noun.start]
    verbs = [verb for verb in read.reading.all("motion") if verb.end <= noun.start and verb.clause == clause]
    first = _bound_from(read, noun)
    if not verbs or read.words[first : noun.start][:1] in (["and"], [","]):
        return read.changed((first, noun.end, ""))
    verb = verbs[-1]
    subject = read.subject()
    if verb.head in CHASING:
        many = subject is not None and read.is_many(subject)
        return read.changed((verb.start, noun.end, present(CHASING[verb.head], many=many)))
    start = verb.start
    while start > 0 and read.words[start - 1] in ("that", "which", "who", "and", "while"):
        start -= 1
    return read.changed((start, noun.end, ""))


def with_noun(text: str, addition: str, doing: str = "") -> Rewritten:
    """The text with somebody added: beside the subject, or with a clause or a place of their own."""
    read = sentence(text)
    subject = read.subject()
    after = f"{addition} {doing}".strip()
    if subject is not None and (chaser := _chaser(read, subject, addition, doing)) is not None:
        return Rewritten(text=chaser, what="subject", before="", after=after)
    if subject is not None and not doing:
        joined = subject.end
        while read.words[joined : joined + 1] == ["and"]:
            joined = next((noun.end for noun in read.nouns if noun.start == joined + 1), joined)
            if read.words[joined - 1] == "and":
                break
        changed = read.changed((joined, joined, f"and {addition}"), *read.agreeing(subject, many=True))
        return Rewritten(text=changed, what="subject", before="", after=after)
    end = read.clause_end(subject.start) if subject is not None else len(read.words)
    while end > 0 and not read.tokens[end - 1].span.is_word:
        end -= 1
    binding = "and" if verb_base(doing.split()[0] if doing else "") else "with"
    return Rewritten(
        text=read.changed((end, end, f"{binding} {after}")), what="subject", before="", after=after
    )


def _chaser(read: Sentence, subject: Noun, addition: str, doing: str) -> str | None:
    """Who is added and chases the one who is there and does nothing else: "a dog chases a cat", as people say it.

    "A cat and a dog chases it" would leave the cat where it is.
    """
    words = doing.split()
    chases = len(words) == 2 and words[1] in PRONOUNS and verb_base(words[0]) in CHASING
    verb = read.verb_of(subject)
    resting = verb is None or read.words[verb.start : verb.end] in (["is"], ["are"])
    if not chases or not resting or coordinated(read, subject):
        return None
    opens = subject.start == 0 or not read.tokens[subject.start - 1].span.is_word
    said = f"{addition} {'' if opens else 'that '}{words[0]}"
    gone = [] if verb is None else [(verb.start, verb.end, "")]
    first = read.words[subject.start] if opens else read.said(subject.start, subject.start + 1)
    return read.changed((subject.start, subject.start + 1, f"{said} {first}"), *gone)
