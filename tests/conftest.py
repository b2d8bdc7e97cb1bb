"""A tiny corpus from packaged art, in a cache of its own, and a reel of toy size."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from textreel.corpora.scenes.assets import CACHE_VARIABLE
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.generator import LayeredGenerator, LayeredGeneratorConfig, TextEncoderConfig, word_tensors
from textreel.generator.beliefs import AttributeClasses
from textreel.language import WordVectors
from textreel.models import ModelCard
from textreel.pipeline import Reel


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def corpus(shared_cache: Path) -> ScenesCorpus:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(shared_cache))
        return ScenesCorpus(variations=1, subjects=("lion", "cat"))


@pytest.fixture
def cache(shared_cache: Path, corpus: ScenesCorpus, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment names the cache that holds the tiny corpus already."""
    monkeypatch.setenv(CACHE_VARIABLE, str(shared_cache))
    return shared_cache


@pytest.fixture(scope="session")
def squares(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of eight strips of a square that goes right or down, each with its words."""
    folder = tmp_path_factory.mktemp("squares")
    for number in range(8):
        strip = np.full((32, 32 * 10, 3), 40, dtype=np.uint8)
        for frame in range(10):
            x, y = (2 * frame, 8) if number % 2 else (8, 2 * frame)
            strip[y : y + 8, 32 * frame + x : 32 * frame + x + 8] = (250, 20 * number, 60)
        Image.fromarray(strip).save(folder / f"{number}.png")
        (folder / f"{number}.txt").write_text(f"a square goes {'to the right' if number % 2 else 'down'}")
    return folder


@pytest.fixture(scope="session")
def vectors() -> WordVectors:
    return WordVectors.load_default()


@pytest.fixture(scope="session")
def toy(vectors: WordVectors) -> Reel:
    """A layered generator of toy size: it can read a few words, and its pictures mean nothing."""
    torch.manual_seed(0)
    classes = AttributeClasses(
        place={"setting": ("savanna", "snow"), "time": ("day", "night")},
        weather={"weather": ("clear", "rain")},
        slots={"subject": ("lion", "zebra"), "colour": ("natural", "white")},
    )
    config = LayeredGeneratorConfig(
        text=TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2),
        classes=classes,
        size=32,
        hidden=8,
        condition=32,
        canvas_channels=(8, 8, 8, 8),
        sprite_channels=(8, 8, 8, 8),
        weather_channels=(8, 8),
    )
    generator = LayeredGenerator(config).requires_grad_(False).eval()
    known = torch.from_numpy(vectors.matrix)
    generator.text_encoder.embedding.fit(known, known[:64], torch.Generator().manual_seed(0))
    teach(generator, vectors)
    card = ModelCard(name="toy", folder=Path("toy"), weights_hash="abc", megabytes=0.0, metadata={})
    return Reel(generator=generator, vectors=vectors, card=card)


def teach(generator: LayeredGenerator, vectors: WordVectors) -> None:
    """Solve the linear heads that read attributes, by least squares over every combination of a few words."""
    heads = [*generator.reader.place.values(), *generator.reader.weather.values()]
    heads += list(generator.reader.slots.values())
    queries = [0, 0, 1, 2, 2]
    wordings = [("savanna", "snow"), ("", "at night"), ("", "as it rains"), ("lion", "zebra"), ("", "white")]
    choices = list(itertools.product((0, 1), repeat=len(wordings)))
    captions = []
    for choice in choices:
        place, time, weather, subject, colour = (
            words[at] for words, at in zip(wordings, choice, strict=True)
        )
        captions.append(f"a {colour} {subject} walks across the {place} {time} {weather}")
    contexts, _ = generator.read(generator.encode(*word_tensors(captions, vectors)))
    for at, (head, query) in enumerate(zip(heads, queries, strict=True)):
        read = torch.cat([contexts[:, query], torch.ones(len(captions), 1)], dim=1)
        wanted = torch.tensor([[1.0, -1.0] if choice[at] == 0 else [-1.0, 1.0] for choice in choices])
        # Small singular values would make much of the last bits, in which processors differ.
        solved = 20 * (torch.linalg.pinv(read.double(), rtol=1e-5) @ wanted.double())
        head.weight.copy_(solved[:-1].T)
        head.bias.copy_(solved[-1])
