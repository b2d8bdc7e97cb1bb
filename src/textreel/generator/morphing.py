"""One shot turns into another: words and noise interpolated, and painted anew at every step of the way.

A dissolve lays two pictures over each other; here there is one picture all the time. The place is decoded from
conditions between the two (only every few frames, with a blend of pictures between: a place changes slowly), each
subject from hidden states, meanings and conditions between the two, at a pose between the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.generator.base import Morph
from textreel.generator.plans import GeneratorState, Steps, SubjectRows, within_bounds
from textreel.nn.compositing import POSE, POSE_FIELDS, SLOTS, SceneLayers, compose, every_frame, view_weather
from textreel.nn.processor import at_once

if TYPE_CHECKING:
    from textreel.generator.layered import LayeredGenerator

CANVAS_FRAMES = 3
"""A canvas is decoded every so many frames of a morph."""


class LayeredMorph(Morph[GeneratorState]):
    """See the module's text; the shots' own states go on as if each were alone."""

    def __init__(
        self, generator: LayeredGenerator, first: GeneratorState, second: GeneratorState, frames: int
    ) -> None:
        self.generator, self.first, self.second = generator, first, second
        self.keys = max(1, -(-(frames - 1) // CANVAS_FRAMES))  # stretches between two decoded canvases
        self.painted: dict[int, Tensor] = {}

    @torch.no_grad()
    def advance(
        self, shares: Sequence[float], camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        batch, frames = camera_BTC.shape[:2]
        share_BT = camera_BTC.new_tensor(list(shares)).expand(batch, -1)
        first, second = self.first, self.second
        either = first.plan.present() | second.plan.present()
        ways, self.first = self.generator.carry(first, frames, either)
        other, self.second = self.generator.carry(second, frames, either)
        sprites, poses = self.subjects(ways, other, share_BT)
        flat = share_BT.flatten()
        layers = SceneLayers(
            canvas=self.canvases(shares),
            sprites=sprites[:, None],
            poses=poses[:, None],
            tint=between(every_frame(first.plan.tint, frames), every_frame(second.plan.tint, frames), flat),
            light=between(
                every_frame(first.plan.light, frames), every_frame(second.plan.light, frames), flat
            ),
            weather=None,
        )
        cameras = camera_BTC.flatten(0, 1)[:, None]
        picture = compose(layers, cameras, cameras.new_zeros(len(cameras), 1, 2), *size)[:, 0]
        weathers = [(first, ways, 1 - flat), (second, other, flat)]
        if first.weather is second.weather:
            weathers = [(first, ways, torch.ones_like(flat))]
        for state, steps, amount in weathers:
            if state.weather is not None:
                picture = weathered(picture, state.weather, steps.scroll, amount)
        return picture.unflatten(0, (batch, frames)), ways.attention, other.attention

    def canvases(self, shares: Sequence[float]) -> Tensor:
        """The place at each moment [B * T, 3, H, W]: a blend of the two decoded canvases about it."""
        if self.first.canvas is self.second.canvas:
            return every_frame(self.first.canvas, len(shares))
        places = [min(share * self.keys, self.keys) for share in shares]
        about = [min(int(place), self.keys - 1) for place in places]
        needed = sorted({key for each in about for key in (each, each + 1)})
        missing = [key for key in needed if key not in self.painted]
        decoded = at_once(*(partial(self.decode, key) for key in missing))
        painted = self.painted | dict(zip(missing, decoded, strict=True))
        self.painted = {key: painted[key] for key in needed}
        blends = [
            torch.lerp(painted[key], painted[key + 1], place - key)
            for key, place in zip(about, places, strict=True)
        ]
        return torch.stack(blends, dim=1).flatten(0, 1)

    def decode(self, key: int) -> Tensor:
        """The canvas of a key moment, from the noise and the condition between the two shots."""
        if key in (0, self.keys):
            return (self.first if key == 0 else self.second).canvas
        share = key / self.keys
        conditions = (self.first.plan.canvas_condition, self.second.plan.canvas_condition)
        noise = self.first.noise.blend(self.second.noise, share)
        mixed = between_scales(*conditions, conditions[0].new_full((len(noise),), share))
        canvas: Tensor = self.generator.canvas(mixed, noise.terrain, noise.grain)
        return canvas

    def subjects(self, ways: Steps, other: Steps, share_BT: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures [B * T, S, 4, 64, 64] and poses [B * T, S, 10]; a subject of one shot only fades."""
        batch, frames = share_BT.shape
        there, then = self.first.plan.present().flatten()[ways.rows], self.second.plan.present().flatten()
        then, share = then[ways.rows], share_BT.repeat_interleave(SLOTS, dim=0)[ways.rows]
        amount = torch.where((there & then)[:, None], share, then[:, None].to(share.dtype)).flatten()
        fading = torch.where(there[:, None], 1.0, share) * torch.where(then[:, None], 1.0, 1 - share)
        rows = blend_rows(ways.subjects.repeat(frames), other.subjects.repeat(frames), amount)
        parts = [
            between(getattr(ways, name).flatten(0, 1), getattr(other, name).flatten(0, 1), amount)
            for name in ("context", "hidden", "clocks")
        ]
        painted = self.generator.sprites(rows, *parts).unflatten(0, (-1, frames))
        posed = within_bounds(between(ways.poses.flatten(0, 1), other.poses.flatten(0, 1), amount))
        posed[:, POSE["opacity"]] *= fading.flatten()
        poses = share.new_zeros(batch * SLOTS, frames, len(POSE_FIELDS))
        sprites = share.new_zeros(batch * SLOTS, frames, *painted.shape[2:])
        poses[ways.rows], sprites[ways.rows] = posed.unflatten(0, (-1, frames)), painted
        return by_frame(sprites, batch), by_frame(poses, batch)


def by_frame(values_NT: Tensor, batch: int) -> Tensor:
    """[B * S, T, ...] -> [B * T, S, ...]."""
    return values_NT.unflatten(0, (batch, SLOTS)).transpose(1, 2).flatten(0, 1)


def between(first: Tensor, second: Tensor, share_N: Tensor) -> Tensor:
    """Linear interpolation of N rows, exact at both ends."""
    share = share_N.reshape(-1, *[1] * (first.dim() - 1)).to(first.dtype)
    return first * (1 - share) + second * share


def between_scales(first_ND: Tensor, second_ND: Tensor, share_N: Tensor) -> Tensor:
    """Interpolation of directions and lengths: the middle of two conditions is as strong as they are."""
    mixed = between(first_ND, second_ND, share_N)
    length = between(first_ND.norm(dim=-1, keepdim=True), second_ND.norm(dim=-1, keepdim=True), share_N)
    return F.normalize(mixed, dim=-1) * length


def blend_rows(first: SubjectRows, second: SubjectRows, share_N: Tensor) -> SubjectRows:
    """Subjects between two; the words, which are read no more, are the first's."""
    return replace(
        first,
        meaning=between(first.meaning, second.meaning, share_N),
        look=between(first.look, second.look, share_N),
        condition=between_scales(first.condition, second.condition, share_N),
    )


def weathered(picture_NCHW: Tensor, texture: Tensor, scroll_BT2: Tensor, amount_N: Tensor) -> Tensor:
    """Pictures in [-1, 1] under so much of a weather texture."""
    frames = scroll_BT2.shape[1]
    weather = view_weather(every_frame(texture, frames), scroll_BT2.flatten(0, 1), *picture_NCHW.shape[-2:])
    alpha = weather[:, 3:].clamp(0, 1) * amount_N[:, None, None, None]
    return picture_NCHW * (1 - alpha) + weather[:, :3] * alpha
