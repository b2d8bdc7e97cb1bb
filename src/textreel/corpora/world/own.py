"""What neither Fluent nor Sweet Home 3D has, and people ask for: built here of turned, round and square parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from textreel.corpora.world.rays import RISE, TURN, model_of, render_model
from textreel.corpora.world.sprites import Drawing, Pixels, fit
from textreel.extras import extra

PREFIX = "own:"
Colour = tuple[int, int, int]
Point = tuple[float, float, float]
WOOD, LEATHER, DARK = (226, 170, 104), (176, 104, 56), (58, 56, 70)
GREY, SILVER, GLASS = (120, 124, 138), (196, 198, 210), (150, 205, 235)
PINK, RED = (240, 96, 140), (214, 60, 60)


class Workshop:
    """Collects coloured parts; lengths are metres, y is up."""

    def __init__(self) -> None:
        with extra("world-corpus"):
            import trimesh
        self.trimesh, self.parts = trimesh, list[Any]()

    def add(self, part: Any, colour: Colour, centre: Point, *, along: Point = (0, 0, 1)) -> None:
        """A part whose own z axis is laid along a direction."""
        part.apply_transform(self.trimesh.geometry.align_vectors((0, 0, 1), along))
        part.apply_translation(centre)
        part.visual.face_colors = [*colour, 255]
        self.parts.append(part)

    def turn(
        self, profile: Sequence[tuple[float, float]], colour: Colour, centre: Point, along: Point = (0, 1, 0)
    ) -> None:
        """Turned on a lathe: pairs of radius and place along the axis."""
        self.add(self.trimesh.creation.revolve(np.array(profile), sections=48), colour, centre, along=along)

    def ball(self, radii: Point, colour: Colour, centre: Point) -> None:
        """A ball, stretched."""
        ball = self.trimesh.creation.icosphere(subdivisions=4)
        ball.apply_scale(radii)
        self.add(ball, colour, centre)

    def box(self, sides: Point, colour: Colour, centre: Point) -> None:
        """A box."""
        self.add(self.trimesh.creation.box(sides), colour, centre)

    def finger(self, start: Point, end: Point, radius: float, colour: Colour) -> None:
        """A rod with round ends."""
        way = np.subtract(end, start)
        length = float(np.linalg.norm(way))
        rod = self.trimesh.creation.capsule(height=length, radius=radius)
        rod.apply_translation((0, 0, -rod.bounds.mean(axis=0)[2]))
        self.add(rod, colour, tuple(np.add(start, end) / 2), along=tuple(way / length))


def baseball_bat(shop: Workshop) -> None:
    """A bat that leans to the right."""
    lean = (0.5, 0.85, 0.0)
    shop.turn([(0, 0), (0.026, 0), (0.027, 0.014), (0.013, 0.022), (0.013, 0.24)], DARK, (0, 0, 0), lean)
    body = [
        (0.0135, 0.24),
        (0.016, 0.36),
        (0.026, 0.52),
        (0.033, 0.66),
        (0.033, 0.8),
        (0.026, 0.835),
        (0, 0.84),
    ]
    shop.turn(body, WOOD, (0, 0, 0), lean)


def parking_meter(shop: Workshop) -> None:
    """A post with a head, a window and a slot."""
    shop.turn([(0, 0), (0.11, 0), (0.11, 0.03), (0.035, 0.05), (0.035, 1.0), (0, 1.0)], GREY, (0, 0, 0))
    shop.box((0.21, 0.24, 0.15), GREY, (0, 1.1, 0))
    shop.ball((0.115, 0.14, 0.085), GREY, (0, 1.24, 0))
    shop.ball((0.08, 0.085, 0.05), GLASS, (0, 1.25, 0.052))
    shop.box((0.10, 0.012, 0.01), RED, (0.0, 1.24, 0.103))
    shop.box((0.05, 0.012, 0.01), DARK, (0.04, 1.11, 0.078))
    shop.box((0.06, 0.06, 0.012), SILVER, (-0.045, 1.08, 0.078))


def hair_drier(shop: Workshop) -> None:
    """A barrel with a nozzle to the right, and a handle."""
    barrel = [(0, 0), (0.03, 0.0), (0.045, 0.02), (0.048, 0.06), (0.042, 0.12), (0.033, 0.16)]
    shop.turn(barrel, PINK, (-0.08, 0.2, 0), (1, 0, 0))
    shop.turn([(0.033, 0.16), (0.033, 0.165), (0.026, 0.22), (0, 0.22)], DARK, (-0.08, 0.2, 0), (1, 0, 0))
    shop.turn([(0, -0.004), (0.031, -0.004), (0.031, 0.004), (0, 0.004)], SILVER, (-0.083, 0.2, 0), (1, 0, 0))
    shop.finger((-0.03, 0.18, 0), (-0.055, 0.03, 0), 0.021, PINK)
    shop.ball((0.008, 0.014, 0.008), SILVER, (-0.022, 0.13, 0.016))


def baseball_glove(shop: Workshop) -> None:
    """Four fingers, a thumb, a web and a palm."""
    shop.ball((0.095, 0.1, 0.045), LEATHER, (0, 0.12, 0))
    for start, end in (
        ((-0.065, 0.15), (-0.105, 0.25)),
        ((-0.03, 0.17), (-0.05, 0.295)),
        ((0.005, 0.17), (0.01, 0.3)),
    ):
        shop.finger((*start, 0.0), (*end, 0.01), 0.025, LEATHER)
    shop.finger((0.04, 0.16, 0), (0.065, 0.275, 0.01), 0.025, LEATHER)
    shop.finger((0.075, 0.08, 0), (0.14, 0.19, 0.015), 0.027, LEATHER)
    shop.ball((0.04, 0.06, 0.012), (146, 82, 44), (0.098, 0.2, 0.005))
    shop.ball((0.06, 0.06, 0.02), (146, 82, 44), (0.01, 0.12, 0.034))
    shop.turn([(0.06, 0), (0.068, 0.02), (0.06, 0.04), (0.05, 0.02), (0.06, 0)], (120, 66, 36), (0, 0.01, 0))


def surfboard(shop: Workshop) -> None:
    """A board that stands on its tail, with a stripe."""
    shop.ball((0.27, 0.95, 0.045), GLASS, (0, 0.95, 0))
    shop.ball((0.07, 0.93, 0.05), (250, 250, 252), (0, 0.95, 0.001))
    shop.ball((0.025, 0.92, 0.054), RED, (0, 0.95, 0.001))


def snowboard(shop: Workshop) -> None:
    """A board that stands on its tail, with two bindings."""
    board = (86, 92, 214)
    shop.box((0.28, 1.2, 0.03), board, (0, 0.76, 0))
    for height in (0.16, 1.36):
        shop.turn([(0, -0.015), (0.14, -0.015), (0.14, 0.015), (0, 0.015)], board, (0, height, 0), (0, 0, 1))
    shop.box((0.09, 1.2, 0.034), (120, 206, 240), (0, 0.76, 0))
    for height in (0.5, 1.02):
        shop.box((0.24, 0.13, 0.03), DARK, (0, height, 0.03))
        shop.finger((-0.09, height, 0.07), (0.09, height, 0.07), 0.022, PINK)


@dataclass(frozen=True, kw_only=True)
class OwnDrawing(Drawing):
    """A thing with what builds it, and from where it is looked at."""

    build: Callable[[Workshop], None]
    turn: float = TURN
    rise: float = RISE

    def draw(self) -> tuple[Pixels, float]:
        """One still picture."""
        shop = Workshop()
        self.build(shop)
        picture = render_model(model_of(shop.parts), self.id, turn=self.turn, rise=self.rise)
        return fit([picture]), 0.0


def own_drawings() -> tuple[OwnDrawing, ...]:
    """Everything that is built here."""
    things: tuple[tuple[Callable[[Workshop], None], str, Point, float], ...] = (
        (baseball_bat, "sports", (0.47, 0.75, 0.07), 0.0),
        (baseball_glove, "sports", (0.30, 0.32, 0.14), -8.0),
        (hair_drier, "household", (0.23, 0.24, 0.10), -18.0),
        (parking_meter, "street", (0.23, 1.38, 0.22), TURN),
        (surfboard, "sports", (0.54, 1.90, 0.11), TURN),
        (snowboard, "sports", (0.28, 1.48, 0.11), TURN),
    )
    return tuple(
        OwnDrawing(
            id=PREFIX + build.__name__.replace("_", " "),
            label=build.__name__.replace("_", " "),
            group=group,
            subject=True,
            metres=metres,
            build=build,
            turn=turn,
        )
        for build, group, metres, turn in things
    )
