"""How one shot passes into the next: the kinds of transition, and the words that ask for them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from textreel.errors import UsageError
from textreel.types import TextSpan

TRANSITIONS: Mapping[str, float] = MappingProxyType(
    {"cut": 0.0, "fade-through-black": 0.5, "fade-through-white": 0.5, "dissolve": 0.5, "wipe-left": 0.5}
    | {"wipe-right": 0.5, "wipe-up": 0.5, "wipe-down": 0.5, "iris": 0.5, "morph": 1.0}
)
"""Every kind of transition, and its usual length in seconds. A wipe is named after the way that its edge goes."""
SLOWLY, QUICKLY = 2.0, 0.5


@dataclass(frozen=True, kw_only=True)
class Transition:
    """How a shot passes into the next one; after the last shot, how the film ends.

    Its middle is the moment of the cut, and each of the two shots gives half of its ``seconds``. At the start or
    the end of the film all of its seconds are of the one shot. ``words`` are None where nothing was said.

    Raises:
        UsageError: there is no such kind, or the length is negative, or a cut takes time.
    """

    kind: str = "cut"
    seconds: float = 0.0
    words: TextSpan | None = None

    def __post_init__(self) -> None:
        if self.kind not in TRANSITIONS:
            raise UsageError(f"A transition is one of {', '.join(TRANSITIONS)}; got {self.kind!r}.")
        if not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise UsageError(f"A transition takes 0 seconds or more; got {self.seconds:g}.")
        if (self.kind == "cut") != (self.seconds == 0):
            rule = "takes no time" if self.kind == "cut" else "takes more than 0 seconds"
            raise UsageError(f"A {self.kind} {rule}; got {self.seconds:g}.")


@dataclass(frozen=True, kw_only=True)
class TransitionWords:
    """Words that ask for a transition: how many they are and what they say; ``opens`` tells a fade-in."""

    kind: str
    words: int
    speed: float = 1.0
    opens: bool = False
    closes: bool = False


_PACE = r"(?:(?:slow(?:ly)?|quick(?:ly)?|fast|gradual(?:ly)?|gentl[ey]|soft(?:ly)?|long|short|simple|very|brief) )*"
_FILM = r"(?:picture|image|scene|film|shot|screen|view|camera|frame|video|footage|movie|story|action)"
_LEAD = (
    r"(?:(?:and|then|now|next|finally|after that|before|with|as|while|let it|let us|we|it all|everything) )*"
    rf"(?:(?:the|a|an|our|this)(?: (?:whole|first|entire))? )?(?:{_FILM} )?(?:(?:then|now|suddenly|finally) )*"
    rf"{_PACE}(?:is |are |being )?{_PACE}"
    rf"(?:(?:made|transitions?|switch(?:es)?|goes|go) (?:(?:by|with|to|through|via) )?(?:a |an )?{_PACE})?"
)
_INTO = r"(?: (?:back )?(?:into|to|onto|on|over|towards?)(?! black| white))?"
_COLON = r"(?: [:.–—-](?= |$))?"
_GO = r"(?:s|es|d|ed|ing)?"
_FADING = (
    r"(?:fad(?:e|es|ed|ing)|cut(?:s|ting)?|dip(?:s|ping)?|go(?:es|ing)?|flash(?:es|ing)?|dissolv(?:e|es|ing))"
)
_VIA = r"(?: (?:to|through|from|into|via))?"
_SIDE = r"left|right|top|bottom|above|below|up|down|upwards?|downwards?|leftwards?|rightwards?"
_AFTER = r"(?= |$)"
_WAY = rf" (?:from (?:the )?)?(?:{_SIDE})(?: (?:to )?(?:the )?(?:{_SIDE})(?= |$))?"
_HOW = r"(?:(?:smash|hard|jump|match|straight|quick)(?: -)? )?"
_ON = r"(?: (?:back|away|straight|directly|immediately|now|over))*"

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("fade-through-black", rf"{_FADING}(?: (?:out|down|up|in))?{_VIA} black(?: (?:in)?to)?"),
    ("fade-through-white", rf"{_FADING}(?: (?:out|up|in))?{_VIA} white(?: (?:in)?to)?"),
    ("dissolve", rf"(?:cross|lap)(?: - | )?(?:dissolv(?:e|es|ing)|fad(?:e|es|ing)){_INTO}"),
    ("dissolve", rf"(?:dissolv(?:e|es|ing)|blend{_GO}|melt{_GO}|mix(?:es)?) (?:in ?)?to(?! black| white)"),
    ("dissolve", r"dissolve"),
    ("fade in", r"fad(?:e|es|ing)(?: - | )(?:in|up)(?: (?:on|onto|to|from black))?"),
    ("fade out", r"fad(?:e|es|ing)(?: - | )out(?: (?:on|to)(?! black| white))?"),
    ("dissolve", r"fad(?:e|es|ing) (?:over )?(?:into|to)(?! black| white)"),
    ("wipe", rf"wip(?:e|es|ing)(?P<side>{_WAY}| to the (?:{_SIDE}))?(?: (?:and )?(?:in)?to| over to| onto)?"),
    ("wipe", r"(?P<side>(?:left|right|upward|downward)) (?:- )?wipe(?: (?:in)?to)?"),
    ("iris", r"iris(?:es|ing)?(?: (?:wipe|transition))?(?: (?:in|out|shut|closed|open))?(?: (?:on|onto|to|into))?"),
    ("morph", rf"morph{_GO}(?: (?:in)?to)"),
    ("cut", rf"{_HOW}cut(?:s|ting)?{_ON} (?:to|into)(?! (?:black|white))"),
    ("cut", r"(?:smash|hard|jump|match)(?: -)? cut"),
    ("cut", r"switch(?:es)?(?: over| back)? to"),
    ("cut", r"cut(?= [-–—:.,;/]|$)"),
    ("fade-through-black", r"fade(?= [-–—:.,;/]|$)"),
)  # fmt: skip
_COMPILED = [(kind, re.compile(rf"{_LEAD}(?:{pattern}){_COLON}{_AFTER}")) for kind, pattern in _PATTERNS]
_TURNING = re.compile(
    r"(?:(?:and|then|,|it then|which|who|that) )*"
    r"(?:(?:slowly|gradually|suddenly|quickly|finally|then|now|magically|soon) )*"
    r"(?:is |are |starts? to |begins? to |will )?(?:(?:slowly|gradually|suddenly|quickly) )*"
    r"(?:(?:turn|transform|morph|change|chang|evolve|evolv|mutate|mutat|grow|shapeshift|metamorphose)(?:s|es|ed|ing)?"
    r"(?: slowly| gradually| suddenly| quickly)?(?: itself| himself| herself)? (?:back )?into"
    r"|turn(?:s|ing)? to(?= (?:stone|ice|gold|silver|snow|dust|ash|night|day|glass|wood|water|steam|rain|sand)"
    r" ?(?:[.,;]|$|in |at |on ))"
    r"|becom(?:e|es|ing))(?= |$)"
)
_DISSOLVING = re.compile(
    r"(?:(?:slowly|gradually|gently|quickly) )*"
    r"(?:dissolv(?:e|es|ing)|(?:cross(?: - |))?fad(?:e|es|ing)|melt(?:s|ing)?) (?:in)?to"
    r"(?! black| white| the (?:distance|background|dark|darkness|shadows?|fog|mist|night|crowd))(?= |$)"
)
_TOWARDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("left", "leftward", "leftwards"), "left")
    | dict.fromkeys(("right", "rightward", "rightwards"), "right")
    | dict.fromkeys(("up", "top", "above", "upward", "upwards"), "up")
    | dict.fromkeys(("down", "bottom", "below", "downward", "downwards"), "down")
)
_OPPOSITE: Mapping[str, str] = MappingProxyType(
    {"left": "right", "right": "left", "up": "down", "down": "up"}
)


def read_transition(words: str) -> TransitionWords | None:
    """Read the words of a transition at the start of a clause; ``words`` are lower-case tokens with single spaces."""
    found = [(kind, match) for kind, pattern in _COMPILED if (match := pattern.match(words)) is not None]
    if not found:
        return None
    kind, match = max(found, key=lambda entry: (len(entry[1][0]), -len(entry[0])))
    count = len(match[0].split())
    name = kind
    if kind == "wipe":
        name = f"wipe-{wipe_direction(match['side'] or '')}"
    elif kind in ("fade in", "fade out"):
        name = "fade-through-black"
    opens = kind == "fade in" or bool(
        re.search(r" in(?: from)? (?:black|white)|from (?:black|white)", match[0])
    )
    closes = kind == "fade out" or (name.startswith("fade") and not opens)
    return TransitionWords(kind=name, words=count, speed=pace(match[0]), opens=opens, closes=closes)


def wipe_direction(said: str) -> str:
    """The way that a wipe goes: "from the left" to the right, "to the left" and "left" to the left."""
    sides = [_TOWARDS[word] for word in said.split() if word in _TOWARDS]
    if not sides:
        return "left"
    if "from" in said.split():
        return sides[1] if len(sides) > 1 else _OPPOSITE[sides[0]]
    return sides[-1]


def read_turning(words: str) -> TransitionWords | None:
    """Read a verb by which one thing becomes another ("turns into"): a morph, or a dissolve."""
    if (match := _TURNING.match(words)) is not None:
        return TransitionWords(kind="morph", words=len(match[0].split()), speed=pace(match[0]))
    if (match := _DISSOLVING.match(words)) is not None:
        return TransitionWords(kind="dissolve", words=len(match[0].split()), speed=pace(match[0]))
    return None


def pace(words: str) -> float:
    """How many times as long as usual: slowly twice, quickly half."""
    if re.search(r"\b(?:slow|slowly|gradual|gradually|gentle|gently|long|soft|softly)\b", words):
        return SLOWLY
    return QUICKLY if re.search(r"\b(?:quick|quickly|fast|sudden|suddenly|brief|short)\b", words) else 1.0
