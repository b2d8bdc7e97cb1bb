"""Sounds to look at: spectrograms."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from textreel.nn.spectra import log_mel

QUIETEST, LOUDEST = -11.5, 3.0  # natural logarithms of power
COLOURS = np.array(
    [(0, 0, 4), (60, 15, 110), (150, 40, 110), (230, 90, 60), (250, 180, 60), (252, 255, 200)],
    dtype=np.float64,
)
PIXELS_A_BAND = 2
LINE_HEIGHT = 14
GROUND, INK = (24, 24, 24), (235, 235, 235)


def spectrogram(sound_N: Tensor) -> NDArray[np.uint8]:
    """Mel bands over time as a picture, uint8 [rows, frames, 3]: high bands above, loud ones bright."""
    bands = log_mel(sound_N[None].float().cpu())[0].numpy().T[::-1]
    share = np.clip((bands - QUIETEST) / (LOUDEST - QUIETEST), 0, 1).repeat(PIXELS_A_BAND, axis=0)
    steps = np.linspace(0, 1, len(COLOURS))
    channels = [np.interp(share, steps, COLOURS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def titled(text: str, pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures of one height side by side under a line of text, uint8 [height, width, 3]."""
    gap = np.full((len(pictures[0]), 4, 3), 255, dtype=np.uint8)
    row = np.concatenate([part for picture in pictures for part in (picture, gap)][:-1], axis=1)
    line = Image.new("RGB", (row.shape[1], LINE_HEIGHT), GROUND)
    ImageDraw.Draw(line).text((2, 1), text, fill=INK)
    return np.concatenate([np.asarray(line), row])
