"""Judging sounds: onsets, recordings of one's own, a judge that learns, and what is refused."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from textreel import media
from textreel.corpora.sounds.modelled import MODELS
from textreel.corpora.sounds.own import caption_of, controls_of, folder_of_sounds, onsets
from textreel.corpora.sounds.protocol import CLIP_FRAMES, CLIP_SAMPLES
from textreel.errors import CorpusError
from textreel.evaluation import METRICS
from textreel.evaluation.bench import Bench
from textreel.evaluation.sound_classes import played, shuffled
from textreel.evaluation.sound_events import FRAME_SECONDS, REACH_SECONDS, errors_of, heard_onsets
from textreel.evaluation.sound_judge import SoundJudge, named, train_sound_judge
from textreel.nn.spectra import HOP, RATE
from textreel.types import AudioTrack


def clicks(*times: float, seconds: float = 2.0) -> np.ndarray:
    """Knocks at these moments over a faint wind."""
    chance = np.random.default_rng(0)
    sound = 0.002 * chance.standard_normal(round(seconds * RATE))
    knock = 0.3 * chance.standard_normal(900) * np.exp(-np.arange(900) / 200)
    for time in times:
        first = round(time * RATE)
        sound[first : first + len(knock)] += knock[: len(sound) - first]
    return sound.astype(np.float32)


class TestOnsets:
    def test_knocks_are_heard_within_some_milliseconds(self) -> None:
        times = (0.2, 0.55, 1.013, 1.6)
        found = heard_onsets(np.repeat(clicks(*times)[:, None], 2, axis=1))
        errors = errors_of(times, found)
        assert len(found) == len(times) and max(abs(error) for error in errors) < 0.012

    def test_wind_alone_has_no_onset(self) -> None:
        assert heard_onsets(clicks()[:, None]) == () == heard_onsets(None)

    def test_what_is_not_heard_counts_as_far_off(self) -> None:
        assert errors_of((0.5, 1.0), ()) == [REACH_SECONDS] * 2
        assert errors_of((0.5,), (0.45, 0.52)) == pytest.approx([0.02])
        assert FRAME_SECONDS < REACH_SECONDS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of five recordings each, in two folds."""
    root = tmp_path_factory.mktemp("recordings")
    for number, (name, model) in enumerate((("001 - Rain", "rain"), ("002 - Siren", "siren"))):
        (root / name).mkdir()
        for fold in (1, 2):
            for take in range(3):
                made = MODELS[model](np.random.default_rng([number, fold, take])).astype(np.float32)
                sound = AudioTrack(samples=(0.2 * made / made.std())[:, None].clip(-1, 1), sample_rate=RATE)
                blank = iter(np.zeros((1, 2, 2, 3), dtype=np.uint8))
                media.write(blank, root / name / f"{fold}-{take}.wav", fps=24, sound=sound)
    return root


class TestOwnSounds:
    def test_a_folder_says_what_is_heard_and_folds_are_held_out(self, folder: Path) -> None:
        sounds = folder_of_sounds(folder, ("2",))
        assert {item.captions for item in sounds.items["train"]} == {("rain",), ("siren",)}
        assert {item.group for item in sounds.items["held-out"]} == {"2"}
        batch = sounds.sounds(np.random.default_rng(0).spawn(3), split="train")
        assert batch.sound.shape == (3, CLIP_SAMPLES) and batch.controls.shape == (3, CLIP_FRAMES, 3)
        assert all(one != other for one, other in zip(batch.captions, batch.wrong_captions, strict=True))

    def test_names_of_folders_are_words(self) -> None:
        assert caption_of("001 - Dog bark") == "dog bark" and caption_of("sea_waves") == "sea waves"

    def test_events_are_read_from_the_recording(self) -> None:
        controls = controls_of(np.pad(clicks(0.3, 1.2), (0, CLIP_SAMPLES - 2 * RATE)))
        begun = np.flatnonzero(controls[:, 1]) * HOP / RATE
        np.testing.assert_allclose(begun, [0.3, 1.2], atol=0.012)
        assert onsets(np.ones(50)) == []

    def test_an_empty_folder_and_an_unknown_fold_are_refused(self, folder: Path, tmp_path: Path) -> None:
        with pytest.raises(CorpusError, match="no sound files"):
            folder_of_sounds(tmp_path)
        with pytest.raises(CorpusError, match="hold out"):
            folder_of_sounds(folder, ("9",))


def test_a_judge_learns_what_is_what(folder: Path) -> None:
    sounds = folder_of_sounds(folder, ("2",))
    items = sounds.items["train"]
    judge = train_sound_judge(
        [item.samples for item in items], [item.captions[0] for item in items], steps=12
    )
    assert [named(judge, item.samples) == item.captions[0] for item in sounds.items["held-out"]].count(
        True
    ) >= 5


def test_a_judge_does_not_mind_how_loud_a_sound_is() -> None:
    torch.manual_seed(0)
    judge = SoundJudge(("rain", "siren")).eval()
    sound = torch.from_numpy(0.2 * MODELS["siren"](np.random.default_rng(0))[: 2 * RATE].astype(np.float32))[
        None
    ]
    torch.testing.assert_close(judge(sound), judge(0.5 * sound), atol=0.02, rtol=0.05)


def test_events_are_played_now_and_then_and_steady_sounds_all_the_time() -> None:
    chance = np.random.default_rng(0)
    assert (played("event", chance)[:, 1] > 0).sum() in (1, 2, 3)
    assert not played("steady", chance)[:, 1].any()
    assert shuffled({"dog": ["dog bark"] * 4, "rain": ["rain"] * 4}) == 0


@pytest.mark.parametrize("name", ["sound_event", "sound_class"])
def test_a_model_without_sound_is_refused(name: str) -> None:
    silent = SimpleNamespace(name="mute", sound=None, card=SimpleNamespace(metadata={"corpus": "scenes"}))
    bench = Bench(model=silent, films=2, seed=0, progress=lambda *_: None)  # type: ignore[arg-type]
    assert "textreel train sounds" in (METRICS[name].refusal(bench) or "")
