"""A contact sheet of a corpus: a clip a row, its frames from first to last, its caption below."""

import numpy as np
from PIL import Image, ImageDraw

from textreel.corpora.clips.corpus import ClipsCorpus

COLUMNS = 8
GAP = 2
LINE_HEIGHT = 14
GROUND, INK = (24, 24, 24), (235, 235, 235)


def clip_sheet(corpus: ClipsCorpus, clips: int) -> tuple[Image.Image, list[str]]:
    """A picture with so many clips, evenly chosen from the whole corpus, and the captions of its rows."""
    count = min(clips, len(corpus.samples))
    numbers = np.linspace(0, len(corpus.samples) - 1, count).round().astype(int)
    height = corpus.size + LINE_HEIGHT + GAP
    sheet = Image.new("RGB", (COLUMNS * (corpus.size + GAP), count * height), GROUND)
    pen = ImageDraw.Draw(sheet)
    captions = []
    for row, number in enumerate(numbers):
        frames = corpus.frames(int(number))
        for column, index in enumerate(np.linspace(0, len(frames) - 1, COLUMNS).round().astype(int)):
            sheet.paste(Image.fromarray(frames[index]), (column * (corpus.size + GAP), row * height))
        sample = corpus.samples[number]
        captions.append(f"{sample.source}: {sample.captions[0]}")
        pen.text((2, row * height + corpus.size), sample.captions[0], fill=INK)
    return sheet, captions
