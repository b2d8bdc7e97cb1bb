"""The digits metric: paths and tracks are found, the judge reads, and films are counted right or wrong."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from textreel.corpora.digits.assets import load_digits
from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.corpora.digits.images import DigitImages
from textreel.corpora.digits.protocol import Mover, combinations
from textreel.errors import EvaluationError, UsageError
from textreel.evaluation import digit_reader, digits, evaluate
from textreel.evaluation.bench import Bench, judged_frames
from textreel.evaluation.digit_reader import KIND, DigitReader, train
from textreel.evaluation.digit_tracks import motion_of, track_one, track_two
from textreel.evaluation.digits import JUDGED, compared, is_right, prompts
from textreel.models import ModelCard, judge_folder

THREE = Mover(digit="3", motion="vertical")
SEVEN = Mover(digit="7", motion="horizontal")


@pytest.fixture(scope="module")
def images() -> DigitImages:
    return load_digits(packaged=True)


def ink(images: DigitImages, movers: tuple[Mover, ...], seed: int) -> NDArray[np.float32]:
    corpus = DigitsCorpus(digits=(1, 2), images=images)
    frames = corpus.compose([movers], [np.random.default_rng(seed)], JUDGED, "unseen")
    found: NDArray[np.float32] = ((frames[0, :, 0] + 1) / 2).numpy()
    return found


@pytest.mark.parametrize("mover", [THREE, SEVEN])
def test_one_digit_is_tracked_and_cut_out(images: DigitImages, mover: Mover) -> None:
    clip = ink(images, (mover,), 1)
    track = track_one(clip)
    assert track.motion == mover.motion
    assert abs(track.image.sum() - clip[0].sum()) < 0.1 * clip[0].sum()


def test_what_stands_still_or_strays_moves_in_no_direction(images: DigitImages) -> None:
    clip = ink(images, (SEVEN,), 1)
    assert track_one(np.repeat(clip[:1], 16, axis=0)).motion == "none"
    there = np.linspace(0, 36, 16)
    assert motion_of(np.stack([there, np.full(16, 20.0)], axis=1)) == "none"  # it never comes back
    back = np.concatenate([there, there[::-1]])
    assert motion_of(np.stack([back, back], axis=1)) == "none"
    assert motion_of(np.stack([np.full(32, 20.0), back], axis=1)) == "vertical"


def test_two_digits_are_told_apart_by_their_paths(images: DigitImages) -> None:
    tracks = track_two(ink(images, (THREE, SEVEN), 4))
    assert sorted(track.motion for track in tracks) == ["horizontal", "vertical"]
    alone = {mover.motion: track_one(ink(images, (mover,), 5)).image for mover in (THREE, SEVEN)}
    assert all(track.image.sum() > 20 for track in tracks) and len(alone) == 2


def test_training_a_reader_makes_it_better_and_it_comes_back(
    images: DigitImages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digit_reader, "BATCH", 15)
    told: list[str] = []
    reader, facts = train(images, epochs=6, report=told.append)
    assert len(told) == 6 and facts["training_images"] == 150
    assert reader.accuracy(images.training) > 0.3
    reader.save(tmp_path, facts)
    again = DigitReader.load(tmp_path)
    assert abs(again.accuracy(images.training) - reader.accuracy(images.training)) < 0.02
    with pytest.raises(EvaluationError, match="scripts/make-digits judge"):
        DigitReader.load(tmp_path / "nowhere")


def test_the_shipped_judge_reads_the_packaged_digits(images: DigitImages) -> None:
    assert sum(file.stat().st_size for file in judge_folder(KIND).iterdir()) < 1_000_000
    assert DigitReader.load().accuracy(images.evaluation) >= 0.94


def test_prompts_go_through_all_combinations_before_any_comes_again() -> None:
    asked = prompts(2, "unseen", 200, seed=3)
    assert set(asked) == set(combinations(2, "unseen")) and prompts(2, "unseen", 200, seed=3) == asked


def test_answers_count_in_any_order_and_only_if_they_belong_together() -> None:
    swapped = (Mover(digit="3", motion="horizontal"), Mover(digit="7", motion="vertical"))
    assert is_right((THREE, SEVEN), (SEVEN, THREE), "all")
    assert not is_right((THREE, SEVEN), swapped, "all")
    assert is_right((THREE, SEVEN), swapped, "digits") and is_right((THREE, SEVEN), swapped, "motions")
    figure = compared("x", [(THREE,), (SEVEN,)], [(THREE,), (THREE,)], [(THREE,), (SEVEN,)])[0]
    assert (figure.value, figure.real, figure.chance) == (0.5, 1.0, 0.5)


class Corpus:
    """A model that gives real clips of what it is asked for, and of nothing else."""

    name = "real"
    card = ModelCard(
        name="real",
        folder=Path("nowhere"),
        weights_hash="0" * 64,
        megabytes=0.0,
        metadata={"corpus": "digits"},
    )

    def __init__(self, images: DigitImages) -> None:
        self.images = images

    def generate(self, prompt: str, seed: int = 0, sound: bool = True) -> Any:
        words = prompt.split()
        motion = "horizontal" if "left" in words else "vertical"
        grey = ink(self.images, (Mover(digit=words[1], motion=motion),), seed)
        frames = np.repeat((grey * 255).round().astype(np.uint8)[..., None], 3, axis=-1)
        return SimpleNamespace(frames=frames)

    def stream(self, prompt: str, seed: int = 0, sound: bool = True) -> Iterator[NDArray[np.uint8]]:
        raise NotImplementedError


def test_films_that_are_real_clips_are_right(images: DigitImages, monkeypatch: pytest.MonkeyPatch) -> None:
    class Knowing(DigitReader):
        """Reads by likeness to the packaged images."""

        def read(self, ink_NHW: torch.Tensor) -> torch.Tensor:
            known = torch.from_numpy(images.evaluation.images).float().flatten(1) / 255
            labels = torch.from_numpy(images.evaluation.labels).long()
            # What is cut out around the centroid may be a pixel off.
            shifts = [(down, right) for down in (-2, -1, 0, 1, 2) for right in (-2, -1, 0, 1, 2)]
            apart = torch.stack([torch.cdist(ink_NHW.roll(by, (1, 2)).flatten(1), known) for by in shifts])
            return torch.nn.functional.one_hot(labels[apart.amin(dim=0).argmin(dim=1)], 10)

    monkeypatch.setattr(digits.DigitReader, "load", classmethod(lambda kind: Knowing()))
    monkeypatch.setattr(digits, "KINDS", {1: "one digit"})
    monkeypatch.setattr(digits, "load_digits", lambda packaged: images)
    (result,) = evaluate(Corpus(images), ["digits"], films=6).results
    for split in ("held out", "seen"):
        figure = result.figure(f"one digit, {split}/motions")
        assert figure.value == figure.real == 1.0
        assert result.figure(f"one digit, {split}/all").value >= 5 / 6
    assert "noise seeds from 0" in result.method


def test_metrics_that_do_not_fit_are_refused_in_a_sentence(images: DigitImages) -> None:
    with pytest.raises(UsageError, match="adherence is for models of scenes, and real was trained on digits"):
        evaluate(Corpus(images), ["adherence"])
    with pytest.raises(UsageError, match="--corpus SHARDS"):
        evaluate(Corpus(images), ["actions"])


def test_a_film_that_is_too_short_is_told(images: DigitImages) -> None:
    with pytest.raises(EvaluationError, match="first 48 frames"):
        judged_frames(Corpus(images), "digit 3 is moving up and down", 0, 64)


def test_own_clips_are_asked_for(images: DigitImages) -> None:
    with pytest.raises(UsageError, match="--corpus SHARDS"):
        _ = Bench(model=Corpus(images), films=2).clips
