"""Endurance, on streams that live, freeze or fade."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from textreel.corpora.scenes.spec import SceneSpec, SubjectSpec
from textreel.evaluation import endurance
from textreel.evaluation.bench import Bench
from textreel.evaluation.endurance import (
    LATE,
    Stretches,
    colour_figures,
    motion_figures,
    still_prompts,
    streamed,
)
from textreel.evaluation.figures import interval_figure, median_interval


def streams(paint: Callable[[int], int]) -> list[Stretches]:
    """Two streams of a grey place with a stripe that goes round; `paint` is how far the stripe has come, or grey."""
    model = Streaming(paint)
    return [streamed(Bench(model=model, films=2), "a lion", seed) for seed in (0, 40)]


class Streaming:
    name = "fake"
    card: Any = None

    def __init__(self, paint: Callable[[int], int]) -> None:
        self.paint = paint

    def generate(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        raise NotImplementedError

    def stream(self, prompt: str, seed: int = 0, sound: bool = True) -> Iterator[NDArray[np.uint8]]:
        for index in itertools.count():
            frame = np.full((4, 32, 3), 60 + seed, dtype=np.uint8)
            frame[:, self.paint(index) % 32] = 255
            yield frame


def test_the_late_frames_are_those_from_five_thousand_on() -> None:
    (stream, _) = streams(lambda index: index)
    assert stream.early.shape == stream.late.shape == (48, 4, 32, 3)
    assert stream.early[3, 0, 3, 0] == 255 and stream.late[3, 0, (LATE + 3) % 32, 0] == 255


def test_a_stream_that_lives_keeps_its_motion_and_one_that_froze_does_not() -> None:
    lively, frozen = motion_figures(streams(lambda index: index))
    assert lively.value == pytest.approx(1.0) and frozen.value == 0.0
    lively, frozen = motion_figures(streams(lambda index: min(index, 1000)))
    assert lively.value == 0.0 and frozen.value == 1.0


def test_a_place_that_fades_is_told_by_its_colours() -> None:
    kept = streams(lambda index: index)
    mean, deviation = colour_figures(kept)
    assert mean.value == 0.0 and deviation.value == 0.0 and mean.chance == pytest.approx(40.0)
    faded = [Stretches(early=each.early, late=(each.late * 0.5).astype(np.uint8)) for each in kept]
    mean, _ = colour_figures(faded)
    assert mean.value == pytest.approx(40.0)  # of 60 and of 100 half is left


def test_nothing_is_said_of_the_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    class Corpus:
        def spec(self, generator: np.random.Generator, split: str) -> SceneSpec:
            return SceneSpec(subjects=(SubjectSpec(name="lion"),), camera="pan-left", time="night")

    bench = Bench(model=Streaming(lambda index: 0), films=2, given_corpus=Corpus())  # type: ignore[arg-type]
    for prompt in still_prompts(bench, 3):
        assert (
            "camera" not in prompt.asked and "camera" not in prompt.text and prompt.asked["time"] == "night"
        )


def test_adherence_early_and_late_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    def judged(judge: Any, clips: Any) -> list[dict[str, str]]:
        return [{"time": "night" if float(clip.mean()) < 0 else "day"} for clip in clips]

    monkeypatch.setattr(endurance, "judged", judged)
    monkeypatch.setattr(endurance, "HEADS", {"time": ("day", "night")})
    dark = np.zeros((48, 8, 8, 3), dtype=np.uint8)
    parts = [Stretches(early=dark, late=dark), Stretches(early=dark, late=dark + 255)]
    judge: Any = type("J", (), {"shape": type("S", (), {"side": 8})})
    real = {when: [{"time": "night"}] * 2 for when in endurance.WINDOWS}
    made = endurance.adherence_figures(judge, [{"time": "night"}] * 2, parts, real)
    found = {figure.name: figure.value for figure in made}
    assert found["time/first frames"] == 1.0 and found["time/late frames"] == 0.5
    assert found["each attribute/late frames"] == 0.5 and found["all/late frames"] == 0.5


def test_the_interval_of_a_median() -> None:
    assert median_interval([1.0, 2.0, 3.0]) == (None, None)
    assert median_interval([float(value) for value in range(1, 11)]) == (2.0, 9.0)  # binomial tables, n = 10
    figure = interval_figure("x", [], "px")
    assert figure.n == 0 and np.isnan(figure.value)
