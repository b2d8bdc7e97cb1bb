"""From a prompt to a storyboard: shots in order, each with its text, its camera, its length and what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from textreel.arguments import number_of_seconds
from textreel.errors import UsageError
from textreel.language.tokens import Span, check_prompt, normal_form, split
from textreel.limits import SECONDS_RANGE
from textreel.storyboard.beats import Beat, BeatFinder, gather
from textreel.storyboard.board import Note, Shot, Storyboard
from textreel.storyboard.camera import camera_moves, needed_seconds
from textreel.storyboard.carrying import sharing, tell
from textreel.storyboard.cutting import cut, rebuilt
from textreel.storyboard.lengths import SHORTEST_SHOT_SECONDS, shot_seconds
from textreel.storyboard.marks import Mark, MarkFinder
from textreel.storyboard.parts import NOTHING, Draft, Told
from textreel.storyboard.phrases import Phrase, Reader
from textreel.storyboard.subjects import not_there, subjects_of
from textreel.storyboard.timing import UNTIMED
from textreel.storyboard.transitions import TRANSITIONS, Transition
from textreel.storyboard.word_kinds import FRAMING
from textreel.types import DEFAULT_SECONDS, TextSpan

NEW_SCENES = frozenset(TRANSITIONS) - {"cut", "morph"}
"""Transitions after which nothing of the shot before is taken to be still true."""


@dataclass(frozen=True, kw_only=True)
class Script:
    """A prompt as it is read: its words, its camera phrases, its marks and its shots."""

    text: str
    tokens: Sequence[Span] = field(repr=False)
    words: Sequence[str] = field(repr=False)
    phrases: tuple[Phrase, ...]
    shots: tuple[Beat, ...]
    closing: Beat | None

    def span(self, start: int, end: int) -> TextSpan:
        """The words from one place to another."""
        first, last = self.tokens[start].start, self.tokens[end - 1].end
        return TextSpan(text=self.text[first:last], start=first, end=last)


def plan(prompt: str, seconds: float | None = None) -> Storyboard:
    """Read a prompt, a sentence or a whole paragraph, as the storyboard of a film.

    ``seconds`` is how long the film lasts; without it, shots last as long as is said of them, and two seconds
    where nothing is said. Spans of the storyboard are places in ``storyboard.prompt``, which is the prompt with
    its spaces put in order.

    Raises:
        PromptError: the prompt is empty, too long, or says only what the camera does.
        UsageError: the length is impossible, the camera is told two things that cannot be together, or shots,
            moves or transitions do not fit into the film.
    """
    if seconds is not None:
        seconds = number_of_seconds(seconds, *SECONDS_RANGE)
    script = _script(check_prompt(prompt))
    notes = _framing_notes(script)
    lengths = _lengths(script, seconds, notes)
    told = _told(script)
    shots, start = [], 0.0
    for index, (beat, length, text) in enumerate(zip(script.shots, lengths, told, strict=True)):
        _check_followed(script, beat)
        moves = camera_moves(script.text, script.tokens, script.words, beat.phrases, length, notes)
        shots.append(
            Shot(
                index=index, text=text.text, start_seconds=start, seconds=length, moves=moves, carried=text.carried,
                transition=_passage(script, index, lengths, notes), timing=_timing_words(script, beat),
            )
        )  # fmt: skip
        start += length
    opening = _opening(script, lengths)
    ordered = tuple(sorted(notes, key=lambda note: note.words.start))
    return Storyboard(prompt=script.text, shots=tuple(shots), notes=ordered, opening=opening)


def _script(text: str) -> Script:
    """Find camera phrases, marks and shots in a text."""
    tokens = _split(text)
    words = [normal_form(token.text) for token in tokens]
    phrases = tuple(Reader(words).phrases())
    taken = {place for phrase in phrases for place in range(phrase.start, phrase.end)}
    marks = MarkFinder(words, taken).marks()
    finder = BeatFinder(words, marks, phrases)
    shots = gather(finder, tokens)
    closing = shots.pop() if shots and not shots[-1].places else None
    if not shots:
        raise UsageError(
            f"A prompt must say what is seen; {text!r} only says what the camera does. Add a subject."
        )
    return Script(text=text, tokens=tokens, words=words, phrases=phrases, shots=tuple(shots), closing=closing)


def _check_followed(script: Script, beat: Beat) -> None:
    """Refuse a camera that follows somebody who is known ("the dog") and not there."""
    for phrase in beat.phrases:
        aim = range(phrase.end, phrase.aim_end)
        if phrase.kind != "tracking" or not aim or script.words[aim[0]] != "the":
            continue
        rest = [place for place in beat.places if place not in aim]
        others = (
            subjects_of(rebuilt(script.text, script.tokens, rest)) if len(rest) < len(beat.places) else []
        )
        if others and script.words[aim[-1]] not in others:
            raise not_there(
                script.words[aim[-1]], f"the shot {script.span(beat.start, beat.end).text!r}", others
            )


def _split(text: str) -> list[Span]:
    """The tokens of a text, with milliseconds at the end of a sentence as two: the tokens know only Ms. as a title."""
    tokens: list[Span] = []
    for token in split(text):
        if token.text == "ms.":
            unit = Span(text="ms", start=token.start, end=token.end - 1)
            tokens += [unit, Span(text=".", start=token.end - 1, end=token.end)]
        else:
            tokens.append(token)
    return tokens


def _told(script: Script) -> list[Told]:
    """The texts of the shots. A film of one shot keeps its words as they are."""
    if len(script.shots) == 1:
        return [Told(text=_only_text(script), carried=(), scene=NOTHING)]
    told: list[Told] = []
    scene = NOTHING
    drafts = [_draft(script, index) for index in range(len(script.shots))]
    for index, draft in enumerate(drafts):
        following = drafts[index + 1] if index + 1 < len(drafts) else None
        told.append(tell(draft if following is None else sharing(draft, following), scene))
        scene = told[-1].scene
    return told


def _draft(script: Script, index: int) -> Draft:
    """What the prompt has for one shot."""
    beat = script.shots[index]
    turning = beat.passage is not None and beat.passage.kind == "turning"
    return Draft(
        index=index,
        prompt=script.text,
        tokens=script.tokens,
        places=beat.places,
        cut_to=beat.passage is not None,
        fresh=_kind(beat) in NEW_SCENES and not beat.turned,
        labelled=beat.ordinal is not None,
        turning=turning and index > 0,
        after_then=beat.opened_by is not None and beat.opened_by.kind == "then",
        turned=beat.turned,
    )


def _only_text(script: Script) -> str:
    (beat,) = script.shots
    said = [mark for mark in _all_marks(script) if mark.kind != "stop"]
    opening_delay = beat.timing.delay_seconds is not None and all(mark.kind == "timing" for mark in said)
    if not said or opening_delay:
        return cut(script.text, script.tokens, script.phrases)
    draft = Draft(index=0, prompt=script.text, tokens=script.tokens, places=beat.places)
    text = draft.text()
    return text[:1].upper() + text[1:] if script.text[:1].isupper() else text


def _all_marks(script: Script) -> list[Mark]:
    closing = script.closing.marks if script.closing else ()
    return [mark for beat in script.shots for mark in beat.marks] + list(closing)


def _kind(beat: Beat) -> str:
    """The kind of the transition into a shot."""
    said = beat.passage.transition if beat.passage is not None else None
    return said.kind if said is not None else "cut"


def _lengths(script: Script, seconds: float | None, notes: list[Note]) -> list[float]:
    """How long each shot lasts."""
    timings = [beat.timing for beat in script.shots]
    first = timings[0]
    if len(timings) == 1 and seconds is not None:
        if first.duration_seconds is not None and abs(first.duration_seconds - seconds) > 1e-6:
            words = _timing_words(script, script.shots[0])
            if words is not None:
                notes.append(Note(words=words, reason=f"the film was asked to last {seconds:g} s, and does"))
        return [seconds]
    if first.delay_seconds is not None:
        words = _timing_words(script, script.shots[0])
        notes += [Note(words=words, reason="nothing comes before the first shot")] if words else []
    needed = [needed_seconds(script.words, beat.phrases) for beat in script.shots]
    try:
        lengths = shot_seconds(timings, seconds, [max(DEFAULT_SECONDS, need) for need in needed])
    except UsageError as error:
        spans = [_timing_words(script, beat) for beat in script.shots]
        quoted = ", ".join(repr(span.text) for span in spans if span is not None)
        raise UsageError(f"{error} Said are: {quoted}.") from error
    for index, length in enumerate(lengths):
        if length < SHORTEST_SHOT_SECONDS - 1e-6:
            said = script.span(script.shots[index].start, script.shots[index].end).text.strip()
            raise UsageError(
                f"A shot lasts at least {SHORTEST_SHOT_SECONDS:g} s; {len(lengths)} shots in "
                f"{sum(lengths) if seconds is None else seconds:g} s leave {max(length, 0):.2g} s for {said!r}. "
                "Make the film longer, or ask for fewer or shorter shots."
            )
    return lengths


def _timing_words(script: Script, beat: Beat) -> TextSpan | None:
    marks = [mark for mark in beat.marks if mark.timing != UNTIMED and mark.kind == "timing"]
    return script.span(marks[0].start, marks[-1].end) if marks else None


def _passage(script: Script, index: int, lengths: Sequence[float], notes: list[Note]) -> Transition | None:
    """How a shot passes into the next one, or how the film ends."""
    last = index == len(script.shots) - 1
    beat = script.closing if last else script.shots[index + 1]
    if beat is None:
        return None
    mark = beat.passage if beat.passage is not None else beat.opened_by
    words = None if mark is None or mark.kind == "stop" else script.span(mark.start, mark.end)
    room = lengths[index] if last else min(lengths[index], lengths[index + 1])
    transition = _transition(beat, words, room, notes)
    return None if last and transition.kind == "cut" else transition


def _transition(beat: Beat, words: TextSpan | None, room: float, notes: list[Note]) -> Transition:
    kind = _kind(beat)
    if kind == "cut" or beat.passage is None or beat.passage.transition is None:
        return Transition(kind="cut", words=words)
    said = beat.passage.timing.duration_seconds
    length = TRANSITIONS[kind] * beat.passage.transition.speed if said is None else said
    if length > room:
        if said is not None and words is not None:
            notes.append(Note(words=words, reason=f"the shots leave only {room:g} s for the {kind}"))
        length = room
    return Transition(kind=kind, seconds=length, words=words)


def _opening(script: Script, lengths: Sequence[float]) -> Transition | None:
    """How the film begins: a fade-in before anything else."""
    beat = script.shots[0]
    said = beat.passage.transition if beat.passage is not None else None
    if said is None or beat.passage is None or not (said.opens or said.kind != "cut"):
        return None
    words = script.span(beat.passage.start, beat.passage.end)
    transition = _transition(replace(beat), words, lengths[0] / 2, [])
    return transition


def _framing_notes(script: Script) -> list[Note]:
    """Notes on words of direction that a storyboard cannot follow."""
    notes = []
    for pattern, reason in FRAMING.items():
        parts = pattern.split()
        for place in range(len(script.words) - len(parts) + 1):
            if list(script.words[place : place + len(parts)]) == parts:
                notes.append(Note(words=script.span(place, place + len(parts)), reason=reason))
    return notes
