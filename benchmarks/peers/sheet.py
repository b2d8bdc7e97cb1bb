"""Films as a picture: numbers alone hide ugly ones."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from textreel.evaluation import Model

SHOWN = 8  # frames of a film


def save_sheet(model: Model, prompts: Sequence[str], path: Path) -> None:
    """A film a row, noise seed 0; the prompts stand in a text file beside the picture."""
    rows = []
    for prompt in prompts:
        film = model.generate(prompt, seed=0).frames
        chosen = film[np.linspace(0, len(film) - 1, SHOWN).round().astype(int)]
        rows.append(np.concatenate(list(chosen), axis=1))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate(rows, axis=0)).save(path)
    path.with_suffix(".txt").write_text("\n".join(prompts) + "\n", encoding="utf-8")
