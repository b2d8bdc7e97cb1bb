"""Statistics and alarms."""

import json
from pathlib import Path

import pytest

from textreel.errors import TrainingError
from textreel.training.statistics import Alarms, StatisticsWriter, read_statistics


def test_a_resumed_writer_drops_what_comes_again(tmp_path: Path) -> None:
    writer = StatisticsWriter(tmp_path, 0)
    for step in range(4):
        writer.write(step, {"loss": step / 2, "warning/0": "text"})
    writer.close()
    with writer.path.open("a", encoding="utf-8") as file:
        file.write("[" * 200_000 + "\n[1]\n")
        file.write('{"step": 4, "lo')  # a kill in the middle of a line
    resumed = StatisticsWriter(tmp_path, 2)
    resumed.write(2, {"loss": 9.0})
    resumed.close()
    lines = [json.loads(line) for line in writer.path.read_text().splitlines()]
    assert [(line["step"], line["loss"]) for line in lines] == [(0, 0.0), (1, 0.5), (2, 9.0)]
    assert list((tmp_path / "tensorboard").iterdir())
    assert read_statistics(tmp_path / "absent.jsonl", 5) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_an_error_with_phase_and_step(value: float) -> None:
    with pytest.raises(TrainingError, match=r"loss/generator became (nan|inf) at step 12"):
        Alarms().check(12, {"loss/generator": value, "diversity": 1.0})


def test_a_winning_discriminator_is_told_once_it_lasts() -> None:
    alarms = Alarms(patience=3)
    winning = {"judged/real": 9.0, "judged/fake": -9.0, "diversity": 1.0}
    assert [alarms.check(step, winning) for step in range(2)] == [[], []]
    assert "discriminators win" in alarms.check(2, winning)[0]
    assert alarms.check(3, winning) == []
    even = {"judged/real": 0.2, "judged/fake": -0.2, "diversity": 1.0}
    assert not any(alarms.check(step, even) for step in range(9))


def test_lost_diversity_is_told() -> None:
    alarms = Alarms(patience=3)
    assert [alarms.check(step, {"diversity": 0.1}) for step in range(2)] == [[], []]
    assert "diversity is lost" in alarms.check(2, {"diversity": 0.1})[0]
    assert not any(alarms.check(step, {"diversity": 0.1 + 0.3 * (step % 2)}) for step in range(9))
    assert alarms.check(0, {}) == []
