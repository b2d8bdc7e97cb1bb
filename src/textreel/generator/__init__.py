"""Generators: words and noise -> frames, with an explicit recurrent state."""

from textreel.generator.base import Generator, SentenceGenerator, ShotWords
from textreel.generator.clips import ClipsGenerator, ClipsGeneratorConfig
from textreel.generator.layered import GeneratorState, LayeredGenerator, LayeredGeneratorConfig
from textreel.generator.loading import GENERATORS, load_generator
from textreel.generator.plain import PlainGenerator, PlainGeneratorConfig
from textreel.generator.things import ThingsGenerator, ThingsGeneratorConfig
from textreel.generator.words import word_tensors
from textreel.nn.text_encoder import TextEncoderConfig, TextEncoding

__all__ = [
    "GENERATORS",
    "ClipsGenerator",
    "ClipsGeneratorConfig",
    "Generator",
    "GeneratorState",
    "LayeredGenerator",
    "LayeredGeneratorConfig",
    "PlainGenerator",
    "PlainGeneratorConfig",
    "SentenceGenerator",
    "ShotWords",
    "TextEncoderConfig",
    "TextEncoding",
    "ThingsGenerator",
    "ThingsGeneratorConfig",
    "load_generator",
    "word_tensors",
]
