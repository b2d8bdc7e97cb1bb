"""What two wordings of one shot say alike: the parts of the first that are taken over into the second.

Two wordings say the same of a thing where the most believed value of each of its attributes is the same. A thing of
which nothing was taught is never taken to be the same.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from textreel.generator.beliefs import AttributeReader
from textreel.generator.plans import ScenePlan

MOVING = ("motion", "direction", "speed")
"""The attributes of a subject that say how it moves; the others say what it looks like."""
PATH = "motion"
"""The one of them that says along which path."""


@dataclass(frozen=True, kw_only=True)
class Alike:
    """For B clips with S slots, what is said alike: place and weather [B]; subjects, how they move and along which
    path [B, S].

    A place under another sky is another place; a subject that only goes faster stays on its path. `met` [B, S] tells
    the slots that hold a subject in both.
    """

    place: Tensor
    weather: Tensor
    subjects: Tensor
    ways: Tensor
    paths: Tensor
    met: Tensor


def compare(reader: AttributeReader, plan: ScenePlan, before: ScenePlan) -> Alike:
    """What a plan and the one before it say alike."""
    scene, old_scene = reader.scene(plan.contexts), reader.scene(before.contexts)
    told, old_told = reader.subjects(plan.contexts), reader.subjects(before.contexts)
    there, was_there = plan.present(), before.present()
    met, nowhere = there & was_there, torch.zeros_like(there)
    ways = [name for name in reader.slots if name in MOVING]
    weather = agree(scene, old_scene, list(reader.weather), nowhere[:, 0])
    return Alike(
        place=agree(scene, old_scene, list(reader.place), nowhere[:, 0]) & (weather | (not reader.weather)),
        weather=weather,
        subjects=(agree(told, old_told, list(reader.slots), nowhere) & met) | ~(there | was_there),
        ways=agree(told, old_told, ways, nowhere) & met,
        paths=agree(told, old_told, [name for name in ways if name == PATH], nowhere) & met,
        met=met,
    )


def agree(now: dict[str, Tensor], before: dict[str, Tensor], names: list[str], nowhere: Tensor) -> Tensor:
    """Where the most believed values of all these attributes are the same; nowhere, if there are none."""
    if not names:
        return nowhere
    same = [now[name].argmax(dim=-1) == before[name].argmax(dim=-1) for name in names]
    return torch.stack(same).all(dim=0)


def keep(plan: ScenePlan, before: ScenePlan, alike: Alike) -> ScenePlan:
    """The plan with everything of the one before it that is said alike."""
    heard = torch.cat([alike.place[:, None], alike.weather[:, None], alike.subjects], dim=1)

    def kept(name: str, where: Tensor) -> Tensor:
        return choose(where, getattr(before, name), getattr(plan, name))

    return replace(
        plan,
        contexts=kept("contexts", heard),
        **{name: kept(name, alike.place) for name in ("canvas_condition", "light")},
        **{name: kept(name, alike.weather) for name in ("weather_condition", "weather_velocity")},
        **{
            name: kept(name, alike.subjects)
            for name in ("meanings", "slot_condition", "presence", "tint", "anew")
        },
        **{name: kept(name, alike.subjects | alike.ways) for name in ("start", "rates")},
    )


def choose(where: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """The first where it is true, else the second; `where` has the leading dimensions of both."""
    return torch.where(where.reshape(*where.shape, *[1] * (first.dim() - where.dim())), first, second)
