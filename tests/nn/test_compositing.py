"""Compositing: what the camera sees, where sprites stand, and that it can be learned through."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from textreel.nn.compositing import POSE, POSE_FIELDS, STATIC_CAMERA, SceneLayers, compose, tint_sprites

SIDE = 128
STILL = torch.zeros(1, 1, 2)


def camera(x: float = 0.0, zoom: float = 1.0, roll: float = 0.0) -> Tensor:
    return torch.tensor([[[x, STATIC_CAMERA[1], zoom, roll]]])


def pose(
    *, x: float = 0.0, y: float = 0.625, scale: float = 0.25, opacity: float = 1.0, shadow: float = 0.0
) -> Tensor:
    code = torch.zeros(len(POSE_FIELDS))
    code[POSE["x_cos"]], code[POSE["x_sin"]] = math.cos(math.pi * x), math.sin(math.pi * x)
    code[POSE["y"]], code[POSE["log_scale"]] = y, math.log(scale)
    code[POSE["facing"]], code[POSE["roll_cos"]] = 1.0, 1.0
    code[POSE["opacity"]], code[POSE["shadow"]], code[POSE["ground_y"]] = opacity, shadow, y + scale / 2
    return code


def layers(*poses: Tensor) -> SceneLayers:
    chance = torch.Generator().manual_seed(0)
    slots = torch.stack([*poses, *[pose(opacity=0.0)] * (2 - len(poses))])
    return SceneLayers(
        canvas=torch.rand(1, 3, 160, 256, generator=chance) * 1.6 - 0.8,
        sprites=torch.ones(1, 1, 2, 4, 64, 64),
        poses=slots[None, None],
        tint=torch.zeros(1, 2, 4),
        light=torch.ones(1, 3),
        weather=torch.zeros(1, 4, 128, 128),
    )


def seen(scene: SceneLayers, view: Tensor) -> Tensor:
    return compose(scene, view, STILL, SIDE, SIDE)[0, 0]


def test_a_static_camera_sees_its_window_of_the_canvas() -> None:
    scene = layers()
    window = scene.canvas[0, :, 16:144, 64:192]
    torch.testing.assert_close(seen(scene, camera()), window, atol=2e-3, rtol=0)


def test_a_wider_world_goes_round_after_its_own_width() -> None:
    scene = replace(layers(), canvas=torch.rand(1, 3, 160, 384) * 2 - 1, width=3.0)
    torch.testing.assert_close(seen(scene, camera()), scene.canvas[0, :, 16:144, 128:256], atol=2e-3, rtol=0)
    torch.testing.assert_close(seen(scene, camera(x=3.0)), seen(scene, camera()), atol=1e-4, rtol=0)


@pytest.mark.parametrize("place", range(6))
def test_each_of_six_slots_is_drawn_where_its_pose_says(place: int) -> None:
    at = [-1.25, -0.75, -0.25, 0.25, 0.75, 1.25]
    poses = [pose(x=x / 1.5, opacity=float(number == place)) for number, x in enumerate(at)]
    scene = replace(layers(), poses=torch.stack(poses)[None, None], width=3.0)
    scene = replace(scene, sprites=torch.ones(1, 1, 6, 4, 8, 8), tint=torch.zeros(1, 6, 4))
    picture = compose(scene, camera(), STILL, 32, 96)[0, 0]
    assert picture[:, 16, round((at[place] + 1.5) * 32)].min() == 1.0
    assert (picture.amin(dim=0) > 0.99).sum() < 100


@pytest.mark.parametrize("pixels", [1, 20, -33])
def test_a_pan_shifts_by_whole_pixels(pixels: int) -> None:
    scene = layers()
    window = scene.canvas.roll(-pixels, dims=-1)[0, :, 16:144, 64:192]
    torch.testing.assert_close(seen(scene, camera(x=pixels / 128)), window, atol=2e-3, rtol=0)


def test_the_world_is_a_torus() -> None:
    scene = layers(pose(x=0.9))
    torch.testing.assert_close(seen(scene, camera(x=1.0)), seen(scene, camera(x=-1.0)), atol=2e-3, rtol=0)
    around = seen(scene, camera(x=0.7 + 2.0))
    torch.testing.assert_close(seen(scene, camera(x=0.7)), around, atol=2e-3, rtol=0)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.625), (0.25, 0.5), (-0.25, 0.875)])
def test_a_sprite_stands_where_its_pose_says(x: float, y: float) -> None:
    scene = layers(pose(x=x, y=y, scale=0.25))
    changed = (seen(scene, camera()) - seen(layers(), camera())).abs().sum(dim=0) > 1e-3
    rows, columns = changed.nonzero().float().unbind(dim=1)
    assert (columns.mean() + 0.5) / SIDE - 0.5 == pytest.approx(x, abs=0.01)
    assert (rows.mean() + 0.5) / SIDE + 0.125 == pytest.approx(y, abs=0.01)
    assert rows.max() - rows.min() + 1 == pytest.approx(0.25 * SIDE, abs=2)


def test_a_sprite_without_opacity_is_invisible() -> None:
    hidden = layers(pose(opacity=0.0, shadow=1.0))
    assert torch.equal(seen(hidden, camera()), seen(layers(), camera()))


def test_a_tint_of_amount_zero_is_the_identity() -> None:
    sprites = torch.rand(1, 2, 2, 4, 8, 8) * 2 - 1
    tint = torch.tensor([[[1.0, -1.0, 0.3, 0.0]] * 2])
    torch.testing.assert_close(tint_sprites(sprites, tint), sprites)
    tint[..., 3] = 1.0
    assert not torch.allclose(tint_sprites(sprites, tint), sprites)


def test_weather_covers_the_view_and_wraps() -> None:
    texture = torch.rand(1, 4, 128, 128)
    scene, still = replace(layers(), weather=texture), torch.zeros(1, 1, 2)
    here, there = (compose(scene, camera(), still + offset, SIDE, SIDE) for offset in (0.0, 1.0))
    torch.testing.assert_close(here, there, atol=2e-3, rtol=0)
    shifted = compose(replace(scene, weather=texture.roll(16, dims=-1)), camera(), still, SIDE, SIDE)
    right = compose(scene, camera(), torch.tensor([[[16 / 128, 0.0]]]), SIDE, SIDE)
    torch.testing.assert_close(right, shifted, atol=2e-3, rtol=0)


def dollied(dolly: float) -> Tensor:
    return torch.cat([camera(), torch.tensor([[[dolly]]])], dim=-1)


def covered(scene: SceneLayers, view: Tensor) -> float:
    """The height in pixels of what the subjects cover."""
    without = replace(scene, poses=layers().poses)
    rows = ((seen(scene, view) - seen(without, view)).abs().sum(dim=0) > 1e-3).any(dim=1).nonzero()
    return float(rows.max() - rows.min() + 1)


def test_without_a_dolly_nothing_changes() -> None:
    scene = layers(pose(shadow=0.5), pose(x=0.2))
    assert torch.equal(seen(scene, dollied(1.0)), seen(scene, camera()))
    assert torch.equal(seen(layers(), dollied(1.5)), seen(layers(), camera())), "the place has only the zoom"


def test_a_dolly_makes_the_nearer_grow_more() -> None:
    far, near = (layers(pose(y=y, scale=0.2)) for y in (0.55, 0.75))
    growths = [covered(scene, dollied(1.5)) / covered(scene, camera()) for scene in (far, near)]
    assert 1.1 < growths[0] < growths[1] < 1.5
    assert covered(near, dollied(1 / 1.5)) < covered(near, camera())


def test_gradients_reach_poses_sprites_and_canvas() -> None:
    scene = layers(pose(shadow=0.5))
    scene = replace(
        scene,
        poses=scene.poses.clone().requires_grad_(True),
        canvas=scene.canvas.clone().requires_grad_(True),
        sprites=(scene.sprites * torch.linspace(0, 1, 64)).requires_grad_(True),
    )
    seen(scene, camera()).square().sum().backward()
    assert scene.poses.grad is not None
    for name in ("x_sin", "y", "log_scale", "opacity", "shadow", "ground_y"):
        assert scene.poses.grad[0, 0, 0, POSE[name]].abs() > 1e-4, name
    assert torch.isfinite(scene.poses.grad).all()
    assert scene.canvas.grad.abs().sum() > 0 and scene.sprites.grad.abs().sum() > 0
