"""Stages: what a step learns, that a resumed run equals the uninterrupted one, and the command."""

import itertools
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from textreel import checkpoint, cli
from textreel.corpora.packages import CACHE_VARIABLE
from textreel.corpora.world import assets
from textreel.corpora.world.drawings import Drawings
from textreel.corpora.world.sprites import SIZE, Drawing, Pixels, build_table, read_table
from textreel.errors import TrainingError
from textreel.nn.picture_code import PictureCodeConfig
from textreel.training import rehearsal
from textreel.training.stages import begin_stage_with, run_stage
from textreel.training.stages.picture_code import (
    PictureCodeStage,
    PictureCodeStageConfig,
    distance,
    on_ground,
    psnr,
)

TINY = PictureCodeStageConfig(
    steps=4,
    batch=2,
    side=32,
    review_every=2,
    code=PictureCodeConfig(coarse=8, fine=8, encoder_blocks=(1, 1), decoder_blocks=(1, 1)),
)
SHARP = replace(TINY, adversarial_weight=0.1, ramp_steps=1, penalty_every=2)


@dataclass(frozen=True, kw_only=True)
class Square(Drawing):
    """A square of one colour."""

    left: int

    def draw(self) -> tuple[Pixels, float]:
        pixels = np.zeros((1, SIZE, SIZE, 4), np.uint8)
        pixels[:, 40:100, self.left : self.left + 50] = (180, 90, self.left, 255)
        return pixels, 0.0


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which six sprites were built."""
    folder = tmp_path_factory.mktemp("cache")
    squares = [
        Square(id=f"fluent:{left:x}", label="square", group="object", subject=True, left=left)
        for left in range(10, 70, 10)
    ]
    build_table(folder / "world" / "sprites-fluent.npy", squares)
    return folder


@pytest.fixture(scope="module")
def drawings(cache: Path) -> Drawings:
    return Drawings([read_table(cache / "world" / "sprites-fluent.npy")], unseen=2)


def weights(folder: Path) -> str:
    return checkpoint.load(folder / "state").weights_hash


@pytest.mark.parametrize("config", [TINY, SHARP], ids=["distances", "adversarial"])
def test_a_resumed_run_equals_the_uninterrupted_one(
    config: PictureCodeStageConfig, drawings: Drawings, tmp_path: Path
) -> None:
    assert run_stage(PictureCodeStage(config, drawings), tmp_path / "whole") == 4
    asked = itertools.chain([False, False], itertools.repeat(True))
    stopped = run_stage(PictureCodeStage(config, drawings), tmp_path / "parts", stop=lambda: next(asked))
    assert stopped == 2 and weights(tmp_path / "parts") != weights(tmp_path / "whole")
    assert run_stage(PictureCodeStage(config, drawings), tmp_path / "parts", resume=True) == 4
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")
    lines = [json.loads(line) for line in (tmp_path / "parts" / "statistics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [0, 1, 2, 3]
    assert "psnr/unseen" in lines[1] and (tmp_path / "parts" / "sheets" / "000002.png").is_file()
    if config is SHARP:
        assert "game/generator" in lines[3] and "judged/real" in lines[3]


def test_steps_learn(drawings: Drawings) -> None:
    stage = PictureCodeStage(
        replace(TINY, steps=100, warmup_steps=1, learning_rate=1e-2, cooldown_steps=1), drawings
    )
    real = drawings.examples(drawings.seen, 4)
    before = distance(stage.code(real), real)
    for step in range(100):
        stage.train_step(step)
    after = distance(stage.code(real), real)
    assert after.item() < 0.9 * before.item()


def test_other_options_are_refused_and_a_longer_run_is_not(drawings: Drawings, tmp_path: Path) -> None:
    run_stage(PictureCodeStage(replace(TINY, steps=1), drawings), tmp_path)
    with pytest.raises(TrainingError, match="code_noise"):
        run_stage(PictureCodeStage(replace(TINY, code_noise=0.5), drawings), tmp_path, resume=True)
    assert run_stage(PictureCodeStage(replace(TINY, steps=2), drawings), tmp_path, resume=True) == 2


def test_the_adversarial_stage_begins_with_the_weights_of_the_first(
    drawings: Drawings, tmp_path: Path
) -> None:
    first = PictureCodeStage(TINY, drawings)
    run_stage(first, tmp_path)
    for source, exact in ((tmp_path, True), (tmp_path / "model", False)):  # a model holds half as many bits
        second = PictureCodeStage(SHARP, drawings)
        begin_stage_with(second, source)
        for name, value in first.average.state_dict().items():
            for network in (second.code, second.average):
                found = network.state_dict()[name]
                assert torch.equal(found, value) if exact else torch.allclose(found, value, atol=1e-3)


def test_distance_and_psnr_know_what_is_alike() -> None:
    real = torch.rand(2, 4, 16, 16)
    assert distance(real, real) == 0 and (psnr(real, real) > 90).all()
    assert psnr((real + 0.1).clamp(0, 1), real).max() < psnr((real + 0.01).clamp(0, 1), real).min()


def test_a_ground_is_seen_where_a_picture_is_transparent() -> None:
    pictures = torch.zeros(1, 4, 2, 2)
    pictures[:, :, 0] = 1
    seen = on_ground(pictures, torch.tensor([0.2, 0.4, 0.6]).view(3, 1, 1))
    assert seen[0, :3, 0, 0].tolist() == [1, 1, 1]
    assert seen[0, :3, 1, 1].tolist() == pytest.approx([0.2, 0.4, 0.6])
    assert seen[0, 3].tolist() == [[1, 1], [0, 0]]


class TestCommand:
    @pytest.fixture(autouse=True)
    def elsewhere(self, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(CACHE_VARIABLE, str(cache))
        monkeypatch.setattr(rehearsal, "TIMED_STEPS", 1)
        monkeypatch.setattr("textreel.corpora.world.drawings.UNSEEN", 2)
        monkeypatch.chdir(tmp_path)

    def options(self, *more: str) -> list[str]:
        tiny = {"side": 32, "code": asdict(TINY.code), "warmup_steps": 1}
        settings = [f"--set={name}={json.dumps(value)}" for name, value in tiny.items()]
        return ["train", "world", "--stage", "picture-code", "--steps", "2", "--batch", "2", *settings, *more]

    def test_a_stage_is_trained_resumed_and_followed(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.run(self.options("--out", "code")) == 0
        assert capsys.readouterr().out == "code/model\n"
        assert cli.run(["train", "world", "--stage", "picture-code", "--out", "code", "--resume"]) == 0
        sharp = [
            part.replace("picture-code", "picture-code-sharp") for part in self.options("--out", "sharp")
        ]
        assert cli.run([*sharp, "--from", "code"]) == 0
        saved = checkpoint.load(Path("sharp/model"), kind="picture-code")
        assert saved.metadata["steps"] == 2 and len(saved.metadata["unseen_concepts"]) == 2

    def test_an_estimate_trains_nothing(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.run(self.options("--estimate", "--json")) == 0
        assert json.loads(capsys.readouterr().out)["recipe"] == "picture-code"
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize(
        ("arguments", "status", "sentence"),
        [
            (["train", "world", "--out", "run"], 2, "choose one of picture-code, picture-code-sharp"),
            (["train", "world", "--stage", "dreams", "--out", "run"], 2, "got 'dreams'"),
            (["train", "scenes-tiny", "--stage", "picture-code", "--out", "run"], 2, "has no stages"),
        ],
    )
    def test_what_cannot_be_is_said(
        self, arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.run(arguments) == status
        assert sentence in capsys.readouterr().err and not Path("run").exists()

    def test_without_sprites_the_command_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "empty"))
        assert cli.run(self.options("--out", "run")) != 0
        assert "textreel corpus fetch world" in capsys.readouterr().err


def test_the_tables_that_were_built_are_found(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(cache))
    (table,) = assets.load_tables()
    assert len(table.sprites) == 6
