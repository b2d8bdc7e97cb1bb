"""Directions of the noise made visible: strips of the film along them, and names for what they change."""

import numpy as np
import torch
from torch import Tensor

from textreel.evaluation.judge import Judge
from textreel.explain.explanation import Direction
from textreel.explain.judging import answers_of, beliefs_about, responses
from textreel.explain.noise import FoundDirection, find_directions, moved
from textreel.explain.shots import FilmedShot

STEPS = (-2.0, -1.0, 0.0, 1.0, 2.0)  # standard deviations of the noise
LEAST_RESPONSE = 0.3


def explained_directions(shot: FilmedShot, judge: Judge | None, seen_PTHW: Tensor) -> tuple[Direction, ...]:
    """The strongest directions of the noise under the words of a shot."""
    return tuple(shown(shot, found, judge, seen_PTHW) for found in find_directions(shot))


def shown(shot: FilmedShot, found: FoundDirection, judge: Judge | None, seen_PTHW: Tensor) -> Direction:
    """One direction: its strip at the middle frame, and what changes from end to end."""
    noise = shot.easel.noise()
    states = [shot.with_noise(moved(noise, found.vector, step)) for step in STEPS]
    ends = [shot.pictures(states[0]), shot.pictures(states[-1])]
    middle = len(shot.view.shown) // 2
    still = shot.view.only([middle])
    between = [shot.pictures(state, still)[0] for state in states[1:-1]]
    strip = torch.stack([ends[0][middle], *between, ends[1][middle]])
    told: dict[str, float] = {}
    name = by_part(ends, shot, seen_PTHW)
    if judge is not None:
        before, after = beliefs_about(judge, ends)
        told = responses(before, after)
        name = by_response(answers_of(before), answers_of(after), told) or name
    return Direction(
        name=name,
        method=found.method,
        acts_on=found.acts_on,
        vector=np.asarray(found.vector.numpy(), dtype=np.float32),
        explains=found.explains,
        strip=((strip + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy(),
        responses=told,
    )


def by_response(before: dict[str, str], after: dict[str, str], told: dict[str, float]) -> str:
    """The attribute that responds most, and from what to what; empty where none responds much."""
    strongest = max(told, key=lambda attribute: told[attribute], default="")
    if not strongest or told[strongest] < LEAST_RESPONSE:
        return ""
    name, first, last = strongest.replace("_", " "), before[strongest], after[strongest]
    return f"{name}: {first} to {last}" if first != last else f"{name}, within {first}"


def by_part(ends: list[Tensor], shot: FilmedShot, seen_PTHW: Tensor) -> str:
    """The part of the picture that changes most from one end to the other."""
    change = (ends[1] - ends[0]).abs().mean(dim=1)
    means = (seen_PTHW * change).sum(dim=(1, 2, 3)) / seen_PTHW.sum(dim=(1, 2, 3)).clamp(min=1.0)
    part = shot.painter.parts[int(means.argmax())]
    return f"look of {part}" if part[-1].isdigit() else f"look of the {part}"
