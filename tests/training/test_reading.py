"""Reading: linear heads over the contexts, and a run that begins by reading alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from textreel.training.reading import PLACE_CLASSES, SLOT_CLASSES, WEATHER_CLASSES, AttributeReader
from textreel.training.trainer import Trainer

SAID = {"setting": "beach", "time": "night", "weather": "rain", "subject": "lion", "colour": "red"}
SAID |= {"size": "small", "motion": "walk", "direction": "unsaid", "speed": "slow"}


def test_the_loss_is_the_sum_of_the_heads_and_absent_subjects_do_not_count() -> None:
    reader = AttributeReader(8)
    with torch.no_grad():
        for parameter in reader.parameters():
            parameter.zero_()
    loss, _, asked = reader(torch.randn(3, 4, 8), [SAID] * 3)
    sizes = [len(values) for classes in (PLACE_CLASSES, WEATHER_CLASSES, SLOT_CLASSES) for values in classes.values()]
    assert loss.item() == pytest.approx(torch.tensor(sizes).float().log().sum().item(), rel=1e-5)
    assert asked == 3 * len(sizes)


def test_a_run_begins_by_reading_and_can_be_stopped_in_it(
    make_trainer: Callable[..., Trainer], tmp_path: Path
) -> None:
    trainer = make_trainer(tmp_path, reading_steps=30, reading_batch=16, steps=1)
    before = trainer.generator.canvas.start.weight.clone()
    trainer.run(stop=lambda: True)
    assert not trainer.has_read and not (tmp_path / "state").exists()
    losses: list[float] = []
    trainer.read_captions(report=lambda report: losses.append(report.numbers["loss/reading"]))
    assert trainer.has_read and losses[-1] < losses[0]
    assert torch.equal(before, trainer.generator.canvas.start.weight)
    trainer.run()
    resumed = make_trainer(tmp_path, reading_steps=30, reading_batch=16, steps=1)
    resumed.resume()
    assert resumed.has_read and resumed.step == 1
