"""The registry, the errors, and a whole evaluation in toy size."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from textreel.corpora.scenes.spec import SceneSpec, SubjectSpec
from textreel.errors import EvaluationError, UsageError
from textreel.evaluation import METRICS, Judge, bench, evaluate, latency, memory
from textreel.evaluation.bench import Bench, judged_frames
from textreel.evaluation.judge import JUDGED
from textreel.models import ModelCard
from textreel.training.judge import judge_tiny

TOY = judge_tiny().shape


class FakeModel:
    """Paints noise of its seed."""

    name = "fake"
    card = ModelCard(name="fake", folder=Path("nowhere"), weights_hash="0" * 64, megabytes=0.0, metadata={})

    def generate(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        frames = np.random.default_rng(seed).integers(0, 256, (48, 64, 64, 3), dtype=np.uint8)
        return SimpleNamespace(frames=frames)

    def stream(self, prompt: str, seed: int = 0, sound: bool = True) -> Iterator[NDArray[np.uint8]]:
        while True:
            yield np.zeros((64, 64, 3), dtype=np.uint8)


class FakeCorpus:
    """Real specs of two packaged subjects, clips of noise: no place needs to be painted."""

    def spec(self, generator: np.random.Generator, split: str) -> SceneSpec:
        name = ("lion", "cat")[int(generator.integers(2))]
        return SceneSpec(subjects=(SubjectSpec(name=name),), setting="forest", time="night")

    def compose(self, specs: Any, texts: Any, wrong: Any, generators: Any, window: Any, side: int) -> Any:
        assert window is JUDGED
        shape = (len(window.shown), 3, side, side)
        clips = [torch.from_numpy(generator.uniform(-1, 1, shape)) for generator in generators]
        assert len(clips) == len(specs)
        return SimpleNamespace(frames=torch.stack(clips))


def toy_judge() -> Judge:
    torch.manual_seed(0)
    return Judge(TOY).requires_grad_(False).eval()


def test_the_registry_knows_its_metrics_by_name() -> None:
    assert {"adherence", "diversity", "latency", "memory"} <= METRICS.keys()
    assert all(metric.name == name and metric.summary for name, metric in METRICS.items())


def test_an_evaluation_from_films_to_report() -> None:
    told: list[tuple[str, int, int]] = []
    report = evaluate(
        FakeModel(),
        ["adherence", "diversity"],
        films=8,
        seed=3,
        progress=lambda *step: told.append(step),
        judge=toy_judge(),
        corpus=FakeCorpus(),  # type: ignore[arg-type]
    )
    adherence, diversity = report.results
    assert adherence.figure("seen/all").n == 8 and adherence.figure("unseen/setting").real is not None
    assert adherence.figure("synonym/held-out word").n >= 1
    assert "seeds 3 to 10" in adherence.method
    assert 0.5 < diversity.figure("8x8 pixels").value < 2
    assert any(done == total == 8 for _, done, total in told)


def test_the_same_seed_gives_the_same_figures() -> None:
    def measured() -> Any:
        tools: Any = {"judge": toy_judge(), "corpus": FakeCorpus()}
        return evaluate(FakeModel(), ["adherence"], films=4, seed=1, **tools).to_dict()

    assert measured() == measured()


def test_films_are_judged_as_a_person_sees_them() -> None:
    model = FakeModel()
    frames = judged_frames(model, "a lion", 5, 64)
    expected = model.generate("a lion", 5).frames[JUDGED.shown[3]]
    assert torch.equal(((frames[3] + 1) * 127.5).round().byte(), torch.from_numpy(expected).permute(2, 0, 1))
    assert judged_frames(model, "a lion", 5, 32).shape == (8, 3, 32, 32)


@pytest.mark.parametrize("names", [["beauty"], []])
def test_an_unknown_metric_is_refused(names: list[str]) -> None:
    with pytest.raises(UsageError, match=r"one of adherence, .*diversity, latency, memory"):
        evaluate(FakeModel(), names)


def test_too_few_films_are_refused() -> None:
    with pytest.raises(UsageError, match="at least 2"):
        evaluate(FakeModel(), films=1)


def test_a_corpus_that_was_not_fetched_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "available_names", lambda: ("lion", "cat"))
    with pytest.raises(EvaluationError, match="textreel corpus fetch scenes"):
        _ = Bench(model=FakeModel(), films=2).corpus


def test_latency_times_film_frame_and_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "cold_command", lambda folder: None)
    result = latency.measure(Bench(model=FakeModel(), films=2))
    assert [figure.unit for figure in result.figures] == ["s", "s", "s"]
    assert result.figure("film of 2 s").n == 2 and result.figure("first frame").value >= 0


def test_a_probe_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "PROBE", "raise SystemExit('no such model')")
    with pytest.raises(EvaluationError, match="no such model"):
        memory.probe(Path("nowhere"), 0, (1,))


def test_a_probe_gives_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "PROBE", "print('{\"model loaded\": 12.5}')")
    (figure,) = memory.measure(Bench(model=FakeModel(), films=2)).figures
    assert (figure.name, figure.value, figure.unit) == ("model loaded", 12.5, "MiB")
