"""From a prompt to a storyboard: what is said of the camera becomes its path, the rest goes to the generator."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from textreel.errors import UsageError
from textreel.language.tokens import Span, check_prompt, normal_form, split
from textreel.storyboard.board import CameraMove, Note, Shot, Storyboard
from textreel.storyboard.cutting import cut
from textreel.storyboard.modifiers import Manner
from textreel.storyboard.moves import MOVES, MoveKind
from textreel.storyboard.phrases import Phrase, Reader
from textreel.types import DEFAULT_SECONDS, TextSpan

LONGEST_SECONDS = 3600.0
SHORTEST_MOVE_SECONDS = 0.25
USUAL_SECONDS = 2.0
SEQUENCE_WORDS = frozenset({"then", "before", "next", "finally", "afterwards", "later", "followed"})
TOGETHER_WORDS = frozenset({"while", "as"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """Phrases that happen at the same time."""

    phrases: tuple[Phrase, ...]

    @property
    def duration_seconds(self) -> float | None:
        """The time asked for; None where nothing is said."""
        said = [phrase.manner.duration_seconds for phrase in self.phrases if phrase.manner.duration_seconds]
        return max(said, default=None)

    @property
    def delay_seconds(self) -> float | None:
        """When it should begin, from the start of the shot; None where nothing is said."""
        said = [
            phrase.manner.delay_seconds for phrase in self.phrases if phrase.manner.delay_seconds is not None
        ]
        return max(said, default=None)


def plan(prompt: str, seconds: float = DEFAULT_SECONDS) -> Storyboard:
    """Read a prompt as the storyboard of a film of ``seconds``.

    The film is one shot. Spans of the storyboard are places in ``storyboard.prompt``, which is the prompt with
    its spaces put in order.

    Raises:
        PromptError: the prompt is empty, too long, or says only what the camera does.
        UsageError: the length is impossible, the camera is told two things that cannot be together, or a move
            does not fit into the film.
    """
    if not (math.isfinite(seconds) and 0 < seconds <= LONGEST_SECONDS):
        raise UsageError(
            f"A film lasts more than 0 and at most {LONGEST_SECONDS:g} seconds; got {seconds:g}. Give another length."
        )
    text = check_prompt(prompt)
    tokens = split(text)
    words = [normal_form(token.text) for token in tokens]
    phrases = tuple(Reader(words).phrases())
    rest = cut(text, tokens, phrases) if phrases else text
    if not any(map(str.isalnum, rest)):
        raise UsageError(
            f"A prompt must say what is seen; {text!r} only says what the camera does. Add a subject."
        )
    known = [phrase for phrase in phrases if phrase.kind is not None]
    steps = _steps(words, known)
    for step in steps:
        _check_together(text, tokens, step)
    notes: list[Note] = [
        Note(words=_span(text, tokens, phrase), reason="the camera has no such move, and stays as it is")
        for phrase in phrases
        if phrase.kind is None
    ]
    moves = _moves(text, tokens, steps, seconds, notes)
    shot = Shot(index=0, text=rest, start_seconds=0.0, seconds=seconds, moves=moves)
    return Storyboard(prompt=text, shots=(shot,), notes=tuple(notes))


def _steps(words: Sequence[str], phrases: Sequence[Phrase]) -> list[Step]:
    """Group phrases by time: "then" begins a new step, and so does going back on the same axis after "and"."""
    steps: list[list[Phrase]] = []
    end = 0
    for phrase in phrases:
        between = set(words[end : phrase.end])
        fresh = not steps or bool(between & SEQUENCE_WORDS) or phrase.manner.delay_seconds is not None
        if steps and not fresh and not between & TOGETHER_WORDS and not phrase.manner.together:
            fresh = any(
                other.kind == phrase.kind and other.direction != phrase.direction for other in steps[-1]
            ) and not any(other.kind == "static" for other in (phrase, *steps[-1]))
        if fresh:
            steps.append([])
        steps[-1].append(phrase)
        end = phrase.end
    return [Step(phrases=tuple(step)) for step in steps]


def _check_together(text: str, tokens: Sequence[Span], step: Step) -> None:
    """Refuse what a camera cannot do at the same time."""
    for index, first in enumerate(step.phrases):
        for second in step.phrases[index + 1 :]:
            kinds = MOVES[str(first.kind)], MOVES[str(second.kind)]
            still = "static" in (first.kind, second.kind) and first.kind != second.kind
            opposed = kinds[0].axis == kinds[1].axis and first.direction != second.direction
            if still or opposed:
                said = dict.fromkeys(repr(_span(text, tokens, phrase).text) for phrase in (first, second))
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
            span = _span(text, tokens, phrase)
            moves.append(_move(phrase, kind, start, length, span, notes))
    return tuple(moves)


def _timed(steps: Sequence[Step], seconds: float) -> list[tuple[Step, float, float]]:
    """Each step with its start and its length in seconds."""
    timed: list[tuple[Step, float, float]] = []
    clock = 0.0
    for index, step in enumerate(steps):
        start = max(clock, step.delay_seconds or 0.0)
        later = [other.duration_seconds for other in steps[index + 1 :]]
        following = next((other.delay_seconds for other in steps[index + 1 :] if other.delay_seconds), None)
        free = (following if following is not None else seconds) - start
        free -= sum(length for length in later if length) if following is None else 0.0
        sharing = 1 + (sum(length is None for length in later) if following is None else 0)
        length = step.duration_seconds or free / sharing
        if start + length > seconds + 1e-6 or length < min(SHORTEST_MOVE_SECONDS, seconds) - 1e-6:
            raise UsageError(
                f"A camera move takes at least {SHORTEST_MOVE_SECONDS:g} s and ends within the film, which lasts "
                f"{seconds:g} s; move {index + 1} of {len(steps)} would take {length:g} s from {start:g} s. Make "
                "the film longer, or ask for fewer or shorter moves."
            )
        timed.append((step, start, length))
        clock = start + length
    return timed


def _move(
    phrase: Phrase, kind: MoveKind, start: float, length: float, span: TextSpan, notes: list[Note]
) -> CameraMove:
    """One move with its amount: as said, or the usual one for its speed and time."""
    manner, said = phrase.manner, _said_amount(phrase.manner, kind)
    amount = _usual_amount(manner, kind, length) if said is None else said
    if said is not None and manner.speed and manner.speed > 1.0 and manner.duration_seconds is None:
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
        words=span,
    )


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


def _span(text: str, tokens: Sequence[Span], phrase: Phrase) -> TextSpan:
    start, end = tokens[phrase.start].start, tokens[phrase.end - 1].end
    return TextSpan(text=text[start:end], start=start, end=end)
