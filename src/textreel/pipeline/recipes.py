"""Recipes: what a film's file says of how it was made, and the same film from that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textreel import media
from textreel.errors import CheckpointError, UsageError
from textreel.models import ModelCard
from textreel.pipeline.film import Film
from textreel.pipeline.reel import Cancel, Progress, Reel
from textreel.storyboard import Storyboard

KINDS: Mapping[str, Any] = {
    "prompt": str,
    "seed": int,
    "seconds": (int, float),
    "size": int,
    "model": str,
    "model_hash": str,
}
"""What every film's file says, and of which type it is."""


def read_recipe(file: str | Path) -> dict[str, Any]:
    """The arguments that made a film, from its file: its storyboard before any edit, and the edits.

    Raises:
        MediaError: there is no such file, or it carries nothing.
        UsageError: the file tells of no film that textreel made from a recipe.
    """
    metadata = media.read_metadata(file)
    if "directions" in metadata:
        raise UsageError(
            f"'{file}' was directed while it ran, so a recipe does not make it again: give its prompt and its "
            "directions to textreel live --script FILE."
        )
    if not all(isinstance(metadata.get(name), kind) for name, kind in KINDS.items()):
        raise UsageError(f"'{file}' does not say how it was made: give a film that textreel generate wrote.")
    board, edits = metadata.get("draft", metadata.get("storyboard")), metadata.get("edits", [])
    known: dict[str, Any] = {"storyboard": Storyboard.from_dict(board)} if isinstance(board, dict) else {}
    if not (isinstance(edits, list) and all(isinstance(edit, str) for edit in edits)):
        raise UsageError(
            f"'{file}' does not say in words how it was edited: give a film that textreel wrote."
        )
    return {**{name: metadata[name] for name in KINDS}, **known, "edits": tuple(edits)}


def require_same_model(recipe: Mapping[str, Any], card: ModelCard) -> None:
    """Refuse a model that would not make the same frames as the recipe's did.

    Raises:
        CheckpointError: the model is not as it was when it made the film.
    """
    if card.weights_hash != recipe["model_hash"]:
        raise CheckpointError(
            f"The film was made by another state of the model '{recipe['model']}' (hash {recipe['model_hash'][:12]}), "
            "so the same frames cannot be made: install the textreel that made it, or give --model to accept others."
        )


def make(
    reel: Reel, recipe: Mapping[str, Any], progress: Progress | None = None, cancel: Cancel | None = None
) -> Film:
    """The film of a recipe; a storyboard in it counts, not its prompt.

    Raises:
        UsageError: as :meth:`Reel.generate`.
        Cancelled: ``cancel`` answered true.
    """
    board = recipe.get("storyboard")
    return reel.generate(
        board or recipe["prompt"],
        seed=recipe["seed"],
        seconds=None if board else recipe["seconds"],
        size=recipe["size"],
        progress=progress,
        cancel=cancel,
        edits=recipe.get("edits", ()),
        sound=recipe.get("sound", True),
    )
