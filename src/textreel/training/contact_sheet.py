"""Contact sheets: generated films under the real ones of the same words, and of the same noise where it is known."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from textreel.corpora.protocol import Corpus, Window
from textreel.generator import SentenceGenerator
from textreel.generator.words import word_tensors
from textreel.language import WordVectors
from textreel.nn.noise import draw_noise
from textreel.training.configuration import TrainingConfig

SHEET_SEED = 20_26
LINE_HEIGHT = 14
GROUND, INK = (24, 24, 24), (235, 235, 235)


@torch.no_grad()
def save_contact_sheet(
    generator: SentenceGenerator[Any],
    corpus: Corpus,
    vectors: WordVectors,
    config: TrainingConfig,
    path: Path,
    *,
    rows: int = 10,
) -> None:
    """For each clip its caption, the real frames, and below them those generated from the same words."""
    apart = max(1, (2 * corpus.fps - 3) // 5)  # six frames of the first two seconds
    window = Window(
        frames=5 * apart + 1, shown=tuple(range(0, 5 * apart + 1, apart)), longest_start_seconds=0.0
    )
    batch = corpus.batch(
        np.random.default_rng(SHEET_SEED).spawn(rows), window=window, split="train", side=config.side
    )
    device = next(generator.parameters()).device
    batch = batch.to(device)
    vectors_BLD, mask_BL = word_tensors(batch.captions, vectors, config.generator.text.max_words)
    encoding = generator.encode(vectors_BLD.to(device), mask_BL.to(device))
    camera = batch.camera[:, :1].repeat(1, window.frames, 1)
    for index, frame in enumerate(window.shown):
        camera[:, frame] = batch.camera[:, index]
    noise = batch.noise or draw_noise(rows, torch.Generator().manual_seed(SHEET_SEED))
    state = generator.initial_state(encoding, noise)
    made = []
    for frame in range(window.frames):
        picture, _, state = generator.step(state, camera[:, frame], (config.side, config.side))
        if frame in window.shown:
            made.append(picture)
    strips = []
    for caption, real, fake in zip(batch.captions, batch.frames, torch.stack(made, dim=1), strict=True):
        pair = [strip(real), strip(fake)]
        strips += [title(caption, pair[0].shape[1]), *pair]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate(strips, axis=0)).save(path)
    path.with_suffix(".txt").write_text("\n".join(batch.captions) + "\n", encoding="utf-8")


def title(caption: str, width: int) -> np.ndarray:
    """A line of text, uint8 [LINE_HEIGHT, width, 3]."""
    line = Image.new("RGB", (width, LINE_HEIGHT), GROUND)
    ImageDraw.Draw(line).text((2, 1), caption, fill=INK)
    return np.asarray(line)


def strip(frames_TCHW: Tensor) -> np.ndarray:
    """Frames beside each other, uint8 [H, T * W, 3]."""
    pictures = (
        ((frames_TCHW.float().clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    )
    return np.concatenate(list(pictures), axis=1)
