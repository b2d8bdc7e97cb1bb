"""Holds clips of digits against the protocol's own rules, and draws them for the eye."""

import numpy as np
import torch
from PIL import Image

from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.corpora.digits.protocol import Mover, held_out
from textreel.corpora.protocol import Batch, Window

CHECK_SEED = 4
WINDOW = Window(longest_start_seconds=0.0, frames=16, shown=tuple(range(16)))
SHEET_WINDOW = Window(longest_start_seconds=0.0, frames=16, shown=tuple(range(0, 16, 2)))


def findings(corpus: DigitsCorpus, clips: int) -> list[str]:
    """What is wrong, one sentence a clip and rule; nothing where every rule is kept."""
    generator = np.random.default_rng(CHECK_SEED)
    found: list[str] = []
    for start in range(0, clips, 16):
        count = min(16, clips - start)
        batch = corpus.batch(generator.spawn(count), window=WINDOW, split="train")
        found += [f"clip {start + row}: {rule}" for row in range(count) for rule in broken_rules(batch, row)]
    return found


def broken_rules(batch: Batch, row: int) -> list[str]:
    """The rules that one clip of a batch of the split `train` breaks."""
    frames, shown = batch.frames[row], batch.attributes[row]
    movers = [
        Mover(digit=shown[f"{prefix}digit"], motion=shown[f"{prefix}motion"])
        for prefix in ("", "second_")
        if f"{prefix}digit" in shown
    ]
    ink = (frames[:, 0] + 1).sum(dim=(1, 2))
    rules = {
        "its frames leave [-1, 1]": bool((frames.abs() <= 1).all()),
        "its frames are not grey": bool((frames == frames[:, :1]).all()),
        "a frame shows nothing": bool((ink > 0).all()),
        "it stands still": float(frames.diff(dim=0).abs().sum()) > 0,
        "its ink is not the same in all frames": len(movers) == 2
        or bool(torch.allclose(ink, ink[:1], rtol=1e-3)),
        "its wrong caption is the right one": batch.wrong_captions[row] != batch.captions[row],
        "its combination is held out of training": not held_out(movers),
    }
    return [rule for rule, kept in rules.items() if not kept]


def clip_sheet(corpus: DigitsCorpus, clips: int, seed: int) -> tuple[Image.Image, list[str]]:
    """A picture with one clip a row, and their captions."""
    batch = corpus.batch(np.random.default_rng(seed).spawn(clips), window=SHEET_WINDOW, split="train")
    pictures = ((batch.frames + 1) * 127.5).round().byte().permute(0, 3, 1, 4, 2)
    height, width = clips * pictures.shape[1], pictures.shape[2] * pictures.shape[3]
    return Image.fromarray(pictures.reshape(height, width, 3).numpy()), list(batch.captions)
