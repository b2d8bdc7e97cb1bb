"""What the metric sees of subjects, by a judge that finds whatever is red."""

import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.evaluation.camera_subjects import DOLLIES, DOLLY, TRACKING, Seen, seen_of
from textreel.evaluation.glimpses import Glances, Track
from textreel.nn.compositing import PARALLAX, POSE, POSE_FIELDS, SceneLayers, compose
from textreel.storyboard import plan

SIDE = 64
FRAMES = 48


class RedFinder:
    """Finds what is red, and how high it is."""

    shape = SimpleNamespace(side=SIDE)

    def look(self, frames_1TCHW: Tensor) -> Any:
        red = (frames_1TCHW[0, :, 0] > 0.5) & (frames_1TCHW[0, :, 1:].amax(dim=1) < -0.5)
        rows, columns = ((red.any(dim=axis)).float() for axis in (2, 1))
        at = (torch.arange(SIDE) + 0.5) / SIDE
        count = rows.sum(dim=1).clamp(min=1e-3)
        across = (columns * at).sum(dim=1) / columns.sum(dim=1).clamp(min=1e-3)
        places = torch.stack([across, (rows * at).sum(dim=1) / count], dim=-1)[None, :, None]
        track = Track(
            places=places,
            sizes=torch.log(count / SIDE)[None, :, None],
            visible=(red.any(dim=2).any(dim=1).float() - 0.5)[None, :, None],
        )
        still = Glances(
            answers={}, offsets=torch.zeros(1, len(red), 1, 3), postures=torch.zeros(1, len(red), 1, 4)
        )
        return SimpleNamespace(glimpses=((track, still),), found=track)


def shown(camera_TC: Tensor, *, x: Tensor | None = None) -> Tensor:
    """A red square in a smooth place, 0.3 high, with its ground at 0.9: [T, 3, SIDE, SIDE]."""
    coarse = torch.randn(1, 3, 40, 64, generator=torch.Generator().manual_seed(3))
    canvas = F.interpolate(coarse, (160, 256), mode="bicubic").clamp(-0.9, 0.9) / 2
    x = torch.zeros(FRAMES) if x is None else x
    poses = torch.zeros(1, FRAMES, 1, len(POSE_FIELDS))
    poses[0, :, 0, POSE["x_cos"]], poses[0, :, 0, POSE["x_sin"]] = (math.pi * x).cos(), (math.pi * x).sin()
    for name, value in (("y", 0.625), ("log_scale", math.log(0.3)), ("facing", 1), ("roll_cos", 1)):
        poses[0, :, 0, POSE[name]] = value
    poses[0, :, 0, POSE["opacity"]], poses[0, :, 0, POSE["ground_y"]] = 1, 0.9
    sprite = torch.tensor([1.0, -1.0, -1.0, 1.0])[:, None, None].expand(1, FRAMES, 1, 4, 16, 16)
    layers = SceneLayers(
        canvas=canvas,
        sprites=sprite,
        poses=poses,
        tint=torch.zeros(1, 1, 4),
        light=torch.ones(1, 3),
        weather=None,
    )
    return compose(layers, camera_TC[None], torch.zeros(1, FRAMES, 2), SIDE, SIDE)[0]


def seen(frames_TCHW: Tensor) -> Seen:
    found = seen_of(RedFinder(), frames_TCHW)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_subject_in_the_middle_is_told_from_one_that_goes_away() -> None:
    x = torch.linspace(-0.1, 0.3, FRAMES)
    still = torch.tensor([[0.0, 0.625, 1.0, 0.0]]).expand(FRAMES, -1)
    on_it = torch.cat([x[:, None], still[:, 1:]], dim=1)
    assert seen(shown(on_it, x=x)).off_the_middle(0) < 2 and seen(shown(on_it, x=x)).is_near
    assert seen(shown(still, x=x)).off_the_middle(0) == pytest.approx(128 * 0.12, abs=4)


@pytest.mark.parametrize("dolly", [1.0, 1.4])
def test_only_a_dolly_parts_subject_and_place(dolly: float) -> None:
    share = torch.linspace(0, 1, FRAMES)
    camera = torch.stack([0 * share, 0 * share + 0.625, 1.4**share, 0 * share, dolly**share], dim=1)
    growth = seen(shown(camera)).growth_over(camera[:, 2].double().numpy())
    assert growth == pytest.approx(dolly ** (PARALLAX * 0.9), rel=0.06)


def test_nobody_to_be_seen_is_no_film() -> None:
    far = torch.tensor([[1.0, 0.625, 1.0, 0.0]]).expand(FRAMES, -1)
    assert seen_of(RedFinder(), shown(far)) is None  # type: ignore[arg-type]


def test_the_storyboard_reads_every_wording() -> None:
    for words in TRACKING:
        (shot,) = plan(f"a golden lion walks across the savanna {words}").shots
        assert [move.kind for move in shot.moves] == ["tracking"] and shot.text.endswith("savanna"), words
    for words in DOLLY:
        said = words.format(DOLLIES["slowly" in words])
        (move,) = plan(f"a golden lion walks across the savanna {said}").shots[0].moves
        assert (move.kind, move.direction) == ("dolly", "in" if " in " in words else "out")
