"""Reading clauses about the camera: the phrases that the planner knows, and how they change what is there."""

from __future__ import annotations

import re

from textreel.language.tokens import Span
from textreel.storyboard.camera_words import CAMERA_VERBS, TRACKING_FORMS
from textreel.storyboard.editing.camera_requests import Adjustment, Camera, Mode, Unmoving
from textreel.storyboard.editing.clause import Clause, thing
from textreel.storyboard.editing.text_requests import Request
from textreel.storyboard.modifiers import FILLERS
from textreel.storyboard.moves import MOVES
from textreel.storyboard.phrases import Phrase, Reader

_KINDS = "|".join(MOVES)
_VERB = rf"(?P<kind>{_KINDS})(?:n?ing|s)?"
_WAY = r"(?P<way>in|out|left|right|up|down|clockwise|anticlockwise)"
_DEGREE = r"(?:(?:a (?:bit|little|lot|touch)|much|even|far|still) )?"
_HOW = (
    r"(?:(?P<slow>slower|more slowly|more gently|less quickly|less fast|slowly)|(?P<fast>faster|quicker|"
    r"more quickly|more rapidly|less slowly|speed up)"
    r"|(?P<far>further|farther|more(?: strongly)?|wider|stronger|longer way|deeper|closer|twice as "
    r"(?:far|much)|a lot)|(?P<near>less(?: far| strongly)?|not so (?:far|much|fast)|weaker|shorter "
    r"way|half as (?:far|much)|a bit|slightly))"
)
_STRENGTHS = {"slow": 0.6, "fast": 1.7, "far": 1.6, "near": 0.5}
_ADJUSTED = (
    re.compile(
        rf"(?:(?:let|make|have|keep) )?(?:the )?(?:camera )?(?:(?:should|must|to) )?{_VERB}(?: (?:to the "
        rf")?{_WAY})? {_DEGREE}{_HOW}"
    ),
    re.compile(
        rf"(?:make |let |have )?(?:the |its )?(?:camera )?{_VERB}(?: {_WAY})? (?:(?:should|must|to) )?(?:be "
        rf"|go )?{_DEGREE}{_HOW}"
    ),
    re.compile(rf"(?:a |the )?{_HOW} {_VERB}(?: {_WAY})?"),
    re.compile(
        rf"(?:make |let |have )?the camera(?: move(?:ment)?s?)? (?:(?:should|must|to) )?(?:be |go |move "
        rf")?{_DEGREE}{_HOW}"
    ),
)
_REVERSED = re.compile(
    rf"(?:(?:let|make|have) )?(?:the )?(?:camera )?(?:should )?(?:{_VERB} |move |go |moves |goes )?(?:in "
    rf"|to )?the (?:other|opposite) (?:way|direction|side)(?: round| around)?"
)
_REMOVED = re.compile(
    rf"(?:no|without|remove|drop|delete|take (?:away|out)|leave out|stop|do not|not)(?: the| any)? "
    rf"(?:camera )?{_VERB}(?: {_WAY})?(?: any ?more)?"
)
_STILL = re.compile(
    r"(?:stop|hold|freeze|halt|pause|stay|wait|keep)(?: it| that| still| there| right there| here|"
    r" the shot| the frame| the picture| the view| the camera| camera| moving| now| like that| as it is)*"
    rf"|stop (?:the )?(?:camera )?(?:{_KINDS}|follow(?=ing))(?:n?ing|s)?(?<=ing)(?: (?:it|(?:the|that) [\w ]+))?"
    rf"|stop (?:the )?(?:camera )?(?:{_KINDS})(?:n?ing|s)?|stop (?:the )?camera (?:movement|motion|"
    rf"move)s?|(?:no|without|stop|any) (?:any )?(?:camera )?(?:movement|motion|moves?)(?: of the camera)?"
    r"|(?:the )?camera (?:should |must |to )?(?:stops?|holds?|halts?|freezes?|stands? still|rests?|"
    r"not move|be still|does not move)|do not move the camera|(?:keep|leave|hold) the camera (?:still|"
    r"steady|fixed|static|there|where it is|in place|at rest|on .+)"
    r"|(?:a )?(?:static|fixed|still) camera|lock the camera(?: down| off)?"
)
_IMPERATIVE = re.compile(r"(?P<verb>\w+) the (?:camera|view|shot|lens)(?P<rest> .+)?")
_FOLLOW = re.compile(rf"(?P<verb>{'|'.join(sorted(TRACKING_FORMS))}) (?P<thing>[\w ]+)")
_SHAKY = re.compile(
    r"(?:make |let |have )?(?:it |the (?:shot|picture|camera) )?(?:should )?(?:be |look )?(?P<how>handheld|"
    r"hand - held|shaky|shake|shaking|trembling)(?: camera| shot)?"
)
_ADDED = frozenset({"add", "also", "too", "additionally", "plus", "well", "while", "same"})
_IDLE = frozenset(
    [
        "please",
        "let",
        "have",
        "make",
        "add",
        "use",
        "with",
        "a",
        "an",
        "the",
        "camera",
        "and",
        "then",
        "while",
        "as",
        "also",
        "first",
        "now",
        "it",
        "there",
        "to",
        "in",
        "at",
        "instead",
        "should",
        "must",
        "keep",
        "put",
        "do",
        "be",
        "we",
        "want",
        "more",
        ",",
        ".",
        ";",
        "same",
        "time",
        "once",
        "end",
        "beginning",
        "start",
        "slowly",
        "too",
        "plus",
        "after",
        "that",
        "shot",
        "for",
        "this",
        "would",
        "like",
        "finally",
        "next",
        "suddenly",
        "just",
        "see",
        "give",
        "me",
        "some",
        "can",
        "could",
        "you",
        "your",
        "i",
        "move",
        "view",
        "film",
        "on",
        "from",
        "here",
        "begin",
        "starts",
        "of",
    ]
)


def read_camera(clause: Clause) -> Request | None:
    """What a clause asks of the camera; None where it is about something else."""
    for reader in (_still, _adjusted, _removed, _phrases):
        if (found := reader(clause)) is not None:
            return found
    return None


def _still(clause: Clause) -> Request | None:
    if clause.matched(_STILL) is None:
        return None
    if (
        not clause.live
        and "camera" not in clause.words
        and not {"movement", "motion", "static", "zooming", "panning"} & set(clause.words)
    ):
        return None
    phrase = Phrase(kind="static", start=0, end=len(clause.words))
    return _camera(clause, clause.tokens, clause.words, (phrase,))


def _adjusted(clause: Clause) -> Request | None:
    if (match := clause.matched(_REVERSED)) is not None:
        if not match["kind"] and "camera" not in clause.words:
            return None
        return Adjustment(words=clause.span, shots=clause.shots, kind=match["kind"] or "", reverse=True)
    for pattern in _ADJUSTED:
        if (match := clause.matched(pattern)) is None:
            continue
        groups = match.groupdict()
        kind, way = groups.get("kind") or "", groups.get("way")
        if kind == "roll" and not {"camera", "the"} & set(clause.words):
            continue
        directions = MOVES[kind].directions if kind else {}
        if (way and way not in directions) or (groups["slow"] == "slowly"):
            continue
        strength = next(value for name, value in _STRENGTHS.items() if groups[name])
        direction = directions[way] if way else None
        return Adjustment(
            words=clause.span, shots=clause.shots, kind=kind, direction=direction, strength=strength,
            otherwise=_plainer(clause, groups),
        )  # fmt: skip
    return None


def _plainer(clause: Clause, groups: dict[str, str | None]) -> Camera | None:
    """The move itself, for a film that has none of the kind: "pan left more slowly" -> "pan left slowly"."""
    if not groups.get("kind"):
        return None
    how = (
        "slowly"
        if groups["slow"]
        else "quickly"
        if groups["fast"]
        else "a lot"
        if groups["far"]
        else "slightly"
    )
    words = " ".join(
        part for part in ("the camera", groups["kind"], groups.get("way") or "", how) if part
    ).split()
    phrases = tuple(Reader(words).phrases())
    tokens = tuple(Span(text=word, start=clause.span.start, end=clause.span.end) for word in words)
    return _camera(clause, tokens, tuple(words), phrases) if phrases else None


def _removed(clause: Clause) -> Request | None:
    match = clause.matched(_REMOVED)
    if match is None or (clause.live and clause.words[0] == "stop"):
        return None
    return Unmoving(words=clause.span, shots=clause.shots, kind=match["kind"])


def _phrases(clause: Clause) -> Request | None:
    """The clause as camera phrases, if that is all that it is."""
    words, tokens = _uninstead(clause)
    words, tokens = _ordered(words, tokens)
    found = tuple(Reader(words).phrases())
    if not found or any(phrase.kind is None for phrase in found):
        return None
    taken = {place for phrase in found for place in range(phrase.start, max(phrase.end, phrase.aim_end))}
    rest = {words[place] for place in range(len(words)) if place not in taken}
    if rest - _IDLE - FILLERS:
        return None
    return _camera(clause, tokens, words, found)


def _uninstead(clause: Clause) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    """The words before "instead of"."""
    words = clause.words
    for mark in (("instead", "of"), ("rather", "than"), ("in", "place")):
        for place in range(1, len(words) - 1):
            if words[place : place + 2] == mark:
                return words[:place], clause.tokens[:place]
    return words, clause.tokens


def _ordered(words: tuple[str, ...], tokens: tuple[Span, ...]) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    """Orders as statements: "shake the camera" -> "the camera shake", "follow it" -> "the camera follow it"."""
    said = " ".join(words)
    whole = Span(text=said, start=tokens[0].start, end=tokens[-1].end)
    if (match := _IMPERATIVE.fullmatch(said)) is not None and (
        match["verb"] in CAMERA_VERBS or match["verb"] in TRACKING_FORMS
    ):
        return ("the", "camera", words[0], *words[3:]), (whole,) * len(words)
    if (match := _FOLLOW.fullmatch(said)) is not None and thing(match["thing"]) is not None:
        return ("the", "camera", *words), (whole,) * (len(words) + 2)
    if (match := _SHAKY.fullmatch(said)) is not None:
        return ("a", "handheld", "camera"), (whole,) * 3
    return words, tokens


def _camera(
    clause: Clause, tokens: tuple[Span, ...], words: tuple[str, ...], phrases: tuple[Phrase, ...]
) -> Camera:
    return Camera(
        words=clause.span,
        shots=clause.shots,
        text=clause.text,
        tokens=tokens,
        said=words,
        phrases=phrases,
        mode=_mode(clause, phrases),
    )


def _mode(clause: Clause, phrases: tuple[Phrase, ...]) -> Mode:
    """Whether the new moves come instead of the old ones, with them or after them."""
    leads = set(clause.leads)
    later = any(phrase.manner.timing.begins_anew for phrase in phrases)
    if clause.instead or phrases[0].kind == "static":
        return "replace"
    if "then" in leads or ("after" in leads) or "afterwards" in clause.words or ("then" in clause.words[:1]):
        return "then"
    together = any(phrase.manner.together for phrase in phrases) and len(phrases) == 1
    added = _ADDED & (leads | set(clause.words[:2]) | set(clause.words[-1:]))
    return "together" if later or together or added else "replace"
