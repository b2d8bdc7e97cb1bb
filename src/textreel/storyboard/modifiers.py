"""The words that say how a camera moves: how far, how fast, how smoothly, for how long and from when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from textreel.storyboard.timing import UNTIMED, Timing, duration, quantity, read_timing
from textreel.types import Easing

SHARES: Mapping[tuple[str, ...], float] = MappingProxyType(
    {("half",): 0.5, ("a", "half"): 0.5, ("a", "third"): 1 / 3, ("a", "quarter"): 0.25, ("two", "thirds"): 2 / 3}
    | {("a", "fifth"): 0.2, ("a", "tenth"): 0.1, ("three", "quarters"): 0.75, ("one", "third"): 1 / 3}
)  # fmt: skip
TURNS: Mapping[tuple[str, ...], float] = MappingProxyType(
    {("a", "quarter", "turn"): 90.0, ("a", "half", "turn"): 180.0, ("a", "full", "turn"): 360.0}
    | {("half", "a", "turn"): 180.0, ("a", "full", "circle"): 360.0, ("upside", "down"): 180.0}
)  # fmt: skip
SPEEDS: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("slowly", "slow", "gently", "gentle", "gradually", "gradual", "leisurely", "subtly", "subtle"), 0.75)
    | dict.fromkeys(("smoothly", "smooth", "steadily", "steady", "evenly"), 1.0)
    | dict.fromkeys(("quickly", "quick", "fast", "rapidly", "rapid", "swiftly", "swift", "suddenly", "sudden"), 1.7)
    | dict.fromkeys(("abruptly", "abrupt", "sharply", "briskly", "whip", "swish", "crash", "snap"), 1.7)
)  # fmt: skip
LINEAR: Easing = "linear"
SMOOTH: Easing = "smooth"
EASINGS_BY_WORD: Mapping[str, Easing] = MappingProxyType(
    dict.fromkeys(("abruptly", "abrupt", "sharply", "suddenly", "sudden", "steadily", "steady", "evenly"), LINEAR)
    | dict.fromkeys(("smoothly", "smooth", "gently", "gentle"), SMOOTH)
)  # fmt: skip
EASING_PHRASES: Mapping[str, Easing] = MappingProxyType(
    dict.fromkeys(("easing in and out", "easing in", "easing out", "with ease in and out", "with ease in"), SMOOTH)
    | dict.fromkeys(("with an ease in", "with an ease out", "with easing", "eased"), SMOOTH)
    | dict.fromkeys(("at a constant speed", "at constant speed", "at a steady speed", "without easing"), LINEAR)
    | dict.fromkeys(("linearly", "at an even speed", "at an even pace", "at a steady pace"), LINEAR)
)  # fmt: skip
SPEED_PHRASES: Mapping[str, float] = MappingProxyType(
    {"at a slow pace": 0.75, "at high speed": 1.7, "at full speed": 1.7, "ever so slowly": 0.5}
)
EXTENTS: Mapping[tuple[str, ...], float] = MappingProxyType(
    {("slightly",): 0.5, ("slight",): 0.5, ("a", "little"): 0.5, ("a", "bit"): 0.5, ("a", "touch"): 0.4}
    | {("a", "little", "bit"): 0.5, ("a", "tiny", "bit"): 0.4, ("a", "hair"): 0.4}
    | {("a", "lot"): 1.6, ("far",): 1.6, ("strongly",): 1.6, ("dramatically",): 1.8, ("dramatic",): 1.8}
    | {("again",): 1.0, ("once", "more"): 1.0, ("as", "well"): 1.0, ("too",): 1.0}
    | {("all", "the", "way"): 2.0, ("widely",): 1.6, ("wide",): 1.6, ("extremely",): 1.8}
)  # fmt: skip
TIMES: Mapping[str, float] = MappingProxyType(
    {"double": 2, "twice": 2, "twofold": 2, "triple": 3, "threefold": 3, "thrice": 3, "fourfold": 4}
)
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("at", "once"),
    ("at", "the", "same", "time"),
    ("simultaneously",),
    ("together",),
)
FILLERS = frozenset(
    {"very", "quite", "rather", "so", "then", "also", "still", "just", "now", "finally", "next"}
)


@dataclass(frozen=True, kw_only=True)
class Manner:
    """What the words around a move say of it; None is not said.

    ``speed`` and ``extent`` multiply the usual amount; ``share`` (of the view), ``degrees`` and ``factor`` give
    an amount outright.
    """

    speed: float | None = None
    extent: float | None = None
    share: float | None = None
    degrees: float | None = None
    factor: float | None = None
    easing: Easing | None = None
    timing: Timing = UNTIMED
    together: bool = False

    def over(self, other: Manner) -> Manner:
        """This manner, with what it does not say taken from another."""
        said = {name: value for name, value in vars(self).items() if value is not None and value is not False}
        return replace(other, **said | {"timing": self.timing.over(other.timing)})


PLAIN = Manner()
"""Nothing said."""


def starts_with(words: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether words begin with all the words of a pattern."""
    return tuple(words[: len(pattern)]) == tuple(pattern)


def read_manner(words: Sequence[str]) -> tuple[Manner, int] | None:
    """Read one modifier at the start of the words; returns it and how many words it takes, or None."""
    for reader in (_read_time, _read_phrase, _read_amount, _read_extent, _read_speed):
        if (found := reader(words)) is not None:
            return found
    return None


def _read_time(words: Sequence[str]) -> tuple[Manner, int] | None:
    if starts_with(words, (",",)) and (lasting := duration(words[1:])) is not None:
        after = list(words[lasting[1] + 1 : lasting[1] + 2])
        if after in ([], [")"], ["."], ["]"]):
            return Manner(timing=Timing(duration_seconds=lasting[0])), lasting[1] + 1
    read = read_timing(words)
    return None if read is None else (Manner(timing=read[0]), read[1])


def _read_phrase(words: Sequence[str]) -> tuple[Manner, int] | None:
    skipped = 1 if starts_with(words, (",",)) else 0
    for easing_words, easing in EASING_PHRASES.items():
        if starts_with(words[skipped:], parts := easing_words.split()):
            return Manner(easing=easing), skipped + len(parts)
    for speed_words, speed in SPEED_PHRASES.items():
        if starts_with(words, parts := speed_words.split()):
            return Manner(speed=speed), len(parts)
    return None


def _read_speed(words: Sequence[str]) -> tuple[Manner, int] | None:
    skipped = 1 if words and words[0] in ("very", "quite", "rather", "more") else 0
    if len(words) <= skipped or (speed := SPEEDS.get(words[skipped])) is None:
        return None
    word = words[skipped]
    much = (0.7 if speed < 1 else 1.25) if skipped and speed != 1.0 else 1.0
    dash = int(
        tuple(words[skipped + 1 : skipped + 2]) == ("-",) and word in ("whip", "swish", "crash", "snap")
    )
    return Manner(speed=speed * much, easing=EASINGS_BY_WORD.get(word)), skipped + 1 + dash


def _read_extent(words: Sequence[str]) -> tuple[Manner, int] | None:
    for together in TOGETHER:
        if starts_with(words, together):
            return Manner(together=True), len(together)
    skipped = 1 if words and words[0] in ("just", "only", "very", "ever") else 0
    for pattern, extent in sorted(EXTENTS.items(), key=lambda entry: -len(entry[0])):
        if starts_with(words[skipped:], pattern):
            return Manner(extent=extent), skipped + len(pattern)
    return None


def _read_amount(words: Sequence[str]) -> tuple[Manner, int] | None:
    by = 1 if starts_with(words, ("by",)) or starts_with(words, ("through",)) else 0
    rest = words[by:]
    if by and starts_with(rest, ("a", "factor", "of")) and (read := quantity(rest[3:])):
        return Manner(factor=read[0]), 4 + read[1]
    for turn, degrees in TURNS.items():
        if starts_with(rest, turn):
            return Manner(degrees=degrees), by + len(turn)
    for pattern, share in SHARES.items():
        if by and starts_with(rest, pattern):
            taken = 1 + len(pattern)
            return Manner(share=share), taken + 3 * starts_with(words[taken:], ("of", "the", "view"))
    if rest and rest[0] in TIMES:
        return Manner(factor=float(TIMES[rest[0]])), by + 1
    if rest and rest[0].endswith("x") and (read := quantity([rest[0][:-1]])):
        return Manner(factor=read[0]), by + 1
    return _read_counted(rest, by)


def _read_counted(rest: Sequence[str], by: int) -> tuple[Manner, int] | None:
    """ "30 degrees", "by 20 percent", "three times", "2 x"."""
    if (read := quantity(rest)) is None or len(rest) <= read[1]:
        return None
    value, taken = read
    taken += rest[taken] == "-" and len(rest) > taken + 1
    unit, end = rest[taken], by + taken + 1
    if unit in ("degrees", "degree", "°", "deg"):
        return Manner(degrees=value), end
    if unit in ("%", "percent"):
        return Manner(share=value / 100), end
    return (Manner(factor=value), end) if unit in ("times", "x") else None
