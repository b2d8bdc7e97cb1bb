"""A run: resumed bit for bit, never half-saved, begun from other weights, stopped by a NaN."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

import textreel
from textreel import checkpoint
from textreel.corpora.protocol import Window
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.errors import CheckpointError, TrainingError, UsageError
from textreel.generator import PlainGeneratorConfig, TextEncoderConfig
from textreel.language import WordVectors
from textreel.training.configuration import AdversarialConfig, CorpusConfig, TrainingConfig
from textreel.training.objectives.plain import every_camera
from textreel.training.phases import GeneratorPhase, game_weight
from textreel.training.processes import require_compiler
from textreel.training.recipes import RECIPES
from textreel.training.run import build_corpus, check_folder, recorded_options, start
from textreel.training.statistics import Alarms
from textreel.training.trainer import StepReport, Trainer, only

MakeTrainer = Callable[..., Trainer]
MakeConfig = Callable[..., TrainingConfig]
TIMES = ("seconds", "clips_per_second")


def state_of(folder: Path) -> dict[str, Tensor]:
    return checkpoint.load(folder / "state").tensors


def lines_of(folder: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (folder / "statistics.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name not in TIMES} for line in lines]


def test_a_resumed_run_equals_the_uninterrupted_one_bit_for_bit(
    make_trainer: MakeTrainer, tmp_path: Path
) -> None:
    whole = make_trainer(tmp_path / "whole")
    whole.run()
    first = make_trainer(tmp_path / "parts", checkpoint_every=100)
    first.run(stop=lambda: first.step == 3)
    second = make_trainer(tmp_path / "parts", checkpoint_every=100)
    second.resume()
    assert second.step == 3
    second.run()
    expected, got = state_of(tmp_path / "whole"), state_of(tmp_path / "parts")
    assert expected.keys() == got.keys()
    assert any(name.startswith("optimiser.discriminator.") for name in got)
    assert [name for name in got if not torch.equal(expected[name], got[name])] == []
    assert lines_of(tmp_path / "whole") == lines_of(tmp_path / "parts")


def test_a_run_killed_between_checkpoints_goes_back_to_the_last(
    make_trainer: MakeTrainer, tmp_path: Path
) -> None:
    first = make_trainer(tmp_path)

    def kill(report: StepReport) -> None:
        if report.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.run(report=kill)
    assert [line["step"] for line in lines_of(tmp_path)] == [0, 1, 2]
    second = make_trainer(tmp_path)
    second.resume()
    assert second.step == 2
    second.run()
    assert [line["step"] for line in lines_of(tmp_path)] == [0, 1, 2, 3]


def test_a_kill_in_the_middle_of_saving_leaves_the_old_checkpoint(
    make_trainer: MakeTrainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = make_trainer(tmp_path)
    trainer.advance()
    trainer.save()
    before = state_of(tmp_path)
    trainer.advance()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        trainer.save()
    monkeypatch.undo()
    assert all(torch.equal(before[name], tensor) for name, tensor in state_of(tmp_path).items())
    assert not list(tmp_path.glob("state/.saving-*"))


def test_a_disk_that_fills_at_the_end_leaves_the_finished_model_and_the_older_state(
    make_trainer: MakeTrainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = make_trainer(tmp_path, checkpoint_every=2, steps=3)
    save_file = checkpoint.save_file

    def full(tensors: dict[str, torch.Tensor], file: Path, **rest: object) -> None:
        if trainer.step == 3 and any(name.startswith("optimiser.") for name in tensors):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        save_file(tensors, file, **rest)

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(
        TrainingError, match=r"No space left.* The model of step 3 of 3 is saved in .*/model'"
    ):
        trainer.run()
    assert checkpoint.load(tmp_path / "model").metadata["steps"] == 3
    resumed = make_trainer(tmp_path, checkpoint_every=2, steps=3)
    resumed.resume()
    assert resumed.step == 2


def test_each_player_learns_in_its_own_phase_alone(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_trainer(tmp_path)
    moment = trainer.prepare(1)
    for phase, other in zip(trainer.phases, reversed(trainer.phases), strict=True):
        own, others = ([value.clone() for value in p.network.parameters()] for p in (phase, other))
        with only(phase.network, trainer.phases):
            trainer.take_turn(phase, moment)
        assert all(map(torch.equal, others, other.network.parameters()))
        assert not all(map(torch.equal, own, phase.network.parameters()))


@pytest.mark.parametrize("loss", ["minimax", "relativistic"])
@pytest.mark.parametrize("penalty", ["gradient", "none"])
def test_every_loss_and_penalty_trains(
    make_trainer: MakeTrainer, tmp_path: Path, loss: str, penalty: str
) -> None:
    trainer = make_trainer(
        tmp_path, adversarial__loss=loss, adversarial__penalty=penalty, adversarial__start_step=0
    )
    numbers = trainer.advance()
    assert ("penalty" in numbers) == (penalty == "gradient")
    assert numbers["loss/discriminator"] > 0 and numbers["gradient/discriminator"] > 0


def test_a_game_of_weight_zero_is_not_played(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_trainer(tmp_path, adversarial__weight=0, adversarial__start_step=0)
    assert "loss/discriminator" not in trainer.advance()


def test_one_clip_a_step_has_no_diversity(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    assert "diversity" not in make_trainer(tmp_path, batch=1).advance()


def test_the_average_follows_the_weights(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_trainer(tmp_path, ema_decay=0.5)
    before = trainer.generator.scene_queries.detach().clone()
    trainer.advance()
    decay = 1 / 10  # ramped up from the first step
    expected = before.lerp(trainer.generator.scene_queries.detach(), 1 - decay)
    torch.testing.assert_close(trainer.average.scene_queries, expected)


def test_learning_rates_warm_up_and_fall(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    generator, discriminator = make_trainer(tmp_path, steps=1000, warmup_steps=10).phases
    assert generator.learning_rate(0) == pytest.approx(1e-4)
    assert generator.learning_rate(10) == pytest.approx(1e-3, rel=0.01)
    assert generator.learning_rate(500) == pytest.approx((1e-3 + 1e-4) / 2)
    assert generator.learning_rate(1000) == pytest.approx(1e-4)
    assert discriminator.learning_rate(0) == discriminator.learning_rate(1000) == 2e-4


def test_the_game_begins_late_and_grows(tiny: MakeConfig) -> None:
    config = tiny(adversarial__start_step=10, adversarial__ramp_steps=4, adversarial__weight=2)
    assert [game_weight(config, step) for step in (0, 9, 10, 11, 13, 99)] == [0, 0, 0.5, 1.0, 2.0, 2.0]


def test_a_nan_stops_the_run_and_the_last_checkpoint_stays(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_trainer(tmp_path)
    trainer.run(stop=lambda: trainer.step == 1)
    before = state_of(tmp_path)
    with torch.no_grad():
        trainer.generator.scene_queries.fill_(float("nan"))
    with pytest.raises(TrainingError, match=r"became nan at step 1: lower the learning rate"):
        trainer.run()
    assert all(torch.equal(before[name], tensor) for name, tensor in state_of(tmp_path).items())
    assert [line["step"] for line in lines_of(tmp_path)] == [0]


def test_warnings_are_reported_written_and_heard_again(
    make_trainer: MakeTrainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GeneratorPhase, "diversity", lambda *_: {"diversity": 0.1})
    trainer = make_trainer(tmp_path)
    trainer.alarms = Alarms(patience=1)
    told: list[str] = []
    trainer.run(report=lambda report: told.extend(report.warnings), stop=lambda: trainer.step == 2)
    assert any("diversity is lost" in warning for warning in told)
    assert "diversity is lost" in lines_of(tmp_path)[0]["warning/0"]
    resumed = make_trainer(tmp_path)
    resumed.resume()
    assert len(resumed.alarms.spreads) == 2


def test_a_run_begins_with_another_ones_weights(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    first = make_trainer(tmp_path / "first")
    first.advance()
    first.save()
    for source, critic_too in ((tmp_path / "first", True), (tmp_path / "first/model", False)):
        second = make_trainer(tmp_path / "second", seed=9)
        second.start_from(source)
        assert second.step == 0
        pairs = list(zip(first.average.parameters(), second.generator.parameters(), strict=True))
        assert all(torch.allclose(*pair, atol=0 if critic_too else 1e-2) for pair in pairs)
        assert all(map(torch.equal, second.generator.parameters(), second.average.parameters()))
        assert critic_too == all(map(torch.equal, first.critic.parameters(), second.critic.parameters()))
    other = make_trainer(tmp_path / "third", generator__hidden=8)
    with pytest.raises(CheckpointError, match="does not fit this network"):
        other.start_from(tmp_path / "first/model")
    with pytest.raises(UsageError, match="No model"):
        other.start_from(tmp_path / "nowhere")


def test_a_run_is_resumed_with_its_own_options_only(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    make_trainer(tmp_path).save()
    with pytest.raises(
        TrainingError, match=r"adversarial.weight was 0\.05 and is 0\.5, batch was 2 and is 4\."
    ):
        make_trainer(tmp_path, batch=4, adversarial__weight=0.5).resume()


def test_a_finished_run_can_be_made_longer_but_not_shorter_than_it_is(
    make_trainer: MakeTrainer, tmp_path: Path
) -> None:
    make_trainer(tmp_path, steps=2).run()
    longer = make_trainer(tmp_path, steps=3, checkpoint_every=1)
    longer.resume()
    longer.run()
    assert [line["step"] for line in lines_of(tmp_path)] == [0, 1, 2]
    with pytest.raises(TrainingError, match="has done 3 steps, and 1 are asked for"):
        make_trainer(tmp_path, steps=1).resume()


@pytest.mark.parametrize("lost", ["state", "state/model.safetensors"])
def test_a_run_without_its_state_is_not_begun_anew(
    cache: Path, few_captions: None, tiny: MakeConfig, tmp_path: Path, lost: str
) -> None:
    start(tiny(steps=1), tmp_path / "run").run()
    place = tmp_path / "run" / lost
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    before = {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}
    with pytest.raises(UsageError, match=r"state/model\.safetensors is missing"):
        start(tiny(steps=1), tmp_path / "run", resume=True)
    assert before == {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}


def test_a_run_that_was_stopped_before_its_first_step_begins_with_it(
    cache: Path, few_captions: None, tiny: MakeConfig, tmp_path: Path
) -> None:
    start(tiny(), tmp_path / "run")
    assert start(tiny(), tmp_path / "run", resume=True).step == 0


def test_a_whole_run_leaves_its_folder(
    cache: Path, few_captions: None, tiny: MakeConfig, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    trainer = start(tiny(sheet_every=4), folder)
    trainer.run()
    names = {"options.json", "statistics.jsonl", "tensorboard", "lessons", "sheets", "state", "model"}
    assert {path.name for path in folder.iterdir()} == names
    assert recorded_options(folder, TrainingConfig) == tiny(sheet_every=4)
    sheets = [path.name for path in sorted((folder / "sheets").iterdir())]
    assert sheets == ["000001.png", "000001.txt", "000004.png", "000004.txt"]
    for place in (folder, folder / "model"):
        reel = textreel.load(place)
        assert reel.name == "run"
    film = reel.generate("a lion runs", seconds=0.2, size=32)
    assert film.frames.shape == (5, 32, 32, 3)
    assert "lion" not in film.words_without_effect
    with pytest.raises(UsageError, match="already there"):
        start(tiny(), folder)
    assert start(tiny(sheet_every=4), folder, resume=True).step == 4


def test_a_run_that_began_elsewhere_can_be_resumed_at_once(
    cache: Path, few_captions: None, tiny: MakeConfig, make_trainer: MakeTrainer, tmp_path: Path
) -> None:
    make_trainer(tmp_path / "first", seed=3).save()
    begun = start(tiny(), tmp_path / "second", source=tmp_path / "first")
    resumed = start(tiny(), tmp_path / "second", resume=True)
    assert all(map(torch.equal, begun.generator.parameters(), resumed.generator.parameters()))


def test_folders_are_checked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run to resume"):
        check_folder(tmp_path / "absent", resume=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="already there"):
        check_folder(tmp_path / "file", resume=False)
    check_folder(tmp_path / "absent", resume=False)
    (tmp_path / "options.json").write_text('{"colour": "red"}')
    with pytest.raises(TrainingError, match="no option 'colour'"):
        recorded_options(tmp_path, TrainingConfig)
    (tmp_path / "options.json").write_text("[" * 200_000)
    with pytest.raises(TrainingError, match="does not fit"):
        recorded_options(tmp_path, TrainingConfig)


def test_an_unknown_corpus_is_refused() -> None:
    with pytest.raises(UsageError, match="no corpus named 'dreams': choose from scenes"):
        build_corpus(CorpusConfig(name="dreams"))


def test_compiling_needs_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(TrainingError, match="--set compile=false"):
        require_compiler(torch.device("cpu"))
    require_compiler(torch.device("cuda"))


def test_a_plain_generator_is_trained_loaded_and_makes_films(
    corpus: ScenesCorpus, vectors: WordVectors, few_captions: None, tmp_path: Path
) -> None:
    tiny = RECIPES["scenes-tiny"]()
    text = TextEncoderConfig(features=32, prototypes=256, layers=1, heads=2)
    generator = PlainGeneratorConfig(
        classes=tiny.generator.classes, text=text, size=32, hidden=16, condition=32, channels=(16, 16, 16, 16)
    )
    playing = AdversarialConfig(judges=("frame", "motion"), start_step=1, ramp_steps=1)
    config = replace(tiny, generator=generator, adversarial=playing)
    trainer = Trainer(config, corpus, vectors, tmp_path)
    trainer.run()
    assert TrainingConfig.from_dict(config.to_dict()) == config
    assert "loss/discriminator" in lines_of(tmp_path)[-1]
    film = textreel.load(tmp_path).generate("a lion runs", seconds=0.25)
    assert film.frames.shape == (6, 32, 32, 3) and film.frames.std() > 0
    resumed = Trainer(config, corpus, vectors, tmp_path)
    resumed.resume()
    assert resumed.step == config.steps


def test_the_camera_between_the_shown_frames_is_straight() -> None:
    camera = torch.zeros(1, 3, 4)
    camera[0, :, 0] = torch.tensor([0.0, 0.4, 0.6])
    found = every_camera(camera, Window(frames=6, shown=(1, 3, 4)))
    expected = torch.tensor([0.0, 0.0, 0.2, 0.4, 0.6, 0.6])
    torch.testing.assert_close(found[0, :, 0], expected)
