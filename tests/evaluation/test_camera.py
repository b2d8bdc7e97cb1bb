"""The camera metric on pictures whose camera is known."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.corpora.scenes.spec import SceneSpec, SubjectSpec
from textreel.evaluation import METRICS
from textreel.evaluation.bench import Bench, judged_frames
from textreel.evaluation.camera import (
    FILMED,
    FPS,
    WORDINGS,
    Asked,
    asked_path,
    composed,
    figures,
    is_move,
    legs,
    moves_of,
    told_scenes,
)
from textreel.evaluation.camera_motion import camera_motion, seen_from_first, without_drops
from textreel.nn.compositing import view_canvas, world_grid
from textreel.storyboard import plan
from textreel.types import CameraKeyframe, CameraPath, CameraShake

SPEC = SceneSpec(subjects=(SubjectSpec(name="lion"),))
SIDE = 48


def filmed(path_T4: NDArray[np.float32], radius: float = 0.18) -> Tensor:
    """A smooth place under a camera, with a disc that goes its own way over a tenth of the view: [T, 3, H, W]."""
    coarse = torch.randn(1, 3, 40, 64, generator=torch.Generator().manual_seed(3))
    canvas = F.interpolate(coarse, (160, 256), mode="bicubic").clamp(-2, 2) / 2
    x, y = world_grid(torch.from_numpy(path_T4), SIDE, SIDE)
    picture = view_canvas(canvas.expand(len(path_T4), -1, -1, -1), x, y)
    across = torch.linspace(-0.2, 0.2, len(path_T4))[:, None, None]
    disc = ((x - across).square() + (y - 0.7).square() < radius**2)[:, None]
    return torch.where(
        disc, torch.tensor([0.9, -0.8, 0.1])[:, None, None] * torch.sin(40 * (x - across))[:, None], picture
    )


class FilmingModel:
    """Films the smooth place, with `share` of the camera that was asked for."""

    name = "fake"
    card: Any = None

    def __init__(self, share: float = 1.0) -> None:
        self.share = share

    def generate(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        path = asked_path(prompt)
        path[:, [0, 1, 3]] = path[0, [0, 1, 3]] + self.share * (path - path[0])[:, [0, 1, 3]]
        path[:, 2] = path[0, 2] * (path[:, 2] / path[0, 2]) ** self.share
        frames = ((filmed(path) + 1) * 127.5).round().clamp(0, 255).byte()
        return SimpleNamespace(frames=frames.permute(0, 2, 3, 1).numpy())

    def stream(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        raise NotImplementedError


def measured(model: FilmingModel, *moves: str) -> dict[str, Any]:
    asked = []
    for move in moves:
        text = f"a lion {WORDINGS[move][0]}"
        asked.append(Asked(spec=SPEC, text=text, move=move, path=asked_path(text)))
    found = [camera_motion(judged_frames(model, each.text, 0, SIDE, FILMED)) for each in asked]
    ideal = [seen_from_first(each.path) for each in asked]
    return {figure.name: figure for figure in figures(asked, found, ideal)}


def through(**change: float) -> NDArray[np.float32]:
    start, end = CameraKeyframe(seconds=0.0), CameraKeyframe(seconds=0.5, **change)
    return CameraPath.through(start, end).at(np.arange(13) / FPS)


@pytest.mark.parametrize(
    "change",
    [
        {"x": 0.2},
        {"y": 0.75},
        {"zoom": 1.4},
        {"zoom": 0.8},
        {"roll_radians": 0.4},
        {"x": -0.1, "zoom": 1.2},
        {},
    ],
)
def test_the_way_of_the_camera_is_found_beside_a_subject_that_moves(change: dict[str, float]) -> None:
    path = through(**change)
    found, asked = camera_motion(filmed(path)), seen_from_first(path)
    assert np.hypot(*(found - asked)[:, :2].T).max() * 128 < 0.4
    assert np.abs(found[:, 2] / asked[:, 2] - 1).max() < 0.01
    assert np.degrees(np.abs(found[:, 3] - asked[:, 3]).max()) < 0.3


def test_a_subject_over_a_third_of_the_view_is_not_taken_for_the_place() -> None:
    path = through(x=0.1)
    found, asked = camera_motion(filmed(path, radius=0.34)), seen_from_first(path)
    assert np.hypot(*(found - asked)[:, :2].T).max() * 128 < 0.4


def test_drops_are_taken_out_and_things_stay() -> None:
    place = torch.zeros(1, 128, 128)
    place[:, 40:70, 30:90] = 0.5
    rain = place.clone()
    rain[:, 10:60, 50:53] = 1.0  # a streak, and a flake beside the thing
    rain[:, 100:104, 20:24] = 1.0
    assert torch.equal(without_drops(rain), place) and torch.equal(without_drops(place), place)
    assert torch.equal(without_drops(rain[:, :48, :48]), rain[:, :48, :48]), (
        "in a small view there is no telling"
    )


def test_a_path_is_seen_from_its_first_frame() -> None:
    path = np.array([[0.3, 0.5, 2.0, np.pi / 2], [0.3, 0.6, 3.0, np.pi / 2]])
    # the first camera is turned clockwise by a quarter: what is down in the world is to its right, and twice as large
    assert seen_from_first(path)[1] == pytest.approx([0.2, 0.0, 1.5, 0.0], abs=1e-9)


def test_films_that_obey_have_small_errors_and_the_right_moves() -> None:
    found = measured(FilmingModel(), "pan-left", "static", "dolly-in")
    assert found["path of pans and tilts"].value < 0.5
    assert found["zoom"].value < 1 and found["static drift"].value < 0.3
    assert found["move/all"].value == 1.0 and found["move/all"].chance == 0.0
    assert found["static drift below 0.3 px"].value == 1.0


def test_a_camera_at_half_speed_is_off_by_half_its_way() -> None:
    found = measured(FilmingModel(0.5), "pan-right", "zoom-in")
    assert found["path of pans and tilts"].value == pytest.approx(0.18 * 128, abs=1)
    assert found["zoom"].value > 15 and found["zoom"].real == 0.0


def test_a_camera_that_goes_the_other_way_or_not_at_all_is_wrong() -> None:
    assert measured(FilmingModel(-1.0), "pan-left", "roll-clockwise")["move/all"].value == 0.0
    assert measured(FilmingModel(0.0), "pan-left")["move/pan-left"].value == 0.0


@pytest.mark.parametrize("move", WORDINGS)
def test_the_storyboard_reads_every_wording_as_its_move(move: str) -> None:
    for words in WORDINGS[move]:
        text = f"a golden lion walks across the savanna {words}"
        assert len(plan(text).shots) == 1 and is_move(moves_of(seen_from_first(asked_path(text))), move), (
            words
        )


def test_single_frames_that_fit_badly_are_no_tremble() -> None:
    way = seen_from_first(asked_path("a lion while the camera zooms in"))
    way[7::9, :2] += 0.02
    assert moves_of(way) == {"zoom-in"}


def test_a_tremble_is_told_from_a_move() -> None:
    shake = CameraPath(layers=(CameraShake(amount=0.012),)).at(np.arange(48) / FPS)
    assert moves_of(seen_from_first(shake)) == {"handheld"}


def test_legs_lie_between_turns() -> None:
    track = np.array([0.0, 0.01, 0.5, 1.0, 0.95, 0.2, 0.25, 0.9])
    assert legs(track, 0.3) == pytest.approx([1.0, -0.8, 0.7])
    assert legs(track, 2.0) == []


def test_real_clips_follow_the_path(corpus: ScenesCorpus) -> None:
    bench = Bench(model=FilmingModel(), films=3, given_corpus=corpus)
    asked = told_scenes(bench)
    assert [each.move for each in asked] == ["static", "pan-left", "pan-right"]
    assert all(each.spec.camera is None for each in asked)
    clip = composed(bench, 1, asked[1])
    assert clip.shape == (48, 3, 128, 128) and not torch.equal(clip[0], clip[-1])
    still = composed(bench, 0, asked[0])
    corner = still[:, :, :12, :12]
    assert (clip[0, :, :12, :12] - clip[-1, :, :12, :12]).abs().mean() > (corner[0] - corner[-1]).abs().mean()


def test_it_is_registered() -> None:
    assert {"camera", "transitions", "edits", "endurance"} <= METRICS.keys()
