"""What paints: decoders of the place, of the subjects and of the weather."""

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.nn.blocks import ModulatedConv, pad_periodic, pad_periodic_x, place_code, upsample
from textreel.nn.noise import GRAIN_SHAPE, TERRAIN_SHAPE, WEATHER_SHAPE

BAND_FEATURES = 16


class CanvasDecoder(nn.Module):
    """The place: condition [B, D] + noise -> [B, 3, 160, 256] in [-1, 1], periodic in x; once a shot."""

    def __init__(self, condition: int, channels: tuple[int, int, int, int]) -> None:
        super().__init__()
        first, second, third, fourth = channels
        # Coarse maps know where they are in both axes (the sun does), fine ones only how high up.
        self.places = nn.ParameterList(
            [
                place_code(*shape, periodic_x=True)
                for shape in ((first, 10, 16), (second, 20, 32), (third, 40, 1), (fourth, 80, 1))
            ]
        )
        self.start = nn.Linear(condition, first)
        # Skies, horizons and grounds lie in rows: each place has its own from the beginning.
        self.bands = nn.Linear(condition, BAND_FEATURES * TERRAIN_SHAPE[1])
        self.band_mix = nn.Conv2d(BAND_FEATURES, first, 1)
        self.terrain = nn.Conv2d(TERRAIN_SHAPE[0], first, 1)
        self.grain = nn.Conv2d(GRAIN_SHAPE[0], third, 1)

        def pair(inputs: int, outputs: int) -> nn.ModuleList:
            return nn.ModuleList(
                [
                    ModulatedConv(inputs, outputs, condition, padding="periodic-x"),
                    ModulatedConv(outputs, outputs, condition, padding="periodic-x"),
                ]
            )

        self.stages = nn.ModuleList(
            [pair(first, first), pair(first, second), pair(second, third), pair(third, fourth)]
        )
        self.paint = nn.Conv2d(fourth, 12, 3)

    def forward(self, condition_BD: Tensor, terrain: Tensor, grain: Tensor) -> Tensor:
        condition_BD, terrain, grain = like(self.paint.weight, condition_BD, terrain, grain)
        start = self.start(condition_BD)[:, :, None, None]
        bands = self.bands(condition_BD).unflatten(1, (BAND_FEATURES, -1, 1))
        start = start + self.band_mix(bands)
        features = (start + self.terrain(terrain)).contiguous(memory_format=torch.channels_last)
        for index, (stage, place) in enumerate(zip(self.stages, self.places, strict=True)):
            first, second = cast(nn.ModuleList, stage)
            if index:
                features = upsample(features)
            features = first(features, condition_BD) + place.to(features.dtype)
            if index == 2:
                features = features + self.grain(grain)
            features = second(features, condition_BD)
        return torch.tanh(F.pixel_shuffle(self.paint(pad_periodic_x(features)), 2).float())


class SpriteDecoder(nn.Module):
    """A subject in one frame: hidden map + condition -> [N, 4, 64, 64], colour in [-1, 1] and alpha in [0, 1]."""

    def __init__(self, hidden: int, condition: int, channels: tuple[int, int, int, int]) -> None:
        super().__init__()
        first, second, third, fourth = channels
        self.start = nn.Linear(condition, 64 * 16)
        self.hidden = nn.Conv2d(hidden + 64, first, 1)
        self.stages = nn.ModuleList(
            [
                nn.ModuleList(
                    [ModulatedConv(inputs, outputs, condition), ModulatedConv(outputs, outputs, condition)]
                )
                for inputs, outputs in ((first, first), (first, second), (second, third), (third, fourth))
            ]
        )
        self.places = nn.ParameterList(
            [
                place_code(size, side, side)
                for size, side in ((first, 4), (second, 8), (third, 16), (fourth, 32))
            ]
        )
        self.paint = nn.Conv2d(fourth, 16, 3, padding=1)

    def forward(self, hidden_NCHW: Tensor, condition_ND: Tensor) -> Tensor:
        hidden_NCHW, condition_ND = like(self.paint.weight, hidden_NCHW, condition_ND)
        start = self.start(condition_ND).unflatten(1, (-1, 4, 4))
        features = self.hidden(torch.cat([start, hidden_NCHW.to(start.dtype)], dim=1))
        features = features.contiguous(memory_format=torch.channels_last)
        for index, (stage, place) in enumerate(zip(self.stages, self.places, strict=True)):
            first, second = cast(nn.ModuleList, stage)
            if index:
                features = upsample(features)
            features = first(features, condition_ND) + place.to(features.dtype)
            features = second(features, condition_ND)
        painted = F.pixel_shuffle(self.paint(features), 2).float()
        return torch.cat([torch.tanh(painted[:, :3]), torch.sigmoid(2 * painted[:, 3:])], dim=1)


class FrameDecoder(nn.Module):
    """A whole frame, so many times larger than the hidden map: [N, hidden, h, w] -> [N, outputs, H, W] in [-1, 1]."""

    def __init__(
        self,
        hidden: int,
        condition: int,
        channels: tuple[int, int, int, int],
        enlargement: int,
        *,
        outputs: int = 3,
    ) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        before, steps = hidden, (enlargement // 2).bit_length() - 1
        for index in range(steps + 1):
            after = channels[min(index, len(channels) - 1)]
            self.stages.append(
                nn.ModuleList(
                    [ModulatedConv(before, after, condition), ModulatedConv(after, after, condition)]
                )
            )
            before = after
        self.paint = nn.Conv2d(before, 4 * outputs, 3, padding=1)

    def forward(self, hidden_NCHW: Tensor, condition_ND: Tensor) -> Tensor:
        features, condition_ND = like(self.paint.weight, hidden_NCHW, condition_ND)
        features = features.contiguous(memory_format=torch.channels_last)
        for index, stage in enumerate(self.stages):
            first, second = cast(nn.ModuleList, stage)
            if index:
                features = upsample(features)
            features = second(first(features, condition_ND), condition_ND)
        return torch.tanh(F.pixel_shuffle(self.paint(features), 2).float())


class WeatherDecoder(nn.Module):
    """The weather texture: condition + noise -> [B, 4, 128, 128], periodic in both axes; once a shot."""

    def __init__(self, condition: int, channels: tuple[int, int]) -> None:
        super().__init__()
        first, second = channels
        self.start = nn.Conv2d(WEATHER_SHAPE[0], first, 1)
        self.coarse = nn.ModuleList(
            [ModulatedConv(first, first, condition, padding="periodic") for _ in range(2)]
        )
        self.fine = ModulatedConv(first, second, condition, padding="periodic")
        self.paint = nn.Conv2d(second, 16, 3)

    def forward(self, condition_BD: Tensor, weather: Tensor) -> Tensor:
        condition_BD, weather = like(self.paint.weight, condition_BD, weather)
        features = self.start(weather).contiguous(memory_format=torch.channels_last)
        for stage in self.coarse:
            features = stage(features, condition_BD)
        features = self.fine(upsample(features), condition_BD)
        painted = F.pixel_shuffle(self.paint(pad_periodic(features)), 2).float()
        return torch.cat([torch.tanh(painted[:, :3]), torch.sigmoid(2 * painted[:, 3:] - 2)], dim=1)


def like(weight: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
    """Inputs in the type of the weights: decoders may be kept in bfloat16 while all else stays float32."""
    return tuple(part.to(weight.dtype) for part in inputs)
