"""Takes and crossings: shots that are being painted, and the passage of one into another, some frames at a time."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from textreel.generator import Generator
from textreel.nn.compositing import POSE, WORLD_WIDTH, around_world, wrap
from textreel.nn.noise import Noise, draw_noise
from textreel.nn.processor import at_once
from textreel.pipeline.following import COMPANY, Follower, Places, Pursuit, go_together, pursuits_of
from textreel.pipeline.hearing import Ears, SoundModel, gains, swelled
from textreel.pipeline.reading import Reading, WordReader
from textreel.render import blend, moments, stretches
from textreel.storyboard import Shot, Storyboard
from textreel.types import CameraPath

OPENING_FRAMES = 48  # in which a subject may come and go as it likes
WAY_SECONDS = torch.arange(0.0, 4.6, 0.75)  # in which it is seen who goes one way, and does not circle slowly
GROUP_FRAMES = 8  # of a film are painted at once, and so often it is looked whether anybody is in sight
KEPT_STATES = 4  # of texts, before their first frame: a film's sound asks for them again
RETURN_SECONDS = torch.arange(0.0, 30.0, 0.125)  # in which somebody may come back
FAINTEST = 0.05  # opacity of what is in sight
FILLED = 0.8  # of the width of a subject's picture
TURN = 96.0  # world units, a whole number of ways round any world, by which a camera's x is kept small
IN_LOGARITHMS = np.array([False, False, True, False, True])  # of a view


class Read(NamedTuple):
    """How much the words of one take were read for a frame: float32 [words that have vectors]."""

    take: "Take"
    attention: NDArray[np.float32]


class Painted(NamedTuple):
    """One frame, uint8 [H, W, 3], the words it was painted from, and its sound, float32 [samples, 2], if it has any."""

    picture: NDArray[np.uint8]
    reads: tuple[Read, ...]
    sound: NDArray[np.float32] | None = None


class Screen(Protocol):
    """Whatever shows one frame after the other."""

    def paint(self, count: int) -> list[Painted]:
        """The next frames."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Easel:
    """What all takes of one film are painted with: the model, the noise, the size (height and width in pixels).

    A shot is painted in groups of `group_frames` frames from its first one on, however many are asked for: how a
    frame is rounded may depend on those that are painted with it. Where frames are painted one by one, several may be
    heard at once: that takes hardly longer than to hear one.
    """

    generator: Generator[Any] = field(repr=False)
    reader: WordReader = field(repr=False)
    seed: int
    size: tuple[int, int]
    sound: SoundModel | None = field(default=None, repr=False)
    group_frames: int = GROUP_FRAMES
    heard_at_once: int = 1

    @property
    def fps(self) -> float:
        """Frames a second."""
        return float(self.generator.config.fps)

    @property
    def aspect(self) -> float:
        """Width of the film in its heights."""
        return self.size[1] / self.size[0]

    def ears(self, began: int) -> Ears | None:
        """What hears a take that is first seen in a frame of the film; None where nothing is heard."""
        if self.sound is None:
            return None
        return Ears(self.sound, self.generator, seed=self.seed, fps=self.fps, began=began)

    def noise(self) -> Noise:
        """What the words do not say."""
        return draw_noise(1, torch.Generator().manual_seed(self.seed))

    def state(self, text: str, like: Any = None) -> tuple[Reading, Any]:
        """The words of a text, and the generator's state before its first frame, or in the midst of another."""
        return self._fresh(text) if like is None else self._state(text, like)

    @cached_property
    def _fresh(self) -> Callable[[str], tuple[Reading, Any]]:
        return lru_cache(maxsize=KEPT_STATES)(self._state)

    def _state(self, text: str, like: Any = None) -> tuple[Reading, Any]:
        reading = self.reader.read(text, self.aspect)
        with torch.inference_mode():
            return reading, self.generator.start_shot(reading, self.noise(), like=like)

    def later(self, state: Any, frames: int) -> Any:
        """The state so many frames later."""
        with torch.inference_mode():
            return self.generator.later(state, frames, self.size) if frames else state

    def slot(self, state: Any, subject: str | None) -> int:
        """Which subject of a state some words name; None is the main one."""
        if subject is None:
            return 0
        reading = self.reader.read(f"a {subject}")
        with torch.inference_mode():
            return self.generator.slot_of(state, reading)

    def places(self, state: Any, frames: int) -> Places:
        """Where the subjects will be in the next frames, in world units."""
        with torch.inference_mode():
            poses = self.generator.whereabouts(state, frames)
        assert poses is not None
        return places_of(poses[0], self.generator.world_width)

    def go_together(self, state: Any) -> bool:
        """Whether all subjects go the same way, or the only one goes somewhere."""
        with torch.inference_mode():
            poses = self.generator.glances(state, WAY_SECONDS)
        if poses is None:
            return False
        there = poses[0][:, (poses[0] != 0).any(dim=-1).all(dim=0)]
        if not (there[..., POSE["opacity"]] > FAINTEST).all():
            return False
        return go_together(places_of(there, self.generator.world_width), float(WAY_SECONDS[1]))

    def project(
        self,
        storyboard: Storyboard,
        *,
        texts: Sequence[tuple[str, ...]] | None = None,
        opening: "Take | None" = None,
        endless: bool = False,
    ) -> Iterator[Painted]:
        """The frames of a storyboard, in constant memory.

        A shot is painted from the frame on in which it is first seen, and forgotten after the last. `texts` are the
        texts of each shot through its drafts; `opening` is the first shot, where it is at hand; an endless
        projection stays in the last shot.
        """
        seen = stretches(storyboard, self.fps)
        takes: dict[int, Take] = {} if opening is None else {0: opening}
        shown = moments(storyboard, self.fps)
        screen: Screen
        for (before, after, kind), run in itertools.groupby(shown, lambda m: (m.before, m.after, m.kind)):
            shares = [moment.share for moment in run]
            takes = {index: take for index, take in takes.items() if index in (before, after)}
            for index in (before, after):
                if index is not None and index not in takes:
                    shot, stretch = storyboard.shots[index], seen[index]
                    turning = takes[before].now() if kind == "morph" and before is not None else None
                    takes[index] = Take(
                        self,
                        shot,
                        texts=texts[index] if texts else (),
                        frame=stretch.first - stretch.start,
                        began=stretch.first,
                        like=turning,
                    )
            first, second = (None if index is None else takes[index] for index in (before, after))
            screen = first if first is second and first else Crossing(first, second, kind, shares)
            for start in range(0, len(shares), self.group_frames):
                yield from screen.paint(min(self.group_frames, len(shares) - start))
        while endless:
            yield from screen.paint(1)


class Take:
    """One shot that is being painted.

    Args:
        easel: what it is painted with.
        shot: its words and its camera.
        texts: what its words have been through all drafts; what they say alike is kept.
        frame: the frame that comes first, from the start of the shot.
        like: a state that it comes out of; what its words say alike is kept as well.
        began: the frame of the film in which it is first seen.
    """

    def __init__(
        self,
        easel: Easel,
        shot: Shot,
        *,
        texts: Sequence[str] = (),
        frame: int = 0,
        like: Any = None,
        began: int = 0,
    ) -> None:
        self.easel, self.shot, self.ears = easel, shot, easel.ears(began)
        self.heard: list[NDArray[np.float32]] = []  # of frames that are not painted yet
        self.state = like
        for text in texts or (shot.text,):
            self.reading, self.state = easel.state(text, self.state)
        self.path, self.frame, self.path_began, self.opens = shot.camera, frame, 0, True
        self.first = frame
        self.painted: list[Painted] = []  # of the last group, and not asked for yet
        self.follower = Follower(
            fps=easel.fps, width=easel.generator.world_width, pursuits=self._pursuits(shot)
        )
        self.group = self.state, self.follower, self.frame  # before the last group

    def change(self, shot: Shot, path: CameraPath | None = None) -> None:
        """Go on with another shot: only what its words say otherwise changes; a path begins now."""
        if shot.text != self.shot.text:
            self.reading, self.state = self.easel.state(shot.text, self.state)
        if path is not None:
            self.path, self.path_began, self.opens = path, self.frame, False
        pursuits = self._pursuits(shot)
        goes_on = path is None or self.follower.goes_on(pursuits)
        self.follower = (
            replace(self.follower, pursuits=pursuits) if goes_on else self.follower.let_go(pursuits)
        )
        self.shot = shot

    def keep_camera(self, other: "Take") -> None:
        """Go along with the camera of another take."""
        self.path, self.frame = other.path, other.frame
        self.path_began, self.opens = other.path_began, other.opens
        self.follower = replace(other.follower, pursuits=self._pursuits(self.shot))

    def _pursuits(self, shot: Shot) -> tuple[Pursuit, ...]:
        """Whom the camera of a shot follows, where the generator knows.

        If nothing is said of the camera, it goes along with who goes somewhere, after a while: else they leave its
        view, of two who go together one long before the other.
        """
        if "poses" not in self.easel.generator.abilities:
            return ()
        if not shot.moves and self.easel.go_together(self.state):
            begin = OPENING_FRAMES / self.easel.fps
            return (Pursuit(slot=COMPANY, start_seconds=begin, end_seconds=math.inf, keeps_height=True),)
        return pursuits_of(shot, lambda subject: self.easel.slot(self.state, subject), opens=self.opens)

    def look(self, count: int) -> NDArray[np.float64]:
        """Where the camera is in the next frames: views [T, 5], see :class:`textreel.types.CameraPath`."""
        return self._ahead(count)[0]

    def stand(self, shot: Shot) -> NDArray[np.float64]:
        """The view [5] from which the moves of another shot go on; whom it follows, it follows on."""
        if self.follower.goes_on(self._pursuits(shot)):
            return self.path.views(self._times(1))[0].astype(np.float64)
        return self.look(1)[0]

    def go(self, count: int) -> NDArray[np.float64]:
        """The views of the next frames, which are then over for the camera; the state is the painter's."""
        views, self.follower = self._ahead(count)
        self.frame += count
        return views

    def _ahead(self, count: int) -> tuple[NDArray[np.float64], Follower]:
        return self.follower.along(
            self.path, self._times(count), lambda frames: self.easel.places(self.state, frames)
        )

    def _times(self, count: int) -> NDArray[np.float64]:
        """Seconds from where the path began."""
        return (np.arange(self.frame, self.frame + count) - self.path_began) / self.easel.fps

    def paint(self, count: int) -> list[Painted]:
        """The next frames."""
        while len(self.painted) < count:
            self._paint_group()
        painted, self.painted = self.painted[:count], self.painted[count:]
        return painted

    def now(self) -> Any:
        """The state before the next frame, which may be painted already."""
        if not self.painted:
            return self.state
        state, _, began = self.group
        return self.easel.later(state, self.frame - len(self.painted) - began)

    def settle(self) -> None:
        """Forget the pictures that are painted and not asked for: what comes now is painted otherwise."""
        if not self.painted:
            return
        now, next_frame = self.now(), self.frame - len(self.painted)
        self.heard = [each.sound for each in self.painted if each.sound is not None] + self.heard
        self.painted, (self.state, self.follower, self.frame) = [], self.group
        self.go(next_frame - self.frame)
        self.state = now

    def return_to_sight(self) -> None:
        """Where nobody is in sight, hasten those who come back, up to the edge of the view.

        Who leaves the view goes round the world; an empty place would be shown for as long.
        """
        generator, easel = self.easel.generator, self.easel
        if "poses" not in generator.abilities or self.follower.pursuits:
            return
        view = self.look(1)[0]

        def seen(seconds: Tensor) -> Tensor:
            poses = generator.glances(self.state, seconds)
            assert poses is not None
            return in_sight(poses[0], view, generator.world_width, easel.aspect)

        with torch.inference_mode():
            if seen(RETURN_SECONDS[:1]).any():
                return
            back = seen(RETURN_SECONDS).nonzero()
            if len(back) and back[0] > 1:
                self.state = generator.hastened(self.state, float(RETURN_SECONDS[back[0] - 1]))

    def _paint_group(self) -> None:
        """Paint up to the end of a group, and hear it meanwhile."""
        size, begun = self.easel.size, (self.frame - self.first) % self.easel.group_frames
        if self.frame >= OPENING_FRAMES and not (self.frame - self.first) % GROUP_FRAMES:
            self.return_to_sight()
        self.group = state, _, _ = self.state, self.follower, self.frame
        count = self.easel.group_frames - begun
        listen = self.listener(count)
        camera = as_camera(self.go(count))

        def advance() -> tuple[Tensor, Tensor, Any]:
            with torch.inference_mode():
                return self.easel.generator.advance(state, camera, size)

        (frames, attention, self.state), sounds = at_once(advance, listen)
        reads = ((read,) for read in self.reads(attention))
        self.painted += [Painted(*each) for each in zip(to_uint8(frames[0]), reads, sounds, strict=True)]

    def listener(self, count: int) -> Callable[[], list[NDArray[np.float32] | None]]:
        """What hears the next frames, whether or not the camera and the painter have gone through them meanwhile."""
        if self.ears is None:
            return lambda: [None] * count
        ears, heard = self.ears, len(self.heard)
        if missing := max(0, count - heard):
            missing = max(missing, self.easel.heard_at_once)
            views, state = self.look(heard + missing)[heard:], self.easel.later(self.state, heard)

        def listen() -> list[NDArray[np.float32] | None]:
            if missing:
                self.heard += ears.hear(state, self.reading, self.shot.text, views)
            sounds, self.heard = self.heard[:count], self.heard[count:]
            return [*sounds]

        return listen

    def skip(self, count: int) -> list[Painted]:
        """The next frames without pictures: another shot is seen."""
        self.settle()
        listen = self.listener(count)
        self.go(count)
        self.state = self.easel.later(self.state, count)
        black = np.zeros((*self.easel.size, 3), dtype=np.uint8)
        unread = (Read(self, np.zeros(len(self.reading.positions), dtype=np.float32)),)
        return [Painted(black, unread, sound) for sound in listen()]

    def reads(self, attention_BTL: Tensor, shares: Sequence[float] | None = None) -> list[Read]:
        """What each frame read of the words, of which it shows so much."""
        weights = attention_BTL[0, :, : len(self.reading.positions)].float().numpy()
        if shares is not None:
            weights = weights * np.array(shares, dtype=np.float32)[:, None]
        return [Read(self, each) for each in weights]


def places_of(poses_TSP: Tensor, width: float = WORLD_WIDTH) -> Places:
    """Where those are that have these poses, and their middle."""
    exact = poses_TSP.double()
    with_middle = torch.cat([exact, exact.mean(dim=1, keepdim=True)], dim=1)
    return torch.stack([around_world(with_middle, width), with_middle[..., POSE["y"]]], dim=-1).numpy()


def in_sight(
    poses_TSP: Tensor, view: NDArray[np.float64], width: float = WORLD_WIDTH, aspect: float = 1.0
) -> Tensor:
    """In which of T moments any part of any subject may be within a view [5], bool [T]."""
    x, y, zoom, roll = (float(part) for part in view[:4])
    cos, sin = abs(math.cos(roll)), abs(math.sin(roll))
    wide, high = 0.5 * (aspect * cos + sin) / zoom, 0.5 * (cos + aspect * sin) / zoom
    height = poses_TSP[..., POSE["log_scale"]].exp()
    across = wrap(around_world(poses_TSP, width) - x, width)
    down = poses_TSP[..., POSE["y"]] - y
    near = (across.abs() < wide + FILLED * height / 2) & (down.abs() < high + height)
    return (near & (poses_TSP[..., POSE["opacity"]] > FAINTEST)).any(dim=1)


class Crossing:
    """One take passes into another; None is nothing at all. After its shares the second goes on alone.

    A morph is painted by the generator, where it can, and where the first is a take by itself; else it is a dissolve.
    At both ends of either stand the frames that the takes painted themselves.
    """

    def __init__(self, before: Screen | None, after: Take | None, kind: str, shares: Sequence[float]) -> None:
        self.before, self.after, self.kind, self.shares = before, after, kind, list(shares)
        self.morph = None
        self.turns: float | None = None
        self.heard = (0.0 if before is None else 1.0, 0.0)  # how much of each side is heard
        if kind == "morph" and isinstance(before, Take) and after is not None:
            self.morph = after.easel.generator.morph(before.now(), after.state, len(self.shares))

    def paint(self, count: int) -> list[Painted]:
        """The next frames."""
        shares, self.shares = self.shares[:count], self.shares[count:]
        painted = []
        for (begun, ended), group in itertools.groupby(shares, lambda share: (share > 0, share >= 1)):
            between = self.morph is not None and begun and not ended
            painted += (self._morphed if between else self._mixed)(list(group))
        if not self.shares:
            self.before = self.morph = None
        left = count - len(shares)
        return painted + (self.after.paint(left) if left and self.after is not None else [])

    def _mixed(self, shares: list[float]) -> list[Painted]:
        """Both pictures in one."""
        unseen = self.after if shares[0] <= 0 else self.before if shares[0] >= 1 else None
        sides: list[list[Painted] | None] = []
        for side in (self.before, self.after):
            if self.morph is not None and side is unseen and isinstance(side, Take):
                sides.append(side.skip(len(shares)))
            else:
                sides.append(None if side is None else side.paint(len(shares)))
        mixed = []
        for at, share in enumerate(shares):
            first, second = (None if side is None else side[at] for side in sides)
            picture = blend(
                self.kind,
                None if first is None else first.picture,
                None if second is None else second.picture,
                share,
            )
            reads = [*dimmed(first, 1 - share), *dimmed(second, share)]
            heard = [None if side is None else side.sound for side in (first, second)]
            mixed.append(Painted(picture, tuple(reads), self._sound(heard, share)))
        return mixed

    def _sound(self, sides: Sequence[NDArray[np.float32] | None], share: float) -> NDArray[np.float32] | None:
        """Both sounds in one."""
        before, self.heard = self.heard, gains(self.kind, share)
        if all(side is None for side in sides):
            return None
        parts = [swelled(*each) for each in zip(sides, before, self.heard, strict=True)]
        return np.asarray(sum(parts), dtype=np.float32)

    def _morphed(self, shares: list[float]) -> list[Painted]:
        """One picture between both."""
        before, after = self.before, self.after
        assert self.morph is not None and isinstance(before, Take) and after is not None
        count, size, morph = len(shares), after.easel.size, self.morph
        for side in (before, after):
            side.settle()
        listeners = before.listener(count), after.listener(count)
        morph.first, morph.second = before.state, after.state
        own = before.go(count), after.go(count)
        views, self.turns = on_one_side(*own, self.turns, after.easel.generator.world_width)
        camera = as_camera(between_views(*views, np.array(shares)))

        def advance() -> tuple[Tensor, Tensor, Tensor]:
            with torch.inference_mode():
                return morph.advance(shares, camera, size)

        (frames, *read), *heard = at_once(advance, *listeners)
        before.state, after.state = morph.first, morph.second
        reads = zip(
            before.reads(read[0], [1 - share for share in shares]), after.reads(read[1], shares), strict=True
        )
        sounds = [self._sound(sides, share) for *sides, share in zip(*heard, shares, strict=True)]
        return [Painted(*each) for each in zip(to_uint8(frames[0]), reads, sounds, strict=True)]


def dimmed(painted: Painted | None, share: float) -> list[Read]:
    """The words of a frame of which so much is shown."""
    if painted is None:
        return []
    return [Read(read.take, read.attention * np.float32(share)) for read in painted.reads]


Views = NDArray[np.float64]


def on_one_side(
    first_T5: Views, second_T5: Views, turns: float | None, width: float = WORLD_WIDTH
) -> tuple[tuple[Views, Views], float]:
    """Two cameras on one turn round the world, and the way by which the second was turned; None finds the shortest."""
    if turns is None:
        turns = width * round((second_T5[0, 0] - first_T5[0, 0]) / width)
    return (first_T5, second_T5 - np.array([turns, 0.0, 0.0, 0.0, 0.0])), turns


def between_views(first_T5: Views, second_T5: Views, share_T: NDArray[np.float64]) -> Views:
    """Views between two; zoom and dolly in their logarithms, so that they look even."""
    both = (each.astype(np.float32) for each in (first_T5, second_T5))
    first, second = (np.where(IN_LOGARITHMS, np.log(np.maximum(each, 1e-9)), each) for each in both)
    mixed = first + share_T[:, None] * (second - first)
    return np.where(IN_LOGARITHMS, np.exp(mixed), mixed)


def as_camera(views_T5: Views) -> Tensor:
    """Views as the generator takes them, float32 [1, T, 4], or [1, T, 5] where one of them dollies."""
    views = views_T5.copy()
    views[:, 0] -= TURN * np.fix(views[:, 0] / TURN)
    numbers = 5 if (views[:, 4] != 1).any() else 4
    return torch.from_numpy(views[None, :, :numbers].astype(np.float32))


def to_uint8(frames_TCHW: Tensor) -> NDArray[np.uint8]:
    """Frames in [-1, 1] -> uint8 [T, H, W, 3]."""
    scaled = ((frames_TCHW.float() + 1) * 127.5).round().clamp(0, 255)
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()
