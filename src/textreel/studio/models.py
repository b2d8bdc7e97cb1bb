"""The models that a studio offers: the shipped ones, and those of its own training runs; each loaded once."""

from __future__ import annotations

import threading
from pathlib import Path

from textreel.errors import UsageError
from textreel.language import WordVectors
from textreel.language.known import Knowledge, knowledge_of
from textreel.models import film_models, read_card
from textreel.pipeline import Reel, load

KEPT = 3  # loaded at the same time


class Models:
    """Models by name; a model that a run has saved anew is loaded anew."""

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._reels: dict[str, Reel] = {}
        self._known: dict[str, Knowledge] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """What there is to choose from: shipped models, the default one first, then runs."""
        return list(self._places())

    def require(self, name: str) -> None:
        """See that there is a model of this name.

        Raises:
            UsageError: there is none.
        """
        if name not in self.names():
            raise UsageError(f"There is no model named {name!r}: choose from {', '.join(self.names())}.")

    def reel(self, name: str) -> Reel:
        """A model that is ready.

        Raises:
            UsageError: there is none of that name; a path is never followed.
            CheckpointError: its files are broken.
        """
        self.require(name)
        places = self._places()
        with self._lock:
            kept = self._reels.pop(name, None)
            fresh = kept is not None and kept.card.weights_hash == read_card(places[name]).weights_hash
            self._reels[name] = kept if kept is not None and fresh else load(places[name])
            while len(self._reels) > KEPT:
                self._reels.pop(next(iter(self._reels)))
            return self._reels[name]

    def knowledge(self, name: str) -> Knowledge:
        """Return what a model can show, without loading it.

        Raises:
            UsageError: there is none of that name.
        """
        self.require(name)
        card = read_card(self._places()[name])
        if card.weights_hash not in self._known:
            self._known = {card.weights_hash: knowledge_of(card.metadata, WordVectors.load_default())}
        return self._known[card.weights_hash]

    def _places(self) -> dict[str, str | Path]:
        return film_models(self._runs)
