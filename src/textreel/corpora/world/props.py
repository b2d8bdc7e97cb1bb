"""Cut-outs of the inventory's concepts, as places are furnished with them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from textreel.corpora.world.assets import cache_folder, load_tables
from textreel.corpora.world.places.stage import CutOut
from textreel.corpora.world.sprites import straight
from textreel.world import concepts

FLUENT = "fluent:"


def cut_outs() -> Callable[[str], CutOut | None]:
    """Give what looks a concept up: uint8 [H, W, 4] of what is visible of it, or None where it has no art.

    Fluent's drawings come from their files of 256 pixels, all else from the sprites of 128.

    Raises:
        AssetError: the sprites were not built.
    """
    sprites = {sprite.id: (table, sprite) for table in load_tables() for sprite in table.sprites}
    files = cache_folder() / "fluent"

    @cache
    def look_up(name: str) -> CutOut | None:
        concept = concepts().get(name)
        art = next(iter(concept.art.values()), "") if concept else ""
        file = files / f"{art.removeprefix(FLUENT)}.webp"
        if art.startswith(FLUENT) and file.is_file():
            return visible(picture_of(file))
        if art in sprites:
            table, sprite = sprites[art]
            return visible(straight(table.loop(sprite)[0]))
        return None

    return look_up


def picture_of(file: Path) -> Image.Image:
    """The first picture of a file."""
    with Image.open(file) as art:
        return art.convert("RGBA")


def visible(picture: Image.Image) -> CutOut:
    """What is visible of a picture, uint8 [H, W, 4]."""
    return np.asarray(picture.crop(picture.getchannel("A").getbbox()))
