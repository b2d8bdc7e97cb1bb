"""How sounds are learned (VAE-GAN, Larsen et al. 2016): the vocoder from recordings, then what it is given from words.

An encoder reads real sounds and answers their content codes; the generator imagines their features from words, codes
and controls, and the vocoder makes them heard. In the game the judges hear sounds of codes and sounds of noise alike.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from lightning_fabric import Fabric
from torch import Tensor, nn

from textreel.corpora.sounds.protocol import SoundBatch
from textreel.discriminators import Hearing
from textreel.language import WordVectors
from textreel.nn.bursts import bursts
from textreel.nn.gaussian import Gaussian, divergence
from textreel.nn.rhythm import Rhythm, rhythm
from textreel.nn.spectra import BANDS, HOP, RATE, log_mel
from textreel.soundtrack import SoundGenerator, SoundGeneratorConfig, SoundState
from textreel.soundtrack.features import FEATURES, analyse
from textreel.soundtrack.generator import CONTROLS
from textreel.training.chance import ClipChance
from textreel.training.configuration import TrainingConfig
from textreel.training.objectives.base import Lesson, Moment, Objective, Painted
from textreel.training.reading import DisturbedWords
from textreel.training.sound_sheet import save_sound_sheet

LESSONS = 2_000_000  # keeps the chance of lessons apart from that of the game
WINDOWS = (256, 1024, 2048)
FLOOR = 1e-4
LEAST_BEAT = 0.5  # strength of a beat beside which bursts are taken to be its strokes


class SoundEncoder(nn.Module):
    """Features [B, F, X] and controls [B, F, C] of sounds, and sentences [B, D] -> content codes; for training only."""

    def __init__(self, config: SoundGeneratorConfig, channels: int = 96) -> None:
        super().__init__()
        stack: list[nn.Module] = []
        before = FEATURES + CONTROLS
        for _ in range(4):
            stack += [nn.Conv1d(before, channels, 5, 2, 2), nn.GroupNorm(8, channels), nn.LeakyReLU(0.2)]
            before = channels
        self.frames = nn.Sequential(*stack)
        self.content = nn.Linear(2 * channels + config.text.features, 2 * config.content)

    def forward(self, features_BFX: Tensor, controls_BFC: Tensor, sentence_BD: Tensor) -> Gaussian:
        seen = self.frames(torch.cat([features_BFX, controls_BFC], dim=-1).transpose(1, 2)).float()
        pooled = torch.cat([seen.mean(dim=-1), seen.amax(dim=-1), sentence_BD.float()], dim=-1)
        return Gaussian.of(self.content(pooled))


class SoundsObjective(Objective):
    """See the module's text."""

    generator: Any

    def __init__(self, config: TrainingConfig, corpus: Any, words: DisturbedWords, fabric: Fabric) -> None:
        super().__init__(config, corpus, words, fabric)
        assert isinstance(config.generator, SoundGeneratorConfig)
        self.generator = SoundGenerator(config.generator).to(fabric.device)
        self.encoder = SoundEncoder(config.generator).to(fabric.device)

    def companions(self) -> Mapping[str, nn.Module]:
        return {"encoder": self.encoder}

    def real_showing(self, batch: Any) -> Any:
        return Hearing(batch.sound)

    def compared(self, painted: Painted, batch: Any) -> tuple[Tensor, Tensor]:
        """Mean bands of sounds, made and real [B, BANDS]."""
        heard: Any = painted.showing
        return tuple(log_mel(sound.detach().float()).mean(dim=1) for sound in (heard.sound, batch.sound))  # type: ignore[return-value]

    def draw_sheet(self, generator: Any, vectors: WordVectors, path: Path) -> None:
        """Spectrograms of generated sounds under real ones."""
        save_sound_sheet(generator, self.corpus, vectors, self.config, path)

    def lessons(self) -> tuple[Lesson, ...]:
        options, generator = self.config.sounds, self.generator
        vocoder = list(generator.vocoder.parameters())
        known = {id(parameter) for parameter in vocoder}
        others = [each for each in generator.parameters() if id(each) not in known] + [
            *self.encoder.parameters()
        ]
        size = options.lesson_batch
        return (
            Lesson(
                name="vocoder",
                steps=options.vocoder_steps,
                clips=size,
                parameters=vocoder,
                loss=self.hear_again,
            ),
            Lesson(
                name="imagining",
                steps=options.imagining_steps,
                clips=size,
                parameters=others,
                loss=self.imagine_features,
            ),
        )

    def material(self, step: int, lesson: int) -> tuple[SoundBatch, ClipChance]:
        """The sounds of a step of a lesson; every process has the same."""
        seed, size = self.config.seed, self.config.sounds.lesson_batch
        first = LESSONS + lesson * size
        generators = [np.random.default_rng([seed, step, first + clip]) for clip in range(size)]
        batch = self.corpus.sounds(generators, split="train").to(self.fabric.device)  # type: ignore[attr-defined]
        return batch, ClipChance.of(seed, step, range(first, first + size))

    def hear_again(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The distance of recordings from what the vocoder makes of their features."""
        batch, chance = self.material(step, 0)
        features = analyse(batch.sound)
        vocoder = self.generator.vocoder
        noise = chance.normal_like(features.new_zeros(*features.shape[:2], HOP))
        with self.fabric.autocast():
            sound, _ = vocoder(features, noise, vocoder.initial_state(len(batch), features.device))
        distance = spectral_distance(sound, batch.sound)
        return distance, {"distance/vocoder": distance.item()}

    def imagine_features(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The distance of features alone, and the divergence of the codes."""
        batch, chance = self.material(step, 1)
        words = self.words(batch.captions, chance, self.config.word_disturbance)
        with self.fabric.autocast():
            made, true, codes, _, beat = self.follow(batch, words, chance)
        distance, apart = feature_distance(made, true), divergence(codes, codes.standard()).mean()
        weight = self.config.sounds.content_weight * min(1.0, step / 200)
        loss = distance + weight * apart + self.config.sounds.rhythm_weight * beat
        numbers = {"distance/features": distance, "divergence": apart, "distance/rhythm": beat}
        return loss, {name: number.item() for name, number in numbers.items()}

    def follow(
        self, batch: SoundBatch, words: tuple[Tensor, Tensor], chance: ClipChance
    ) -> tuple[Tensor, Tensor, Gaussian, SoundState, Tensor]:
        """Features imagined from the codes, rhythm and bursts of real sounds, the real ones, the codes, the state at
        the beginning, and how far the rhythm and the bursts are from what words and codes say of them."""
        generator, true = self.generator, analyse(batch.sound)
        encoding = generator.encode(*words)
        codes = self.encoder(true, batch.controls, encoding.sentence)
        content = codes.sample(chance.normal_like(codes.mean))
        state = generator.begin(encoding, content)
        beats = rhythm_of(batch)
        sudden = bursts_of(batch, beats)
        apart = rhythm_distance(state.rhythm, beats) + bursts_distance(state, sudden)
        state = replace(state, rhythm=beats)
        made, _ = generator.imagine(batch.controls, sudden, self.chance_like(batch.controls, chance), state)
        return made, true, codes, state, apart

    def chance_like(self, controls_BFC: Tensor, chance: ClipChance) -> Tensor:
        """Noise for every frame."""
        return chance.normal_like(
            controls_BFC.new_zeros(*controls_BFC.shape[:2], self.generator.config.chance)
        )

    def paint(self, moment: Moment) -> Painted:
        """Make the batch's sounds again from their codes; with a game, some of them from noise instead."""
        options, batch = self.config.sounds, moment.batch
        assert isinstance(batch, SoundBatch)
        made, true, codes, state, beat = self.follow(batch, moment.words, moment.chance)
        noise = moment.chance.normal_like(made.new_zeros(*made.shape[:2], HOP))
        sound, _ = self.generator.sound(made, noise, state)
        apart = divergence(codes, codes.standard()).mean()
        losses = {
            "features": options.features_weight * feature_distance(made, true),
            "spectra": options.spectra_weight * spectral_distance(sound, batch.sound),
            "content": options.content_weight * apart,
            "rhythm": options.rhythm_weight * beat,
        }
        moment.numbers["divergence"] = apart.item()
        if moment.game:
            sound = self.with_imagined(sound, noise, moment, batch, state.rhythm.phase)
        return Painted(Hearing(sound), losses)  # type: ignore[arg-type]

    def with_imagined(
        self, sound_BN: Tensor, noise_BFH: Tensor, moment: Moment, batch: SoundBatch, phase_B: Tensor
    ) -> Tensor:
        """The same sounds, some of them replaced by what noise makes of their words and controls.

        Where in its beat a sound begins, neither says: these begin where the real ones did.
        """
        every = max(1, round(1 / max(self.config.sounds.imagined_share, 1e-3)))
        rows = torch.arange(0, len(sound_BN), every, device=sound_BN.device)
        generator, chance = self.generator, moment.chance
        content = chance.normal_like(sound_BN.new_zeros(len(sound_BN), generator.config.content))[rows]
        encoding = generator.encode(*moment.words)[rows]
        state = generator.begin(encoding, content)
        state = replace(state, rhythm=state.rhythm._replace(phase=phase_B[rows]))
        controls = batch.controls[rows]
        sudden = generator.bursting(chance.normal_like(batch.controls[..., :2])[rows], state)
        features, _ = generator.imagine(
            controls, sudden, self.chance_like(batch.controls, chance)[rows], state
        )
        imagined, _ = generator.sound(features, noise_BFH[rows], state)
        return sound_BN.index_copy(0, rows, imagined.to(sound_BN.dtype))


def rhythm_of(batch: SoundBatch) -> Rhythm:
    """How real sounds beat; events come when they are told to, whatever their rhythm."""
    told = rhythm(batch.sound, batch.controls[..., 0], batch.controls[..., 2])
    steady = (batch.controls[..., 1].amax(dim=1) == 0).to(told.strength.dtype)
    return told._replace(strength=told.strength * steady)


def rhythm_distance(said: Rhythm, true: Rhythm) -> Tensor:
    """Cross-entropy of whether there is a beat, and octaves between the rates of those that beat."""
    chance = said.strength.clamp(1e-4, 1 - 1e-4)
    strength = -(true.strength * torch.log(chance) + (1 - true.strength) * torch.log(1 - chance)).mean()
    octaves = (torch.log2(said.rate) - torch.log2(true.rate)).abs()
    return strength + (true.strength * octaves).mean()


def bursts_of(batch: SoundBatch, beats: Rhythm) -> Tensor:
    """Where real sounds crackle or drip [B, F]: steady ones that have no beat."""
    found = bursts(batch.sound, batch.controls[..., 0])
    steady = (batch.controls[..., 1].amax(dim=1) == 0) & (beats.strength < LEAST_BEAT)
    return found * steady[:, None]


def bursts_distance(said: SoundState, true_BF: Tensor) -> Tensor:
    """How unlikely so many bursts a second are (Poisson), in nats a second, and how far their mean strength is off."""
    begun = (true_BF > 0).to(true_BF.dtype)
    count, seconds = begun.sum(dim=1), true_BF.shape[1] * HOP / RATE
    rare = said.burst_rate - count / seconds * torch.log(said.burst_rate.clamp(min=1e-3))
    strength = true_BF.sum(dim=1) / count.clamp(min=1)
    return (0.1 * rare + (count > 0) * (said.burst_strength - strength).abs()).mean()


def feature_distance(made_BFX: Tensor, true_BFX: Tensor) -> Tensor:
    """Mean absolute difference of bands; of pitches where there is one; of periodicity, so that noise stays noise."""
    apart = (made_BFX.float() - true_BFX).abs()
    tonal = true_BFX[..., BANDS + 1]
    return apart[..., :BANDS].mean() + (tonal * apart[..., BANDS]).mean() + 0.3 * apart[..., BANDS + 1].mean()


def spectral_distance(made_BN: Tensor, true_BN: Tensor) -> Tensor:
    """Mean difference of log magnitudes and relative difference of magnitudes, over windows of several lengths.

    Multi-resolution STFT loss (Yamamoto et al. 2020). Before they are compared, neighbouring bins and frames are
    averaged: single bins of noise cannot be foretold.
    """
    parts = []
    for size in WINDOWS:
        window = torch.hann_window(size, device=made_BN.device)
        made, true = (
            F.avg_pool2d(
                torch.view_as_real(
                    torch.stft(sound.float(), size, size // 4, window=window, return_complex=True)
                )
                .square()
                .sum(dim=-1)[:, None],
                (3, 3),
                (2, 2),
            )
            for sound in (made_BN, true_BN)
        )
        logs = 0.5 * (torch.log(made + FLOOR) - torch.log(true + FLOOR)).abs().mean()
        roots = torch.sqrt(made + FLOOR), torch.sqrt(true + FLOOR)
        relative = (roots[0] - roots[1]).abs().sum() / roots[1].sum()
        parts.append(logs + 0.5 * relative)
    return torch.stack(parts).mean()
