"""How subjects and cameras of the scenes corpus move: every motion is a periodic function of two clocks.

A subject has a *path* clock (where it is on its way) and a *loop* clock (where its animation is). Both count
cycles and run evenly, so a film may last for hours; their phases at the start come from the noise, their
rates from the words. Travelling subjects have their position as their path: x = direction * (2 * path - 1).

Entries of the noise vector used here: 0 direction (resolved by the caller), 1 start x, 2 loop phase, 3 path
phase, 4 depth, 5 size, 6 and 7 start x and loop phase of the second subject.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from textreel.corpora.scenes.spec import ResolvedScene
from textreel.corpora.scenes.subjects import BY_NAME
from textreel.errors import CorpusError
from textreel.types import VIEW_X, VIEW_Y, CameraKeyframe, CameraPath, Event

Array = NDArray[np.float64]

SLOTS = 2
POSE_SIZE = 10
SPEEDS: Mapping[str, float] = MappingProxyType({"slow": 0.55, "normal": 1.0, "fast": 1.8})
SIZES: Mapping[str, float] = MappingProxyType({"small": 0.24, "medium": 0.42, "large": 0.66})
PAIR_SCALE = 0.8
LOOP_RATE_HZ = 1.0 / 3.0
FEET = 0.46
FLOATING_Y = 0.62
FLOATING_SETTINGS = frozenset({"sky", "space", "underwater"})
FLOATING_MEDIA = frozenset({"air", "water", "float"})
TURN = 2.0 * math.pi


@dataclass(frozen=True, kw_only=True)
class PathRule:
    """How the path clock of a motion runs: its rate, and where it stands (``centre``) at ``anchor_seconds``.

    ``spread`` cycles are shared out evenly by entry ``entry`` of the noise vector. The anchor makes the first
    two seconds show the motion in the middle of the view.
    """

    rate_hz: float
    centre: float = 0.5
    spread: float = 0.15
    entry: int = 1
    anchor_seconds: float = 1.0


PATHS: Mapping[str, PathRule] = MappingProxyType(
    {
        "walk": PathRule(rate_hz=0.18 / 2),
        "run": PathRule(rate_hz=0.42 / 2),
        "stalk": PathRule(rate_hz=0.09 / 2),
        "jump": PathRule(rate_hz=0.20 / 2),
        "bounce": PathRule(rate_hz=0.10 / 2),
        "rise": PathRule(rate_hz=0.26, entry=3),
        "fall": PathRule(rate_hz=0.30, entry=3),
        "circle": PathRule(rate_hz=0.42, spread=1.0, entry=3),
        "spin": PathRule(rate_hz=0.5, spread=0.5, entry=3),
        "approach": PathRule(rate_hz=0.25, spread=0.05, entry=3),
        "recede": PathRule(rate_hz=0.25, spread=0.05, entry=3),
        "stay": PathRule(rate_hz=0.0, spread=1.0, entry=3),
        "chase": PathRule(rate_hz=0.42 / 2),
        "follow": PathRule(rate_hz=0.18 / 2),
        "meet": PathRule(rate_hz=0.22, centre=0.06, spread=0.04, entry=3, anchor_seconds=0.0),
        "pass": PathRule(rate_hz=0.26 / 2),
    }
)
STEPS_PER_LOOP: Mapping[str, int] = MappingProxyType(
    {"walk": 6, "run": 8, "jump": 3, "bounce": 4, "chase": 8, "follow": 6, "meet": 6, "pass": 6}
)
PAIR_GAP = 0.42
FLIGHT = 0.75


@dataclass(frozen=True, kw_only=True)
class Actor:
    """One subject at all moments: its clocks [T] in cycles and what stays the same about it.

    ``sign`` is -1 going left, +1 going right; ``steps`` the strength of its steps (1 on the ground, less
    where it floats); ``start`` and ``depth`` are even draws in 0..1.
    """

    path: Array
    loop: Array
    sign: float
    scale: float
    steps: float
    start: float
    depth: float


@dataclass(frozen=True, kw_only=True)
class Track:
    """What a motion does to an actor; every field is an array [T] or one number for all moments.

    ``height`` is above the place where the actor rests, ``nearer`` moves feet and shadow down the ground,
    ``y`` overrides the resting place by a sprite centre in the world.
    """

    x: Array | float
    facing: Array | float
    height: Array | float = 0.0
    nearer: Array | float = 0.0
    growth: Array | float = 1.0
    roll: Array | float = 0.0
    opacity: Array | float = 1.0
    y: Array | None = None


def uniform(gaussian: float) -> float:
    """The normal distribution function: an even draw in 0..1 from a Gaussian one."""
    return 0.5 * (1.0 + math.erf(float(gaussian) / math.sqrt(2.0)))


def wrap(x: Array) -> Array:
    """Bring world x into [-1, 1)."""
    return np.mod(x + 1.0, 2.0) - 1.0


def visible(phase: Array, dip: float = 0.06) -> Array:
    """1 inside a cycle and 0 where it begins anew, with a soft passage of ``dip`` cycles on either side."""
    share = np.clip(np.minimum(phase, 1.0 - phase) / dip, 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def travel(actor: Actor, gait: str, ahead: float = 0.0) -> Track:
    """Go along x in one of the gaits walk, run and stalk, ``ahead`` units in front of the path."""
    x = actor.sign * (2.0 * actor.path - 1.0 + ahead)
    if gait == "stalk":
        creep = np.sin(2 * TURN * actor.loop)
        roll = actor.sign * (0.13 + 0.03 * creep)
        return Track(x=wrap(x + 0.018 * actor.sign * creep), facing=actor.sign, height=-0.015, roll=roll)
    beat = STEPS_PER_LOOP[gait] * actor.loop
    lift = np.sin(math.pi * beat) ** 2
    if gait == "run":
        roll = -0.10 * actor.sign * np.cos(TURN * beat)
        return Track(x=wrap(x), facing=actor.sign, height=0.05 * actor.steps * lift, roll=roll)
    sway = 0.03 * np.sin(math.pi * beat)
    return Track(x=wrap(x), facing=actor.sign, height=0.018 * actor.steps * lift, roll=sway)


def jump(actor: Actor) -> Track:
    """Hop along x: three hops to a loop, with a short rest on the ground between them."""
    beat = np.mod(STEPS_PER_LOOP["jump"] * actor.loop, 1.0)
    air = np.clip(beat / FLIGHT, 0.0, 1.0)
    leap = 2.0 * PATHS["jump"].rate_hz / (STEPS_PER_LOOP["jump"] * LOOP_RATE_HZ)
    x = actor.sign * (2.0 * actor.path - 1.0 + leap * (air - beat))
    height = (0.34 - 0.3 * actor.scale) * 4.0 * air * (1.0 - air)
    return Track(x=wrap(x), facing=actor.sign, height=height, roll=-0.22 * actor.sign * np.sin(TURN * air))


def bounce(actor: Actor) -> Track:
    """Bounce high, with hardly any way along x: four parabolas to a loop."""
    phase = np.mod(STEPS_PER_LOOP["bounce"] * actor.loop, 1.0)
    height = (0.5 - 0.45 * actor.scale) * 4.0 * phase * (1.0 - phase)
    return Track(x=wrap(actor.sign * (2.0 * actor.path - 1.0)), facing=actor.sign, height=height)


def rise(actor: Actor) -> Track:
    """Go up through the view, unseen where the way begins anew."""
    phase = np.mod(actor.path, 1.0)
    x = 0.3 * (actor.start - 0.5) + 0.02 * np.sin(2 * TURN * actor.loop)
    return Track(x=x, facing=actor.sign, y=1.2 - 1.15 * phase, opacity=visible(phase))


def fall(actor: Actor) -> Track:
    """Go down through the view, rocking a little, unseen where the way begins anew."""
    phase = np.mod(actor.path, 1.0)
    roll = 0.15 * np.sin(2 * TURN * actor.loop)
    x = 0.3 * (actor.start - 0.5)
    return Track(x=x, facing=actor.sign, y=0.05 + 1.15 * phase, opacity=visible(phase), roll=roll)


def circle(actor: Actor) -> Track:
    """Go round on an ellipse, facing the way it goes: larger in front, where it goes in its direction."""
    across, near = -actor.sign * np.cos(TURN * actor.path), np.sin(TURN * actor.path)
    return Track(
        x=0.16 * (actor.start - 0.5) + 0.28 * across,
        facing=actor.sign * np.tanh(5.0 * near),
        nearer=0.09 * near,
        growth=np.exp(0.14 * near),
    )


def spin(actor: Actor) -> Track:
    """Turn about its own centre, one turn to a cycle."""
    roll = actor.sign * TURN * actor.path
    return Track(x=0.3 * (actor.start - 0.5), facing=actor.sign, height=0.1 * actor.scale, roll=roll)


def approach(actor: Actor) -> Track:
    """Come nearer: from half to nearly twice the size, unseen where it begins anew."""
    phase = np.mod(actor.path, 1.0)
    return Track(
        x=0.2 * (actor.start - 0.5),
        facing=actor.sign,
        nearer=0.2 * (phase - 0.4),
        growth=0.5 * 3.8**phase,
        opacity=visible(phase, 0.05),
    )


def recede(actor: Actor) -> Track:
    """Go away: an approach with its clock turned round."""
    return approach(replace(actor, path=-actor.path))


def stay(actor: Actor) -> Track:
    """Stand still; only the animation runs."""
    return Track(x=0.3 * (actor.start - 0.5), facing=actor.sign)


def meet(actor: Actor) -> Track:
    """Come from the side, stop face to face with the other, who does the same, and stand there."""
    phase = np.mod(actor.path, 1.0)
    share = np.clip((phase - 0.04) / 0.34, 0.0, 1.0)
    moving = 4.0 * share * (1.0 - share)
    stop = 0.5 * actor.scale
    away = stop + (0.6 - stop) * (1.0 - share * (1.0 + share - share * share))
    walking = travel(actor, "walk")
    return replace(
        walking, x=-actor.sign * away, height=walking.height * moving, roll=walking.roll * moving,
        opacity=visible(phase, 0.05),
    )  # fmt: skip


MOTIONS: Mapping[str, Callable[[Actor], Track]] = MappingProxyType(
    {
        "walk": lambda actor: travel(actor, "walk"),
        "run": lambda actor: travel(actor, "run"),
        "stalk": lambda actor: travel(actor, "stalk"),
        "jump": jump,
        "bounce": bounce,
        "rise": rise,
        "fall": fall,
        "circle": circle,
        "spin": spin,
        "approach": approach,
        "recede": recede,
        "stay": stay,
        "chase": lambda actor: travel(actor, "run"),
        "follow": lambda actor: travel(actor, "walk"),
        "meet": meet,
        "pass": lambda actor: travel(actor, "walk"),
    }
)


def action(resolved: ResolvedScene) -> str:
    """What is done: the relation of two subjects, else the motion of one."""
    name = resolved.relation if len(resolved.subjects) > 1 and resolved.relation else resolved.motion
    if name not in MOTIONS:
        raise CorpusError(f"Motions and relations are {', '.join(MOTIONS)}; got {name!r}.")
    return str(name)


def signs(resolved: ResolvedScene) -> tuple[float, float]:
    """-1 (left) or +1 (right) for either slot; those who meet or pass go opposite ways."""
    sign = -1.0 if resolved.direction == "left" else 1.0
    return sign, (-sign if action(resolved) in ("meet", "pass") else sign)


def clocks(resolved: ResolvedScene, noise_vector: ArrayLike) -> NDArray[np.float32]:
    """float32 [2 slots, 4]: path phase (cycles at 0 s), path rate (cycles a second), loop phase, loop rate.

    ``noise_vector`` is [64]. The second slot is all zeros where there is one subject only.
    """
    noise = np.asarray(noise_vector, dtype=np.float64)
    name, speed = action(resolved), SPEEDS[resolved.speed or "normal"]
    rule = PATHS[name]
    rate = rule.rate_hz * speed
    start = rule.centre - rate * rule.anchor_seconds
    shift = PAIR_GAP / 4.0 if name in ("chase", "follow") else 0.0
    result = np.zeros((SLOTS, 4), dtype=np.float32)
    for slot in range(min(SLOTS, len(resolved.subjects))):
        entry = 6 if slot and name == "pass" else rule.entry
        phase = start + rule.spread * (uniform(noise[entry]) - 0.5) + (shift if slot else -shift)
        result[slot] = (np.mod(phase, 1.0), rate, uniform(noise[7 if slot else 2]), LOOP_RATE_HZ * speed)
    return result


def poses(
    resolved: ResolvedScene,
    noise_vector: ArrayLike,
    times_seconds: ArrayLike,
    ground_y: float,
    ground_depth: float,
    shadow: float,
) -> NDArray[np.float32]:
    """float32 [T, 2, 10]: the pose code of either slot at each moment (see textreel.nn.compositing).

    ``ground_y`` is the world y on which feet stand (of the water line in the sea), ``ground_depth`` how far
    they may be above or below it, ``shadow`` 0..1 how strong shadows are there.
    """
    noise = np.asarray(noise_vector, dtype=np.float64)
    times = np.asarray(times_seconds, dtype=np.float64).reshape(-1)
    ticks = clocks(resolved, noise).astype(np.float64)
    result = np.zeros((len(times), SLOTS, POSE_SIZE), dtype=np.float32)
    result[:, 1] = (1, 0, FLOATING_Y, math.log(SIZES["medium"]), 1, 1, 0, 0, ground_y, 0)
    for slot in range(min(SLOTS, len(resolved.subjects))):
        actor = cast(resolved, noise, slot, ticks[slot], times)
        track = MOTIONS[action(resolved)](actor)
        result[:, slot] = place(resolved, slot, actor, track, ground_y, ground_depth, shadow)
    return result


def cast(resolved: ResolvedScene, noise: Array, slot: int, ticks: Array, times: Array) -> Actor:
    """The subject of a slot with its clocks at the given moments."""
    pair = len(resolved.subjects) > 1
    scale = SIZES[resolved.subjects[slot].size or "medium"] * (PAIR_SCALE if pair else 1.0)
    depth = uniform(noise[4])
    return Actor(
        path=ticks[0] + ticks[1] * times,
        loop=ticks[2] + ticks[3] * times,
        sign=signs(resolved)[slot],
        scale=scale * math.exp(0.08 * noise[5]),
        steps=0.5 if floats(resolved, slot) else 1.0,
        start=uniform(noise[6 if slot else 1]),
        depth=0.5 + 0.5 * depth if pair and not slot else 0.5 * depth if pair else depth,
    )


def floats(resolved: ResolvedScene, slot: int) -> bool:
    """Whether a subject hangs in air or water instead of standing on the ground."""
    if resolved.setting in FLOATING_SETTINGS:
        return True
    medium = BY_NAME[resolved.subjects[slot].name].medium
    return medium in FLOATING_MEDIA and not (resolved.setting == "sea" and medium == "water")


def place(
    resolved: ResolvedScene,
    slot: int,
    actor: Actor,
    track: Track,
    ground_y: float,
    ground_depth: float,
    shadow: float,
) -> Array:
    """Pose codes [T, 10] of one actor on the ground, on the water or in the air."""
    floating, afloat = floats(resolved, slot), resolved.setting == "sea"
    scale = actor.scale * track.growth * math.exp(0.2 * (actor.depth - 0.5))
    offset = ground_depth * (2.0 * actor.depth - 1.0)
    bob = 0.016 * np.sin(2 * TURN * actor.loop) * (floating or afloat)
    feet = ground_y + offset + track.nearer
    if floating:
        y = FLOATING_Y + 0.16 * (actor.depth - 0.5) + track.nearer
    else:
        y = feet - (0.25 if afloat else FEET) * scale
    y = (y if track.y is None else track.y) - track.height + bob
    clearance = np.abs(feet - FEET * scale - y)
    columns = (
        np.cos(math.pi * track.x), np.sin(math.pi * track.x), y, np.log(scale), track.facing,
        np.cos(track.roll), np.sin(track.roll), track.opacity, feet, shadow * np.exp(-2.5 * clearance),
    )  # fmt: skip
    return np.stack([np.broadcast_to(column, actor.path.shape) for column in columns], axis=-1)


def crossings(phase: float, rate_hz: float, duration_seconds: float) -> list[float]:
    """The moments in [0, duration) at which an evenly running clock passes a whole number of cycles."""
    if rate_hz <= 0:
        return []
    first = math.ceil(phase - 1e-9)
    last = math.ceil(phase + rate_hz * duration_seconds - 1e-9)
    return [(number - phase) / rate_hz for number in range(first, last)]


def events(
    resolved: ResolvedScene, noise_vector: ArrayLike, duration_seconds: float, fps: float
) -> tuple[Event, ...]:
    """What can be heard, in order of time, each at the start of the frame that shows it."""
    found: list[Event] = []
    ticks = clocks(resolved, noise_vector).astype(np.float64)
    for slot in range(min(SLOTS, len(resolved.subjects))):
        for kind, phase, rate, strength in sounds(resolved, slot, *ticks[slot]):
            for time in crossings(phase, rate, duration_seconds):
                shown = round(time * fps) / fps
                if shown < duration_seconds:
                    found.append(Event(time_seconds=shown, kind=kind, slot=slot, strength=strength))
    return tuple(sorted(found, key=lambda event: (event.time_seconds, event.slot, event.kind)))


def sounds(
    resolved: ResolvedScene, slot: int, path: float, path_rate: float, loop: float, loop_rate: float
) -> list[tuple[str, float, float, float]]:
    """(kind, phase, rate in hertz, strength) of the clocks whose whole cycles can be heard."""
    name = action(resolved)
    result: list[tuple[str, float, float, float]] = []
    if name == "bounce":
        beats = STEPS_PER_LOOP["bounce"]
        result.append(("impact", beats * loop, beats * loop_rate, 1.0))
    elif name == "jump":
        beats = STEPS_PER_LOOP["jump"]
        result.append(("impact", beats * loop - FLIGHT, beats * loop_rate, 0.8))
    elif name in STEPS_PER_LOOP and name != "meet" and not floats(resolved, slot):
        beats = STEPS_PER_LOOP[name]
        result.append(("step", beats * loop, beats * loop_rate, 0.6 if name in ("run", "chase") else 0.35))
    elif name in ("spin", "circle", "rise", "fall", "approach", "recede"):
        result.append(("whoosh", path - 0.5, path_rate, 0.5))
    if BY_NAME[resolved.subjects[slot].name].calls:
        result.append(("call", loop - 0.5, loop_rate, 0.9))
    return result


CAMERAS: Mapping[str, tuple[str, float, float]] = MappingProxyType(
    {
        "pan-left": ("x", -0.2, -0.45),
        "pan-right": ("x", 0.2, 0.45),
        "tilt-up": ("y", -0.14, -0.2),
        "tilt-down": ("y", 0.14, 0.2),
        "zoom-in": ("zoom", 1.4, 1.6),
        "zoom-out": ("zoom", 1.4, 1.6),
    }
)
"""The quantity that each camera move changes, and its change over two seconds at amounts 0 and 1."""


def camera_path(kind: str, amount: float = 0.5) -> CameraPath:
    """The camera of a clip of two seconds; ``amount`` 0..1 goes from a small move to a large one."""
    if kind == "static":
        return CameraPath()
    if kind not in CAMERAS:
        raise CorpusError(f"Camera moves of the corpus are static, {', '.join(CAMERAS)}; got {kind!r}.")
    quantity, small, large = CAMERAS[kind]
    change = small + amount * (large - small)
    if quantity == "zoom":
        ends = (1.0, change) if kind == "zoom-in" else (change, 1.0)
    else:
        middle = VIEW_X if quantity == "x" else VIEW_Y
        ends = (middle - change / 2, middle + change / 2)
    frames = []
    for seconds, value in zip((0.0, 2.0), ends, strict=True):
        at = {"x": VIEW_X, "y": VIEW_Y, "zoom": 1.0} | {quantity: value}
        frame = CameraKeyframe(seconds=seconds, x=at["x"], y=at["y"], zoom=at["zoom"], easing="linear")
        frames.append(frame)
    return CameraPath.through(*frames)


def camera(kind: str, generator: np.random.Generator, times_seconds: ArrayLike) -> NDArray[np.float32]:
    """float32 [T, 4]: x, y, zoom and roll of a corpus camera whose amount is drawn from ``generator``."""
    return camera_path(kind, float(generator.random())).at(times_seconds)
