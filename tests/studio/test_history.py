"""The films of a studio: kept, found again, and never half."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from textreel import media
from textreel.errors import MediaError, UsageError
from textreel.pipeline import Film
from textreel.studio.history import History


def test_a_restart_finds_the_films_again(film: Film, folder: Path) -> None:
    first = History(folder).add(film)
    second = History(folder).add(film)
    assert (first.name, second.name) == (
        "a-lion-walks-across-the-savanna.mp4",
        "a-lion-walks-across-the-savanna-2.mp4",
    )
    again = History(folder)
    assert {entry.name for entry in again.entries()} == {first.name, second.name}
    assert len(again.entries(most=1)) == 1
    assert again.entry(first.name).prompt == film.prompt
    assert again.entry(first.name).storyboard == film.storyboard
    assert again.entry(first.name).recipe["seed"] == film.seed
    assert again.poster(first.name).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "name", ["", "../secret.mp4", "/etc/passwd", "films/../x.mp4", "none.mp4", ".hidden.mp4"]
)
def test_a_name_is_never_a_path(folder: Path, name: str) -> None:
    (folder.parent / "secret.mp4").write_bytes(b"secret")
    (folder / ".hidden.mp4").write_bytes(b"hidden")
    with pytest.raises(UsageError, match=r"There is no film named|No film is chosen"):
        History(folder).entry(name)


def test_a_file_that_cannot_be_shown_is_passed_over_and_told(film: Film, folder: Path) -> None:
    """Half a character in a prompt once shut the whole history."""
    (folder / "holiday.mp4").write_bytes(b"not a film")
    for name, metadata in (
        ("half.mp4", {**film.metadata, "prompt": "a lion \ud800"}),
        ("list.mp4", {**film.metadata, "storyboard": [1]}),
    ):
        media.write(film.frames, folder / name, fps=film.fps, metadata=metadata)
    kept = History(folder).add(film)
    entries, skipped = History(folder).listed()
    assert [entry.name for entry in entries] == [kept.name]
    assert sorted(told.split(":")[0] for told in skipped) == ["half.mp4", "holiday.mp4", "list.mp4"]
    assert str(folder) not in "".join(skipped)
    "".join(skipped).encode()


def test_two_studios_with_one_folder_lose_no_film(film: Film, folder: Path) -> None:
    with ThreadPoolExecutor() as threads:
        kept = [*threads.map(lambda _: History(folder).add(film), range(4))]
    assert len({entry.name for entry in kept}) == 4
    assert len(History(folder).entries()) == 4


def test_a_film_from_elsewhere_is_taken_in(film: Film, folder: Path, tmp_path: Path) -> None:
    history = History(folder)
    film.save(tmp_path / "elsewhere.mp4")
    assert history.receive(tmp_path / "elsewhere.mp4").prompt == film.prompt
    for name, content in (("picture.mp4", b"\x89PNG"), ("page.html", b"<script>"), ("text.mp4", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises((MediaError, UsageError), match=f"'{name}'") as refused:
            history.receive(tmp_path / name)
        assert str(tmp_path) not in str(refused.value)
    assert len(list(folder.iterdir())) == 1


def test_a_full_disk_leaves_nothing_behind(film: Film, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    history = History(folder)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MediaError, match="No space left on device; nothing was left behind"):
        history.add(film)
    assert list(folder.iterdir()) == []
    monkeypatch.undo()
    assert history.add(film).file.is_file()


def test_a_film_is_removed_with_what_lies_beside_it(film: Film, folder: Path) -> None:
    history = History(folder)
    history.remove(history.add(film).name)
    assert list(folder.iterdir()) == []
