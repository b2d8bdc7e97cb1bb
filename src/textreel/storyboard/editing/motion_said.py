"""Reading clauses about what somebody does, how fast, and which way."""

from __future__ import annotations

import re

from textreel.storyboard.editing.circumstances import Circumstance
from textreel.storyboard.editing.clause import IT, NAME, Clause, is_known, named, predicate, thing
from textreel.storyboard.editing.inflection import present, verb_base
from textreel.storyboard.editing.nouns import Thing
from textreel.storyboard.editing.predicates import FAST, SLOW
from textreel.storyboard.editing.text_requests import Addition, Heading, Motion, Number, Pace, Request

_SHALL = r"(?:should|must|shall|can|could|will|is to|are to|has to|have to|needs to|ought to|may|might|to)"
_LET = named(
    r"(?:let|make|have|get|want|see|tell|ask|like) NAME (?:to )?(?P<doing>.+)",
    rf"NAME {_SHALL} (?P<doing>.+)",
)
_INSTEAD_DOING = re.compile(r"not .+? (?:, )?but (?:to )?")
_DOES = named(r"NAME (?P<doing>\w+s(?: .+)?)")
_DO = named(r"NAME (?P<doing>\w+(?: .+)?)")
_FASTER = (
    r"(?:be |(?P<verb>(?!more |very |much |even |a )\w+) )?(?:(?:a (?:bit|little|lot)|much|even|very|more) )*"
    r"(?P<pace>faster|slower|quicker|"
    r"speedier|fast|slow|quick|slowly|quickly|more slowly|more quickly|speed up|slow down|hurry(?: up)?)"
)
_PACED = (
    re.compile(rf"(?P<thing>){_FASTER}"),
    *named(rf"(?:(?:make|let|have) )?NAME (?:(?:should|must|to|can) )?{_FASTER}"),
    re.compile(rf"(?P<pace>speed up|slow down|speed|slow)(?: {NAME})?(?: (?:up|down))?"),
)
_WAY = (
    r"(?:(?P<crossing>from (?:the )?(?:left|right) to (?:the )?(?:left|right))|to(?:wards)? (?:the "
    r")?(?P<side>left|right)(?: side)?|(?P<wards>left|right)(?:wards?)?|(?P<other>(?:in )?the other "
    r"(?:way|direction)(?: (?:round|around))?|(?:in )?the opposite (?:way|direction)|the other way|"
    r"from the other side))"
)
_VERB_WAY = rf"(?:(?P<verb>\w+) )?{_WAY}"
_HEADED = (
    re.compile(rf"(?P<thing>)(?:(?:let|make|have|turn) )?{_VERB_WAY}"),
    *named(rf"(?:(?:let|make|have|turn) )?NAME (?:(?:should|must|to) )?{_VERB_WAY}"),
)
_BESIDE = re.compile(r" (?:instead of|rather than|and not|not) ")
_EDITING = frozenset(
    [
        "cut",
        "fade",
        "dissolve",
        "pan",
        "tilt",
        "zoom",
        "dolly",
        "paint",
        "turn",
        "change",
        "make",
        "put",
        "set",
        "move",
        "draw",
        "show",
        "take",
        "give",
        "light",
        "add",
        "start",
        "begin",
        "end",
        "finish",
        "open",
        "close",
        "keep",
        "leave",
        "use",
    ]
)
_FINITE_OUT = frozenset({"is", "has", "does", "was"})


def read_motion(clause: Clause) -> Request | None:
    """ "let it run", "the lion should sleep", "a dog comes in"; who is there already goes before others."""
    otherwise = None
    for pattern in (*_LET, *_DOES, *_DO):
        if (match := clause.matched(pattern)) is None:
            continue
        whom, doing = thing(match["thing"]), _BESIDE.split(_INSTEAD_DOING.sub("", match["doing"]))[0].split()
        if (
            whom is None
            or doing[0] in _FINITE_OUT
            or (pattern in _DO and not (whom.many or whom.head == "they"))
        ):
            continue
        found = predicate(doing, finite=pattern in _DOES)
        if found is not None and is_known(clause, whom, there=True):
            return _doing(clause, whom, found)
        otherwise = otherwise or (None if found is None else _doing(clause, whom, found))
    return otherwise


def read_order(clause: Clause) -> Request | None:
    """A verb alone: "run", "stand still"."""
    if clause.words[0] in _EDITING and not "".join(clause.words[1:2]).endswith(("around", "ing")):
        return None
    words = _BESIDE.split(clause.said)[0].split()
    if words[0].endswith("ing") and (base := verb_base(words[0])) is not None:
        words[0] = base
    found = predicate(words)
    return None if found is None else _doing(clause, IT, found)


def _doing(clause: Clause, whom: Thing, found: tuple[tuple[str, ...], tuple[Circumstance, ...]]) -> Request:
    """A motion of somebody who is there, or somebody who comes."""
    if whom.head in clause.heads and re.match(r"(?:another|one more|a second|a third) ", clause.said):
        return Number(
            words=clause.span, shots=clause.shots, thing=Thing(head=whom.head, name=whom.name), count=None
        )
    new = whom.determiner in ("a", "an", "another", "some") or (whom.many and not whom.determiner)
    if not new or whom.is_pronoun or whom.head in (*clause.heads, "animal", "creature"):
        return Motion(
            words=clause.span, shots=clause.shots, thing=whom, predicate=found[0], circumstances=found[1]
        )
    words = clause.said.split()
    place = next(
        (place for place, word in enumerate(words) if verb_base(word) == found[0][0] and place > 0),
        len(words),
    )
    return Addition(
        words=clause.span,
        shots=clause.shots,
        thing=whom,
        said=whom.said,
        doing=" ".join([present(found[0][0], many=whom.many), *words[place + 1 :]]),
    )


def read_pace(clause: Clause) -> Request | None:
    """ "faster", "slow down", "the lion should walk slowly"."""
    for pattern in _PACED:
        if (match := clause.matched(pattern)) is None:
            continue
        groups = match.groupdict()
        whom = thing(groups.get("thing") or "it")
        if (
            whom is None
            or not is_known(clause, whom)
            or (groups.get("verb") and verb_base(groups["verb"]) is None)
        ):
            continue
        pace = match["pace"].removeprefix("more ").split()[0]
        slow = pace in SLOW or pace in ("slower", "slow")
        if not slow and pace not in FAST | {"faster", "quicker", "speedier", "quick", "speed", "hurry"}:
            return None
        new = "slowly" if slow else "fast"
        verb = groups.get("verb")
        if verb and verb not in ("go", "move", "be", "goes", "moves"):
            return Motion(
                words=clause.span, shots=clause.shots, thing=whom, predicate=(verb_base(verb) or verb, new)
            )
        return Pace(words=clause.span, shots=clause.shots, thing=whom, pace=new)
    return None


def read_heading(clause: Clause) -> Request | None:
    """ "to the left", "the other way"."""
    for pattern in _HEADED:
        if (match := clause.matched(pattern)) is None:
            continue
        whom, verb = thing(match["thing"] or "it"), match["verb"]
        if (
            whom is not None
            and is_known(clause, whom)
            and (not verb or verb == "be" or verb_base(verb) is not None)
        ):
            return _headed(clause, match, whom, verb)
    return None


def _headed(clause: Clause, match: re.Match[str], whom: Thing, verb: str | None) -> Request:
    """A way to go, and perhaps how."""
    side = match["side"] or match["wards"]
    heading = match["crossing"] or (f"to the {side}" if side else "")
    general = verb in (None, "go", "goes", "move", "moves", "turn", "turns", "head", "heads", "face", "be")
    if not general and verb is not None and heading:
        return Motion(
            words=clause.span,
            shots=clause.shots,
            thing=whom,
            predicate=(verb_base(verb) or verb, *heading.split()),
        )
    return Heading(words=clause.span, shots=clause.shots, thing=whom, heading=heading)
