"""The form of a prompt: shot lists, time codes, labelled lines, JSON, weights; what is left are texts of shots.

Nothing is cut out: what is form is blanked, so that every span still counts in characters of the whole prompt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from textreel.language.reader.tagger import TaggedSpan

WORDS = Path(__file__).parent / "data" / "structure-words.txt"
NUMBER = r"\d+(?:[.,:]\d+)*"
RANGE = re.compile(rf"[\[(]?({NUMBER})\s?s?\s?(?:-|–|—|to)\s?({NUMBER})\s?(s|sec|seconds)?(?!\w)[\])]?:?")
MOMENT = re.compile(rf"\[({NUMBER})\s?s?\]:?")
LIST_NUMBER = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•–])\s+", re.MULTILINE)
WEIGHT = re.compile(r"\(+([^():]+):\d*\.?\d+\)+|\[([^\[\]:]+)\](?!\s*:)")
SECONDS = re.compile(rf"({NUMBER})\s?(?:-\s?)?(?:s|sec|secs|second|seconds)?\b")
OPTION = re.compile(r"--(?P<name>[a-z]+)[ =]+(?P<value>[^\n]*?)(?=\s--|\s*$|\n)", re.IGNORECASE)
JSON_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d+(?:\.\d+)?')
STRANGE = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D*#`_~]")
SHOT_KEYS = ("prompt", "description", "action", "shot", "scene")
SENTENCE_END = re.compile(r"[.!?]+\s")
LEAST_FOREIGN = 3


@dataclass(frozen=True, kw_only=True)
class ShotText:
    """The text of one shot within its prompt.

    Attributes:
        text: as long as the prompt, blank where the words belong to another shot or to the form.
        start: where its stretch of the prompt begins.
        end: where it ends.
        spans: what labels say outright ("Camera: ...", "SFX: ...").
        seconds: how long it lasts, where the form says so.
    """

    text: str
    start: int
    end: int
    spans: tuple[TaggedSpan, ...] = ()
    seconds: float | None = None


@cache
def form_words(table: str) -> dict[str, str]:
    """Return what each word or phrase of a table stands for, the longest phrases first."""
    found: dict[str, str] = {}
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        head, _, phrases = line.partition(" = ")
        name, _, value = head.partition(" ")
        if name == table and not line.startswith("#"):
            found |= dict.fromkeys(phrases.split(" | "), value)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def label_pattern() -> re.Pattern[str]:
    """Match a label and its colon at the start of a line, of a sentence, or after a dash."""
    words = "|".join(re.escape(word) for word in form_words("label"))
    return re.compile(
        rf"(?:^|(?<=[\n.;!?\]]))[ \t]*(?:[-*•–—][ \t]*)?\**({words})\**[ \t]*:", re.IGNORECASE | re.MULTILINE
    )


@cache
def heading_pattern() -> re.Pattern[str]:
    """Match what begins a shot: "Shot 2:", "[Scene 01: Gate]", "SCENE 3 -"."""
    words = "|".join(form_words("heading"))
    return re.compile(
        rf"\[?\b(?:{words})\s?\d+\b(?:\s*\([^)]*\))?(?:\s*:[^\]\n]*\]|\s*[\]:.—–-]+)?", re.IGNORECASE
    )


def language_of(text: str) -> str:
    """Name the language that a text is written in: English unless its small words say otherwise."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    found: dict[str, set[str]] = {}
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        head, _, phrases = line.partition(" = ")
        if head.startswith("language "):
            found[head.split()[1]] = set(phrases.split(" | ")) & set(words)
    best = max(found, key=lambda name: sum(words.count(word) for word in found[name]))
    foreign = sum(words.count(word) for word in found[best])
    english = sum(
        words.count(word)
        for word in ("the", "a", "of", "in", "and", "with", "on", "is", "to", "at", "through")
    )
    return best if len(found[best]) >= LEAST_FOREIGN and foreign > 2 * english else "English"


def shots_of(prompt: str) -> list[ShotText]:
    """Return the texts of the shots of a prompt, in order."""
    if prompt.lstrip()[:1] in ("{", "["):
        shots = list(_json_shots(prompt))
        if shots:
            return _side_by_side(shots, prompt)
    breaks = sorted({0, *_breaks(prompt), len(prompt)})
    moments = {match.start(): _seconds(match[1]) for match in MOMENT.finditer(prompt)}
    shots = []
    for start, end in pairwise(breaks):
        shot = shot_within(prompt, start, end)
        if moments.get(end, 0.0) > moments.get(start, math.inf):
            shot = replace(shot, seconds=moments[end] - moments[start])
        if any(map(str.isalnum, shot.text)) or shot.spans:
            shots.append(shot)
        elif shots and shot.seconds:
            shots[-1] = replace(shots[-1], seconds=shot.seconds)
    return _side_by_side(_joined(shots), prompt)


def _side_by_side(shots: list[ShotText], prompt: str) -> list[ShotText]:
    """Return the shots so that each begins where the one before ends, and all cover the prompt."""
    shots = shots or [ShotText(text=prompt, start=0, end=len(prompt))]
    starts = [0, *(shot.start for shot in shots[1:]), len(prompt)]
    return [replace(shot, start=starts[at], end=starts[at + 1]) for at, shot in enumerate(shots)]


def _joined(shots: list[ShotText]) -> list[ShotText]:
    """Give a stretch that shows nothing itself (labels alone) to the shot before it."""
    made: list[ShotText] = []
    for shot in shots:
        if made and not any(map(str.isalnum, _without(shot))):
            before = made[-1]
            text = "".join(
                one if one != " " else two for one, two in zip(before.text, shot.text, strict=True)
            )
            seconds = before.seconds or shot.seconds
            made[-1] = replace(before, text=text, spans=(*before.spans, *shot.spans), seconds=seconds)
        else:
            made.append(shot)
    return made


def _without(shot: ShotText) -> str:
    text = shot.text
    for span in shot.spans:
        text = _blank(text, span.start, span.end)
    return text


def _breaks(prompt: str) -> Iterator[int]:
    """Yield where shots begin: at headings, time codes, or else at lines and bars.

    What stands before the first heading or time code belongs to the first shot.
    """
    headings = [
        match.start() for match in heading_pattern().finditer(prompt) if _opens(prompt, match.start())
    ]
    ranges = [
        match.start() for match in RANGE.finditer(prompt) if _is_time(match) and _opens(prompt, match.start())
    ]
    marked = headings if len(headings) > 1 else ranges
    if marked:
        yield from marked[1:]
    elif moments := [match.start() for match in MOMENT.finditer(prompt)]:
        yield from moments
    else:
        yield from (at + 1 for at, letter in enumerate(prompt) if letter in "|\n")


def _opens(prompt: str, at: int) -> bool:
    """Tell whether a place begins the prompt, a line or a sentence."""
    before = prompt[:at].rstrip(" \t[(*#—–-")
    return not before or before[-1] in '\n.!?;:|]"”' or prompt[at] in "[("


def _is_time(match: re.Match[str]) -> bool:
    return (
        match[0][0] in "[(" or match[3] is not None or ":" in match[1] or "." in match[1] or "s" in match[0]
    )


def shot_within(prompt: str, start: int, end: int) -> ShotText:
    """Return the stretch of a prompt as a shot, its form blanked."""
    text = " " * start + prompt[start:end] + " " * (len(prompt) - end)
    seconds = None
    for pattern in (heading_pattern(), RANGE, MOMENT):
        match = pattern.search(text)
        if match and _opens(text, match.start()) and (pattern is not RANGE or _is_time(match)):
            inner = RANGE.search(match[0])
            if inner and pattern is not MOMENT:
                seconds = max(0.0, _seconds(inner[2]) - _seconds(inner[1])) or seconds
            text = _blank(text, match.start(), match.end())
    spans = []
    labels = list(label_pattern().finditer(text))
    for at, match in enumerate(labels):
        stop = labels[at + 1].start() if at + 1 < len(labels) else len(text)
        body = _body(text, match.end(), stop)
        kind = form_words("label")[match[1].lower()]
        if kind == "length" and (found := SECONDS.search(text, *body)):
            seconds, body = _seconds(found[1]), (body[0], found.end())
        elif kind == "camera" and (pause := SENTENCE_END.search(text, *body)):
            body = body[0], pause.start()
        if kind != "scene" and body[0] < body[1]:
            spans.append(TaggedSpan(label=kind, start=body[0], end=body[1]))
    for match in labels:
        text = _blank(text, match.start(), match.end())
    for match in OPTION.finditer(text):
        label, start = (
            ("negated", match.start("value")) if match["name"] == "no" else ("option", match.start())
        )
        spans.append(TaggedSpan(label=label, start=start, end=match.end()))
        text = _blank(text, match.start(), start if label == "negated" else match.end())
    for match in WEIGHT.finditer(text):
        inside = match.span(1) if match[1] else match.span(2)
        text = _blank(_blank(text, match.start(), inside[0]), inside[1], match.end())
    text = LIST_NUMBER.sub(lambda match: " " * len(match[0]), text)
    text = STRANGE.sub(lambda match: " " * len(match[0]), text)
    return ShotText(text=text.replace("|", " "), start=start, end=end, spans=tuple(spans), seconds=seconds)


def _body(text: str, start: int, stop: int) -> tuple[int, int]:
    """Return where what a label says stands: to the end of its line, without spaces around."""
    line_end = text.find("\n", start, stop)
    end = line_end if line_end >= 0 and text[start:line_end].strip() else stop
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip(" \t\n-–—,;."))


def _seconds(text: str) -> float:
    """Return the seconds of "4", "2.5" or "00:02"."""
    total = 0.0
    for part in text.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _json_shots(prompt: str) -> Iterator[ShotText]:
    """Yield the shots of a prompt in JSON; a key that comes again begins the next one."""
    key, seen, spans, seconds, begin = "", set[str](), list[TaggedSpan](), None, 0
    text = " " * len(prompt)
    keys = form_words("key")
    for match in JSON_STRING.finditer(prompt):
        if match[2]:
            key = match[1].lower()
            if key in seen and key in SHOT_KEYS and text.strip():
                yield ShotText(text=text, start=begin, end=match.start(), spans=tuple(spans), seconds=seconds)
                seen, spans, seconds, begin, text = set(), [], None, match.start(), " " * len(prompt)
            seen.add(key)
            continue
        kind = keys.get(key, "scene")
        start, end = match.span(1) if match[1] is not None else match.span()
        if kind == "length" and (found := SECONDS.match(prompt, start, end)):
            seconds = _seconds(found[1])
        elif match[1] is not None and end > start:
            text = text[:start] + prompt[start:end] + "." + text[end + 1 :]
            if kind != "scene":
                spans.append(TaggedSpan(label=kind, start=start, end=end))
    if text.strip():
        yield ShotText(text=text, start=begin, end=len(prompt), spans=tuple(spans), seconds=seconds)
