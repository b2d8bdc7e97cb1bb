"""Shards: the same bytes every time, finished where they were left, read by others too, and read as batches."""

import gc
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest
import torch
import webdataset
from PIL import Image

from textreel.corpora.clips import build as builder
from textreel.corpora.clips.build import build
from textreel.corpora.clips.corpus import ClipsCorpus, held_out_groups
from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.folder import scan
from textreel.corpora.clips.index import Index, changed_shards
from textreel.corpora.clips.memory import ClipMemory
from textreel.corpora.clips.samples import Extent, Sample
from textreel.corpora.clips.sheet import clip_sheet
from textreel.corpora.protocol import Corpus, Window
from textreel.errors import CorpusError, UsageError

WANTED = ClipFormat(size=16, fps=12, seconds=3.0)
WINDOW = Window(frames=16, shown=(0, 5, 15))
CLIPS = 20


def add_strip(folder: Path, number: int, frames: int = 20) -> None:
    """A strip whose red tells its number, and whose green tells the frame."""
    folder.mkdir(parents=True, exist_ok=True)
    strip = np.zeros((16, frames, 16, 3), dtype=np.uint8)
    strip[..., 0] = number * 10 % 256
    strip[..., 1] = np.arange(frames)[None, :, None] * 8 % 256
    Image.fromarray(strip.reshape(16, frames * 16, 3)).save(folder / f"{number:03d}.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twenty strips in two classes of two wordings each, four of one group."""
    root = tmp_path / "clips"
    for number in range(CLIPS):
        add_strip(root / ("up" if number % 2 else "left"), number)
    words = {"up": ["a box moves up", "a rising box"], "left": ["a box moves left", "a box goes left"]}
    (root / "captions.json").write_text(json.dumps({"files_per_group": 4, "folders": words}))
    return root


@pytest.fixture
def shards(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, built into shards of eight."""
    monkeypatch.setattr(builder, "SOURCES_PER_SHARD", 8)
    build(scan(folder), tmp_path / "shards", WANTED)
    return tmp_path / "shards"


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.*")}


def spoil(shard: Path) -> None:
    """Change one byte of the first strip."""
    with tarfile.open(shard) as archive:
        offset = next(member.offset_data for member in archive if member.name.endswith(".jpg"))
    changed = bytearray(shard.read_bytes())
    changed[offset + 40] ^= 0xFF
    shard.write_bytes(changed)


class TestBuild:
    def test_the_same_clips_give_the_same_bytes_however_many_work(
        self, folder: Path, shards: Path, tmp_path: Path
    ) -> None:
        build(scan(folder), tmp_path / "again", WANTED, workers=2)
        assert content(tmp_path / "again") == content(shards)
        assert sorted(content(shards)) == [
            "clips-00000.tar",
            "clips-00001.tar",
            "clips-00002.tar",
            "index.json",
        ]

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it leaves files open
    def test_other_readers_of_webdataset_take_the_shards(self, shards: Path) -> None:
        names = str(shards / "clips-{00000..00002}.tar")
        samples = list(webdataset.WebDataset(names, shardshuffle=False))
        assert len(samples) == CLIPS
        facts = json.loads(samples[0]["json"])
        assert (facts["label"], facts["source"], facts["frames"]) == ("left", "left/000.png", 20)
        assert facts["caption"] == "a box moves left"
        assert samples[0]["jpg"].startswith(b"\xff\xd8")
        gc.collect()

    def test_an_interrupted_build_goes_on_where_it_was(
        self, folder: Path, shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target, begun = tmp_path / "again", []

        def stop(done: int, total: int) -> None:
            begun.append(done)
            if done == 11:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            build(scan(folder), target, WANTED, progress=stop)
        assert sorted(content(target)) == ["clips-00000.tar"]
        with pytest.raises(CorpusError, match="goes on where it was"):
            ClipsCorpus(target)
        begun.clear()
        build(scan(folder), target, WANTED, progress=lambda done, total: begun.append(done))
        assert begun == list(range(8, 21))
        assert content(target) == content(shards)

    def test_a_finished_build_is_left_alone_and_a_changed_clip_is_cut_again(
        self, folder: Path, shards: Path
    ) -> None:
        before, done = content(shards), []
        build(scan(folder), shards, WANTED, progress=lambda count, total: done.append(count))
        assert done == [CLIPS]
        assert content(shards) == before
        add_strip(folder / "up", 19, frames=30)
        index, _ = build(scan(folder), shards, WANTED)
        assert index.counts["frames"] == 20 * CLIPS + 10
        assert content(shards)["clips-00000.tar"] == before["clips-00000.tar"]

    def test_fewer_clips_leave_no_old_shard_behind(self, folder: Path, shards: Path) -> None:
        for number in range(8, CLIPS):
            next(folder.glob(f"*/{number:03d}.png")).unlink()
        build(scan(folder), shards, WANTED)
        assert sorted(content(shards)) == ["clips-00000.tar", "index.json"]
        assert len(ClipsCorpus(shards).samples) == 8

    def test_clips_that_cannot_be_used_are_skipped_and_told(self, folder: Path, tmp_path: Path) -> None:
        (folder / "up/broken.mp4").write_bytes(b"no film" * 30)
        index, report = build(scan(folder), tmp_path / "shards", WANTED)
        assert (index.counts["clips"], index.counts["skipped"]) == (CLIPS, 1)
        assert [finding.file for finding in report.findings if finding.severity == "error"] == [
            "up/broken.mp4"
        ]

    def test_nothing_to_build_from_is_a_corpus_error(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(CorpusError, match="corpus check"):
            build(scan(tmp_path / "empty"), tmp_path / "shards", WANTED)

    def test_shards_do_not_go_among_the_clips(self, folder: Path) -> None:
        with pytest.raises(UsageError, match="-o"):
            build(scan(folder), folder, WANTED)

    @pytest.mark.skipif(sys.platform == "win32", reason="signals")
    def test_a_killed_build_goes_on(self, tmp_path: Path) -> None:
        for number in range(400):
            add_strip(tmp_path / "clips", number, frames=60)
        (tmp_path / "clips/captions.yaml").write_text(".: a box moves")
        command = [sys.executable, "-m", "textreel.cli", "corpus", "build", "clips", "-o", "shards"]
        command += ["--workers", "1", "--size", "64"]
        running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = tmp_path / "shards/records/clips-00000.json"
        while not first.exists() and running.poll() is None:
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGKILL)
        running.communicate()
        assert not (tmp_path / "shards/index.json").exists()
        before = first.stat().st_mtime_ns
        build(scan(tmp_path / "clips"), tmp_path / "shards", ClipFormat())
        assert first.stat().st_mtime_ns == before
        assert len(ClipsCorpus(tmp_path / "shards").samples) == 400


class TestBrokenShards:
    def test_a_shard_cut_short_is_told_at_once_and_mended_by_building_again(
        self, folder: Path, shards: Path
    ) -> None:
        whole = content(shards)
        (shards / "clips-00001.tar").write_bytes(whole["clips-00001.tar"][:5000])
        with pytest.raises(
            CorpusError, match=r"clips-00001\.tar is cut short: run `textreel corpus build` again"
        ):
            ClipsCorpus(shards)
        build(scan(folder), shards, WANTED)
        assert content(shards) == whole

    def test_a_missing_shard_is_told_at_once(self, shards: Path) -> None:
        (shards / "clips-00002.tar").unlink()
        with pytest.raises(CorpusError, match=r"clips-00002\.tar is missing"):
            ClipsCorpus(shards)

    def test_a_changed_shard_is_told_when_it_is_read(self, shards: Path) -> None:
        spoil(shards / "clips-00000.tar")
        assert changed_shards(Index.load(shards), shards) == ["clips-00000.tar"]
        with pytest.raises(CorpusError, match=r"clips-00000\.tar has changed.*again"):
            ClipsCorpus(shards).frames(0)

    @pytest.mark.parametrize("text", ["", "{}", '{"version": 99}', "[" * 200_000])
    def test_a_broken_index_is_a_corpus_error(self, shards: Path, text: str) -> None:
        (shards / "index.json").write_text(text)
        with pytest.raises(CorpusError, match=r"index\.json"):
            ClipsCorpus(shards)


class TestCorpus:
    def test_it_follows_the_protocol(self, shards: Path) -> None:
        corpus: Corpus = ClipsCorpus(shards)
        batch = corpus.batch(np.random.default_rng(0).spawn(5), window=WINDOW, split="train", side=16)
        assert (corpus.name, corpus.fps) == ("clips", 12)
        assert batch.frames.shape == (5, 3, 3, 16, 16)
        assert batch.frames.dtype == torch.float32
        assert batch.frames.min() >= -1 and batch.frames.max() <= 1
        assert batch.camera.shape == (5, 3, 4) and batch.camera[2, 1].tolist() == [0.0, 0.625, 1.0, 0.0]
        assert batch.scroll.shape == (5, 3, 2) and not batch.scroll.any()
        assert batch.shown == WINDOW.shown

    def test_frames_captions_and_classes_belong_together(self, shards: Path) -> None:
        batch = ClipsCorpus(shards).batch(np.random.default_rng(1).spawn(64), window=WINDOW, split="train")
        red = ((batch.frames[:, :, 0].mean((1, 2, 3)) + 1) * 127.5 / 10).round().int().tolist()
        green = ((batch.frames[:, :, 1].mean((2, 3)) + 1) * 127.5 / 8).round().int()
        assert (green[:, 1] - green[:, 0]).tolist() == [5] * 64
        assert (green[:, 2] - green[:, 0]).tolist() == [15] * 64
        assert set(green[:, 0].tolist()) == set(range(5))
        for number, caption, wrong, known in zip(
            red, batch.captions, batch.wrong_captions, batch.attributes, strict=True
        ):
            label = "up" if number % 2 else "left"
            assert known["class"] == label
            assert ("left" in caption) == (label == "left") != ("left" in wrong)
            assert known["group"] == str(number // 4)
        assert len(set(batch.captions)) == 4

    def test_the_same_generator_gives_the_same_clip_whatever_stands_beside_it(self, shards: Path) -> None:
        def rows(*seeds: int) -> tuple[tuple[str, ...], tuple[str, ...], torch.Tensor]:
            generators = [np.random.default_rng(seed) for seed in seeds]
            batch = ClipsCorpus(shards, memory_bytes=20_000).batch(generators, window=WINDOW)
            return batch.captions, batch.wrong_captions, batch.frames

        one, other = rows(3, 4, 5), rows(9, 5)
        assert (one[0][2], one[1][2]) == (other[0][1], other[1][1])
        assert torch.equal(one[2][2], other[2][1])

    def test_a_group_stands_on_one_side(self, shards: Path) -> None:
        corpus = ClipsCorpus(shards)
        sides = {
            split: {corpus.samples[n].group for n in corpus.clips(split)} for split in ("train", "held-out")
        }
        assert len(sides["held-out"]) == 1 and len(sides["train"]) == 4
        assert not sides["train"] & sides["held-out"]
        assert ClipsCorpus(shards).held_out == corpus.held_out

    def test_groups_to_hold_out_can_be_named(self, shards: Path) -> None:
        corpus = ClipsCorpus(shards, held_out=["2"])
        assert {corpus.samples[number].group for number in corpus.clips("held-out")} == {"2"}
        with pytest.raises(CorpusError, match="'9'"):
            ClipsCorpus(shards, held_out=["9"])

    @pytest.mark.parametrize("alone", range(12))
    def test_a_clip_that_alone_has_a_word_is_learned_from(self, alone: int) -> None:
        def sample(number: int) -> Sample:
            extent = Extent(offset=0, size=0, crc=0)
            return Sample(
                key="",
                frames=16,
                start_frame=0,
                source=f"{number}.png",
                label="",
                group="",
                strip=extent,
                sound=None,
                captions=("a kitten sleeps" if number == alone else "a box moves",),
            )

        samples = [sample(number) for number in range(12)]
        held_out = held_out_groups(samples)
        assert len(held_out) == 1 and f"{alone}.png" not in held_out
        assert held_out_groups(samples[alone : alone + 1]) == frozenset()

    def test_pieces_of_one_file_stand_on_one_side(self, tmp_path: Path) -> None:
        for number in range(4):
            add_strip(tmp_path / "long", number, frames=100)
        (tmp_path / "long/captions.yaml").write_text(".: a box moves")
        build(scan(tmp_path / "long"), tmp_path / "shards", WANTED)
        corpus = ClipsCorpus(tmp_path / "shards")
        assert len(corpus.samples) == 12
        assert len(corpus.clips("held-out")) == 3
        batch = corpus.batch(np.random.default_rng(0).spawn(2), window=WINDOW)
        assert batch.wrong_captions == batch.captions  # there is no other

    def test_the_last_frame_of_a_short_clip_stands(self, tmp_path: Path) -> None:
        for number in range(2):
            add_strip(tmp_path / "short", number, frames=9)
        (tmp_path / "short/captions.yaml").write_text(".: a box moves")
        build(scan(tmp_path / "short"), tmp_path / "shards", WANTED)
        window = Window(frames=16, shown=(0, 8, 15))
        frames = ClipsCorpus(tmp_path / "shards").batch([np.random.default_rng(0)], window=window).frames
        assert torch.equal(frames[0, 1], frames[0, 2])
        assert not torch.equal(frames[0, 0], frames[0, 1])

    def test_a_corpus_of_one_source_holds_nothing_out(self, tmp_path: Path) -> None:
        add_strip(tmp_path / "one", 1)
        (tmp_path / "one/001.txt").write_text("a box moves")
        build(scan(tmp_path / "one"), tmp_path / "shards", WANTED)
        corpus = ClipsCorpus(tmp_path / "shards")
        assert len(corpus.clips("train")) == 1
        with pytest.raises(CorpusError, match="one source"):
            corpus.clips("held-out")
        with pytest.raises(CorpusError, match="train and held-out"):
            corpus.clips("nonsense")

    def test_frames_are_scaled_to_another_side(self, shards: Path) -> None:
        corpus = ClipsCorpus(shards)
        small = corpus.batch([np.random.default_rng(0)], window=WINDOW, side=8).frames
        full = corpus.batch([np.random.default_rng(0)], window=WINDOW, side=16).frames
        assert small.shape[-1] == 8
        assert (small.mean((3, 4)) - full.mean((3, 4))).abs().max() < 0.02

    def test_captions_alone_are_those_of_the_split(self, shards: Path) -> None:
        said = ClipsCorpus(shards).captions(np.random.default_rng(0), 40, "train")
        assert len(said) == 40
        assert set(said) == {"a box moves up", "a rising box", "a box moves left", "a box goes left"}

    def test_a_clip_without_sound_says_so(self, shards: Path) -> None:
        assert ClipsCorpus(shards).sound(0) is None

    def test_a_sheet_shows_whole_clips(self, shards: Path) -> None:
        sheet, shown = clip_sheet(ClipsCorpus(shards), 3)
        assert len(shown) == 3
        assert shown[0] == "left/000.png: a box moves left"
        assert sheet.width > 8 * 16


class TestMemory:
    def test_it_keeps_what_was_used_last_within_its_budget(self) -> None:
        memory, decoded = ClipMemory(250), []

        def use(number: int) -> None:
            memory.get(number, lambda: decoded.append(number) or np.zeros(100, np.uint8))

        for number in (1, 2, 1, 3, 1, 2):
            use(number)
        assert decoded == [1, 2, 3, 2]
        assert (len(memory), memory.used_bytes) == (2, 200)
        memory.get(9, lambda: np.zeros(300, np.uint8))
        assert memory.used_bytes <= 250

    def test_a_corpus_larger_than_its_budget_streams(self, shards: Path) -> None:
        clip = 20 * 16 * 16 * 3
        corpus = ClipsCorpus(shards, memory_bytes=3 * clip)
        for seed in range(10):
            corpus.batch(np.random.default_rng(seed).spawn(8), window=WINDOW)
            assert corpus.memory.used_bytes <= 3 * clip


@pytest.mark.parametrize(("name", "folders", "groups"), [("actions", 4, 9), ("shapes", 2, 0)])
def test_the_sets_for_measuring_are_read_with_their_packaged_captions(
    name: str, folders: int, groups: int
) -> None:
    data = Path(__file__).parents[2].parent / "shared" / "data" / name
    if not data.is_dir():
        pytest.skip(f"{data} is not here")
    found = scan(data, name)
    assert not found.findings
    assert len({source.label for source in found.sources}) == folders
    assert all(len(source.captions) == 8 for source in found.sources)
    assert len({source.group for source in found.sources} - {""}) == groups
