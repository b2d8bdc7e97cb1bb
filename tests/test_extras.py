"""Extras: pyproject.toml and the code name the same ones, and a missing one is one sentence with the command."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from textreel.errors import MissingExtraError
from textreel.extras import EXTRAS, extra, missing_packages, require
from textreel.models import WEIGHTS, discriminators_of, find, judge_folder

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OPTIONAL = PROJECT["optional-dependencies"]
IMPORTED_AS = {"skia_python": "skia"}
BLOCKED = sorted(set().union(*EXTRAS.values()))
WITHOUT = f"""
import sys
for name in {BLOCKED}:
    sys.modules[name] = None
"""


def names_in(requirements: list[str]) -> set[str]:
    """The packages that requirements name, as they are imported; an extra of textreel's own is left out."""
    names = {re.split(r"[\[<>=~!; ]", each, maxsplit=1)[0].replace("-", "_") for each in requirements}
    return {IMPORTED_AS.get(name, name) for name in names - {"textreel"}}


def without_extras(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that finds no package of any extra."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + code], capture_output=True, text=True, check=False, timeout=120
    )


def test_code_and_metadata_name_the_same_packages() -> None:
    assert set(OPTIONAL) == {*EXTRAS, "all"}
    for name, packages in EXTRAS.items():
        assert names_in(OPTIONAL[name]) == set(packages)
    assert set(re.findall(r"[a-z-]+", OPTIONAL["all"][0].partition("[")[2])) == set(EXTRAS)
    assert names_in(PROJECT["dependencies"]).isdisjoint(BLOCKED)


def test_a_missing_package_is_an_import_error_with_the_command() -> None:
    with (
        pytest.raises(MissingExtraError, match=r"nowhere_at_all.*pip install 'textreel\[train\]'") as caught,
        extra("train"),
    ):
        importlib.import_module("nowhere_at_all")
    assert isinstance(caught.value, ImportError) and caught.value.exit_status == 2


def test_other_failures_go_through() -> None:
    with pytest.raises(ZeroDivisionError), extra("train"):
        1 / 0  # noqa: B018


def test_what_is_required_is_looked_for_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textreel.extras.EXTRAS", {"train": ("json", "nowhere_at_all")})
    assert missing_packages("train") == ["nowhere_at_all"]
    with pytest.raises(MissingExtraError, match="nowhere_at_all"):
        require("train")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["explain", "a lion walks"], "explain"),
        (["studio", "--no-browser"], "studio"),
        (["train", "scenes", "--out", "run"], "train"),
        (["vectors", "train", "captions.txt", "-o", "vectors.txt"], "vectors"),
        (["evaluate", "scenes", "--metric", "adherence", "--films", "2"], "evaluate"),
    ],
)
def test_a_command_without_its_extra_says_one_sentence(
    arguments: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("captions.txt").write_text("a lion walks\n")
    told = without_extras(f"from textreel import cli\nsys.exit(cli.run({arguments}))")
    assert told.returncode == 2, told.stderr
    assert told.stdout == "" and told.stderr.count("\n") == 1
    assert told.stderr.endswith(f"which is not installed: pip install 'textreel[{name}]'.\n")
    assert [each.name for each in tmp_path.iterdir()] == ["captions.txt"]


def test_discriminators_of_a_shipped_model_lie_in_the_judges_package_and_others_beside_their_model(
    tmp_path: Path,
) -> None:
    shipped = discriminators_of(find("scenes"))
    assert shipped.parent == judge_folder("scenes-judge").parent and (shipped / WEIGHTS).is_file()
    assert discriminators_of(tmp_path) == tmp_path / "discriminators"
