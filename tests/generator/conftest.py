"""A layered generator of toy size."""

from collections.abc import Callable

import pytest
import torch

from textreel.generator import LayeredGenerator, LayeredGeneratorConfig, TextEncoderConfig
from textreel.generator.beliefs import AttributeClasses
from textreel.language import WordVectors


@pytest.fixture(scope="session")
def toy_layers(vectors: WordVectors) -> Callable[..., LayeredGenerator]:
    """Makes one, the same every time, that reads the given classes."""

    def make(classes: AttributeClasses | None = None) -> LayeredGenerator:
        torch.manual_seed(0)
        config = LayeredGeneratorConfig(
            text=TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2),
            classes=classes or AttributeClasses(),
            hidden=8,
            condition=32,
            canvas_channels=(8, 8, 8, 8),
            sprite_channels=(8, 8, 8, 8),
            weather_channels=(8, 8),
        )
        generator = LayeredGenerator(config).requires_grad_(False).eval()
        known = torch.from_numpy(vectors.matrix)
        generator.text_encoder.embedding.fit(known, known[:64], torch.Generator().manual_seed(0))
        return generator

    return make
