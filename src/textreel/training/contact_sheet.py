"""Contact sheets: generated films under the composed ones of the same words and noise."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from textreel.corpora.protocol import Corpus, Window
from textreel.generator import Generator
from textreel.generator.words import word_tensors
from textreel.language import WordVectors
from textreel.training.configuration import TrainingConfig

SHEET_SEED = 20_26


@torch.no_grad()
def save_contact_sheet(
    generator: Generator[Any],
    corpus: Corpus,
    vectors: WordVectors,
    config: TrainingConfig,
    path: Path,
    *,
    rows: int = 10,
    split: str = "seen",
) -> None:
    """Two rows a clip: composed above, generated from the same words and noise below."""
    window = Window(frames=46, shown=tuple(range(0, 46, 9)), longest_start_seconds=0.0)
    batch = corpus.batch(
        np.random.default_rng(SHEET_SEED).spawn(rows), window=window, split=split, side=config.side
    )
    device = next(generator.parameters()).device
    batch = batch.to(device)
    vectors_BLD, mask_BL = word_tensors(batch.captions, vectors, config.generator.text.max_words)
    encoding = generator.encode(vectors_BLD.to(device), mask_BL.to(device))
    camera = batch.camera[:, :1].repeat(1, window.frames, 1)
    for index, frame in enumerate(window.shown):
        camera[:, frame] = batch.camera[:, index]
    assert batch.noise is not None
    state = generator.initial_state(encoding, batch.noise)
    made = []
    for frame in range(window.frames):
        picture, _, state = generator.step(state, camera[:, frame], (config.side, config.side))
        if frame in window.shown:
            made.append(picture)
    strips = []
    for real, fake in zip(batch.frames, torch.stack(made, dim=1), strict=True):
        strips += [strip(real), strip(fake)]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate(strips, axis=0)).save(path)
    path.with_suffix(".txt").write_text("\n".join(batch.captions) + "\n", encoding="utf-8")


def strip(frames_TCHW: Tensor) -> np.ndarray:
    """Frames beside each other, uint8 [H, T * W, 3]."""
    pictures = (
        ((frames_TCHW.float().clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    )
    return np.concatenate(list(pictures), axis=1)
