"""What the generator `world` decides once a shot, and what each next frame depends on."""

from dataclasses import dataclass

from torch import Tensor

from textreel.generator.base import ShotWords
from textreel.generator.world.motions import Plan
from textreel.generator.world.subjects import SubjectState
from textreel.nn.noise import Noise
from textreel.scene import LeftOut, Scene
from textreel.world.casting import Role


@dataclass(frozen=True, kw_only=True, eq=False)
class WorldState:
    """A shot before its next frame.

    Attributes:
        words, noise, scene: what it is painted from; `scene` holds what the model can show.
        roles: what each slot shows, six at most.
        left_out: what finds no place among them, and why.
        plan: where they are and how fast.
        readable: which words each slot reads, [S, L]; the last row is the place's.
        canvas, weather: the place [1, 3, H, W] and what is in the air [1, 4, h, w], or None.
        light: multiplies the subjects' colours, [1, 3].
        phases: of path and loop, in cycles, [1, S, 2].
        drift, scroll: of the weather a second, and by now, in heights of the view, [1, 2].
        subjects: the courses of the drawings; None without a subject.
        sprites: of the last moment, [S, 4, 128, 128]; None before the first.
        attention: of the same moment to the words, [S, L].
        frame: how many were painted.
        shift: what is left of a changed motion's way to its own poses, [1, S, 10], or None.
    """

    words: ShotWords
    noise: Noise
    scene: Scene
    roles: tuple[Role, ...]
    left_out: tuple[LeftOut, ...]
    plan: Plan
    readable: Tensor
    canvas: Tensor
    weather: Tensor | None
    light: Tensor
    phases: Tensor
    drift: Tensor
    scroll: Tensor
    subjects: SubjectState | None
    sprites: Tensor | None = None
    attention: Tensor | None = None
    frame: int = 0
    shift: Tensor | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Steps:
    """What happens in the next T frames.

    Attributes:
        poses: [1, T, S, 10].
        codes: of the drawings at M new moments, [S, M, C, h, w]; None without a subject or a new moment.
        moments: the moment of each frame, from 0; -1 is the one before.
        attention: to the words, [1, T, L].
        scroll: of the weather, [1, T, 2].
    """

    poses: Tensor
    codes: Tensor | None
    moments: list[int]
    attention: Tensor
    scroll: Tensor
