"""The words that divide a prompt into shots: ends of sentences, "then", labels, transitions and words of time."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from textreel.language.kinds import kind_of
from textreel.storyboard.timing import ORDINALS, UNTIMED, Timing, duration, number, read_timing
from textreel.storyboard.transitions import TransitionWords, pace, read_transition, read_turning
from textreel.storyboard.word_kinds import COLOURS, TIME_NOUNS, WEATHER_NOUNS

MarkKind = Literal["stop", "then", "label", "transition", "turning", "timing"]
ENDS = frozenset({".", "!", "?", ";", "...", "…", "..", "!!!", "!!"})
PAUSES = frozenset(
    {",", ":", "-", "--", "---", "–", "—", "(", ")", "[", "]", "/", "|", '"', "“", "”", "→", ">"}
)
CLOSING = PAUSES - {"(", "[", '"', "“"}
LEADING = frozenset({"and", "then", "before", "with", "as", "while", "next", "finally", "now", "but"})
_SHOT = r"(?:shot|scene|take|panel|clip|image)"
_ORDINAL = rf"(?:{'|'.join(word for word in ORDINALS)}|next|following)"
_LABEL = re.compile(
    rf"(?:{_SHOT} (?:(?:number|no \.|#) )?(?P<count>\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?: [:.,)–—-])+(?= )"
    rf"|(?:(?:and )?(?:in|for|during) )?(?:the |our |a )?(?P<ordinal>{_ORDINAL}) {_SHOT}"
    r"(?: [:,–—-]| (?:shows|is of|is|of|has|features|depicts))?(?= )"
    r"|(?P<item>\d) [.)](?= ))"
)
_SEQUENCE = re.compile(
    r"(?:(?:and|but|,) )*(?:then|next(?! to)|later(?: on)?|meanwhile|in the meantime|elsewhere"
    r"|after(?:wards?| that| this| which| a while| some time| a moment)"
    r"|(?:second|third|fourth|fifth|last)(?= ,)|finally|lastly|eventually|at last"
    r"|secondly|thirdly|soon(?: after(?:wards)?)?"
    r"|(?:moments?|a moment|some time|a little|a while"
    r"|(?:(?:an?|one|two|three|several|many|some) )?(?:hours?|minutes?|days?|weeks?|months?|years?)) later"
    rf"|followed by (?:an?|the) (?={_SHOT}))(?: ,)*(?: (?:then|after that|finally|and)(?= ))?(?= |$)"
)
_OPENING = re.compile(
    rf"(?:(?:the|this|our) {_SHOT[:-1]}|film|video|movie|story|sequence) |we |it )?"
    r"(?:(?:begin|start|open)s?|(?P<end>(?:end|close|finish|conclude)s?))"
    r" (?:up )?(?:with|on)(?= )"
)
_FIRST = re.compile(r"(?:first(?:ly)?(?: of all)?|suddenly|all of a sudden|int|ext|please)(?: [,./])*(?= )")
_TIMED_SHOT = re.compile(
    r"(?:long )?(?:shot|clip|take|scene|film|video|view)(?: (?:of|with|showing|in which))?(?= )"
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Words ``start`` to ``end`` that divide or time: what they are and what they say."""

    kind: MarkKind
    start: int
    end: int
    transition: TransitionWords | None = None
    timing: Timing = UNTIMED
    ordinal: int | None = None
    divides: bool = True


class MarkFinder:
    """Finds the marks of a prompt, given as lower-case words; ``taken`` are the places of camera phrases."""

    def __init__(self, words: Sequence[str], taken: Collection[int]) -> None:
        self.words = list(words)
        self.taken = frozenset(taken)
        self.awaited: dict[int, Mark] = {}

    def marks(self) -> list[Mark]:
        """The marks in order; they do not overlap."""
        found: list[Mark] = []
        position = 0
        while position < len(self.words):
            mark = None if position in self.taken else self.mark(position, found)
            if mark is None:
                position += 1
            else:
                found.append(mark)
                position = mark.end
        return found

    def mark(self, start: int, before: Sequence[Mark]) -> Mark | None:
        """The mark that begins at a word, if any."""
        if self.words[start : start + 2] in (["-", ">"], ["=", ">"]) or self.words[start] == "→":
            return self._with_punctuation(Mark(kind="then", start=start, end=start + 1))
        if start in self.awaited:
            return self._with_punctuation(self.awaited[start])
        opens = self.opens_clause(start, before)
        found = self.timing(start, opens) or self.turning(start, opens)
        if found is None and (opens or self.words[start] in LEADING):
            found = self.label(start, opens) or self.transition(start)
        if found is None:
            found = self.sequence(start, opens, before)
        if found is not None:
            return self._with_punctuation(found)
        if self.words[start] in ENDS or set(self.words[start]) <= {".", "!"}:
            return Mark(kind="stop", start=start, end=start + 1)
        return None

    def opens_clause(self, start: int, before: Sequence[Mark]) -> bool:
        """Whether a clause begins at a word: after punctuation, or after another mark."""
        if start == 0 or (before and before[-1].end == start):
            return True
        before_word = self.words[start - 1]
        if before_word in ("and", "but") and read_timing(self.words[start:]) is not None:
            return True
        return before_word in ENDS | PAUSES or (start - 1 in self.taken and self.words[start] != ",")

    def timing(self, start: int, opens: bool) -> Mark | None:
        """Words of time, where they are said of a shot."""
        words = self.words[start:]
        bracket = 1 if words[0] in ("(", "[") else 0
        article = 1 if words[0] in ("a", "an", "the") else 0
        if bracket and (read := duration(words[1:])) and words[1 + read[1] : 2 + read[1]] in ([")"], ["]"]):
            return self._timed(start, read[1] + 2, Timing(duration_seconds=read[0]), divides=False)
        if opens and (read := duration(words[article:])) is not None:
            rest = " ".join(words[article + read[1] :])
            if (shot := _TIMED_SHOT.match(rest)) is not None or rest.startswith("of "):
                taken = article + read[1] + (len(shot[0].split()) if shot else 1)
                return self._timed(start, taken, Timing(duration_seconds=read[0]), divides=False)
            if not article and words[read[1] : read[1] + 1] in ([","], [":"]):
                return self._timed(start, read[1], Timing(duration_seconds=read[0]), divides=False)
        found = read_timing(words[bracket:])
        if found is None:
            return None
        timing, taken = found
        following = words[bracket + taken : bracket + taken + 1]
        ends = not following or following[0] in ENDS | PAUSES
        if not timing.begins_anew and not (opens or ends or words[0] in ("for", "lasting")):
            return None
        if timing.begins_anew and not (opens or ends):
            return None
        return self._timed(start, taken + bracket, timing, divides=opens and timing.begins_anew)

    def _timed(self, start: int, taken: int, timing: Timing, *, divides: bool) -> Mark:
        return Mark(kind="timing", start=start, end=start + taken, timing=timing, divides=divides)

    def turning(self, start: int, opens: bool) -> Mark | None:
        """ "turns into a zebra", "becomes night", "turns red"."""
        if start == 0:
            return None
        words = " ".join(self.words[start:])
        if coloured := re.match(
            rf"(?:(?:and|then|,) )*(?:slowly |suddenly )?(?:turns?|becomes?) (?=(?:{'|'.join(COLOURS)})(?: |$))",
            words,
        ):
            speed = pace(coloured[0])
            said = TransitionWords(kind="morph", words=len(coloured[0].split()), speed=speed)
        elif (read := read_turning(words)) is not None and (read.kind == "morph" or not opens):
            said = read
        else:
            return None
        end = start + said.words
        if not self._may_become(start, end):
            return None
        return Mark(kind="turning", start=start, end=end, transition=said)

    def _may_become(self, start: int, end: int) -> bool:
        """Whether what follows can be what something becomes, and not where it goes or how it gets."""
        new = self._noun(end)
        if self.words[end : end + 1] and self.words[end] in COLOURS:
            return True
        if new is None:
            return False
        if self.words[end - 2] in ("turn", "turns", "turning") and kind_of(new) == "location":
            old = next((word for word in reversed(self.words[:start]) if kind_of(word)), "")
            known = self.words[max(0, start - 6) : start]
            return kind_of(old) == "location" or any(kind_of(word) in ("location", "time") for word in known)
        return True

    def _noun(self, start: int) -> str | None:
        determined = False
        for word in self.words[start : start + 6]:
            if word in ("a", "an", "the", "one", "two", "three", "its", "his", "her", "another"):
                determined = True
            elif (
                word in TIME_NOUNS or word in WEATHER_NOUNS or (kind_of(word) is not None and word.isalpha())
            ):
                return word
            elif not word.isalpha() or not determined:
                return None
        return None

    def label(self, start: int, opens: bool) -> Mark | None:
        """ "Shot 2:", "in the second shot", "the film ends with"."""
        words = " ".join(self.words[start:])
        if (found := _LABEL.match(words)) is not None and (opens or "ordinal" in found.groupdict()):
            if found["item"] and not (start == 0 or self.words[start - 1] in ENDS):
                return None
            said = found["count"] or found["ordinal"] or found["item"]
            ordinal = ORDINALS.get(said) or (
                None if said in ("next", "following") else int(number(said) or 0)
            )
            return Mark(kind="label", start=start, end=start + len(found[0].split()), ordinal=ordinal)
        if (found := _OPENING.match(words)) is not None and self._begins(start):
            ordinal = -1 if found["end"] else 1
            return Mark(kind="label", start=start, end=start + len(found[0].split()), ordinal=ordinal)
        return None

    def transition(self, start: int) -> Mark | None:
        """ "cut to", "fade to black"."""
        first, timing = start + (self.words[start] in ("a", "an", "with")), UNTIMED
        if (read := duration(self.words[first:])) is not None:
            first, timing = first + read[1], Timing(duration_seconds=read[0])
            first += self.words[first : first + 1] == ["-"]
        else:
            first = start
        said = read_transition(" ".join(self.words[first:]))
        if said is None or any(place in self.taken for place in range(first, first + said.words)):
            return None
        end = first + said.words
        if self.words[end : end + 1] == ["from"] and said.kind in ("dissolve", "morph", "iris", "cut"):
            return self._from_to(start, end, said, timing)
        if (lasts := read_timing(self.words[end:])) is not None and not lasts[0].begins_anew:
            timing, end = lasts[0], end + lasts[1]
            end += 1 if self.words[end : end + 1] in (["to"], ["into"]) else 0
        return Mark(kind="transition", start=start, end=end, transition=said, timing=timing)

    def _from_to(self, start: int, end: int, said: TransitionWords, timing: Timing) -> Mark | None:
        """ "a dissolve from a river to a waterfall": the transition is at "to"."""
        for place in range(end + 1, len(self.words)):
            if self.words[place] in ENDS:
                return None
            if self.words[place] in ("to", "into"):
                self.awaited[place] = Mark(
                    kind="transition", start=place, end=place + 1, transition=said, timing=timing
                )
                return Mark(kind="then", start=start, end=end + 1)
        return None

    def sequence(self, start: int, opens: bool, before: Sequence[Mark]) -> Mark | None:
        """ "then", "later", "meanwhile"."""
        words = " ".join(self.words[start:])
        after_mark = bool(before) and before[-1].end == start
        if (self._begins(start) or after_mark) and (found := _FIRST.match(words)) is not None:
            return Mark(kind="then", start=start, end=start + len(found[0].split()), divides=False)
        if (found := _SEQUENCE.match(words)) is None:
            return None
        said = found[0].split()
        last = before[-1].end if before else 0
        heads = start - last <= 2 and self.words[last:start] and self.words[last] not in ("and", ",")
        if (
            not opens
            and (not {"then", "finally"} & set(said) or heads)
            and said[0] not in ("and", ",", "but")
        ):
            return None
        return Mark(kind="then", start=start, end=start + len(said))

    def _begins(self, start: int) -> bool:
        return start == 0 or self.words[start - 1] in ENDS

    def _with_punctuation(self, mark: Mark) -> Mark:
        """The mark with the commas, colons and dashes that follow it, but no arrow."""
        end = mark.end
        while end < len(self.words) and self.words[end] in CLOSING and end not in self.taken:
            if self.words[end : end + 2] == ["-", ">"] and end > mark.start + 1:
                break
            end += 1
        return replace(mark, end=end)
