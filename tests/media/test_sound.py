"""Sound in files: as long as the pictures, in its place, and alone."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from textreel import media
from textreel.errors import MediaError, UsageError
from textreel.types import AudioTrack

FPS, RATE = 24.0, 22050


def pictures(frames: int) -> Iterator[np.ndarray]:
    return iter(np.full((frames, 32, 32, 3), 90, dtype=np.uint8))


def tones(seconds: float) -> AudioTrack:
    time = np.arange(round(seconds * RATE)) / RATE
    both = [0.4 * np.sin(2 * np.pi * pitch * time) for pitch in (440.0, 660.0)]
    return AudioTrack(samples=np.stack(both, axis=1).astype(np.float32), sample_rate=RATE)


def pitch_of(samples: np.ndarray, rate: int) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))


@pytest.mark.parametrize("name", ["film.mp4", "film.webm"])
class TestFilms:
    @pytest.mark.parametrize("seconds", [1.5, 0.7, 3.0])
    def test_both_end_together_and_no_frame_is_lost(self, tmp_path: Path, name: str, seconds: float) -> None:
        media.write(pictures(36), tmp_path / name, fps=FPS, sound=tones(seconds))
        sound, info = media.read_sound(tmp_path / name), media.probe(tmp_path / name)
        assert sound is not None and info.frames == 36
        assert abs(sound.seconds - info.seconds) < 1 / FPS

    def test_left_and_right_are_what_they_were(self, tmp_path: Path, name: str) -> None:
        media.write(pictures(36), tmp_path / name, fps=FPS, sound=tones(1.5))
        sound = media.read_sound(tmp_path / name)
        assert sound is not None and sound.samples.shape[1] == 2
        for channel, pitch in enumerate((440.0, 660.0)):
            assert pitch_of(sound.samples[:, channel], sound.sample_rate) == pytest.approx(pitch, abs=2)

    def test_without_sound_there_is_no_track(self, tmp_path: Path, name: str) -> None:
        media.write(pictures(5), tmp_path / name, fps=FPS)
        assert media.read_sound(tmp_path / name) is None

    def test_sound_may_be_answered_at_the_end(self, tmp_path: Path, name: str) -> None:
        media.write(pictures(24), tmp_path / name, fps=FPS, sound=lambda: tones(1.0))
        sound = media.read_sound(tmp_path / name)
        assert sound is not None and abs(sound.seconds - 1.0) < 1 / FPS


def test_sound_alone_is_a_wav(tmp_path: Path) -> None:
    media.write(pictures(24), tmp_path / "film.wav", fps=FPS, metadata={"seed": 1}, sound=tones(1.0))
    sound = media.read_sound(tmp_path / "film.wav")
    assert sound is not None and sound.sample_rate == RATE
    np.testing.assert_allclose(sound.samples, tones(1.0).samples, atol=1e-4)
    assert media.read_metadata(tmp_path / "film.wav") == {"seed": 1}


def test_a_wav_needs_sound(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no-sound"):
        media.write(pictures(2), tmp_path / "film.wav", fps=FPS)
    assert list(tmp_path.iterdir()) == []


def test_other_kinds_of_film_hold_no_sound(tmp_path: Path) -> None:
    media.write(pictures(3), tmp_path / "film.gif", fps=FPS, sound=tones(0.1))
    assert media.probe(tmp_path / "film.gif").frames == 3


def test_sound_has_one_or_two_channels_of_floats() -> None:
    with pytest.raises(UsageError, match="float32"):
        AudioTrack(samples=np.zeros(5, dtype=np.float32), sample_rate=RATE)
