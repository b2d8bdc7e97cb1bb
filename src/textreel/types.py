"""The values that the rooms of textreel hand to each other: frozen, validated, with units in their names.

Lengths of the pictured world are in world units: 1 is the height of the view at zoom 1. The world is a torus
in x with period 2 (0 is the centre of the default view) and reaches in y from 0 (top) to 1.25 (bottom).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from textreel.errors import UsageError

FRAMES_PER_SECOND = 24.0
DEFAULT_SECONDS = 2.0
MAX_READ_WORDS = 200
"""Text encoders read so many words of a shot or caption, counted without those that have no vector."""
VIEW_X = 0.0
VIEW_Y = 0.625

Easing = Literal["linear", "smooth"]

EASINGS: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = MappingProxyType(
    {"linear": lambda share: share, "smooth": lambda share: share * share * (3.0 - 2.0 * share)}
)
"""How a camera passes from one keyframe to the next: share of time in 0..1 to share of way in 0..1."""


@dataclass(frozen=True, kw_only=True)
class VideoShape:
    """The size of a film in frames and pixels, and its speed."""

    frames: int
    height: int = 128
    width: int = 128
    fps: float = FRAMES_PER_SECOND

    def __post_init__(self) -> None:
        for name in ("frames", "height", "width"):
            value = getattr(self, name)
            if value < 1:
                raise UsageError(f"A film's {name} must be a positive number, got {value}.")
        if not (math.isfinite(self.fps) and self.fps > 0):
            raise UsageError(f"Frames a second must be positive, got {self.fps}; 24 is usual.")

    @classmethod
    def from_seconds(
        cls, seconds: float, *, height: int = 128, width: int = 128, fps: float = FRAMES_PER_SECOND
    ) -> VideoShape:
        """The shape of a film that lasts ``seconds``, to the nearest frame and one frame at least."""
        if not (math.isfinite(seconds) and seconds > 0):
            raise UsageError(f"A film's length must be a positive number of seconds, got {seconds}.")
        return cls(frames=max(1, round(seconds * fps)), height=height, width=width, fps=fps)

    @property
    def seconds(self) -> float:
        """How long the film lasts."""
        return self.frames / self.fps

    @property
    def times_seconds(self) -> NDArray[np.float32]:
        """float32 [frames]: when each frame is shown, from 0."""
        return (np.arange(self.frames) / self.fps).astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class TextSpan:
    """A stretch of a text, in characters; ``source[span.start:span.end] == span.text``."""

    text: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end or len(self.text) != self.end - self.start:
            raise UsageError(f"A span must cover its text, got {self.start} to {self.end} for {self.text!r}.")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happens at a moment of a film and may be heard.

    ``kind`` is step, impact, whoosh or call; ``slot`` the subject it belongs to (0 main, 1 second);
    ``strength`` 0..1 how hard or loud.
    """

    time_seconds: float
    kind: str
    slot: int = 0
    strength: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class AudioTrack:
    """The sound of a film: float32 samples [samples, channels] in [-1, 1], so many a second."""

    samples: NDArray[np.float32]
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32 or self.samples.shape[1] not in (1, 2):
            raise UsageError(
                f"Sound is float32 [samples, 1 or 2 channels], got {self.samples.dtype} {list(self.samples.shape)}."
            )
        if self.sample_rate < 1:
            raise UsageError(f"Samples a second must be a positive number, got {self.sample_rate}.")

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True, kw_only=True)
class CameraKeyframe:
    """Where the camera is at a moment: its centre in world units, its zoom, its roll and its dolly.

    ``roll_radians`` is positive when the camera turns clockwise. ``dolly`` is how much of the zoom comes from the
    camera's own way in (1: nothing): what stands nearer than the place grows by more. ``easing`` says how the
    camera comes here from the keyframe before.
    """

    seconds: float
    x: float = VIEW_X
    y: float = VIEW_Y
    zoom: float = 1.0
    roll_radians: float = 0.0
    dolly: float = 1.0
    easing: Easing = "smooth"

    def __post_init__(self) -> None:
        numbers = (self.seconds, self.x, self.y, self.zoom, self.roll_radians, self.dolly)
        if not all(math.isfinite(number) for number in numbers) or min(self.zoom, self.dolly) <= 0:
            raise UsageError(
                f"A camera keyframe needs finite numbers, and a positive zoom and dolly, got {numbers}."
            )
        if self.easing not in EASINGS:
            raise UsageError(f"A camera's easing is one of {', '.join(EASINGS)}, got {self.easing!r}.")


def offsets_of(keyframe: CameraKeyframe) -> tuple[float, ...]:
    """What a keyframe adds to the default view, as :meth:`CameraLayer.offsets` has it."""
    return (
        keyframe.x - VIEW_X,
        keyframe.y - VIEW_Y,
        math.log(keyframe.zoom),
        keyframe.roll_radians,
        math.log(keyframe.dolly),
    )


class CameraLayer(Protocol):
    """One movement of the camera, as what it adds to the default view."""

    def offsets(self, times_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """[times, 5]: added x, added y, logarithm of the zoom, added roll in radians, logarithm of the dolly."""


@dataclass(frozen=True, kw_only=True)
class KeyframedMove:
    """A movement through keyframes; before the first and after the last the camera rests."""

    keyframes: tuple[CameraKeyframe, ...]

    def __post_init__(self) -> None:
        times = [keyframe.seconds for keyframe in self.keyframes]
        if not times or any(later <= earlier for earlier, later in itertools.pairwise(times)):
            raise UsageError(f"Camera keyframes must be later and later, got {times} seconds.")

    def offsets(self, times_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """See :meth:`CameraLayer.offsets`; zoom and dolly go evenly in their logarithms, so that they look even."""
        values = np.array([offsets_of(keyframe) for keyframe in self.keyframes])
        result = np.repeat(values[:1], len(times_seconds), axis=0)
        for index in range(1, len(values)):
            before, after = self.keyframes[index - 1], self.keyframes[index]
            share = np.clip((times_seconds - before.seconds) / (after.seconds - before.seconds), 0.0, 1.0)
            result += EASINGS[after.easing](share)[:, None] * (values[index] - values[index - 1])
        return result


@dataclass(frozen=True, kw_only=True)
class CameraShake:
    """The tremble of a hand-held camera: sums of slow sine waves that never repeat within a film.

    ``amount`` is the usual excursion in world units; ``seconds`` None lasts for ever.
    """

    amount: float = 0.012
    start_seconds: float = 0.0
    seconds: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= 0.25 or (self.seconds is not None and self.seconds <= 0):
            raise UsageError(
                f"A camera shakes by 0 to 0.25 for a positive time, got {self.amount} for {self.seconds} s."
            )

    def offsets(self, times_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """See :meth:`CameraLayer.offsets`."""
        time = times_seconds - self.start_seconds
        rates_hz = np.array([[1.07, 2.63], [1.31, 2.19], [0.41, 0.73], [0.83, 1.71]])
        phases = np.array([[0.0, 0.31], [0.62, 0.11], [0.45, 0.8], [0.27, 0.93]])
        waves = np.sin(2 * math.pi * (time[:, None, None] * rates_hz + phases)).sum(axis=-1)
        inside = time >= 0 if self.seconds is None else (time >= 0) & (time < self.seconds)
        scales = np.array([1.0, 1.0, 0.5, 0.6], dtype=np.float64) * self.amount
        still = np.zeros((len(time), 1))
        return np.concatenate([waves * inside[:, None] * scales, still], axis=1)


@dataclass(frozen=True, kw_only=True)
class CameraPath:
    """What the camera does: layers of movement that are added up; without any it stands still.

    A view is where the camera is at a moment: x, y, zoom, roll in radians, dolly.
    """

    layers: tuple[CameraLayer, ...] = ()

    @classmethod
    def through(cls, *keyframes: CameraKeyframe) -> CameraPath:
        """A path of one movement through the given keyframes."""
        return cls(layers=(KeyframedMove(keyframes=keyframes),))

    def __add__(self, other: CameraPath) -> CameraPath:
        """Both paths at once: shifts and rolls are added, zooms multiplied."""
        return CameraPath(layers=self.layers + other.layers)

    @property
    def is_static(self) -> bool:
        """Whether no movement was asked for."""
        return not self.layers

    @property
    def glides(self) -> CameraPath:
        """The path without its tremble."""
        return CameraPath(layers=tuple(each for each in self.layers if not isinstance(each, CameraShake)))

    def at(self, times_seconds: ArrayLike | Sequence[float]) -> NDArray[np.float32]:
        """float32 [times, 4]: x, y, zoom and roll in radians at each of the given moments."""
        return self.views(times_seconds)[:, :4].copy()

    def views(self, times_seconds: ArrayLike | Sequence[float]) -> NDArray[np.float32]:
        """float32 [times, 5]: x, y, zoom, roll in radians and dolly at each of the given moments."""
        times = np.asarray(times_seconds, dtype=np.float64).reshape(-1)
        total = np.tile(np.array([VIEW_X, VIEW_Y, 0.0, 0.0, 0.0]), (len(times), 1))
        for layer in self.layers:
            total += layer.offsets(times)
        total[:, [2, 4]] = np.exp(total[:, [2, 4]])
        return total.astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class Scenery:
    """What the picture generator takes the words of a shot to mean; empty where it was not taught to.

    subjects, motions: of each slot, the main one first; an empty name where a slot holds nobody.
    """

    subjects: tuple[str, ...] = ()
    motions: tuple[str, ...] = ()
    setting: str = ""
    time: str = ""
    weather: str = ""
