"""The contract that every kind of camera move keeps: its words, its sizes, and its path over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from textreel.types import VIEW_X, VIEW_Y, CameraKeyframe, CameraPath, Easing


class TimedMove(Protocol):
    """What a kind of move needs to know of one move in order to draw its path."""

    @property
    def direction(self) -> str | None: ...

    @property
    def amount(self) -> float: ...

    @property
    def start_seconds(self) -> float: ...

    @property
    def seconds(self) -> float: ...

    @property
    def easing(self) -> Easing: ...


@dataclass(frozen=True, kw_only=True)
class MoveKind:
    """One kind of camera move.

    Attributes:
        name: how storyboards call it.
        axis: what it changes (x, y, zoom, roll, shake, none); two moves of one axis at once must agree.
        unit: what its amount counts.
        verbs: base forms that mean the camera by themselves, where a direction follows.
        camera_verbs: base forms that mean this move only where the camera is what they are said of.
        adjectives: words before camera, shot or view that ask for this move.
        directions: the words of a direction, to its name.
        default_direction: where no direction is said; None where the move has none.
        default_amount: for a move of two seconds at a usual speed.
        amounts: the smallest and the largest amount that can be shown.
        grows: whether a move that lasts longer goes further.
        from_share: the amount that a share of the view stands for ("by half").
        from_degrees: the amount that one degree stands for; None where degrees make no sense.
        path: the path of one move, as keyframes relative to the default view.
    """

    name: str
    axis: str
    unit: str
    path: Callable[[TimedMove], CameraPath]
    verbs: tuple[str, ...] = ()
    camera_verbs: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    directions: Mapping[str, str] = field(default_factory=dict)
    default_direction: str | None = None
    default_amount: float = 0.0
    amounts: tuple[float, float] = (0.0, 0.0)
    grows: bool = True
    from_share: Callable[[float], float] = lambda share: share
    from_degrees: float | None = None


def glide(
    move: TimedMove,
    *,
    x: float = VIEW_X,
    y: float = VIEW_Y,
    zoom: float = 1.0,
    roll_radians: float = 0.0,
    dolly: float = 1.0,
) -> CameraPath:
    """From the default view to a changed one, in the time and easing of the move."""
    start = CameraKeyframe(seconds=move.start_seconds)
    end = CameraKeyframe(
        seconds=move.start_seconds + move.seconds,
        easing=move.easing,
        x=x,
        y=y,
        zoom=zoom,
        roll_radians=roll_radians,
        dolly=dolly,
    )
    return CameraPath.through(start, end)
