"""Finding what a sentence says of the camera: phrases such as "slowly pans to the left", with their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from textreel.storyboard.modifiers import FILLERS, PLAIN, Manner, read_manner
from textreel.storyboard.moves import MOVES, MoveKind

CAMERA_NOUNS = frozenset({"camera", "cameras", "cam", "shot", "view", "lens", "footage"})
CLEAR_NOUNS = frozenset({"camera", "cam", "lens"})
DETERMINERS = frozenset({"the", "a", "an", "our", "this", "its"})
AUXILIARIES = frozenset(
    {
        "is",
        "are",
        "was",
        "be",
        "that",
        "which",
        "starts",
        "begins",
        "to",
        "keeps",
        "keep",
        "continues",
        "will",
    }
    | {"should", "it"}
)
RESTING_VERBS = frozenset(
    {
        "is",
        "stays",
        "stay",
        "staying",
        "remains",
        "remain",
        "keeps",
        "keep",
        "holds",
        "hold",
        "stands",
        "stand",
    }
    | {"being", "remaining", "keeping", "holding", "kept", "held"}
)
RESTING = frozenset({"still", "static", "fixed", "steady", "motionless", "unmoving", "stationary", "locked"})
FREE_VERBS = ("follow", "track", "fly", "orbit", "circle", "arc", "hover", "float")
"""Verbs that a camera may have and that no move is made for."""
BETWEEN = frozenset({"to", "the", "towards", "toward", "its"})
TARGETS = frozenset({"on", "onto", "to", "toward", "towards", "upon", "from"})
PASSAGES = frozenset({"across", "over", "along", "through", "past", "around"})
BEFORE_OBJECTS = frozenset(
    {"at", "to", "toward", "towards", "past", "from", "near", "holding", "holds", "behind", "the", "a", "an"}
)
"""Words before "the camera" that make it a thing in the picture (or the middle of a mention already read)."""
STOPS = frozenset(
    {
        "while",
        "as",
        "and",
        "then",
        "when",
        "before",
        "after",
        "with",
        "in",
        "at",
        "on",
        "across",
        "over",
        "by",
    }
    | {
        "through",
        "along",
        "during",
        "for",
        "is",
        "are",
        "who",
        "that",
        "which",
        "but",
        "until",
        "under",
        "from",
    }
    | {"to", "toward", "towards", "near", "past", "around", "where", "because"}
)


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One camera move as said: words ``start`` to ``end``, and what it is aimed at up to ``aim_end``.

    ``kind`` is None where the camera is said to do what it cannot. ``aim`` is the word that introduces what
    follows ("on", "across"), None where nothing does. ``by_noun`` tells "a slow zoom in" from "zooms in".
    """

    kind: str | None
    start: int
    end: int
    manner: Manner = PLAIN
    direction: str | None = None
    direction_said: bool = True
    aim: str | None = None
    aim_end: int = 0
    by_noun: bool = False


def forms(base: str) -> tuple[str, ...]:
    """The forms of a regular verb: base, third person, progressive."""
    if base.endswith("e"):
        return base, base + "s", base[:-1] + "ing"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base, base[:-1] + "ies", base + "ing"
    third = base + ("es" if base.endswith(("sh", "ch", "o")) else "s")
    return base, third, base + ("n" if base == "pan" else "") + "ing"


def verb_table(clear: bool) -> dict[str, list[MoveKind]]:
    """The kinds that each form of a verb may mean, by itself (``clear``) or said of a camera."""
    table: dict[str, list[MoveKind]] = {}
    for kind in MOVES.values():
        for base in kind.verbs if clear else (*kind.verbs, *kind.camera_verbs):
            for form in forms(base):
                table.setdefault(form, []).append(kind)
    return table


CLEAR_VERBS = verb_table(clear=True)
CAMERA_VERBS = verb_table(clear=False)
FREE_FORMS = frozenset(form for base in FREE_VERBS for form in forms(base))
ADJECTIVES = {word: kind for kind in MOVES.values() for word in kind.adjectives}


class Reader:
    """Reads the camera phrases of a sentence, given as lower-case words in order (punctuation included)."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)

    def phrases(self) -> Iterator[Phrase]:
        """The phrases in order; they do not overlap."""
        position = 0
        last: Phrase | None = None
        near = False
        while position < len(self.words):
            found = (
                self.continuation(position, last)
                or self.timed_clause(position)
                or self.camera_clause(position)
                or self.bare_phrase(position, near)
            )
            if found:
                yield from found
                last, near = found[-1], True
                position = max(last.end, last.aim_end)
            else:
                near = near and self.words[position] in {*FILLERS, ",", "and", "while", "as", "it", "next"}
                position += 1

    def continuation(self, start: int, last: Phrase | None) -> list[Phrase]:
        """A direction alone that goes on with the move before: "over a lion, then right"."""
        if last is None or last.kind is None or self._word(start) != "then":
            return []
        position = start + 1
        while self._word(position) in {*BETWEEN, "back"}:
            position += 1
        direction = MOVES[last.kind].directions.get(self._word(position))
        reached = max(last.end, last.aim_end)
        if direction is None or any(word not in (",", "and") for word in self.words[reached:start]):
            return []
        return [Phrase(kind=last.kind, start=start, end=position + 1, direction=direction)]

    def timed_clause(self, start: int) -> list[Phrase]:
        """Phrases with their time in front: "after one second the camera zooms in"."""
        read = read_manner(self.words[start:])
        if read is None or (read[0].delay_seconds is None and read[0].duration_seconds is None):
            return []
        position = start + read[1]
        position += self._word(position) == ","
        found = self.camera_clause(position) or self.bare_phrase(position, True)
        timed = [replace(phrase, manner=phrase.manner.over(read[0])) for phrase in found]
        return self._joined(timed, start)

    def camera_clause(self, start: int) -> list[Phrase]:
        """Phrases that begin at a mention of the camera: "a static camera", "the camera slowly pans left"."""
        noun = start
        if start and self.words[start - 1] in BEFORE_OBJECTS:
            return []
        while noun < len(self.words) and noun - start < 5 and self.words[noun] not in CAMERA_NOUNS:
            if not self._may_precede_noun(noun):
                return []
            noun += 1
        if noun >= len(self.words) or self.words[noun] not in CAMERA_NOUNS:
            return []
        found = self._adjectives(start, noun)
        position = noun + 1
        if self._word(position) in ("movement", "motion", "work") and self._word(start) in ("no", "without"):
            return [Phrase(kind="static", start=start, end=position + 1)]
        follow = self.bare_phrase(position, True) if self._word(position) in MOVES else []
        follow = follow or self.said_of_camera(position, self.words[noun] in CLEAR_NOUNS)
        return self._joined(found + follow, start)

    def said_of_camera(self, position: int, clear: bool) -> list[Phrase]:
        """What follows "the camera": rest, a move, or a verb that no move is made for."""
        begin = position
        manner = Manner()
        if (rest := self._rest(position)) is not None:
            return [rest]
        while position < len(self.words):
            if (read := read_manner(self.words[position:])) is not None:
                manner, position = read[0].over(manner), position + read[1]
            elif self.words[position] in {*AUXILIARIES, *FILLERS, "first"} or self._introduces(
                position, begin
            ):
                position += 1
                if (rest := self._rest(position)) is not None:
                    return [replace(rest, start=begin)]
            else:
                break
        if (found := self.move(position, CAMERA_VERBS, manner, begin)) is not None:
            return found
        if clear and self._word(position) in FREE_FORMS:
            return [self._aimed(Phrase(kind=None, start=begin, end=position + 1))]
        return []

    def bare_phrase(self, start: int, after_phrase: bool) -> list[Phrase]:
        """A phrase without a mention of the camera: only verbs that can mean nothing else."""
        position, manner, noun = start, Manner(), False
        if self._word(start) in ("a", "an", "the"):
            position, noun = start + 1, True
        while (read := read_manner(self.words[position:])) is not None:
            manner, position = read[0].over(manner), position + read[1]
        if self._word(position) == "handheld" and not noun:
            return [Phrase(kind="handheld", start=start, end=position + 1)]
        table = CAMERA_VERBS if after_phrase else CLEAR_VERBS
        found = self.move(position, table, manner, start, bare=True)
        if found is None and self._word(position) in ("roll", "rolls", "rolling") and self._opens(start):
            found = self.move(position, CAMERA_VERBS, manner, start, bare=True)
            found = found if found and found[0].manner.degrees is not None else None
        if found is None or (self._counted(start) and not noun):
            return []
        by_noun = noun or (manner.speed is not None and self._word(position) in MOVES)
        return [replace(found[0], by_noun=by_noun), *found[1:]]

    def move(
        self, verb: int, table: dict[str, list[MoveKind]], manner: Manner, start: int, bare: bool = False
    ) -> list[Phrase] | None:
        """Read a verb of movement with its directions and modifiers; None where it is no camera move."""
        kinds = table.get(self._word(verb), [])
        if not kinds:
            return None
        directions, manner, end = self._directions(verb + 1, kinds, manner)
        if bare and self._word(end - 1) in ("in", "into") and self._word(end) in DETERMINERS:
            return None
        if not directions:
            kind = kinds[0]
            needs_direction = bare or self._base(verb) not in kind.verbs
            if needs_direction and kind.axis not in ("roll", "shake"):
                return None
            if bare and kind.axis == "roll" and manner.degrees is None:
                return None
            directions = [(kind, None, end)]
        found, begin = [], start
        for kind, direction, stop in directions:
            said = direction is not None or kind.default_direction is None
            found.append(
                Phrase(
                    kind=kind.name, start=begin, end=stop, manner=manner,
                    direction=direction or kind.default_direction, direction_said=said or kind.axis == "roll",
                )
            )  # fmt: skip
            begin = stop
        found[-1] = self._aimed(found[-1])
        return found

    def _directions(
        self, position: int, kinds: list[MoveKind], manner: Manner
    ) -> tuple[list[tuple[MoveKind, str | None, int]], Manner, int]:
        found: list[tuple[MoveKind, str | None, int]] = []
        end = position
        while position < len(self.words):
            if (read := read_manner(self.words[position:])) is not None:
                manner, position = read[0].over(manner), position + read[1]
                end = position
                found = [*found[:-1], (*found[-1][:2], end)] if found else found
                continue
            step = position
            while self._word(step) in BETWEEN and step - position < 2:
                step += 1
            joined = self._word(position) in ("and", "then", ",") and bool(found)
            while joined and self._word(step) in ("and", "then", ",", "back", "to", "the"):
                step += 1
            match = next((kind for kind in kinds if self._word(step) in kind.directions), None)
            if match is None or (found and not joined):
                break
            found.append((match, match.directions[self.words[step]], step + 1))
            kinds = [match]
            position = end = step + 1
            if self._word(position) in ("side", "hand"):
                position = end = position + 1
        return found, manner, end

    def _rest(self, position: int) -> Phrase | None:
        begin = position
        if self._word(position) in ("does", "do", "never"):
            position += 2 if self._word(position + 1) == "not" else 1
            if self._word(position) in ("move", "moves"):
                return Phrase(kind="static", start=begin, end=position + 1)
            return None
        if self._word(position) in RESTING_VERBS:
            position += 1
        while self._word(position) in ("completely", "perfectly", "absolutely", "very", "in"):
            position += 1
        if self._word(position) in RESTING or (self._word(position) == "place" and position > begin + 1):
            return Phrase(
                kind="static", start=begin, end=position + (2 if self._word(position + 1) == "off" else 1)
            )
        if self._word(position) in ("handheld", "shaky"):
            return Phrase(kind="handheld", start=begin, end=position + 1)
        return None

    def _adjectives(self, start: int, noun: int) -> list[Phrase]:
        found = []
        for place in range(start, noun):
            if (kind := ADJECTIVES.get(self.words[place])) is not None:
                found.append(Phrase(kind=kind.name, start=start, end=noun + 1, by_noun=True))
            elif self.words[place] == "tracking":
                found.append(Phrase(kind=None, start=start, end=noun + 1, by_noun=True))
        if found and self._word(noun + 1) == "of":
            return [Phrase(kind=one.kind, start=start, end=noun + 2, by_noun=True) for one in found]
        return found

    def _aimed(self, phrase: Phrase) -> Phrase:
        word = self._word(phrase.end)
        aim, position = None, phrase.end
        if phrase.kind is None or word in TARGETS or word in PASSAGES:
            aim = "on" if phrase.kind is None and word not in PASSAGES else word
            position += 1 if word in TARGETS or word in PASSAGES else 0
        if aim is None:
            return phrase
        first = position
        while position < len(self.words) and not self._stops(position, first):
            position += 1
        if position == first:
            return phrase
        return replace(phrase, aim=aim, aim_end=position)

    def _stops(self, position: int, first: int) -> bool:
        word = self.words[position]
        moving = (
            position > first + 1 and word.endswith("ing") and word not in ("king", "building", "wing", "ring")
        )
        return (
            word in STOPS or moving or not any(map(str.isalnum, word)) or (word == "it" and position > first)
        )

    def _joined(self, found: list[Phrase], start: int) -> list[Phrase]:
        if not found:
            return []
        return [replace(found[0], start=start), *found[1:]]

    def _may_precede_noun(self, place: int) -> bool:
        word = self.words[place]
        return (
            word in DETERMINERS
            or word in ADJECTIVES
            or word in ("tracking", "no", "without", "off", "very", "completely")
        )

    def _counted(self, start: int) -> bool:
        before = self._word(start - 1) if start else ""
        return before in DETERMINERS | {"two", "three", "four", "some", "many", "several", "of", "his", "her"}

    def _introduces(self, place: int, begin: int) -> bool:
        """Whether a mark right after "camera" leads to what the camera does: "camera: pan left"."""
        following = self._word(place + 1)
        known = following in CAMERA_VERBS or following in RESTING
        return place == begin and self._word(place) in (",", ":") and known

    def _opens(self, start: int) -> bool:
        return start == 0 or self.words[start - 1] in (",", ";", ".", "then")

    def _base(self, verb: int) -> str:
        word = self._word(verb)
        bases = {base for kind in MOVES.values() for base in (*kind.verbs, *kind.camera_verbs)}
        return next((base for base in bases if word in forms(base)), word)

    def _word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""
