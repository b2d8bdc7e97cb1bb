"""Reading clauses about lengths, about what passes between shots, and about the shots themselves."""

from __future__ import annotations

import re

from textreel.storyboard.editing.clause import Clause
from textreel.storyboard.editing.film_requests import Dropping, Exchange, Insertion, Length, Passage
from textreel.storyboard.editing.text_requests import Request
from textreel.storyboard.editing.work import ORDINAL_WORDS
from textreel.storyboard.timing import duration
from textreel.storyboard.transitions import TRANSITIONS, read_transition

_SHOT = r"(?:shots?|scenes?|takes?|clips?)"
_ORDINAL = rf"(?:{'|'.join(ORDINAL_WORDS)}|last|final|next to last|opening|closing)"
NUMBERED = (
    rf"(?:(?:the |both )?(?P<both>(?:{_ORDINAL} )?(?:(?:and|,) )?(?:the )?{_ORDINAL}|both|all|every|"
    rf"each|(?:first|last) (?:two|three|four)|two) (?:of the )?{_SHOT}|(?:the )?{_SHOT} (?P<numbers>(?:number "
    rf")?(?:\d+|one|two|three|four|five)(?: (?:and|,) (?:\d+|one|two|three|four|five))*))"
)


def _again(prefix: str) -> str:
    """The pattern for numbered shots once more in one pattern, with names of its own."""
    return NUMBERED.replace("both>", f"{prefix}_both>").replace("numbers>", f"{prefix}_numbers>")


_DROP = re.compile(
    rf"(?:remove|delete|drop|omit|skip|cut(?: out)?|leave out|take out|get rid of|erase|without|no)"
    rf" {NUMBERED}(?: out)?"
)
_DROP_OUT = re.compile(rf"(?:take|leave|cut) {NUMBERED} out")
_NEW = (
    r"(?:(?:a|an|another|one more|the|new|further|final|closing|opening|extra|last|first) )*(?:shot|"
    r"scene|take|view|clip)"
)
_AFTER = rf"(?P<where>after|before|behind) (?P<anchor>{_again('a')}|it|that|everything)"
_END = r"(?P<where>at the (?:very )?(?:end|beginning|start)|in the end|to (?:the end|finish|begin with|start with))"
_ADD_AFTER = re.compile(
    rf"(?:add|insert|append|put|include|place) {_NEW} (?:of|with|showing|in which|where|:) (?P<prompt>.+?) {_AFTER}"
)
_ADD_AT = re.compile(
    rf"(?:add|insert|append|put|include|place|have) {_NEW} (?:of|with|showing|in which|where|:) "
    rf"(?P<prompt>.+?)(?: {_END})?"
)
_AT_ADD = re.compile(
    rf"(?:{_END}|{_AFTER.replace('where>', 'side>')}) (?:, )?(?:add|insert|append|put|include|show|"
    rf"place) {_NEW} (?:of|with|showing|in which|where|:) (?P<prompt>.+)"
)
_OPEN = re.compile(
    rf"(?:(?:the film|it) should )?(?P<where>begin|start|open|end|finish|close|conclude) (?:it |the "
    rf"film )?(?:with|on|in) {_NEW} (?:of|with|showing) (?P<prompt>.+)"
)
_SWAP = re.compile(
    rf"(?:swap|exchange|switch|interchange|flip|reverse) (?:the order of )?{NUMBERED}(?: (?:and|with)"
    rf" {_again('b')})?(?: around| over)?"
)
_MOVE = re.compile(
    rf"(?:put|move|bring|place|show) {NUMBERED} (?P<to>first|last|to the (?:front|end|start|beginning|"
    rf"back)|at the (?:end|start|beginning|front))"
)
_IT = rf"(?:it|that|this|everything|the (?:film|whole film|whole thing|video|shot|scene|clip)|{NUMBERED})"
_LONG = re.compile(
    rf"(?:(?:make|let|have|keep|want|hold|extend|lengthen|shorten|stretch|cut|show) )?(?:(?:that |for "
    rf")?{_IT} )?(?:(?:should|must|to|shall|has to|is to|can) )?(?:be |last |take |run |go on |becomes? "
    rf")?(?:down )?(?:for |to )?(?P<length>.+?)(?: long| in length| in total| altogether| each)?"
)
_FACTOR = {
    "twice as long": 2.0, "double the length": 2.0, "double": 2.0, "two times as long": 2.0, "twice the length": 2.0,
    "half as long": 0.5, "half the length": 0.5, "half the time": 0.5, "three times as long": 3.0,
    "longer": 1.5, "a bit longer": 1.25,
    "a little longer": 1.25, "much longer": 2.0, "a lot longer": 2.0, "shorter": 2 / 3, "a bit shorter": 0.8,
    "a little shorter": 0.8, "much shorter": 0.5, "a lot shorter": 0.5, "half again as long": 1.5,
    "twice as short": 0.5,
}  # fmt: skip
_VERB_FACTOR = re.compile(
    rf"(?P<verb>double|halve|extend|lengthen|shorten|triple)(?: the length of)? {_IT}(?: (?P<how>a "
    rf"bit|a little|a lot|slightly))?"
)
_VERB_FACTORS = {"double": 2.0, "halve": 0.5, "extend": 1.5, "lengthen": 1.5, "shorten": 2 / 3, "triple": 3.0}
_BY = re.compile(r"(?:by )?(?P<time>.+?) (?P<way>longer|shorter)|by (?P<by>.+)")
_BETWEEN = (
    rf"(?: (?:between (?:the |all |all the )?{_SHOT}|between {NUMBERED}(?: (?:and|,) (?:the )?(?:\w+(?: "
    rf"{_SHOT})?|{_SHOT} \w+))?|after {_again('c')}|"
    rf"(?:in)?to (?P<next>(?:the )?{_ORDINAL} {_SHOT})|in ?between|everywhere))?"
)
_KIND = (
    r"(?P<kind>(?:(?:slow|quick|long|short|soft|gentle|simple|hard|fast|two - second|one - second)"
    r" )*(?:cuts?|dissolves?|cross - ?fades?|crossfades?|fades?(?: (?:through|to|from|via|into))?(?: "
    r"(?:black|white))?|fad(?:e|ing)(?: -)? (?:in|out)s?(?: (?:from|to) (?:black|white))?|fading (?:to|"
    r"through|from) (?:black|white)|iris(?:es)?(?: (?:in|out))?|wipes?(?: (?:to|from) the \w+| \w+)?|"
    r"(?:left|right) wipes?|morphs?))"
)
_USE = re.compile(
    rf"(?:(?:use|put|add|make|have|let|insert|take|with|there should be|make it|turn (?:it|the \w+)"
    rf" into|just|simply|only) )*(?:it |them |the shots |the film )?(?:an? |the )?(?:transition (?:of|"
    rf"by) )?{_KIND}(?: (?:to|into|over to) (?:one another|each other|the next(?: one| shot)?))?{_BETWEEN}(?: "
    rf"(?:instead of|rather than|in place of) (?:an? |the )?(?P<old>[\w -]+))?(?: (?:over|for|of|lasting)"
    rf" (?P<lasts>[\w ]+))?"
)
_REPLACE = re.compile(
    rf"(?:replace|change|swap|turn) (?:all |the |every |each )*(?P<old>[\w-]+(?: (?:to|through) \w+)?s?)"
    rf" (?:with|by|for|into|to) (?:an? )?{_KIND}"
)
_NONE = re.compile(
    r"(?:no|without|remove|delete|drop|take away|leave out)(?: the| any| all)* (?P<old>transitions?|"
    r"dissolves?|fades?(?: - ?(?:in|out)| (?:in|out|to black|to white))?|wipes?|iris|morphs?|cross "
    r"- ?fades?)(?: at the (?P<where>end|start|beginning))?"
)
_ENDS = re.compile(
    rf"(?:(?:the film|it) should )?(?P<where>begin|start|open|end|finish|close|conclude) (?:it |the "
    rf"film )?(?:with|by|in|on) (?:an? )?{_KIND}(?: (?:over|for|of) (?P<lasts>[\w ]+))?"
)
_AT_END = re.compile(
    rf"(?:(?:add|put|use|make|have|let it|let) )?(?:an? )?{_KIND}(?: the (?:film|picture|image))?(?: "
    rf"at (?:the )?(?:very )?(?P<where>end|start|beginning|opening)(?: of (?:the|this) (?:film|video|"
    rf"shot))?)?(?: over (?P<lasts>[\w ]+))?"
)
_END_AT = re.compile(
    rf"at the (?P<where>end|start|beginning) ,? ?(?:add |put |use )?(?:an? )?{_KIND}(?: over (?P<lasts>[\w ]+))?"
)


def read_film(clause: Clause) -> Request | None:
    """What a clause asks of the film as a whole; None where it is about something else."""
    for reader in (_dropped, _added, _exchanged, _length, _ends, _between, _taken_away):
        if (found := reader(clause)) is not None:
            return found
    return None


def numbers(match: re.Match[str], prefix: str = "") -> tuple[int, ...] | None:
    """The numbers of the shots that a match names, from 1; -1 is the last. None for all."""
    both, counted = match[f"{prefix}both"], match[f"{prefix}numbers"]
    if counted:
        words = ("one", "two", "three", "four", "five")
        return tuple(
            int(word) if word.isdigit() else words.index(word) + 1
            for word in counted.split()
            if word.isdigit() or word in words
        )
    if not both or both in ("all", "every", "each", "both", "two"):
        return (1, 2) if both in ("both", "two") else None
    found = both.split()
    if found[-1] in ("two", "three", "four"):
        count = ("two", "three", "four").index(found[-1]) + 2
        return tuple(range(1, count + 1)) if found[0] == "first" else tuple(range(-count, 0))
    return tuple(
        ordinal(word) for word in found if word in (*ORDINAL_WORDS, "last", "final", "opening", "closing")
    )


def ordinal(word: str) -> int:
    """``third`` -> 3, ``last`` -> -1."""
    return (
        -1
        if word in ("last", "final", "closing")
        else 1
        if word == "opening"
        else ORDINAL_WORDS.index(word) + 1
    )


def _dropped(clause: Clause) -> Request | None:
    match = clause.matched(_DROP) or clause.matched(_DROP_OUT)
    return None if match is None else Dropping(words=clause.span, shots=numbers(match))


def _added(clause: Clause) -> Request | None:
    if (match := clause.matched(_ADD_AFTER)) is not None:
        anchor = numbers(match, "a_") or (-1,)
        return Insertion(
            words=clause.span, shots=anchor, prompt=match["prompt"], after=match["where"] != "before"
        )
    match = clause.matched(_ADD_AT) or clause.matched(_AT_ADD) or clause.matched(_OPEN)
    if match is None:
        return None
    where = match["where"] or match.groupdict().get("side") or "end"
    if where in ("after", "before", "behind"):
        anchor = numbers(match, "a_") or (-1,)
        return Insertion(words=clause.span, shots=anchor, prompt=match["prompt"], after=where != "before")
    first = bool(re.search(r"begin|start|open", where))
    return Insertion(
        words=clause.span, shots=(1,) if first else (-1,), prompt=match["prompt"], after=not first
    )


def _exchanged(clause: Clause) -> Request | None:
    if (match := clause.matched(_MOVE)) is not None and (which := numbers(match)):
        first = bool(re.search(r"first|front|start|beginning", match["to"]))
        return Exchange(words=clause.span, shots=(which[0], 1 if first else -1), onward=True)
    if (match := clause.matched(_SWAP)) is None:
        return None
    which = (
        *(numbers(match) or (1, 2)),
        *((numbers(match, "b_") or ()) if match["b_both"] or match["b_numbers"] else ()),
    )
    return Exchange(words=clause.span, shots=which) if len(which) == 2 else None


def _length(clause: Clause) -> Request | None:
    if (match := clause.matched(_VERB_FACTOR)) is not None:
        factor = _VERB_FACTORS[match["verb"]] ** (
            0.5 if match["how"] in ("a bit", "a little", "slightly") else 1.0
        )
        return Length(words=clause.span, shots=clause.shots or numbers(match), factor=factor)
    if (match := clause.matched(_LONG)) is None:
        return None
    shots, said = clause.shots or numbers(match), match["length"]
    said = f"{said} long" if said.endswith(" as") else said
    if said in _FACTOR:
        bare = said in ("double",)
        return None if bare else Length(words=clause.span, shots=shots, factor=_FACTOR[said])
    words = said.split()
    lasting = duration(words)
    if lasting is not None and lasting[1] == len(words):
        plain = clause.said == said and not clause.instead and "second" not in said and not said.endswith("s")
        return None if plain else Length(words=clause.span, shots=shots, seconds=lasting[0])
    by = _BY.fullmatch(said)
    more = duration((by["time"] or by["by"]).split()) if by is not None else None
    if by is None or more is None:
        return None
    shorter = by["way"] == "shorter" or (by["by"] and "shorten" in clause.words)
    return Length(words=clause.span, shots=shots, more=-more[0] if shorter else more[0])


_AS_TOLD = {
    "dissolve": "dissolve to", "cross - fade": "dissolve to", "fade": "fade to black", "cut": "cut to",
    "morph": "morph into", "fade - in": "fade in", "fade - out": "fade out",
}  # fmt: skip
"""Nouns of transitions as the planner reads them."""


def _kind(said: str, lasts: str | None) -> tuple[str, float] | None:
    """The kind of a transition as said, and its seconds."""
    said = re.sub(r"\b(cut|dissolve|fade|wipe|morph|iris)e?s\b", r"\1", said).replace(
        "crossfade", "cross - fade"
    )
    said = re.sub(r"^(two|one) - second ", "", said)
    plain = re.sub(r"^(?:(?:slow|quick|long|short|soft|gentle|simple|hard|fast) )*", "", said)
    found = read_transition(_AS_TOLD.get(plain, plain))
    if found is None:
        return None
    seconds = duration(lasts.split()) if lasts else None
    speed = (
        2.0
        if re.search(r"slow|long|soft|gentle", said)
        else 0.5
        if re.search(r"quick|short|fast", said)
        else 1.0
    )
    return found.kind, seconds[0] if seconds else TRANSITIONS[found.kind] * speed


def _ends(clause: Clause) -> Request | None:
    match = clause.matched(_ENDS) or clause.matched(_END_AT)
    if match is None and (match := clause.matched(_AT_END)) is not None and not match["where"]:
        opens = re.search(r"fade ?-? ?in|from (?:black|white)", match["kind"])
        closes = re.search(r"fade ?-? ?out|to (?:black|white)", match["kind"])
        if not opens and not closes:
            return None
        return _end(clause, match, "opening" if opens else "closing")
    if match is None:
        return None
    return _end(clause, match, "opening" if re.match(r"begin|start|open", match["where"]) else "closing")


def _end(clause: Clause, match: re.Match[str], at: str) -> Request | None:
    found = _kind(match["kind"], match["lasts"])
    if found is None:
        return None
    kind, seconds = found
    return Passage(words=clause.span, kind=None if kind == "cut" else kind, seconds=seconds, at=at)


def _between(clause: Clause) -> Request | None:
    match = clause.matched(_REPLACE) or clause.matched(_USE)
    if match is None:
        return None
    groups = match.groupdict()
    found = _kind(match["kind"], groups.get("lasts"))
    if found is None:
        return None
    old = _old(groups.get("old"))
    if old is None:
        return None
    shots = clause.shots
    if groups.get("both") or groups.get("numbers"):
        named = numbers(match)
        shots = named[:1] if named else None
    if groups.get("c_both") or groups.get("c_numbers"):
        shots = numbers(match, "c_")
    if (following := groups.get("next")) is not None:
        place = ordinal(following.removeprefix("the ").split()[0])
        shots = (place - 1,)
    return Passage(words=clause.span, shots=shots, kind=found[0], seconds=found[1], old=old)


def _old(said: str | None) -> str | None:
    """The kind that goes: "" for any, None where the words are no transition."""
    if not said:
        return ""
    word = said.strip().split()[0].removesuffix("s")
    known = {
        "cut": "cut",
        "cutting": "cut",
        "dissolve": "dissolve",
        "fade": "fade",
        "wipe": "wipe",
        "iri": "iris",
        "iris": "iris",
        "morph": "morph",
        "transition": "",
        "cros": "dissolve",
        "dissolving": "dissolve",
        "fading": "fade",
    }
    return known.get(word)


def _taken_away(clause: Clause) -> Request | None:
    match = clause.matched(_NONE)
    if match is None:
        return None
    old, where = match["old"], match["where"]
    if where or re.search(r"in$|out$|black|white", old):
        opens = (where or "") in ("start", "beginning") or old.endswith("in")
        return Passage(words=clause.span, kind=None, at="opening" if opens else "closing")
    kind = _old(old)
    return None if kind is None else Passage(words=clause.span, shots=clause.shots, kind="cut", old=kind)
