"""Reading clauses about where, when and in what weather it is."""

from __future__ import annotations

import re
from dataclasses import replace

from textreel.language.kinds import kind_of
from textreel.storyboard.editing.circumstances import Circumstance, circumstances
from textreel.storyboard.editing.clause import SETTING_WORDS, Clause, thing
from textreel.storyboard.editing.inflection import third_person
from textreel.storyboard.editing.nouns import Thing
from textreel.storyboard.editing.text_requests import Clearing, Request, Setting
from textreel.storyboard.word_kinds import TIME_NOUNS, WEATHER_NOUNS, WEATHER_VERBS

_LEAD = re.compile(
    r"(?:(?:make|let|have|want|should|can|could|may|must|would) (?:it|that|this|everything|all|there|"
    r"them)(?: to)?(?: be| happen| take place| all| get| become| play)*"
    r"|(?:it|this|that|everything|all|the (?:film|scene|shot|weather|time)) (?:should|must|shall|can|"
    r"could|will|is to|has to|to|may)(?: all| just| now)*(?: be| happen| take place| become| play| get)*"
    r"|(?:it|everything|there|the weather) (?:is|'s)(?: now)?|(?:make|let|have|want|set|change|turn)"
    r" (?:the (?:weather|time|time of day|season|place|scene|setting|background|film|shot)|it|everything|"
    r"them|all)(?: (?:be|to|into|in))?"
    r"|(?:let )?there (?:should |must )?be|there (?:is|are)|with|be|happen|add|make|have|want|see|"
    r"some|set|show|put|film it|film|shoot it|play it|place it|become|turn on|it|(?:go|move|change|"
    r"come|travel|jump|back)(?: (?:over|back|on))?)"
    r"(?: some)? (?P<rest>.+)"
)
_MOVE = re.compile(
    r"(?:move|put|set|place|bring|transfer|take|relocate|shift|transport|send|film|shoot|show|have|let|make) "
    r"(?P<thing>.+?) (?:be |happen |play |take place |stand |to be )?(?P<rest>(?:in|on|at|to|into|"
    r"onto|by|near|under|underwater|underneath|above|over|beside|outside|inside|among|across|along|"
    r"through|during|indoors|outdoors)\b.*)"
)
_EVERYTHING = frozenset({"everything", "all", "it all", "the whole thing", "the action", "this", "all of it"})
_STOP = re.compile(
    r"(?:stop|end|remove|no|no more|without|take away|turn off|drop|clear(?= the)|get rid of|there "
    r"should be no|it should not|it does not|do not let it|let (?:it|the) (?P<let>\w+) (?:stop|end)"
    r"|let it stop)(?: the| any| all)* ?(?P<what>\w+)?(?: any ?more)?"
)
_LETSTOP = re.compile(
    r"(?:let |make |have )?(?:the )?(?P<what>\w+) (?:should |must |to )?(?:stops?|ends?|clears?|lifts?|"
    r"ceases?|passes|disappears?|goes away|go away|is over)(?: falling| now| up)?"
)
_NO_RAIN = re.compile(r"(?:it|let it|make it|it should) stops? (?P<what>\w+ing)(?: now)?")
_INSTEAD = re.compile(r"(?P<new>.+?) (?:instead of|rather than|in place of|, not|not) .+")
_EXCHANGE = re.compile(
    r"(?:replace|swap|exchange|change|turn) (?:the )?(?P<old>.+?) (?:with|by|for|into|to) (?P<new>.+)"
)
_ADVERBS = re.compile(r"(?:very )?(?:\w+ly|hard|harder|down|a (?:little|lot|bit))")
_NOW = re.compile(r"(?:it|everything|there) (?:is|'s)(?: now)? (?P<rest>(?!getting|becoming)\S.*)")
_COMING = re.compile(
    r"(?:some |the |a |thick |heavy )*(?P<head>fog|mist|haze|rain|snow|hail|clouds|(?:snow|thunder|"
    r"rain|sand)?storm|wind) "
    r"(?:comes?|rolls?|moves?|drifts?|sets?|appears?|arrives?|falls?|starts?|begins?|blows?)(?: (?:in|"
    r"up|down|by|over|to fall|falling))?"
)
_SUN = re.compile(
    r"the (?P<head>sun|moon) (?:now )?(?:goes|comes|sinks|climbs|is going|is coming)(?: slowly)? (?:down|up|out)"
)
_WORSE = re.compile(
    r"the (?P<head>rain|snow|fog|storm|wind|mist) (?:gets|becomes|grows|should be|is)(?: even)? (?:stronger|"
    r"heavier|thicker|denser|harder|worse)"
)
_OF_PLACES = frozenset(
    ["move", "put", "place", "bring", "set", "transfer", "send", "take", "relocate", "shift", "transport"]
)


def read_setting(clause: Clause) -> Request | None:
    """What a clause asks of place, time and weather; None where it is about something else."""
    for reader in (_ending, _plain, _exchanged, _brought):
        if (found := reader(clause)) is not None:
            return found
    return None


def _ending(clause: Clause) -> Request | None:
    for pattern in (_STOP, _LETSTOP, _NO_RAIN):
        if (match := clause.matched(pattern)) is None or not (what := match["what"]):
            continue
        base = what.removesuffix("ing") if what.endswith("ing") else what
        base = base.removesuffix("s") if base.removesuffix("s") in WEATHER_VERBS else base
        if base in WEATHER_NOUNS | WEATHER_VERBS:
            head = "" if base == "weather" else base
            return Clearing(words=clause.span, shots=clause.shots, role="weather", head=head)
    return None


def _plain(clause: Clause) -> Setting | None:
    """Circumstances alone, or behind words that only ask for them."""
    said = clause.said
    if (match := _INSTEAD.fullmatch(said)) is not None:
        count = len(match["new"].split())
        new = replace(clause, words=clause.words[:count], tokens=clause.tokens[:count], instead=True)
        plain = _plain(new)
        return None if plain is None else replace(plain, words=clause.span)
    if (found := _found(said)) is not None:
        return _setting(clause, found)
    lead = _LEAD.fullmatch(said)
    if lead is not None and clause.heads & set(lead["rest"].split()[:-1]):
        return None  # "make the lion fall"
    if lead is not None and (found := _found(lead["rest"])) is not None:
        article = lead["rest"].split()[0] in ("a", "an") and found[0].role == "place"
        return None if article and not clause.instead else _setting(clause, found)
    return None


def _found(said: str) -> list[Circumstance] | None:
    for pattern, role in ((_COMING, "weather"), (_SUN, "time")):
        if (match := pattern.fullmatch(said)) is not None:
            return [
                Circumstance(
                    role="weather" if role == "weather" else "time",
                    text=said,
                    head=match["head"],
                    clause=True,
                    change="begins",
                )
            ]
    if (match := _WORSE.fullmatch(said)) is not None:
        how = (
            "thick" if match["head"] in ("fog", "mist") else "strong" if match["head"] == "wind" else "heavy"
        )
        return [Circumstance(role="weather", text=f"in {how} {match['head']}", head=match["head"])]
    words = said.split()
    if (now := _NOW.fullmatch(said)) is not None and (
        alone := circumstances(now["rest"].split())
    ) is not None:
        return alone
    words = words[1:] if words[:1] in (["start"], ["begin"]) and words[1:2] != ["to"] else words
    if words[:2] in (["start", "to"], ["begin", "to"]):
        words = words[2:]
    if words[:1] == ["be"]:
        words = words[1:]
    if (
        words
        and words[0] in WEATHER_VERBS
        and len(words) > 1
        and words[1] not in ("instead", "and")
        and _ADVERBS.fullmatch(" ".join(words[1:]))
    ):
        return circumstances(["it", third_person(words[0]), *words[1:]])
    return circumstances(words) if words and len(words) <= 14 else None


def _setting(
    clause: Clause, found: list[Circumstance], *, instead: bool = False, whom: Thing | None = None
) -> Setting:
    return Setting(
        words=clause.span,
        shots=clause.shots,
        circumstances=tuple(found),
        instead=instead or clause.instead,
        thing=whom,
    )


def _exchanged(clause: Clause) -> Request | None:
    """ "replace the night by day", "change the place to a forest"."""
    match = clause.matched(_EXCHANGE)
    if match is None:
        return None
    old = match["old"].split()[-1]
    new = circumstances(match["new"].split())
    known = old in TIME_NOUNS | WEATHER_NOUNS | SETTING_WORDS | {"time", "season", "day"}
    return _setting(clause, new, instead=True) if known and new is not None else None


def _brought(clause: Clause) -> Request | None:
    """ "move it to the beach", "put the lion on a hill"."""
    match = clause.matched(_MOVE)
    if match is None:
        return None
    said = match["thing"].removeprefix("the whole ").removeprefix("the entire ")
    everything = said in _EVERYTHING or said.split()[-1] in (
        "film",
        "scene",
        "shot",
        "story",
        "action",
        *SETTING_WORDS,
    )
    whom = None if everything else thing(said)
    if not everything and (
        whom is None or (whom.determiner in ("a", "an") and whom.head not in clause.heads)
    ):
        return None
    if (
        whom is not None
        and not whom.is_pronoun
        and whom.head not in clause.heads
        and clause.words[0] not in _OF_PLACES
    ):
        return None
    found = circumstances(match["rest"].split())
    if found and any(kind_of(each.head) in ("animal", "person") for each in found):
        return None
    return _setting(clause, found, instead=True, whom=whom) if found else None
