"""docs/own-clips.md, from a folder of clips to a film: its commands run as they stand, on a tiny set."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import textreel
from textreel import media
from textreel.cli import run
from textreel.training import reading, rehearsal, trainer

GUIDE = Path(__file__).parents[1] / "docs" / "own-clips.md"
COLOURS = {"red": (220, 40, 40), "green": (40, 200, 60), "blue": (50, 70, 230)}
TINY = {  # added to `textreel train`: networks of toy size, few steps
    "steps": 4,
    "batch": 2,
    "side": 32,
    "generator.size": 32,
    "generator.hidden": 16,
    "generator.condition": 32,
    "generator.channels": [16, 16, 16, 16],
    "generator.text": {"features": 32, "prototypes": 64, "layers": 1, "heads": 2},
    "adversarial.start_step": 2,
}


def moving_square(colour: tuple[int, int, int], *, right: bool, start: int) -> list[np.ndarray]:
    """Sixteen frames of 32x32."""
    film = np.full((16, 32, 32, 3), 230, dtype=np.uint8)
    for index, frame in enumerate(film):
        x, y = (index, start) if right else (start, index)
        frame[y : y + 10, x : x + 10] = colour
    return list(film)


@pytest.fixture
def clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve clips of squares as the guide describes a set: films, animated pictures and strips, with a table."""
    folder = tmp_path / "my-clips"
    folder.mkdir()
    rows = ["file_name,text"]
    for number in range(12):
        colour, right = list(COLOURS)[number % 3], number % 2 == 0
        frames = moving_square(COLOURS[colour], right=right, start=number)
        name = f"{number:02d}{('.mp4', '.gif', '.png')[number // 4]}"
        if name.endswith(".png"):
            Image.fromarray(np.concatenate(frames, axis=1)).save(folder / name)
        else:
            media.write(frames, folder / name, fps=12)
        rows.append(f"{name},a {colour} square moves {'to the right' if right else 'down'}")
    (folder / "metadata.csv").write_text("\n".join(rows))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trainer, "CAPTIONS_READ", 100)
    monkeypatch.setattr(reading, "CROWD", 1000)
    monkeypatch.setattr(rehearsal, "TIMED_STEPS", 1)
    monkeypatch.setattr("textreel.cli.corpus._cores", lambda: 1)
    return folder


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("textreel ")]


def made_tiny(arguments: list[str]) -> list[str]:
    if arguments[0] != "train":
        return arguments
    return arguments + [
        part for name, value in TINY.items() for part in ("--set", f"{name}={json.dumps(value)}")
    ]


def test_the_guide_leads_from_clips_to_a_film(clips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {}
    for line in commands():
        arguments = made_tiny(shlex.split(line, comments=True)[1:])
        assert run(arguments) == 0, (line, capsys.readouterr())
        told[line] = capsys.readouterr()
    verbs = [" ".join(line.split()[1:3]) for line in told]
    assert [verbs.index(verb) for verb in ("corpus check", "corpus build", "corpus show", "train own")] == [
        0,
        1,
        2,
        4,
    ]
    check, estimate, train, again = (
        next(words for line, words in told.items() if part in line)
        for part in ("check my-clips", "--estimate", "--out runs/my-model", "--resume")
    )
    assert "Clips that can be used: 12." in check.out
    assert all(word in estimate.out for word in ("11 to learn from", "time", "memory", "that are free"))
    assert "runs/my-model/sheets/000001.png" in train.err.replace("\n", "")
    assert train.out == again.out == "runs/my-model/model\n"
    with Image.open("sheet.png") as built, Image.open("runs/my-model/sheets/000001.png") as sheet:
        assert built.width > 8 * 64
        assert sheet.size == (6 * 32, 10 * (14 + 2 * 32))
    for block in blocks("python"):
        exec(compile(block, GUIDE.name, "exec"), {})
    assert media.probe("dog.mp4").width == 32 and Path("dog-1.gif").is_file()
    assert "(24, 32, 32, 3)" in capsys.readouterr().out
    for place in ("runs/my-model", "runs/my-model/model"):
        assert textreel.load(place).name == "my-model"
