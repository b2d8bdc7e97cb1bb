"""Training of the reader (:mod:`textreel.language.reader`): captions by a grammar, a small network in torch."""

from textreel.training.reader.captions import TaggedCaption, captions
from textreel.training.reader.train import ReaderOptions, train_reader

__all__ = ["ReaderOptions", "TaggedCaption", "captions", "train_reader"]
