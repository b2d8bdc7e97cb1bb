"""What a published package says of itself agrees with the repository."""

import re
import runpy
import tomllib
from pathlib import Path

import textreel

ROOT = Path(__file__).parents[1]
JUDGES = tomllib.loads((ROOT / "packages/textreel-judges/pyproject.toml").read_text())["project"]


def test_the_notices_are_those_that_the_script_makes() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "make-notices"))["make_notices"]()
    assert (ROOT / "THIRD_PARTY_NOTICES.md").read_text() == made, "run scripts/make-notices"


def test_every_licence_file_of_the_sources_is_noticed() -> None:
    materials = runpy.run_path(str(ROOT / "scripts" / "make-notices"))["MATERIALS"].values()
    found = {
        str(file.relative_to(ROOT))
        for pattern in ("*LICEN[CS]E*", "*NOTICE*")
        for file in (ROOT / "src").rglob(pattern)
    }
    assert found == set(materials)


def test_both_packages_have_one_licence() -> None:
    assert (ROOT / "packages/textreel-judges/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_citation_names_this_version() -> None:
    (version,) = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), flags=re.MULTILINE)
    assert version == textreel.__version__


def test_the_judges_are_of_the_release_that_the_extras_ask_for() -> None:
    assert JUDGES["version"].startswith("0.1.")
    assert "textreel-judges>=0.1,<0.2" in (ROOT / "pyproject.toml").read_text()


def test_workflows_and_hooks_call_scripts_that_are_there() -> None:
    workflow = (ROOT / ".github/workflows/tests.yml").read_text()
    (names,) = re.findall(r"script: \[(.+)\]", workflow)
    hook = re.findall(r"entry: \./scripts/(\S+)", (ROOT / ".pre-commit-config.yaml").read_text())
    for name in [*names.split(", "), *hook]:
        assert (ROOT / "scripts" / name).stat().st_mode & 0o111, name
