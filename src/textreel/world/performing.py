"""How a scene is played: where each of its pictures is at every frame, as data says and noise decides.

`perform` is what the corpus `world` shows and what the generator learns. Poses are those of nn/compositing in a world
that is WORLD_WIDTH heights of the view wide. Everything is a function of two clocks a picture: its path, in cycles of
its way, and its loop, in cycles of its drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from textreel.scene import LeftOut, Scene, Subject
from textreel.world.casting import FIRST_OF_SLOT, MAX_ROLES, Role, cast, plain_art, uniform
from textreel.world.catalogues import Body, Motion, motions, staging
from textreel.world.inventory import Concept, DrawingFacts, concepts, drawings

WORLD_WIDTH = 3.0
FEET_Y = 0.955
"""Where feet stand; the view at rest shows y from 0.125 to 1.125."""
BOTTOM_Y = 1.13
TOP_Y = 0.15
FLOATING_Y = 0.6
GAP = 0.03
SMALLEST = 0.13
"""Of what stands for itself, in heights of the view: 33 pixels of 256."""
SHARED = 0.94
"""How much of the width of the view may be filled."""
FITS_UNDER = 0.95
"""What is less high, in heights of what it is under, needs no more room there."""
SEVERAL_PACE = 0.2
"""How much slower several go round the world, so that none of them is cut off at the edge of the view."""
LOOP_HZ = 0.5
PACES = {"slow": 0.55, "fast": 1.7}
MOVING_TOGETHER = frozenset(
    {"on", "inside", "rides", "pushes", "pulls", "chases", "follows", "hugs", "kisses"}
)
FACING_TO = frozenset({"meets", "feeds", "hugs", "kisses", "looks_at", "plays_with"})
CARRIED = frozenset({"on", "rides", "inside", "above", "under"})
TURN = 2.0 * math.pi
STILL = DrawingFacts(box=(0.05, 0.05, 0.95, 0.95), phases=1, seconds=0.0, has_tones=False, clothes="")

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Performance:
    """A scene as it is played: T frames, S = 6 slots; slots beyond the roles are empty.

    Attributes:
        roles: what each slot shows.
        poses: float32 [T, S, 10], see nn/compositing.POSE_FIELDS; x goes round in WORLD_WIDTH.
        phases: float32 [T, S, 2], path and loop in cycles, each in [0, 1).
        rates: float32 [S, 2], cycles a second of both.
        depth: float32 [T, S]; what has more is drawn later. It is the ground of the slot's figure with its layer.
        left_out: what of the scene is not shown, and why.
    """

    roles: tuple[Role, ...]
    poses: NDArray[np.float32]
    phases: NDArray[np.float32]
    rates: NDArray[np.float32]
    depth: NDArray[np.float32]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def order(self) -> NDArray[np.intp]:
        """The slots of each frame from the nearest to the farthest, [T, S]: as compose wants them."""
        return np.argsort(-self.depth, axis=1, kind="stable")


def perform(
    scene: Scene,
    noise: NDArray[np.floating] | Sequence[float],
    *,
    fps: float = 24.0,
    frames: int = 48,
    start_seconds: float = 0.0,
    aspect: float = 1.0,
) -> Performance:
    """Play a scene.

    Args:
        scene: its names are of the inventory.
        noise: [64], gaussian; it decides what the scene leaves open.
        fps: frames a second.
        frames: how many.
        start_seconds: when the first of them is shown.
        aspect: width of the view in its heights; everything at rest stays within it.
    """
    vector = np.asarray(noise, dtype=np.float64)
    roles, left_out = cast(scene, vector)
    return ScenePlayer(scene, roles, vector, aspect).play(start_seconds + np.arange(frames) / fps, left_out)


@dataclass(frozen=True, kw_only=True)
class RestingPlace:
    """Where a role is at rest, in heights of the view.

    x: of its middle; foot: of its ground; lift: of its lower edge above that; height, width: of what is visible.
    """

    x: float
    foot: float
    lift: float
    height: float
    width: float


@cache
def terms(texts: tuple[str, ...]) -> tuple[tuple[str, float, float, float], ...]:
    """Read swings: shape, amount, beats and phase of each."""
    parts = (text.split() for text in texts)
    return tuple(
        (shape, float(amount), float(beats), float(phase[0]) if phase else 0.0)
        for shape, amount, beats, *phase in parts
    )


def swing(texts: tuple[str, ...], loop: Array) -> Array:
    """The sum of swings at phases of the loop clock."""
    total = np.zeros_like(loop)
    for shape, amount, beats, phase in terms(texts):
        turns = beats * loop + phase
        cycle = np.mod(turns, 1.0)
        if shape == "sin":
            value = np.sin(TURN * turns)
        elif shape == "up":
            value = np.sin(math.pi * cycle) ** 2
        elif shape == "hop":
            air = np.clip(cycle / 0.75, 0.0, 1.0)
            value = 4.0 * air * (1.0 - air)
        elif shape == "beat":
            value = np.sin(math.pi * np.clip(cycle / 0.6, 0.0, 1.0)) ** 2
        elif shape == "step":
            value = np.tanh(6.0 * np.sin(TURN * turns))
        else:
            value = cycle
        total = total + amount * value
    return total


def visible(phase: Array, dip: float = 0.06) -> Array:
    """1 inside a cycle and 0 where it begins anew, with a soft passage of ``dip`` cycles on either side."""
    share = np.clip(np.minimum(phase, 1.0 - phase) / dip, 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def drawing_of(role: Role) -> DrawingFacts:
    """What is known of a role's picture; a skin tone has that of its plain one."""
    return drawings().get(plain_art(role.art), STILL)


def body_of(role: Role) -> Body:
    """Where things are on a role's body."""
    concept = concepts()[role.concept]
    bodies = staging().bodies
    kind = concept.kind if concept.extent == "whole" and concept.faces == "left" else ""
    extent = concept.extent if concept.extent in bodies else "whole"
    return bodies.get(role.concept) or bodies.get(kind) or bodies[extent]


class ScenePlayer:
    """One scene with its roles at rest, ready to be played at any moments."""

    def __init__(self, scene: Scene, roles: Sequence[Role], noise: Array, aspect: float) -> None:
        self.scene, self.roles, self.noise, self.aspect = scene, roles, noise, aspect
        self.bodies = [body_of(role) for role in roles]
        self.drawings = [drawing_of(role) for role in roles]
        self.concepts = [concepts()[role.concept] for role in roles]
        self.sign = 1.0 if noise[0] > 0 else -1.0
        self.floats = [
            self._floats(role, concept) for role, concept in zip(roles, self.concepts, strict=True)
        ]
        self.places = self._settled()

    def subject(self, role: Role) -> Subject:
        """Whose role it is."""
        return self.scene.subjects[role.subject]

    def root(self, slot: int) -> int:
        """The slot that a slot goes by in the end."""
        of = self.roles[slot].of
        return slot if of is None else self.root(of)

    def draw(self, slot: int, entry: int) -> float:
        """One of three even draws in 0..1 for a slot."""
        return uniform(self.noise[(FIRST_OF_SLOT + 6 * slot + 3 + entry) % len(self.noise)])

    def _floats(self, role: Role, concept: Concept) -> bool:
        afloat = self.scene.place is not None and self.scene.place.name in staging().afloat
        in_air = concept.medium in ("air", "sky") and concept.kind != "sport"
        return role.of is None and (afloat or in_air or role.moves.lift > 0)

    # --- at rest

    def _settled(self) -> list[RestingPlace]:
        """The roles at rest, made smaller until all are within the view."""
        sizes, shrink = self._sizes(), 1.0
        for _ in range(8):
            places = self._arranged([size * shrink for size in sizes])
            left = min((place.x - place.width / 2 for place in places), default=0.0)
            right = max((place.x + place.width / 2 for place in places), default=0.0)
            top = min((place.foot - place.lift - place.height for place in places), default=1.0)
            wide = (right - left) / (SHARED * self.aspect)
            high = max((place.foot - top for place in places), default=0.0) / (FEET_Y - TOP_Y + 0.05)
            if max(wide, high) <= 1.001:
                break
            shrink /= max(wide, high)
        middle = (left + right) / 2
        free = max(0.0, SHARED * self.aspect - (right - left))
        shift = -middle + (uniform(self.noise[1]) - 0.5) * 0.5 * free
        return [
            RestingPlace(x=p.x + shift, foot=p.foot, lift=p.lift, height=p.height, width=p.width)
            for p in places
        ]

    def _sizes(self) -> list[float]:
        """How high each role is shown: true beside the others, and large enough to be seen."""
        tall = [role.metres * body.shows for role, body in zip(self.roles, self.bodies, strict=True)]
        standing = [size for size, role in zip(tall, self.roles, strict=True) if self._stands(role)]
        reference = max(standing, default=1.0)
        base = min(0.86, max(0.32, 0.53 * reference**0.16)) * math.exp(0.05 * float(self.noise[5]))
        if all(concept.extent in ("bust", "head") for concept, role in self._standing()):
            base *= 1.2
        sizes = list[float]()
        for role, size in zip(self.roles, tall, strict=True):
            if self._stands(role):
                sizes.append(max(SMALLEST, base * (size / reference) ** 0.6))
            elif role.size > 0:
                sizes.append(role.size * sizes[role.of or 0])
            else:
                share = (size / max(tall[role.of or 0], 1e-3)) ** 0.85
                sizes.append(max(0.16, min(1.15, share)) * (-role.size or 1.0) * sizes[role.of or 0])
        return sizes

    def _stands(self, role: Role) -> bool:
        """Whether it is a subject of its own, not what another wears, holds or uses."""
        return role.of is None or (role.subject != self.roles[role.of].subject and role.at != "hand")

    def _standing(self) -> list[tuple[Concept, Role]]:
        return [pair for pair in zip(self.concepts, self.roles, strict=True) if self._stands(pair[1])]

    def _arranged(self, sizes: Sequence[float]) -> list[RestingPlace]:
        """Each role at its place, when each is so high."""
        places = list[RestingPlace]()
        edge = 0.0
        for slot, (role, size) in enumerate(zip(self.roles, sizes, strict=True)):
            left, top, right, bottom = self.drawings[slot].box
            width = size * (right - left) / (bottom - top)
            if width > SHARED * self.aspect:
                size, width = size * SHARED * self.aspect / width, SHARED * self.aspect
            if role.of is None:
                place = self._own_ground(slot, size, width)
                if role.copy and slot:
                    edge -= 0.2 * width
                places.append(
                    RestingPlace(x=edge + width / 2, foot=place[0], lift=place[1], height=size, width=width)
                )
            elif self._stands(role):
                places.append(self._related(role, slot, size, width, places[role.of]))
            else:
                places.append(self._attached(role, size, width, places[role.of]))
            edge = max(edge, max(p.x + p.width / 2 for p in places) + GAP)
        return self._lifted(places)

    def _own_ground(self, slot: int, height: float, width: float) -> tuple[float, float]:
        """The ground of a role that stands for itself, and how high above it is."""
        several = sum(role.of is None for role in self.roles) > 1
        spread = 0.05 if several else 0.025
        foot = FEET_Y + spread * (self.draw(slot, 0) - 0.5)
        concept = self.concepts[slot]
        if self.floats[slot]:
            centre = FLOATING_Y + 0.1 * (self.draw(slot, 0) - 0.5) - 0.25 * (concept.medium == "sky")
            return foot, max(0.0, foot - centre - height / 2)
        if concept.extent == "bust":
            return BOTTOM_Y, 0.0
        return foot, 0.0

    def _surface(self, of: int) -> float:
        concept, surfaces = self.concepts[of], staging().surfaces
        return surfaces.get(concept.name, surfaces.get(concept.kind, 0.93))

    def _related(self, role: Role, slot: int, height: float, width: float, to: RestingPlace) -> RestingPlace:
        """The place of a subject by its relation to another."""
        name, assert_of = role.at, role.of or 0
        side = 1.0 if self.draw(slot, 1) > 0.5 else -1.0
        apart = (width + to.width) / 2 + GAP
        x, foot, lift = to.x, to.foot, to.lift
        if role.copy:
            x += (0.5 * width) * role.copy * (-1) ** role.copy
        if name == "left_of":
            x -= apart
        elif name == "right_of":
            x += apart
        elif name in ("on", "rides"):
            lift += to.height * self._surface(assert_of) - 0.02 * height
        elif name == "above":
            lift += to.height + 0.07
        elif name == "inside":
            hollow = self.concepts[assert_of].name in staging().hollow
            lift += to.height * (0.45 if hollow else 0.3)
        elif name == "in_front_of":
            x, foot, lift = x + side * 0.22 * to.width, foot + 0.08, 0.0
        elif name == "behind":
            x, foot = x + side * 0.5 * (to.width * 0.5 + width * 0.5), foot - 0.07
        elif name in ("chases", "follows", "pushes"):
            x -= self.heading(slot) * apart * (0.92 if name == "pushes" else 1.1)
        elif name == "pulls":
            x += self.heading(slot) * (apart + 0.02)
        elif name in ("hugs", "kisses"):
            x += side * 0.68 * apart
        elif name == "under" and height > FITS_UNDER * to.height:
            lift = 0.0
        elif name != "under" and name != "around":
            x += side * apart * (1.1 if name in ("meets", "looks_at", "near") else 1.0)
        return RestingPlace(x=x, foot=foot, lift=max(lift, 0.0), height=height, width=width)

    def _attached(self, role: Role, height: float, width: float, to: RestingPlace) -> RestingPlace:
        """About where a prop is; its own pose follows its carrier's."""
        body = self.bodies[role.of or 0]
        across, _down = body.places[role.at]
        side = to.height / (self.drawings[role.of or 0].box[3] - self.drawings[role.of or 0].box[1])
        x = to.x + (across - 0.5 + role.put[0]) * side * self.faces(role.of or 0, self.heading(role.of or 0))
        return RestingPlace(x=x, foot=to.foot, lift=to.lift, height=height, width=width)

    def _lifted(self, places: list[RestingPlace]) -> list[RestingPlace]:
        """Raise who stands on a prop or above another subject, with all that is theirs."""
        raised = [0.0] * len(places)
        for slot, role in enumerate(self.roles):
            if role.of is None:
                continue
            if role.at == "under" and not self._stands(role):
                raised[role.of] += places[slot].height * self._surface(slot)
            elif role.at == "under" and places[slot].height > FITS_UNDER * places[role.of].height:
                raised[role.of] += places[slot].height * min(0.95, self._surface(slot))
        return [
            RestingPlace(
                x=p.x, foot=p.foot, lift=p.lift + self._raise_of(slot, raised), height=p.height, width=p.width
            )
            for slot, p in enumerate(places)
        ]

    def _raise_of(self, slot: int, raised: Sequence[float]) -> float:
        role = self.roles[slot]
        if role.of is None:
            return raised[slot]
        if role.at == "under":
            return raised[slot]
        return raised[slot] + self._raise_of(role.of, raised)

    def heading(self, slot: int) -> float:
        """-1 where a role goes or looks left, 1 right."""
        role = self.roles[slot]
        subject = self.subject(role)
        if subject.direction in ("left", "right"):
            return -1.0 if subject.direction == "left" else 1.0
        if (
            role.of is not None
            and (role.at in FACING_TO or role.at in MOVING_TOGETHER)
            and self._stands(role)
        ):
            return self.heading(role.of) * (-1.0 if role.at in FACING_TO else 1.0)
        if role.of is not None:
            return self.heading(role.of)
        for other in self.roles:  # a chase goes where the chaser is said to go
            if other.of == slot and self._stands(other) and other.at in MOVING_TOGETHER:
                said = self.subject(other).direction
                if said in ("left", "right"):
                    return -1.0 if said == "left" else 1.0
        return self.sign

    def faces(self, slot: int, heading: float) -> float:
        """1 where the picture is shown as it is drawn, -1 where it is mirrored."""
        drawn = {"left": -1.0, "right": 1.0}.get(self.concepts[slot].faces)
        return 1.0 if drawn is None else drawn * heading

    # --- in motion

    def motion(self, slot: int) -> Motion:
        """How a slot moves: as its role does, or as its relation asks."""
        role = self.roles[slot]
        name = {"chases": "run", "follows": "walk", "pushes": "walk", "pulls": "walk", "rides": "still",
                "hugs": "sway", "kisses": "lean", "meets": "nod", "feeds": "nod", "looks_at": "breathe",
                "plays_with": "hop"}.get(role.at if self._stands(role) else "")  # fmt: skip
        return motions()[name] if name and self.subject(role).action is None else role.moves

    def way(self, root: int) -> tuple[Motion, float]:
        """The motion that carries a figure, and its pace: the fastest of those that go together."""
        movers = [slot for slot in range(len(self.roles)) if self._stands(self.roles[slot])]
        movers = [slot for slot in movers if self.root(slot) == root]
        best = max(movers, key=lambda slot: abs(self.motion(slot).go))
        for slot in movers:
            if self.roles[slot].at in ("chases", "follows", "pushes", "pulls") or self.motion(slot).go:
                best = slot if self.motion(slot).go >= self.motion(best).go else best
        ridden = any(self.roles[slot].at == "rides" for slot in movers)
        motion = motions()["ride"] if ridden and not self.motion(best).go else self.motion(best)
        return motion, PACES.get(self.subject(self.roles[best]).pace or "", 1.0)

    def play(self, seconds: Array, left_out: tuple[LeftOut, ...] = ()) -> Performance:
        """The performance at given moments, in seconds."""
        count, total = len(self.roles), len(seconds)
        rates = np.zeros((MAX_ROLES, 2))
        starts = np.zeros((MAX_ROLES, 2))
        poses = np.zeros((total, MAX_ROLES, 10))
        poses[:, :, 0] = poses[:, :, 4] = poses[:, :, 5] = 1.0
        poses[:, :, 2], poses[:, :, 3], poses[:, :, 8] = FLOATING_Y, math.log(0.4), FEET_Y
        depth = np.full((total, MAX_ROLES), -1.0)
        for slot in range(count):
            starts[slot], rates[slot] = self._clocks(slot)
        phases = np.mod(starts + seconds[:, None, None] * rates, 1.0)
        actors = list[Actor]()
        for slot in range(count):
            actors.append(self._actor(slot, phases, actors))
            poses[:, slot] = actors[slot].pose(self._shadow())
            role = self.roles[slot]
            depth[:, slot] = actors[slot].foot + 0.002 * self._layer(slot) + 1e-4 * slot * (role.of is None)
        return Performance(
            roles=tuple(self.roles),
            poses=poses.astype(np.float32),
            phases=phases.astype(np.float32),
            rates=rates.astype(np.float32),
            depth=depth.astype(np.float32),
            left_out=left_out,
        )

    def _layer(self, slot: int) -> float:
        role = self.roles[slot]
        return role.layer + (self._layer(role.of) if role.of is not None else 0.0)

    def _shadow(self) -> float:
        name = self.scene.place.name if self.scene.place else ""
        return 0.0 if name in staging().afloat else 0.9

    def _goes_round(self, root: int) -> bool:
        """Whether a way leads on round the world, not to and fro."""
        subject = self.subject(self.roles[root])
        return subject.direction in ("left", "right") or self.concepts[root].kind == "vehicle"

    def _clocks(self, slot: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Where path and loop stand at 0 s, and their rates in cycles a second."""
        root = self.root(slot)
        motion, pace = self.way(root)
        seconds = self.drawings[slot].seconds
        loop = pace * (1.0 / seconds if seconds else LOOP_HZ)
        if motion.come:
            return (0.1, self.draw(slot, 2)), (0.2 * pace, loop)
        if motion.rise:
            rate = abs(motion.rise) * pace / 1.2
            return (0.5 - rate + 0.2 * (self.draw(root, 1) - 0.5), self.draw(slot, 2)), (rate, loop)
        if self._goes_round(root):
            several = sum(map(self._stands, self.roles)) > 1
            rate = motion.go * pace * (SEVERAL_PACE if several else 1.0) / WORLD_WIDTH
            start = 0.5 - rate + 0.2 / WORLD_WIDTH * (self.draw(root, 1) - 0.5)
        else:
            rate = motion.go * pace / (4.0 * self._reach(root))
            start = 0.85 + 0.25 * self.draw(root, 1)
        return (start, self.draw(slot, 2)), (rate, loop)

    def _reach(self, root: int) -> float:
        """How far a figure may go to either side and stay within the view, and with the others in their order."""
        mine = [place for slot, place in enumerate(self.places) if self.root(slot) == root]
        left = min(place.x - place.width / 2 for place in mine)
        right = max(place.x + place.width / 2 for place in mine)
        free = max(0.0, min(self.aspect / 2 + left, self.aspect / 2 - right) * 0.9)
        others = [p for slot, p in enumerate(self.places) if self.root(slot) != root]
        return max(0.02, min(free, 0.08)) if others else max(0.05, free)

    def _actor(self, slot: int, phases: Array, actors: Sequence[Actor]) -> Actor:
        role, place = self.roles[slot], self.places[slot]
        if role.of is not None and not self._stands(role):
            return self._carried(slot, phases, actors[role.of])
        root = self.root(slot)
        path, loop = phases[:, root, 0], phases[:, slot, 1]
        way, own = self.way(root)[0], self.motion(slot)
        heading = np.full_like(path, self.heading(slot))
        x, y, opacity, growth = (
            np.zeros_like(path),
            np.zeros_like(path),
            np.ones_like(path),
            np.zeros_like(path),
        )
        foot = np.full_like(path, place.foot)
        said = self.subject(self.roles[root]).direction
        if way.go and self._goes_round(root) and said not in ("up", "down"):
            x = self.heading(root) * WORLD_WIDTH * (path - 0.5)
        elif way.go:
            x = self.heading(root) * self._reach(root) * (2.0 / math.pi) * np.arcsin(np.sin(TURN * path))
            heading = heading * np.tanh(14.0 * np.cos(TURN * path))
        if way.rise or said in ("up", "down"):
            up = -1.0 if way.rise < 0 or said == "down" else 1.0
            y, opacity = up * 1.2 * (path - 0.5), visible(path)
            y = y + (
                self.places[root].foot - FLOATING_Y - self.places[root].height / 2 - self.places[root].lift
            )
        if way.come or said in ("towards", "away"):
            nearer = path if (way.come > 0 or said == "towards") and said != "away" else 1.0 - path
            growth, opacity = 1.3 * (nearer - 0.6), visible(path, 0.04)
            foot = foot + 0.1 * (nearer - 0.6)
        if role.at == "around" and role.of is not None:
            angle = TURN * (0.25 * self.draw(slot, 1) + loop * 0.5)
            wide = self.places[role.of].width / 2 + place.width / 2
            wide = min(wide, self.aspect / 2 - place.width / 2)
            x, near = x + wide * np.cos(angle), np.sin(angle)
            heading, foot, growth = np.tanh(-8.0 * near), foot + 0.05 * near, growth + 0.1 * near
        size = place.height
        facing = (
            self.faces(slot, 1.0) * heading if self.concepts[slot].faces != "front" else np.ones_like(path)
        )
        turned = swing(own.turn, loop)
        facing = facing * np.where(np.abs(turned) > 0, np.cos(math.pi * np.clip(turned, -1.5, 1.5)), 1.0)
        wheel = TURN * own.wheel * loop * self.heading(slot)
        _, top, _, bottom = self.drawings[slot].box
        return Actor(
            x=place.x + x + size * swing(own.x, loop) * heading,
            foot=foot,
            up=place.lift + y + size * swing(own.y, loop),
            side=size / (bottom - top) * np.exp(growth + swing(own.grow, loop)),
            bottom=bottom - 0.5,
            facing=facing,
            roll=own.lean * heading + swing(own.roll, loop) * heading + wheel,
            opacity=opacity,
            shadow=1.0 if self.concepts[slot].extent in ("whole", "part", "head") else 0.0,
        )

    def _carried(self, slot: int, phases: Array, carrier: Actor) -> Actor:
        """A prop, head or piece of clothing at its place of the carrier's body."""
        role, of = self.roles[slot], self.roles[slot].of or 0
        loop, motion = phases[:, of, 1], self.motion(of)
        is_prop = role.at != "face" or role.size <= 0
        size = self.places[slot].height * carrier.side / carrier.side.mean()
        _, top, _, bottom = self.drawings[slot].box
        side = size / (bottom - top)
        across, down = self.bodies[of].places[role.at]
        sides = {self.concepts[slot].faces, self.concepts[of].faces}
        facing = carrier.facing * (-1.0 if sides == {"left", "right"} else 1.0)
        ahead = carrier.side * (across - 0.5 + role.put[0])
        below = carrier.side * (down - 0.5 + role.put[1])
        if (
            role.at in ("front", "beside")
            and self.concepts[of].extent not in ("bust", "head")
            and across != 0.5
        ):
            ahead = ahead + np.sign(across - 0.5) * 0.3 * self.places[slot].width
        roll = carrier.roll + role.put[2] * np.sign(carrier.facing)
        if is_prop:
            ahead = ahead + carrier.side * swing(motion.prop_x, loop) * np.sign(across - 0.5 or 1.0)
            below = below - carrier.side * swing(motion.prop_y, loop)
            roll = roll + swing(motion.prop_roll, loop) * np.sign(carrier.facing)
            side = side * np.exp(swing(motion.prop_grow, loop))
        centre_x, centre_y = carrier.at(ahead, below)
        if role.at in ("front", "feet", "under", "beside"):
            lift = (
                carrier.up * (0.0 if role.at == "under" else 1.0)
                + np.maximum(0.0, -role.put[1]) * carrier.side
            )
            lift = lift + carrier.side * swing(motion.prop_y, loop) * is_prop
            roll = role.put[2] * np.sign(carrier.facing) + swing(motion.prop_roll, loop) * np.sign(
                carrier.facing
            )
            if role.at == "under":
                lift, roll = np.full_like(lift, self.places[slot].lift), carrier.roll * 0.5
            return Actor(
                x=centre_x, foot=carrier.foot, up=lift, side=side, bottom=bottom - 0.5, facing=facing, roll=roll,
                opacity=carrier.opacity, shadow=0.6 * carrier.shadow,
            )  # fmt: skip
        if role.at == "over":
            centre_y = centre_y - size / 2
        return Actor(
            x=centre_x, foot=carrier.foot, up=carrier.foot - centre_y, side=side,
            bottom=(top + bottom) / 2 - 0.5, facing=facing, roll=roll, opacity=carrier.opacity, shadow=0.0,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Actor:
    """One picture at all moments, arrays [T] in heights of the view.

    x: of its middle; foot: of its ground; up: of its hold above the ground; side: of its square; bottom: how far the
    hold is below the middle of the square, in sides; facing, roll, opacity, shadow: see nn/compositing.
    """

    x: Array
    foot: Array
    up: Array
    side: Array
    bottom: float
    facing: Array
    roll: Array
    opacity: Array
    shadow: float

    @property
    def y(self) -> Array:
        """Of the middle of its square."""
        return np.asarray(self.foot - self.up - self.bottom * self.side)

    def at(self, ahead: Array, below: Array) -> tuple[Array, Array]:
        """The world point that is so far right and down of its middle, on the picture as drawn."""
        right = np.sign(self.facing) * np.maximum(np.abs(self.facing), 0.15) * ahead
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        return self.x + right * cos - below * sin, self.y + right * sin + below * cos

    def pose(self, shadow: float) -> Array:
        """Pose codes [T, 10]."""
        angle = TURN / WORLD_WIDTH * self.x
        clear = np.maximum(0.0, self.up)
        columns = (
            np.cos(angle), np.sin(angle), self.y, np.log(self.side), self.facing, np.cos(self.roll),
            np.sin(self.roll), self.opacity, self.foot, shadow * self.shadow * np.exp(-3.0 * clear),
        )  # fmt: skip
        return np.stack([np.broadcast_to(column, self.x.shape) for column in columns], axis=-1)
