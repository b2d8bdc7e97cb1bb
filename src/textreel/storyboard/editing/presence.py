"""One more in a shot, or one less."""

from __future__ import annotations

from textreel.language.kinds import kind_of
from textreel.storyboard.camera_words import PRONOUNS
from textreel.storyboard.editing.circumstances import refitted
from textreel.storyboard.editing.inflection import verb_base
from textreel.storyboard.editing.nouns import Rewritten, Thing, coordinated, matching
from textreel.storyboard.editing.predicates import in_form
from textreel.storyboard.editing.sentence import Noun, Sentence, sentence
from textreel.storyboard.grammar import Phrase
from textreel.storyboard.word_kinds import TRAVELLING

CHASING = {
    "chase": "run", "pursue": "run", "hunt": "run", "race": "run", "follow": "walk", "trail": "walk", "tail": "walk",
    "pass": "move", "meet": "move", "bump": "move",
}  # fmt: skip
"""What somebody still does when there is nobody any more to do it to."""
WAYS = {
    "": "", "by": "", "up": "", "with": "", "up with": "", "past": "", "into": "", "behind": "walk", "after": "run",
    "face to face": "move", "face to face with": "move",
}  # fmt: skip
"""Words between a verb and whom it is done to, and what the latter does alone ("": as CHASING has it, or nothing)."""
_THINGS = {"run": "race", "walk": "move"}
"""What those do who have no legs."""
_GOING = frozenset({"go", "come"})
"""Verbs that tell nothing alone."""
_EACH_OTHER = (["each", "other"], ["one", "another"])


def without_noun(text: str, thing: Thing) -> Rewritten | None:
    """The text without a thing and the words that bind it; None where it is not there or nothing would be left."""
    read = sentence(text)
    noun = next(iter(matching(read, thing)), None)
    if noun is None:
        return None
    before = read.said(noun.start, noun.end)
    new = _without_subject(read, noun) if noun.role == "subject" else _without_other(read, noun)
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
        if len(others) != 1 or read.is_many(others[0]):
            return read.changed((*gone, ""))
        return read.changed((*gone, ""), *_as_one(read, others[0]))
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


def _as_one(read: Sentence, noun: Noun) -> list[tuple[int, int, str]]:
    """The changes by which one does alone what two did with each other."""
    verb = next((verb for verb in read.reading.all("motion") if verb.start >= noun.end), None)
    if verb is None:
        return []
    start, end = _main(read, verb) + 1, _relation_end(read, verb)
    words = read.words[start:end]
    each_other = words[-2:] in _EACH_OTHER
    way = " ".join(words[:-2] if each_other else words)
    with_each_other = each_other or verb.head == "meet" or way == "face to face"
    base = (
        _alone(verb, way, noun)
        if with_each_other and not any(other.start == end for other in read.nouns)
        else None
    )
    if base is not None:
        return [(verb.start, end, in_form(read, verb, (base,), many=False))]
    return [*read.agreeing(noun, many=False), *([(start, end, "")] if each_other else [])]


def _main(read: Sentence, verb: Phrase) -> int:
    """The place of the verb that counts in "are moving up"."""
    tagged = [place for place in range(verb.start, verb.end) if read.tokens[place].tag.startswith("V")]
    return tagged[-1] if tagged else verb.start


def _relation_end(read: Sentence, verb: Phrase) -> int:
    """Where the words behind a verb end that tell with whom: "up", "past each other", "face to face"."""
    start, last = _main(read, verb) + 1, read.clause_end(verb.start)
    for end in range(min(last, start + 5), start, -1):
        words = read.words[start:end]
        if " ".join(words) in WAYS or (words[-2:] in _EACH_OTHER and " ".join(words[:-2]) in WAYS):
            return end
    return start


def _alone(verb: Phrase, way: str, noun: Noun, *, other: bool = False) -> str | None:
    """What somebody does alone who did something with another one, by the words between; None where the verb stays.

    ``other`` is the one that it was done to: who was run after runs as well.
    """
    moves = kind_of(noun.head) in ("animal", "person")
    going = verb.head in _GOING and way in ("behind", "past", "after") and not other
    if way.startswith("face to face") or going:
        return "move"
    if verb.head in CHASING and not WAYS.get(way):
        base = CHASING[verb.head]
    else:
        base = WAYS.get(way, "") if other and (moves or way == "after") else ""
    return (base if moves else _THINGS.get(base, base)) or None


def _left_alone(read: Sentence, noun: Noun) -> str | None:
    """Without who chases, the one who was chased runs; without who "is chased by" somebody, that one does."""
    verb = read.verb_of(noun)
    behind = [] if verb is None else [other for other in read.nouns if other.start > _main(read, verb)]
    behind = [other for other in behind if other.role != "other"]
    if verb is None or not behind:
        return None
    other, between = behind[0], " ".join(read.words[_main(read, verb) + 1 : behind[0].start])
    if between not in WAYS:
        return None
    base, gone = _alone(verb, between, other, other=True), (noun.start, other.start, "")
    if base is not None:
        said = in_form(read, verb, (base,), many=read.is_many(other))
        return read.changed(gone, (other.end, other.end, said))
    # of "a lion runs past a tree" the tree is left
    return refitted(read.changed(gone), "stand") if verb.head in TRAVELLING | _GOING else None


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


def _without_other(read: Sentence, noun: Noun) -> str:
    """Without whom it is done to, or who is beside: what binds them goes as well, and who chased now runs."""
    first = _bound_from(read, noun)
    verb = _verb_before(read, noun)
    if verb is None or read.words[first : noun.start][:1] in (["and"], [","]):
        return read.changed((first, noun.end, ""))
    main = _main(read, verb)
    way = " ".join(read.words[main + 1 : noun.start])
    subject = read.subject()
    base = _alone(verb, way, subject) if way in WAYS and subject is not None else None
    if base is not None and subject is not None:
        said = in_form(read, verb, (base,), many=read.is_many(subject) or coordinated(read, subject))
        return read.changed((verb.start, noun.end, said))
    if read.words[verb.end : noun.start]:
        return read.changed((main + 1 if way in WAYS else first, noun.end, ""))
    start = verb.start
    while start > 0 and read.words[start - 1] in ("that", "which", "who", "and", "while"):
        start -= 1
    return read.changed((start, noun.end, ""))


def _verb_before(read: Sentence, noun: Noun) -> Phrase | None:
    """The verb that is done to a noun: the last one before it in its clause, with nobody between."""
    verbs = [
        verb
        for verb in read.reading.all("motion")
        if verb.end <= noun.start and verb.clause == read.reading.clauses[noun.start]
    ]
    between = [
        other
        for other in read.nouns
        if verbs and verbs[-1].end <= other.start < noun.start and other.role != "other"
    ]
    return verbs[-1] if verbs and not between else None


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
