"""The words that say how a camera moves: how far, how fast, for how long and from when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

NUMBERS: Mapping[str, float] = MappingProxyType(
    {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
    | {"nine": 9, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "ninety": 90}
    | {"half": 0.5}
)  # fmt: skip
SHARES: Mapping[tuple[str, ...], float] = MappingProxyType(
    {("half",): 0.5, ("a", "half"): 0.5, ("a", "third"): 1 / 3, ("a", "quarter"): 0.25, ("two", "thirds"): 2 / 3}
    | {("a", "fifth"): 0.2, ("a", "tenth"): 0.1, ("three", "quarters"): 0.75}
)  # fmt: skip
SPEEDS: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("slowly", "slow", "gently", "gentle", "gradually", "gradual", "leisurely", "subtly"), 0.6)
    | dict.fromkeys(("smoothly", "smooth", "steadily", "steady"), 1.0)
    | dict.fromkeys(("quickly", "quick", "fast", "rapidly", "rapid", "swiftly", "swift", "suddenly", "sudden"), 1.7)
)  # fmt: skip
EXTENTS: Mapping[tuple[str, ...], float] = MappingProxyType(
    {("slightly",): 0.5, ("slight",): 0.5, ("a", "little"): 0.5, ("a", "bit"): 0.5, ("a", "touch"): 0.4}
    | {("a", "lot"): 1.6, ("far",): 1.6, ("strongly",): 1.6, ("dramatically",): 1.8, ("dramatic",): 1.8}
    | {("all", "the", "way"): 2.0, ("widely",): 1.6, ("wide",): 1.6}
)  # fmt: skip
TIMES: Mapping[str, float] = MappingProxyType(
    {"double": 2, "twice": 2, "twofold": 2, "triple": 3, "threefold": 3}
)
TOGETHER: tuple[tuple[str, ...], ...] = (("at", "once"), ("at", "the", "same", "time"), ("simultaneously",))
FILLERS = frozenset({"very", "quite", "rather", "so", "then", "also", "still", "just"})


@dataclass(frozen=True, kw_only=True)
class Manner:
    """What the words around a move say of it; None is not said.

    ``speed`` and ``extent`` multiply the usual amount; ``share`` (of the view), ``degrees`` and ``factor`` give
    an amount outright; times are in seconds.
    """

    speed: float | None = None
    extent: float | None = None
    share: float | None = None
    degrees: float | None = None
    factor: float | None = None
    duration_seconds: float | None = None
    delay_seconds: float | None = None
    together: bool = False

    def over(self, other: Manner) -> Manner:
        """This manner, with what it does not say taken from another."""
        said = {name: value for name, value in vars(self).items() if value is not None and value is not False}
        return replace(other, **said)


PLAIN = Manner()
"""Nothing said."""


def number(word: str) -> float | None:
    """A number in digits or in letters; None for any other word."""
    if word in NUMBERS:
        return float(NUMBERS[word])
    try:
        value = float(word.replace(",", ""))
    except ValueError:
        return None
    return value if word[0].isdigit() else None


def starts_with(words: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether words begin with all the words of a pattern."""
    return tuple(words[: len(pattern)]) == tuple(pattern)


def read_manner(words: Sequence[str]) -> tuple[Manner, int] | None:
    """Read one modifier at the start of the words; returns it and how many words it takes, or None."""
    for reader in (_read_time, _read_amount, _read_extent, _read_speed):
        if (found := reader(words)) is not None:
            return found
    return None


def _read_speed(words: Sequence[str]) -> tuple[Manner, int] | None:
    skipped = 1 if words and words[0] in ("very", "quite", "rather") else 0
    if len(words) > skipped and (speed := SPEEDS.get(words[skipped])) is not None:
        return Manner(
            speed=speed if not skipped or speed == 1.0 else speed * (0.7 if speed < 1 else 1.25)
        ), skipped + 1
    return None


def _read_extent(words: Sequence[str]) -> tuple[Manner, int] | None:
    for together in TOGETHER:
        if starts_with(words, together):
            return Manner(together=True), len(together)
    skipped = 1 if words and words[0] in ("just", "only", "very") else 0
    for pattern, extent in EXTENTS.items():
        if starts_with(words[skipped:], pattern):
            return Manner(extent=extent), skipped + len(pattern)
    return None


def _read_amount(words: Sequence[str]) -> tuple[Manner, int] | None:
    by = 1 if starts_with(words, ("by",)) else 0
    rest = words[by:]
    if by and starts_with(rest, ("a", "factor", "of")) and len(rest) > 3 and (value := number(rest[3])):
        return Manner(factor=value), 5
    for pattern, share in SHARES.items():
        if by and starts_with(rest, pattern):
            return Manner(share=share), 1 + len(pattern)
    if rest and rest[0] in TIMES:
        return Manner(factor=float(TIMES[rest[0]])), by + 1
    if rest and rest[0].endswith("x") and (value := number(rest[0][:-1])):
        return Manner(factor=value), by + 1
    if len(rest) < 2 or (value := number(rest[0])) is None:
        return None
    if rest[1] in ("degrees", "degree", "°"):
        return Manner(degrees=value), by + 2
    if rest[1] in ("%", "percent"):
        return Manner(share=value / 100), by + 2
    return (Manner(factor=value), by + 2) if rest[1] in ("times", "x") else None


def _read_time(words: Sequence[str]) -> tuple[Manner, int] | None:
    if len(words) < 3 or words[0] not in ("for", "over", "during", "after", "within"):
        return None
    skipped = 2 if words[1] in ("about", "around", "only") else 1
    rest = words[skipped:]
    if len(rest) < 2 or (value := number(rest[0])) is None:
        return None
    taken = 2
    if rest[1] == "a" and len(rest) > 2 and rest[0] == "half":
        rest, taken = rest[1:], 3
    if rest[1] not in ("second", "seconds", "s"):
        return None
    manner = Manner(delay_seconds=value) if words[0] == "after" else Manner(duration_seconds=value)
    return manner, skipped + taken
