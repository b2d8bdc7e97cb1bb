"""Drawings to learn a picture code from: batches of sprites, some concepts of which are never shown in training."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from textreel.corpora.world.sprites import SIZE, Sprite, SpriteTable

UNSEEN = 100  # concepts
OTHER_SHARE = 0.25  # how often a concept that cannot stand in a film is shown, against one that can
TONED_SHARE = 0.5  # of the pictures of people are in one of the skin tones
PEOPLE = frozenset({"1f468", "1f469", "1f9d1"})  # man, woman, person
GENDERS = frozenset({"2640", "2642", "200d"})


def concept_of(sprite_id: str) -> str:
    """What a drawing shows apart from its gender: man, woman and person who walk are one concept."""
    parts = [part for part in sprite_id.removeprefix("fluent:").split("-") if part not in GENDERS]
    return "-".join("person" if part in PEOPLE else part for part in parts)


class Drawings:
    """Sprites of several tables as one set, by concept.

    Attributes:
        seen, unseen: for each concept its sprites, in the default tone first.
    """

    def __init__(self, tables: Sequence[SpriteTable], *, unseen: int | None = None, seed: int = 0) -> None:
        self.tables = tuple(tables)
        concepts: dict[str, list[tuple[SpriteTable, Sprite]]] = {}
        for table in tables:
            for sprite in table.sprites:
                concepts.setdefault(concept_of(sprite.base), []).append((table, sprite))
        subjects = [name for name, members in concepts.items() if members[0][1].subject]
        hidden = set(
            sorted(subjects, key=lambda name: _digest(seed, name))[: UNSEEN if unseen is None else unseen]
        )
        self.seen = {name: members for name, members in concepts.items() if name not in hidden}
        self.unseen = {name: concepts[name] for name in sorted(hidden)}

    @cached_property
    def shares(self) -> np.ndarray:
        """How often each seen concept is drawn."""
        weights = [1.0 if members[0][1].subject else OTHER_SHARE for members in self.seen.values()]
        return np.cumsum(weights) / np.sum(weights)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The seen concepts."""
        return tuple(self.seen)

    def draw(self, generator: np.random.Generator, side: int = SIZE) -> np.ndarray:
        """One picture of a seen concept, uint8 [side, side, 4]: all of it, or a part around something visible."""
        members = self.seen[self.names[int(np.searchsorted(self.shares, generator.random(), side="right"))]]
        toned = [member for member in members if member[1].tone]
        plain = [member for member in members if not member[1].tone]
        chosen = toned if toned and generator.random() < TONED_SHARE else plain or toned
        table, sprite = chosen[generator.integers(len(chosen))]
        picture = table.pixels[sprite.first + generator.integers(sprite.phases)]
        if side == SIZE:
            return picture
        left, top, right, bottom = sprite.box
        middle = generator.integers(left, right), generator.integers(top, bottom)
        x, y = (int(np.clip(place - side // 2, 0, SIZE - side)) for place in middle)
        return picture[y : y + side, x : x + side]

    def batch(self, generator: np.random.Generator, count: int, side: int = SIZE) -> Tensor:
        """Pictures of seen concepts, every second one mirrored, some with their colours exchanged.

        Returns:
            [count, 4, side, side] in [0, 1], premultiplied, channels last.
        """
        pictures = np.empty((count, side, side, 4), np.uint8)
        for row in pictures:
            drawn = self.draw(generator, side)
            row[:] = drawn[:, ::-1] if generator.random() < 0.5 else drawn
            if generator.random() < 0.2:  # any colour of a thing can be encoded
                row[..., :3] = row[..., generator.permutation(3)]
        return as_tensor(pictures)

    def examples(self, concepts: Mapping[str, Sequence[tuple[SpriteTable, Sprite]]], count: int) -> Tensor:
        """The same pictures every time, one of each of so many concepts: [count, 4, 128, 128] as in :meth:`batch`."""
        subjects = [members[0] for members in concepts.values() if members[0][1].subject]
        places = np.linspace(0, len(subjects) - 1, min(count, len(subjects))).round().astype(int)
        chosen = [subjects[place] for place in places]
        return as_tensor(np.stack([table.pixels[sprite.first] for table, sprite in chosen]))


def clothes_colour(picture: np.ndarray) -> str:
    """The most frequent colour of a person's picture, uint8 [H, W, 4], that is neither skin nor grey, as rrggbb."""
    pixels = picture[picture[..., 3] > 240][:, :3].astype(float) / 255
    high, low = pixels.max(axis=1), pixels.min(axis=1)
    red, green, blue = pixels.T
    hue = np.degrees(np.arctan2(math.sqrt(3) * (green - blue), 2 * red - green - blue)) % 360
    coloured = (high - low > 0.25) & ~((hue > 15) & (hue < 65))
    if coloured.sum() < 0.04 * len(pixels):
        return ""
    counts, edges = np.histogram(hue[coloured], bins=18, range=(0, 360))
    chosen = coloured & (np.abs((hue - edges[counts.argmax()] - 10 + 180) % 360 - 180) < 20)
    return "".join(f"{round(255 * part):02x}" for part in pixels[chosen].mean(axis=0))


def as_tensor(pictures: np.ndarray) -> Tensor:
    """uint8 [B, H, W, 4] -> float [B, 4, H, W] in [0, 1], channels last."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div(255)


def _digest(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed} {name}".encode()).hexdigest()
