"""The timeline: for every frame of a film, the shots that it shows, and how far a transition has come."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from textreel.storyboard import Storyboard


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One frame of the film.

    Attributes:
        before, after: the shots that it shows, by index; None is nothing at all (the film opens or closes). They
            are the same where no transition is under way.
        kind: of the transition; "cut" where none is under way.
        share: 0 shows the one before alone, 1 the one after alone.
    """

    before: int | None
    after: int | None
    kind: str = "cut"
    share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """The frames of the film in which a shot is to be seen: from `first` up to, not including, `end`.

    `start` is the frame at which the shot begins by the storyboard; a transition may show it earlier.
    """

    start: int
    first: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A transition as frames: from `first` up to, not including, `end`."""

    first: int
    end: int
    before: int | None
    after: int | None
    kind: str

    def moment(self, frame: int) -> Moment:
        """Its first frame shows the shot before alone, its last one the shot after alone."""
        share = (frame - self.first) / max(1, self.end - self.first - 1)
        return Moment(before=self.before, after=self.after, kind=self.kind, share=share)


def cuts(storyboard: Storyboard, fps: float) -> list[int]:
    """The frame at which each shot begins, and the end of the last; every shot has one frame at least.

    Times add up before they are rounded, so that cuts never drift from the seconds.
    """
    found = [0]
    for seconds in itertools.accumulate(shot.seconds for shot in storyboard.shots):
        found.append(max(found[-1] + 1, round(seconds * fps)))
    return found


def passages(storyboard: Storyboard, fps: float) -> list[Passage]:
    """All transitions that take time, in order; the middle of one between two shots is where the cut falls."""
    starts, found = cuts(storyboard, fps), []
    if storyboard.opening is not None and (length := round(storyboard.opening.seconds * fps)):
        found.append(Passage(first=0, end=length, before=None, after=0, kind=storyboard.opening.kind))
    for shot in storyboard.shots:
        length = round(shot.transition.seconds * fps) if shot.transition else 0
        if not length or shot.transition is None:
            continue
        last = shot.index == len(storyboard.shots) - 1
        first = starts[-1] - length if last else starts[shot.index + 1] - length // 2
        after = None if last else shot.index + 1
        found.append(
            Passage(
                first=first, end=first + length, before=shot.index, after=after, kind=shot.transition.kind
            )
        )
    return found


def moments(storyboard: Storyboard, fps: float) -> Iterator[Moment]:
    """Every frame of the film in order."""
    starts, under_way = cuts(storyboard, fps), passages(storyboard, fps)
    shot = 0
    for frame in range(starts[-1]):
        while frame >= starts[shot + 1]:
            shot += 1
        passage = next((each for each in under_way if each.first <= frame < each.end), None)
        yield passage.moment(frame) if passage else Moment(before=shot, after=shot)


def stretches(storyboard: Storyboard, fps: float) -> list[Stretch]:
    """For every shot the frames in which it is to be seen."""
    starts, under_way = cuts(storyboard, fps), passages(storyboard, fps)
    found = []
    for index, (start, end) in enumerate(itertools.pairwise(starts)):
        into = [each.first for each in under_way if each.after == index]
        out_of = [each.end for each in under_way if each.before == index]
        found.append(Stretch(start=start, first=min([start, *into]), end=max([end, *out_of])))
    return found


def frame_count(storyboard: Storyboard, fps: float) -> int:
    """How many frames the film has."""
    return cuts(storyboard, fps)[-1]
