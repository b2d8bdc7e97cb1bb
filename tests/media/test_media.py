import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from textreel import media
from textreel.errors import MediaError, UsageError
from textreel.media.encoders import durations_milliseconds

NAMES = ("film.mp4", "film.webm", "film.gif", "film.webp", "film")
CODECS = {"film.mp4": "h264", "film.webm": "vp9", "film.gif": "gif", "film.webp": "webp", "film": "png"}
METADATA = {"prompt": 'a "lion", é ü 獅', "seed": 7, "fps": 24.0}


def film(frames: int = 12, height: int = 32, width: int = 48) -> np.ndarray:
    """A smooth picture that drifts; uint8 [frames, height, width, 3]."""
    t, y, x = np.meshgrid(np.arange(frames), np.arange(height), np.arange(width), indexing="ij")
    waves = [np.sin(x / 9 + t / 3), np.cos(y / 8), np.sin((x + y) / 12 - t / 5)]
    return (128 + 90 * np.stack(waves, axis=-1)).astype(np.uint8)


@pytest.mark.parametrize("name", NAMES)
class TestEveryKindOfFile:
    def test_what_is_written_is_read(self, tmp_path: Path, name: str) -> None:
        frames = film()
        assert media.write(iter(frames), tmp_path / name, fps=24, metadata=METADATA) == tmp_path / name
        back = np.stack(list(media.read(tmp_path / name)))
        assert back.dtype == np.uint8
        assert back.shape == frames.shape
        assert np.abs(back.astype(int) - frames).mean() < (0.1 if name == "film" else 12)
        assert np.abs((back.astype(float) - frames).mean(axis=(0, 1, 2))).max() < 3

    def test_it_is_probed(self, tmp_path: Path, name: str) -> None:
        media.write(film(), tmp_path / name, fps=24, metadata=METADATA)
        info = media.probe(tmp_path / name)
        assert info == media.FilmInfo(width=48, height=32, fps=24.0, frames=12, codec=CODECS[name])
        assert info.seconds == 0.5

    def test_the_metadata_lies_inside_and_beside(self, tmp_path: Path, name: str) -> None:
        media.write(film(2), tmp_path / name, fps=24, metadata=METADATA)
        sidecar = media.sidecar_of(tmp_path / name)
        assert json.loads(sidecar.read_text()) == METADATA == media.read_metadata(sidecar)
        sidecar.unlink()
        assert media.read_metadata(tmp_path / name) == METADATA

    def test_the_same_frames_give_the_same_bytes(self, tmp_path: Path, name: str) -> None:
        for folder in ("first", "second"):
            (tmp_path / folder).mkdir()
            media.write(film(3), tmp_path / folder / name, fps=24, metadata=METADATA)
        files = [sorted(f for f in (tmp_path / d).rglob("*") if f.is_file()) for d in ("first", "second")]
        assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]

    def test_a_film_of_that_name_is_replaced(self, tmp_path: Path, name: str) -> None:
        media.write(film(4), tmp_path / name, fps=24)
        media.write(film(2), tmp_path / name, fps=24)
        assert media.probe(tmp_path / name).frames == 2

    def test_a_film_with_still_moments_keeps_its_length(self, tmp_path: Path, name: str) -> None:
        media.write(np.repeat(film(2), 5, axis=0), tmp_path / name, fps=24, metadata=METADATA)
        assert media.probe(tmp_path / name).frames == 10

    @pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError, ValueError])
    def test_after_a_failure_the_old_film_is_there_and_nothing_else(
        self, tmp_path: Path, name: str, failure: type[BaseException]
    ) -> None:
        def broken() -> Iterator[np.ndarray]:
            yield from film(2)
            raise failure

        media.write(film(4), tmp_path / name, fps=24, metadata=METADATA)
        before = sorted(file.name for file in tmp_path.iterdir())
        with pytest.raises(failure):
            media.write(broken(), tmp_path / name, fps=24)
        assert sorted(file.name for file in tmp_path.iterdir()) == before
        assert media.read_metadata(tmp_path / name) == METADATA


FULL_DISK = """
import resource, sys
import numpy as np
from textreel import media
from textreel.errors import MediaError
frames = np.random.default_rng(0).integers(0, 255, (24, 64, 64, 3), dtype=np.uint8)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY))
for path in sys.argv[1:]:
    try:
        media.write(frames, path, fps=24)
    except MediaError as error:
        assert "could not be written: File too large" in str(error), error
    else:
        raise AssertionError(path)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of files")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in NAMES]
    subprocess.run([sys.executable, "-c", FULL_DISK, *paths], check=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("film.avi", "name ends in .mp4, .webm, .gif, .webp, .wav, or has no ending"),
        ("nowhere/film.mp4", "does not exist: make it first"),
        ("folder.mp4", "is a folder: name a file"),
        ("full", "holds more than frames of a film"),
    ],
)
def test_a_target_that_cannot_be_is_refused_early(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match=message):
        media.check_target(tmp_path / name)
    with pytest.raises(UsageError, match=message):
        media.write(film(1), tmp_path / name, fps=24)
    assert (tmp_path / "full" / "letter.txt").read_text() == "dear"


def test_what_is_no_film_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept.mp4").write_text("precious")
    (tmp_path / "kept.mp4").chmod(0o444)
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "film.mp4.json").mkdir()
    before = sorted(tmp_path.iterdir())
    for name, message in (
        ("kept.mp4", "is read-only"),
        ("pipe.mp4", "is no ordinary file"),
        ("film.mp4", "film.mp4.json' is in the way"),
        ("-", "not to the standard output"),
    ):
        for attempt in (media.check_target, lambda path: media.write(film(1), path, fps=24)):
            with pytest.raises(UsageError, match=message):
                attempt(tmp_path / name)
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "kept.mp4").read_text() == "precious"


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link.mp4").symlink_to("film.mp4")
    media.write(film(2), tmp_path / "link.mp4", fps=24)
    assert (tmp_path / "link.mp4").is_symlink()
    assert media.probe(tmp_path / "film.mp4").frames == 2


@pytest.mark.parametrize("name", NAMES)
def test_films_that_may_not_overwrite_take_names_of_their_own(tmp_path: Path, name: str) -> None:
    """Each is begun before any of the others is there, as by several processes at once."""

    def after_all(count: int) -> Iterator[np.ndarray]:
        if count > 1:
            written.append(
                media.write(after_all(count - 1), tmp_path / name, fps=24, metadata=METADATA, overwrite=False)
            )
        yield from film(count)

    written: list[Path] = []
    written.append(media.write(after_all(3), tmp_path / name, fps=24, metadata=METADATA, overwrite=False))
    assert [path.stem for path in written] == ["film", "film-2", "film-3"]
    assert [media.probe(path).frames for path in written] == [1, 2, 3]
    assert sorted(tmp_path.iterdir()) == sorted([*written, *map(media.sidecar_of, written)])


def test_a_film_that_cannot_take_its_name_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = media.write(film(4), tmp_path / "film.mp4", fps=24, metadata=METADATA)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    replace = os.replace

    def refused(source: Path, target: Path) -> None:
        if Path(target).suffix == ".mp4":
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        replace(source, target)

    monkeypatch.setattr(os, "replace", refused)
    for overwrite in (True, False):
        with pytest.raises(MediaError, match="nothing was left behind"):
            media.write(film(2), path, fps=24, metadata={"seed": 8}, overwrite=overwrite)
        assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_checking_a_target_leaves_nothing(tmp_path: Path) -> None:
    media.check_target(tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (np.zeros((0, 8, 8, 3), np.uint8), "at least one frame"),
        (np.zeros((1, 8, 8, 4), np.uint8), r"one is uint8 \[8, 8, 4\]"),
        (np.zeros((1, 8, 8, 3), np.float32), r"one is float32 \[8, 8, 3\]"),
        ([np.zeros((8, 8, 3), np.uint8), np.zeros((4, 8, 3), np.uint8)], r"Every frame is uint8 \[8, 8, 3\]"),
        (np.zeros((1, 9, 8, 3), np.uint8), "even width and height"),
    ],
)
def test_frames_of_another_shape_are_refused(tmp_path: Path, frames: np.ndarray, message: str) -> None:
    with pytest.raises(MediaError, match=message):
        media.write(frames, tmp_path / "film.mp4", fps=24)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["broken.mp4", "broken.webm", "broken.gif", "broken.webp", "missing.mp4", "empty"]
)
def test_a_broken_film_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    if name.startswith("broken"):
        (tmp_path / name).write_bytes(b"not a film at all" * 20)
    for reader in (media.probe, lambda path: list(media.read(path)), media.read_metadata):
        with pytest.raises(MediaError, match=name):
            reader(tmp_path / name)


def test_durations_never_drift() -> None:
    durations = durations_milliseconds(48, 24, 10)
    assert sum(durations) == 2000
    assert set(durations) == {40, 50}
