"""Directions of the noise that change a film in one way, found without any pictures or labels.

Closed form: the directions that the first layer behind the noise passes on most strongly, which are the right
singular vectors of its weights (SeFa, Shen & Zhou 2021). Principal components: those in which what the noise decides
varies most, brought back into the noise by least squares (GANSpace, Härkönen et al. 2020).
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from textreel.explain.shots import FilmedShot
from textreel.generator import (
    ClipsGenerator,
    LayeredGenerator,
    PlainGenerator,
    SentenceGenerator,
    ThingsGenerator,
)
from textreel.generator.layered import PLACE_ENTRIES
from textreel.nn.noise import DECIDING, VECTOR_SIZE, Noise, draw_noise
from textreel.nn.records import map_tensors

SAMPLES = 256
EACH = 2  # directions by each method in each part


@dataclass(frozen=True, kw_only=True)
class FoundDirection:
    """A direction [64] of length 1 in the noise vector, and how much of what its part does lies along it, 0..1."""

    method: str
    acts_on: str
    vector: Tensor
    explains: float


def find_directions(shot: FilmedShot) -> list[FoundDirection]:
    """The strongest directions of each part that hears the noise, by both methods; one found twice counts once."""
    generator = shot.generator
    found: list[FoundDirection] = []
    for acts_on, response in conditions(generator, shot).items():
        for method, weights in (
            ("closed form", closed_form(generator, acts_on)),
            ("principal component", principal_components(*response)),
        ):
            _, strengths, directions = torch.linalg.svd(weights, full_matrices=False)
            shares = strengths.square() / strengths.square().sum().clamp(min=1e-12)
            for share, vector in list(zip(shares, directions, strict=True))[:EACH]:
                if all(abs(float(vector @ other.vector)) < 0.9 for other in found):
                    found.append(
                        FoundDirection(method=method, acts_on=acts_on, vector=vector, explains=float(share))
                    )
    return found


def closed_form(generator: SentenceGenerator[Any], acts_on: str) -> Tensor:
    """The weights by which the noise vector enters a part [outputs, 64]; at the middle of the noise.

    Of the deciding entries the generator reads the sign and the angle too: they are taken by their slopes at 0, that
    of the direction as well, which leaps there.
    """
    if isinstance(generator, LayeredGenerator) and acts_on == "place":
        weights = first_layer(generator.canvas_condition)[:, -PLACE_ENTRIES:] * 0.5
        return spread_out(weights, DECIDING)
    if isinstance(generator, LayeredGenerator):
        return with_slopes(first_layer(generator.slot_condition))
    if isinstance(generator, PlainGenerator):
        weights = first_layer(generator.condition)
        whole = weights[:, -VECTOR_SIZE - 4 * DECIDING : -4 * DECIDING] * 0.5
        return whole + with_slopes(weights)
    if isinstance(generator, ThingsGenerator):
        return spread_out(first_layer(generator.look)[:, -generator.config.look :], 0)
    assert isinstance(generator, ClipsGenerator)
    return spread_out(first_layer(generator.condition)[:, -generator.config.content :], 0)


def first_layer(network: torch.nn.Module) -> Tensor:
    """The weights of the first layer of a perceptron [outputs, inputs]."""
    return next(part.weight for part in network.modules() if isinstance(part, torch.nn.Linear)).float()


def spread_out(weights: Tensor, start: int) -> Tensor:
    """Weights of some entries of the noise vector among those of all [outputs, 64]."""
    whole = weights.new_zeros(len(weights), VECTOR_SIZE)
    whole[:, start : start + weights.shape[1]] = weights
    return whole


def with_slopes(weights: Tensor) -> Tensor:
    """Weights of the deciding features, which come last, as those of the entries they are made of [outputs, 64]."""
    itself, sign, _, sine = weights[:, -4 * DECIDING :].unflatten(1, (4, DECIDING)).unbind(dim=1)
    # At 0 the sign rises by 8, the cosine of the angle stands still, and the sine falls by sqrt(2 pi).
    return spread_out(itself + 8 * sign - (2 * torch.pi) ** 0.5 * sine, 0)


@torch.no_grad()
def conditions(generator: SentenceGenerator[Any], shot: FilmedShot) -> dict[str, tuple[Tensor, Tensor]]:
    """For each part that hears the noise: noise vectors [N, 64], and what it makes of them under the shot's words."""
    noise = draw_noise(SAMPLES, torch.Generator().manual_seed(shot.easel.seed))
    words = generator.encode(shot.reading.vectors, shot.reading.mask)
    encoding = map_tensors(words, lambda part: part.expand(SAMPLES, *part.shape[1:]))
    if isinstance(generator, LayeredGenerator):
        plan = generator.plan(encoding, noise)
        return {
            "place": (noise.vector, plan.canvas_condition),
            "subjects": (noise.vector, plan.slot_condition[:, 0]),
        }
    if isinstance(generator, ThingsGenerator):
        looks = generator.codes(noise.vector)[0][:: generator.config.things]
        reading = generator.understand(encoding)
        return {"thing 1": (noise.vector, generator.look_condition(reading.looks[:, 0], looks))}
    few = map_tensors(encoding, lambda part: part[:32]), noise[:32]
    return {"picture": (few[1].vector, shot.painter.begin(*few).condition)}


def principal_components(vectors_NZ: Tensor, made_ND: Tensor) -> Tensor:
    """How much of the strongest components of what was made each entry of the noise explains [components, 64]."""
    centred = made_ND.float() - made_ND.float().mean(dim=0)
    left, strengths, _ = torch.linalg.svd(centred, full_matrices=False)
    scores = (left * strengths)[:, : 2 * EACH]
    return torch.linalg.lstsq(vectors_NZ - vectors_NZ.mean(dim=0), scores, driver="gelsd").solution.T


def moved(noise: Noise, direction: Tensor, deviations: float) -> Noise:
    """Noise whose vector stands so many deviations along a direction, and elsewhere where it stood."""
    along = noise.vector @ direction
    vector = noise.vector + (deviations - along)[:, None] * direction
    return Noise(vector=vector, terrain=noise.terrain, grain=noise.grain, weather=noise.weather)
