"""The shipped models: one folder each in this package, with ``model.safetensors`` and its readable ``model.json``.

What films are measured and explained with lies in a package of its own, textreel-judges.
"""

import os
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta
from safetensors import SafetensorError, safe_open

from textreel.documents import MODEL_LIMITS, convert, read_json, shown_path
from textreel.errors import CheckpointError, UsageError
from textreel.extras import extra

HOME = Path(__file__).parent
WEIGHTS = "model.safetensors"
DEFAULT_MODEL = "world"
DISCRIMINATORS = "discriminators"  # of a game, in a folder beside the model that they judged
RUN_OPTIONS = "options.json"  # what the folder of a training run begins with


@dataclass(frozen=True, kw_only=True)
class MetadataDocument:
    """What the pipeline reads of a model's metadata; other keys are its maker's own."""

    generator: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    description: Annotated[str, Meta(max_length=1_000)] = ""
    corpus: str | None = None
    vocabulary: Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=200_000)] = ()
    known_similarity: Annotated[float, Meta(ge=-1, le=1)] = 0.0
    vectors_fingerprint: str = ""
    digits: tuple[Annotated[int, Meta(ge=1, le=2)], ...] = ()
    parts: Annotated[tuple[Annotated[str, Meta(pattern="^[a-z-]{1,40}$")], ...], Meta(max_length=16)] = ()


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """What a model says about itself, read without its weights.

    Attributes:
        name: the shipped name, or the folder's.
        folder: where it lies.
        weights_hash: SHA-256 over the weights, in hexadecimal; over the hashes of its parts as well, where it has any.
        megabytes: the size of the weights' files.
        metadata: everything that was saved with the weights.
    """

    name: str
    folder: Path
    weights_hash: str
    megabytes: float
    metadata: dict[str, Any]

    @property
    def description(self) -> str:
        """One sentence, or nothing."""
        return str(self.metadata.get("description", ""))

    @property
    def makes_films(self) -> bool:
        """Whether it paints: other models make sounds, or judge."""
        return self.metadata.get("generator", "sound") != "sound"


def shipped() -> list[str]:
    """The names of the models that came with this package, in alphabetical order."""
    return sorted(file.parent.name for file in HOME.glob(f"*/{WEIGHTS}"))


def film_models(runs: Path | None = None) -> dict[str, str | Path]:
    """Return the models that make films, by name: the shipped ones, the usual one first, then those of runs.

    Args:
        runs: the folder that holds the runs' folders.
    """
    folders = sorted(folder for folder in runs.glob("*") if folder.is_dir()) if runs else []
    places: dict[str, str | Path] = {
        name: name for name in sorted(shipped(), key=lambda name: name != DEFAULT_MODEL)
    }
    places |= {folder.name: folder for folder in folders if folder.name not in places}
    return {name: place for name, place in places.items() if _makes_films(place)}


def film_card(name_or_folder: str | Path) -> ModelCard:
    """Read what a model that makes films says about itself.

    Raises:
        UsageError: there is no such model, or it makes something else.
        CheckpointError: as :func:`read_card`.
    """
    card = read_card(name_or_folder)
    if not card.makes_films:
        raise UsageError(
            f"The model '{name_or_folder}' makes no films: choose from {', '.join(film_models())}, or name the folder "
            "of one."
        )
    return card


def _makes_films(place: str | Path) -> bool:
    try:
        return read_card(place).makes_films
    except (UsageError, CheckpointError):
        return False


def find(name_or_folder: str | Path) -> Path:
    """The folder of a shipped model or of one of your own, which may be a training run's.

    Raises:
        UsageError: there is neither a shipped model nor a folder with a model of that name.
    """
    if str(name_or_folder) in shipped():
        return HOME / str(name_or_folder)
    folder = Path(name_or_folder)
    for place in (folder, folder / "model"):  # a training run keeps its model there
        if os.path.isfile(place / WEIGHTS):
            return place
    known = ", ".join(film_models()) or "none"
    if os.path.isfile(folder / RUN_OPTIONS):
        raise UsageError(
            f"No model '{name_or_folder}' yet: that training run has saved none. Let it go on with "
            "`textreel train ... --resume`; Ctrl-C saves one too, once its lessons are over."
        )
    raise UsageError(
        f"No model {shown_path(name_or_folder)}: name a shipped one ({known}) or a folder that holds {WEIGHTS}."
    )


def judge_folder(name: str) -> Path:
    """Return the folder of a network of the package textreel-judges.

    Args:
        name: the folder's name there, such as "scenes-judge".

    Raises:
        MissingExtraError: the package is not installed.
    """
    with extra("evaluate"):
        return Path(str(resources.files("textreel_judges"))) / name


def discriminators_of(folder: Path) -> Path:
    """Return where the discriminators of a model lie: beside it, or for a shipped one in textreel-judges.

    Raises:
        MissingExtraError: the model is a shipped one, and the package is not installed.
    """
    if folder.parent == HOME:
        return judge_folder(f"{folder.name}-{DISCRIMINATORS}")
    return folder / DISCRIMINATORS


def name_of(folder: Path) -> str:
    """A model is named after its folder, or after the training run that it lies in."""
    return folder.parent.name if folder.name == "model" else folder.name


def read_card(name_or_folder: str | Path) -> ModelCard:
    """Read what a model says about itself.

    Raises:
        UsageError: there is no such model.
        CheckpointError: its file is truncated, or textreel did not write it.
    """
    folder = find(name_or_folder)
    file = folder / WEIGHTS
    try:
        with safe_open(file, framework="numpy") as weights:
            header = weights.metadata() or {}
        megabytes = file.stat().st_size / 1e6
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"The model '{file}' is truncated or no safetensors file ({error}): fetch it again."
        ) from error
    if not header.keys() >= {"weights_hash", "metadata"}:
        raise CheckpointError(f"'{file}' is a safetensors file, but textreel did not write it.")
    source = f"The metadata of the model '{file}'"
    document = read_json(header["metadata"], source=source, limits=MODEL_LIMITS, error=CheckpointError)
    told = convert(document, MetadataDocument, extra=True)
    parts = [read_card(folder / part) for part in told.parts]
    hashes = [header["weights_hash"], *(part.weights_hash for part in parts)]
    return ModelCard(
        name=name_of(folder.resolve()),
        folder=folder,
        weights_hash=sha256("".join(hashes).encode()).hexdigest() if parts else hashes[0],
        megabytes=megabytes + sum(part.megabytes for part in parts),
        metadata=document.content,
    )
