"""The clocks of subjects: every one has a path (where it is on its way) and a loop (where its animation is).

Both count cycles and run evenly; what is between their phases and the poses is learned.
"""

import math

import torch
from torch import Tensor

from textreel.generator.keeping import Alike, choose
from textreel.generator.plans import GeneratorState, ScenePlan
from textreel.nn.compositing import POSE

PATH_HARMONICS = (1, 2, 3, 4)
LOOP_HARMONICS = (1, 2, 3, 4, 6, 8)
NEARLY_THE_SAME = 0.15  # of the mean rate
PASSAGE = 0.06  # cycles of a path on either side of where it begins anew
CLOCK_FEATURES = 2 * (len(PATH_HARMONICS) + len(LOOP_HARMONICS))


def together(rates_BS2: Tensor, there_BS: Tensor) -> Tensor:
    """Rates with those of the paths made one where all are there and they are nearly the same.

    Who goes together would else be far apart after minutes.
    """
    path, loop = rates_BS2.unbind(dim=-1)
    mean = path.mean(dim=1, keepdim=True)
    near = ((path / mean - 1).abs() < NEARLY_THE_SAME) & there_BS
    return torch.stack([torch.where(near.all(dim=1, keepdim=True), mean, path), loop], dim=-1)


def phases_after(plan: ScenePlan, alike: Alike, like: GeneratorState) -> Tensor:
    """Path and loop phases [B, S, 2] of a plan after another: who stays keeps its loop, and on the same path its place.

    Another path is begun where the plan begins it, so that subjects that belong together meet.
    """
    path, loop = plan.start_phases().unbind(dim=-1)
    old_path, old_loop = like.phases.unbind(dim=-1)
    return torch.stack([choose(alike.paths, old_path, path), choose(alike.met, old_loop, loop)], dim=-1)


def held(phases: Tensor, anew: Tensor) -> Tensor:
    """Phases [..., 2] whose paths, where they begin anew, stand still about their end and their beginning.

    Poses are learned from within a path: between its end and its beginning they would rush from one to the other.
    """
    path, loop = phases.unbind(dim=-1)
    return torch.stack([torch.where(anew, path.clamp(PASSAGE, 1 - PASSAGE), path), loop], dim=-1)


def faded(poses: Tensor, phases: Tensor, anew: Tensor) -> Tensor:
    """Poses [..., 10] of subjects that fade out where their path ends, and in where it begins anew."""
    path = phases[..., 0]
    share = torch.where(anew, (torch.minimum(path, 1 - path) / PASSAGE).clamp(max=1.0), 1.0)
    opacity = POSE["opacity"]
    parts = [poses[..., :opacity], poses[..., opacity : opacity + 1].clamp(max=1.0) * share[..., None]]
    return torch.cat([*parts, poses[..., opacity + 1 :]], dim=-1)


def clock_features(phases: Tensor) -> Tensor:
    """Path and loop phases in cycles [..., 2] -> cosines and sines of their harmonics [..., CLOCK_FEATURES]."""
    path = phases[..., :1] * phases.new_tensor(PATH_HARMONICS)
    loop = phases[..., 1:] * phases.new_tensor(LOOP_HARMONICS)
    angles = 2 * math.pi * torch.cat([path, loop], dim=-1)
    return torch.cat([torch.cos(angles), torch.sin(angles)], dim=-1)
