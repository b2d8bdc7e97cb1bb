"""The picture's own events, read from where the generator puts its subjects: steps, impacts, calls, rushes.

A foot or a ball is down where the height above the ground is least: a step at the lowest point of a smooth curve, an
impact where the lines of falling and of rising meet. A call begins where the subject's animation opens its mouth,
half-way through its loop; a rush, half-way along a path that begins anew. So the times are those of the picture that is
generated, whatever the words ask for, and finer than its frames.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textreel.nn.compositing import WORLD_WIDTH
from textreel.soundtrack.mixing import USUAL_SIZE
from textreel.types import Event

Array = NDArray[np.float64]

LOOK_FRAMES = 2
"""Frames beyond those that are shown whose poses are needed."""
LEAST_RISE = 0.004  # of a step, in heights of the view
IMPACT_RISE = 0.09  # from here on it is an impact
LEAST_CURVE = 4e-4  # second difference of heights at the lowest point of a step
STEPPING = frozenset(("walk", "run", "chase", "follow", "pass", "meet", "stalk"))
LANDING = frozenset(("bounce", "jump"))
RUSHING = frozenset(("spin", "circle", "fall", "approach", "recede"))
CALL_PHASE = RUSH_PHASE = 0.5
RESTING = 0.2  # of the fall before: who rises by less stays on the ground
SEEN = 0.3  # opacity from which a subject is there
X_COS, X_SIN, Y, LOG_SCALE, OPACITY, GROUND_Y = 0, 1, 2, 3, 7, 8


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where the subjects of a shot are in the next T frames and LOOK_FRAMES more.

    poses [T + LOOK_FRAMES, S, 10] (textreel.nn.compositing.POSE_FIELDS); present [S]; clocks [T + LOOK_FRAMES, S, 2]:
    path and loop in cycles, running on without a wrap; None where the generator has none.
    """

    poses: Array
    present: NDArray[np.bool_]
    clocks: Array | None = None

    @property
    def frames(self) -> int:
        """T."""
        return len(self.poses) - LOOK_FRAMES


@dataclass(frozen=True)
class Heights:
    """What is remembered of one subject: its last two heights, and its highest since it was down; None at the start."""

    before: tuple[float, ...] = ()
    highest: float | None = None


@dataclass(frozen=True)
class EventReader:
    """Reads events piece by piece: `events, reader = reader.read(course, fps)`."""

    motions: tuple[str, ...] = ()
    heights: tuple[Heights, ...] = ()

    def read(self, course: Course, fps: float) -> tuple[tuple[Event, ...], "EventReader"]:
        """The events of the course's T frames, in seconds from the first of these, and the reader after them."""
        found: list[Event] = []
        kept = []
        for slot, present in enumerate(course.present):
            heights = self.heights[slot] if slot < len(self.heights) else Heights()
            if present:
                motion = self.motions[slot] if slot < len(self.motions) else ""
                downs, heights = touches(course, slot, heights, motion, fps)
                found += downs
                found += clock_events(course, slot, motion, fps)
            kept.append(heights)
        after = replace(self, heights=tuple(kept))
        return tuple(sorted(found, key=lambda event: event.time_seconds)), after


def touches(course: Course, slot: int, kept: Heights, motion: str, fps: float) -> tuple[list[Event], Heights]:
    """Steps and impacts of one subject, and what is remembered of it."""
    own = course.poses[:, slot, GROUND_Y] - course.poses[:, slot, Y]
    height = np.concatenate([kept.before, own])
    first, highest = len(kept.before), kept.highest
    found = []
    for at in range(first, first + course.frames):
        highest = height[at] if highest is None else max(highest, float(height[at]))
        down = lowest(height, at)
        if down is None:
            continue
        rise = float(highest - height[at]) if first or at > 1 else IMPACT_RISE
        ahead = float(height[at + 1 : at + 1 + LOOK_FRAMES].max() - height[at])
        kind = touch_kind(
            motion, max(rise, ahead), curve=float(height[at - 1] + height[at + 1] - 2 * height[at])
        )
        if kind and course.poses[at - first, slot, OPACITY] > SEEN:
            time = meeting(height, at) if kind == "impact" else down
            strength = 0.35 + 5 * rise if kind == "step" else 0.55 + 1.5 * rise
            seconds = max(0.0, (time - first) / fps)
            found.append(Event(time_seconds=seconds, kind=kind, slot=slot, strength=min(1.0, strength)))
            highest = float(height[at])
    end = first + course.frames
    return found, Heights(tuple(height[max(0, end - 2) : end]), highest)


def lowest(height: Array, at: int) -> float | None:
    """Where between the frames the lowest point near this frame lies (a parabola through three heights)."""
    if not 0 < at < len(height) - 1 or not (height[at] < height[at - 1] and height[at] <= height[at + 1]):
        return None
    curve = height[at - 1] + height[at + 1] - 2 * height[at]
    return at + 0.5 * float(height[at - 1] - height[at + 1]) / max(float(curve), 1e-9)


def meeting(height: Array, at: int) -> float:
    """Where the line of falling meets the line of rising: the moment of an impact, from two points on either side."""
    if at < 2 or at + 2 >= len(height):
        return float(at)
    after, before = (at, at + 1), (at - 1, at)
    rests = height[at + 1] - height[at] < RESTING * (height[at - 1] - height[at])
    for left, right in (before, after) if rests else (after, before):
        fall, rise = height[left] - height[left - 1], height[right + 1] - height[right]
        if fall < 0 and rise > fall:
            time = left + (height[right] - height[left] - rise) / (fall - rise)
            if left - 0.1 <= time <= right + 0.1:
                return float(time)
    return float(at)


def touch_kind(motion: str, rise: float, curve: float) -> str:
    """What a lowest point is: a step, an impact, or nothing. Where the motion is not known the rise decides."""
    if motion in LANDING or (not motion and rise >= IMPACT_RISE):
        return "impact" if rise >= 0.3 * IMPACT_RISE else ""
    if (motion in STEPPING or not motion) and rise >= LEAST_RISE and curve >= LEAST_CURVE:
        return "step"
    return ""


def clock_events(course: Course, slot: int, motion: str, fps: float) -> list[Event]:
    """Calls and rushes: where the clocks pass their moment."""
    if course.clocks is None:
        return []
    found = [
        Event(time_seconds=time / fps, kind="call", slot=slot, strength=0.9)
        for time in passing(course.clocks[:, slot, 1], CALL_PHASE, course.frames)
    ]
    if motion in RUSHING:
        found += [
            Event(time_seconds=time / fps, kind="whoosh", slot=slot, strength=0.5)
            for time in passing(course.clocks[:, slot, 0], RUSH_PHASE, course.frames)
        ]
    return found


def passing(cycles: Array, phase: float, frames: int) -> list[float]:
    """The moments, in frames, at which an even clock passes a phase within these frames."""
    found = []
    for frame in range(frames):
        start, end = float(cycles[frame]), float(cycles[frame + 1])
        if end > start:
            mark = math.ceil(start - phase - 1e-9) + phase
            if mark < end:
                found.append(frame + (mark - start) / (end - start))
    return found


class Standing(NamedTuple):
    """How subjects stand in the view in each of T frames, every field [T, S].

    across: -1 is the left edge, 1 the right one; size: height as a share of the view's, less where it fades; distance:
    1 is that of a subject of usual size; speed: widths of the view a frame; receding: distance gained a frame. The
    last two are away from the camera's own movement.
    """

    across: Array
    size: Array
    distance: Array
    speed: Array
    receding: Array


def seen_from(course: Course, views_TX: Array, width: float = WORLD_WIDTH) -> Standing:
    """How the subjects of a course stand in the view; views_TX [T, 4 or more]: x, y, zoom, roll of the camera.

    `width` of the world, in heights of the view; it goes round.
    """
    poses = course.poses[: course.frames + 1]
    x = np.arctan2(poses[..., X_SIN], poses[..., X_COS]) * (width / (2 * math.pi))
    height, camera_x, zoom = np.exp(poses[..., LOG_SCALE]), views_TX[:, None, 0], views_TX[:, None, 2]
    half = width / 2
    now, then = (np.mod(each - camera_x + half, width) - half for each in (x[:-1], x[1:]))
    across, size = 2 * now * zoom, height[:-1] * zoom
    step = np.mod(np.diff(x, axis=0) + half, width) - half
    growth = np.diff(poses[..., LOG_SCALE], axis=0)
    return Standing(
        across=across,
        size=size * np.clip(poses[:-1, :, OPACITY], 0, 1),
        distance=distance(size, across),
        speed=np.abs(step) + 0.5 * np.abs(growth),
        receding=distance(height[1:], 2 * then) - distance(height[:-1], 2 * now),
    )


def distance(size: Array, across: Array) -> Array:
    """How far away who is seen so large is, in distances of a subject of usual size in the middle of the view."""
    return USUAL_SIZE / np.maximum(size, 1e-3) * np.sqrt(1 + np.square(0.5 * across))
