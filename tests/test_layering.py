"""The import rules of docs/architecture.md: a room imports only from rooms above it, and extras only as extras."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

import textreel
from textreel.extras import EXTRAS

SOURCE = Path(__file__).parents[1] / "src" / "textreel"
ROWS = (
    {"errors", "limits"},
    {"extras", "types", "documents"},
    {"arguments", "scene"},
    {"world", "nn", "media", "checkpoint", "models"},
    {"language"},
    {"storyboard", "corpora"},
    {"generator", "discriminators", "render", "soundtrack"},
    {"pipeline", "evaluation"},
    {"explain", "training"},
    {"studio"},
    {"cli"},
)
ROW_OF = {room: number for number, rooms in enumerate(ROWS) for room in rooms}
WITHOUT_TORCH = {
    "errors",
    "limits",
    "extras",
    "types",
    "documents",
    "arguments",
    "scene",
    "world",
    "language",
    "storyboard",
    "media",
    "models",
}
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
    optional = {id(node) for _, block in extra_blocks(tree) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (
                inner.lineno
                for inner in ast.walk(node)
                if isinstance(inner, ast.Import | ast.ImportFrom) and id(inner) not in optional
            )


def extra_blocks(tree: ast.AST) -> Iterator[tuple[str, ast.With]]:
    """The blocks ``with extra("name"):`` and their extras."""
    for node in ast.walk(tree):
        match node:
            case ast.With(
                items=[ast.withitem(ast.Call(func=ast.Name("extra"), args=[ast.Constant(str(name))]))]
            ):
                yield name, node


def file_of(module: str) -> Path | None:
    """Where a module of textreel lies; None for a name within one, and for everything else."""
    path = SOURCE.parent / module.replace(".", "/")
    found = [each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()]
    return found[0] if found and module.split(".")[0] == "textreel" else None


def brought_in(start: str) -> set[Path]:
    """The files that the import of a module runs, or may run."""
    seen: set[Path] = set()
    left = [start]
    while left:
        module = left.pop()
        left += [module.rpartition(".")[0]] if "." in module else []
        if (file := file_of(module)) and file not in seen:
            seen.add(file)
            left += imported_modules(tree_of(file))
    return seen


def optional_packages(tree: ast.AST) -> set[str]:
    """The packages that may be missing where a module has its blocks of extras."""
    return {package for name, _ in extra_blocks(tree) for package in EXTRAS[name]}


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

    def test_packages_of_extras_are_imported_as_extras(self, file: Path) -> None:
        """Where a module is imported, it or a package around it has met ``with extra(...)`` before."""
        around = [folder / "__init__.py" for folder in file.parents if SOURCE in folder.parents]
        met = set().union(*(optional_packages(tree_of(each)) for each in (file, *around) if each.is_file()))
        imported = {module.split(".")[0] for module in imported_modules(tree_of(file))}
        assert imported & set().union(*EXTRAS.values()) <= met

    def test_functions_import_nothing(self, file: Path) -> None:
        if room_of(file) != "cli":
            assert list(imports_within_functions(tree_of(file))) == []


@pytest.mark.parametrize("name", sorted(set(textreel.__all__) - {"__version__"}))
def test_public_names_are_had_without_extras(name: str) -> None:
    """A module that begins with packages of an extra is no part of what everybody imports."""
    for file in brought_in(textreel._HOMES[name]):
        assert not [node.lineno for _, node in extra_blocks(tree_of(file)) if node.col_offset == 0], file
