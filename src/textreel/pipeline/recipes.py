"""Recipes: what a film's file says of how it was made, and the same film from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from textreel import media
from textreel.documents import Document, convert
from textreel.errors import CheckpointError, UsageError
from textreel.limits import MAX_CHARACTERS, MAX_EDITS, MAX_SEED, SECONDS_RANGE, SIZE_RANGE
from textreel.models import ModelCard
from textreel.pipeline.film import Film
from textreel.pipeline.reel import Cancel, Progress, Reel
from textreel.storyboard import Storyboard

Text = Annotated[str, Meta(max_length=MAX_CHARACTERS)]


@dataclass(frozen=True, kw_only=True)
class RecipeDocument:
    """What a film's file says of how it was made, among other things."""

    prompt: Text
    seed: Annotated[int, Meta(ge=0, le=MAX_SEED)]
    seconds: Annotated[float, Meta(ge=SECONDS_RANGE[0], le=SECONDS_RANGE[1])]
    size: Annotated[int, Meta(ge=SIZE_RANGE[0], le=SIZE_RANGE[1])] | Annotated[str, Meta(max_length=20)]
    model: Annotated[str, Meta(min_length=1, max_length=MAX_CHARACTERS)]
    model_hash: str
    edits: Annotated[tuple[Text, ...], Meta(max_length=MAX_EDITS)] = ()
    storyboard: dict[str, Any] | None = None
    draft: dict[str, Any] | None = None


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
    try:
        known = convert(Document(content=metadata), RecipeDocument, extra=True)
        board = known.storyboard if known.draft is None else known.draft
        storyboard = {} if board is None else {"storyboard": Storyboard.from_dict(board)}
    except UsageError as error:
        raise UsageError(
            f"'{file}' does not say how it was made ({error}): give a film that textreel generate wrote."
        ) from error
    said = {part.name: getattr(known, part.name) for part in fields(known)}
    del said["storyboard"], said["draft"]
    return said | storyboard


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
        aspect=recipe.get("aspect"),
        progress=progress,
        cancel=cancel,
        edits=recipe.get("edits", ()),
        sound=recipe.get("sound", True),
    )
