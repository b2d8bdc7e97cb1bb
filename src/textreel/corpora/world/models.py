"""What Fluent lacks, rendered from the 3D models of Sweet Home 3D: furniture, kitchens, vehicles, tools, trees.

A drawing's id is `sweethome3d:` and the catalogue's own.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from textreel.corpora.world.rays import render
from textreel.corpora.world.sprites import Drawing, Pixels, fit
from textreel.errors import AssetError

PREFIX = "sweethome3d:"
LIBRARIES = ("BlendSwap-CC-0", "BlendSwap-CC-BY", "KatorLegaz", "Reallusion", "Scopia")
CATALOGUE = "PluginFurnitureCatalog.properties"
NO_SUBJECTS = frozenset({"Staircases", "Doors and windows"})


@dataclass(frozen=True, kw_only=True)
class ModelDrawing(Drawing):
    """A 3D model with where it lies and who made it.

    Attributes:
        library: the .sh3f file.
        model: the .obj file in it.
        rotation: nine numbers, row by row.
        author, licence: as the catalogue says.
    """

    library: Path
    model: str
    rotation: tuple[float, ...]
    author: str
    licence: str

    def draw(self) -> tuple[Pixels, float]:
        """One still picture."""
        assert self.metres is not None
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(self.library) as library:
            place = self.model.rsplit("/", 1)[0] + "/"
            for name in library.namelist():
                if name.startswith(place):
                    library.extract(name, folder)
            picture = render(Path(folder) / self.model, self.metres, np.reshape(self.rotation, (3, 3)))
        return fit([picture]), 0.0


def model_drawings(folder: Path) -> tuple[ModelDrawing, ...]:
    """Every model of the libraries in a folder.

    Raises:
        AssetError: a library is missing or broken.
    """
    return tuple(drawing for name in LIBRARIES for drawing in _catalogued(folder / f"{name}.sh3f"))


def _catalogued(library: Path) -> Iterator[ModelDrawing]:
    try:
        with zipfile.ZipFile(library) as archive:
            text = archive.read(CATALOGUE).decode("latin-1")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise AssetError(
            f"The models in {library.name} cannot be read ({error}): run `textreel corpus fetch world`."
        ) from error
    licence = _value(re.search(r"^license=(.*)$", text, re.MULTILINE))
    entries: dict[int, dict[str, str]] = {}
    for key, number, value in re.findall(r"^(\w+)#(\d+)=(.*)$", text, re.MULTILINE):
        entries.setdefault(int(number), {})[key] = unescape(value)
    for entry in entries.values():
        sides = (float(entry[side]) / 100 for side in ("width", "height", "depth"))
        width, height, depth = sides
        yield ModelDrawing(
            id=PREFIX + entry["id"],
            label=entry["name"].lower(),
            group=entry["category"].lower(),
            subject=entry["category"] not in NO_SUBJECTS,
            metres=(width, height, depth),
            library=library,
            model=entry["model"].lstrip("/"),
            rotation=tuple(float(part) for part in entry.get("modelRotation", "1 0 0 0 1 0 0 0 1").split()),
            author=entry.get("creator", ""),
            licence=licence,
        )


def unescape(value: str) -> str:
    """A value of a Java properties file: latin-1 with \\uXXXX and backslashes before what is special."""
    return re.sub(
        r"\\(?:u([0-9a-fA-F]{4})|(.))", lambda found: chr(int(found[1], 16)) if found[1] else found[2], value
    ).strip()


def _value(found: re.Match[str] | None) -> str:
    return unescape(found[1]) if found else ""
