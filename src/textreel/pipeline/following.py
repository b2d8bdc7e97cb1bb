"""A camera that goes with a subject: to where the generator puts it, without its bobbing, within the place.

Along x the camera predicts where the subject goes by a fading-memory polynomial filter of the first degree (Brookner,
"Tracking and Kalman Filtering Made Easy", 1998), which is not left behind by an even way; up and down it only drifts
after the subject. The world is a torus in x: the camera takes the shortest way and counts on.

A place is (x, y) in world units; times are seconds from where the camera's path begins.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from textreel.nn.compositing import WORLD_HEIGHT, WORLD_WIDTH
from textreel.storyboard import CameraMove, Shot
from textreel.storyboard.subjects import aimed_at
from textreel.types import EASINGS, CameraPath

ALONG_SECONDS = 0.2  # memory of the camera along x
UP_SECONDS = 0.7  # and in y, where jumps and steps go
REACH_SECONDS = 1.0  # in which a camera that stands elsewhere comes to its subject
COAST_SECONDS = 0.15  # in which it loses a good half of its speed when it is told to follow no more
AT_REST = 1e-5  # world units a frame
LOOK_AHEAD = 6  # frames from which the first speed is taken

COMPANY = -1
"""The slot of all subjects together: their middle, which comes after their own places."""
ONE_WAY = 0.03  # world units a second that those go at least who go somewhere

Places = NDArray[np.float64]
"""[T, S + 1, 2]: x and y of every subject in some frames, and of their middle."""
NOWHERE: Places = np.zeros((0, 0, 2))
Whereabouts = Callable[[int], Places]
"""The places of the subjects in so many frames from now on."""


@dataclass(frozen=True, kw_only=True)
class Pursuit:
    """A time in which a shot's camera follows the subject of a slot; ``at_once`` it begins on it.

    Where it ``keeps_height`` it goes along x only.
    """

    slot: int
    start_seconds: float
    end_seconds: float
    at_once: bool = False
    keeps_height: bool = False

    def holds(self, seconds: float) -> bool:
        """Whether it is under way at a moment; what begins with the shot does so before it as well."""
        return (self.at_once or self.start_seconds <= seconds) and seconds < self.end_seconds


@dataclass(frozen=True, kw_only=True)
class Follower:
    """What a camera that follows remembers from frame to frame.

    Attributes:
        width: of the world, which goes round.
        pursuits: when it is to follow whom.
        slot: whom it follows now; None is nobody.
        arrived: whether it was on the subject when it began.
        frames: how long it has been following.
        x, y: where it believes the subject to be; x counts on where the world begins anew.
        speed: of x, world units a frame.
        offset: what it adds to the place of the path.
        rest, left: the place of the path and the offset when it began.
    """

    fps: float
    width: float = WORLD_WIDTH
    pursuits: tuple[Pursuit, ...] = ()
    slot: int | None = None
    arrived: bool = False
    frames: int = 0
    x: float = 0.0
    y: float = 0.0
    speed: float = 0.0
    offset: tuple[float, float] = (0.0, 0.0)
    rest: tuple[float, float] = (0.0, 0.0)
    left: tuple[float, float] = (0.0, 0.0)

    @property
    def is_idle(self) -> bool:
        """Whether it leaves the path as it is, now and later."""
        return not self.pursuits and self.offset == (0.0, 0.0) and self.speed == 0.0

    def goes_on(self, pursuits: tuple[Pursuit, ...]) -> bool:
        """Whether other pursuits begin with whom it follows already."""
        return self.slot is not None and any(
            each.slot == self.slot and each.start_seconds <= 0 for each in pursuits
        )

    def along(
        self, path: CameraPath, times_T: NDArray[np.float64], whereabouts: Whereabouts
    ) -> tuple[NDArray[np.float64], Follower]:
        """The views [T, 5] of the next frames, path and subject together, and the follower after them."""
        views = path.views(times_T).astype(np.float64)
        if self.is_idle:
            return views, self
        slots = [self.wanted(float(time)) for time in times_T]
        begins = any(pursuit is not None and pursuit.slot != self.slot for pursuit in slots)
        followed = any(pursuit is not None for pursuit in slots)
        places = whereabouts(len(views) + (LOOK_AHEAD if begins else 0)) if followed else NOWHERE
        steady, follower = path.glides.views(times_T).astype(np.float64), self
        for frame, pursuit in enumerate(slots):
            if pursuit is None:
                follower = follower.coasting()
            else:
                ahead = places[frame:, pursuit.slot].copy()
                if pursuit.keeps_height:
                    ahead[:, 1] = steady[frame, 1]
                if pursuit.slot != follower.slot:
                    follower = follower.begun(pursuit, steady[frame], ahead)
                follower = follower.stepped(steady[frame], ahead[0])
            views[frame, :2] += follower.within(steady[frame])
        return views, follower

    def wanted(self, seconds: float) -> Pursuit | None:
        """Whom to follow at a moment."""
        return next((each for each in self.pursuits if each.holds(seconds)), None)

    def begun(self, pursuit: Pursuit, view: NDArray[np.float64], places: NDArray[np.float64]) -> Follower:
        """At the start of a pursuit, with the places of its subject in this frame and those after it."""
        stand = float(view[0]) + self.offset[0]
        return replace(
            self,
            slot=pursuit.slot,
            arrived=pursuit.at_once and self.slot is None,
            frames=0,
            x=stand + float(shortest(places[0, 0] - stand, self.width)),
            y=float(np.clip(places[0, 1], *reach(view[2]))),
            speed=float(shortest(np.diff(places[:LOOK_AHEAD, 0]), self.width).mean()),
            rest=(float(view[0]), float(view[1])),
            left=self.offset,
        )

    def stepped(self, view: NDArray[np.float64], place: NDArray[np.float64]) -> Follower:
        """One frame later."""
        along, up = (math.exp(-1 / (seconds * self.fps)) for seconds in (ALONG_SECONDS, UP_SECONDS))
        expected = self.x + (self.speed if self.frames else 0.0)
        missed = float(shortest(place[0] - expected, self.width))
        x, speed = expected + (1 - along**2) * missed, self.speed + (1 - along) ** 2 * missed
        y = self.y + (1 - up) * (float(np.clip(place[1], *reach(view[2]))) - self.y)
        share = 1.0 if self.arrived else min(1.0, (self.frames + 1) / (REACH_SECONDS * self.fps))
        eased = float(EASINGS["smooth"](np.array([share]))[0])
        aim, left = (x - self.rest[0], y - self.rest[1]), self.left
        offset = left[0] + eased * (aim[0] - left[0]), left[1] + eased * (aim[1] - left[1])
        return replace(self, frames=self.frames + 1, x=x, y=y, speed=speed, offset=offset)

    def let_go(self, pursuits: tuple[Pursuit, ...]) -> Follower:
        """On another path, which begins where the camera is: what way it has left, it goes on the new one."""
        return Follower(fps=self.fps, width=self.width, pursuits=pursuits, speed=self.speed)

    def coasting(self) -> Follower:
        """One frame later without anybody to follow."""
        speed = self.speed * math.exp(-1 / (COAST_SECONDS * self.fps))
        speed = speed if abs(speed) > AT_REST else 0.0
        return replace(self, slot=None, speed=speed, offset=(self.offset[0] + speed, self.offset[1]))

    def within(self, view: NDArray[np.float64]) -> tuple[float, float]:
        """The offset, as far up and down as the view stays within the place, or where the path itself leads."""
        low, high = reach(view[2])
        y = min(max(view[1] + self.offset[1], min(low, view[1])), max(high, view[1]))
        return self.offset[0], float(y - view[1])


def go_together(places: Places, seconds: float) -> bool:
    """Whether all subjects go one way along x all the time, by where they are in frames so far apart each."""
    speeds = shortest(np.diff(places[:, :COMPANY, 0], axis=0)) / seconds
    return speeds.size > 0 and bool((speeds > ONE_WAY).all() or (speeds < -ONE_WAY).all())


def pursuits_of(shot: Shot, slot_of: Callable[[str | None], int], *, opens: bool) -> tuple[Pursuit, ...]:
    """Whom the camera of a shot follows and when; what lasts to the shot's end goes on for as long as it is seen.

    It follows whom it tracks, and whom it is to come closer to, until another move begins.
    `slot_of` gives the slot of a subject by its name; where the shot `opens` with a pursuit, it begins on the subject.
    """
    found = []
    for move in shot.moves:
        tracks = move.kind == "tracking"
        subject = move.subject if tracks else closed_in_on(move, shot.text)
        if not tracks and subject is None:
            continue
        end = move.start_seconds + move.seconds if tracks else next_start(move, shot.moves)
        found.append(
            Pursuit(
                slot=slot_of(subject),
                start_seconds=move.start_seconds,
                end_seconds=math.inf if end >= shot.seconds - 1e-6 else end,
                at_once=tracks and opens and move.start_seconds <= 0,
            )
        )
    return tuple(found)


def closed_in_on(move: CameraMove, text: str) -> str | None:
    """The subject that a camera comes closer to ("zooms in on the lion"); it would soon lose who moves otherwise."""
    closer = move.kind in ("zoom", "dolly") and move.direction == "in"
    return aimed_at(move.aim.text, text) if closer and move.aim is not None else None


def next_start(move: CameraMove, moves: Sequence[CameraMove]) -> float:
    """When the next move after another begins; infinite after the last."""
    end = move.start_seconds + move.seconds
    return min((each.start_seconds for each in moves if each.start_seconds >= end - 1e-6), default=math.inf)


def shortest(way: NDArray[np.float64] | float, width: float = WORLD_WIDTH) -> NDArray[np.float64]:
    """A way along x on the shortest side of a torus of that width."""
    return np.asarray(np.mod(np.asarray(way) + width / 2, width) - width / 2)


def reach(zoom: float) -> tuple[float, float]:
    """The highest and the lowest middle of a view that stays within the place."""
    half = min(0.5 / float(zoom), WORLD_HEIGHT / 2)
    return half, WORLD_HEIGHT - half
