"""What a film is said to leave out."""

from types import SimpleNamespace

import numpy as np
import pytest

from textreel.language import WordVectors
from textreel.pipeline.reading import WordReader
from textreel.storyboard import plan


@pytest.mark.parametrize(("knows_frisbees", "named"), [(True, []), (False, ["frisbee"])])
def test_what_is_shown_by_its_concept_needs_no_vector(knows_frisbees: bool, named: list[str]) -> None:
    """A word without a vector is left out only if the model lacks what it stands for."""
    known = {"concepts": ["dog", *(["frisbee"] if knows_frisbees else [])], "settings": [], "activities": []}
    card = SimpleNamespace(metadata={"world": known})
    reader = WordReader(vectors=WordVectors(["a", "dog", "and"], np.eye(3)), card=card, scenes=True)  # type: ignore[arg-type]
    board = plan("a dog and a frisbee")
    left_out = reader.left_out(board, [reader.read(shot.text).scene for shot in board.shots])
    assert [each.words.text for each in left_out if each.words] == named
    assert all(each.words for each in left_out)
