"""The words of camera phrases: what a camera is called, what binds a phrase, and the verbs of each move."""

from __future__ import annotations

from textreel.storyboard.moves import MOVES, MoveKind
from textreel.storyboard.word_kinds import sayings, words

CAMERA_NOUNS = words("camera-camera-nouns")
CLEAR_NOUNS = words("camera-clear-nouns")
DETERMINERS = words("camera-determiners")
AUXILIARIES = words("camera-auxiliaries")
RESTING_VERBS = words("camera-resting-verbs")
RESTING = words("camera-resting")
HALTING = words("camera-halting")
"""Verbs by which a camera comes to rest."""
AFTER_HALTING = words("camera-after-halting")
PRONOUNS = words("camera-pronouns")
STAYING = words("camera-staying")
ANYBODY = words("camera-anybody")
"""Words for whom a camera follows that do not say who it is."""
FRAMINGS = words("camera-framings")
"""Where a camera may be told to start, which a storyboard cannot show."""
TRACKING_VERBS = words("camera-tracking-verbs")
FREE_VERBS = words("camera-free-verbs")
"""Verbs that a camera may have and that no move is made for."""
CREW_VERBS = words("camera-crew-verbs")
"""Forms by which a camera is told to move without being named, where a clause begins: "push in slowly"."""
OPENINGS = frozenset({",", ";", ".", ":", "-", "--", "–", "—", "(", "then", "...", "!"})
"""Words after which a clause begins."""
BETWEEN = words("camera-between")
TARGETS = words("camera-targets")
PASSAGES = words("camera-passages")
BEFORE_OBJECTS = words("camera-before-objects")
"""Words before "the camera" that make it a thing in the picture (or the middle of a mention already read)."""
STOPS = words("camera-stops")
PURPOSES = tuple(tuple(saying.split()) for saying in sayings("camera-purposes"))
"""Words after a move that say what it is for."""


def forms(base: str) -> tuple[str, ...]:
    """The forms of a regular verb: base, third person, progressive."""
    if base.endswith("e"):
        return base, base + "s", base[:-1] + "ing"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base, base[:-1] + "ies", base + "ing"
    third = base + ("es" if base.endswith(("sh", "ch", "o")) else "s")
    return base, third, base + ("n" if base == "pan" else "") + "ing"


def verb_table(clear: bool) -> dict[str, list[MoveKind]]:
    """The kinds that each form of a verb may mean, by itself (``clear``) or said of a camera."""
    table: dict[str, list[MoveKind]] = {}
    for kind in MOVES.values():
        for base in kind.verbs if clear else (*kind.verbs, *kind.camera_verbs):
            for form in forms(base):
                table.setdefault(form, []).append(kind)
    return table


CLEAR_VERBS = verb_table(clear=True)
CAMERA_VERBS = verb_table(clear=False)
FREE_FORMS = frozenset(form for base in FREE_VERBS for form in forms(base))
TRACKING_FORMS = frozenset(form for base in TRACKING_VERBS for form in forms(base))
ADJECTIVES = {word: kind for kind in MOVES.values() for word in kind.adjectives}
