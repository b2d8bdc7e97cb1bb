"""Reading clauses about who is seen: looks, kinds, numbers, who comes and who goes."""

from __future__ import annotations

import re

from textreel.language.kinds import kind_of
from textreel.storyboard.editing.clause import COLOUR_WORDS, IT, NAME, Clause, looks, named, thing
from textreel.storyboard.editing.inflection import COUNTS, present, verb_base
from textreel.storyboard.editing.motion_said import read_heading, read_motion, read_order, read_pace
from textreel.storyboard.editing.nouns import Thing
from textreel.storyboard.editing.text_requests import (
    Addition,
    Kind,
    Look,
    Number,
    Removal,
    Request,
)

_SHALL = r"(?:should|must|shall|can|could|will|is to|are to|has to|have to|needs to|ought to|may|might|to)"
_BE = r"(?:be|become|get|turn|look|appear|stay|have become|go)"
_IS = r"(?:is|are|becomes?|turns?|gets?|grows?|looks?|goes|'s)(?: now)?"
_MAKE = r"(?:make|paint|colou?r|dye|turn|have|want|let|keep|render|get|tint)"
_COLOUR = rf"(?:{'|'.join(COLOUR_WORDS)})"
_MADE = named(
    rf"{_MAKE} NAME (?:to )?(?:{_BE} )?(?:in )?(?P<looks>.+)",
    rf"NAME {_SHALL} (?:all )?{_BE} (?P<looks>.+)",
    rf"(?:can|could|should|may|must) NAME {_BE} (?P<looks>.+)",
    rf"NAME {_IS} (?P<looks>.+)",
    rf"(?:change|set|make|turn|switch) NAME (?:'s|') (?:{_COLOUR}|size) (?:to |into )?(?P<looks>.+)",
    rf"NAME (?:'s|') (?:{_COLOUR}|size) (?:is|should be|must be) (?P<looks>.+)",
    rf"(?:give|lend) NAME (?:an?|the) (?P<looks>.+?)(?: {_COLOUR}| size| look| coat| skin| fur)",
    rf"(?:change|set|make|turn|switch) the (?:{_COLOUR}|size) of NAME (?:to|into|be)? ?(?P<looks>.+)",
    (
        rf"(?:change|set|make|turn|switch) (?P<thing>its|their|his|her) (?:{_COLOUR}|size) (?:to |into "
        rf")?(?P<looks>.+)"
    ),
    r"NAME in (?P<looks>.+)",
)
_MADE_BARE = named(r"NAME (?P<looks>\w+(?: and \w+)*)")
_GROWN = re.compile(rf"(?:{NAME} )?(?:(?:should |to )?(?P<verb>grow|shrink|enlarge)s?)(?P<rest> [\w ]+)?")
_SIZED = re.compile(rf"(?P<verb>enlarge|grow|shrink) {NAME}")
_NOT = re.compile(
    rf"(?:{NAME} (?:should |is |must )?)?(?:no longer|not|no more|never)(?: be)? (?P<gone>\w+)(?: "
    rf"(?:any more|anymore|any longer))?(?: (?:,|but) (?:but )?(?P<looks>.+))?"
)
_PLAIN = re.compile(
    rf"(?:without|no|remove|drop|delete|take (?:away|off|out)|lose|get rid of)(?: the| its| any| all)? "
    rf"(?P<what>{_COLOUR}s?|size)(?: (?:of|from) {NAME})?"
)
_NATURAL = re.compile(
    rf"(?:give|make) {NAME} (?:back )?(?:its|his|her|the|in its)? ?(?:natural|usual|normal|own)(?: {_COLOUR})?"
)
_SWAPS = (
    re.compile(
        r"(?:replace|substitute|exchange|swap|switch|trade|change)(?: out)? (?P<old>.+?) (?:with|by|for|"
        r"into|to|against) (?P<new>.+)"
    ),
    re.compile(
        r"(?:use|take|have|put|show|film|let there be|want|see|there should be|there is)? ?(?P<new>.+?)"
        r" (?:instead of|in place of|rather than|in the place of) (?P<old>.+)"
    ),
    re.compile(r"(?:prefer|choose) (?P<new>.+?) (?:to|over) (?P<old>.+)"),
    re.compile(
        r"instead of (?P<old>.+?) (?:, )?(?:show|use|have|put|take|let there be|there should be|film) (?P<new>.+)"
    ),
    re.compile(r"instead of (?P<old>.+?) , (?P<new>.+)"),
    re.compile(r"not (?P<old>.+?) (?:, )?but (?P<new>.+)"),
    re.compile(r"(?P<new>.+?) (?:, )?not (?P<old>.+)"),
)
_TURNS = (
    re.compile(
        r"(?P<let>let |have |make )?(?P<old>.+?) (?:should |must |to )?(?:now )?(?:slowly |suddenly )?(?:turns?|"
        r"transforms?|morphs?|changes?|becomes?)(?: into| to)? (?P<new>.+)"
    ),
    re.compile(r"(?:turn|transform|morph|change|convert|make) (?P<old>.+?) (?:into|to be|be) (?P<new>.+)"),
    re.compile(r"(?P<old>.+?) is (?:now )?(?P<new>an? .+)"),
    re.compile(r"(?:make|let) (?P<old>.+?) (?:be )?(?P<new>an? .+)"),
    re.compile(r"(?P<old>.+?) (?:should|must|is to|has to|to) be (?P<new>an? .+)"),
)
_REMOVE = (
    re.compile(
        rf"(?:remove|delete|drop|erase|omit|hide|take (?:away|out|off)|leave (?:out|away)|get rid of|cut "
        rf"out|lose|kill|without|no more|no|there should be no|let there be no) (?:any )?{NAME}(?: any ?more|"
        rf" from (?:the )?(?:picture|film|shot|scene))?"
    ),
    re.compile(
        rf"(?:take|leave|let|cut) {NAME} (?:out|away|off|disappear|vanish|leave|go away)(?: of (?:it|the "
        rf"(?:film|picture|shot|scene)))?"
    ),
    re.compile(
        rf"{NAME} (?:should |must |to )?(?P<leaving>disappears?|vanish(?:es)?|is gone|goes away|go away|"
        rf"be gone|leaves?)(?: the (?:picture|shot|scene))?"
    ),
)
_ADD = re.compile(
    r"(?:add|put|insert|include|place|bring|give|let there be|there should (?:also )?be|there is|there "
    r"are|i see|show|introduce|have|with) "
    r"(?P<said>(?:an?|another|one more|a second|two|three|four|some|\d+) .+?)(?: in| to it| to the "
    r"(?:film|picture|scene|shot))?(?P<doing> (?:that|which|who|and it|chasing|following|next|beside|"
    r"near|behind|in front|on|in|under|above|over|with|on top|\w+ing)\b.*)?"
)
_MORE = re.compile(
    r"(?:add |show |put |there should be |let there be |have |make it |we need )?(?:a second|another|"
    r"one more|a further|an additional) (?P<name>[\w -]+)"
)
_COUNT = re.compile(
    rf"(?:make (?:it|them|that) |show |there should be |let there be |have |there are |only |with |"
    rf"just |use |put )*(?P<said>(?:{'|'.join(COUNTS)}|\d+|an?) (?P<name>[\w -]+?))(?: only| alone)?(?: "
    rf"instead of (?:one|a single one|two|three|\d+))?"
)
_COUNTED = re.compile(
    rf"(?:make|turn) {NAME} (?:in)?to (?P<count>{'|'.join(COUNTS)}|\d+)(?: of them)?|"
    rf"double {NAME.replace('thing', 'twice')}"
)


def read_thing(clause: Clause) -> Request | None:
    """What a clause asks of the subjects; None where it is about something else."""
    for reader in (
        _appearance,
        _removal,
        _number,
        read_pace,
        read_heading,
        _swap,
        _turn,
        read_motion,
        _addition,
        _bare,
        read_order,
    ):
        if (found := reader(clause)) is not None:
            return found
    return None


def _appearance(clause: Clause) -> Request | None:
    if (alone := looks(re.split(r" (?:instead of|rather than|not) ", clause.said)[0])) is not None:
        return Look(words=clause.span, shots=clause.shots, thing=IT, looks=alone)
    for pattern in (_PLAIN, _NATURAL, _NOT):
        if (match := clause.matched(pattern)) is not None and (less := _less(clause, match)) is not None:
            return less
    if (match := clause.matched(_SIZED) or clause.matched(_GROWN)) is not None and (
        whom := thing(match["thing"] or "it")
    ):
        return Look(
            words=clause.span,
            shots=clause.shots,
            thing=whom,
            looks=("smaller" if match["verb"] == "shrink" else "bigger",),
        )
    for pattern in (*_MADE, *_MADE_BARE):
        if (match := clause.matched(pattern)) is None:
            continue
        whom, said = thing(match["thing"]), match["looks"]
        known = whom is not None and not whom.is_pronoun and whom.head in clause.heads
        found = looks(said, any_word=known) or (
            looks(said, any_word=True) if whom and whom.is_pronoun and len(said.split()) == 1 else None
        )
        if (
            whom is not None
            and found is not None
            and not (whom.head not in clause.heads and pattern in _MADE_BARE and not whom.is_pronoun)
        ):
            return Look(words=clause.span, shots=clause.shots, thing=whom, looks=found)
    return None


def _less(clause: Clause, match: re.Match[str]) -> Request | None:
    """Looks that go: "no longer red", "without the colour", "not red but blue"."""
    groups = match.groupdict()
    whom = thing(groups.get("thing") or "it")
    if whom is None:
        return None
    if match.re is _NOT:
        gone = looks(groups["gone"])
        new = looks(groups["looks"]) if groups["looks"] else ()
        if gone is None or new is None:
            return None
        return Look(
            words=clause.span, shots=clause.shots, thing=whom, gone=gone if not new else (), looks=new
        )
    what = "size" if groups.get("what") == "size" else "colour"
    return Look(words=clause.span, shots=clause.shots, thing=whom, gone=(what,))


def _swap(clause: Clause) -> Request | None:
    for pattern in _SWAPS:
        if (match := clause.matched(pattern)) is None:
            continue
        old, new = thing(match["old"]), thing(match["new"])
        if old is not None and new is not None and not new.is_pronoun:
            return _kind_or_look(clause, old, new)
    return None


def _kind_or_look(clause: Clause, old: Thing, new: Thing, *, turning: bool = False) -> Request:
    """Another kind, or only other looks or another number of the same one."""
    if new.head in ("one", old.head) and new.looks:
        return Look(words=clause.span, shots=clause.shots, thing=old, looks=new.looks)
    if new.head == old.head and new.count is not None:
        return Number(words=clause.span, shots=clause.shots, thing=old, count=new.count)
    return Kind(words=clause.span, shots=clause.shots, old=old, new=new, turning=turning)


def _turn(clause: Clause) -> Request | None:
    for pattern in _TURNS:
        if (match := clause.matched(pattern)) is None:
            continue
        old, new = thing(match["old"]), thing(match["new"])
        if (
            old is None
            or new is None
            or new.is_pronoun
            or (kind_of(new.head) == "location" and old.is_pronoun)
        ):
            continue
        if pattern in _TURNS[2:] and not (new.determiner or new.count):
            continue
        return _kind_or_look(clause, old, new, turning=pattern in _TURNS[:2])
    return None


def _removal(clause: Clause) -> Request | None:
    for pattern in _REMOVE:
        if (match := clause.matched(pattern)) is not None and (whom := thing(match["thing"])) is not None:
            leaving = tuple(match.groupdict().get("leaving", "").split())
            return Removal(words=clause.span, shots=clause.shots, thing=whom, leaving=leaving)
    return None


def _number(clause: Clause) -> Request | None:
    if (few := re.fullmatch(r"(?:only|just) (\w+)(?: of (?:it|them))?", clause.said)) is not None and few[
        1
    ] in COUNTS:
        return Number(words=clause.span, shots=clause.shots, thing=IT, count=COUNTS[few[1]])
    if (match := clause.matched(_MORE)) is not None and (more := thing(f"the {match['name']}")) is not None:
        if more.head in clause.heads:
            return Number(words=clause.span, shots=clause.shots, thing=more, count=None)
        return None
    if (match := clause.matched(_COUNTED)) is not None and (match["thing"] or match["twice"]):
        whom = thing(match["thing"] or match["twice"])
        if whom is not None:
            count = COUNTS.get(match["count"]) or int(match["count"]) if match["count"] else 2
            return Number(words=clause.span, shots=clause.shots, thing=whom, count=count)
    if (match := clause.matched(_COUNT)) is not None:
        found = thing(match["said"])
        if found is not None and found.count is not None and found.head in clause.heads:
            return Number(words=clause.span, shots=clause.shots, thing=found, count=found.count)
    return None


def _addition(clause: Clause) -> Request | None:
    match = clause.matched(_ADD)
    if match is None:
        return None
    parts = re.split(r" (?:, and|and|,) ", re.sub(r"^(?:another|one more|a second) ", "a ", match["said"]))
    found = [thing(part) for part in parts]
    first = found[0]
    if first is None or any(each is None or kind_of(each.head) == "location" for each in found):
        return None
    said = " and ".join(each.said for each in found if each is not None)
    doing = (match["doing"] or "").strip()
    return Addition(
        words=clause.span, shots=clause.shots, thing=first, said=said, doing=_happening(doing, first)
    )


def _happening(doing: str, whom: Thing) -> str:
    """What somebody added does, as a clause: "that chases it", "chasing it" -> "chases it"."""
    words = re.sub(r"^(?:that|which|who|and it|and) ", "", doing).split()
    if words and words[0].endswith("ing") and (base := verb_base(words[0])) is not None:
        words[0] = present(base, many=whom.many)
    return " ".join(words)


def _bare(clause: Clause) -> Request | None:
    """A noun phrase alone: other looks of what is there, or another thing instead."""
    said = re.sub(
        r"^(?:have|see|use|take|show|film|put|make|with|rather|prefer|it should be|make it) ", "", clause.said
    )
    found = thing(said)
    if found is None or found.is_pronoun:
        return None
    if found.head in clause.heads or found.head == "one":
        if found.looks:
            whom = IT if found.head == "one" else Thing(head=found.head, name=found.name)
            return Look(words=clause.span, shots=clause.shots, thing=whom, looks=found.looks)
        return None
    if clause.instead and kind_of(found.head) not in ("time",):
        return Kind(words=clause.span, shots=clause.shots, old=IT, new=found)
    return None
