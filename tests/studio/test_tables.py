"""A storyboard as a table: what is not touched stays exactly as it was."""

from typing import Any

import pytest

from textreel.errors import UsageError
from textreel.storyboard import plan
from textreel.studio.tables import board_of, rows_of

BOARD = plan(
    "A lion walks across the savanna while the camera pans left and zooms in. Dissolve to night for 3 seconds. "
    "Cut to a whale in the sea. Fade to black."
)


def test_an_untouched_table_is_the_same_storyboard() -> None:
    again = board_of(rows_of(BOARD), BOARD)
    for before, after in zip(BOARD.shots, again.shots, strict=True):
        assert (before.text, before.seconds, before.moves) == (after.text, after.seconds, after.moves)
        assert (before.transition is None) == (after.transition is None)
        assert before.carried == after.carried
    assert (again.prompt, again.opening) == (BOARD.prompt, BOARD.opening)


def test_cells_change_what_they_say() -> None:
    rows = rows_of(BOARD)
    rows[0] = ["A white horse runs", "4", "Tilt up; roll clockwise 20", "wipe-left 0.5"]
    shot = board_of(rows, BOARD).shots[0]
    assert (shot.text, shot.seconds) == ("A white horse runs", 4.0)
    assert [(move.kind, move.direction, move.seconds) for move in shot.moves] == [
        ("tilt", "up", 4.0),
        ("roll", "clockwise", 4.0),
    ]
    assert shot.moves[1].amount == 20.0
    assert shot.transition is not None and (shot.transition.kind, shot.transition.seconds) == (
        "wipe-left",
        0.5,
    )


def test_a_longer_shot_takes_its_moves_along() -> None:
    rows = rows_of(BOARD)
    rows[0][1] = 2 * BOARD.shots[0].seconds
    moves = board_of(rows, BOARD).shots[0].moves
    assert [move.seconds for move in moves] == [2 * move.seconds for move in BOARD.shots[0].moves]
    assert [move.amount for move in moves] == [move.amount for move in BOARD.shots[0].moves]


def test_a_tracking_camera_says_whom_it_follows() -> None:
    board = board_of([["a lion chases a zebra", 2, "tracking zebra; zoom in", ""]])
    assert [(move.kind, move.subject) for move in board.shots[0].moves] == [
        ("tracking", "zebra"),
        ("zoom", None),
    ]
    assert rows_of(board)[0][2].startswith("tracking zebra")
    assert board_of(rows_of(board)).shots[0].moves == board.shots[0].moves


def test_rows_may_come_and_go() -> None:
    rows: list[list[Any]] = [["a dog runs", 1, "", "cut"], *rows_of(BOARD), ["", None, "", ""]]
    board = board_of(rows, BOARD)
    assert len(board.shots) == len(BOARD.shots) + 1
    assert board.shots[1].moves == BOARD.shots[0].moves
    assert board_of([["a dog runs", 1.5, None, None]]).shots[0].seconds == 1.5


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        (0, " ", "row 2: "),
        (1, "long", "row 2: the seconds are a number above 0, got 'long'"),
        (1, -1, "row 2: the seconds"),
        (2, "fly away", "row 2: a camera move is one of"),
        (2, "pan backwards", "row 2: .*goes"),
        (3, "explode", "row 2: a shot ends by one of"),
        (3, "cut 3", "row 2: A cut takes no time"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_row(column: int, cell: Any, message: str) -> None:
    rows = rows_of(BOARD)
    rows[1][column] = cell
    with pytest.raises(UsageError, match=message):
        board_of(rows, BOARD)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(UsageError, match="1 to 100 shots, got 0"):
        board_of([["", None, "", ""]])
