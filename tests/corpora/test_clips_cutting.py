"""Clips of every kind become square frames at one rate, with their sound; what is wrong with them is told."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from textreel.corpora.clips.check import check, clip_findings, corpus_findings
from textreel.corpora.clips.cutting import ClipFacts, ClipFormat, ClipReader, Piece
from textreel.corpora.clips.decoding import pictures
from textreel.corpora.clips.folder import Source, scan
from textreel.corpora.clips.sound import from_flac, to_flac
from textreel.errors import UsageError
from textreel.media import write

WANTED = ClipFormat(size=16, fps=12, seconds=2.0)
RED, GREEN = (200, 30, 30), (30, 200, 30)


def film(frames: int, width: int = 24, height: int = 16) -> list[np.ndarray]:
    """Red, then green from the middle on."""
    colours = [RED if index < frames // 2 else GREEN for index in range(frames)]
    return [np.full((height, width, 3), colour, dtype=np.uint8) for colour in colours]


def strip(path: Path, frames: Sequence[np.ndarray]) -> Path:
    Image.fromarray(np.concatenate(frames, axis=1)).save(path)
    return path


def film_with_sound(path: Path, seconds: float, sound_from: float) -> Path:
    """Black pictures, and a tone that begins some time after them."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=24)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=44_100, layout="stereo")
        for _ in range(round(24 * seconds)):
            picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), dtype=np.uint8), format="rgb24")
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        times = np.arange(round(44_100 * seconds)) / 44_100
        tone = (8000 * np.sin(2 * np.pi * 440 * times) * (times >= sound_from)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], format="s16", layout="stereo")
        frame.sample_rate = 44_100
        container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
    return path


def read(path: Path, wanted: ClipFormat = WANTED) -> tuple[list[Piece], ClipFacts]:
    reader = ClipReader(path, wanted)
    return list(reader.pieces()), reader.facts


class TestReading:
    @pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif", ".webp"])
    def test_two_seconds_are_two_seconds_whatever_their_frame_rate(self, tmp_path: Path, suffix: str) -> None:
        path = write(film(16), tmp_path / f"film{suffix}", fps=8)
        (piece,), facts = read(path)
        assert piece.frames.shape == (24, 16, 16, 3)
        assert (facts.width, facts.height, facts.pictures) == (
            24,
            16,
            16 if suffix in (".mp4", ".webm") else 2,
        )
        for index, colour in [(0, RED), (10, RED), (13, GREEN), (23, GREEN)]:
            assert np.abs(piece.frames[index].astype(int) - colour).max() < 40

    def test_a_strip_is_cut_into_its_squares(self, tmp_path: Path) -> None:
        path = strip(tmp_path / "strip.png", film(20, 16))
        (piece,), _ = read(path)
        assert np.array_equal(piece.frames, np.stack(film(20, 16)))

    def test_a_strip_takes_the_rate_it_is_given(self, tmp_path: Path) -> None:
        path = strip(tmp_path / "strip.png", film(20, 16))
        (piece,), _ = read(path, ClipFormat(size=16, fps=12, strip_fps=24))
        assert len(piece.frames) == 10

    def test_the_middle_is_kept_and_scaled(self, tmp_path: Path) -> None:
        frame = np.zeros((64, 128, 3), dtype=np.uint8)
        frame[:, 32:96] = RED
        path = write([frame] * 12, tmp_path / "wide.mp4", fps=12)
        (piece,), _ = read(path)
        assert np.abs(piece.frames[:, :, 1:-1].astype(int) - RED).max() < 30

    def test_a_turned_film_stands_upright(self, tmp_path: Path) -> None:
        path = tmp_path / "turned.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=12)
            stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
            stream.set_display_rotation(90)  # against the clock: what is on top comes to the left
            frame = np.zeros((32, 48, 3), dtype=np.uint8)
            frame[:8] = RED
            for _ in range(12):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            container.mux(stream.encode(None))
        (piece,), facts = read(path)
        assert (facts.width, facts.height) == (32, 48)
        red = piece.frames[0, :, :, 0].astype(int)
        assert red[:, :3].min() > 120 > red[:, 8:].max()

    def test_what_is_transparent_becomes_white(self, tmp_path: Path) -> None:
        path = tmp_path / "clear.webp"
        pages = [Image.new("RGBA", (16, 16), (0, 0, level, 0)) for level in range(12)]
        pages[0].save(path, save_all=True, append_images=pages[1:], duration=100, lossless=True, exact=True)
        picture = next(iter(pictures(path, 12)))
        assert picture.square(16).min() == 255 and picture.treatments == ("transparent: laid on white",)


class TestCuts:
    def shots(self, tmp_path: Path, *changes: int) -> ClipFacts:
        """Noise that becomes other noise at some frames, and drifts in between."""
        noise, frames = np.random.default_rng(0), []
        for index in range(24):
            if index in (0, *changes):
                scene = noise.integers(0, 255, (4, 4, 3)).repeat(4, axis=0).repeat(4, axis=1)
            frames.append(np.clip(scene + index, 0, 255).astype(np.uint8))
        reader = ClipReader(strip(tmp_path / "shots.png", frames), WANTED)
        reader.watch()
        assert ClipReader(tmp_path / "shots.png", WANTED).facts.pictures == 0
        return reader.facts

    def test_a_cut_inside_a_clip_is_told_with_its_time(self, tmp_path: Path) -> None:
        facts = self.shots(tmp_path, 12)
        assert facts.cuts == [1.0]
        found = clip_findings("shots.png", facts, WANTED)
        assert [one.what for one in found] == ["1 cut inside the clip, at 1.0 s"]

    def test_a_flash_and_what_changes_all_the_time_are_no_cuts(self, tmp_path: Path) -> None:
        assert self.shots(tmp_path, 12, 13).cuts == []
        assert self.shots(tmp_path, *range(24)).cuts == []
        assert self.shots(tmp_path).cuts == []

    def test_a_build_sees_the_same_cuts(self, tmp_path: Path) -> None:
        self.shots(tmp_path, 12)
        assert read(tmp_path / "shots.png")[1].cuts == [1.0]


class TestPieces:
    def test_long_clips_are_cut_and_nothing_is_lost(self, tmp_path: Path) -> None:
        path = strip(tmp_path / "long.png", [np.full((16, 16, 3), index, np.uint8) for index in range(61)])
        pieces, facts = read(path)
        assert [(piece.start_frame, len(piece.frames)) for piece in pieces] == [(0, 24), (24, 18), (42, 19)]
        assert np.array_equal(np.concatenate([piece.frames for piece in pieces])[:, 0, 0, 0], np.arange(61))
        assert facts.frames == 61

    def test_sound_is_as_long_as_the_frames_and_begins_with_them(self, tmp_path: Path) -> None:
        path = film_with_sound(tmp_path / "tone.mov", 3.0, 2.0)
        pieces, facts = read(path, ClipFormat(size=16, fps=12, seconds=2.0))
        assert [len(piece.frames) for piece in pieces] == [18, 18]
        assert not facts.sound_fault
        heard = np.concatenate([piece.sound for piece in pieces if piece.sound is not None])
        assert len(heard) == round(3.0 * 22_050)
        onset = int(np.argmax(np.abs(heard) > 1000))
        assert abs(onset / 22_050 - 2.0) < 0.005

    def test_a_film_without_sound_has_none(self, tmp_path: Path) -> None:
        (piece,), _ = read(write(film(12), tmp_path / "film.mp4", fps=12))
        assert piece.sound is None

    def test_flac_keeps_every_sample(self) -> None:
        samples = np.random.default_rng(0).integers(-32768, 32767, 5000).astype(np.int16)
        heard, rate = from_flac(to_flac(samples, 22_050))
        assert rate == 22_050
        assert np.array_equal(heard * 32768, samples.astype(np.float32))

    @pytest.mark.parametrize(
        "options",
        [
            {"size": 20},
            {"size": 1024},
            {"fps": 0},
            {"seconds": 0.5},
            {"seconds": 600},
            {"seconds": float("nan")},
            {"strip_fps": 0},
        ],
    )
    def test_impossible_formats_are_refused_by_their_flag(self, options: dict) -> None:
        with pytest.raises(UsageError, match=r"--|Pieces"):
            ClipFormat(**options)


class TestFindings:
    def told(self, path: Path) -> list[tuple[str, str]]:
        (path.parent / "metadata.csv").write_text(f"file_name,text\n{path.name},a box moves\n")
        report = check(scan(path.parent), WANTED)
        return [(one.severity, one.what) for one in report.findings if one.file == path.name]

    @pytest.mark.parametrize(
        ("frames", "severity", "word"),
        [(1, "error", "one picture"), (5, "error", "5 frames"), (10, "warning", "10 frames")],
    )
    def test_short_clips(self, tmp_path: Path, frames: int, severity: str, word: str) -> None:
        ((found, what),) = self.told(strip(tmp_path / "short.png", film(2 * frames, 16)[:frames]))
        assert found == severity
        assert word in what

    def test_unreadable_files(self, tmp_path: Path) -> None:
        path = tmp_path / "junk.mp4"
        path.write_bytes(b"this is no film" * 50)
        ((severity, what),) = self.told(path)
        assert severity == "error"
        assert "cannot be read" in what

    def test_a_picture_that_is_no_strip(self, tmp_path: Path) -> None:
        Image.new("RGB", (50, 16)).save(tmp_path / "photo.jpg")
        ((severity, what),) = self.told(tmp_path / "photo.jpg")
        assert severity == "error"
        assert "50x16" in what

    def test_sound_without_pictures(self, tmp_path: Path) -> None:
        path = tmp_path / "song.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("aac", rate=22_050, layout="mono")
            frame = av.AudioFrame.from_ndarray(
                np.zeros((1, 22_050), np.float32), format="fltp", layout="mono"
            )
            frame.sample_rate = 22_050
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        ((severity, what),) = self.told(path)
        assert severity == "error"
        assert "sound and no pictures" in what

    def test_a_film_that_breaks_is_used_up_to_there(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (120, 32, 32, 3), dtype=np.uint8)
        path = write(noise, tmp_path / "broken.mp4", fps=12)
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        pieces, facts = read(path)
        assert 1.0 < facts.seconds < 9.0
        assert sum(len(piece.frames) for piece in pieces) == facts.frames > 12
        ((severity, what),) = self.told(path)
        assert severity == "warning"
        assert "after" in what

    def test_a_webm_that_ends_early_is_told(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (60, 32, 32, 3), dtype=np.uint8)
        path = write(noise, tmp_path / "early.webm", fps=12)
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        ((severity, what),) = self.told(path)
        assert severity == "warning"
        assert "ends after" in what or "breaks after" in what

    def test_a_clock_that_jumps_ends_the_clip(self, tmp_path: Path) -> None:
        path = tmp_path / "jump.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=12, options={"bf": "0"})
            stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
            for index in range(36):
                picture = av.VideoFrame.from_ndarray(np.full((32, 32, 3), index, np.uint8), format="rgb24")
                picture.pts, picture.time_base = index + (100_000 if index >= 24 else 0), Fraction(1, 12)
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
        pieces, facts = read(path)
        assert sum(len(piece.frames) for piece in pieces) == facts.frames == 23
        assert "stands" in facts.fault

    def test_a_4k_clip_is_scaled_down(self) -> None:
        facts = ClipFacts(width=3840, height=2160, pictures=48, frames=24, seconds=2.0)
        (finding,) = clip_findings("big.mp4", facts, WANTED)
        assert finding.severity == "note"
        assert "16x16" in finding.remedy

    def test_the_corpus_as_a_whole(self) -> None:
        facts = ClipFacts(width=16, height=16, pictures=24, frames=24, seconds=2.0)
        ten = [(Source(path=f"{index}.mp4", captions=("a box moves",)), facts) for index in range(10)]
        told = {finding.what: finding.severity for finding in corpus_findings(ten, WANTED)}
        assert told == {"only 10 clips": "warning", "all clips say the same": "warning"}
        many = [(Source(path=f"{index}.mp4", captions=(f"box {index % 2}",)), facts) for index in range(100)]
        assert corpus_findings(many, WANTED) == []
        assert [finding.severity for finding in corpus_findings([], WANTED)] == ["error"]
