"""What a run says before it begins: its sizes fit corpus and machine, and trying them changes nothing."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from textreel import checkpoint, cli
from textreel.corpora.clips.build import build
from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.folder import scan
from textreel.corpora.clips.index import Index, Shard
from textreel.corpora.clips.samples import Extent, Sample
from textreel.corpora.packages import CACHE_VARIABLE
from textreel.errors import TrainingError
from textreel.training import machine, rehearsal, trainer
from textreel.training.configuration import TrainingConfig, override
from textreel.training.forecast import Fact, Forecast, Need, Pace, Trial, brief, duration, memory
from textreel.training.machine import Machine
from textreel.training.recipes.own import own, reasons, says_different_things, sizes
from textreel.training.rehearsal import kinds_of, rehearse, watched_memory
from textreel.training.run import start
from textreel.training.trainer import StepReport, Trainer

TINY = {
    "steps": 4,
    "batch": 2,
    "side": 32,
    "generator.size": 32,
    "generator.hidden": 16,
    "generator.condition": 32,
    "generator.channels": [16, 16, 16, 16],
    "generator.text": {"features": 32, "prototypes": 64, "layers": 1, "heads": 2},
    "adversarial.start_step": 1,
    "adversarial.ramp_steps": 1,
    "adversarial.penalty_every": 2,
}
ROOMY = Machine(cores=2, free_bytes=16 * 10**9)


def index_of(clips: int, frames: int = 16, size: int = 64, captions: int = 2) -> Index:
    nowhere = Extent(offset=0, size=0, crc=0)
    samples = tuple(
        Sample(
            key=str(number),
            frames=frames,
            start_frame=0,
            source=f"{number}.mp4",
            captions=(f"caption {number % captions}",),
            label="",
            group="",
            strip=nowhere,
            sound=None,
        )
        for number in range(clips)
    )
    shard = Shard(file="clips-00000.tar", bytes=0, sha256="", samples=samples)
    return Index(name="clips", format=ClipFormat(size=size), shards=(shard,), skipped=0)


def forecast_of(need: Need) -> Forecast:
    return Forecast(
        recipe="own",
        facts=(Fact(name="batch", value="24 clips a step", why="as asked"),),
        paces=(Pace(name="steps", steps=1000, seconds=0.5), Pace(name="contact sheets", steps=4, seconds=2)),
        need=need,
        smaller="build the clips at a smaller --size",
        cores=2,
    )


class TestSizes:
    def test_a_weaker_machine_has_smaller_steps(self) -> None:
        index = index_of(1000)
        usual = sizes(index, ROOMY).batch
        one_core = sizes(index, replace(ROOMY, cores=1))
        little_memory = sizes(index, replace(ROOMY, free_bytes=10**9))
        assert usual == 24 and one_core.batch == 12 and little_memory.batch == 4
        assert "one core" in one_core.why_batch and "memory" in little_memory.why_batch

    def test_few_clips_have_fewer_steps_and_many_have_more(self) -> None:
        steps = [sizes(index_of(clips), ROOMY).steps for clips in (10, 60, 500, 2000, 100_000)]
        assert steps == sorted(steps)
        assert steps[0] == 500 and steps[1] == 1200 and steps[2] == 2000 and steps[-1] == 20_000
        assert "by heart" in sizes(index_of(10), ROOMY).why_steps

    def test_pictures_and_window_are_those_that_the_clips_have(self) -> None:
        assert [sizes(index_of(9, size=size), ROOMY).side for size in (16, 32, 48, 64, 256)] == [
            32,
            32,
            32,
            64,
            128,
        ]
        assert sizes(index_of(9, frames=10), ROOMY).frames == 10
        mixed = replace(index_of(20), shards=(*index_of(20, frames=40).shards, *index_of(1, frames=8).shards))
        assert sizes(mixed, ROOMY).frames == 16  # one short clip does not shorten every window

    def test_what_was_asked_for_needs_no_other_reason(self) -> None:
        index = index_of(100)
        chosen = sizes(index, ROOMY)
        config = TrainingConfig(recipe="own", side=chosen.side, batch=3, steps=chosen.steps)
        why = reasons(index, ROOMY, config)
        assert why["batch"] == "as asked" and why["steps"] == chosen.why_steps

    def test_one_class_has_no_wrong_captions(self) -> None:
        assert says_different_things(index_of(5, captions=2))
        assert not says_different_things(index_of(5, captions=1))


class TestWords:
    def test_figures_are_short(self) -> None:
        assert [duration(seconds) for seconds in (0.2, 50, 1500, 9000)] == [
            "1 seconds",
            "50 seconds",
            "25 minutes",
            "2.5 hours",
        ]
        assert [brief(seconds) for seconds in (0.0312, 0.5, 1.44, 23)] == [
            "0.031 s",
            "0.50 s",
            "1.4 s",
            "23 s",
        ]
        assert [memory(count) for count in (240 * 10**6, 1_340_000_000)] == ["240 MB", "1.3 GB"]

    def test_lines_tell_sizes_time_and_memory(self) -> None:
        need = Need(bytes=2 * 10**9, free_bytes=8 * 10**9, batch=24, most=24)
        forecast = forecast_of(need)
        assert forecast.seconds == 508
        assert forecast.lines() == [
            "  batch   24 clips a step: as asked",
            "  time    about 8 minutes on 2 cores: 1,000 x steps of 0.50 s, 4 x contact sheets of 2.0 s",
            "  memory  about 2.0 GB of 8.0 GB that are free",
        ]
        forecast.require_memory()
        assert json.loads(json.dumps(forecast.to_dict()))["seconds"] == 508

    def test_want_of_memory_names_the_option_to_lower(self) -> None:
        need = Need(bytes=12 * 10**9, free_bytes=8 * 10**9, batch=24, most=14)
        with pytest.raises(
            TrainingError,
            match=r"12\.0 GB.* 8\.0 GB .*lower --batch \(24 now; 14 would fit\).* smaller --size",
        ):
            forecast_of(need).require_memory()
        with pytest.raises(TrainingError, match="not even one clip"):
            forecast_of(replace(need, most=0)).require_memory()


class TestTrial:
    def test_what_was_measured_is_kept_for_a_week(self, tmp_path: Path) -> None:
        trial = Trial(seconds={"steps": 0.5}, peak_bytes=7, clip_bytes=1.5, busy_cores=0.0)
        file = tmp_path / "trials" / "one.json"
        assert Trial.kept(file) is None
        trial.keep(file)
        kept = Trial.kept(file)
        assert kept is not None and kept.seconds == trial.seconds and kept.peak_bytes == 7
        assert kept.time("steps", lambda: pytest.fail("it is known")) == 0.5
        replace(trial, measured_seconds=time.time() - 8 * 24 * 3600).keep(file)
        assert Trial.kept(file) is None
        file.write_text("half a fi")
        assert Trial.kept(file) is None

    def test_it_says_that_the_figures_follow_the_load(self) -> None:
        need = Need(bytes=1, free_bytes=2, batch=1, most=1)
        quiet, busy = (
            replace(forecast_of(need), trial=Trial(busy_cores=cores)).lines()[-1] for cores in (0.1, 1.7)
        )
        assert "on idle cores: beside other programs it takes longer" in quiet
        assert "other programs kept 1.7 of 2 cores busy: on idle cores it is quicker" in busy


class TestMachine:
    def test_a_container_leaves_what_its_limit_says(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(machine, "CONTROL_GROUP", tmp_path)
        assert machine.left_in_container() == float("inf")
        (tmp_path / "memory.max").write_text("max\n")
        (tmp_path / "memory.current").write_text("400\n")
        assert machine.left_in_container() == float("inf")
        (tmp_path / "memory.max").write_text("1000\n")
        assert machine.left_in_container() == 600

    def test_the_peak_is_seen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        held = [100]
        monkeypatch.setattr(rehearsal, "held_bytes", lambda: held[0])
        with watched_memory() as peak:
            held[0] = 300
            patience = time.monotonic() + 60
            while peak() < 300 and time.monotonic() < patience:
                time.sleep(0.01)
            held[0] = 200
        assert peak() == 300

    def test_what_a_process_holds_grows_with_it(self) -> None:
        block = np.ones(2**24, dtype=np.uint8)
        assert machine.held_bytes() > block.nbytes


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine strips of a square that goes right or down."""
    folder = tmp_path_factory.mktemp("squares")
    for number in range(9):
        strip = np.full((32, 32 * 8, 3), 40, dtype=np.uint8)
        for frame in range(8):
            x, y = (2 * frame, 8) if number % 2 else (8, 2 * frame)
            strip[y : y + 8, 32 * frame + x : 32 * frame + x + 8] = (250, 20 * number, 60)
        Image.fromarray(strip).save(folder / f"{number}.png")
        (folder / f"{number}.txt").write_text(f"a square goes {'right' if number % 2 else 'down'}")
    out = tmp_path_factory.mktemp("shards") / "squares"
    build(scan(folder), out, ClipFormat(size=32, fps=12))
    return out


@pytest.fixture(autouse=True)
def quick(few_captions: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "TIMED_STEPS", 1)


@pytest.fixture
def options(shards: Path) -> list[str]:
    """`textreel train own` with networks of toy size."""
    settings = [part for name, value in TINY.items() for part in ("--set", f"{name}={json.dumps(value)}")]
    return ["train", "own", "--corpus", str(shards), *settings]


@pytest.fixture
def config(shards: Path) -> TrainingConfig:
    return override(own(shards, ROOMY), TINY)


def everything(one: Trainer) -> dict[str, Tensor]:
    """All that a step depends on and changes."""
    found = {
        f"{name}.{key}": value.clone()
        for name, network in one.networks.items()
        for key, value in network.state_dict().items()
    }
    for phase in one.phases:
        for number, moments in phase.optimiser.state_dict()["state"].items():
            found |= {f"{phase.name}.{number}.{key}": value.clone() for key, value in moments.items()}
    return found


def differing(before: dict[str, Tensor], after: dict[str, Tensor]) -> list[str]:
    assert before.keys() == after.keys()
    return [name for name, value in before.items() if not torch.equal(value, after[name])]


def test_the_kinds_of_steps_are_counted(config: TrainingConfig) -> None:
    kinds = kinds_of(replace(config, steps=10), 0)
    assert {kind.name: kind.steps for kind in kinds} == {
        "steps": 1,
        "steps with the game": 5,
        "steps with the game and its penalty": 4,
    }
    assert [kind.first for kind in kinds] == [(0,), (1,), (2,)]
    assert sum(kind.steps for kind in kinds_of(config, 3)) == 1


def test_trying_changes_nothing_and_the_run_is_the_same_to_the_bit(
    config: TrainingConfig, tmp_path: Path
) -> None:
    plain = start(config, tmp_path / "plain")
    plain.run()
    tried = start(config, tmp_path / "tried")
    for done in (0, 2):  # before the first step, and in the middle, where optimisers have moments
        while tried.step < done:
            tried.advance()
        before, chance = everything(tried), torch.get_rng_state()
        paces, need = rehearse(tried, ROOMY, Trial())
        assert differing(before, everything(tried)) == []
        assert torch.equal(chance, torch.get_rng_state()) and tried.step == done
        assert need.bytes > need.batch and need.fits
        assert all(pace.seconds > 0 for pace in paces)
    assert not (tmp_path / "tried/sheets").exists()
    tried.run()
    assert differing(everything(plain), everything(tried)) == []
    expected, got = (checkpoint.load(tmp_path / name / "model").tensors for name in ("plain", "tried"))
    assert differing(expected, got) == []


def test_lessons_are_tried_too_and_undone(make_trainer: Callable[..., Trainer], tmp_path: Path) -> None:
    trainer = make_trainer(tmp_path)
    before = everything(trainer)
    told: list[str] = []
    paces, _ = rehearse(trainer, ROOMY, Trial(say=told.append))
    assert differing(before, everything(trainer)) == []
    names = [pace.name for pace in paces]
    assert {"reading alone", "steps", "steps with the game", "contact sheets"} <= set(names)
    assert set(told) - {"memory"} == set(names)
    assert trainer.lessons_had == 0 and not any(tmp_path.iterdir())


def test_an_estimate_trains_nothing_and_writes_nothing(
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run([*options, "--estimate", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["recipe"] == "own" and told["fits"] and told["seconds"] > 0 and told["memory_bytes"] > 10**7
    facts = {fact["name"]: fact["value"] for fact in told["facts"]}
    assert facts["clips"] == "8 to learn from" and facts["batch"] == "2 clips a step"
    assert sum(pace["steps"] for pace in told["paces"] if pace["name"].startswith("steps")) == 4
    assert not any(tmp_path.iterdir())
    assert cli.run([*options, "--json", "--out", "run"]) == 2 and "--estimate" in capsys.readouterr().err
    assert cli.run(options) == 2 and "--out" in capsys.readouterr().err


def test_a_run_is_tried_once_until_an_estimate_is_asked_for(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    for arguments, tried in (
        (["--estimate"], True),
        (["--out", str(tmp_path / "run")], False),
        (["--out", str(tmp_path / "run"), "--resume", "--steps", "5"], False),
        (["--estimate"], True),
    ):
        assert cli.run([*options, *arguments]) == 0
        assert ("textreel: trying steps ..." in capsys.readouterr().err) == tried


def test_too_little_memory_is_refused_before_anything_is_written(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scarce = Machine(cores=2, free_bytes=10**6)
    monkeypatch.setattr(rehearsal.Machine, "here", lambda: scarce)
    assert cli.run([*options, "--set", "batch=6", "--out", str(tmp_path / "run")]) == 1
    told = capsys.readouterr()
    assert (
        "would need" in told.err and "and 1 MB are free for it" in told.err and "smaller --size" in told.err
    )
    assert told.out == "" and not (tmp_path / "run").exists()


def test_the_first_sheet_comes_early_and_later_ones_by_the_clock(
    config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, drawn = [0.0], list[int]()
    monkeypatch.setattr(trainer.time, "monotonic", lambda: clock[0])
    run = start(replace(config, steps=100, sheet_every=1000, sheet_seconds=30.0), tmp_path)
    monkeypatch.setattr(run.objective, "draw_sheet", lambda *_: None)
    monkeypatch.setattr(run, "save", lambda: None)

    def advance() -> dict[str, float]:
        run.step += 1
        clock[0] += 1.0
        return {}

    monkeypatch.setattr(run, "advance", advance)

    def report(step: StepReport) -> None:
        if step.sheet is not None:
            drawn.append(step.step)
            assert step.sheet == tmp_path / "sheets" / f"{step.step:06d}.png"

    run.run(report=report)
    assert drawn == [2, 32, 62, 92, 100]


def test_a_sheet_shows_real_clips_over_those_of_the_same_words(
    config: TrainingConfig, tmp_path: Path
) -> None:
    path = start(config, tmp_path / "run").draw_sheet()
    assert path is not None
    with Image.open(path) as sheet:
        assert sheet.size == (6 * 32, 10 * (14 + 2 * 32))
    captions = path.with_suffix(".txt").read_text().splitlines()
    assert len(captions) == 10 and set(captions) == {"a square goes right", "a square goes down"}
