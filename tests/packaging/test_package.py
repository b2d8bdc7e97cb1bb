"""The built packages: their metadata, what they hold, and the read-me's examples in an empty environment."""

import email
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT, ROOT / "packages" / "textreel-judges")
CORE_LIMIT_MEGABYTES = (
    70  # 39 of them are the weights of `world`; `scenes` leaves when `world` is better in each figure
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    for line in block.splitlines()
    if line.startswith("textreel ")
]
EXAMPLES = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def run(*command: str | Path, folder: Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run a command away from the checkout, and hold its exit status."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    told = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env=surroundings | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == status, f"{command}\n{told.stdout}\n{told.stderr}"
    return told


def environment(folder: Path) -> Path:
    """Make an empty environment and return its folder of programs."""
    venv.create(folder, with_pip=True)
    return folder / "bin"


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder outside the checkout, which goes when the tests end: environments are large."""
    folder = Path(tempfile.mkdtemp(prefix="textreel package "))  # a space in the path, as people have
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def tools(place: Path) -> Path:
    """What builds and checks packages."""
    programs = environment(place / "tools")
    pip(programs, "-r", Path(__file__).parent / "requirements.txt")
    return programs


@pytest.fixture(scope="session")
def built(place: Path, tools: Path) -> Path:
    """The folder of the wheels and source distributions; each wheel is built from its source distribution."""
    for source in SOURCES:
        run(tools / "python", "-m", "build", "--outdir", place / "dist", source, folder=place)
    return place / "dist"


@pytest.fixture(scope="session")
def installed(place: Path, built: Path) -> Path:
    """The programs of an environment with the core's wheel and nothing else of ours."""
    programs = environment(place / "empty")
    pip(programs, find(built, "textreel-*.whl"))
    return programs


def pip(programs: Path, *arguments: str | Path) -> None:
    """Install into an environment, in the releases that requirements.lock names."""
    lock = ROOT / "requirements.lock"
    run(programs / "python", "-m", "pip", "install", "-q", "-c", lock, *arguments, folder=programs)


def find(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def members(archive: Path) -> list[str]:
    """The names of the files in a wheel or a source distribution."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.namelist()
    with tarfile.open(archive) as source:
        return source.getnames()


def metadata(wheel: Path) -> Message:
    """What a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return email.message_from_string(archive.read(name).decode())


def test_twine_finds_no_fault(place: Path, tools: Path, built: Path) -> None:
    told = run(tools / "twine", "check", "--strict", *sorted(built.iterdir()), folder=place)
    assert told.stdout.count("PASSED") == 4


def test_the_core_is_small_and_holds_no_judges(built: Path) -> None:
    wheel = find(built, "textreel-*.whl")
    assert wheel.stat().st_size < CORE_LIMIT_MEGABYTES * 1_000_000
    weights = [name for name in members(wheel) if name.endswith(".safetensors")]
    assert "textreel/models/scenes/model.safetensors" in weights
    assert [name for name in weights if "judge" in name or "discriminators" in name] == []
    assert "textreel_judges/scenes-judge/model.safetensors" in members(find(built, "textreel_judges-*.whl"))


def test_licence_and_notices_are_in_the_wheel(built: Path) -> None:
    said = metadata(find(built, "textreel-*.whl"))
    assert said["License-Expression"] == "MIT"
    assert said.get_all("License-File") == ["LICENSE", "THIRD_PARTY_NOTICES.md"]
    assert {
        name.rpartition("/")[2] for name in members(find(built, "textreel-*.whl")) if "/licenses/" in name
    } == {
        "LICENSE",
        "THIRD_PARTY_NOTICES.md",
    }


def test_the_description_leads_nowhere_that_a_package_index_lacks(built: Path) -> None:
    text = str(metadata(find(built, "textreel-*.whl")).get_payload())
    assert text.startswith("# textreel")
    assert [link for link in re.findall(r"\]\(([^)]*)\)", text) if "://" not in link] == []
    assert "<img" not in text and "<!--" not in text


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_examples_in_python_run(number: int, installed: Path, tmp_path: Path) -> None:
    run(installed / "python", "-W", "error::ImportWarning", "-c", EXAMPLES[number], folder=tmp_path)
    assert list(tmp_path.iterdir())


def test_the_commands_run_in_their_order(installed: Path, tmp_path: Path) -> None:
    assert COMMANDS
    for line in COMMANDS:
        name, *arguments = shlex.split(line, comments=True)
        run(installed / name, *arguments, folder=tmp_path)
    assert {each.suffix for each in tmp_path.iterdir()} >= {".mp4", ".webm"}


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("explain 'a lion walks'", "explain"),
        ("studio --no-browser", "studio"),
        ("train scenes --out run", "train"),
        ("vectors train captions.txt -o vectors.txt", "vectors"),
        ("evaluate scenes --metric latency", "evaluate"),
    ],
)
def test_what_needs_an_extra_says_so(command: str, extra: str, installed: Path, tmp_path: Path) -> None:
    told = run(installed / "textreel", *shlex.split(command), folder=tmp_path, status=2)
    assert told.stderr.count("\n") == 1 and told.stderr.endswith(f"pip install 'textreel[{extra}]'.\n")


def test_an_extra_brings_the_judges(installed: Path, built: Path, tmp_path: Path) -> None:
    """Judges come from beside the wheel, and the rest of the extra from where packages come from."""
    wheel = find(built, "textreel-*.whl")
    pip(installed, "--find-links", built, f"textreel[explain] @ {wheel.as_uri()}")
    run(
        installed / "textreel",
        "explain",
        "a lion walks",
        "--seconds",
        "0.5",
        "-o",
        "why.json",
        "--json",
        folder=tmp_path,
    )
    assert (tmp_path / "why.json").stat().st_size > 1000


def test_the_source_distribution_installs_and_makes_the_same_film(
    installed: Path, built: Path, tmp_path: Path
) -> None:
    made = "import textreel; textreel.load().generate('a lion walks on the beach', seed=7, seconds=0.5).save('{}.mp4')"
    run(installed / "python", "-c", made.format("wheel"), folder=tmp_path)
    pip(installed, "--no-deps", "--force-reinstall", find(built, "textreel-*.tar.gz"))
    run(installed / "python", "-c", made.format("source"), folder=tmp_path)
    assert (tmp_path / "wheel.mp4").read_bytes() == (tmp_path / "source.mp4").read_bytes()


def test_the_source_distribution_holds_every_file_of_the_repository(built: Path) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of the repository")
    tracked = run("git", "ls-files", folder=ROOT).stdout.splitlines()
    names = {name.partition("/")[2] for name in members(find(built, "textreel-*.tar.gz"))}
    assert [name for name in tracked if name not in names] == []


def test_this_test_ran_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = "import textreel, sys; print(textreel.__file__)"
    file = Path(run(installed / "python", "-c", where, folder=tmp_path).stdout.strip())
    assert file.is_relative_to(installed.parent) and not file.is_relative_to(ROOT)
    assert sys.executable != str(installed / "python")
