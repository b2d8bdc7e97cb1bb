"""Where things are in frames, found by their pictures: held against every place, followed through the clip, counted.

The ground is plain; whatever differs from it stands out.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

LEFT_OVER = 0.02  # of what stands out: less than this is not another thing
SHARPNESS = 40.0  # of the softmax over places
LOOKED_AT = 32  # height and width in pixels of what is looked at
NEAR = 8  # a thing's picture is so many times as wide as places are averaged about the best
GROUND_EVERY = 5  # frames of which one is asked for the colour of the ground
CELL = 4  # height and width in pixels of what is one place while things are followed
LEAP = 0.125  # view heights that a thing moves from one frame to the next, at most, in either direction
FAR_SHARE = 0.1  # of the energy of the whole picture
GLOW = 0.5  # breadth of what is looked for at first, in halves of a picture
FAINTEST = 0.1  # energy, squared and summed over pixels, below which a picture shows nothing


@dataclass(frozen=True)
class Found:
    """Where things are [B, S, T, 2] in view heights from the middle, and how like they are there [B, S, T]."""

    places: Tensor
    likeness: Tensor


def plain_ground(frames_BTCHW: Tensor) -> Tensor:
    """The commonest colour of clips [B, 3]: the median of each channel, of some of the frames."""
    return frames_BTCHW[:, ::GROUND_EVERY].transpose(1, 2).flatten(2).median(dim=2).values


def find(
    frames_BTCHW: Tensor, ground_B3: Tensor, sprites_NCHW: Tensor, present_BS: Tensor, reach: float
) -> Found:
    """Where pictures of things [B * S, 4, h, w] lie in frames; what one thing explains is not there for the next."""
    clips, count, _, height, width = frames_BTCHW.shape
    rest = standing_out(frames_BTCHW, ground_B3[:, None, :, None, None]).flatten(0, 1)
    shown = F.interpolate(sprites_NCHW, (pixels(reach, height),) * 2, mode="area").unflatten(0, (clips, -1))
    places, likenesses = [], []
    for thing in range(shown.shape[1]):
        colour, alpha = shown[:, thing, :3], shown[:, thing, 3]
        template = standing_out(colour, ground_B3[:, :, None, None]) * alpha
        templates = template.repeat_interleave(count, dim=0)
        place, like = find_one(rest, templates, count)
        places.append(place.unflatten(0, (clips, count)))
        likenesses.append(like.unflatten(0, (clips, count)))
        if thing + 1 < shown.shape[1]:
            there = present_BS[:, thing].repeat_interleave(count)[:, None, None]
            rest = (rest - there * placed(templates, place, height, width)).clamp(min=0)
    return Found(torch.stack(places, dim=1), torch.stack(likenesses, dim=1))


def find_one(rest_NHW: Tensor, templates_Nhw: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Where templates lie in what stands out of so many frames a clip [N, 2], and how like they are there [N]."""
    height, width = rest_NHW.shape[-2:]
    scores = likeness(rest_NHW, templates_Nhw)
    best = followed(scores.unflatten(0, (-1, count)), LEAP * height).flatten(0, 1)
    chances = close_to(best, scores, max(CELL // 2, templates_Nhw.shape[-1] // NEAR))
    # The middle of a picture of even size lies between two pixels.
    x = chances.sum(dim=1) @ ((torch.arange(width, device=rest_NHW.device) - width / 2) / height)
    y = chances.sum(dim=2) @ ((torch.arange(height, device=rest_NHW.device) - height / 2) / height)
    return torch.stack([x, y], dim=-1), (chances * scores).sum(dim=(1, 2))


def count(frames_BTCHW: Tensor, ground_B3: Tensor, things: int, reach: float) -> Tensor:
    """Which of so many things clips show [B, S], 0 or 1: one, and another while what one covers is not all there is.

    A thing is looked for as what stands out most, and what lies within its reach is taken away.
    """
    clips, count, _, height, width = frames_BTCHW.shape
    rest = standing_out(frames_BTCHW, ground_B3[:, None, :, None, None]).flatten(0, 1)
    whole = rest.unflatten(0, (clips, count)).sum(dim=(1, 2, 3)).clamp(min=FAINTEST)
    side = pixels(reach, height)
    template = glow(rest.new_zeros(1, 4, side, side), ground_B3.new_full((1, 3), -1.0))[:, 3].expand(
        len(rest), -1, -1
    )
    present = [torch.ones_like(whole)]
    for _ in range(1, things):
        place, _ = find_one(rest, template, count)
        rest = rest * (1 - placed(torch.ones_like(template), place, height, width)).clamp(min=0)
        left = rest.unflatten(0, (clips, count)).sum(dim=(1, 2, 3)) / whole
        present.append(present[-1] * (left > LEFT_OVER))
    return torch.stack(present, dim=1)


def pixels(reach: float, height: int) -> int:
    """How many pixels such a share of a picture's height is, to the next even number."""
    return 2 * round(reach * height / 2)


def glow(like_NCHW: Tensor, ground_N3: Tensor) -> Tensor:
    """Pictures [N, 4, h, w] of something that stands out in their middle, and less towards the rim.

    What is looked for while pictures show nothing yet: whatever is there, with its middle in theirs.
    """
    across = torch.linspace(-1, 1, like_NCHW.shape[-1], device=like_NCHW.device)
    bell = torch.exp(-0.5 * (across / GLOW).square())
    alpha = (bell[:, None] * bell).expand(len(like_NCHW), 1, -1, -1)
    # On either side of the ground, as far from it as colours go.
    colour = -torch.where(ground_N3 < 0, -1.0, 1.0)[:, :, None, None].expand(-1, -1, *alpha.shape[2:])
    return torch.cat([colour, alpha], dim=1)


def standing_out(pictures: Tensor, ground: Tensor) -> Tensor:
    """How far colours [..., 3, H, W] are from the ground's, from 0 to 1."""
    return (pictures - ground).abs().mean(dim=-3) / 2


def followed(scores_BTHW: Tensor, leap: float) -> Tensor:
    """The places [B, T, 2], row and column, of the way through clips that has the highest scores in sum.

    From frame to frame it goes so many pixels at most in either direction. In a single frame another thing may look
    more like a picture than the thing itself; over a clip it hardly does. By dynamic programming (Viterbi 1967), in
    cells of CELL pixels.
    """
    scores = F.max_pool2d(scores_BTHW, CELL, ceil_mode=True)
    cells = max(1, round(leap / CELL))
    until = so_far(scores, cells)
    from_then = so_far(scores.flip(1), cells).flip(1)
    cell = (until + from_then - scores).flatten(2).argmax(dim=2)
    width = scores.shape[-1]
    return CELL * torch.stack([cell // width, cell % width], dim=-1) + (CELL - 1) / 2


def so_far(scores_BTHW: Tensor, cells: int) -> Tensor:
    """The highest sum of scores of a way that ends in each place of each frame [B, T, H, W]."""
    sums = [scores_BTHW[:, :1]]
    for frame in range(1, scores_BTHW.shape[1]):
        beside = F.max_pool2d(sums[-1], (1, 2 * cells + 1), 1, (0, cells))
        around = F.max_pool2d(beside, (2 * cells + 1, 1), 1, (cells, 0))
        sums.append(scores_BTHW[:, frame : frame + 1] + around)
    return torch.cat(sums, dim=1)


def close_to(places_N2: Tensor, scores_NHW: Tensor, radius: int) -> Tensor:
    """Softmax of scores no further than `radius` pixels from places [N, H, W]: between twins lies nothing."""
    height, width = scores_NHW.shape[-2:]
    rows = torch.arange(height, device=scores_NHW.device)[None, :, None]
    columns = torch.arange(width, device=scores_NHW.device)[None, None, :]
    row, column = places_N2[:, :1, None], places_N2[:, 1:, None]
    far = ((rows - row).abs() > radius + 0.5) | ((columns - column).abs() > radius + 0.5)
    sharp = (SHARPNESS * scores_NHW).masked_fill(far, -torch.inf)
    return sharp.flatten(1).softmax(dim=-1).unflatten(1, (height, width))


def likeness(pictures_NHW: Tensor, templates_Nhw: Tensor) -> Tensor:
    """How like a template is what lies under it [N, H, W], from 0 to 1; its middle on each pixel's upper left corner.

    The normalised correlation, by Fourier transforms. A share of the whole picture's energy counts as lying under the
    template everywhere, so that the rim of a thing is not found for the thing.
    """
    height, width = pictures_NHW.shape[-2:]
    high, wide = templates_Nhw.shape[-2:]
    pictures, templates = pictures_NHW.float(), templates_Nhw.float()
    padded = F.pad(pictures, (wide // 2, wide - wide // 2, high // 2, high - high // 2))
    size = padded.shape[-2:]
    product = torch.fft.irfft2(torch.fft.rfft2(padded) * torch.fft.rfft2(templates, s=size).conj(), s=size)
    under = under_windows(padded.square(), high, wide)[:, :height, :width]
    everywhere = pictures.square().sum(dim=(1, 2), keepdim=True)
    own = templates.square().sum(dim=(1, 2), keepdim=True)
    return product[:, :height, :width] * torch.rsqrt(
        (under + FAR_SHARE * everywhere + FAINTEST) * (own + FAINTEST)
    )


def under_windows(values_NHW: Tensor, high: int, wide: int) -> Tensor:
    """The sums of all windows of a size, by their upper left corners [N, H - high + 1, W - wide + 1].

    By a summed-area table (Crow 1984).
    """
    table = F.pad(values_NHW.cumsum(dim=1).cumsum(dim=2), (1, 0, 1, 0))
    rows = table[:, high:] - table[:, :-high]
    return rows[:, :, wide:] - rows[:, :, :-wide]


def placed(templates_Nhw: Tensor, places_N2: Tensor, height: int, width: int) -> Tensor:
    """Templates with their middles at places, in pictures that are empty elsewhere [N, H, W]."""
    high, wide = templates_Nhw.shape[-2:]
    rows = (torch.arange(height, device=places_N2.device) + 0.5 - height / 2)[None, :, None]
    columns = (torch.arange(width, device=places_N2.device) + 0.5 - width / 2)[None, None, :]
    x = (columns - height * places_N2[:, :1, None]) / (wide / 2)
    y = (rows - height * places_N2[:, 1:, None]) / (high / 2)
    grid = torch.stack([x.expand(-1, height, -1), y.expand(-1, -1, width)], dim=-1)
    return F.grid_sample(templates_Nhw[:, None], grid, padding_mode="zeros", align_corners=False)[:, 0]


def look_at(frames_BTCHW: Tensor, places_BST2: Tensor, reach: float) -> Tensor:
    """What lies about places in frames [B, S, T, 3, 32, 32]."""
    things, (height, width) = places_BST2.shape[1], frames_BTCHW.shape[-2:]
    frames = frames_BTCHW[:, None].expand(-1, things, -1, -1, -1, -1).flatten(0, 2).float()
    places = places_BST2.flatten(0, 2)
    offsets = (torch.arange(LOOKED_AT, device=places.device) + 0.5) / LOOKED_AT * 2 - 1
    x = 2 * places[:, :1, None] * height / width + reach * height / width * offsets[None, None, :]
    y = 2 * places[:, 1:, None] + reach * offsets[None, :, None]
    shape = (-1, LOOKED_AT, LOOKED_AT)
    grid = torch.stack([x.expand(shape), y.expand(shape)], dim=-1)
    crops = F.grid_sample(frames, grid, padding_mode="border", align_corners=False)
    return crops.unflatten(0, places_BST2.shape[:3])
