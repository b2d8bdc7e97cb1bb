"""What words stand for in the inventory: the tables that scripts/make-world makes of WordNet and of our own lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from textreel.scene import Match
from textreel.world.inventory import read_table

Slot = Literal["concept", "setting", "activity"]
MATCHES: Mapping[str, Match] = {"e": "exact", "s": "synonym", "k": "kind_of", "n": "near"}


@dataclass(frozen=True, kw_only=True)
class WordSense:
    """One of the things that a word may mean.

    Attributes:
        name: what it is in the inventory; None where the inventory lacks it.
        is_visible: whether it is something that can be seen.
        match: how it is that.
        share: how often the word is used so, 0 to 1.
        about: words of its definition; none where the word has no other sense.
    """

    name: str | None
    is_visible: bool
    match: Match
    share: float
    about: tuple[str, ...]


def senses_of(word: str, slot: Slot) -> tuple[WordSense, ...]:
    """Return the senses of a word or compound in its base form, the most usual first; none if it is unknown."""
    return tuple(map(_sense, _table(slot).get(word, "").split("\t"))) if word in _table(slot) else ()


@cache
def _table(slot: Slot) -> dict[str, str]:
    return {row[0]: "\t".join(row[1:]) for row in read_table(f"{slot}-words.tsv")}


def _sense(cell: str) -> WordSense:
    name, match, share, *about = cell.split("|")
    return WordSense(
        name=None if name == "-" else name,
        is_visible=match != "",
        match=MATCHES.get(match, "near"),
        share=float(share),
        about=tuple(about[0].split()) if about else (),
    )
