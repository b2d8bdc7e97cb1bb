"""A run that learns sounds: by the same trainer as pictures, resumed bit for bit, its lessons falling."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from textreel import checkpoint, media
from textreel.corpora.clips.build import build
from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.folder import scan
from textreel.corpora.sounds.corpus import SoundsCorpus
from textreel.corpora.sounds.kinds import BY_NAME
from textreel.corpora.sounds.modelled import MODELS
from textreel.corpora.sounds.takes import Takes, from_onset, levelled
from textreel.discriminators import Hearing
from textreel.discriminators.base import DiscriminatorConfig
from textreel.discriminators.panel import JUDGES_OF_SOUND
from textreel.language import WordVectors
from textreel.nn.spectra import RATE
from textreel.soundtrack import load_sound_generator
from textreel.training.configuration import override
from textreel.training.objectives.sounds import spectral_distance
from textreel.training.recipes import RECIPES
from textreel.training.rehearsal import forecast_run
from textreel.training.run import CORPORA
from textreel.training.trainer import Trainer
from textreel.types import AudioTrack

PLAYING = {"adversarial.start_step": 1, "adversarial.ramp_steps": 1, "adversarial.penalty_every": 2}
MakeTrainer = Callable[..., Trainer]


@pytest.fixture(scope="module")
def sounds() -> SoundsCorpus:
    takes = {}
    for name in ("rain", "ball"):
        made = [levelled(MODELS[name](np.random.default_rng(seed)).astype(np.float32)) for seed in range(4)]
        takes[name] = tuple(made if BY_NAME[name].manner == "steady" else map(from_onset, made))
    return SoundsCorpus(("rain", "ball"), Takes(takes))


@pytest.fixture
def make_sounds(sounds: SoundsCorpus, vectors: WordVectors, few_captions: None) -> MakeTrainer:
    def make(folder: Path, **changes: Any) -> Trainer:
        named = {name.replace("__", "."): value for name, value in changes.items()}
        return Trainer(override(RECIPES["sounds-tiny"](), PLAYING | named), sounds, vectors, folder)

    return make


def test_a_resumed_run_equals_the_uninterrupted_one_bit_for_bit(
    make_sounds: MakeTrainer, tmp_path: Path
) -> None:
    whole = make_sounds(tmp_path / "whole")
    whole.run()
    first = make_sounds(tmp_path / "parts", checkpoint_every=100)
    first.run(stop=lambda: first.step == 3)
    second = make_sounds(tmp_path / "parts", checkpoint_every=100)
    second.resume()
    second.run()
    expected, got = (checkpoint.load(tmp_path / part / "state").tensors for part in ("whole", "parts"))
    assert expected.keys() == got.keys()
    assert [name for name in got if not torch.equal(expected[name], got[name])] == []


def test_the_model_is_ready_to_be_heard(make_sounds: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_sounds(tmp_path / "run")
    trainer.run()
    generator = load_sound_generator(tmp_path / "run" / "model")
    assert generator.config == trainer.config.generator
    assert (tmp_path / "run" / "sheets" / "000004.png").is_file()
    kept = checkpoint.load(tmp_path / "run" / "model" / "discriminators", kind="discriminators")
    assert kept.metadata["generator_weights"] == checkpoint.load(tmp_path / "run" / "model").weights_hash
    assert kept.tensors.keys() == trainer.critic.state_dict().keys()


def test_a_forecast_changes_nothing(make_sounds: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_sounds(tmp_path / "run")
    before = {name: value.clone() for name, value in trainer.generator.state_dict().items()}
    forecast = forecast_run(trainer)
    assert {pace.name for pace in forecast.paces} >= {
        "vocoder alone",
        "imagining alone",
        "steps with the game",
    }
    assert all(torch.equal(before[name], value) for name, value in trainer.generator.state_dict().items())


def test_features_are_learned(make_sounds: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_sounds(
        tmp_path / "run", sounds__imagining_steps=60, sounds__lesson_batch=4, learning_rate=5e-3
    )
    _, lesson = trainer.objective.lessons()
    optimiser = torch.optim.Adam(lesson.parameters, lr=5e-3)
    losses = [trainer.practise(lesson, step, optimiser)["distance/features"] for step in range(60)]
    assert np.mean(losses[-10:]) < 0.75 * np.mean(losses[:5])


def test_a_sound_is_near_itself_and_far_from_another() -> None:
    chance = torch.Generator().manual_seed(0)
    noise, other = (0.1 * torch.randn(1, 8192, generator=chance) for _ in range(2))
    tone = 0.1 * torch.sin(torch.arange(8192) / 9)[None]
    assert spectral_distance(noise, noise) < 1e-3
    assert spectral_distance(noise, other) < 0.6 * spectral_distance(noise, tone)


@pytest.mark.parametrize("name", JUDGES_OF_SOUND)
class TestJudges:
    def test_each_sound_is_judged_by_itself_and_by_its_text(self, name: str) -> None:
        torch.manual_seed(0)
        judge = JUDGES_OF_SOUND[name](DiscriminatorConfig(sentence=16, channels=(8, 8, 8, 8)))
        heard, sentence = Hearing(0.1 * torch.randn(2, 8192)), torch.randn(2, 16)
        logits = judge(heard, sentence)
        assert logits.shape == (2,) and logits.dtype == torch.float32
        alone = judge(heard.map(lambda part: part[1:]), sentence[1:])
        torch.testing.assert_close(logits[1:], alone, atol=1e-5, rtol=1e-4)
        assert not torch.allclose(judge(heard, sentence.flip(0)), logits)

    def test_silence_has_a_gradient(self, name: str) -> None:
        judge = JUDGES_OF_SOUND[name](DiscriminatorConfig(sentence=16, channels=(8, 8, 8, 8)))
        silence = torch.zeros(1, 8192, requires_grad=True)
        judge(Hearing(silence), torch.randn(1, 16)).sum().backward()
        assert silence.grad is not None and torch.isfinite(silence.grad).all()


def test_the_sound_of_own_clips_is_learned_from(
    vectors: WordVectors, few_captions: None, tmp_path: Path
) -> None:
    """Clips with a tone of their own each: kept by the build, aligned, and what a run learns from."""
    folder, rate = tmp_path / "clips", 16_000
    folder.mkdir()
    for number in range(6):
        frames = np.full((36, 32, 32, 3), 40 * number, dtype=np.uint8)
        tone = 0.4 * np.sin(2 * np.pi * 300 * (1 + number) * np.arange(3 * rate) / rate)
        tone[:rate] = 0  # nothing is heard in the first second
        sound = AudioTrack(samples=tone[:, None].astype(np.float32), sample_rate=rate)
        media.write(iter(frames), folder / f"{number}.mp4", fps=12, sound=sound)
        (folder / f"{number}.txt").write_text(f"a horn of pitch {number}")
    shards = tmp_path / "shards"
    build(scan(folder), shards, ClipFormat(size=32, fps=12, seconds=4.0))
    config = override(
        RECIPES["sounds-tiny"](),
        PLAYING | {"recipe": "own-sounds", "corpus.name": "own-sounds", "corpus.folder": str(shards)},
    )
    corpus: Any = CORPORA["own-sounds"](config.corpus)
    for item in corpus.items["train"]:
        pitch = 300 * (1 + int(item.captions[0].split()[-1]))
        spectrum = np.abs(np.fft.rfft(item.samples[-RATE:]))
        assert abs(int(spectrum.argmax()) - pitch) <= 2 and len(item.samples) == pytest.approx(
            3 * RATE, abs=RATE / 12
        )
        assert np.abs(item.samples[: RATE // 2]).max() < 0.02 < np.abs(item.samples[-RATE:]).max()
    trainer = Trainer(config, corpus, vectors, tmp_path / "run")
    trainer.run()
    assert trainer.step == config.steps and load_sound_generator(tmp_path / "run" / "model")
