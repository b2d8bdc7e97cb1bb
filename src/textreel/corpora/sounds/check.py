"""Are the clips of the corpus what they say they are? And a sheet to look at."""

import numpy as np
from PIL import Image

from textreel.corpora.sounds.corpus import SoundsCorpus
from textreel.corpora.sounds.pictures import spectrogram, titled
from textreel.nn.spectra import HOP

HEARD = 1e-3  # root mean square above which there is something
LATENESS_FRAMES = 10


def findings(corpus: SoundsCorpus, clips: int) -> list[str]:
    """What is wrong with so many clips, one line each: clipping, silence, sound before its event, events unheard."""
    batch = corpus.sounds(np.random.default_rng(0).spawn(clips), split="train")
    found = []
    for number, (kind, caption) in enumerate(zip(batch.kinds, batch.captions, strict=True)):
        sound, controls = batch.sound[number].numpy(), batch.controls[number].numpy()
        where = f"clip {number} ({kind}, {caption!r})"
        if not np.isfinite(sound).all() or np.abs(sound).max() > 1:
            found.append(f"{where}: samples must be in [-1, 1], the largest is {np.abs(sound).max():.2f}.")
        if np.sqrt(np.mean(np.square(sound))) < HEARD and controls[:, 0].mean() > 0.2:
            found.append(f"{where}: something must be heard, and nothing is.")
        begun = np.flatnonzero(controls[:, 1])
        if len(begun) and np.abs(sound[: begun[0] * HOP]).max(initial=0) > HEARD:
            found.append(f"{where}: nothing may be heard before the first event.")
        for frame in begun:
            window = sound[frame * HOP : (frame + LATENESS_FRAMES) * HOP]
            if len(window) == LATENESS_FRAMES * HOP and np.abs(window).max() < HEARD:
                found.append(
                    f"{where}: the event in frame {frame} is not heard within {LATENESS_FRAMES} frames."
                )
    return found


def clip_sheet(corpus: SoundsCorpus, clips: int, seed: int) -> tuple[Image.Image, list[str]]:
    """Spectrograms of clips with their captions, and the captions."""
    batch = corpus.sounds(np.random.default_rng(seed).spawn(clips), split="train")
    rows = [
        titled(caption, [spectrogram(sound)])
        for caption, sound in zip(batch.captions, batch.sound, strict=True)
    ]
    return Image.fromarray(np.concatenate(rows)), list(batch.captions)
