"""Whatever is wrong with a person's clips: a clear sentence before the training, and no crash in the middle of it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from PIL import Image

import textreel
from textreel import cli, media
from textreel.corpora.clips.build import build
from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.folder import scan
from textreel.corpora.clips.index import Index
from textreel.errors import CorpusError, TrainingError, UsageError
from textreel.training import rehearsal
from textreel.training.configuration import TrainingConfig, override
from textreel.training.machine import Machine
from textreel.training.recipes.own import own
from textreel.training.run import start
from textreel.training.trainer import StepReport

TINY = {
    "steps": 3,
    "batch": 2,
    "side": 32,
    "generator.size": 32,
    "generator.hidden": 16,
    "generator.condition": 32,
    "generator.channels": [16, 16, 16, 16],
    "generator.text": {"features": 32, "prototypes": 64, "layers": 1, "heads": 2},
    "adversarial.start_step": 1,
    "adversarial.ramp_steps": 1,
}
MACHINE = Machine(cores=2, free_bytes=8 * 10**9)


@pytest.fixture(autouse=True)
def quick(few_captions: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "TIMED_STEPS", 1)
    monkeypatch.setattr("textreel.cli.corpus._cores", lambda: 1)


def box(frames: int, width: int = 32, height: int = 32) -> list[np.ndarray]:
    """A box that goes to the right over noise, which compresses badly."""
    chance = np.random.default_rng(0)
    film = chance.integers(0, 80, (frames, height, width, 3), dtype=np.uint8)
    for index, frame in enumerate(film):
        frame[8:16, index % 20 : index % 20 + 8] = (220, 200, 40)
    return list(film)


def strips(folder: Path, captions: dict[str, str]) -> Path:
    """One strip of ten frames for each caption by name."""
    folder.mkdir(exist_ok=True)
    for name, caption in captions.items():
        Image.fromarray(np.concatenate(box(10), axis=1)).save(folder / f"{name}.png")
        (folder / f"{name}.txt").write_text(caption, encoding="utf-8")
    return folder


def sound_alone(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=22_050, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 22_050), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 22_050
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def four_thousand_wide(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = 3840, 2160, "yuv420p"
        for level in range(0, 90, 10):
            frame = av.VideoFrame(3840, 2160, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([level]) * plane.buffer_size)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def bad_folder(folder: Path, outside: Path) -> Path:
    """Two good clips, and one of everything that can be wrong with others."""
    strips(
        folder,
        {"good": "a box goes right", "japanese": "箱が右へ動く", "german": "ein Kasten bewegt sich rechts"},
    )
    whole = media.write(box(48), outside / "whole.mp4", fps=12)
    shutil.copy(whole, folder / "twice.mp4")
    content = bytearray(whole.read_bytes())
    at = content.index(b"mdat") + (len(content) - content.index(b"mdat")) // 2
    content[at : at + 4000] = bytes(4000)
    (folder / "breaks.mp4").write_bytes(content)
    media.write(box(1), folder / "still.mp4", fps=12)
    four_thousand_wide(folder / "large.mp4")
    sound_alone(folder / "heard.mp4")
    (folder / "outside.mp4").symlink_to(whole)
    rows = ["file_name,text", "twice.mp4,a box moves", "twice.mp4,a cat runs"]
    rows += [f"{name}.mp4,a box goes right" for name in ("breaks", "still", "large", "heard", "outside")]
    (folder / "metadata.csv").write_text("\n".join(rows))
    return folder


def test_each_has_its_sentence_and_what_is_left_is_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_folder(tmp_path / "clips", tmp_path)
    monkeypatch.chdir(tmp_path)
    sized = ["--size", "32"]
    assert cli.run(["corpus", "check", "clips", *sized, "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    told = {one["file"]: f"{one['severity']}: {one['what']}; {one['remedy']}" for one in findings}
    for file, sentence in {
        "metadata.csv": "warning: a second caption for twice.mp4",
        "breaks.mp4": "warning: the clip breaks after",
        "still.mp4": "error: the clip has one picture only",
        "large.mp4": "note: 3840x2160 pixels; scaled down to 32x32",
        "heard.mp4": "error: the clip cannot be read: it holds sound and no pictures",
        "outside.mp4": "error: a link that leads out of the folder; refused",
        "japanese.txt": 'warning: the caption "箱が右へ動く" is not in Latin script',
        "german.txt": 'warning: the caption "ein Kasten',
    }.items():
        assert sentence in told[file], (file, told[file])
    assert any("only 6 clips" in one["what"] for one in findings)
    assert cli.run(["corpus", "build", "clips", "-o", "shards", *sized]) == 0
    index = Index.load(tmp_path / "shards")
    used = {sample.source: sample.captions for sample in index.samples}
    assert used.keys() == {"good.png", "japanese.png", "german.png", "twice.mp4", "breaks.mp4", "large.mp4"}
    assert used["twice.mp4"] == ("a box moves",)
    run = start(override(own(tmp_path / "shards", MACHINE), TINY), tmp_path / "run")
    run.run()
    assert run.step == 3 and (tmp_path / "run/model").is_dir()


@pytest.mark.parametrize("captions", [{"a": "a box", "b": "a box"}, {"a": "箱が動く", "b": "箱が止まる"}])
def test_one_class_or_no_known_word_is_trained_on_without_a_crash(
    tmp_path: Path, captions: dict[str, str]
) -> None:
    build(scan(strips(tmp_path / "clips", captions)), tmp_path / "shards", ClipFormat(size=32))
    config = override(own(tmp_path / "shards", MACHINE), TINY)
    assert (config.adversarial.mismatch_weight == 0) == (len(set(captions.values())) == 1)
    run = start(config, tmp_path / "run")
    run.run()
    assert all(bool(torch.isfinite(value).all()) for value in run.generator.state_dict().values())


@pytest.fixture
def config(tmp_path: Path) -> TrainingConfig:
    """A run on ten clips, in two shards."""
    captions = {f"{number}": f"a box {number}" for number in range(10)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textreel.corpora.clips.build.SOURCES_PER_SHARD", 5)
        build(scan(strips(tmp_path / "clips", captions)), tmp_path / "shards", ClipFormat(size=32))
    return override(own(tmp_path / "shards", MACHINE), TINY)


def cut_short(shard: Path) -> None:
    shard.write_bytes(shard.read_bytes()[:3000])


def changed(shard: Path) -> None:
    content = bytearray(shard.read_bytes())
    content[2000] ^= 0xFF
    shard.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(cut_short, "is cut short"), (changed, "has changed"), (Path.unlink, "is missing")],
)
def test_a_broken_shard_is_told_before_the_first_step(
    config: TrainingConfig, tmp_path: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    spoil(tmp_path / "shards/clips-00001.tar")
    with pytest.raises(CorpusError, match=rf"clips-00001\.tar {sentence}.*corpus build"):
        start(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_that_saved_no_model_yet_says_so(config: TrainingConfig, tmp_path: Path) -> None:
    start(config, tmp_path / "run")
    with pytest.raises(UsageError, match="that training run has saved none"):
        textreel.load(tmp_path / "run")


def test_an_index_that_points_out_of_its_shard_is_told_at_once(
    config: TrainingConfig, tmp_path: Path
) -> None:
    path = tmp_path / "shards/index.json"
    content = json.loads(path.read_text())
    content["samples"][3][content["columns"].index("strip")][0] += 10**6
    path.write_text(json.dumps(content))
    with pytest.raises(CorpusError, match=r"lies outside of clips-00000\.tar"):
        start(config, tmp_path / "run")


def test_shards_that_go_away_in_the_middle_end_the_run_after_saving(
    config: TrainingConfig, tmp_path: Path
) -> None:
    whole = start(config, tmp_path / "whole")
    whole.run()
    run = start(config, tmp_path / "run")
    shards, away = tmp_path / "shards", tmp_path / "away"

    def unplug(report: StepReport) -> None:
        run.corpus.memory.budget_bytes = 0  # type: ignore[attr-defined]  # as with a corpus larger than memory
        run.corpus.memory._kept.clear()  # type: ignore[attr-defined]
        if report.step == 1:
            shards.rename(away)

    with pytest.raises(TrainingError, match=r"cannot be read.* until step 1 of 3 is saved .*--resume"):
        run.run(report=unplug)
    away.rename(shards)
    resumed = start(config, tmp_path / "run", resume=True)
    assert resumed.step == 1
    resumed.run()
    for name, network in whole.networks.items():
        got = resumed.networks[name].state_dict()
        assert all(torch.equal(value, got[key]) for key, value in network.state_dict().items()), name
