"""What the README and the documentation tell people to type exists, and so do the pictures that they show."""

import ast
import re
import shlex
from pathlib import Path

import pytest
import typer

from textreel.cli import build_app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = {file: file.read_text() for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands(first_word: str) -> list[str]:
    lines = [
        line.strip() for text in PAGES.values() for block in blocks("sh", text) for line in block.splitlines()
    ]
    return [line for line in dict.fromkeys(lines) if line.split(" ")[0] == first_word]


@pytest.mark.parametrize("line", commands("textreel"))
def test_every_command_parses(line: str) -> None:
    words = shlex.split(line.split(" > ")[0], comments=True)[1:]
    command = typer.main.get_command(build_app())
    context = command.make_context("textreel", words)
    while getattr(command, "commands", None):
        name, command, words = command.resolve_command(context, words)
        context = command.make_context(name, words, parent=context)
    assert command.callback is not None, "the line ends in a command that does something"


@pytest.mark.parametrize(
    "line", [line for b in blocks("sh") for line in b.splitlines() if line.startswith("./")]
)
def test_every_script_is_there_and_can_be_run(line: str) -> None:
    script = ROOT / shlex.split(line)[0]
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize("code", blocks("python"))
def test_every_example_is_python(code: str) -> None:
    assert ast.parse(code).body


@pytest.mark.parametrize("target", [t for t in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in t])
def test_every_link_leads_to_a_file(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_picture_is_there(file: Path) -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGES[file]):
        assert (file.parent / picture).is_file(), picture
