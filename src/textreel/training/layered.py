"""How the layered generator is trained: paint a batch's clips from their words and noise, and compare the layers."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.corpora.protocol import Annotations, Batch
from textreel.discriminators import Showing
from textreel.generator.layered import LayeredGenerator, ScenePlan, clock_features
from textreel.generator.text_encoder import TextEncoding
from textreel.nn.compositing import POSE, POSE_FIELDS, SLOTS, SceneLayers, compose
from textreel.nn.noise import Noise
from textreel.training.configuration import LayerWeights


@dataclass(frozen=True)
class Painted:
    """What the generator made of a batch: what the judges see, and its auxiliary losses by name (weighted)."""

    showing: Showing
    contexts: Tensor
    losses: dict[str, Tensor]


def paint(
    generator: LayeredGenerator,
    encoding: TextEncoding,
    noise: Noise,
    batch: Batch,
    weights: LayerWeights,
    sprite_choice: Tensor,
    subject_share: float = 1.0,
) -> Painted:
    """Paint the batch's clips along its own clocks, and measure the distance of every layer to the composed one.

    Clocks are teacher-forced: the ConvLSTM reads the corpus's phases, its own start and rates are losses.
    Clips have one or two subjects: `subject_share` is how many this part of a batch has, over the mean of all parts.
    """
    truth = batch.annotations
    assert truth is not None and truth.layers.weather is not None
    plan = generator.plan(encoding, noise)
    frames, shown = truth.poses.shape[1], list(batch.shown)
    rows = truth.present.flatten().nonzero().squeeze(1)
    subjects = generator.subject_rows(encoding, plan, rows)
    clocks = clock_features(truth.phases).transpose(1, 2).flatten(0, 1)[rows]
    hidden, context, _, _ = generator.unroll(subjects, clocks)
    poses = generator.poses(subjects.repeat(frames), hidden.flatten(0, 1), clocks.flatten(0, 1)).unflatten(
        0, (-1, frames)
    )
    sprites = generator.sprites(
        subjects.repeat(len(shown)),
        context[:, shown].flatten(0, 1),
        hidden[:, shown].flatten(0, 1),
        clocks[:, shown].flatten(0, 1),
    ).unflatten(0, (-1, len(shown)))
    canvas = generator.canvas(plan.canvas_condition, noise.terrain, noise.grain)
    weather = generator.weather(plan.weather_condition, noise.weather)
    layers = SceneLayers(
        canvas=canvas,
        sprites=spread(sprites, rows, len(batch)),
        poses=spread(poses[:, shown], rows, len(batch)),
        tint=plan.tint,
        light=plan.light,
        weather=weather,
    )
    picture = compose(layers, batch.camera, batch.scroll, *batch.frames.shape[-2:])
    losses = {
        "canvas": weights.canvas * picture_distance(canvas, truth.layers.canvas),
        "sprites": weights.sprites
        * subject_share
        * sprite_distance(sprites, pick(truth.layers.sprites, rows)),
        "poses": weights.poses * subject_share * pose_distance(poses, pick(truth.poses, rows)),
        "weather": weights.weather * overlay_distance(weather, truth.layers.weather),
        "composite": weights.composite * (picture - batch.frames).abs().mean(),
        "facts": weights.facts * fact_distance(plan, truth),
    }
    return Painted(Showing(picture, premultiply(sprites[:, 0])[sprite_choice]), plan.contexts, losses)


def real_showing(batch: Batch, sprite_choice: Tensor) -> Showing:
    """The batch's own clips as the judges see them."""
    assert batch.annotations is not None
    rows = batch.annotations.present.flatten().nonzero().squeeze(1)
    sprites = pick(batch.annotations.layers.sprites, rows)[:, 0]
    return Showing(batch.frames, premultiply(sprites)[sprite_choice])


def first_subjects(batch: Batch) -> Tensor:
    """For each clip the row of its first subject among all present subjects [B]."""
    assert batch.annotations is not None
    before = batch.annotations.present.flatten().long().cumsum(0) - 1
    return before[::SLOTS]


def pick(values_BTS: Tensor, rows: Tensor) -> Tensor:
    """[B, T, S, ...] -> the given rows of [B * S, T, ...]."""
    return values_BTS.transpose(1, 2).flatten(0, 1)[rows]


def spread(values_NT: Tensor, rows: Tensor, batch: int) -> Tensor:
    """The inverse of pick, absent subjects all zero (so invisible): [N, T, ...] -> [B, T, S, ...]."""
    empty = values_NT.new_zeros(batch * SLOTS, *values_NT.shape[1:])
    return empty.index_copy(0, rows, values_NT).unflatten(0, (batch, SLOTS)).transpose(1, 2)


def premultiply(sprites_NCHW: Tensor) -> Tensor:
    """Colour in [-1, 1] and alpha -> premultiplied colour in [0, 1] and alpha."""
    alpha = sprites_NCHW[:, 3:].clamp(0, 1)
    return torch.cat([(sprites_NCHW[:, :3] + 1) / 2 * alpha, alpha], dim=1)


def picture_distance(made_BCHW: Tensor, true_BCHW: Tensor) -> Tensor:
    """Mean absolute difference, averaged over the pictures at full size and made 2, 4, 8 and 16 times smaller.

    Every size counts alike, so what is large and plain is learned first. (Differences of neighbouring pixels as a
    further term were tried: on textured ground their signs are noise, and they drowned everything else.)
    """
    differences = [(made_BCHW - true_BCHW).abs().mean()]
    for factor in (factor for factor in (2, 4, 8, 16) if factor <= min(made_BCHW.shape[-2:])):
        made, true = (F.avg_pool2d(picture, factor) for picture in (made_BCHW, true_BCHW))
        differences.append((made - true).abs().mean())
    return torch.stack(differences).mean()


def sprite_distance(made_NT: Tensor, true_NT: Tensor) -> Tensor:
    return overlay_distance(made_NT.flatten(0, 1), true_NT.flatten(0, 1))


def overlay_distance(made_NCHW: Tensor, true_NCHW: Tensor) -> Tensor:
    """Distance of pictures with alpha: both premultiplied, colour where the true one is, alpha by cross-entropy.

    The premultiplied pictures alone would not do: once one has become transparent, it gives no gradient.
    """
    alpha, true_alpha = made_NCHW[:, 3:], true_NCHW[:, 3:]
    colour = ((made_NCHW[:, :3] - true_NCHW[:, :3]).abs() * true_alpha).mean()
    shown = alpha.float() * (1 - 2e-6) + 1e-6
    outline = -(true_alpha * shown.log() + (1 - true_alpha) * (1 - shown).log()).mean()
    return picture_distance(premultiply(made_NCHW), premultiply(true_NCHW)) + 0.5 * colour + 0.25 * outline


def pose_distance(made_NTP: Tensor, true_NTP: Tensor) -> Tensor:
    """Weighted absolute difference; a pixel of place and the opacity count most, what is invisible hardly."""
    weights = made_NTP.new_ones(len(POSE_FIELDS))
    weights[[POSE["x_cos"], POSE["x_sin"]]] = 2.0
    weights[[POSE["y"], POSE["ground_y"]]] = 4.0
    weights[POSE["log_scale"]] = 2.0
    visible = 0.1 + true_NTP[..., POSE["opacity"], None]
    fields = torch.arange(len(POSE_FIELDS), device=visible.device)
    visible = torch.where(fields == POSE["opacity"], 1.0, visible)
    return ((made_NTP - true_NTP).abs() * weights * visible).mean()


def fact_distance(plan: ScenePlan, truth: Annotations) -> Tensor:
    """Tint, light, presence, clocks and weather velocity: what is decided once a shot."""
    present = truth.present.float()[..., None]
    colours = (plan.tint[..., :3] - truth.layers.tint[..., :3]).abs() * truth.layers.tint[..., 3:]
    amounts = (plan.tint[..., 3:] - truth.layers.tint[..., 3:]).abs()
    angle = 2 * math.pi * truth.start_phases
    start = torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1).flatten(-2)
    rates = (torch.log(plan.rates) - torch.log(truth.rates.clamp(min=0.01))).abs()
    return (
        ((2 * colours + amounts) * present).mean()
        + (plan.light - truth.layers.light).abs().mean()
        + F.binary_cross_entropy_with_logits(plan.presence, truth.present.float())
        + 0.5 * ((plan.start - start).abs() * present).mean()
        + 0.5 * (rates * present).mean()
        + 0.5 * (plan.weather_velocity - truth.weather_velocity).abs().mean()
    )
