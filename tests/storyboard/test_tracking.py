"""Whom a camera follows, in many wordings, through edits, and where nobody is there."""

import pytest

from textreel.errors import UsageError
from textreel.storyboard import direct, edit, plan

FOLLOWED = [
    ("A lion walks while the camera tracks the lion", "lion", "A lion walks"),
    ("A horse runs on the beach. Follow the horse with the camera.", "horse", "A horse runs on the beach."),
    ("A dog runs in the snow. The camera keeps the dog in the middle.", "dog", "A dog runs in the snow."),
    ("A dog runs, the camera keeping it in the centre of the frame", None, "A dog runs"),
    ("A lion chases a zebra; the camera follows the zebra closely", "zebra", "A lion chases a zebra"),
    ("A lion walks, followed by the camera", None, "A lion walks"),
    ("Track the lion as it walks", "lion", "The lion as it walks"),
    ("A bird flies over the sea and the camera stays with it", None, "A bird flies over the sea"),
    ("A tiger runs. The camera moves along with the tiger.", "tiger", "A tiger runs."),
    ("We follow a fox through the snow", "fox", "A fox through the snow"),
    ("A lion walks in the snow. Keep the lion centred.", "lion", "A lion walks in the snow."),
    ("A duck swims, and the camera keeps pace with it", None, "A duck swims"),
    ("a shot following a wolf across the snow", "wolf", "a wolf across the snow"),
    ("A dog runs. The camera tracks the animal.", None, "A dog runs."),
    ("The camera keeps a running dog in frame", "dog", "A running dog"),
]
FREE = [
    "A dog follows a cat",
    "A lion keeps its cub in view",
    "A man walks with the dog",
    "A boy stays with the horse",
    "A hunter is followed by a wolf",
]


@pytest.mark.parametrize(("prompt", "subject", "text"), FOLLOWED)
def test_a_camera_follows(prompt: str, subject: str | None, text: str) -> None:
    (shot,) = plan(prompt).shots
    assert [(move.kind, move.subject) for move in shot.moves] == [("tracking", subject)]
    assert shot.text == text and not plan(prompt).notes


@pytest.mark.parametrize("prompt", FREE)
def test_subjects_follow_by_themselves(prompt: str) -> None:
    (shot,) = plan(prompt).shots
    assert shot.text == prompt and not shot.moves


def test_it_goes_with_other_moves_and_ends_when_said() -> None:
    together = plan("A cat walks and the camera zooms in while tracking it").shots[0].moves
    assert [(move.kind, move.start_seconds, move.seconds) for move in together] == [
        ("zoom", 0, 2),
        ("tracking", 0, 2),
    ]
    after = plan("A dog runs. Track it for one second, then hold.").shots[0].moves
    assert [(move.kind, move.start_seconds, move.seconds) for move in after] == [
        ("tracking", 0, 1),
        ("static", 1, 1),
    ]
    with pytest.raises(UsageError, match="opposite"):
        plan("A dog runs. The camera stays still while tracking it.")


@pytest.mark.parametrize(
    "prompt",
    [
        "A lion walks while the camera tracks the dog",
        "A dog runs. Cut to a lion in the snow; the camera follows the dog.",
    ],
)
def test_who_is_not_in_the_shot_cannot_be_followed(prompt: str) -> None:
    with pytest.raises(UsageError, match=r"There is no dog in the shot .*: its subjects are lion\."):
        plan(prompt)


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("track the dog", "dog"),
        ("keep the dog in the middle", "dog"),
        ("follow it with the camera", None),
        ("stay with the lion", "lion"),
        ("keep up with the lion", "lion"),
        ("follow the dog closely", "dog"),
        ("let the camera follow the dog", "dog"),
    ],
)
def test_a_running_shot_is_told_whom_to_follow(words: str, subject: str | None) -> None:
    shot = plan("a lion and a dog walk on the beach").shots[0]
    done = direct(shot, words)
    assert [(move.kind, move.subject) for move in done.shot.moves] == [("tracking", subject)]
    assert done.shot.text == shot.text and not done.keeps_camera
    zoomed = direct(done.shot, "now zoom in").shot
    assert [move.kind for move in zoomed.moves] == ["tracking", "zoom"]
    assert [move.kind for move in direct(zoomed, "roll the camera clockwise").shot.moves] == [
        "tracking",
        "roll",
    ]
    assert [move.kind for move in direct(zoomed, "pan left").shot.moves] == ["pan"]
    assert [move.kind for move in direct(zoomed, "stop following the dog").shot.moves] == ["static"]


def test_edits_take_the_camera_along() -> None:
    board = plan("A lion and a dog walk on the beach while the camera follows the dog")
    changed = edit(board, "the cat instead of the dog").storyboard.shots[0]
    assert "cat" in changed.text and [move.subject for move in changed.moves] == ["cat"]
    gone = edit(board, "without the dog")
    assert [move.subject for move in gone.storyboard.shots[0].moves] == [None]
    assert any("follows the main subject" in note.reason for note in gone.notes)
    assert edit(board, "make the dog white").storyboard.shots[0].moves[0].subject == "dog"
