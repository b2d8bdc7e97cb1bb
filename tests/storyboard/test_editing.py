"""Edits and live directions come out as a careful reader would write them.

The first half (``edits.yaml``) tuned the reader; the other (``edits-held-out.yaml``) was written before it and never
used to tune it: 91.1 % of these come out right, and 100 % of the others.
"""

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from textreel.corpora.scenes.attributes import MANNERS
from textreel.corpora.scenes.grammar import Form, conjugate
from textreel.corpora.scenes.wording import ADJECTIVES, MOTION_VERBS
from textreel.errors import TextreelError, UsageError
from textreel.language import tokenize
from textreel.storyboard import CameraMove, Shot, Storyboard, direct, edit, plan
from textreel.storyboard.editing.changes import KINDS
from textreel.storyboard.editing.sentence import sentence

FORMS: tuple[Form, ...] = ("simple", "progressive", "participle")
FOLDER = Path(__file__).parent
HALVES = {"edits": 0.95, "edits-held-out": 0.85}
"""The least share of each half that must come out right."""
WRONG = re.compile(
    r"\b(?:an (?![aeiou]|hour)|a [aeio]|(?:a|an|the) (?:a|an|the)\b|and$|while$|as$|in$|at$|the$)|  |^[,. ]| [,.]",
    re.IGNORECASE,
)
"""What no sentence has."""

MOVE = re.compile(
    r"(?P<kind>\w+)(?: (?P<direction>in|out|left|right|up|down|clockwise|anticlockwise))?"
    r"(?: x(?P<amount>[\d.]+))?(?: from (?P<start>[\d.]+))?(?: for (?P<seconds>[\d.]+))?"
    r"(?: (?P<easing>linear|smooth))?$"
)


def document(name: str) -> dict[str, list[dict[str, Any]]]:
    loaded = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def listed(words: str | None) -> list[str]:
    return [part.strip() for part in str(words or "").split(",") if part.strip()]


def holds(text: str, words: str) -> bool:
    """Whether the words stand in the text one after the other, in any form of case."""
    said, sought = tokenize(text), tokenize(words)
    return any(said[start : start + len(sought)] == sought for start in range(len(said) - len(sought) + 1))


def near(value: float, said: str | None, within: float) -> bool:
    return said is None or abs(value - float(said)) <= within


def is_move(move: CameraMove, said: str) -> bool:
    match = MOVE.match(said)
    assert match is not None, f"{said!r} is no camera move"
    return (
        move.kind == match["kind"]
        and (move.direction or None) == match["direction"]
        and near(move.amount, match["amount"], 0.01)
        and near(move.start_seconds, match["start"], 0.05)
        and near(move.seconds, match["seconds"], 0.05)
        and match["easing"] in (None, move.easing)
    )


def camera_agrees(shot: Shot, said: str | None) -> bool:
    """Whether the moves are those of a careful reader: ";" is then, "+" is together."""
    steps = [step.split(" + ") for step in (said or "").split("; ") if step]
    begins = sorted({move.start_seconds for move in shot.moves})
    groups = [[move for move in shot.moves if move.start_seconds == start] for start in begins]
    return len(steps) == len(groups) and all(
        len(step) == len(group) and all(any(is_move(move, words) for move in group) for words in step)
        for step, group in zip(steps, groups, strict=True)
    )


def same_moves(shot: Shot, other: Shot) -> bool:
    return [replace(move, words=None) for move in shot.moves] == [
        replace(move, words=None) for move in other.moves
    ]


def told(shot: Shot) -> list[tuple[object, ...]]:
    return [(move.kind, move.direction, move.amount, move.start_seconds, move.seconds) for move in shot.moves]


def text_faults(shot: Shot, said: dict[str, Any]) -> list[str]:
    faults = [
        f"{shot.text!r} lacks {word!r}" for word in listed(said.get("says")) if not holds(shot.text, word)
    ]
    faults += [f"{shot.text!r} has {word!r}" for word in listed(said.get("lacks")) if holds(shot.text, word)]
    if shot.text != said.get("text", shot.text):
        faults.append(f"{shot.text!r} is not {said['text']!r}")
    return faults + ([f"{shot.text!r} is no good English"] if WRONG.search(shot.text) else [])


def passes(transition: Any) -> str:
    return (
        "" if transition is None or transition.kind == "cut" else f"{transition.kind} {transition.seconds:g}"
    )


def shot_faults(shot: Shot, original: Shot | None, said: dict[str, Any], last: bool) -> list[str]:
    """What is wrong with a shot; what is not said of it must be as it was."""
    faults = text_faults(shot, said)
    if "camera" in said:
        if not camera_agrees(shot, said["camera"]):
            faults.append(f"camera {said['camera']!r} is {told(shot)}")
    elif original is not None and not same_moves(shot, original):
        faults.append(f"the camera of shot {shot.index} changed")
    seconds = said.get("seconds", original.seconds if original is not None else 2)
    if abs(shot.seconds - seconds) > 0.01:
        faults.append(f"shot {shot.index} lasts {shot.seconds:g}, not {seconds:g}")
    if "into" in said:
        kind, _, length = said["into"].partition(" ")
        found = shot.transition.kind if shot.transition else ""
        if found != kind or (length and f"{shot.transition.seconds:g}" != length):
            faults.append(f"shot {shot.index} passes by {passes(shot.transition)}, not {said['into']}")
    elif original is not None and not last and passes(shot.transition) != passes(original.transition):
        faults.append(f"shot {shot.index} passes by {passes(shot.transition)}")
    return faults


def edit_faults(entry: dict[str, Any]) -> list[str]:
    board = plan(entry["prompt"])
    try:
        done = edit(board, entry["edit"])
    except TextreelError as error:
        return refused(entry, error)
    if "refused" in entry:
        return [f"not refused: {[shot.text for shot in done.storyboard.shots]}"]
    said = entry.get("shots") or [entry]
    shots = done.storyboard.shots
    if len(said) != len(shots):
        return [f"{len(shots)} shots: {[shot.text for shot in shots]}"]
    faults = [] if done.storyboard.prompt == board.prompt else ["the prompt changed"]
    kept = len(shots) == len(board.shots)
    for index, (shot, expected) in enumerate(zip(shots, said, strict=True)):
        last = index == len(shots) - 1
        if isinstance(expected, str):
            number = expected.removeprefix("same").strip()
            original = board.shots[int(number) if number else index]
            faults += [] if shot.text == original.text else [f"{original.text!r} became {shot.text!r}"]
            faults += shot_faults(shot, original, {}, last or not kept)
        else:
            original = board.shots[index] if kept else None
            faults += shot_faults(shot, original, expected, last)
    opening = done.storyboard.opening.kind if done.storyboard.opening else None
    if opening != entry.get("opening"):
        faults.append(f"opens by {opening}")
    changed = {change.what for change in done.changes}
    if not changed <= set(KINDS) or not changed:
        faults.append(f"changes {changed}")
    if "changes" in entry and entry["changes"] not in changed:
        faults.append(f"changed {changed}, not {entry['changes']}")
    faults += [
        f"not understood: {note.words.text}" for note in done.notes if "ask for nothing" in note.reason
    ]
    return faults


def direction_faults(entry: dict[str, Any]) -> list[str]:
    shot = plan(entry["shot"]).shots[0]
    try:
        done = direct(shot, entry["direct"])
    except TextreelError as error:
        return refused(entry, error)
    if "refused" in entry:
        return [f"not refused: {done.shot.text}"]
    faults = text_faults(done.shot, entry)
    if ("camera" in entry or "take" not in entry) and done.keeps_camera == ("camera" in entry):
        faults.append(f"keeps the camera: {done.keeps_camera}")
    if "camera" in entry and not camera_agrees(done.shot, entry["camera"]):
        faults.append(f"camera {entry['camera']!r} is {told(done.shot)}")
    kind, _, length = entry.get("take", "").partition(" ")
    found = done.transition.kind if done.transition else ""
    if found != kind or (length and done.transition and f"{done.transition.seconds:g}" != length):
        faults.append(f"takes {done.transition}, not {entry.get('take')}")
    faults += [
        f"not understood: {note.words.text}" for note in done.notes if "ask for nothing" in note.reason
    ]
    return faults + ([] if done.changes else ["nothing changed"])


def refused(entry: dict[str, Any], error: TextreelError) -> list[str]:
    if "refused" not in entry or not isinstance(error, UsageError):
        return [f"refused: {error}"]
    return [f"{error} does not name {word!r}" for word in listed(entry["refused"]) if word not in str(error)]


def wrong(name: str) -> tuple[dict[str, list[str]], int]:
    """What is wrong with the edits and directions of a half, by their words."""
    data = document(name)
    judged = [(f"{entry['prompt']} | {entry['edit']}", edit_faults(entry)) for entry in data["edits"]]
    judged += [
        (f"{entry['shot']} || {entry['direct']}", direction_faults(entry)) for entry in data["directions"]
    ]
    return {words: faults for words, faults in judged if faults}, len(judged)


@pytest.mark.parametrize("name", HALVES)
def test_edits_come_out_as_a_careful_reader_would_write_them(name: str) -> None:
    found, count = wrong(name)
    print(f"{name}: {1 - len(found) / count:.1%} of {count}")
    for words, faults in found.items() if name == "edits" else ():  # those of the other half stay unseen
        print(f"- {words}\n    " + "\n    ".join(faults))
    assert 1 - len(found) / count >= HALVES[name]


def test_there_are_enough_edits_and_none_is_there_twice() -> None:
    halves = [document(name) for name in HALVES]
    edits = [(entry["prompt"], entry["edit"]) for half in halves for entry in half["edits"]]
    directions = [(entry["shot"], entry["direct"]) for half in halves for entry in half["directions"]]
    assert len(set(edits)) == len(edits) >= 120
    assert len(set(directions)) == len(directions) >= 60


@pytest.mark.parametrize("manner", MANNERS)
def test_every_motion_of_the_scenes_is_a_verb(manner: str) -> None:
    verbs = {verb for motion in MOTION_VERBS.values() for verb in motion.get(manner, ())}
    wrong = []
    for verb, form, subject in itertools.product(sorted(verbs), FORMS, ("A tiny thundercloud", "the sun")):
        auxiliary, said = conjugate(verb, form)
        read = sentence(f"{subject} {auxiliary}{said} on the beach")
        noun = next((noun for noun in read.nouns if noun.head == subject.split()[-1]), None)
        if noun is None or noun.role != "subject" or read.verb_of(noun) is None:
            wrong.append(read.text)
    assert wrong == []


@pytest.mark.parametrize("what", ["colour", "size"])
def test_every_look_of_the_scenes_goes_as_a_whole(what: str) -> None:
    new = {"colour": "white", "size": "large"}[what]
    for look in itertools.chain(*ADJECTIVES[what].values()):
        edited = edit(plan(f"The lonely {look} owl walks"), f"make the owl {new}").storyboard
        assert edited.shots[0].text == f"The lonely {new} owl walks"
        edited = edit(plan(f"The lonely {look} owl walks"), "the fox instead of the owl").storyboard
        assert edited.shots[0].text == f"The lonely {look} fox walks"


WALK = "A lion walks across the savanna while the camera pans left. The lion sleeps. Dissolve to a zebra in the snow."


def test_what_is_not_touched_stays_as_it_was() -> None:
    board = plan(WALK)
    edited = edit(board, "in the second shot make the lion white").storyboard
    assert edited.shots[1].text == "The white lion sleeps on the savanna"
    assert (edited.shots[0], edited.shots[2]) == (board.shots[0], board.shots[2])
    assert edited.prompt == board.prompt
    assert Storyboard.from_yaml(edited.to_yaml()) == edited


def test_a_change_tells_what_where_and_by_which_words() -> None:
    instruction = "make the lion white, and at night in the last shot"
    changes = edit(plan(WALK), instruction).changes
    assert [(change.shot, change.what, change.before, change.after) for change in changes] == [
        (0, "colour", "", "white"), (1, "colour", "", "white"), (2, "time", "", "at night"),
    ]  # fmt: skip
    assert all(instruction[each.words.start : each.words.end] == each.words.text for each in changes)


def test_changes_are_numbered_as_in_the_new_storyboard() -> None:
    done = edit(plan(WALK), "make the zebra golden and remove the first shot")
    assert [(change.shot, change.what) for change in done.changes] == [(1, "colour"), (0, "shot")]
    assert [shot.text for shot in done.storyboard.shots][1] == "a golden zebra in the snow"


def test_words_that_ask_for_nothing_are_noted() -> None:
    (note,) = edit(plan("A lion walks"), "make the lion white, blah blub").notes
    assert note.words.text == "blah blub"


@pytest.mark.parametrize(
    ("instruction", "named"),
    [
        ("", "empty"),
        ("make it white " * 700, "400 words"),
        ("\u0441\u0434\u0435\u043b\u0430\u0439 \u0435\u0433\u043e", "Latin"),
        ("<script>alert(1)</script>", "alert"),
        ("make the dog white", "There is no dog in this film: its subjects are lion, zebra."),
        ("make the lion red and blue", "red and blue"),
        ("at night and at dawn", "at night and at dawn"),
        ("make the lion run, let the lion sleep", "let the lion sleep"),
        ("the camera pans left and right at once", "at once"),
        ("make the first shot 0.01 seconds long", "0.01"),
        ("remove all shots", "at least one shot"),
        ("remove the ninth shot", "ninth"),
    ],
)
def test_what_cannot_be_done_is_refused_by_its_words(instruction: str, named: str) -> None:
    with pytest.raises(UsageError) as caught:
        edit(plan(WALK), instruction)
    assert named in str(caught.value)


def test_camera_and_transitions_follow_a_new_length() -> None:
    edited = edit(plan(WALK), "make the film 3 seconds long").storyboard
    assert edited.seconds == pytest.approx(3)
    assert [(move.start_seconds, move.seconds) for move in edited.shots[0].moves] == [(0, pytest.approx(1))]
    short = edit(
        plan("A lion sleeps. Dissolve to a zebra."), "make the last shot 0.25 seconds long"
    ).storyboard
    assert short.shots[0].transition is not None
    assert short.shots[0].transition.seconds <= 0.25


def test_an_aim_of_the_camera_is_found_in_the_prompt() -> None:
    edited = edit(plan(WALK), "follow the zebra").storyboard
    (move,) = edited.shots[2].moves
    assert move.aim is not None
    assert edited.prompt[move.aim.start : move.aim.end] == move.aim.text == "zebra"


def test_a_direction_counts_from_now_and_keeps_the_place_in_the_film() -> None:
    shot = plan(WALK).shots[1]
    done = direct(shot, "zoom out for five seconds")
    assert (done.shot.index, done.shot.start_seconds) == (1, 2.0)
    assert [(move.start_seconds, move.seconds) for move in done.shot.moves] == [(0, 5)]
    assert done.shot.seconds == 5
    assert not done.keeps_camera


def test_directions_build_on_one_another() -> None:
    shot = plan("A lion walks across the savanna").shots[0]
    for instruction in ("make it white", "it starts to rain", "it runs", "the rain stops", "to the left"):
        shot = direct(shot, instruction).shot
    assert shot.text == "A white lion runs to the left across the savanna"


def test_what_only_a_film_has_is_refused_live() -> None:
    shot = plan("A lion walks").shots[0]
    for instruction in (
        "remove the second shot",
        "twice as long",
        "add a shot of a dog at the end",
        "no transitions",
    ):
        with pytest.raises(UsageError):
            direct(shot, instruction)
