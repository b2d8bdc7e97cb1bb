"""Phrases as vectors: names of concepts, activities and places, and the words of a look."""

import numpy as np
from numpy.typing import NDArray

from textreel.language.vectors import WordVectors
from textreel.scene import Look

LEARNED_LOOKS = frozenset({"colour", "material", "skin"})
"""Kinds of looks that the network of looks was shown."""
SHEET_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black")
SKIN = "skin"


def look_vectors(look: Look, vectors: WordVectors) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the vectors of a look's value, and of its part or zeros, float32 [D] each."""
    value = f"{look.value} skin" if look.kind == SKIN else look.value
    return phrase_vector(value, vectors), phrase_vector(look.of or "", vectors)


def phrase_vector(phrase: str, vectors: WordVectors) -> NDArray[np.float32]:
    """Return the mean of the vectors of a phrase's words, float32 [D]; zeros for none."""
    words = phrase.replace("_", " ").split()
    return vectors.stack(words).mean(axis=0) if words else np.zeros(vectors.dimensions, dtype=np.float32)
