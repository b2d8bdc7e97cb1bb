"""A prompt in beats, and beats in shots: which words belong together, and what stands between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textreel.language.kinds import kind_of
from textreel.language.tokens import Span
from textreel.storyboard.cutting import JOINERS, kept
from textreel.storyboard.grammar import PERSONAL_PRONOUNS, Reading
from textreel.storyboard.marks import ENDS, LEADING, Mark
from textreel.storyboard.modifiers import FILLERS
from textreel.storyboard.phrases import Phrase
from textreel.storyboard.reading import read
from textreel.storyboard.timing import UNTIMED, Timing

SUBJECT_KINDS = frozenset({"animal", "person", "object", "plant", "food", "group"})


@dataclass(frozen=True, kw_only=True)
class Beat:
    """Words ``start`` to ``end`` between two marks.

    Attributes:
        marks: the marks inside and before it.
        phrases: the camera phrases inside.
        places: the words that are left for the text.
        opened_by: the mark that divides it from the beat before, None at the start.
        passage: the mark of the transition into it.
        timing: what is said of its time.
        ordinal: the number of its shot, from 1 (-1 is the last), where one is said.
        turned: the words that turned into it.
    """

    start: int
    end: int
    marks: tuple[Mark, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    places: tuple[int, ...] = ()
    opened_by: Mark | None = None
    passage: Mark | None = None
    timing: Timing = UNTIMED
    ordinal: int | None = None
    turned: str = ""

    @property
    def is_explicit(self) -> bool:
        """Whether words say that a new shot begins."""
        opened = self.opened_by is not None and self.opened_by.kind != "stop"
        return opened or self.passage is not None or self.timing.begins_anew or self.ordinal is not None


class BeatFinder:
    """Divides the words of a prompt at its marks."""

    def __init__(self, words: Sequence[str], marks: Sequence[Mark], phrases: Sequence[Phrase]) -> None:
        self.words, self.marks, self.phrases = list(words), list(marks), list(phrases)
        self.covered = {
            place for mark in marks if mark.kind != "stop" for place in range(mark.start, mark.end)
        }

    def beats(self) -> list[Beat]:
        """The beats in order; they cover the prompt."""
        found: list[Beat] = []
        now = Beat(start=0, end=0)
        for mark in self.marks:
            if mark.kind == "stop":
                found.append(self._closed(replace(now, end=mark.end)))
                now = Beat(start=mark.end, end=mark.end, opened_by=mark)
                continue
            if mark.kind == "turning" and found and self._names_again(now.start, mark.start):
                before = self._before(mark)
                self.covered.update(range(now.start, mark.start))
                now = replace(self._marked(now, mark, found), turned=" ".join(before))
                continue
            if mark.divides and (self._has_words(now.start, mark.start) or self._crowded(now, mark)):
                found.append(self._closed(replace(now, end=mark.start)))
                now = Beat(start=mark.start, end=mark.start, opened_by=mark)
            now = self._marked(now, mark, found)
        found.append(self._closed(replace(now, end=len(self.words))))
        return [beat for beat in found if beat.end > beat.start]

    def _names_again(self, start: int, end: int) -> bool:
        """Whether words only name what was there already: "the frog", "it"."""
        words = [word for place, word in enumerate(self.words[start:end], start) if place not in self.covered]
        return 0 < len(words) <= 4 and words[0] in ("the", "it", "he", "she", "they", "this", "that", "its")

    def _crowded(self, beat: Beat, mark: Mark) -> bool:
        return mark.kind == "transition" and beat.passage is not None

    def _marked(self, beat: Beat, mark: Mark, before: Sequence[Beat]) -> Beat:
        beat = replace(beat, marks=(*beat.marks, mark))
        if mark.kind == "timing":
            return replace(beat, timing=mark.timing.over(beat.timing))
        if mark.kind == "label":
            return replace(beat, ordinal=mark.ordinal, opened_by=beat.opened_by or mark)
        if mark.kind == "transition":
            return replace(beat, passage=mark)
        if mark.kind == "turning":
            words = self._before(mark)
            return replace(beat, passage=mark, turned=" ".join(words))
        return replace(beat, opened_by=mark if mark.divides else beat.opened_by)

    def _before(self, mark: Mark) -> list[str]:
        """The words of the sentence before a mark."""
        start = mark.start
        while start and self.words[start - 1] not in ENDS:
            start -= 1
        return [self.words[place] for place in range(start, mark.start) if place not in self.covered]

    def _has_words(self, start: int, end: int) -> bool:
        return any(
            any(map(str.isalnum, self.words[place])) and self.words[place] not in LEADING
            for place in range(start, end)
            if place not in self.covered
        )

    def _closed(self, beat: Beat) -> Beat:
        inside = tuple(phrase for phrase in self.phrases if beat.start <= phrase.start < beat.end)
        return replace(beat, phrases=inside, places=tuple(self.places(beat, inside)))

    def places(self, beat: Beat, phrases: Sequence[Phrase]) -> list[int]:
        """The places that are left for the text of a beat."""
        said = [place - beat.start for place in sorted(self.covered) if beat.start <= place < beat.end]
        shifted = [
            replace(
                phrase,
                start=phrase.start - beat.start,
                end=min(phrase.end, beat.end) - beat.start,
                aim_end=min(phrase.aim_end, beat.end) - beat.start,
            )
            for phrase in phrases
        ]
        return [place + beat.start for place in kept(self.words[beat.start : beat.end], shifted, said)]

    def is_empty(self, beat: Beat) -> bool:
        """Whether nothing is left to be shown: only camera words, transitions, times or joiners."""
        left = {self.words[place] for place in beat.places if any(map(str.isalnum, self.words[place]))}
        if left - JOINERS - FILLERS - {"it", "please", "with", "the"}:
            aims = {place for phrase in beat.phrases for place in range(phrase.end, phrase.aim_end)}
            rest = (
                {self.words[place] for place in beat.places if place not in aims} - JOINERS - FILLERS - ENDS
            )
            named = {self.words[place] for place in range(beat.start)}
            heads = [self.words[place] for place in sorted(aims) if place in beat.places]
            return not rest - {"it", ","} and bool(heads) and heads[-1] in named and beat.passage is None
        return True


def gather(finder: BeatFinder, tokens: Sequence[Span]) -> list[Beat]:
    """Beats joined to shots: camera words go to their shot, and what only describes to the shot before."""
    shots: list[Beat] = []
    waiting = Beat(start=0, end=0)
    for beat in finder.beats():
        beat = _following(waiting, beat)
        if finder.is_empty(beat):
            waiting = _set_aside(shots, beat, finder)
            continue
        named = [number for number, shot in enumerate(shots) if shot.ordinal == beat.ordinal]
        again = beat.ordinal is not None and beat.ordinal > 0 and bool(named)
        if shots and (again or _describes(shots, beat, tokens)):
            target = named[0] if again else len(shots) - 1
            shots[target] = _joined(shots[target], beat, finder)
        else:
            shots.append(replace(beat, places=tuple(finder.places(beat, beat.phrases))))
        waiting = Beat(start=beat.end, end=beat.end)
    return _closing(shots, waiting)


def _following(waiting: Beat, beat: Beat) -> Beat:
    """A beat with what stood before it alone: a transition, a time, the camera."""
    if waiting.end == waiting.start:
        return beat
    return replace(
        beat,
        start=waiting.start,
        marks=(*waiting.marks, *beat.marks),
        phrases=(*waiting.phrases, *beat.phrases),
        passage=beat.passage or waiting.passage,
        timing=beat.timing.over(waiting.timing),
        ordinal=waiting.ordinal if beat.ordinal is None else beat.ordinal,
        opened_by=waiting.opened_by if waiting.is_explicit else beat.opened_by,
    )


def _set_aside(shots: list[Beat], beat: Beat, finder: BeatFinder) -> Beat:
    """Give an empty beat's camera and length to the shot that they are said of, and keep what leads on."""
    nothing = Beat(start=beat.end, end=beat.end)
    number = None if beat.ordinal is None else len(shots) - 1 if beat.ordinal < 0 else beat.ordinal - 1
    if (
        not shots
        or (number is not None and number >= len(shots))
        or (beat.passage is not None and beat.phrases)
    ):
        return beat
    if beat.phrases:
        target = len(shots) - 1 if number is None else number
        beat = _with_length(beat)
        shot = _timed_camera(shots[target], beat) if number is None else shots[target]
        shots[target] = replace(shot, phrases=(*shot.phrases, *beat.phrases))
        return nothing
    if beat.timing != UNTIMED and not beat.timing.begins_anew and beat.passage is None:
        shots[-1] = replace(shots[-1], timing=beat.timing.over(shots[-1].timing))
        return nothing
    return beat if beat.is_explicit else nothing


def _with_length(beat: Beat) -> Beat:
    """Camera words with the length that is said behind what they are aimed at."""
    *earlier, last = beat.phrases
    said = beat.timing.duration_seconds
    if said is None or last.manner.timing.duration_seconds is not None:
        return beat
    timing = replace(last.manner.timing, duration_seconds=said)
    return replace(beat, phrases=(*earlier, replace(last, manner=replace(last.manner, timing=timing))))


def _timed_camera(shot: Beat, beat: Beat) -> Beat:
    """Where more of the camera's ways follow with their own lengths, a said length is that of the one before."""
    said = shot.timing.duration_seconds
    if (
        said is None
        or not shot.phrases
        or not any(phrase.manner.timing.duration_seconds for phrase in beat.phrases)
    ):
        return shot
    *earlier, last = shot.phrases
    if last.manner.timing.duration_seconds is not None:
        return shot
    timing = replace(last.manner.timing, duration_seconds=said)
    last = replace(last, manner=replace(last.manner, timing=timing))
    return replace(shot, phrases=(*earlier, last), timing=replace(shot.timing, duration_seconds=None))


def _joined(shot: Beat, beat: Beat, finder: BeatFinder) -> Beat:
    whole = replace(
        shot,
        end=beat.end,
        phrases=(*shot.phrases, *beat.phrases),
        marks=(*shot.marks, *beat.marks),
        timing=beat.timing.over(shot.timing),
    )
    if beat.start > shot.end + 1:
        return replace(whole, end=shot.end, places=(*shot.places, *beat.places))
    return replace(whole, places=tuple(finder.places(whole, whole.phrases)))


def _closing(shots: list[Beat], waiting: Beat) -> list[Beat]:
    """What is left at the end: the camera of the last shot, and the passage that closes the film."""
    if not shots or waiting.end == waiting.start:
        return shots
    last = shots[-1]
    shots[-1] = replace(last, phrases=(*last.phrases, *waiting.phrases))
    if waiting.passage is not None:
        shots.append(replace(waiting, phrases=(), places=()))
    return shots


def _describes(shots: Sequence[Beat], beat: Beat, tokens: Sequence[Span]) -> bool:
    """Whether a sentence adds to the shot before instead of beginning a new one."""
    if beat.is_explicit:
        return False
    if shots[-1].timing.duration_seconds and beat.timing.duration_seconds:
        return False
    earlier, reading = (read([tokens[place] for place in each.places]) for each in (shots[-1], beat))
    if not reading.happens:
        return not (_stands_alone(reading) and _stands_alone(earlier))
    if _is_part(reading):
        return True
    passage = shots[-1].passage
    cut_to = passage is not None and passage.kind != "turning"
    opens = not earlier.happens and (len(shots) == 1 or cut_to)
    return opens and not _other_subject(earlier, reading, cut_to)


def _is_part(reading: Reading) -> bool:
    """Whether it is about a part of the subject before: "its feathers shimmer"."""
    subject = reading.first("subject")
    if subject is None or kind_of(subject.head) != "body part":
        return False
    return reading.tokens[subject.start].tag == "PRP$"


def _stands_alone(reading: Reading) -> bool:
    """Whether words show something of their own: a subject with a place or a deed."""
    subject = reading.first("subject")
    if subject is None or kind_of(subject.head) not in SUBJECT_KINDS:
        return False
    first = reading.tokens[subject.start]
    verb = reading.verb
    return first.word in ("a", "an", "two", "three", "another") and (
        reading.first("place") is not None or verb is not None
    ) and (verb is None or verb.head not in ("be", "have"))  # fmt: skip


def _other_subject(earlier: Reading, reading: Reading, cut_to: bool) -> bool:
    """Whether the shot so far shows a subject of its own, and now another one does something."""
    first, second = earlier.first("subject"), reading.first("subject")
    if first is None or kind_of(first.head) not in SUBJECT_KINDS:
        return False
    return cut_to or second is None or second.head not in (first.head, *PERSONAL_PRONOUNS)
