"""Spectrograms of real and of generated sounds side by side, for docs/.

    python benchmarks/sound_figure.py -o docs/figures/sounds.png [--model sounds]

On the left a clip of the corpus `sounds`, on the right what the model makes of the same words and controls.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from textreel.corpora.sounds.captions import usual
from textreel.corpora.sounds.corpus import SoundsCorpus
from textreel.corpora.sounds.kinds import BY_NAME
from textreel.corpora.sounds.pictures import spectrogram, titled
from textreel.evaluation.sound_classes import heard_sounds
from textreel.language import WordVectors
from textreel.pipeline.hearing import load_sound

KINDS = (
    "dog",
    "horse",
    "owl",
    "rooster",
    "lion",
    "ball",
    "steps on sand",
    "rain",
    "thunder",
    "waves",
    "fire",
    "train",
)


def main() -> None:
    """Read the options and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--model", default="sounds")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    model, corpus = load_sound(options.model, WordVectors.load_default()), SoundsCorpus(KINDS)
    assert model is not None
    clips = [corpus.compose(BY_NAME[kind], np.random.default_rng(options.seed), "train") for kind in KINDS]
    captions = [usual(BY_NAME[kind]) for kind in KINDS]
    made = heard_sounds(model, captions, [clip.controls for clip in clips], options.seed)
    rows = [
        titled(kind, [spectrogram(torch.from_numpy(sound)) for sound in (clip.sound, heard)])
        for kind, clip, heard in zip(KINDS, clips, made, strict=True)
    ]
    half = len(rows) // 2
    columns = [np.concatenate(part) for part in (rows[:half], rows[half:])]
    Image.fromarray(np.concatenate(columns, axis=1)).save(options.output)
    print(options.output)


if __name__ == "__main__":
    main()
