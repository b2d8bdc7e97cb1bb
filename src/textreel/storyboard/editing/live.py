"""Directing a running shot: what the words change from now on, and whether a new take begins."""

from __future__ import annotations

import re
from dataclasses import replace

from textreel.arguments import of_type
from textreel.errors import UsageError
from textreel.language.kinds import kind_of
from textreel.language.tokens import check_prompt, normal_form, split
from textreel.storyboard.board import Note, Shot, Storyboard
from textreel.storyboard.editing.changes import Change, Direction
from textreel.storyboard.editing.clause import thing
from textreel.storyboard.editing.edit import check_understood
from textreel.storyboard.editing.instruction import understand
from textreel.storyboard.editing.nouns import heads, names
from textreel.storyboard.editing.sentence import sentence
from textreel.storyboard.editing.text_requests import Kind
from textreel.storyboard.editing.work import Work
from textreel.storyboard.plan import plan
from textreel.storyboard.transitions import TRANSITIONS, Transition, read_transition
from textreel.storyboard.word_kinds import SETTING_KINDS
from textreel.types import TextSpan

_BEFORE = re.compile(
    r"(?:(?:and|now|then|please|suddenly|ok|next|finally|,|:|let us|let 's|meanwhile|elsewhere) )+"
)
_CLOSING = re.compile(
    r"(?:the (?:end|picture|film) )?(?:fade|cut|go)(?:s)?(?: (?:out|to black|to white))+(?: now)?[.!]?"
)


def direct(shot: Shot, instruction: str) -> Direction:
    """What a direction makes of a running shot.

    Camera moves of the direction begin now; each takes two seconds where nothing is said, and the camera then stays
    where it is. Rest, shake and following go on.

    >>> from textreel.storyboard import plan
    >>> running = plan("A lion walks across the savanna").shots[0]
    >>> direct(running, "cut to a shark in the sea").shot.text
    'a shark in the sea'

    Raises:
        PromptError: the instruction is empty, too long or in another script.
        UsageError: nothing in it can be done to a running shot, it contradicts itself, or names what is not there.
    """
    of_type("shot", shot, Shot, "a Shot of a storyboard")
    text = check_prompt(instruction)
    running = replace(shot, index=0, start_seconds=0.0, transition=None, carried=())
    taken = _cut(running, text) or _new_scene(running, text)
    return _indexed(taken or _same_take(running, text), shot)


def _indexed(direction: Direction, shot: Shot) -> Direction:
    """The direction for the shot as numbered in its film."""
    changed = replace(direction.shot, index=shot.index, start_seconds=shot.start_seconds)
    changes = tuple(replace(change, shot=shot.index) for change in direction.changes)
    return replace(direction, shot=changed, changes=changes)


def _same_take(shot: Shot, text: str) -> Direction:
    """The running shot with something changed."""
    work = Work(Storyboard(prompt=shot.text, shots=(shot,)), live=True)
    understood = understand(text, names(work.texts), live=True)
    check_understood(text, understood)
    for request in understood.requests:
        request.apply(work)
    morphs = any(isinstance(request, Kind) and request.turning for request in understood.requests)
    notes = sorted([*understood.notes, *work.notes], key=lambda note: note.words.start)
    return Direction(
        shot=work.takes[0].shot,
        transition=Transition(kind="morph", seconds=TRANSITIONS["morph"]) if morphs else None,
        keeps_camera=not work.camera_said,
        changes=work.changes(),
        notes=tuple(notes),
    )


def _cut(shot: Shot, text: str) -> Direction | None:
    """A direction that begins with a transition: "cut to a shark in the sea"."""
    tokens = split(text)
    said = " ".join(normal_form(token.text) for token in tokens)
    lead = _BEFORE.match(said)
    rest = said[lead.end() :] if lead else said
    found = read_transition(rest)
    if found is None:
        return None
    start = len(lead[0].split()) if lead else 0
    end = start + found.words
    span = TextSpan(
        text=text[tokens[start].start : tokens[end - 1].end],
        start=tokens[start].start,
        end=tokens[end - 1].end,
    )
    if end >= len(tokens) or not any(token.is_word for token in tokens[end:]):
        return _through(shot, found.kind, found.speed, span)
    return _take(shot, f"{shot.text.rstrip('.!?')}. {text[tokens[start].start :]}", text)


def _through(shot: Shot, kind: str, speed: float, words: TextSpan) -> Direction:
    """A transition alone: a new take of the same."""
    if kind == "cut":
        raise UsageError(
            f'A cut goes to something else, and {words.text!r} does not say to what; say for example "cut '
            f'to a shark in the sea".'
        )
    change = Change(shot=0, what="transition", before="", after=kind, words=words)
    note = Note(words=words, reason="nothing is said of what comes next; the same goes on")
    passage = Transition(kind=kind, seconds=TRANSITIONS[kind] * speed)
    return Direction(
        shot=replace(shot, moves=()), transition=passage, keeps_camera=False, changes=(change,), notes=(note,)
    )


def _new_scene(shot: Shot, text: str) -> Direction | None:
    """Somebody new in a new place, which is cut to: "now a shark swims in the sea"."""
    said = " ".join(normal_form(token.text) for token in split(text))
    lead = _BEFORE.match(said)
    scene = text[split(text)[len(lead[0].split())].start :] if lead else text
    read = sentence(scene)
    subject, places = read.reading.first("subject"), read.reading.all("place")
    if subject is None or not any(_is_setting(place.head) for place in places):
        return None
    if subject.start > 1 and read.words[0] not in ("show", "we", "there", "here", "now", "let"):
        return None
    whom = thing(" ".join(read.words[subject.start : subject.end]))
    if (
        whom is None
        or whom.determiner not in ("a", "an", "some", "")
        or whom.is_pronoun
        or subject.head in heads([shot.text])
    ):
        return None
    if whom.determiner == "" and whom.count is None and not whom.many:
        return None
    seen = scene[read.tokens[subject.start].span.start :]
    return _take(shot, f"{shot.text.rstrip('.!?')}. Cut to {seen}", text)


def _is_setting(head: str) -> bool:
    """Whether a place is one that somebody else can be in: no chair, and nobody's back."""
    return kind_of(head) in SETTING_KINDS or head == "underwater"


def _take(shot: Shot, prompt: str, text: str) -> Direction:
    """The shot that the planner makes of a direction after the running one."""
    earlier = len(plan(f"{shot.text.rstrip('.!?')}.").shots)
    board = plan(prompt)
    if len(board.shots) <= earlier:
        raise UsageError(
            f"A new take shows something, and {text!r} does not say what; add a subject or a place."
        )
    new, before = board.shots[earlier], board.shots[earlier - 1]
    moves = tuple(replace(move, words=None) for move in new.moves)
    passage = before.transition or Transition(kind="cut")
    words = TextSpan(text=text, start=0, end=len(text))
    changes = (
        Change(shot=0, what="shot", before=shot.text, after=new.text, words=words),
        Change(shot=0, what="transition", before="", after=passage.kind, words=words),
    )
    later = len(board.shots) > earlier + 1
    notes = (
        (Note(words=words, reason="a direction begins one take; what follows it was left out"),)
        if later
        else ()
    )
    changed = replace(shot, text=new.text, seconds=new.seconds, moves=moves, timing=None)
    return Direction(
        shot=changed,
        transition=replace(passage, words=None),
        keeps_camera=False,
        changes=changes,
        notes=notes,
    )
