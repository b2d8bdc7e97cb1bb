"""The recipe in a film's file is held against a schema: others than textreel write into films, too."""

import json
from pathlib import Path
from typing import Any

import pytest

from textreel.errors import MediaError, TextreelError, UsageError
from textreel.pipeline.recipes import read_recipe
from textreel.storyboard import plan

BOARD = plan("a lion runs", 1.0)
GOOD: dict[str, Any] = {
    "prompt": "a lion runs",
    "seed": 3,
    "seconds": 1.0,
    "size": 64,
    "model": "toy",
    "model_hash": "abc",
    "storyboard": BOARD.to_dict(),
    "fps": 24.0,
    "of_a_later_version": {},
}


def recipe(folder: Path, text: str) -> dict[str, Any]:
    file = folder / "film.json"
    file.write_text(text, encoding="utf-8")
    return read_recipe(file)


def test_a_recipe_is_what_made_the_film(tmp_path: Path) -> None:
    names = ("prompt", "seed", "seconds", "size", "model", "model_hash")
    expected = {name: GOOD[name] for name in names} | {"edits": (), "storyboard": BOARD}
    assert recipe(tmp_path, json.dumps(GOOD)) == expected
    draft = plan("a dog runs", 1.0)
    edited = GOOD | {"edits": ["make it white"], "draft": draft.to_dict()}
    assert recipe(tmp_path, json.dumps(edited)) == expected | {
        "edits": ("make it white",),
        "storyboard": draft,
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [("seed", wrong) for wrong in (-1, 10**30, 1.5, True, "1", None)]
    + [("size", wrong) for wrong in (0, -2, 10**9, True, [64], "6" * 30)]
    + [("seconds", wrong) for wrong in (0, 1e300, "1", None)]
    + [("prompt", wrong) for wrong in (5, ["a"], "lion " * 10_000)]
    + [("model", wrong) for wrong in (5, "", "x" * 100_000)]
    + [("edits", wrong) for wrong in ("x", [1], ["x"] * 101)]
    + [(name, wrong) for name in ("storyboard", "draft") for wrong in ("x", [], {}, {"shots": [1]}, {"shots": 5})],
)  # fmt: skip
def test_wrong_values_are_named(key: str, value: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not say how it was made"):
        recipe(tmp_path, json.dumps(GOOD | {key: value}))


@pytest.mark.parametrize("text", ["", "null", "[]", "[" * 200_000, "\0\1\2", '"x"', "Lavf"])
def test_other_comments_are_no_metadata(text: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="carries no metadata of textreel"):
        recipe(tmp_path, text)


@pytest.mark.parametrize(
    "text", ["{", '{"seed": NaN}', '{"a":' * 60_000, '{"seed": ' + "9" * 100_000 + "}", "{}"]
)
def test_broken_metadata_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(TextreelError):
        recipe(tmp_path, text)
