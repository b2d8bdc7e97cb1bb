"""`textreel evaluate` as a person meets it."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from textreel import cli, evaluation, models, pipeline
from textreel.errors import EvaluationError
from textreel.evaluation.figures import Report, Result, median_figure, share_figure


@pytest.fixture(autouse=True)
def fake_evaluation(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []

    def evaluate(model: Any, metrics: list[str], films: int, seed: int, progress: Any) -> Report:
        asked.append((metrics, films, seed))
        if films == 13:
            raise EvaluationError("There is no judge.")
        progress("films", 1, films)
        figures = (
            share_figure("seen/all", 9, 10, chance=0.125, real=1.0),
            median_figure("first frame", [0.05, 0.04], "s"),
        )
        result = Result(metric="adherence", figures=figures, method="seeds 0 to 9")
        return Report(
            model="scenes",
            weights_hash="0" * 64,
            version="0",
            films=films,
            seed=seed,
            machine="any",
            results=(result,),
        )

    monkeypatch.setattr(evaluation, "evaluate", evaluate)
    monkeypatch.setattr(pipeline, "load", lambda name: SimpleNamespace())
    monkeypatch.setattr(models, "find", lambda name: Path(name))
    return asked


def test_the_table_shows_figure_interval_chance_and_ceiling(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["evaluate", "scenes"]) == 0
    shown = capsys.readouterr().out
    assert all(
        part in shown for part in ("seen/all", "90.0 %", "12.5 %", "100.0 %", "first frame", "seeds 0 to 9")
    )


def test_options_reach_the_evaluation(fake_evaluation: list[Any]) -> None:
    assert cli.run(["evaluate", "scenes", "--metric", "latency", "--metric", "memory", "--films", "4"]) == 0
    assert fake_evaluation == [(["latency", "memory"], 4, 0)]


def test_json_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "figures.json"
    assert cli.run(["evaluate", "scenes", "--json", "-o", str(target)]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(target.read_text())
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]


def test_a_target_that_cannot_be_is_refused_first(
    tmp_path: Path, fake_evaluation: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["evaluate", "scenes", "-o", str(tmp_path / "missing" / "figures.json")]) == 2
    assert "folder" in capsys.readouterr().err and not fake_evaluation


def test_a_failure_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["evaluate", "scenes", "--films", "13"]) == 1
    assert capsys.readouterr().err.strip() == "textreel: There is no judge."


def test_reading_is_measured_on_prompts_with_tags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompts = tmp_path / "prompts.json"
    entry = {"prompt_en": "a red car", "dimension": ["color"], "auxiliary_info": {"color": {"color": "red"}}}
    prompts.write_text(json.dumps([entry]))
    assert cli.run(["evaluate", "reading", "--prompts", str(prompts), "--json"]) == 0
    scores = {score["dimension"]: score for score in json.loads(capsys.readouterr().out)}
    assert (scores["color"]["right"], scores["color"]["total"]) == ([1, 0], [1, 0])
    assert cli.run(["evaluate", "reading", "--prompts", str(prompts)]) == 0
    assert "100.0%" in capsys.readouterr().out


def test_reading_needs_prompts(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["evaluate", "reading"]) == 2
    assert "--prompts" in capsys.readouterr().err
