"""Sheets of sounds: spectrograms of generated sounds under the real ones of the same words and controls."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from textreel.corpora.sounds.pictures import spectrogram, titled
from textreel.generator.words import word_tensors
from textreel.language import WordVectors
from textreel.soundtrack import SoundGenerator
from textreel.training.configuration import TrainingConfig
from textreel.training.contact_sheet import SHEET_SEED


@torch.no_grad()
def save_sound_sheet(
    generator: SoundGenerator,
    corpus: Any,
    vectors: WordVectors,
    config: TrainingConfig,
    path: Path,
    *,
    rows: int = 16,
) -> None:
    """For each sound its caption, the real one on the left, and on the right one made from the same words."""
    batch = corpus.sounds(np.random.default_rng(SHEET_SEED).spawn(rows), split="train")
    device = next(generator.parameters()).device
    words = word_tensors(batch.captions, vectors, config.generator.text.max_words)
    encoding = generator.encode(*(part.to(device) for part in words))
    state = generator.initial_state(encoding, range(rows))
    made, _ = generator.advance(state, batch.controls.to(device))
    strips = []
    for caption, real, fake in zip(batch.captions, batch.sound, made, strict=True):
        strips.append(titled(caption, [spectrogram(real), spectrogram(fake)]))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate(strips, axis=0)).save(path)
    path.with_suffix(".txt").write_text("\n".join(batch.captions) + "\n", encoding="utf-8")
