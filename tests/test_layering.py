"""The import rule of docs/architecture.md: a room imports only from rooms above it."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "textreel"
ROWS = (
    {"errors"},
    {"types"},
    {"language", "nn", "media", "checkpoint", "models"},
    {"storyboard", "corpora"},
    {"generator", "discriminators", "render", "soundtrack"},
    {"pipeline", "evaluation"},
    {"explain", "training"},
    {"studio"},
    {"cli"},
)
ROW_OF = {room: number for number, rooms in enumerate(ROWS) for room in rooms}
WITHOUT_TORCH = {"errors", "types", "language", "storyboard", "media", "models"}
FILES = sorted(file for file in SOURCE.rglob("*.py") if file.parent != SOURCE or file.name != "__init__.py")


@functools.cache
def tree_of(file: Path) -> ast.AST:
    return ast.parse(file.read_text(encoding="utf-8"))


def room_of(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            yield from (
                (f"{module}.{alias.name}" for alias in node.names) if module == "textreel" else [module]
            )


def imports_within_functions(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (
                inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)
            )


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
class TestImports:
    def test_a_room_is_in_the_list(self, file: Path) -> None:
        assert room_of(file) in ROW_OF

    def test_a_room_imports_only_from_rooms_above_it(self, file: Path) -> None:
        room = room_of(file)
        for module in imported_modules(tree_of(file)):
            parts = module.split(".")
            if parts[0] == "textreel" and len(parts) > 1 and parts[1] in ROW_OF and parts[1] != room:
                assert ROW_OF[parts[1]] < ROW_OF[room], f"{room} imports {module}"

    def test_there_is_no_relative_import(self, file: Path) -> None:
        tree = tree_of(file)
        assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]

    def test_rooms_without_torch_stay_so(self, file: Path) -> None:
        if room_of(file) in WITHOUT_TORCH:
            assert not [m for m in imported_modules(tree_of(file)) if m.split(".")[0] == "torch"]

    def test_functions_import_nothing(self, file: Path) -> None:
        if room_of(file) != "cli":
            assert list(imports_within_functions(tree_of(file))) == []
