"""An instruction as requests: its clauses, the shots that they are said of, and the words that ask for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from textreel.language.tokens import Span, normal_form, split
from textreel.storyboard.board import Note
from textreel.storyboard.editing.camera_said import read_camera
from textreel.storyboard.editing.clause import Clause
from textreel.storyboard.editing.film_said import NUMBERED, numbers, read_film
from textreel.storyboard.editing.settings_said import read_setting
from textreel.storyboard.editing.text_requests import Request
from textreel.storyboard.editing.things_said import read_thing
from textreel.types import TextSpan

JOINERS = frozenset(
    {",", ";", ".", "!", "?", "and", "then", "but", "while", "plus", ":", "-", "--", "–", "—"}
)
FILLERS = frozenset({"also", "please", "just", "kindly", "maybe", "perhaps", "really", "actually", "simply"})
"""Words that say nothing where they stand inside a clause."""
LONGEST_CLAUSE = 10
"""How many pieces between joiners one clause may have."""
_LEAD = re.compile(
    r"(?:please|now|so|then|and|also|well|ok|okay|hey|first|firstly|next|finally|suddenly|instead(?! "
    r"of)|maybe|perhaps|actually|rather|but|just|or|plus"
    r"|[,;.:!?–—-]+|(?:could|can|would|will) (?:you|we)(?: please)?|(?:i|we) (?:want|wish|need)(?: "
    r"you)?(?: to)?(?= )|(?:i|we) (?:would|'d) (?:like|love)(?: you)?(?: to)?(?: have| see)?"
    r"|(?:i|we) (?:would|'d) (?:rather|prefer(?: to)?|sooner)(?: have| see)?|(?:i|we) would rather "
    r"have|let us|let 's|how about|what about|what if|why not|in addition|after that|from now on|(?:i|we) think"
    r"|after this|this time|as of now|i prefer(?= .* instead$)|go ahead and|try to|try)(?= )"
)
_NO = re.compile(
    r"(?:(?:i|we) (?:do not|would not) (?:want|like|need)(?: to see)?(?: any| the)?|(?:i|we) want "
    r"no|there should(?: not)? be no|get rid of (?:the|any))(?= (?:camera|movement|motion))"
)
_TRAIL = re.compile(
    r"(?<= )(?:please|now|instead|thanks|thank you|too|as well|again|if possible|for me|from now on|"
    r"though|in this film|here|would (?:be|look) (?:nice|nicer|better|good|great|lovely)|(?:is|looks)"
    r" better|[,;.:!?–—-]+|and|then|but|while)$"
)
_SCOPE = (
    rf"(?:(?:only |but |just )*(?:in|during|for|within|throughout) (?:only )?{NUMBERED}|everywhere|"
    rf"throughout|in the (?:whole|entire) film|all the time|(?:in|during) all of it)"
)
_SCOPE_FIRST = re.compile(rf"{_SCOPE}(?: (?:only|alone))?(?: [,:])?(?= |$)")
_SCOPE_LAST = re.compile(rf"(?:^|(?<= )){_SCOPE}(?: (?:only|alone))?$")


@dataclass(frozen=True, kw_only=True)
class Understood:
    """The requests of an instruction in order, and its words that ask for nothing known."""

    requests: tuple[Request, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """Pieces of an instruction as requests; ``unread`` counts the words without one."""

    unread: int
    clauses: int
    requests: tuple[Request, ...] = ()
    gaps: tuple[TextSpan, ...] = ()
    shots: tuple[int, ...] | None = None


def understand(text: str, heads: Iterable[str], *, live: bool = False) -> Understood:
    """Read an instruction: as the clauses in which most of its words ask for something, and the fewest of these.

    ``heads`` are the subjects of the film.
    """
    tokens = tuple(split(text))
    words = tuple(normal_form(token.text) for token in tokens)
    bounds = _bounds(words)
    known = frozenset(heads)
    best: list[_Reading | None] = [_Reading(unread=0, clauses=0), *([None] * (len(bounds) - 1))]
    for end in range(1, len(bounds)):
        for start in range(max(0, end - LONGEST_CLAUSE), end):
            before = best[start]
            assert before is not None
            found = _read(
                text,
                tokens[bounds[start] : bounds[end]],
                words[bounds[start] : bounds[end]],
                before,
                known,
                live,
            )
            now = best[end]
            if found is not None and (
                now is None or (found.unread, found.clauses) < (now.unread, now.clauses)
            ):
                best[end] = found
    whole = best[-1]
    assert whole is not None
    notes = tuple(
        Note(words=gap, reason="these words ask for nothing that an edit can do") for gap in whole.gaps
    )
    return Understood(requests=whole.requests, notes=notes)


def _bounds(words: Sequence[str]) -> list[int]:
    """Where the pieces begin: at joiners, several of them being one; and the end."""
    starts = [0]
    for place, word in enumerate(words):
        if word in JOINERS and place > 0 and words[place - 1] not in JOINERS:
            starts.append(place)
    return [*dict.fromkeys(starts), len(words)]


def _read(
    text: str,
    tokens: tuple[Span, ...],
    words: tuple[str, ...],
    before: _Reading,
    heads: frozenset[str],
    live: bool,
) -> _Reading | None:
    """The reading before with one more clause."""
    clause, scope, named = _bare(text, tokens, words, heads, live, before.shots)
    if not clause.words:
        unread = 0
        request = None
    else:
        request = read_clause(clause)
        unread = 0 if request is not None else len(clause.words)
    gaps = before.gaps if request is not None or not clause.words else (*before.gaps, clause.span)
    return _Reading(
        unread=before.unread + unread,
        clauses=before.clauses + 1,
        gaps=gaps,
        requests=before.requests if request is None else (*before.requests, request),
        shots=scope if named else before.shots,
    )


def read_clause(clause: Clause) -> Request | None:
    """What one clause asks for, if anything."""
    for reader in (read_film, read_camera, read_setting, read_thing):
        if (found := reader(clause)) is not None:
            return found
    if clause.words[:2] == ("instead", "of") and "," in clause.words:
        place = clause.words.index(",") + 1
        return read_clause(
            _without_lead(
                replace(clause, words=clause.words[place:], tokens=clause.tokens[place:], instead=True)
            )
        )
    return None


def _without_lead(clause: Clause) -> Clause:
    """A part of a clause without its polite words."""
    while clause.words and (match := _LEAD.match(clause.said)) is not None:
        taken = len(match[0].split())
        clause = replace(clause, words=clause.words[taken:], tokens=clause.tokens[taken:])
    return clause


def _bare(
    text: str,
    tokens: tuple[Span, ...],
    words: tuple[str, ...],
    heads: frozenset[str],
    live: bool,
    shots: tuple[int, ...] | None,
) -> tuple[Clause, tuple[int, ...] | None, bool]:
    """A clause without its polite words and without the words for its shots; and whether these lead what follows."""
    leads: list[str] = []
    instead = named = False
    onward = shots
    inner = [place for place, word in enumerate(words) if word in FILLERS and 0 < place < len(words) - 1]
    leads += [words[place] for place in inner]
    tokens = tuple(token for place, token in enumerate(tokens) if place not in inner)
    words = tuple(word for place, word in enumerate(words) if place not in inner)
    while words:
        said = " ".join(words)
        if (match := _SCOPE_FIRST.match(said)) is not None:
            shots = onward = _numbers(match)
            named, taken = True, len(match[0].split())
            tokens, words = tokens[taken:], words[taken:]
        elif (match := _LEAD.match(said)) is not None or said in JOINERS | {"please", "now", "instead"}:
            taken = len(match[0].split()) if match is not None else 1
            leads += words[:taken]
            tokens, words = tokens[taken:], words[taken:]
        elif (match := _TRAIL.search(said)) is not None:
            taken = len(match[0].split())
            instead = instead or match[0] == "instead"
            leads += [] if match[0] in JOINERS else words[-taken:]
            tokens, words = tokens[:-taken], words[:-taken]
        elif (match := _SCOPE_LAST.search(said)) is not None:
            shots = _numbers(match)
            taken = len(match[0].split())
            tokens, words = tokens[:-taken], words[:-taken]
        elif (match := _NO.match(said)) is not None:
            taken = len(match[0].split())
            tokens, words = tokens[taken - 1 :], ("no", *words[taken:])
        else:
            break
    instead = instead or "instead" in leads or "rather" in leads
    return (
        Clause(
            text=text,
            tokens=tokens,
            words=words,
            shots=shots,
            instead=instead,
            leads=tuple(leads),
            heads=heads,
            live=live,
        ),
        onward,
        named,
    )


def _numbers(match: re.Match[str]) -> tuple[int, ...] | None:
    return numbers(match) if match["both"] or match["numbers"] else None
