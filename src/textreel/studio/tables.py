"""A storyboard as the rows of a table that a person edits, and back.

====================  =======================================================================
column                what it may say
====================  =======================================================================
what is seen          the words for the generator
seconds               how long the shot lasts
camera                moves, with ; between them: ``pan left``, ``zoom in 0.3``, ``tilt up; tracking lion``
then                  how the shot passes into the next: ``cut``, ``dissolve``, ``iris 0.5``
====================  =======================================================================

What a row says as before keeps all that the table does not show.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from textreel.errors import UsageError
from textreel.limits import MAX_SHOTS
from textreel.storyboard import MOVES, TRANSITIONS, CameraMove, Shot, Storyboard, Transition

HEADERS = ("what is seen", "seconds", "camera", "then")

Row = Sequence[Any]
_MOVE = re.compile(r"(?P<kind>[a-z-]+)(?: +(?P<word>[a-z]+))?(?: +(?P<amount>[\d.]+))?")
_THEN = re.compile(r"(?P<kind>[a-z-]+)(?: +(?P<seconds>[\d.]+))?(?: *s)?")


def rows_of(board: Storyboard) -> list[list[Any]]:
    """One row for each shot."""
    return [[shot.text, shot.seconds, _camera(shot), _then(shot.transition)] for shot in board.shots]


def board_of(rows: Sequence[Row], before: Storyboard | None = None) -> Storyboard:
    """The storyboard of an edited table; empty rows are passed over.

    Args:
        rows: as :func:`rows_of` gives them; a seconds cell may be text.
        before: what the table was made from.

    Raises:
        UsageError: a cell cannot be read, or the storyboard is impossible; the message begins with the row.
    """
    told = [row for row in rows if any(str(cell or "").strip() for cell in row)]
    if not told or len(told) > MAX_SHOTS:
        raise UsageError(f"A storyboard has 1 to {MAX_SHOTS} shots, got {len(told)}.")
    known = (
        {cells[0]: shot for cells, shot in zip(rows_of(before), before.shots, strict=True)} if before else {}
    )
    moves = {_camera(shot): shot for shot in before.shots} if before else {}
    shots = [_shot(number, row, known, moves) for number, row in enumerate(told, start=1)]
    opening = _document(before.opening) if before and before.opening else None
    # One shot a line, so that the line of a mistake is the row's number.
    text = ",\n".join(json.dumps(shot, ensure_ascii=False) for shot in shots)
    prompt = before.prompt if before else "; ".join(str(row[0]).strip() for row in told)
    rest = json.dumps({"prompt": prompt} | ({"opening": opening} if opening else {}), ensure_ascii=False)
    try:
        return Storyboard.from_yaml(f'{{"shots": [{text}], {rest[1:]}')
    except UsageError as error:
        raise UsageError(re.sub(r"^line (\d+)", r"row \1", str(error))) from error


def _camera(shot: Shot) -> str:
    return "; ".join(_move(move) for move in shot.moves)


def _move(move: CameraMove) -> str:
    amount = f"{move.amount:.3g}" if MOVES[move.kind].unit else ""
    return " ".join(part for part in (move.kind, move.direction, move.subject, amount) if part)


def _then(transition: Transition | None) -> str:
    if transition is None:
        return ""
    return f"{transition.kind} {transition.seconds:g}" if transition.seconds else transition.kind


def _shot(number: int, row: Row, known: dict[Any, Shot], moves: dict[str, Shot]) -> dict[str, Any]:
    text, seconds, camera, then = (*row, *[""] * 4)[:4]
    lasts = _seconds(number, seconds)
    shot: dict[str, Any] = {"text": str(text or "").strip(), "seconds": lasts}
    camera = " ".join(str(camera or "").lower().split())
    shot["moves"] = _stretched(moves[camera], lasts) if camera in moves else _moves(number, camera)
    passage = " ".join(str(then or "").lower().split())
    if passage:
        shot["transition"] = _passage(number, passage)
    same = known.get(shot["text"])
    if same is not None:
        shot |= {"carried": [_document(part) for part in same.carried]}
    return shot


def _seconds(number: int, cell: Any) -> float:
    try:
        seconds = float(cell)
    except (TypeError, ValueError):
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise UsageError(f"row {number}: the seconds are a number above 0, got {cell!r}.")
    return seconds


def _stretched(shot: Shot, seconds: float) -> list[dict[str, Any]]:
    """The moves of a shot as they are, in the shot's new length."""
    share = seconds / shot.seconds
    times = ((move, move.start_seconds * share, move.seconds * share) for move in shot.moves)
    return [_document(move) | {"start_seconds": start, "seconds": lasts} for move, start, lasts in times]


def _moves(number: int, cell: str) -> list[dict[str, Any]]:
    moves = []
    for words in filter(None, (part.strip() for part in cell.split(";"))):
        said = _MOVE.fullmatch(words)
        if said is None or said["kind"] not in MOVES:
            raise UsageError(
                f"row {number}: a camera move is one of {', '.join(MOVES)}, and where it goes, such as "
                f"'pan left' or 'zoom in; pan right'; got {words!r}."
            )
        move: dict[str, Any] = {"kind": said["kind"]}
        word = "subject" if MOVES[said["kind"]].axis == "subject" else "direction"
        move |= {word: said["word"]} if said["word"] else {}
        move |= {"amount": float(said["amount"])} if said["amount"] else {}
        moves.append(move)
    return moves


def _passage(number: int, cell: str) -> dict[str, Any]:
    said = _THEN.fullmatch(cell)
    if said is None or said["kind"] not in TRANSITIONS:
        raise UsageError(
            f"row {number}: a shot ends by one of {', '.join(TRANSITIONS)}, and how many seconds that takes, such "
            f"as 'dissolve 0.5'; got {cell!r}."
        )
    return {"kind": said["kind"]} | ({"seconds": float(said["seconds"])} if said["seconds"] else {})


def _document(part: Any) -> dict[str, Any]:
    """A part of a storyboard as plain data, without what is not said."""
    return {key: value for key, value in asdict(part).items() if value is not None}
