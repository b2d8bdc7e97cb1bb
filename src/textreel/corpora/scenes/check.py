"""Holds composed clips against the corpus's own rules, and draws them for the eye."""

import numpy as np
import torch
from PIL import Image

from textreel.corpora.protocol import Batch, Window
from textreel.corpora.scenes.attributes import held_out_forms
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.corpora.scenes.splits import held_out_pairs, sample_spec
from textreel.language import tokenize
from textreel.nn.compositing import POSE

CHECK_SEED = 4
SHEET_WINDOW = Window(frames=46, shown=tuple(range(0, 46, 9)), longest_start_seconds=0.0)


def findings(corpus: ScenesCorpus, clips: int) -> list[str]:
    """What is wrong, one sentence a clip and rule; nothing where every rule is kept."""
    generator = np.random.default_rng(CHECK_SEED)
    found: list[str] = []
    for start in range(0, clips, 16):
        count = min(16, clips - start)
        batch = corpus.batch(generator.spawn(count), window=SHEET_WINDOW, split="train", side=64)
        found += [f"clip {start + row}: {rule}" for row in range(count) for rule in broken_rules(batch, row)]
    for number in range(clips):
        pairs = held_out_pairs(sample_spec(generator, "train", corpus.subjects))
        if pairs:
            found.append(f"scene {number}: the training split holds the held-out pair {pairs}")
    return found


def broken_rules(batch: Batch, row: int) -> list[str]:
    """The rules that one clip of a batch breaks."""
    annotations = batch.annotations
    assert annotations is not None
    poses = annotations.poses[row]
    present = annotations.present[row]
    held = sorted(set(tokenize(batch.captions[row])) & set(held_out_forms()))
    rules = {
        "its frames leave [-1, 1]": bool((batch.frames[row].abs() <= 1).all()),
        "its frames are all one colour": float(batch.frames[row].std()) > 0.01,
        "its poses are not finite": bool(torch.isfinite(poses).all()),
        "an absent subject is visible": not bool((poses[:, ~present, POSE["opacity"]] > 0).any()),
        "its first subject is never visible": bool((poses[:, 0, POSE["opacity"]] > 0.5).any()),
        "its wrong caption is the right one": batch.wrong_captions[row] != batch.captions[row],
        f"its caption holds the held-out words {held}": not held,
    }
    return [rule for rule, kept in rules.items() if not kept]


def clip_sheet(clips: int, seed: int) -> tuple[Image.Image, list[str]]:
    """A picture with one composed clip a row, and their captions."""
    batch = ScenesCorpus(variations=1).batch(
        np.random.default_rng(seed).spawn(clips), window=SHEET_WINDOW, split="train", side=128
    )
    pictures = ((batch.frames + 1) * 127.5).round().byte().permute(0, 3, 1, 4, 2)
    height, width = clips * pictures.shape[1], pictures.shape[2] * pictures.shape[3]
    return Image.fromarray(pictures.reshape(height, width, 3).numpy()), list(batch.captions)
