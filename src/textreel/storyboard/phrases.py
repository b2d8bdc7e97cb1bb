"""Finding what a sentence says of the camera: phrases such as "slowly pans to the left", with their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from textreel.storyboard.camera_words import (
    ADJECTIVES,
    AFTER_HALTING,
    AUXILIARIES,
    BEFORE_OBJECTS,
    BETWEEN,
    CAMERA_NOUNS,
    CAMERA_VERBS,
    CLEAR_NOUNS,
    CLEAR_VERBS,
    CREW_VERBS,
    DETERMINERS,
    FRAMINGS,
    FREE_FORMS,
    HALTING,
    OPENINGS,
    PASSAGES,
    PRONOUNS,
    PURPOSES,
    RESTING,
    RESTING_VERBS,
    STAYING,
    TARGETS,
    TRACKING_FORMS,
    forms,
)
from textreel.storyboard.direction_words import aim_end, read_directions
from textreel.storyboard.following_words import (
    CLOSELY,
    by_camera,
    going_along,
    is_object,
    is_order,
    kept_in_view,
)
from textreel.storyboard.modifiers import FILLERS, PLAIN, Manner, read_manner
from textreel.storyboard.moves import MOVES, MoveKind
from textreel.storyboard.timing import UNTIMED


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
                or self.following(position, near)
                or self.bare_phrase(position, near)
            )
            if found:
                found = self._with_tail(found)
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
        if read is None or read[0].timing == UNTIMED:
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
        if clear and (along := self._going_along(position, position)):
            return along
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
        if clear and (along := self._going_along(position, begin)):
            return along
        word = self._word(position)
        if word in TRACKING_FORMS and word.endswith("ing") and position == begin:
            clear = clear or is_object(self.words, position + 1)
        if clear and (word in FREE_FORMS or word in TRACKING_FORMS):
            kind = "tracking" if word in TRACKING_FORMS else None
            return [self._aimed(Phrase(kind=kind, start=begin, end=position + 1, manner=manner))]
        return []

    def following(self, start: int, near: bool) -> list[Phrase]:
        """That somebody is followed, with the camera named behind or not at all: "track the lion"."""
        end = by_camera(self.words, start)
        if end is not None and self._word(start) != "with":
            return [Phrase(kind="tracking", start=start, end=end)]
        crew = self._word(start) == "we"
        verb = start + crew
        begins = start == 0 or self.words[start - 1] in (".", "!", "?", ";", ":")
        if not (begins or near or crew):
            return []
        if crew and self._word(verb) in TRACKING_FORMS and is_object(self.words, verb + 1):
            return [self._aimed(Phrase(kind="tracking", start=start, end=verb + 1))]
        if begins and is_order(self.words, verb):
            return [self._aimed(Phrase(kind="tracking", start=start, end=verb + 1))]
        return self._going_along(verb, start)

    def _with_tail(self, found: list[Phrase]) -> list[Phrase]:
        """With what is said behind somebody who is followed: "closely", "with the camera", "for a second"."""
        last = found[-1]
        if last.kind != "tracking":
            return found
        position = start = max(last.end, last.aim_end)
        while position < len(self.words):
            read = read_manner(self.words[position:])
            if read is not None and read[0].timing != UNTIMED:
                last, position = replace(last, manner=read[0].over(last.manner)), position + read[1]
            elif (end := by_camera(self.words, position)) is not None:
                position = end
            elif self.words[position] in CLOSELY:
                position += 1
            else:
                break
        tail = [Phrase(kind="tracking", start=start, end=position)] if position > start else []
        return [*found[:-1], last, *tail]

    def _going_along(self, verb: int, start: int) -> list[Phrase]:
        """Phrases by which the camera goes with somebody or keeps them in view."""
        if (found := kept_in_view(self.words, verb)) is not None:
            first, last, end = found
            return [
                Phrase(kind="tracking", start=start, end=first, aim="on", aim_end=last),
                Phrase(kind="tracking", start=last, end=end),
            ]
        if (reached := going_along(self.words, verb)) is not None:
            return [self._aimed(Phrase(kind="tracking", start=start, end=reached))]
        return []

    def bare_phrase(self, start: int, after_phrase: bool) -> list[Phrase]:
        """A phrase without a mention of the camera: only verbs that can mean nothing else."""
        subject = start + (after_phrase and self._word(start) == "it")
        if after_phrase and (rest := self._rest(subject)) is not None:
            return [rest]
        if after_phrase and self._word(start) in TRACKING_FORMS:
            return [self._aimed(Phrase(kind="tracking", start=start, end=start + 1))]
        position, manner, noun = start, Manner(), False
        if self._word(start) in ("a", "an", "the"):
            position, noun = start + 1, True
        while (read := read_manner(self.words[position:])) is not None:
            manner, position = read[0].over(manner), position + read[1]
        alone = self._opens(start) and start > 0 and not self._word(position + 1).isalpha()
        if self._word(position) in ("static", "stationary") and not noun and alone:
            return [Phrase(kind="static", start=start, end=position + 1)]
        if self._word(position) == "handheld" and not noun:
            return [Phrase(kind="handheld", start=start, end=position + 1)]
        crew = self._word(position) in CREW_VERBS and (
            noun or self._opens(start) or self._word(start - 1) == "we"
        )
        table = CAMERA_VERBS if after_phrase or crew else CLEAR_VERBS
        found = self.move(position, table, manner, start, bare=True)
        if (
            found is None
            and self._word(position) in ("roll", "rolls", "rolling")
            and (self._opens(start) or self._word(start - 1) == "while")
        ):
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
        directions, manner, end = read_directions(self.words, verb + 1, kinds, manner)
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

    def _rest(self, position: int) -> Phrase | None:
        """That the camera rests, with for how long: "stays still for a second", "holds", "does not move"."""
        found = self._resting(position)
        if found is None:
            return None
        end, manner = max(found.end, found.aim_end), Manner()
        while (read := read_manner(self.words[end:])) is not None and read[0].timing != UNTIMED:
            manner, end = read[0].over(manner), end + read[1]
        if end == max(found.end, found.aim_end):
            return found
        if found.aim_end > found.end:
            return replace(found, manner=manner)
        return replace(found, manner=manner, end=end)

    def _resting(self, begin: int) -> Phrase | None:
        word, following, position = self._word(begin), self._word(begin + 1), begin
        if word in ("does", "do", "never"):
            position += 2 if following == "not" else 1
            moves = self._word(position) in ("move", "moves")
            return Phrase(kind="static", start=begin, end=position + 1) if moves else None
        position += word in RESTING_VERBS
        while self._word(position) in ("completely", "perfectly", "absolutely", "very", "in"):
            position += 1
        if word in STAYING and following in ("on", "upon"):
            return self._aimed(Phrase(kind="static", start=begin, end=begin + 1))
        if word in ("starts", "begins", "opens") and following in FRAMINGS:
            return Phrase(kind=None, start=begin, end=begin + 2)
        if word in HALTING and (not following.isalpha() or following in AFTER_HALTING):
            return Phrase(kind="static", start=begin, end=begin + 1)
        if self._word(position) in RESTING or (self._word(position) == "place" and position > begin + 1):
            end = position + (2 if self._word(position + 1) == "off" else 1)
            return Phrase(kind="static", start=begin, end=end)
        if self._word(position) in ("handheld", "shaky"):
            return Phrase(kind="handheld", start=begin, end=position + 1)
        return None

    def _adjectives(self, start: int, noun: int) -> list[Phrase]:
        found = []
        for place in range(start, noun):
            if (kind := ADJECTIVES.get(self.words[place])) is not None:
                found.append(Phrase(kind=kind.name, start=start, end=noun + 1, by_noun=True))
        if found and self._word(noun + 1) == "of":
            return [Phrase(kind=one.kind, start=start, end=noun + 2, by_noun=True) for one in found]
        return found

    def _aimed(self, phrase: Phrase) -> Phrase:
        purpose = phrase.end + (self._word(phrase.end) == ",")
        heads = phrase.start == 0 or self.words[phrase.start - 1] in (".", "!", "?", ";", ",")
        for said in PURPOSES:
            after = purpose + len(said)
            if self.words[purpose:after] == list(said) and (heads or self._word(after) in PRONOUNS):
                phrase = replace(phrase, end=purpose + len(said), by_noun=False)
                return self._with_aim(phrase, "to", phrase.end)
        word = self._word(phrase.end)
        aim, position = None, phrase.end
        if any(self.words[purpose : purpose + len(said)] == list(said) for said in PURPOSES):
            return phrase
        follows = phrase.kind in (None, "tracking")
        while follows and self._word(position) in (
            "alongside",
            "along",
            "with",
            "behind",
            "beside",
            "closely",
        ):
            position += 1
            phrase, word = replace(phrase, end=position), self._word(position)
        if follows or word in TARGETS or word in PASSAGES:
            aim = "on" if follows and word not in PASSAGES else word
            position += 1 if word in TARGETS or word in PASSAGES else 0
        return phrase if aim is None else self._with_aim(phrase, aim, position)

    def _with_aim(self, phrase: Phrase, aim: str, position: int) -> Phrase:
        first, position = position, aim_end(self.words, position)
        if position > first and self._word(phrase.end) == "from" and self._word(position) == "to":
            return self._with_aim(phrase, aim, position + 1)
        if position == first:
            return phrase
        return replace(phrase, aim=aim, aim_end=position)

    def _joined(self, found: list[Phrase], start: int) -> list[Phrase]:
        if not found:
            return []
        return [replace(found[0], start=start), *found[1:]]

    def _may_precede_noun(self, place: int) -> bool:
        word = self.words[place]
        return (
            word in DETERMINERS
            or word in ADJECTIVES
            or word in ("no", "without", "off", "very", "completely")
            or (word == "-" and self._word(place + 1) == "off")
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
        return start == 0 or self.words[start - 1] in OPENINGS

    def _base(self, verb: int) -> str:
        word = self._word(verb)
        bases = {base for kind in MOVES.values() for base in (*kind.verbs, *kind.camera_verbs)}
        return next((base for base in bases if word in forms(base)), word)

    def _word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""
