"""`textreel corpus` on folders and shards; the guide to it runs in tests/test_own_clips_guide.py."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from textreel.cli import run
from textreel.media import write


def moving_box(frames: int, step: int) -> list[np.ndarray]:
    film = np.zeros((frames, 32, 48, 3), dtype=np.uint8)
    for index, frame in enumerate(film):
        left = 4 + (index * step) % 36
        frame[10:20, left : left + 8] = (220, 80, 40)
    return list(film)


@pytest.fixture
def clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny set: a film, an animated picture and a strip, with a table of captions."""
    folder = tmp_path / "my-clips"
    folder.mkdir()
    write(moving_box(24, 1), folder / "slow.mp4", fps=12)
    write(moving_box(24, 3), folder / "fast.gif", fps=12)
    strip = np.concatenate([frame[:, :32] for frame in moving_box(20, 2)], axis=1)
    Image.fromarray(strip).save(folder / "strip.png")
    rows = [
        "file_name,text",
        "slow.mp4,a box moves slowly",
        "fast.gif,a box moves fast",
        "strip.png,a box moves",
    ]
    (folder / "metadata.csv").write_text("\n".join(rows))
    monkeypatch.chdir(tmp_path)
    return folder


def test_check_tells_each_finding_with_its_place(clips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (clips / "metadata.csv").write_text("file_name,text\nslow.mp4,a box moves\ngone.mp4,a box falls\n")
    assert run(["corpus", "check", "my-clips", "--workers", "1"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("error") and "metadata.csv:3" in line and "missing" in line for line in lines)
    assert any("fast.gif" in line and "no caption" in line for line in lines)
    assert lines[-1] == "Clips that can be used: 1."


def test_findings_come_as_json(clips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["corpus", "check", "my-clips", "--json", "--workers", "1"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["usable"] == 3
    assert {one["severity"] for one in report["findings"]} <= {"warning", "note"}
    assert set(report["findings"][0]) == {"severity", "file", "line", "what", "remedy"}


def test_check_holds_shards_against_their_index(clips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["corpus", "build", "my-clips", "-o", "shards", "--workers", "1"]) == 0
    assert run(["corpus", "check", "shards"]) == 0
    assert "as it was built" in capsys.readouterr().out
    shard = Path("shards/clips-00000.tar")
    shard.write_bytes(shard.read_bytes()[:-512] + b"x" * 512)
    assert run(["corpus", "check", "shards"]) == 1
    assert "clips-00000.tar has changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "nowhere"],
        ["build", "my-clips"],
        ["build", "my-clips", "-o", "my-clips"],
        ["build", "my-clips", "-o", "shards", "--size", "50"],
        ["build", "my-clips", "-o", "shards", "--captions", "nonsense"],
        ["show", "my-clips", "-o", "sheet.jpg"],
    ],
)
def test_what_cannot_be_done_as_asked_exits_with_2(clips: Path, arguments: list[str]) -> None:
    assert run(["corpus", *arguments]) == 2


def test_showing_what_was_not_built_says_what_to_do(clips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["corpus", "show", "my-clips", "-o", "sheet.png"]) == 1
    assert "textreel corpus build" in capsys.readouterr().err
