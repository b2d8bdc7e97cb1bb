"""From camera phrases to camera moves: what comes first, what goes together, how long and how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textreel.errors import UsageError
from textreel.language.tokens import Span, normal_form, split
from textreel.storyboard.board import CameraMove, Note
from textreel.storyboard.camera_words import HALTING, PASSAGES, TARGETS
from textreel.storyboard.modifiers import Manner
from textreel.storyboard.moves import MOVES, MoveKind
from textreel.storyboard.phrases import Phrase
from textreel.storyboard.subjects import subject_named
from textreel.types import TextSpan

SHORTEST_MOVE_SECONDS = 0.25
USUAL_SECONDS = 2.0
SEQUENCE_WORDS = frozenset({"then", "before", "next", "finally", "afterwards", "later", "followed"})
TOGETHER_WORDS = frozenset({"while", "as"})
ENDS = frozenset({".", ";", "!"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """Phrases that happen at the same time."""

    phrases: tuple[Phrase, ...]

    @property
    def duration_seconds(self) -> float | None:
        """The time asked for; None where nothing is said."""
        said = [phrase.manner.timing for phrase in self.phrases]
        return max((timing.duration_seconds for timing in said if timing.duration_seconds), default=None)

    @property
    def delay_seconds(self) -> float | None:
        """When it should begin, from the start of the shot; None where nothing is said."""
        times = [
            (phrase.manner.timing.delay_seconds, phrase.manner.timing.at_seconds) for phrase in self.phrases
        ]
        return max((time for pair in times for time in pair if time is not None), default=None)

    def within(self, seconds: float) -> tuple[float | None, float | None]:
        """When it should begin and how long it should take in a shot of some seconds; None is not said."""
        for phrase in self.phrases:
            timing = phrase.manner.timing
            if timing.last_seconds is not None:
                return max(0.0, seconds - timing.last_seconds), min(seconds, timing.last_seconds)
            if timing.portion is not None:
                start, end = timing.portion
                return start * seconds, self.duration_seconds or (end - start) * seconds
        return self.delay_seconds, self.duration_seconds


def camera_moves(
    text: str,
    tokens: Sequence[Span],
    words: Sequence[str],
    phrases: Sequence[Phrase],
    seconds: float,
    notes: list[Note],
) -> tuple[CameraMove, ...]:
    """The moves of one shot of some seconds, from its camera phrases in order; adds to the notes.

    Raises:
        UsageError: the camera is told two things that cannot be together, or a move does not fit into the shot.
    """
    phrases = sorted(phrases, key=lambda phrase: phrase.start)
    notes += [
        Note(words=words_of(text, tokens, phrase), reason="the camera has no such move, and stays as it is")
        for phrase in phrases
        if phrase.kind is None
    ]
    steps = _steps(words, [phrase for phrase in phrases if phrase.kind is not None])
    for step in steps:
        _check_together(text, tokens, step)
    return _moves(text, tokens, steps, seconds, notes)


def needed_seconds(words: Sequence[str], phrases: Sequence[Phrase]) -> float:
    """How long a shot must be for the times that are said of its camera; 0 where none is said."""
    clock = 0.0
    for step in _steps(words, [phrase for phrase in phrases if phrase.kind is not None]):
        clock = max(clock, step.delay_seconds or 0.0)
        clock += step.duration_seconds or (USUAL_SECONDS / 2 if clock else 0.0)
    return clock


def usual_seconds(words: Sequence[str], phrases: Sequence[Phrase]) -> float:
    """How long the moves take where nothing bounds them: as said, and two seconds for each of the others."""
    clock = 0.0
    for step in _steps(words, [phrase for phrase in phrases if phrase.kind is not None]):
        clock = max(clock, step.delay_seconds or 0.0) + (step.duration_seconds or USUAL_SECONDS)
    return clock or USUAL_SECONDS


def _steps(words: Sequence[str], phrases: Sequence[Phrase]) -> list[Step]:
    """Group phrases by time: "then" begins a new step, and so does going back on the same axis after "and"."""
    steps: list[list[Phrase]] = []
    end = 0
    for phrase in phrases:
        between = set(words[end : phrase.end])
        apart = bool(between & (SEQUENCE_WORDS | ENDS)) and not between & TOGETHER_WORDS
        apart = apart or (
            phrase.kind == "static" and words[phrase.start] in HALTING and not between & TOGETHER_WORDS
        )
        apart = apart or bool(steps and _timed_apart(steps[-1][-1], phrase, between))
        fresh = not steps or bool(between & SEQUENCE_WORDS) or apart or phrase.manner.timing.begins_anew
        if steps and not fresh and not between & TOGETHER_WORDS and not phrase.manner.together:
            fresh = any(
                other.kind == phrase.kind and other.direction != phrase.direction for other in steps[-1]
            ) and not any(other.kind == "static" for other in (phrase, *steps[-1]))
        if fresh:
            steps.append([])
        steps[-1].append(phrase)
        end = phrase.end
    return [Step(phrases=tuple(step)) for step in steps]


def _timed_apart(first: Phrase, second: Phrase, between: set[str]) -> bool:
    """Whether two phrases have their own lengths: "pans for a second and tilts for a second"."""
    timed = first.manner.timing.duration_seconds and second.manner.timing.duration_seconds
    return bool(timed) and not between & TOGETHER_WORDS and not second.manner.together


def _check_together(text: str, tokens: Sequence[Span], step: Step) -> None:
    """Refuse what a camera cannot do at the same time."""
    for index, first in enumerate(step.phrases):
        for second in step.phrases[index + 1 :]:
            kinds = MOVES[str(first.kind)], MOVES[str(second.kind)]
            pair = {first.kind, second.kind}
            still = "static" in pair and len(pair) > 1
            opposed = kinds[0].axis == kinds[1].axis and first.direction != second.direction
            if still or opposed:
                said = dict.fromkeys(repr(words_of(text, tokens, phrase).text) for phrase in (first, second))
                raise UsageError(
                    f"A camera cannot do two opposite things at once, and here it is told "
                    f'{" and ".join(said)}; leave one out, or put "then" between them.'
                )


def _moves(
    text: str, tokens: Sequence[Span], steps: Sequence[Step], seconds: float, notes: list[Note]
) -> tuple[CameraMove, ...]:
    """The moves of all steps, one step after the other; steps without a said time share what is left."""
    moves: list[CameraMove] = []
    for step, start, length in _timed(steps, seconds):
        seen: set[str] = set()
        for phrase in step.phrases:
            kind = MOVES[str(phrase.kind)]
            if kind.axis in seen:
                continue
            seen.add(kind.axis)
            said = words_of(text, tokens, phrase), _aim(text, tokens, phrase)
            moves.append(_move(phrase, kind, start, length, said, notes))
    return tuple(moves)


def _timed(steps: Sequence[Step], seconds: float) -> list[tuple[Step, float, float]]:
    """Each step with its start and its length in seconds."""
    timed: list[tuple[Step, float, float]] = []
    said = [step.within(seconds) for step in steps]
    clock = 0.0
    for index, (step, (begins, lasts)) in enumerate(zip(steps, said, strict=True)):
        start = max(clock, begins or 0.0)
        later = said[index + 1 :]
        following = next((begin for begin, _ in later if begin), None)
        free = (following if following is not None else seconds) - start
        free -= sum(length for _, length in later if length) if following is None else 0.0
        sharing = 1 + (sum(length is None for _, length in later) if following is None else 0)
        length = lasts or free / sharing
        if start + length > seconds + 1e-6 or length < min(SHORTEST_MOVE_SECONDS, seconds) - 1e-6:
            raise UsageError(
                f"A camera move takes at least {SHORTEST_MOVE_SECONDS:g} s and ends within its shot, which lasts "
                f"{seconds:g} s; move {index + 1} of {len(steps)} would take {length:g} s from {start:g} s. Make "
                "the film longer, or ask for fewer or shorter moves."
            )
        timed.append((step, start, length))
        clock = start + length
    return timed


def _move(
    phrase: Phrase,
    kind: MoveKind,
    start: float,
    length: float,
    words: tuple[TextSpan, TextSpan | None],
    notes: list[Note],
) -> CameraMove:
    """One move with its amount: as said, or the usual one for its speed and time."""
    span, aim = words
    manner, said = phrase.manner, _said_amount(phrase.manner, kind)
    amount = _usual_amount(manner, kind, length) if said is None else said
    if said is not None and manner.speed and manner.speed > 1.0 and manner.timing.duration_seconds is None:
        length = length / manner.speed
    least, most = kind.amounts
    if not least <= amount <= most:
        notes.append(
            Note(
                words=span,
                reason=f"a {kind.name} is of {least:g} to {most:g} {kind.unit}, not of {amount:.3g}",
            )
        )
        amount = min(max(amount, least), most)
    elif not phrase.direction_said:
        notes.append(Note(words=span, reason=f"no direction was said; {phrase.direction} was taken"))
    return CameraMove(
        kind=kind.name,
        direction=phrase.direction,
        amount=amount,
        start_seconds=start,
        seconds=length,
        easing=manner.easing or "smooth",
        subject=_followed(kind, aim),
        aim=aim,
        words=span,
    )


def _followed(kind: MoveKind, aim: TextSpan | None) -> str | None:
    """Whom a camera is to follow; None is the main subject."""
    if aim is None or kind.axis != "subject":
        return None
    return subject_named([normal_form(token.text) for token in split(aim.text)])


def _said_amount(manner: Manner, kind: MoveKind) -> float | None:
    if manner.degrees is not None and kind.from_degrees is not None:
        return manner.degrees * kind.from_degrees
    if manner.factor is not None and kind.axis == "zoom":
        return manner.factor
    return kind.from_share(manner.share) if manner.share is not None and kind.axis != "none" else None


def _usual_amount(manner: Manner, kind: MoveKind, length: float) -> float:
    """The usual amount, more of it when fast or when it lasts (a zoom in its logarithm)."""
    strength = (manner.speed or 1.0) * (manner.extent or 1.0)
    if kind.grows:
        strength *= length / USUAL_SECONDS
    least, most = kind.amounts
    amount = kind.default_amount**strength if kind.axis == "zoom" else kind.default_amount * strength
    return min(max(amount, least), most)


def words_of(text: str, tokens: Sequence[Span], phrase: Phrase) -> TextSpan:
    """The words of a camera phrase."""
    start, end = tokens[phrase.start].start, tokens[phrase.end - 1].end
    return TextSpan(text=text[start:end], start=start, end=end)


def _aim(text: str, tokens: Sequence[Span], phrase: Phrase) -> TextSpan | None:
    """What a camera phrase is aimed at."""
    first = phrase.end + (
        tokens[phrase.end].text.lower() in TARGETS | PASSAGES if phrase.aim_end > phrase.end else 0
    )
    if phrase.aim_end <= first:
        return None
    start, end = tokens[first].start, tokens[phrase.aim_end - 1].end
    return TextSpan(text=text[start:end], start=start, end=end)
