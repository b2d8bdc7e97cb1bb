"""Reading: linear heads over the contexts, and a run that begins by reading alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from textreel.generator import LayeredGenerator
from textreel.generator.beliefs import AttributeReader, beliefs
from textreel.training.reading import of_slot, reading_loss
from textreel.training.recipes.scenes import CLASSES_READ
from textreel.training.trainer import Trainer

SAID = {"setting": "beach", "time": "night", "weather": "rain", "subject": "lion", "colour": "red"}
SAID |= {"size": "small", "motion": "walk", "direction": "unsaid", "speed": "slow"}


def test_the_loss_is_the_sum_of_the_heads_and_absent_subjects_do_not_count() -> None:
    reader = AttributeReader(8, CLASSES_READ)
    with torch.no_grad():
        for parameter in reader.parameters():
            parameter.zero_()
    loss, _, asked = reading_loss(reader, CLASSES_READ, torch.randn(3, 4, 8), [SAID] * 3)
    sizes = [
        len(values)
        for classes in (CLASSES_READ.place, CLASSES_READ.weather, CLASSES_READ.slots)
        for values in classes.values()
    ]
    assert loss.item() == pytest.approx(torch.tensor(sizes).float().log().sum().item(), rel=1e-5)
    assert asked == 3 * len(sizes)


def test_beliefs_are_distributions_and_empty_where_nothing_was_taught() -> None:
    reader, contexts = AttributeReader(8, CLASSES_READ), torch.randn(3, 4, 8)
    shares = beliefs(reader.subjects(contexts), contexts[:, 2:])
    assert shares.shape == (3, 2, CLASSES_READ.slot_size)
    assert torch.allclose(shares.sum(dim=-1), shares.new_tensor(4.0 * len(CLASSES_READ.slots)))
    assert beliefs({}, contexts).shape == (3, 4, 0)


def test_a_run_begins_by_reading_and_can_be_stopped_in_it(
    make_trainer: Callable[..., Trainer], tmp_path: Path
) -> None:
    trainer = make_trainer(tmp_path, reading_steps=30, reading_batch=16, steps=1)
    assert isinstance(trainer.generator, LayeredGenerator)
    before = trainer.generator.canvas.start.weight.clone()
    trainer.run(stop=lambda: True)
    assert not trainer.lessons_had and not (tmp_path / "state").exists()
    reading, places, subjects, poses = trainer.objective.lessons()
    assert trainer.teach(places)
    assert not torch.equal(before, trainer.generator.canvas.start.weight)
    before = trainer.generator.canvas.start.weight.clone()
    sprite = trainer.generator.sprite.start.weight.clone()
    assert trainer.teach(subjects)
    assert not torch.equal(sprite, trainer.generator.sprite.start.weight)
    pictures = {name: part.clone() for name, part in trainer.generator.sprite.state_dict().items()}
    recurrent, pose = (
        trainer.generator.recurrent.gates.weight.clone(),
        trainer.generator.pose[0].weight.clone(),
    )
    assert trainer.teach(poses)
    assert not torch.equal(pose, trainer.generator.pose[0].weight)
    assert torch.equal(recurrent, trainer.generator.recurrent.gates.weight)
    assert all(
        torch.equal(part, trainer.generator.sprite.state_dict()[name]) for name, part in pictures.items()
    )
    assert torch.equal(before, trainer.generator.canvas.start.weight)
    losses: list[float] = []
    assert trainer.teach(reading, report=lambda report: losses.append(report.numbers["loss/reading"]))
    assert losses[-1] < losses[0]
    assert torch.equal(before, trainer.generator.canvas.start.weight)
    trainer.run()
    resumed = make_trainer(tmp_path, reading_steps=30, reading_batch=16, steps=1)
    resumed.resume()
    assert resumed.lessons_had == 4 and resumed.step == 1


def test_a_stopped_run_goes_on_with_the_lesson_it_was_in(
    make_trainer: Callable[..., Trainer], tmp_path: Path
) -> None:
    options = {"reading_steps": 2, "reading_batch": 4, "steps": 1}
    whole = make_trainer(tmp_path / "whole", **options)
    whole.run()
    stopped = make_trainer(tmp_path / "parts", **options)
    asked = iter([False, False, False, True])
    stopped.run(stop=lambda: next(asked, True))
    assert stopped.lessons_had == 1 and (tmp_path / "parts" / "lessons" / "places").is_dir()
    resumed = make_trainer(tmp_path / "parts", **options)
    resumed.resume()
    resumed.run()
    for expected, got in zip(whole.generator.parameters(), resumed.generator.parameters(), strict=True):
        assert torch.equal(expected, got)


def test_the_second_of_a_pair_hears_what_both_do() -> None:
    alone = {"subject": "cat", "motion": "run"}
    pair = {"subject": "cat", "second_subject": "dog", "motion": "chase", "direction": "left"}
    assert of_slot(alone, "motion", 0) == "run" and of_slot(alone, "motion", 1) is None
    assert (of_slot(pair, "subject", 1), of_slot(pair, "motion", 1)) == ("dog", "chase")
    assert of_slot(pair | {"second_motion": "flee"}, "motion", 1) == "flee"
