"""The words of time: how long something lasts, when it begins, and in which part of the film it lies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

NUMBERS: Mapping[str, float] = MappingProxyType(
    {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
    | {"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40}
    | {"fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100, "half": 0.5}
)  # fmt: skip
ORDINALS: Mapping[str, int] = MappingProxyType(
    {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
    | {"ninth": 9, "tenth": 10, "last": -1, "final": -1, "closing": -1, "opening": 1}
)  # fmt: skip
UNITS: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("second", "seconds", "s", "sec", "secs"), 1.0)
    | dict.fromkeys(("ms", "millisecond", "milliseconds", "msec"), 0.001)
    | dict.fromkeys(("minute", "minutes", "min"), 60.0)
)
ABOUT = frozenset(
    {"about", "around", "only", "just", "exactly", "roughly", "nearly", "another", "approximately"}
)
WHOLES = frozenset({"film", "shot", "clip", "scene", "video", "movie", "sequence", "take"})
PORTIONS: Mapping[str, tuple[float, float]] = MappingProxyType(
    dict.fromkeys(
        ("at the end", "in the end", "at the very end", "towards the end", "near the end", "toward the end"),
        (2 / 3, 1.0),
    )
    | dict.fromkeys(
        ("at the beginning", "at the start", "in the beginning", "at first", "initially", "to begin with"),
        (0.0, 1 / 3),
    )
    | dict.fromkeys(
        ("to start with", "at the very beginning"),
        (0.0, 1 / 3),
    )
    | dict.fromkeys(
        ("halfway through", "halfway", "half way through", "midway through", "midway", "in the middle"),
        (0.5, 1.0),
    )
    | dict.fromkeys(("in the first half", "for the first half", "during the first half"), (0.0, 0.5))
    | dict.fromkeys(("in the second half", "for the second half", "in the last half"), (0.5, 1.0))
)
"""Parts of a film or a shot, as shares of its length: where they begin and end."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What words say of time; None is not said.

    Attributes:
        duration_seconds: how long it lasts.
        delay_seconds: how long after what comes before it begins.
        at_seconds: when it begins, from the start of the film (of a camera move: of its shot).
        last_seconds: that it fills the end, and how much of it.
        portion: the part of the whole that it fills, as shares from 0 to 1.
    """

    duration_seconds: float | None = None
    delay_seconds: float | None = None
    at_seconds: float | None = None
    last_seconds: float | None = None
    portion: tuple[float, float] | None = None

    def over(self, other: Timing) -> Timing:
        """This timing, with what it does not say taken from another."""
        return replace(other, **{name: value for name, value in vars(self).items() if value is not None})

    @property
    def begins_anew(self) -> bool:
        """Whether it says when something begins, and not only for how long it goes on."""
        return any(
            value is not None
            for value in (self.delay_seconds, self.at_seconds, self.last_seconds, self.portion)
        )


UNTIMED = Timing()
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


def quantity(words: Sequence[str]) -> tuple[float, int] | None:
    """A number at the start of the words, and how many words it takes: "one and a half", "twenty-five"."""
    if tuple(words[:2]) in (("half", "a"), ("half", "an"), ("a", "half")):
        return 0.5, 2
    if tuple(words[:3]) == ("a", "couple", "of"):
        return 2.0, 3
    if not words or (value := number(words[0])) is None:
        return None
    if tuple(words[1:4]) == ("and", "a", "half"):
        return value + 0.5, 4
    rest = [word for word in words[1:3] if word != "-"]
    if value in (20, 30, 40, 50) and rest and (one := number(rest[0])) and rest[0] not in "an" and one < 10:
        return float(value + one), 2 if words[1] != "-" else 3
    return value, 1


def duration(words: Sequence[str]) -> tuple[float, int] | None:
    """Seconds at the start of the words, and how many words say so: "2s", "a second and a half", "500 ms"."""
    about = 1 if words and words[0] in ABOUT else 0
    rest = words[about:]
    if rest and (joined := re.fullmatch(r"(\d+(?:\.\d+)?)([a-z]+)", rest[0])) and joined[2] in UNITS:
        return float(joined[1]) * UNITS[joined[2]], about + 1
    if (read := quantity(rest)) is None:
        return None
    value, taken = read
    taken += taken < len(rest) and rest[taken] == "-"
    if taken >= len(rest) or rest[taken] not in UNITS:
        return None
    unit, taken = UNITS[rest[taken]], taken + 1
    if tuple(rest[taken : taken + 3]) == ("and", "a", "half"):
        return (value + 0.5) * unit, about + taken + 3
    return value * unit, about + taken


def read_timing(words: Sequence[str]) -> tuple[Timing, int] | None:
    """Read words of time at the start of the words; returns what they say and how many they are, or None."""
    for reader in (_portion, _edge, _range, _stretch, _later):
        if (found := reader(words)) is not None:
            return found
    return None


def _portion(words: Sequence[str]) -> tuple[Timing, int] | None:
    for pattern, portion in PORTIONS.items():
        parts = pattern.split()
        if list(words[: len(parts)]) == parts:
            return _with_whole(Timing(portion=portion), words, len(parts))
    return None


def _with_whole(timing: Timing, words: Sequence[str], taken: int) -> tuple[Timing, int] | None:
    """Take "of the film" along; None where it is of something else ("at the end of the street", "at first light")."""
    following = list(words[taken : taken + 3])
    if following[:1] in (["light"], ["sight"], ["glance"]):
        return None
    if following[:1] == ["of"]:
        return (timing, taken + 3) if len(following) == 3 and following[2] in WHOLES else None
    if len(following) > 1 and following[0] in ("the", "this") and following[1] in WHOLES:
        return timing, taken + 2
    return timing, taken


def _edge(words: Sequence[str]) -> tuple[Timing, int] | None:
    """ "in the last second", "for the first two seconds"."""
    if len(words) < 4 or words[0] not in ("in", "for", "during", "over", "within") or words[1] != "the":
        return None
    edge = ORDINALS.get(words[2])
    counted = words[3:] if words[3] not in UNITS else ["one", *words[3:]]
    if edge not in (1, -1) or (read := duration(counted)) is None:
        return None
    seconds, taken = read[0], 3 + read[1] - (words[3] in UNITS)
    timing = (
        Timing(last_seconds=seconds) if edge < 0 else Timing(duration_seconds=seconds, portion=(0.0, 1.0))
    )
    return _with_whole(timing, words, taken)


def _range(words: Sequence[str]) -> tuple[Timing, int] | None:
    """ "0-2s", "from 2 to 5 seconds", "0:00-0:02"."""
    begun = 1 if words and words[0] == "from" else 0
    found = re.match(
        r"(\d+(?:[.:]\d+)?) ?(?:s|sec|seconds)? (?:-|–|—|to) (\d+(?:[.:]\d+)?) ?(s|sec|seconds)?(?= |$)",
        " ".join(words[begun : begun + 6]),
    )
    if found is None or not (found[3] or ":" in found[2]):
        return None
    start, end = _clock(found[1]), _clock(found[2])
    if end <= start:
        return None
    return Timing(at_seconds=start, duration_seconds=end - start), begun + len(found[0].split())


def _clock(text: str) -> float:
    minutes, _, seconds = text.rpartition(":")
    return float(minutes or 0) * 60 + float(seconds)


def _stretch(words: Sequence[str]) -> tuple[Timing, int] | None:
    """ "for two seconds", "after a second", "at 3 s", "lasting 500 ms"."""
    if not words or words[0] not in (
        "for",
        "over",
        "during",
        "after",
        "within",
        "in",
        "at",
        "lasting",
        "lasts",
    ):
        return None
    skipped = 2 if tuple(words[1:2]) == ("the",) and words[0] == "at" else 1
    if (read := duration(words[skipped:])) is None:
        return None
    seconds, taken = read[0], skipped + read[1]
    if words[0] == "at":
        taken += (
            2
            if tuple(words[taken : taken + 2]) == ("-", "mark")
            else int(words[taken : taken + 1] == ["mark"])
        )
        return Timing(at_seconds=seconds), taken
    if words[0] == "after":
        return Timing(delay_seconds=seconds), taken
    return Timing(duration_seconds=seconds), taken


def _later(words: Sequence[str]) -> tuple[Timing, int] | None:
    """ "two seconds later", "one second in"."""
    if (read := duration(words)) is None or tuple(words[read[1] : read[1] + 1]) not in (("later",), ("in",)):
        return None
    if words[read[1]] == "in" and words[read[1] + 1 : read[1] + 2] not in ([","], []):
        return None
    if read[0] >= 60:  # "an hour later" is a time of the story
        return None
    return Timing(delay_seconds=read[0]), read[1] + 1
