"""Differentiable compositing: layers and a camera in, frames out.

The corpus composes its clips and the generator its films with this one function, so what the generator has to
learn is exactly the layers. World: the view at zoom 1 is one unit high; x is periodic with the width of the
layers' world (2 unless they say otherwise), y runs from 0 (top of the canvas) to 1.25 (bottom). Layers have any
number of slots.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

WORLD_WIDTH = 2.0
WORLD_HEIGHT = 1.25
SLOTS = 2
"""How many subjects the generators have that are not given another number."""
POSE_FIELDS = (
    "x_cos",
    "x_sin",
    "y",
    "log_scale",
    "facing",
    "roll_cos",
    "roll_sin",
    "opacity",
    "ground_y",
    "shadow",
)
POSE = {name: index for index, name in enumerate(POSE_FIELDS)}
STATIC_CAMERA = (0.0, 0.625, 1.0, 0.0)
PARALLAX = 0.6
"""How much more than the place a subject grows in a dolly, by its ground: twice as much for twice as low."""


@dataclass(frozen=True, kw_only=True)
class SceneLayers:
    """What a clip is made of, before the camera looks at it.

    canvas            [B, 3, H, W]        the place, in [-1, 1], periodic in x
    sprites           [B, T, S, 4, h, w]  colour in [-1, 1] and alpha in [0, 1] of each subject in each frame; or
                                          [B, 1, S, 4, h, w] where they look the same in all of them
    poses             [B, T, S, 10]       see POSE_FIELDS; x_cos and x_sin are cos and sin of 2 pi * x / width
    tint              [B, S, 4]           colour in [-1, 1] and amount in [0, 1]
    light             [B, 3]              multiplier of the subjects' colours
    weather           [B, 4, h, w]        colour in [-1, 1] and alpha, periodic in both axes, fixed to the screen;
                                          None where the air is clear
    width                                 of the world, in heights of the view
    premultiplied                         whether sprites are colour in [0, 1] times alpha, and take no tint
    """

    canvas: Tensor
    sprites: Tensor
    poses: Tensor
    tint: Tensor
    light: Tensor
    weather: Tensor | None
    width: float = WORLD_WIDTH
    premultiplied: bool = False


def tint_sprites(sprites_BTSCHW: Tensor, tint_BS4: Tensor) -> Tensor:
    """Recolour sprites: the luminance is kept, the colour moves towards the tint by its amount."""
    colour = (sprites_BTSCHW[:, :, :, :3] + 1) / 2
    weights = colour.new_tensor([0.299, 0.587, 0.114])
    luminance = torch.einsum("btschw,c->btshw", colour, weights)[:, :, :, None]
    target = (tint_BS4[:, None, :, :3, None, None] + 1) / 2
    # Dark art must take a colour too: the tint is the mid-tone, its lights run to white, its darks to black.
    # At 0 a root has no gradient.
    lifted = 0.15 + 0.85 * luminance.clamp(1e-6, 1).sqrt()
    tinted = torch.where(
        lifted < 0.8, target * lifted / 0.8, target + (1 - target) * (lifted - 0.8) / 0.2 * 0.5
    )
    amount = tint_BS4[:, None, :, 3:, None, None]
    mixed = colour + amount * (tinted - colour)
    return torch.cat([mixed * 2 - 1, sprites_BTSCHW[:, :, :, 3:]], dim=3)


def world_grid(camera_B4: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """World x and y, each [B, height, width], of the pixels of a view; camera is (x, y, zoom, roll radians)."""
    rows = (torch.arange(height, device=camera_B4.device, dtype=torch.float32) + 0.5) / height - 0.5
    columns = ((torch.arange(width, device=camera_B4.device, dtype=torch.float32) + 0.5) - width / 2) / height
    x, y, zoom, roll = (part[:, None, None] for part in camera_B4.float().unbind(dim=-1))
    cos, sin = torch.cos(roll) / zoom, torch.sin(roll) / zoom
    across, down = columns[None, None, :], rows[None, :, None]
    return x + across * cos - down * sin, y + across * sin + down * cos


def around_world(pose: Tensor, width: float = WORLD_WIDTH) -> Tensor:
    """World x of poses [..., 10], from -width / 2 to width / 2; of the mean of several, the middle between them."""
    return torch.atan2(pose[..., POSE["x_sin"]], pose[..., POSE["x_cos"]]) * (width / (2 * math.pi))


def wrap(x: Tensor, width: float = WORLD_WIDTH) -> Tensor:
    """Bring world x into [-width / 2, width / 2)."""
    return torch.remainder(x + width / 2, width) - width / 2


def view_canvas(canvas_BCHW: Tensor, world_x: Tensor, world_y: Tensor, width: float = WORLD_WIDTH) -> Tensor:
    """Read the canvas of a world of that width at world coordinates, wrapping in x and clamping in y."""
    columns = canvas_BCHW.shape[-1]
    padded = torch.cat([canvas_BCHW[..., -1:], canvas_BCHW, canvas_BCHW[..., :1]], dim=-1)
    column = (wrap(world_x, width) / width + 0.5) * columns + 1
    grid = torch.stack([column / (columns + 2) * 2 - 1, world_y / WORLD_HEIGHT * 2 - 1], dim=-1)
    return F.grid_sample(padded, grid, padding_mode="border", align_corners=False)


def view_sprite(
    sprite_BCHW: Tensor, pose_BP: Tensor, world_x: Tensor, world_y: Tensor, width: float = WORLD_WIDTH
) -> Tensor:
    """Place premultiplied sprites by their poses; returns premultiplied colour and alpha [B, 4, H, W]."""
    x = around_world(pose_BP, width)
    half = torch.exp(pose_BP[:, POSE["log_scale"]].clamp(-4, 1.5)) / 2
    roll = torch.atan2(pose_BP[:, POSE["roll_sin"]], pose_BP[:, POSE["roll_cos"]])
    facing = pose_BP[:, POSE["facing"]]
    facing = torch.where(facing >= 0, facing.clamp(min=0.15), facing.clamp(max=-0.15))
    right = wrap(world_x - x[:, None, None], width)
    down = world_y - pose_BP[:, POSE["y"], None, None]
    cos, sin = (torch.cos(roll) / half)[:, None, None], (torch.sin(roll) / half)[:, None, None]
    grid = torch.stack([(right * cos + down * sin) / facing[:, None, None], down * cos - right * sin], dim=-1)
    placed = F.grid_sample(sprite_BCHW, grid, padding_mode="zeros", align_corners=False)
    return placed * pose_BP[:, POSE["opacity"], None, None, None].clamp(0, 1)


def soften(sprite_BCHW: Tensor, pixels_B: Tensor) -> Tensor:
    """Blur sprites that will be shown `pixels_B` high and smaller than they are, so that they do not shimmer."""
    size = sprite_BCHW.shape[-1]
    amount = ((size / pixels_B.clamp(min=1.0) - 1.2) / 0.8).clamp(0, 1)[:, None, None, None]
    blurred = F.interpolate(
        F.avg_pool2d(sprite_BCHW, 2), scale_factor=2, mode="bilinear", align_corners=False
    )
    return sprite_BCHW + amount * (blurred - sprite_BCHW)


def shadow_mask(pose_BP: Tensor, world_x: Tensor, world_y: Tensor, width: float = WORLD_WIDTH) -> Tensor:
    """Darkness [B, 1, H, W] of the soft elliptic shadow under a subject."""
    x = around_world(pose_BP, width)
    scale = torch.exp(pose_BP[:, POSE["log_scale"]].clamp(-4, 1.5))[:, None, None]
    right = wrap(world_x - x[:, None, None], width) / (0.36 * scale)
    down = (world_y - pose_BP[:, POSE["ground_y"], None, None]) / (0.075 * scale)
    strength = (pose_BP[:, POSE["shadow"]] * pose_BP[:, POSE["opacity"]]).clamp(0, 1)[:, None, None]
    return (0.45 * strength * torch.exp(-1.5 * (right.square() + down.square())))[:, None]


def view_weather(weather_BCHW: Tensor, offset_B2: Tensor, height: int, width: int) -> Tensor:
    """The weather texture over the view, scrolled by `offset_B2` screen heights (right, down)."""
    size = weather_BCHW.shape[-1]
    rows = (torch.arange(height, device=offset_B2.device, dtype=torch.float32) + 0.5) / height
    columns = (torch.arange(width, device=offset_B2.device, dtype=torch.float32) + 0.5) / height
    x = torch.remainder(columns[None, None, :] - offset_B2[:, 0, None, None], 1.0).expand(-1, height, -1)
    y = torch.remainder(rows[None, :, None] - offset_B2[:, 1, None, None], 1.0).expand(-1, -1, width)
    wide = torch.cat([weather_BCHW[..., -1:], weather_BCHW, weather_BCHW[..., :1]], dim=-1)
    padded = torch.cat([wide[..., -1:, :], wide, wide[..., :1, :]], dim=-2)
    grid = torch.stack([(x * size + 1) / (size + 2) * 2 - 1, (y * size + 1) / (size + 2) * 2 - 1], dim=-1)
    return F.grid_sample(padded, grid, padding_mode="border", align_corners=False)


def compose(layers: SceneLayers, camera_BTC: Tensor, scroll_BT2: Tensor, height: int, width: int) -> Tensor:
    """Frames [B, T, 3, height, width] in [-1, 1]: canvas, shadows, subjects (slot 0 in front), weather.

    `camera_BTC` is x, y, zoom, roll in radians and, where it dollies, the dolly (see `nearer`); `scroll_BT2` is how
    far the weather has moved since the film began, in screen heights right and down.
    """
    batch, frames, numbers = camera_BTC.shape
    camera = camera_BTC[..., :4].reshape(-1, 4)
    dolly = camera_BTC[..., 4].flatten().float() if numbers > 4 else None
    world_x, world_y = world_grid(camera, height, width)
    picture = (view_canvas(every_frame(layers.canvas, frames), world_x, world_y, layers.width) + 1) / 2
    sprites = lit_sprites(layers).expand(-1, frames, -1, -1, -1, -1)
    poses = layers.poses.float().flatten(0, 1)
    for slot in reversed(range(sprites.shape[2])):
        sprite, pose = sprites[:, :, slot].flatten(0, 1), poses[:, slot]
        if dolly is not None:
            near = nearer(camera, dolly, pose)
            seen = near, *world_grid(near, height, width)
        else:
            seen = camera, world_x, world_y
        picture = draw_subject(picture, sprite, pose, *seen, layers.width)
    if layers.weather is not None:
        weather = view_weather(every_frame(layers.weather, frames), scroll_BT2.reshape(-1, 2), height, width)
        alpha = weather[:, 3:].clamp(0, 1)
        picture = picture * (1 - alpha) + (weather[:, :3] + 1) / 2 * alpha
    return (picture * 2 - 1).unflatten(0, (batch, frames))


def lit_sprites(layers: SceneLayers) -> Tensor:
    """The sprites in their tint and light, colour in [0, 1] times alpha."""
    sprites, light = layers.sprites.float(), layers.light.float()[:, None, None, :, None, None]
    if layers.premultiplied:
        return torch.cat(
            [torch.minimum(sprites[:, :, :, :3] * light, sprites[:, :, :, 3:]), sprites[:, :, :, 3:]], 3
        )
    tinted = tint_sprites(sprites, layers.tint.float())
    alpha = tinted[:, :, :, 3:].clamp(0, 1)
    return torch.cat([((tinted[:, :, :, :3] + 1) / 2 * light).clamp(0, 1) * alpha, alpha], dim=3)


def nearer(camera_B4: Tensor, dolly_B: Tensor, pose_BP: Tensor) -> Tensor:
    """The camera as subjects are seen by it: they stand before the place, the lower the nearer.

    `dolly_B` is how much of the zoom comes from the camera's own way in. What is nearer grows by more of it about the
    middle of the view, so that subjects and place move against each other.
    """
    share = PARALLAX * pose_BP[:, POSE["ground_y"]].clamp(0, WORLD_HEIGHT)
    return torch.cat(
        [camera_B4[:, :2], camera_B4[:, 2:3] * dolly_B[:, None] ** share[:, None], camera_B4[:, 3:]], 1
    )


def every_frame(values: Tensor, frames: int) -> Tensor:
    """One value a clip -> one a frame: [B, ...] -> [B * frames, ...] in float32."""
    return values.float().repeat_interleave(frames, dim=0)


def draw_subject(
    picture_BCHW: Tensor,
    sprite_BCHW: Tensor,
    pose_BP: Tensor,
    camera_B4: Tensor,
    world_x: Tensor,
    world_y: Tensor,
    width: float = WORLD_WIDTH,
) -> Tensor:
    """Draw one lit and premultiplied sprite and its shadow over a picture in [0, 1]."""
    shown = torch.exp(pose_BP[:, POSE["log_scale"]].clamp(-4, 1.5)) * camera_B4[:, 2] * picture_BCHW.shape[-2]
    placed = view_sprite(soften(sprite_BCHW, shown.detach()), pose_BP, world_x, world_y, width)
    shaded = picture_BCHW * (1 - shadow_mask(pose_BP, world_x, world_y, width))
    return shaded * (1 - placed[:, 3:]) + placed[:, :3]
