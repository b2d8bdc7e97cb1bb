"""Composed clips: what they hold, that they are a function of their seed, and that they keep the corpus's rules."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from textreel import cli
from textreel.corpora.protocol import Batch, Window
from textreel.corpora.scenes.check import broken_rules, findings
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.corpora.scenes.pool import PlacePool, combinations
from textreel.errors import AssetError
from textreel.nn.compositing import POSE, POSE_FIELDS, compose

WINDOW = Window(frames=6, shown=(0, 2, 4))


def clips(corpus: ScenesCorpus, seeds: Sequence[int] = range(8), split: str = "train") -> Batch:
    generators = [np.random.default_rng(seed) for seed in seeds]
    return corpus.batch(generators, window=WINDOW, split=split, side=32)


def test_a_batch_has_the_promised_shapes_and_ranges(corpus: ScenesCorpus) -> None:
    batch = clips(corpus)
    assert len(batch) == len(batch.wrong_captions) == len(batch.attributes) == len(batch.said) == 8
    assert batch.frames.shape == (8, 3, 3, 32, 32) and batch.frames.abs().max() <= 1
    assert batch.camera.shape == (8, 3, 4) and batch.scroll.shape == (8, 3, 2)
    known = batch.annotations
    assert known is not None
    assert known.poses.shape == (8, 6, 2, len(POSE_FIELDS)) and known.phases.shape == (8, 6, 2, 2)
    assert known.layers.sprites.shape == (8, 3, 2, 4, 64, 64)
    assert known.present[:, 0].all()
    assert (known.poses[~known.present.unsqueeze(1).expand(-1, 6, -1)][:, POSE["opacity"]] == 0).all()


def test_the_frames_are_the_composed_layers(corpus: ScenesCorpus) -> None:
    batch = clips(corpus)
    assert batch.annotations is not None
    again = compose(batch.annotations.layers, batch.camera, batch.scroll, 32, 32)
    torch.testing.assert_close(again.clamp(-1, 1), batch.frames, atol=1e-4, rtol=0)


def test_a_clip_is_a_function_of_its_seed(corpus: ScenesCorpus) -> None:
    first, again, other = clips(corpus, [1]), clips(corpus, [1]), clips(corpus, [2])
    assert first.captions == again.captions and torch.equal(first.frames, again.frames)
    assert first.captions != other.captions


def test_what_is_said_is_shown(corpus: ScenesCorpus) -> None:
    batch = clips(corpus, range(40))
    for shown, said in zip(batch.attributes, batch.said, strict=True):
        assert shown == said | {"direction": shown["direction"]}


def test_the_synonym_split_says_held_out_words(corpus: ScenesCorpus) -> None:
    plain, synonyms = clips(corpus, range(20)), clips(corpus, range(20), split="synonym")
    assert not any("held-out" in rule for row in range(20) for rule in broken_rules(plain, row))
    assert sum(any("held-out" in rule for rule in broken_rules(synonyms, row)) for row in range(20)) > 10


def test_readings_cost_no_painting_and_tell_what_films_show(corpus: ScenesCorpus) -> None:
    texts, said = corpus.readings(np.random.default_rng(0), 50)
    assert len(texts) == len(said) == 50
    assert {row["subject"] for row in said} == {"lion", "cat"}
    assert {row["direction"] for row in said} == {"left", "right", "unsaid"}


def test_good_clips_keep_every_rule_and_broken_ones_do_not(corpus: ScenesCorpus) -> None:
    assert findings(corpus, 16) == []
    batch = clips(corpus)
    assert batch.annotations is not None
    grey = replace(batch, frames=torch.zeros_like(batch.frames))
    assert "its frames are all one colour" in broken_rules(grey, 0)
    ghosts = replace(batch, annotations=replace(batch.annotations, poses=batch.annotations.poses * 0))
    assert "its first subject is never visible" in broken_rules(ghosts, 0)


def test_a_pool_holds_every_combination_and_is_painted_once(cache: Path) -> None:
    pool = PlacePool.open(seed=0, variations=1)
    assert len(pool.parts["canvas"]) == len(combinations())
    called: list[int] = []
    PlacePool.open(seed=0, variations=1, progress=lambda done, total: called.append(done))
    assert called == []
    assert pool.row("space", "night", "clear", np.random.default_rng(0)) == pool.row(
        "space", "day", "clear", np.random.default_rng(0)
    )


def test_an_interrupted_painting_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTREEL_CACHE", str(tmp_path))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PlacePool.open(seed=0, variations=1, progress=stop)
    assert not list(tmp_path.rglob("*.npy"))


def test_an_unknown_subject_is_refused(cache: Path) -> None:
    with pytest.raises(AssetError):
        ScenesCorpus(variations=1, subjects=("unicorn",))


def test_the_commands_build_check_and_show(
    cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["corpus", "build", "scenes", "--variations", "1"]) == 0
    assert f"{len(combinations())} paintings" in capsys.readouterr().out
    assert cli.run(["corpus", "check", "scenes", "--clips", "8"]) == 0
    assert "keep every rule" in capsys.readouterr().out
    sheet = tmp_path / "clips.png"
    assert cli.run(["corpus", "show", "scenes", "--clips", "2", "-o", str(sheet)]) == 0
    assert sheet.read_bytes().startswith(b"\x89PNG")
